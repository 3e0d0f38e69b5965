"""The scale of hours, and activities that are moved on it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.work.actions import complete, plan
from sila.work.diary import diary, side_by_side
from sila.work.models import Activity
from tests.counting import at_most

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"hx-request": "true"}
SUNDAY = date(2026, 11, 22)


def at(hour, minute=0, day=SUNDAY):
    """By the clock of Riyadh, three hours ahead."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


@pytest.fixture
def browser(client, company):
    client.force_login(company.user("alice"), backend=BACKEND)
    return client


@pytest.fixture
def meeting(alice):
    times = {"starts_at": at(10), "ends_at": at(11, 30), "reminder_at": at(9, 45)}
    return plan("meeting", {"subject": "اجتماع العرض", **times}, by=alice)


def moved(browser, activity, to, **more):
    return browser.post(f"/w/rayyan/work/{activity.id}/move", {"to": to, **more}, headers=HTMX)


def test_what_overlaps_stands_side_by_side_and_the_rest_takes_the_whole_day():
    spans = [(540, 600), (570, 660), (600, 630), (700, 760)]
    assert side_by_side(spans) == [(0, 2), (1, 2), (0, 2), (0, 1)]
    assert side_by_side([]) == []


def test_an_activity_stands_at_its_hour_for_its_length(alice, browser, meeting):
    page = browser.get("/w/rayyan/calendar?layout=week&day=2026-11-22").content.decode()
    assert re.search(r'data-from="10:00" data-to="11:30" data-lane="0" data-lanes="1"', page)
    assert page.count('class="s-daycol') == 7


def test_what_lasts_over_midnight_stands_on_both_days_and_what_lasts_all_day_above_the_hours(alice):
    plan(
        "visit",
        {"subject": "تركيب ليلي", "starts_at": at(22), "ends_at": at(2, day=SUNDAY + timedelta(1))},
        by=alice,
    )
    plan(
        "meeting",
        {"subject": "معرض", "starts_at": at(0), "ends_at": at(0, day=SUNDAY + timedelta(3))},
        by=alice,
    )
    plan("task", {"subject": "تسليم", "due_at": at(0)}, by=alice)
    context = Context(alice, Reader.of(alice.workspace))
    days = diary(SUNDAY, SUNDAY + timedelta(days=6), context)
    assert [len(days[SUNDAY + timedelta(days=number)]) for number in range(3)] == [3, 2, 1]
    night = next(entry for entry in days[SUNDAY] if entry.activity.subject == "تركيب ليلي")
    assert night.minutes(SUNDAY) == (22 * 60, 24 * 60)
    assert night.minutes(SUNDAY + timedelta(days=1)) == (0, 2 * 60)
    assert {entry.activity.subject for entry in days[SUNDAY] if entry.all_day} == {"معرض", "تسليم"}


@pytest.mark.parametrize("layout", ["day", "week", "month"])
def test_many_activities_take_no_more_queries_than_one(alice, browser, layout):
    url = f"/w/rayyan/calendar?layout={layout}&day=2026-11-22"
    browser.get(url)
    for number in range(20):
        plan("call", {"subject": f"مكالمة {number}", "starts_at": at(8 + number % 9)}, by=alice)
    with at_most(9):
        browser.get(url)


def test_a_meeting_is_moved_with_its_length_and_its_reminder_and_back_again(browser, meeting):
    answer = moved(browser, meeting, "2026-11-24T14:15", version=meeting.version)
    assert answer.status_code == 204
    now = Activity.objects.get(id=meeting.id)
    tuesday = date(2026, 11, 24)
    assert (now.starts_at, now.ends_at) == (at(14, 15, tuesday), at(15, 45, tuesday))
    assert now.reminder_at == at(14, 0, tuesday)
    undo = re.search(r'"undo_url": "([^"]+)"', answer.headers["HX-Trigger"])[1]
    browser.post(undo, headers=HTMX)
    assert Activity.objects.get(id=meeting.id).starts_at == at(10)


def test_a_meeting_that_is_put_on_another_day_keeps_its_hour(browser, meeting):
    assert moved(browser, meeting, "2026-12-01").status_code == 204
    assert Activity.objects.get(id=meeting.id).starts_at == at(10, day=date(2026, 12, 1))


@pytest.mark.parametrize("to", ["", "tomorrow", "2026-13-40T10:00", "0001-01-01T00:00", "9999-12-31"])
def test_a_moment_that_is_none_moves_nothing(browser, meeting, to):
    assert moved(browser, meeting, to).status_code == 422
    assert Activity.objects.get(id=meeting.id).starts_at == at(10)


def test_only_who_may_edit_it_moves_it_and_only_while_it_is_open(alice, browser, company, client, meeting):
    complete(meeting, by=alice)
    assert moved(browser, meeting, "2026-11-24T14:15").status_code == 422
    client.force_login(company.user("charlie"), backend=BACKEND)
    assert moved(client, meeting, "2026-11-24T14:15").status_code == 404
    assert Activity.objects.get(id=meeting.id).starts_at == at(10)


def test_a_repetition_to_come_is_not_moved_by_itself(alice, browser):
    plan("meeting", {"subject": "الأسبوعي", "starts_at": at(10), "rrule": "FREQ=DAILY"}, by=alice)
    page = browser.get("/w/rayyan/calendar?layout=week&day=2026-11-22").content.decode()
    assert page.count('data-from="10:00"') == 7
    assert page.count("data-event=") == 1
