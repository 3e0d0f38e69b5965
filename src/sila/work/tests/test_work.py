"""Tasks, calls, meetings, visits and notes: planned, done, repeated, put off."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.registry import registry
from sila.work.actions import cancel, complete, log, plan, reopen, snooze
from sila.work.lights import next_activities
from sila.work.models import Activity, ActivityLink

tasks, people = registry["tasks"], registry["people"]


@pytest.fixture
def reem(alice):
    return records.create(people, {"name": "ريم"}, by=alice)


@pytest.fixture
def tomorrow():
    return timezone.now().replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
def task(alice, reem, tomorrow):
    return plan("task", {"subject": "إرسال العرض", "due_at": tomorrow}, by=alice, about=[("people", reem.id)])


def test_a_task_belongs_to_who_plans_it_and_hangs_on_the_record(task, alice, reem):
    assert (task.owner_id, task.status, task.at) == (alice.member_id, "open", task.due_at)
    assert ActivityLink.objects.filter(entity="people", record_id=reem.id, activity_id=task.id).exists()


def test_a_task_is_given_to_a_colleague_of_the_team(alice, bob, tomorrow):
    task = plan("task", {"subject": "متابعة", "due_at": tomorrow, "owner": bob.member_id}, by=alice)
    assert task.owner_id == bob.member_id
    assert complete(task, by=bob).status == "done"


def test_work_does_not_hang_on_a_record_that_is_not_seen(bob, alice, charlie, tomorrow):
    deal = records.create(registry["opportunities"], {"name": "سرّي"}, by=alice)
    with pytest.raises(NotFound):
        plan("task", {"subject": "x", "due_at": tomorrow}, by=charlie, about=[("opportunities", deal.id)])
    assert not Activity.objects.exists()


def test_an_empty_subject_is_refused(alice):
    with pytest.raises(Invalid) as refusal:
        plan("task", {"subject": "  "}, by=alice)
    assert "subject" in refusal.value.errors


def test_a_meeting_does_not_end_before_it_starts(alice, tomorrow):
    values = {"subject": "اجتماع", "starts_at": tomorrow, "ends_at": tomorrow - timedelta(hours=1)}
    with pytest.raises(Invalid) as refusal:
        plan("meeting", values, by=alice)
    assert "ends_at" in refusal.value.errors


def test_a_logged_call_is_done_with_its_outcome(alice, reem):
    call = log(
        "call",
        {"subject": "مكالمة", "direction": "out"},
        by=alice,
        about=[("people", reem.id)],
        outcome="لم يرد",
    )
    assert (call.status, call.outcome) == ("done", "لم يرد")
    assert call.at is not None


def test_a_note_is_never_open(alice):
    note = log("note", {"subject": "ملاحظة", "body": "نص"}, by=alice)
    with pytest.raises(Invalid):
        reopen(note, by=alice)


def test_completing_keeps_the_outcome_and_plans_the_next_step_on_the_same_record(task, alice, reem, tomorrow):
    done = complete(
        task, by=alice, outcome="أُرسل", next_subject="متابعة", next_at=tomorrow + timedelta(days=3)
    )
    following = Activity.objects.get(status="open")
    assert (done.status, done.outcome, following.subject) == ("done", "أُرسل", "متابعة")
    assert following.links.get().record_id == reem.id


def test_what_is_done_is_not_done_again(task, alice):
    done = complete(task, by=alice)
    with pytest.raises(Invalid):
        complete(done, by=alice)
    assert reopen(done, by=alice).status == "open"


def test_of_two_who_complete_at_once_the_second_is_told(task, alice):
    seen_by_both = Activity.objects.get(id=task.id)
    complete(task, by=alice)
    with pytest.raises(Stale):
        complete(seen_by_both, by=alice)


def test_only_the_owner_completes_a_task(task, bob, charlie):
    with pytest.raises(NotAllowed):
        complete(task, by=bob)
    with pytest.raises(NotFound):
        complete(task, by=charlie)
    assert Activity.objects.get(id=task.id).status == "open"


def test_a_repeating_task_is_planned_anew_until_its_count_is_used_up(alice, reem, tomorrow):
    values = {"subject": "تقرير", "due_at": tomorrow, "rrule": "freq=weekly;count=2"}
    first = plan("task", values, by=alice, about=[("people", reem.id)])
    complete(first, by=alice)
    second = Activity.objects.get(status="open")
    assert second.due_at - first.due_at == timedelta(days=7)
    assert second.series_id == first.id
    assert second.links.get().record_id == reem.id
    complete(second, by=alice)
    assert not Activity.objects.filter(status="open").exists()


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "every day", "FREQ=DAILY;COUNT=99999"])
def test_a_repetition_that_is_none_is_refused(alice, tomorrow, rule):
    with pytest.raises(Invalid) as refusal:
        plan("task", {"subject": "x", "due_at": tomorrow, "rrule": rule}, by=alice)
    assert "rrule" in refusal.value.errors


def test_what_repeats_needs_a_date(alice):
    with pytest.raises(Invalid):
        plan("task", {"subject": "x", "rrule": "FREQ=DAILY"}, by=alice)


def test_a_meeting_that_is_put_off_keeps_its_length(alice, tomorrow):
    meeting = plan(
        "meeting", {"subject": "م", "starts_at": tomorrow, "ends_at": tomorrow + timedelta(hours=2)}, by=alice
    )
    later = snooze(meeting, by=alice, until=tomorrow + timedelta(days=1))
    assert later.ends_at - later.starts_at == timedelta(hours=2)


def test_nothing_is_put_off_into_the_past(task, alice):
    with pytest.raises(Invalid):
        snooze(task, by=alice, until=timezone.now() - timedelta(days=1))


def test_a_cancelled_task_is_closed_but_not_done(task, alice):
    assert cancel(task, by=alice, outcome="لم يعد لازمًا").status == "cancelled"
    assert (
        next_activities("people", [task.links.get().record_id], now=timezone.now()).popitem()[1].kind
        == "none"
    )


def test_the_light_of_a_record_takes_one_query(task, reem, alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        light = next_activities("people", [reem.id], now=timezone.now())[reem.id]
    assert (light.kind, light.activity["subject"]) == ("", "إرسال العرض")
    assert (
        next_activities("people", [reem.id], now=timezone.now() + timedelta(days=9))[reem.id].kind == "late"
    )


def test_all_activities_together_show_what_each_kind_shows(task, alice, bob, charlie):
    everything = registry["activities"]
    assert everything.visible_to(bob).filter(id=task.id).exists()
    assert not everything.visible_to(charlie).filter(id=task.id).exists()
    assert everything.narrow(task) == "tasks"


def test_status_is_changed_by_verbs_only(task, alice):
    with pytest.raises(Invalid):
        records.update(tasks, task.id, {"status": "done"}, by=alice)


def test_at_follows_the_moment_that_is_set(task, alice):
    moment = datetime.fromisoformat("2026-12-01T09:00:00+03:00")
    assert records.update(tasks, task.id, {"due_at": moment}, by=alice).at == moment
