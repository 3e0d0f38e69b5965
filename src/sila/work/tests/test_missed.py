"""Missed follow-ups: what is over and still open, whose, for how long, and records with nothing planned."""

import csv
import io
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sila.parties.models import Party
from sila.parties.territories.models import Territory
from sila.platform.access.models import Team
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.work.actions import cancel, complete, plan, snooze
from tests.counting import at_most

MISSED = "/w/rayyan/missed/"


def days_ago(number, hour=10):
    zone = ZoneInfo("Asia/Riyadh")
    return datetime.combine(timezone.now().astimezone(zone).date(), time(hour), tzinfo=zone) - timedelta(
        days=number
    )


def planned(kind, subject, days, by, about=()):
    when = {"due_at" if kind == "task" else "starts_at": days_ago(days)}
    return plan(kind, {"subject": subject, **when}, by=by, about=about)


@pytest.fixture
def page(browser):
    def read(name="alice", tail=""):
        return browser(name).get(f"{MISSED}{tail}").content.decode()

    return read


def test_what_is_over_and_still_open_was_missed_and_nothing_else(alice, page):
    planned("visit", "زيارة فائتة", 3, alice)
    complete(planned("call", "مكالمة تمت", 3, alice), by=alice)
    cancel(planned("call", "مكالمة ألغيت", 3, alice), by=alice)
    snooze(planned("task", "مهمة نُقلت", 3, alice), by=alice, until=timezone.now() + timedelta(days=2))
    planned("task", "مهمة اليوم", 0, alice)
    text = page()
    assert "زيارة فائتة" in text
    for other in ("مكالمة تمت", "مكالمة ألغيت", "مهمة نُقلت", "مهمة اليوم"):
        assert other not in text


def test_days_are_counted_by_the_calendar_of_the_workspace(alice, page):
    planned("task", "متأخرة", 1, alice)
    planned("task", "متأخرة جدًا", 12, alice)
    lines = page()
    assert lines.index("متأخرة جدًا") < lines.rindex("متأخرة")
    assert "12" in lines


def test_a_manager_sees_the_team_and_everyone_else_their_own(alice, charlie, page, company):
    planned("task", "لأليس", 2, alice)
    planned("task", "لتشارلي", 2, charlie)
    assert "لتشارلي" not in page()
    assert "لأليس" in page("manager")
    assert "لأليس" not in page("manager", f"?who={company.members['manager'].id}")
    assert "لأليس" in page("manager", f"?who=team:{Team.objects.get().id}")


def test_of_somebody_whom_one_does_not_look_after_there_is_no_report(alice, browser):
    planned("task", "لأليس", 2, alice)
    assert browser("charlie").get(f"{MISSED}?who={alice.member_id}").status_code == 404


def test_the_period_and_the_territory_narrow_it(alice, admin, page):
    west = Territory.objects.create(name="الغربية")
    jeddah = records.create(registry["organizations"], {"name": "جداوي"}, by=alice)
    Party.objects.filter(id=jeddah.id).update(territory_id=west.id)
    planned("call", "قريبة", 3, alice)
    planned("call", "في الغربية", 40, alice, [("organizations", jeddah.id)])
    assert "في الغربية" not in page(tail="?days=7")
    there = page(tail=f"?territory={west.id}")
    assert "في الغربية" in there
    assert "قريبة" not in there


def test_deals_with_nothing_planned_are_told_and_those_with_something_are_not(alice, page):
    bare = records.create(registry["opportunities"], {"name": "صفقة بلا موعد"}, by=alice)
    busy = records.create(registry["opportunities"], {"name": "صفقة لها موعد"}, by=alice)
    tomorrow = timezone.now() + timedelta(days=1)
    plan("task", {"subject": "x", "due_at": tomorrow}, by=alice, about=[("opportunities", busy.id)])
    text = page()
    assert f"/next/opportunities/{bare.id}" in text
    assert f"/next/opportunities/{busy.id}" not in text


def test_it_takes_few_queries_however_much_was_missed(alice, browser, workspace):
    customer = records.create(registry["organizations"], {"name": "عميل"}, by=alice)
    for number in range(30):
        planned("task", f"مهمة {number}", number + 1, alice, [("organizations", customer.id)])
        records.create(registry["opportunities"], {"name": f"صفقة {number}"}, by=alice)
    client = browser("alice")
    client.get(MISSED)
    with at_most(12):
        text = client.get(MISSED).content.decode()
    assert "مهمة 29" in text


def test_the_file_holds_the_same_lines_and_no_formulas(alice, browser):
    planned("task", "=1+1", 4, alice)
    answer = browser("manager").get(f"{MISSED}export?who={alice.member_id}")
    rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][1] != "=1+1"
    assert rows[1][-1] == "4"
    assert Event.objects.filter(kind="exported").count() == 1


def test_a_line_is_done_or_moved_right_there(alice, browser):
    missed = planned("call", "اتصال", 2, alice)
    client = browser("alice")
    base = f"/w/rayyan/calls/{missed.id}/do/"
    assert base + "complete" in client.get(MISSED).content.decode()
    client.post(base + "complete", {"outcome": "ردّ"}, headers={"HX-Request": "true"})
    missed.refresh_from_db()
    assert missed.status == "done"
    assert "اتصال" not in client.get(MISSED).content.decode().split("missed-title")[1]
