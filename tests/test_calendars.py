"""The calendar that any noun has: by its own date fields, by those that a workspace added, on the reader's days."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db.models import F

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions, calendars, sharing
from sila.platform.entities.computed import verbs
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from tests.counting import at_most
from tests.people import OWN

deals, meetings, people = registry["opportunities"], registry["meetings"], registry["people"]
DEALS = "/w/rayyan/opportunities/"
MARCH = f"{DEALS}calendar?by=expected_close&day=2026-03-10"
FORMULA = "add_days([Expected close], 7)"
HTMX = {"HX-Request": "true"}


def add(alice: Any, name: str, day: str | None = "2026-03-10", **more: Any) -> Any:
    return actions.create(deals, {"name": name, "expected_close": day, **more}, by=alice)


def on_days(page: Any) -> dict[str, list[str]]:
    """Day -> what stands on it, for days that hold something."""
    assert page.status_code == 200
    parts = re.split(r'data-day="([^"]*)"', page.content.decode())
    found = {
        day: re.findall(r'class="s-event-title">([^<]*)', cell)
        for day, cell in zip(parts[1::2], parts[2::2], strict=True)
    }
    return {day: titles for day, titles in found.items() if titles}


def moved(client: Any, entity: Any, record: Any, by: str, to: str, **more: Any) -> Any:
    url = f"/w/rayyan/{entity.slug}/{record.id}/day/?by={by}"
    return client.post(url, {"to": to, "version": record.version, **more}, headers=HTMX)


def hide(company: Any, noun: str, **fields: str) -> None:
    seller = Role.objects.get(code="seller")
    seller.fields[noun] = fields
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=F("access_version") + 1)


@pytest.fixture
def built(company, workspace) -> str:
    """The date field of the noun that the company made for itself."""
    return next(f.name for f in registry[OWN].own_fields.values() if f.kind.name == "date")


# ---- what stands where -------------------------------------------------------------------------------
def test_records_stand_on_their_days_in_both_calendars(alice, browser):
    add(alice, "عقد", "2026-03-10")
    add(alice, "آخر", "2026-04-04")
    add(alice, "بعيد", "2026-07-01")
    page = browser("alice").get(MARCH)
    assert on_days(page) == {"2026-03-10": ["عقد"], "2026-04-04": ["آخر"]}  # whole weeks are shown
    text = page.content.decode()
    assert "March 2026" in text and "Ramadan – Shawwal 1447 AH" in text
    assert on_days(browser("alice").get(f"{MARCH}&span=week")) == {"2026-03-10": ["عقد"]}


def test_the_list_the_board_and_the_calendar_lead_to_each_other(alice, browser):
    for path in ("", "board", "calendar"):
        page = browser("alice").get(f"{DEALS}{path}?f=name:contains:x").content.decode()
        for other in ("?", "board?", "calendar?"):
            assert f'href="{DEALS}{other}f=name%3Acontains%3Ax' in page


def test_conditions_search_and_rights_hold_as_in_the_list(alice, browser):
    add(alice, "مرئي", amount="500")
    add(alice, "صغير", amount="1")
    filtered = browser("alice").get(f"{MARCH}&f=amount:gte:100")
    assert on_days(filtered) == {"2026-03-10": ["مرئي"]}
    assert on_days(browser("alice").get(f"{MARCH}&q={quote('صغير')}")) == {"2026-03-10": ["صغير"]}
    assert on_days(browser("charlie").get(MARCH)) == {}


def test_moments_stand_on_the_day_of_the_workspace(alice, browser, company):
    late = {
        "subject": "متأخر",
        "starts_at": "2026-03-10T22:30:00+00:00",
        "ends_at": "2026-03-10T23:00:00+00:00",
    }
    actions.create(meetings, late, by=alice)
    url = "/w/rayyan/meetings/calendar?by=starts_at&day=2026-03-10"
    assert on_days(browser("alice").get(url)) == {"2026-03-11": ["متأخر"]}
    assert "01:30" in browser("alice").get(url).content.decode()
    assert "starts_at%3Ais%3A" not in url
    listed = browser("alice").get("/w/rayyan/meetings/?f=starts_at:is:2026-03-11").content.decode()
    assert "متأخر" in listed


def test_a_noun_of_the_workspace_has_a_calendar_of_its_own_date(admin, browser, built):
    estate = registry[OWN]
    villa = actions.create(estate, {"name": "فيلا", built: "2026-03-10"}, by=admin)
    url = f"/w/rayyan/{OWN}/calendar?day=2026-03-01"
    client = browser("admin")
    assert on_days(client.get(url)) == {"2026-03-10": ["فيلا"]}
    assert moved(client, estate, villa, built, "2026-03-12").status_code == 204
    assert on_days(client.get(url)) == {"2026-03-12": ["فيلا"]}


def test_a_moment_that_the_workspace_added_too(alice, admin, browser):
    field = add_field("people", "لقاء", kind="datetime", by=admin)
    reem = actions.create(people, {"name": "ريم", field.key: "2026-03-10T23:30"}, by=alice)
    url = f"/w/rayyan/people/calendar?by={field.key}&day=2026-03-10"
    client = browser("alice")
    assert on_days(client.get(url)) == {"2026-03-10": ["ريم"]}
    assert moved(client, people, reem, field.key, "2026-03-12").status_code == 204
    page = client.get(url)
    assert on_days(page) == {"2026-03-12": ["ريم"]}
    assert "23:30" in page.content.decode()


def test_a_formula_that_gives_a_date_places_records_and_is_moved_by_nobody(alice, admin, browser):
    rule = verbs.formula_rule(deals, FORMULA, money=False)
    field = verbs.add_computed(deals, "متابعة", kind="formula", rule=rule, by=admin)
    record = add(alice, "عقد", "2026-03-10")
    client = browser("alice")
    assert on_days(client.get(f"{DEALS}calendar?by={field.key}&day=2026-03-10")) == {"2026-03-17": ["عقد"]}
    assert moved(client, deals, record, field.key, "2026-03-20").status_code == 403


def test_a_full_day_shows_a_few_and_leads_to_the_list_of_all(alice, browser):
    for number in range(calendars.SHOWN["month"] + 3):
        add(alice, f"صفقة {number}")
    page = browser("alice").get(f"{MARCH}&f=name:filled")
    assert len(on_days(page)["2026-03-10"]) == calendars.SHOWN["month"]
    more = re.search(r'href="([^"]*)">3 more', page.content.decode())[1].replace("&amp;", "&")
    listed = browser("alice").get(more).content.decode()
    assert listed.count('class="s-name"') == calendars.SHOWN["month"] + 3 or listed.count("صفقة") >= 7
    assert "f=name%3Afilled" in more and "f=expected_close%3Ais%3A2026-03-10" in more


def test_records_without_a_date_are_counted_and_lead_to_that_condition(alice, browser):
    add(alice, "بلا", None)
    add(alice, "به")
    page = browser("alice").get(MARCH).content.decode()
    way = re.search(r'href="([^"]*)">1 without a date', page)[1].replace("&amp;", "&")
    listed = browser("alice").get(way).content.decode()
    assert "بلا" in listed and "به<" not in listed


def test_an_empty_month_says_so_and_a_day_takes_a_new_record_with_its_date(alice, browser):
    page = browser("alice").get(MARCH).content.decode()
    assert "Nothing in this month." in page
    new = re.search(r'hx-get="([^"]*new\?expected_close=2026-03-10[^"]*)"', page)[1].replace("&amp;", "&")
    form = browser("alice").get(new, headers=HTMX).content.decode()
    assert 'value="2026-03-10"' in form
    assert "expected_close=2026" not in browser("viewer").get(MARCH).content.decode()


# ---- another day -------------------------------------------------------------------------------------
def test_a_record_is_put_on_another_day_and_back(alice, browser):
    record = add(alice, "عقد")
    client = browser("alice")
    answer = moved(client, deals, record, "expected_close", "2026-03-19")
    toast = json.loads(answer.headers["HX-Trigger"])["sila:toast"]
    assert deals.rows().get(id=record.id).expected_close.isoformat() == "2026-03-19"
    assert client.post(toast["undo_url"], headers=HTMX).status_code == 204
    assert deals.rows().get(id=record.id).expected_close.isoformat() == "2026-03-10"


def test_a_meeting_keeps_its_hour_its_length_and_its_reminder(alice, browser):
    times = {
        "starts_at": "2026-03-10T10:00",
        "ends_at": "2026-03-10T11:00",
        "reminder_at": "2026-03-10T09:00",
    }
    meeting = actions.create(meetings, {"subject": "لقاء", **times}, by=alice)
    client = browser("alice")
    answer = moved(client, meetings, meeting, "starts_at", "2026-03-12")
    then = meetings.rows().get(id=meeting.id)
    assert then.starts_at - meeting.starts_at == timedelta(days=2)
    assert then.ends_at - then.starts_at == timedelta(hours=1)
    assert then.starts_at - then.reminder_at == timedelta(hours=1)
    client.post(json.loads(answer.headers["HX-Trigger"])["sila:toast"]["undo_url"], headers=HTMX)
    assert meetings.rows().get(id=meeting.id).ends_at == meeting.ends_at


@pytest.mark.parametrize("access", ["hidden", "read"])
def test_an_end_that_the_role_closes_moves_along_and_is_not_told(access, alice, browser, company):
    times = {"starts_at": "2026-03-10T10:00", "ends_at": "2026-03-10T11:00"}
    meeting = actions.create(meetings, {"subject": "لقاء", **times}, by=alice)
    hide(company, "meetings", ends_at=access)
    assert moved(browser("alice"), meetings, meeting, "starts_at", "2026-03-12").status_code == 204
    then = meetings.rows().get(id=meeting.id)
    assert then.starts_at - meeting.starts_at == timedelta(days=2)
    assert then.ends_at - then.starts_at == timedelta(hours=1)
    assert moved(browser("alice"), meetings, meeting, "ends_at", "2026-03-13").status_code in (403, 404)


def test_a_moment_with_an_offset_that_no_clock_has_is_the_moment_it_says(alice, browser):
    task = actions.create(registry["tasks"], {"subject": "x", "due_at": "2026-03-10T10:00"}, by=alice)
    answer = moved(browser("alice"), registry["tasks"], task, "due_at", "2026-03-12T12:00+23:00")
    assert answer.status_code == 204
    assert registry["tasks"].rows().get(id=task.id).due_at.isoformat() == "2026-03-11T13:00:00+00:00"


def test_a_date_that_somebody_takes_out_while_the_page_is_made_does_no_harm(alice, browser, monkeypatch):
    tasks, found = registry["tasks"], calendars.placed
    task = actions.create(tasks, {"subject": "x", "due_at": "2026-03-10T10:00"}, by=alice)

    def placed(*given: Any) -> Any:
        days = found(*given)
        actions.update(tasks, task.id, {"due_at": ""}, by=alice)
        return days

    monkeypatch.setattr(calendars, "placed", placed)
    page = browser("alice").get("/w/rayyan/tasks/calendar?by=due_at&day=2026-03-10")
    assert on_days(page) == {"2026-03-10": ["x"]}


@pytest.mark.parametrize(
    ("by", "to", "status"),
    [
        ("expected_close", "nonsense", 422),
        ("expected_close", "9999-01-01", 422),
        ("expected_close", "", 422),
        ("amount", "2026-03-12", 404),
        ("nothing", "2026-03-12", 404),
        ("created_at", "2026-03-12", 403),
    ],
)
def test_what_is_no_day_or_no_field_moves_nothing(by, to, status, alice, browser):
    record = add(alice, "عقد")
    assert moved(browser("alice"), deals, record, by, to).status_code == status
    assert deals.rows().get(id=record.id).version == record.version


def test_who_may_not_change_a_record_does_not_move_it(alice, bob, browser, company):
    record = add(alice, "عقد")
    assert moved(browser("charlie"), deals, record, "expected_close", "2026-03-12").status_code == 404
    sharing_with_charlie(record, company, alice)
    page = browser("charlie").get(MARCH)
    assert on_days(page) == {"2026-03-10": ["عقد"]}
    assert "data-event" not in page.content.decode()
    assert moved(browser("charlie"), deals, record, "expected_close", "2026-03-12").status_code == 403
    assert "data-event" in browser("alice").get(MARCH).content.decode()
    hide(company, "opportunities", expected_close="read")
    assert "data-event" not in browser("alice").get(MARCH).content.decode()
    assert moved(browser("alice"), deals, record, "expected_close", "2026-03-12").status_code == 403
    assert deals.rows().get(id=record.id).version == record.version


def sharing_with_charlie(record: Any, company: Any, alice: Any) -> None:
    sharing.share(deals, record, by=alice, level="view", member=company.members["charlie"].id)


def test_two_who_move_one_record_are_shown_both_days(alice, browser):
    record = add(alice, "عقد")
    client = browser("alice")
    assert moved(client, deals, record, "expected_close", "2026-03-12").status_code == 204
    second = moved(client, deals, record, "expected_close", "2026-03-15")
    assert second.status_code == 409
    assert "2026" in second.content.decode()
    assert deals.rows().get(id=record.id).expected_close.isoformat() == "2026-03-12"


# ---- addresses ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    ["by=nothing", "by=amount", "day=2026-13-40", "day=x", "span=year", "day=0001-01-01", "day=9999-12-31"],
)
def test_a_wrong_address_gives_the_ordinary_calendar(query, alice, browser):
    add(alice, "عقد")
    assert browser("alice").get(f"{DEALS}calendar?{query}").status_code == 200


def test_a_wrong_condition_is_refused_as_in_the_list(browser):
    assert browser("alice").get(f"{DEALS}calendar?f=nothing:is:1").status_code == 400


def test_a_date_that_the_role_hides_places_nothing(alice, company, browser):
    add(alice, "عقد")
    hide(company, "opportunities", expected_close="hidden")
    page = browser("alice").get(MARCH)
    assert on_days(page) == {}
    assert "Expected close" not in page.content.decode()
    record = deals.rows().get()
    assert moved(browser("alice"), deals, record, "expected_close", "2026-03-12").status_code == 404
    assert deals.rows().get().version == record.version


def test_another_workspace_sees_and_moves_nothing(alice, browser, dalia, elsewhere):
    from django.conf import settings
    from django.test import Client

    record = add(alice, "عقد")
    stranger = Client()
    stranger.force_login(elsewhere.user("dalia"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert stranger.get(MARCH).status_code == 404
    assert moved(stranger, deals, record, "expected_close", "2026-03-12").status_code == 404
    assert stranger.get(MARCH.replace("rayyan", "delta")).status_code == 200


def test_nouns_without_days_of_their_own_have_no_calendar(browser):
    assert browser("alice").get("/w/rayyan/stages/calendar").status_code in (404,)
    assert "stages/calendar" not in browser("admin").get("/w/rayyan/stages/").content.decode()


@pytest.mark.parametrize("entity", list(registry.declared), ids=lambda entity: entity.slug)
def test_every_noun_has_a_calendar_or_none(entity, browser, workspace):
    page = browser("admin").get(f"/w/rayyan/{entity.slug}/calendar")
    assert page.status_code == (200 if calendars.has_calendar(entity, entity.fields) else 404)


# ---- kept views --------------------------------------------------------------------------------------
def test_a_kept_view_remembers_the_calendar_and_its_field(alice, browser):
    add(alice, "عقد")
    client = browser("alice")
    page = client.get(f"{DEALS}calendar?by=expected_close&span=week&f=name:filled").content.decode()
    keep = re.search(r'hx-get="([^"]*views/new[^"]*)"', page)[1].replace("&amp;", "&")
    answer = client.post(keep, {"name": "Weeks", "audience": "mine"}, headers=HTMX)
    assert answer.headers["HX-Redirect"].startswith(f"{DEALS}calendar?")
    query = SavedView.objects.get().query
    assert "by=expected_close" in query and "span=week" in query and "look=calendar" in query
    tab = re.search(r'href="([^"]*)"[^>]*><bdi>Weeks', client.get(DEALS).content.decode())[1]
    opened = client.get(tab.replace("&amp;", "&"))
    assert opened.status_code == 200 and "data-calendar" in opened.content.decode()


def test_the_calendar_costs_the_same_for_one_record_and_for_many(alice, browser):
    client = browser("alice")
    for number in range(12):
        add(alice, f"صفقة {number}", f"2026-03-{10 + number % 3}")
    client.get(MARCH)
    with at_most(15):
        client.get(MARCH)
