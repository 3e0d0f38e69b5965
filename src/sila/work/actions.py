"""Verbs of work: plan it, log it, complete it, take it up again, put it off."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.computed.keeping import hung
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.quality.keeping import touch
from sila.platform.entities.registry import Changes, Entity, registry
from sila.platform.kit import clock
from sila.platform.kit.recurrence import next_occurrence
from sila.platform.tenancy.writing import add, read_once, when_written
from sila.work.models import Activity, ActivityLink

MOMENTS: tuple[str, ...] = ("starts_at", "ends_at", "due_at", "reminder_at")
About = Iterable[tuple[str, UUID]]  # (entity slug, record id)


def entity_of(activity: Activity) -> Entity:
    return registry[f"{activity.kind}s"]


@transaction.atomic
def plan(kind: str, values: Mapping[str, Any], *, by: Actor, about: About = (), **fixed: Any) -> Activity:
    """Something to do, on the records that it is about."""
    if kind not in Activity.Kind.values:
        raise Invalid({"kind": _("There is no such kind of activity.")})
    activity: Activity = records.create(registry[f"{kind}s"], values, by=by, **fixed)
    attach(activity, about, by=by)
    return activity


@transaction.atomic
def log(
    kind: str,
    values: Mapping[str, Any],
    *,
    by: Actor,
    about: About = (),
    outcome: str = "",
    at: datetime | None = None,
    **fixed: Any,
) -> Activity:
    """Something that happened: a call that was made, a visit, a note."""
    moment = at or clock.now()
    done = {"status": Activity.Status.DONE, "outcome": outcome[:500], "done_at": moment, "starts_at": moment}
    return plan(kind, values, by=by, about=about, **{**done, **fixed})


def attach(activity: Activity, about: About, *, by: Actor) -> None:
    """Hang the activity on records that the actor sees. Their timelines show it from then on."""
    about = list(about)
    for slug, record_id in about:
        entity = registry.get(slug)
        if entity is None or not entity.visible_to(by).filter(id=record_id).exists():
            raise NotFound
    hang(activity, about, by=by)
    if activity.status == Activity.Status.DONE:
        _touch(about, by)


def hang(activity: Activity, about: About, *, by: Actor) -> None:
    """The same on records that somebody has looked up for the actor, and without saying that they were dealt with just
    now: an import tells of other days."""
    links = [{"activity_id": activity.id, "entity": slug, "record_id": record} for slug, record in about]
    add(ActivityLink, *links)
    noun, hanging = entity_of(activity), read_once(("hung", activity.kind), list[UUID])
    hanging.append(activity.id)
    when_written(("hung", activity.kind), lambda: hung(noun, hanging, by=by))


def _touch(about: About, by: Actor) -> None:
    """What was done about records shows that somebody deals with them; what is planned does not yet."""
    for slug, record_id in about:
        if (entity := registry.get(slug)) is not None:
            touch(entity, [record_id], by=by)


@transaction.atomic
def complete(
    activity: Activity,
    *,
    by: Actor,
    outcome: str = "",
    next_subject: str = "",
    next_at: datetime | None = None,
) -> Activity:
    """Done, with what came of it. What repeats is planned anew; a next step is a task on the same records."""
    activity = _changeable(activity, by)
    if activity.status != Activity.Status.OPEN:
        raise Invalid({"": _("This is not open any more.")})
    changes = _set(
        activity, status=Activity.Status.DONE, outcome=outcome or activity.outcome, done_at=clock.now()
    )
    _save(activity, changes, by, "completed")
    about = list(ActivityLink.objects.filter(activity_id=activity.id).values_list("entity", "record_id"))
    _touch(about, by)
    _plan_repetition(activity, about, by)
    if next_subject or next_at:
        subject = next_subject or activity.subject
        plan("task", {"subject": subject, "due_at": next_at}, by=by, about=about, owner_id=activity.owner_id)
    return activity


@transaction.atomic
def reopen(activity: Activity, *, by: Actor) -> Activity:
    activity = _changeable(activity, by)
    if activity.status == Activity.Status.OPEN or activity.kind == Activity.Kind.NOTE:
        raise Invalid({"": _("This is open already.")})
    _save(activity, _set(activity, status=Activity.Status.OPEN, done_at=None), by, "reopened")
    return activity


@transaction.atomic
def cancel(activity: Activity, *, by: Actor, outcome: str = "") -> Activity:
    activity = _changeable(activity, by)
    if activity.status != Activity.Status.OPEN:
        raise Invalid({"": _("This is not open any more.")})
    _save(activity, _set(activity, status=Activity.Status.CANCELLED, outcome=outcome), by, "cancelled")
    return activity


@transaction.atomic
def snooze(activity: Activity, *, by: Actor, until: datetime) -> Activity:
    """Move it to a later moment; a meeting keeps its length."""
    activity = _changeable(activity, by)
    if activity.status != Activity.Status.OPEN:
        raise Invalid({"": _("This is not open any more.")})
    if until <= clock.now():
        raise Invalid({"until": _("Choose a moment that is still to come.")})
    _save(activity, _moved(activity, until), by, "snoozed")
    return activity


def reschedule(activity: Activity, *, by: Actor, to: datetime, version: int | None = None) -> Activity:
    """Put it at another time. It keeps its length, and its reminder the distance."""
    if activity.at is None or activity.status != Activity.Status.OPEN:
        raise Invalid({"": _("This is not open any more.")})
    entity = entity_of(activity)
    shifted: dict[str, datetime] = {
        name: moment + (to - activity.at)
        for name in MOMENTS
        if name in entity.fields and (moment := getattr(activity, name))
    }
    moved: Activity = records.update(entity, activity.id, shifted, by=by, version=version, merging=True)
    return moved


def moves_along(activity: Activity, name: str, to: datetime) -> Changes:
    """When its beginning (or the time it is due) moves: its end and its reminder, which keep their distance."""
    was = getattr(activity, name)
    if name not in ("starts_at", "due_at") or was is None:
        return {}
    rest = [other for other in ("ends_at", "reminder_at") if other in entity_of(activity).fields]
    return {other: moment + (to - was) for other in rest if (moment := getattr(activity, other))}


def _moved(activity: Activity, moment: datetime) -> Changes:
    if activity.starts_at is None:
        return _set(activity, due_at=moment)
    length = activity.ends_at - activity.starts_at if activity.ends_at else None
    return _set(activity, starts_at=moment, ends_at=moment + length if length is not None else None)


def _plan_repetition(activity: Activity, about: About, by: Actor) -> None:
    """The next of a series, when the rule still has one after this."""
    if not activity.rrule or activity.at is None:
        return
    following = next_occurrence(activity.rrule, activity.at, ZoneInfo(by.workspace.timezone), activity.at)
    if following is None:
        return
    shift = following - activity.at
    fresh = {
        name: getattr(activity, name)
        for name in ("all_day", "priority", "direction", "owner_id", "org_unit_id")
    }
    moments = {name: getattr(activity, name) + shift for name in MOMENTS if getattr(activity, name)}
    plan(
        activity.kind,
        {"subject": activity.subject, "body": activity.body, "rrule": _remaining(activity.rrule)},
        by=by,
        about=about,
        location=activity.location,
        series_id=activity.series_id or activity.id,
        **fresh,
        **moments,
    )


def _remaining(rule: str) -> str:
    """The rule as seen from its next occurrence: COUNT is one less."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if "COUNT" in parts:
        parts["COUNT"] = str(int(parts["COUNT"]) - 1)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _changeable(activity: Activity, by: Actor) -> Activity:
    now: Activity = records.unmoved(entity_of(activity), activity, by=by)
    return now


def _set(activity: Activity, **values: Any) -> Changes:
    changes = {
        name: getattr(activity, name) for name, value in values.items() if getattr(activity, name) != value
    }
    for name, value in values.items():
        setattr(activity, name, value)
    return changes


def _save(activity: Activity, changes: Changes, by: Actor, kind: str) -> None:
    entity = entity_of(activity)
    for rule in entity.rules:
        rule(activity, changes, by)
    records.save_changed(entity, activity, changes, by=by, kind=kind)
