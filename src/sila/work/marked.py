"""Dates and moments of records that stand in their owner's calendar: those of fields that an administrator marked
(`in_diary`), the workspace's own, formulas and those of the code alike."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.entities import calendars
from sila.platform.entities.boards import PLAIN
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.registry import Entity, registry

MOST = 20  # records of one field on one day
LIMIT = 500  # records of one field in the feed
Events = dict[date, list[dict[str, Any]]]  # as entities/_event.html shows them


def fields_of(actor: Actor) -> Iterator[tuple[Entity, Field]]:
    """The marked fields that the actor may read, of nouns that have owners."""
    for entity in registry:
        dated = any(f.in_diary for f in entity.fields.values())
        if dated and entity.owned and not entity.narrow and entity.shown_to(actor):
            yield from ((entity, f) for f in entity.readable(actor).values() if f.in_diary)


def marked(first: date, last: date, context: Context) -> Events:
    """My records on each day: a few queries for each marked field, none where nothing is marked."""
    days: Events = {}
    for entity, by in fields_of(context.actor):
        mine = entity.visible_to(context.actor).filter(owner_id=context.actor.member_id)
        placed = calendars.placed(mine, by, first, last, MOST, context)
        ids: list[UUID] = [record_id for on_day in placed.values() for record_id in on_day.ids]
        events = calendars.events(entity, by, ids, context, PLAIN)
        for day, on_day in placed.items():
            shown = [events[record_id] for record_id in on_day.ids if record_id in events]
            days.setdefault(day, []).extend(_event(event, entity, by) for event in shown)
    return days


def _event(event: dict[str, Any], entity: Entity, by: Field) -> dict[str, Any]:
    """It is moved in the calendar of its noun; here an icon tells it from work."""
    tip = f"{by.label}: {event['title']}"
    return event | {"icon": entity.icon, "tip": tip, "note": "", "hue": event["hue"] or "6", "movable": False}


def in_feed(past: date, context: Context) -> Iterator[tuple[Entity, Field, dict[str, Any], date | datetime]]:
    """My records with each day or moment, from that day on: at most LIMIT of each field, the nearest first."""
    for entity, by in fields_of(context.actor):
        mine = entity.visible_to(context.actor).filter(owner_id=context.actor.member_id)
        ids = calendars.coming(mine, by, past, context.reader, LIMIT)
        columns = dict.fromkeys(["id", *by.columns(), *entity.title])
        for row in entity.rows().filter(id__in=ids).order_by("id").values(*columns):
            if at := calendars.moment_of(by, row, context.reader):
                yield entity, by, row, at
