"""What an activity must satisfy, and what is derived from it."""

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit import clock
from sila.platform.kit.folding import fold
from sila.platform.kit.recurrence import UnreadableRule, validate_rrule
from sila.work.models import Activity


def derive(activity: Activity, changes: Changes, by: Actor) -> None:
    activity.subject_fold = fold(activity.subject)[:200]
    if activity.kind == Activity.Kind.NOTE:
        activity.status = Activity.Status.DONE
        activity.starts_at = activity.starts_at or activity.at or clock.now()
    activity.at = activity.starts_at or activity.due_at
    if activity.status == Activity.Status.OPEN:
        activity.done_at = None
    else:
        activity.done_at = activity.done_at or clock.now()
    if "reminder_at" in changes:
        activity.reminded_at = None


def refuse_impossible_times(activity: Activity, changes: Changes, by: Actor) -> None:
    if activity.ends_at and not activity.starts_at:
        raise Invalid({"starts_at": _("What ends must also start.")})
    if activity.starts_at and activity.ends_at and activity.ends_at < activity.starts_at:
        raise Invalid({"ends_at": _("It cannot end before it starts.")})


def refuse_wrong_repetition(activity: Activity, changes: Changes, by: Actor) -> None:
    if not activity.rrule:
        return
    try:
        activity.rrule = validate_rrule(activity.rrule)
    except UnreadableRule as error:
        raise Invalid({"rrule": str(error)}) from error
    if activity.at is None:
        raise Invalid({"rrule": _("What repeats needs a date to start from.")})
