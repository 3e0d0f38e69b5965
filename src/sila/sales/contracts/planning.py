"""What contracts plan by themselves: an activity for the owner, once for each last day for notice."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Refusal
from sila.platform.entities.registry import Changes
from sila.sales.contracts.days import working_day
from sila.sales.contracts.models import Ending
from sila.sales.rules import today
from sila.work import actions as work
from sila.work.models import Activity

MORNING = time(9)
AT_ONCE = 500  # records of a round; the next minute has the rest


def unplanned() -> Q:
    """Rows for whose present last day nothing was planned yet."""
    return Q(planned_for=None) | ~Q(planned_for=F("notice_by"))


def take(record: Ending) -> bool:
    """Whether it is mine to plan: one caller hears yes, once for a last day. Call it in the transaction that plans."""
    mine = type(record).objects.filter(unplanned(), id=record.id, notice_by=record.notice_by, deleted_at=None)
    taken: int = mine.update(planned_for=record.notice_by)
    return bool(taken)


def plan(
    record: Ending, kind: str, subject: str, *, day: date, by: Actor, about: list[Any], **values: Any
) -> Activity:
    """An activity for the owner of the record, at nine on that day or the working day before it."""
    moment = moment_of(day, by)
    when = {"due_at": moment} if kind == Activity.Kind.TASK else {"starts_at": moment}
    activity = work.plan(
        kind,
        {"subject": subject[:200], **values},
        by=by,
        about=about,
        owner_id=record.owner_id,
        org_unit_id=record.org_unit_id,
        **when,
    )
    _note(record, activity_id=activity.id, planned_for=record.notice_by)
    return activity


def _note(record: Ending, **columns: Any) -> None:
    """Marks of its own, which are no change of the record."""
    type(record).objects.filter(id=record.id).update(**columns)
    for name, value in columns.items():
        setattr(record, name, value)


def moment_of(day: date, by: Actor) -> datetime:
    wanted = working_day(day, by.workspace, not_before=today(by))
    return datetime.combine(wanted, MORNING, tzinfo=ZoneInfo(by.workspace.timezone))


def move_along(record: Ending, changes: Changes, by: Actor) -> None:
    """An effect: a day that is moved takes with it what is planned and open. What is done, cancelled or thrown away stays
    as it is, and the new day gets its own when its time comes."""
    if not {"notice_by", "plan_on", "owner"} & changes.keys():
        return
    if record.plan_on is None:
        settle(record, by=by, outcome=_("There is no day of its end any more."), done=False)
        return
    activity = open_activity(record)
    if activity is None:
        return
    everyone = by.with_all_rights(by.via)
    if activity.at is not None and {"notice_by", "plan_on"} & changes.keys():
        moment = moment_of(record.plan_on, by)
        if moment != activity.at:
            activity = work.reschedule(activity, by=everyone, to=moment)
        _note(record, planned_for=record.notice_by)
    if "owner" in changes and activity.owner_id == changes["owner"]:
        owner = {"owner": str(record.owner_id or "")}
        records.update(work.entity_of(activity), activity.id, owner, by=everyone)


def open_activity(record: Ending) -> Activity | None:
    """What was planned for the record and is neither done nor thrown away."""
    if record.activity_id is None:
        return None
    rows = Activity.objects.filter(id=record.activity_id, status=Activity.Status.OPEN, deleted_at=None)
    found: Activity | None = rows.first()
    return found


def settle(record: Ending, *, by: Actor, outcome: str, done: bool) -> None:
    """What was planned is not needed any more: it is done with, or called off."""
    activity = open_activity(record)
    if activity is not None:
        verb = work.complete if done else work.cancel
        verb(activity, by=by.with_all_rights(by.via), outcome=outcome[:500])


def put_away(record: Ending, by: Actor) -> None:
    """It went into the trash, or came back: then it is planned for anew."""
    if record.deleted_at is not None:
        settle(record, by=by, outcome=_("It is in the trash."), done=False)
    plan_anew(record)


def plan_anew(record: Ending) -> None:
    """When its day comes, whatever was planned before."""
    _note(record, planned_for=None, activity_id=None)


def quietly(make: Callable[[], Any]) -> Any:
    """What a rule of the workspace refuses is left to people, and holds nothing else up."""
    try:
        with transaction.atomic():
            return make()
    except Refusal:
        return None
