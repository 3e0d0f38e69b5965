"""What the clock brings up: reminders of activities. Each is told once, by the event log: the record's timeline shows
it, and its owner is notified as they like."""

from django.db import transaction

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.activity.looks import in_each_workspace
from sila.platform.kit import clock
from sila.work.models import Activity

AT_ONCE = 500


def remind_everyone() -> None:
    """Looked at each minute. Running twice reminds once."""
    in_each_workspace(lambda workspace: remind(Actor.system(workspace, "job")))


def remind(by: Actor) -> int:
    """How many were told."""
    due = Activity.objects.filter(
        reminder_at__lte=clock.now(), reminded_at=None, deleted_at=None, status=Activity.Status.OPEN
    )
    return sum(_tell(activity, by) for activity in due.order_by("reminder_at")[:AT_ONCE])


@transaction.atomic
def _tell(activity: Activity, by: Actor) -> bool:
    mine = Activity.objects.filter(id=activity.id, reminded_at=None).update(reminded_at=clock.now())
    if mine:
        log.record(
            "reminder",
            by=by,
            entity=f"{activity.kind}s",
            record_id=activity.id,
            title=activity.subject,
            member=str(activity.owner_id or ""),
            moment=activity.at.isoformat() if activity.at else "",
            moment_field="due_at" if activity.kind == Activity.Kind.TASK else "starts_at",
        )
    return bool(mine)
