"""The board that any noun has: by the choice that its declaration names, or by one that the workspace added."""

import re

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field, change_field
from sila.platform.entities import actions
from sila.platform.entities.boards import CARDS, COUNTED, newest
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.work.actions import complete
from tests.counting import at_most

people, tasks = registry["people"], registry["tasks"]
BOARD = "/w/rayyan/people/board"


@pytest.fixture
def browser(company):
    client = Client()
    client.force_login(company.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def color(admin):
    choices = [{"value": "red", "label": "أحمر", "label_en": "Red"}, {"value": "blue", "label": "أزرق"}]
    return add_field("people", "لون", kind="choice", label_en="Colour", choices=choices, by=admin)


def add(alice, name, **more):
    return actions.create(people, {"name": name, **more}, by=alice)


def lanes(page):
    """Lane -> the titles of its cards."""
    parts = re.split(r'data-lane="([^"]*)"', page)
    return {
        lane: re.findall(r"<h3[^>]*><a[^>]*>([^<]*)", cards)
        for lane, cards in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_people_stand_in_lanes_of_their_lifecycle(alice, browser):
    add(alice, "ريم", lifecycle="lead")
    add(alice, "سعود", lifecycle="customer", job_title="مدير", city="جدة")
    page = browser.get(BOARD).content.decode()
    assert lanes(page)["lead"] == ["ريم"]
    assert lanes(page)["customer"] == ["سعود"]
    assert "مدير" in page


def test_a_card_is_moved_and_the_board_answers(alice, browser):
    reem = add(alice, "ريم", lifecycle="lead")
    moved = browser.post(
        f"/w/rayyan/people/{reem.id}/stage/?by=lifecycle",
        {"stage": "customer", "version": reem.version},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{BOARD}"},
    )
    assert lanes(moved.content.decode())["customer"] == ["ريم"]
    assert people.rows().get(id=reem.id).lifecycle == "customer"


def test_a_stale_card_and_a_wrong_lane_move_nothing(alice, browser):
    reem = add(alice, "ريم", lifecycle="lead")
    url = f"/w/rayyan/people/{reem.id}/stage/?by=lifecycle"
    stale = browser.post(url, {"stage": "customer", "version": 99}, headers={"HX-Request": "true"})
    assert stale.status_code == 409
    wrong = browser.post(url, {"stage": "nowhere", "version": 1}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert people.rows().get(id=reem.id).lifecycle == "lead"


def test_a_choice_that_the_workspace_added_makes_a_board_with_a_lane_for_none(alice, browser, color):
    red = color.choices[0]["value"]
    add(alice, "بلا لون")
    reem = add(alice, "ريم", **{color.key: red})
    url = f"{BOARD}?by={color.key}"
    page = browser.get(url).content.decode()
    assert lanes(page) == {"": ["بلا لون"], red: ["ريم"], color.choices[1]["value"]: []}
    assert "By “Colour”" in page or "لون" in page
    back = browser.post(
        f"/w/rayyan/people/{reem.id}/stage/?by={color.key}",
        {"stage": "", "version": reem.version},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"},
    )
    assert set(lanes(back.content.decode())[""]) == {"بلا لون", "ريم"}
    assert people.rows().get(id=reem.id).custom[color.key] in (None, "")


def test_the_heads_carry_the_colours_of_their_choices(alice, browser, color, admin):
    red, blue = color.choices
    change_field(color, by=admin, choices=[red | {"color": "5"}, blue])
    page = browser.get(f"{BOARD}?by={color.key}").content.decode()
    heads = dict(re.findall(r'id="lane-(\w+)".*?<h2><bdi class="([^"]*)"', page, re.S))
    assert heads == {"none": "s-cut", red["value"]: "s-cut s-lane-color s-h5", blue["value"]: "s-cut"}
    hostile = '5" onload="x'
    change_field(color, by=admin, choices=[red | {"color": hostile}, blue])
    assert hostile not in browser.get(f"{BOARD}?by={color.key}").content.decode()


def test_a_lane_for_none_waits_aside_while_it_is_empty(alice, browser, color):
    reem = add(alice, "ريم", **{color.key: color.choices[0]["value"]})
    url = f"{BOARD}?by={color.key}"
    aside = 'class="s-lane s-aside" id="lane-none"'
    assert aside in browser.get(url).content.decode()
    actions.update(people, reem.id, {color.key: ""}, by=alice)
    assert aside not in browser.get(url).content.decode()


def cards(page):
    return re.findall(r"<article.*?</article>", page.content.decode(), re.DOTALL)


def test_the_cards_show_the_columns_that_the_reader_or_a_view_chose(alice, browser):
    add(
        alice,
        "ريم",
        lifecycle="lead",
        job_title="مديرة",
        city="جدة",
        email="r@example.com",
        phone="0551234567",
    )
    (plain,) = cards(browser.get(BOARD))
    assert "مديرة" in plain and "r@example.com" not in plain
    (chosen,) = cards(browser.get(f"{BOARD}?cols=name,city,email"))
    assert "جدة" in chosen and "r@example.com" in chosen
    assert "مديرة" not in chosen and "Alice" not in chosen
    kept = browser.post(
        "/w/rayyan/people/views/new?cols=name,email&look=board",
        {"name": "Mails", "audience": "mine"},
        headers={"HX-Request": "true"},
    ).headers["HX-Redirect"]
    assert kept.startswith(f"{BOARD}?")
    (card,) = cards(browser.get(kept))
    assert "r@example.com" in card and "جدة" not in card


def test_the_cards_follow_the_layout_of_the_role_and_never_show_what_it_hides(alice, browser, company):
    add(alice, "ريم", lifecycle="lead", job_title="مديرة", email="r@example.com")
    seller = Role.objects.get(code="seller")
    seller.layout["people"] = {
        "columns": {"order": ["name", "email"], "drop": ["job_title", "phone", "owner"]}
    }
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 1
    )
    (card,) = cards(browser.get(BOARD))
    assert "r@example.com" in card and "مديرة" not in card
    seller.fields["people"] = {"email": "hidden"}
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 2
    )
    (card,) = cards(browser.get(f"{BOARD}?cols=name,email"))
    assert "r@example.com" not in card


def test_the_cards_of_deals_too(alice, browser):
    values = {"name": "صفقة", "amount": "1250", "next_step": "عرض السعر"}
    actions.create(registry["opportunities"], values, by=alice)
    (plain,) = cards(browser.get("/w/rayyan/opportunities/board"))
    assert "1,250" in plain and "عرض السعر" not in plain
    (chosen,) = cards(browser.get("/w/rayyan/opportunities/board?cols=name,next_step"))
    assert "عرض السعر" in chosen
    assert "1,250" not in chosen and "Alice" not in chosen


def test_the_fields_of_the_cards_are_chosen_on_the_board(alice, browser):
    add(alice, "ريم")
    page = browser.get(BOARD).content.decode()
    popover = re.search(r'hx-get="([^"]*columns[^"]*)"', page)[1].replace("&amp;", "&")
    form = browser.get(popover, headers={"HX-Request": "true"}).content.decode()
    apply = re.search(r'hx-post="([^"]*columns[^"]*)"', form)[1].replace("&amp;", "&")
    answer = browser.post(apply, {"column": ["name", "city"]}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"{BOARD}?cols=name%2Ccity"


def test_deals_too_have_a_board_by_an_added_choice(alice, browser, admin):
    east = "east"
    field = add_field(
        "opportunities", "منطقة", kind="choice", choices=[{"value": east, "label": "شرق"}], by=admin
    )
    actions.create(registry["opportunities"], {"name": "صفقة", field.key: east}, by=alice)
    page = browser.get(f"/w/rayyan/opportunities/board?by={field.key}").content.decode()
    assert lanes(page)[east] == ["صفقة"]
    assert f"by={field.key}" in browser.get("/w/rayyan/opportunities/board").content.decode()


def test_the_board_of_tasks_leaves_out_what_is_done_unless_asked(alice, browser):
    for name in ("باقية", "منتهية"):
        task = actions.create(tasks, {"subject": name, "priority": "high"}, by=alice)
    complete(task, by=alice)
    shown = lanes(browser.get("/w/rayyan/tasks/board").content.decode())
    assert shown["high"] == ["باقية"]
    asked = lanes(browser.get("/w/rayyan/tasks/board?f=status:any:done").content.decode())
    assert asked["high"] == ["منتهية"]


def test_the_board_costs_the_same_for_many_and_more_of_a_lane_follows(alice, browser):
    for number in range(CARDS + 5):
        add(alice, f"شخص {number:02}", lifecycle="lead")
    browser.get(BOARD)
    with at_most(12):
        page = browser.get(BOARD).content.decode()
    first = lanes(page)["lead"]
    more = re.search(r'hx-get="([^"]*below=[^"]*)"', page)[1].replace("&amp;", "&")
    rest = re.findall(r"<h3[^>]*><a[^>]*>([^<]*)", browser.get(more).content.decode())
    assert len(first) == CARDS
    assert len({*first, *rest}) == CARDS + 5


def test_nobody_sees_cards_or_numbers_of_what_they_may_not_see(alice, browser, company):
    actions.create(tasks, {"subject": "سرّي", "priority": "high"}, by=alice)
    charlie = Client()
    charlie.force_login(company.user("charlie"), backend=settings.AUTHENTICATION_BACKENDS[0])
    for client, cards in ((browser, ["سرّي"]), (charlie, [])):
        page = client.get("/w/rayyan/tasks/board").content.decode()
        assert lanes(page)["high"] == cards
        number = re.search(r'id="lane-high".*?<span class="s-muted">(\d+)', page, re.DOTALL)[1]
        assert number == str(len(cards))


def test_no_board_is_made_by_a_field_that_the_role_hides(alice, browser, company):
    seller = Role.objects.get(code="seller")
    seller.fields["people"] = {"lifecycle": "hidden"}
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 1
    )
    assert browser.get(BOARD).status_code == 404
    assert "people/board" not in browser.get("/w/rayyan/people/").content.decode()


def test_nouns_without_such_a_choice_have_no_board(browser):
    assert browser.get("/w/rayyan/products/board").status_code == 404


def test_lanes_count_no_further_than_they_say(alice):
    assert COUNTED == 1_000
    assert newest(people.visible_to(alice), [], ["name"]) == []
