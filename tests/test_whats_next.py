"""A deal with nothing planned asks what is next: on its page, and in a word after a move."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.sales.actions import win
from sila.work.actions import complete, plan
from sila.work.models import Activity, ActivityLink
from sila.work.whats_next import morning

SLUG = "opportunities"


@pytest.fixture
def deal(alice):
    return records.create(registry[SLUG], {"name": "توريد"}, by=alice)


@pytest.fixture
def asked(deal, browser):
    """Whether the page of the deal asks."""

    def asked(who="alice"):
        page = browser(who).get(f"/w/rayyan/{SLUG}/{deal.id}/").content.decode()
        return f"/w/rayyan/next/{SLUG}/{deal.id}" in page

    return asked


def test_an_open_deal_asks_until_something_is_planned_and_again_when_that_is_done(deal, alice, asked):
    assert asked()
    when = timezone.now() + timedelta(days=1)
    task = plan("task", {"subject": "x", "due_at": when}, by=alice, about=[(SLUG, deal.id)])
    assert not asked()
    complete(task, by=alice)
    assert asked()


def test_a_closed_deal_and_those_who_may_not_plan_are_not_asked(deal, alice, asked):
    assert not asked("bob")
    assert not asked("viewer")
    win(deal, by=alice)
    assert not asked()


def test_one_click_plans_a_call_on_a_working_morning(deal, browser, company):
    url = f"/w/rayyan/next/{SLUG}/{deal.id}/tomorrow"
    assert browser("alice").post(url).status_code == 204
    call = Activity.objects.get()
    at = call.starts_at.astimezone(ZoneInfo("Asia/Riyadh"))
    assert (call.kind, at.hour, at.weekday() in company.workspace.weekend) == ("call", 9, False)
    assert ActivityLink.objects.get().record_id == deal.id
    assert browser("alice").post(f"/w/rayyan/next/{SLUG}/{deal.id}/never").status_code == 404


def test_the_form_asks_for_kind_subject_and_moment(deal, browser):
    url = f"/w/rayyan/next/{SLUG}/{deal.id}"
    form = browser("alice").get(url).content.decode()
    assert "توريد" in form
    assert browser("alice").post(url, {"kind": "visit", "subject": "", "when": ""}).status_code == 422
    given = {"kind": "visit", "subject": "زيارة", "when": "2026-12-01 10:00", "note": "خريطة"}
    assert browser("alice").post(url, given).status_code == 204
    assert (Activity.objects.get().kind, Activity.objects.get().body) == ("visit", "خريطة")


def test_strangers_find_nothing_and_readers_plan_nothing(deal, browser):
    url = f"/w/rayyan/next/{SLUG}/{deal.id}"
    assert browser("charlie").get(url).status_code == 404
    assert browser("bob").post(f"{url}/tomorrow").status_code == 403
    assert browser("alice").get(f"/w/rayyan/next/products/{deal.id}").status_code == 404
    assert not Activity.objects.exists()


def test_a_move_says_a_word_where_nothing_is_planned(deal, alice, browser):
    stages = registry["stages"].rows().filter(category="open").order_by("order")

    def move(place):
        url = f"/w/rayyan/{SLUG}/{deal.id}/stage/"
        answer = browser("alice").post(url, {"stage": stages[place].id}, headers={"hx-request": "true"})
        return json.loads(answer.headers["HX-Trigger"])["sila:toast"]

    assert move(1)["ask"]["url"] == f"/w/rayyan/next/{SLUG}/{deal.id}"
    plan("call", {"subject": "x"}, by=alice, about=[(SLUG, deal.id)])
    assert "ask" not in move(2)


def test_a_weekend_is_passed_over_unless_there_is_nothing_else(workspace):
    reader = Reader.of(workspace)
    assert morning(1, reader, [0, 1, 2, 3, 4, 5]).weekday() == 6
    assert morning(1, reader, list(range(7))).date() == reader.today + timedelta(days=1)
