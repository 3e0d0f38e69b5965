"""The day, the calendar, the feed, and adding work from a record."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.work.actions import log, plan
from sila.work.models import Activity
from sila.work.views.calendar import span
from sila.work.views.today import greeting_at
from tests.counting import at_most

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"hx-request": "true"}


@pytest.fixture
def browser(client, company):
    client.force_login(company.user("alice"), backend=BACKEND)
    return client


@pytest.fixture
def reem(alice):
    return records.create(registry["people"], {"name": "ريم", "phone": "0551234567"}, by=alice)


def soon(**delta):
    return timezone.now() + timedelta(**delta)


def test_the_day_shows_what_is_due_and_takes_few_queries(alice, browser, reem):
    for number in range(12):
        plan(
            "task",
            {"subject": f"مهمة {number}", "due_at": soon(hours=-number - 1)},
            by=alice,
            about=[("people", reem.id)],
        )
    plan("meeting", {"subject": "اجتماع الغد", "starts_at": soon(days=1)}, by=alice)
    browser.get("/w/rayyan/today")
    with at_most(12):
        page = browser.get("/w/rayyan/today").content.decode()
    assert "مهمة 11" in page
    assert "اجتماع الغد" in page
    assert "ريم" in page


def test_the_day_is_ones_own(alice, company, client):
    plan("task", {"subject": "لأليس فقط", "due_at": soon(hours=-1)}, by=alice)
    client.force_login(company.user("bob"), backend=BACKEND)
    assert "لأليس فقط" not in client.get("/w/rayyan/today").content.decode()


def test_a_tick_completes_a_task_and_another_takes_it_up_again(alice, browser):
    task = plan("task", {"subject": "مهمة", "due_at": soon(days=1)}, by=alice)
    url = f"/w/rayyan/work/{task.id}/tick"
    assert "checked" in browser.post(url, headers=HTMX).content.decode()
    assert Activity.objects.get(id=task.id).status == "done"
    browser.post(url, headers=HTMX)
    assert Activity.objects.get(id=task.id).status == "open"


def test_a_colleagues_tick_is_refused(alice, company, client):
    task = plan("task", {"subject": "مهمة", "due_at": soon(days=1)}, by=alice)
    client.force_login(company.user("bob"), backend=BACKEND)
    assert client.post(f"/w/rayyan/work/{task.id}/tick", headers=HTMX).status_code == 403
    assert Activity.objects.get(id=task.id).status == "open"


def test_a_month_is_filled_up_to_whole_weeks_of_the_company():
    sunday = 6
    assert span("month", date(2026, 11, 22), sunday) == (date(2026, 11, 1), date(2026, 12, 5))
    assert span("week", date(2026, 11, 22), sunday) == (date(2026, 11, 22), date(2026, 11, 28))
    assert span("week", date(2026, 11, 22), 0) == (date(2026, 11, 16), date(2026, 11, 22))


@pytest.mark.parametrize("layout", ["day", "week", "month", "nonsense"])
def test_every_layout_shows_both_calendars(alice, browser, layout):
    page = browser.get(f"/w/rayyan/calendar?layout={layout}&day=2026-11-22")
    assert page.status_code == 200
    assert "1448" in page.content.decode()


def test_a_repeating_meeting_stands_on_each_of_its_days(alice, browser):
    start = timezone.now().replace(day=1, hour=8, minute=0, second=0, microsecond=0)
    plan("meeting", {"subject": "الاجتماع الأسبوعي", "starts_at": start, "rrule": "FREQ=WEEKLY"}, by=alice)
    page = browser.get(f"/w/rayyan/calendar?layout=month&day={start.date()}").content.decode()
    assert page.count("الاجتماع الأسبوعي") >= 4


def test_an_unreadable_or_far_day_still_gives_a_calendar(browser):
    for day in ("31/02", "0001-01-01", "9999-12-31", ""):
        assert browser.get(f"/w/rayyan/calendar?day={day}").status_code == 200


def test_a_calendar_program_reads_the_feed_with_its_secret_and_nothing_else(alice, browser):
    plan("meeting", {"subject": "اجتماع، مهم", "starts_at": soon(days=1), "location": "الرياض"}, by=alice)
    log("note", {"subject": "سرّ", "body": "لا يظهر"}, by=alice)
    page = browser.post("/w/rayyan/calendar/feed").content.decode()
    path = re.search(r"/feed/[^\"]+", page)[0]
    feed = Client().get(path)
    text = feed.content.decode().replace("\r\n ", "")
    assert feed.headers["Content-Type"].startswith("text/calendar")
    assert "اجتماع\\، مهم" in text or "اجتماع، مهم" in text
    assert "سرّ" not in text
    assert Client().get(path.replace(".ics", "x.ics")).status_code == 404


def test_a_new_address_and_a_lost_seat_end_the_feed(alice, browser, company):
    def address():
        return re.search(r"/feed/[^\"]+", browser.post("/w/rayyan/calendar/feed").content.decode())[0]

    old, new = address(), address()
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    Member.objects.filter(id=alice.member_id).update(active=False)
    assert Client().get(new).status_code == 404


def test_a_closed_feed_answers_no_more(browser):
    path = re.search(r"/feed/[^\"]+", browser.post("/w/rayyan/calendar/feed").content.decode())[0]
    browser.post("/w/rayyan/calendar/feed", {"close": "1"})
    assert Client().get(path).status_code == 404


def test_a_note_is_written_on_a_record_and_stands_in_its_timeline(reem, browser):
    answer = browser.post(
        f"/w/rayyan/compose/note?on=people:{reem.id}", {"body": "يفضّل الاتصال مساءً\nوالرسائل"}, headers=HTMX
    )
    assert answer.status_code == 200
    assert "يفضّل الاتصال مساءً" in answer.content.decode()
    assert Activity.objects.get().subject == "يفضّل الاتصال مساءً"


def test_an_empty_note_comes_back_with_the_reason(reem, browser):
    answer = browser.post(f"/w/rayyan/compose/note?on=people:{reem.id}", {"body": " "}, headers=HTMX)
    assert answer.status_code == 422
    assert not Activity.objects.exists()


def test_a_call_is_logged_from_the_day(reem, browser):
    assert browser.get("/w/rayyan/compose/call", headers=HTMX).status_code == 200
    answer = browser.post(
        "/w/rayyan/compose/call", {"subject": "سؤال", "about": str(reem.id), "direction": "in"}, headers=HTMX
    )
    assert answer.status_code == 204
    assert Activity.objects.get().links.get().entity == "people"


@pytest.mark.parametrize(
    "on", ["people:nonsense", "nonsense:1", "people:00000000-0000-7000-8000-000000000000"]
)
def test_work_on_nothing_is_not_found(browser, on):
    assert browser.post(f"/w/rayyan/compose/note?on={on}", {"body": "x"}, headers=HTMX).status_code == 404


def test_who_only_reads_adds_nothing(reem, client, company):
    client.force_login(company.user("viewer"), backend=BACKEND)
    assert (
        client.post(f"/w/rayyan/compose/note?on=people:{reem.id}", {"body": "x"}, headers=HTMX).status_code
        == 403
    )
    assert not Activity.objects.exists()


def test_done_work_and_the_next_step_stand_on_the_record(reem, alice, browser):
    log("call", {"subject": "مكالمة تعارف"}, by=alice, about=[("people", reem.id)], outcome="مهتم")
    plan("task", {"subject": "إرسال العرض", "due_at": soon(days=2)}, by=alice, about=[("people", reem.id)])
    page = browser.get(f"/w/rayyan/people/{reem.id}/").content.decode()
    assert "مكالمة تعارف" in page
    assert "s-next" in page


def test_the_form_of_a_tab_comes_when_it_is_opened_and_a_refused_one_stays_open(
    browser, client, company, reem
):
    page = browser.get(f"/w/rayyan/people/{reem.id}/").content.decode()
    assert 'id="compose-note-body"' in page
    assert 'id="compose-call-subject"' not in page
    form = f"/w/rayyan/compose/call?on=people:{reem.id}&form=1"
    assert form.replace("&", "&amp;") in page
    assert 'id="compose-call-subject"' in browser.get(form, headers=HTMX).content.decode()
    assert browser.get(form.replace("on=people", "on=tasks"), headers=HTMX).status_code == 404
    refused = browser.post(f"/w/rayyan/compose/call?on=people:{reem.id}", {"subject": ""}, headers=HTMX)
    assert refused.status_code == 422
    chosen = 'id="compose-tab-call" aria-controls="compose-call" aria-selected="true"'
    assert chosen in refused.content.decode()
    client.force_login(company.user("viewer"), backend=BACKEND)
    assert client.get(form, headers=HTMX).status_code == 403


def test_repetition_is_chosen_in_the_composer_and_read_as_words(browser, reem):
    chosen = {"rrule": "FREQ=WEEKLY", "rrule-days": ["SU"], "rrule-end": "count", "rrule-count": "٣"}
    url = f"/w/rayyan/compose/task?on=people:{reem.id}"
    first = {"subject": "تقرير", "due_at": "2026-11-22T09:00", **chosen}
    refused = browser.post(url, {**first, "rrule-count": "كثيرًا"}, headers=HTMX)
    assert refused.status_code == 422
    assert "كثيرًا" in refused.content.decode()
    assert not Activity.objects.exists()
    assert browser.post(url, first, headers=HTMX).status_code == 200
    task = Activity.objects.get()
    assert task.rrule == "FREQ=WEEKLY;BYDAY=SU;COUNT=3"
    page = browser.get(f"/w/rayyan/tasks/{task.id}/").content.decode()
    assert "Every week on Sunday, 3 times" in page
    assert "FREQ=" not in page


def test_a_rule_beyond_the_form_is_kept_by_it(alice, browser):
    task = plan("task", {"subject": "س", "due_at": soon(days=1), "rrule": "FREQ=MONTHLY;BYDAY=1SU"}, by=alice)
    url = f"/w/rayyan/tasks/{task.id}/fields/rrule/"
    assert 'value="FREQ=MONTHLY;BYDAY=1SU"' in browser.get(url, headers=HTMX).content.decode()
    kept = {"rrule": "own", "rrule-text": "FREQ=MONTHLY;BYDAY=1SU", "rrule-end": ""}
    assert browser.post(url, kept, headers=HTMX).status_code == 200
    assert Activity.objects.get().rrule == "FREQ=MONTHLY;BYDAY=1SU"


def test_a_condition_on_days_says_on_or_after_and_writes_the_day_in_words(browser):
    page = browser.get("/w/rayyan/tasks/?f=due_at:gte:2026-01-05").content.decode()
    assert "is on or after" in page
    assert "<bdi>5 Jan 2026</bdi>" in page
    assert "is at least" in browser.get("/w/rayyan/opportunities/?f=amount:gte:5").content.decode()


@pytest.mark.parametrize(
    ("hour", "arabic", "english"),
    [
        (4, "صباح", "morning"),
        (11, "صباح", "morning"),
        (12, "مساء", "afternoon"),
        (16, "مساء", "afternoon"),
        (17, "مساء", "evening"),
        (1, "مساء", "evening"),
    ],
)
def test_the_greeting_goes_by_the_hour(hour, arabic, english):
    with override("ar"):
        assert arabic in greeting_at(hour)
    with override("en"):
        assert english in greeting_at(hour)


def test_a_note_is_told_once_and_its_links_open(browser, reem):
    text = "العرض على https://example.com/offer."
    url = f"/w/rayyan/compose/note?on=people:{reem.id}"
    told = browser.post(url, {"body": text}, headers=HTMX).content.decode()
    assert told.count("العرض على") == 1
    assert 'href="https://example.com/offer"' in told
