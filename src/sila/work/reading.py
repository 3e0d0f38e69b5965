"""What a member may read of their own work on pages that the engine does not make: the day, calendar, feed, mails."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.work.models import Activity

KINDS = ("task", "call", "meeting", "visit")
_WHEN = {"task": ("at", "due_at")}
_STARTS = ("at", "starts_at")


def is_open(kind: str, name: str, actor: Actor) -> bool:
    """Whether the actor's role shows this field of activities of this kind."""
    return actor.policy.field_access(f"{kind}s", name) != "hidden"


def said(activity: Activity, name: str, actor: Actor) -> str:
    """What stands in the field, as far as the actor may read it."""
    return str(getattr(activity, name) or "") if is_open(activity.kind, name, actor) else ""


def title(activity: Activity, actor: Actor) -> str:
    """Its subject; where that is hidden, what it is."""
    return said(activity, "subject", actor) or str(Activity.Kind(activity.kind).label)


def moment(activity: Activity, actor: Actor) -> datetime | None:
    """When it is, as far as the actor may know."""
    return activity.at if _dated(activity.kind, actor) else None


def day_of(activity: Activity, reader: Reader) -> date:
    """On which day something stands that has a moment, by the reader's clock."""
    assert activity.at is not None
    return activity.at.astimezone(reader.tz).date()


def _dated(kind: str, actor: Actor) -> bool:
    return all(is_open(kind, name, actor) for name in _WHEN.get(kind, _STARTS))


def dated_kinds(actor: Actor) -> list[str]:
    """Those whose activities the actor may see, and whose times they may read."""
    return [kind for kind in KINDS if actor.policy.reach(f"{kind}s", "view") and _dated(kind, actor)]


def my_days(actor: Actor) -> QuerySet[Any]:
    """The member's own activities that stand on a day: of the kinds, and with the times, that the role opens."""
    mine: QuerySet[Any] = Activity.objects.filter(
        owner_id=actor.member_id, deleted_at=None, kind__in=dated_kinds(actor)
    ).exclude(status=Activity.Status.CANCELLED)
    return mine
