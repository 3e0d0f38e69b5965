"""“What is next?”: an open deal (or any record that its noun tends) with nothing planned offers to plan it, in one click or
in a small form. It is a line over the timeline and a word after a move; who does not want it goes on."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sila.platform.access.reader import Reader
from sila.platform.entities import extensions
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import Entity
from sila.platform.kit import clock
from sila.platform.kit.text import isolate
from sila.work.following import next_fields
from sila.work.lights import NONE, next_activities
from sila.work.models import Activity
from sila.work.panels import linked

MORNING = time(9)
SOON = {"tomorrow": gettext_lazy("Tomorrow"), "next-week": gettext_lazy("In a week")}
DAYS = {"tomorrow": 1, "next-week": 7}


def is_missing(entity: Entity, record: Any, context: Context) -> bool:
    """Whether the record is one that is worked on, the actor may plan for it, and nothing is planned."""
    if not _is_worked_on(entity, record):
        return False
    actor = context.actor
    if not actor.can("tasks", "create") or not actor.may(entity.slug, "edit", record):
        return False
    if hasattr(record, "_linked_work"):  # its page has read it
        return all(each.status != Activity.Status.OPEN for each in linked(entity, record, context))
    return next_activities(entity.slug, [record.id], now=clock.now())[record.id].kind == NONE


def _is_worked_on(entity: Entity, record: Any) -> bool:
    """As `tended` says it to the database: {"category": "open"}, {"status__in": (…)}."""
    for name, value in entity.tended.items():
        column, _lookup, several = name.partition("__")
        held = getattr(record, column)
        if held not in value if several == "in" else held != value:
            return False
    return bool(entity.tended)


def url_of(entity: Entity, record: Any, context: Context) -> str:
    return f"/w/{context.reader.slug}/next/{entity.slug}/{record.id}"


def offer(entity: Entity, record: Any, context: Context) -> dict[str, Any] | None:
    """After a move: a word and where it leads."""
    if not is_missing(entity, record, context):
        return None
    return {"label": _("What is next?"), "url": url_of(entity, record, context)}


def line(entity: Entity, record: Any, context: Context) -> dict[str, Any] | None:
    """Over the timeline, in place of what is planned."""
    if entity.model is Activity or not is_missing(entity, record, context):
        return None
    url = url_of(entity, record, context)
    ways = [{"label": label, "url": f"{url}/{when}"} for when, label in SOON.items()]
    return {"ask": {"url": url, "ways": ways}}


def fields() -> dict[str, Field]:
    note = Field("note", KINDS["longtext"], pgettext_lazy("label", "Note"), max_length=2000)
    return {f.name: f for f in (*next_fields(), note)}


def begins(entity: Entity, record: Any, context: Context) -> dict[str, Any]:
    moment = morning(DAYS["tomorrow"], context.reader, context.actor.workspace.weekend)
    when = fields()["when"]
    shown = when.kind.input(when, {"when": moment}, context.reader)
    return {"kind": Activity.Kind.CALL.value, "subject": subject_of(entity, record), "when": shown}


def subject_of(entity: Entity, record: Any) -> str:
    return (_("Follow up: %(title)s") % {"title": isolate(entity.title_of(record))})[:200]


def morning(days: int, reader: Reader, weekend: list[int]) -> datetime:
    """Nine o'clock so many days from today; a weekend is passed over."""
    day = reader.today + timedelta(days=days)
    while len(weekend) < 7 and day.weekday() in weekend:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=reader.tz)


extensions.what_next.append(offer)
extensions.next_activity.append(line)
