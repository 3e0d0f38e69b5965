"""The board: lanes, totals, lights, and moving a card."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from sila.platform.access.models import Role
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.models import Workspace
from sila.sales.models import Opportunity, Stage
from sila.work.actions import plan
from tests.counting import at_most

deals = registry["opportunities"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def browser(client, company):
    client.force_login(company.user("alice"), backend=BACKEND)
    return client


def add(alice, name, amount, **more):
    return records.create(deals, {"name": name, "amount": amount, **more}, by=alice)


def test_the_board_costs_the_same_for_one_deal_and_for_many(alice, browser):
    for number in range(40):
        add(alice, f"صفقة {number}", "1000")
    browser.get("/w/rayyan/opportunities/board")
    with at_most(12):
        page = browser.get("/w/rayyan/opportunities/board").content.decode()
    assert page.count("s-deal") >= 30
    assert "lane=" in page


def test_more_of_a_lane_follows_where_the_first_cards_end(alice, browser):
    for number in range(35):
        add(alice, f"صفقة {number:02}", "10")
    first = deals.board(deals, deals.visible_to(alice), context(alice), {})["lanes"][0]
    rest = deals.board(deals, deals.visible_to(alice), context(alice), first["more"])["lanes"][0]
    titles = [card["title"] for card in first["cards"] + rest["cards"]]
    assert len(titles) == len(set(titles)) == 35
    assert rest["more"] is None


def test_more_of_a_lane_keeps_the_conditions_of_the_board(alice, browser):
    for number in range(35):
        add(alice, f"صفقة {number:02}", "10")
    add(alice, "أخرى", "10")
    url = "/w/rayyan/opportunities/board?f=name:contains:صفقة"
    more = re.search(r'hx-get="([^"]*lane=[^"]*)"', browser.get(url).content.decode())[1]
    cards = browser.get(more.replace("&amp;", "&")).content.decode()
    assert cards.count('data-id="') == 5
    assert "أخرى" not in cards


def test_hidden_amounts_are_on_no_card_and_in_no_total(alice, company, client):
    add(alice, "أ", "123456")
    seller = Role.objects.get(code="seller")
    seller.fields["opportunities"] = {"amount": "hidden"}
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 1
    )
    client.force_login(company.user("alice"), backend=BACKEND)
    page = client.get("/w/rayyan/opportunities/board").content.decode()
    assert "123,456" not in page
    assert "123.4" not in page
    assert "weighted" not in page


def context(actor):
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context

    return Context(actor, Reader.of(actor.workspace))


def test_totals_are_of_all_deals_and_weighted_by_probability(alice):
    add(alice, "أ", "1000")
    add(alice, "ب", "3000", stage=Stage.objects.get(name_en="Quote").id)
    shown = deals.board(deals, deals.visible_to(alice), context(alice), {})
    new, quote = shown["lanes"][0], shown["lanes"][2]
    assert (new["share"], quote["share"]) == (10, 50)
    assert "1.60K" in shown["sums"][1]["value"]


def test_other_currencies_stand_beside_and_are_not_added(alice):
    add(alice, "أ", "1000")
    add(alice, "ب", "500", currency="USD")
    sums = deals.board(deals, deals.visible_to(alice), context(alice), {})["sums"]
    assert "1.00K" in sums[0]["value"]
    assert "USD" in str(sums[2]["label"])


def test_lights_are_red_green_and_amber(alice):
    late, planned, idle = (add(alice, name, "1") for name in ("متأخرة", "مخططة", "ساكنة"))
    now = timezone.now()
    plan(
        "task",
        {"subject": "x", "due_at": now - timedelta(days=2)},
        by=alice,
        about=[("opportunities", late.id)],
    )
    plan(
        "call",
        {"subject": "y", "starts_at": now + timedelta(days=2)},
        by=alice,
        about=[("opportunities", planned.id)],
    )
    cards = deals.board(deals, deals.visible_to(alice), context(alice), {})["lanes"][0]["cards"]
    lights = {card["id"]: card["light"]["kind"] for card in cards}
    assert lights == {late.id: "late", planned.id: "", idle.id: "none"}


def test_a_deal_that_rests_too_long_rots(alice):
    deal = add(alice, "قديمة", "1")
    Opportunity.objects.filter(id=deal.id).update(entered_stage_at=timezone.now() - timedelta(days=20))
    card = deals.board(deals, deals.visible_to(alice), context(alice), {})["lanes"][0]["cards"][0]
    assert card["rot"]["kind"] == "rotten"


def test_deals_that_rest_too_long_are_a_list_which_follows_the_days_of_the_stage(alice, admin, browser):
    now = timezone.now()
    with clock.at(now - timedelta(days=20)):
        forgotten = add(alice, "منسية", "1")
    with clock.at(now - timedelta(days=13)):
        fresh = add(alice, "حديثة", "1")

    def listed():
        page = browser.get(
            "/w/rayyan/opportunities/?f=category:any:open&f=rests_until:within:before_today"
        ).content.decode()
        return [each.id for each in (forgotten, fresh) if each.name in page]

    assert listed() == [forgotten.id]
    stage = Stage.objects.get(name_en="New")
    changed = records.update(registry["stages"], stage.id, {"rot_days": 12}, by=admin)
    assert listed() == [forgotten.id, fresh.id]
    records.update(registry["stages"], changed.id, {"rot_days": ""}, by=admin)
    assert listed() == []


def test_a_card_is_dropped_on_another_stage(alice, browser):
    deal = add(alice, "أ", "1")
    quote = Stage.objects.get(name_en="Quote")
    url = f"/w/rayyan/opportunities/{deal.id}/stage/"
    answer = browser.post(url, {"stage": quote.id, "version": deal.version}, headers={"hx-request": "true"})
    assert answer.status_code in (200, 204)
    assert Opportunity.objects.get(id=deal.id).stage_id == quote.id


def test_a_card_that_someone_else_moved_is_not_moved_again(alice, browser):
    deal = add(alice, "أ", "1")
    quote = Stage.objects.get(name_en="Quote")
    other = Stage.objects.filter(pipeline_id=quote.pipeline_id, category="open").exclude(
        id__in=(quote.id, deal.stage_id)
    )[0]
    records.update(deals, deal.id, {"stage": other.id}, by=alice)
    url = f"/w/rayyan/opportunities/{deal.id}/stage/"
    answer = browser.post(url, {"stage": quote.id, "version": deal.version}, headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert Opportunity.objects.get(id=deal.id).stage_id == other.id


def test_a_card_that_someone_else_renamed_is_moved(alice, browser):
    deal = add(alice, "أ", "1")
    records.update(deals, deal.id, {"name": "ب"}, by=alice)
    quote = Stage.objects.get(name_en="Quote")
    url = f"/w/rayyan/opportunities/{deal.id}/stage/"
    browser.post(url, {"stage": quote.id, "version": deal.version}, headers={"hx-request": "true"})
    moved = Opportunity.objects.get(id=deal.id)
    assert (moved.stage_id, moved.name) == (quote.id, "ب")


def test_the_zone_of_loss_asks_for_the_reason(alice, browser):
    deal = add(alice, "أ", "1")
    answer = browser.post(
        f"/w/rayyan/opportunities/{deal.id}/stage/", {"stage": "lose"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 409
    assert Opportunity.objects.get(id=deal.id).category == "open"


def test_the_page_of_a_deal_has_its_stages_and_takes_few_queries(alice, browser):
    customer = records.create(registry["organizations"], {"name": "عميل", "phone": "0112345678"}, by=alice)
    deal = add(alice, "أ", "1", party=customer.id)
    browser.get(f"/w/rayyan/opportunities/{deal.id}/")
    with at_most(13):
        page = browser.get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert 'aria-current="step"' in page
    assert "tel:+966112345678" in page


def test_a_strangers_board_is_empty(alice, company, client):
    add(alice, "سرّي", "1")
    client.force_login(company.user("charlie"), backend=BACKEND)
    assert "سرّي" not in client.get("/w/rayyan/opportunities/board").content.decode()


def test_a_part_in_the_deal_is_given_and_taken_on_its_page(alice, browser, company, client):
    deal = add(alice, "أ", "1")
    person = records.create(registry["people"], {"name": "ريم"}, by=alice)
    url = f"/w/rayyan/deal/{deal.id}/parts"
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"person": person.id, "role": ""}).status_code == 422
    assert browser.post(url, {"person": person.id, "role": "decides"}).status_code == 204
    part = deal.roles.get()
    client.force_login(company.user("bob"), backend=BACKEND)
    refused = client.post(f"/w/rayyan/deal/part/{part.id}/remove", headers={"hx-request": "true"})
    assert refused.status_code == 403
    client.force_login(company.user("alice"), backend=BACKEND)
    assert client.post(f"/w/rayyan/deal/part/{part.id}/remove").status_code == 204
    assert not deal.roles.exists()


def test_who_may_not_add_deals_sees_no_way_to(alice, company, client, browser):
    add(alice, "أ", "1")
    assert "/opportunities/new?stage=" in browser.get("/w/rayyan/opportunities/board").content.decode()
    client.force_login(company.user("viewer"), backend=BACKEND)
    board = client.get("/w/rayyan/opportunities/board").content.decode()
    assert 'class="s-lane"' in board
    assert "/opportunities/new" not in board
    assert 'data-quick=""' in board
    assert 'data-key="C"' not in client.get("/w/rayyan/today").content.decode()
