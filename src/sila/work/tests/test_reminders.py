"""The clock reminds once of each thing."""

from datetime import timedelta

from django.utils import timezone

from sila.parties import actions as party_verbs
from sila.parties.models import ImportantDate
from sila.parties.reminders import near_dates, remind_of_facts, roll_on
from sila.platform.access.actor import Actor
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.notifications.delivery import deliver
from sila.platform.notifications.gathering import gather
from sila.work.actions import complete, plan
from sila.work.models import Activity
from sila.work.reminders import remind, remind_everyone


def test_a_reminder_is_told_once_to_its_owner(alice, workspace):
    now = timezone.now()
    task = plan(
        "task",
        {"subject": "اتصال", "due_at": now + timedelta(days=1), "reminder_at": now - timedelta(minutes=1)},
        by=alice,
    )
    plan(
        "task",
        {"subject": "لاحقًا", "due_at": now + timedelta(days=9), "reminder_at": now + timedelta(days=8)},
        by=alice,
    )
    remind_everyone()
    remind_everyone()
    event = Event.objects.get(kind="reminder")
    assert (event.record_id, event.payload["member"]) == (task.id, str(alice.member_id))


def test_a_reminder_goes_to_its_owner_by_mail_once(alice, workspace, mailoutbox):
    from sila.platform.activity import jobs
    from sila.platform.activity.models import Job

    now = timezone.now()
    plan(
        "task",
        {"subject": "اتصال المتابعة", "due_at": now, "reminder_at": now - timedelta(minutes=1)},
        by=alice,
    )
    remind_everyone()
    remind_everyone()
    gather(workspace)
    deliver(Actor.system(workspace, "job"))
    job = Job.objects.get(name="mail")
    assert jobs.run(job.tenant_id, job.id)
    assert not jobs.run(job.tenant_id, job.id)
    (message,) = mailoutbox
    assert message.to == [alice.member.email]
    assert "اتصال المتابعة" in message.subject
    assert f"/w/{workspace.slug}/tasks/" in message.body
    assert str(now.year) in message.body


def test_done_work_reminds_of_nothing(alice, workspace):
    now = timezone.now()
    task = plan("task", {"subject": "x", "due_at": now, "reminder_at": now - timedelta(minutes=1)}, by=alice)
    complete(task, by=alice)
    assert remind(Actor.system(workspace, "job")) == 0


def test_a_new_reminder_time_reminds_again(alice, workspace):
    now, system = timezone.now(), Actor.system(workspace, "job")
    task = plan("task", {"subject": "x", "due_at": now, "reminder_at": now - timedelta(minutes=2)}, by=alice)
    assert remind(system) == 1
    task = Activity.objects.get(id=task.id)
    records.update(registry["tasks"], task.id, {"reminder_at": now - timedelta(minutes=1)}, by=alice)
    assert remind(system) == 1


def test_a_birthday_comes_near_and_rolls_on_after_its_day(alice, workspace):
    reem = records.create(registry["people"], {"name": "ريم"}, by=alice)
    today = timezone.now().date()
    row = party_verbs.add_important_date(reem, today.replace(year=1990), by=alice, remind_days=7)
    assert [near.id for near in near_dates(alice.member_id)] == [row.id]
    assert near_dates(None) == []
    with clock.at(timezone.now() + timedelta(days=2)):
        assert roll_on(Actor.system(workspace, "job")) == 1
        assert near_dates(alice.member_id) == []
    assert ImportantDate.objects.get().next_on > today


def test_a_fact_reminds_once(alice, workspace):
    reem = records.create(registry["people"], {"name": "ريم"}, by=alice)
    party_verbs.add_fact(reem, "هدية", "كتاب", by=alice, remind_at=timezone.now() - timedelta(hours=1))
    system = Actor.system(workspace, "job")
    assert [remind_of_facts(system), remind_of_facts(system)] == [1, 0]
