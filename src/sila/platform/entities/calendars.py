"""The calendar of any noun: its records on the days of one of their date fields.

One query finds the first few records of each day and says how many there are. It reads no further than the days that
are shown, and fields of the workspace's own are found by their index.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from sila.platform.access.reader import Reader
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import almanac, boards, linked, listing
from sila.platform.entities.kinds import Context, Field, Row
from sila.platform.entities.kinds.days import DateTime, as_stored, days_of
from sila.platform.entities.listing import Condition
from sila.platform.entities.registry import STAMPS, Entity
from sila.platform.kit.dates import format_time
from sila.platform.kit.names import hue

SHOWN = {"month": 4, "week": 30}  # records on one day
UNDATED = 1_000  # beyond it says "1,000+"
HUES = 6
CLOCK = time(9)  # of a moment that begins on a day


@dataclass
class OnDay:
    """What stands on one day: the first records, and how many there are."""

    ids: list[UUID] = field(default_factory=list)
    number: int = 0


def fields_of(entity: Entity, fields: Mapping[str, Field]) -> list[Field]:
    """The fields that can place records on days: those that people write, the workspace's own, and days that follow from
    others where the noun says so (`dated`); columns of the list before others. When something was entered or changed
    stands in a calendar only where there is nothing else to place it by: a big import puts everything on one day."""
    dated = [f for f in fields.values() if _dated(f)]
    told = [f for f in dated if f.custom or f.name in entity.dated or not entity.fields[f.name].read_only]
    if (
        not told
        and not any(_dated(f) for f in entity.fields.values() if f.name not in STAMPS)
        and entity.owned
    ):
        told = [f for f in dated if f.name in STAMPS]
    return sorted(told, key=lambda f: f.name not in entity.listed)


def _dated(f: Field) -> bool:
    return f.kind.name in ("date", "datetime")


def chosen_field(entity: Entity, fields: Mapping[str, Field], name: str) -> Field | None:
    """The one of this name, else the first; None where there is none."""
    possible = fields_of(entity, fields)
    return next((f for f in possible if f.name == name), possible[0] if possible else None)


def has_calendar(entity: Entity, fields: Mapping[str, Field]) -> bool:
    return bool(fields_of(entity, fields))


# ---- which records on which day ----------------------------------------------------------------------
def placed(
    rows: QuerySet[Any], by: Field, first: date, last: date, most: int, context: Context
) -> dict[date, OnDay]:
    """The first `most` of the rows on each of these days, by the reader's clock: one query."""
    dated, record, column = _dated_rows(rows, by, first, last, context.reader)
    found = dated.order_by().annotate(_day=_day(by, column, first, last, context.reader))
    found = found.annotate(
        _place=Window(RowNumber(), partition_by=F("_day"), order_by=[F(column).asc(), F("id").asc()]),
        _of=Window(Count("id"), partition_by=F("_day")),
    )
    days: dict[date, OnDay] = {}
    shown = found.filter(_place__lte=most).order_by("_day", "_place")
    for record_id, day, number in shown.values_list(record, "_day", "_of"):
        on_day = days.setdefault(_as_day(day), OnDay(number=number))
        on_day.ids.append(record_id)
    return days


def _dated_rows(
    rows: QuerySet[Any], by: Field, first: date, last: date, reader: Reader
) -> tuple[QuerySet[Any], str, str]:
    """What lies between the days, with the columns of its record and of its time. Fields of the workspace's own are
    looked up in the side table, whose index is in their order."""
    low, high = days_of(by).bounds(first, last, reader)
    if not by.custom:
        return rows.filter(**{f"{by.name}__gte": low, f"{by.name}__lt": high}), "id", by.name
    stored = CustomValue.objects.filter(field=by.name, moment__gte=as_stored(low), moment__lt=as_stored(high))
    return stored.filter(Exists(rows.order_by().filter(id=OuterRef("record_id")))), "record_id", "moment"


def coming(rows: QuerySet[Any], by: Field, past: date, reader: Reader, most: int) -> list[UUID]:
    """The first of the rows from a day on."""
    low = days_of(by).bounds(past, past, reader)[0]
    if not by.custom:
        dated = rows.filter(**{f"{by.name}__gte": low}).order_by(by.name)
        return list(dated.values_list("id", flat=True)[:most])
    stored = CustomValue.objects.filter(field=by.name, moment__gte=as_stored(low))
    stored = stored.filter(Exists(rows.order_by().filter(id=OuterRef("record_id"))))
    return list(stored.order_by("moment").values_list("record_id", flat=True)[:most])


def moment_of(by: Field, row: Row, reader: Reader) -> date | datetime | None:
    """The day of a record, or the hour by the reader's clock; midnight is a day and no hour."""
    value = days_of(by).value(by, row)
    if isinstance(value, datetime):
        local = value.astimezone(reader.tz)
        return local if local.time() != time() else local.date()
    return value


def _day(by: Field, column: str, first: date, last: date, reader: Reader) -> Any:
    """The day of a row. A moment is compared with the midnights of the reader: much cheaper than to convert each."""
    if not isinstance(by.kind, DateTime):
        return F(column)
    ends = ((day, by.kind.bounds(day, day, reader)[1]) for day in almanac.days(first, last))
    whens = [When(**{f"{column}__lt": end}, then=Value(day.toordinal())) for day, end in ends]
    return Case(*whens, output_field=IntegerField())


def _as_day(told: Any) -> date:
    if isinstance(told, int):
        return date.fromordinal(told)
    return told.astimezone(UTC).date() if isinstance(told, datetime) else told


def undated(rows: QuerySet[Any], by: Field, context: Context) -> int:
    """How many have no day; it counts no further than one over UNDATED."""
    empty = listing.condition_q({by.name: by}, Condition(by.name, "empty"), context)
    return rows.filter(empty).order_by()[: UNDATED + 1].count()


# ---- what is shown of them ---------------------------------------------------------------------------
def events(
    entity: Entity, by: Field, ids: list[UUID], context: Context, face: "boards.Face"
) -> dict[UUID, dict[str, Any]]:
    """What `entities/_event.html` shows of these records, in two or three queries."""
    if not ids:
        return {}
    fields = entity.readable(context.actor)
    lane = fields.get(entity.board_by) or next(iter(boards.fields_of(entity, fields)), None)
    shown = [f for f in (lane, face.note) if f]
    columns = dict.fromkeys(
        ["id", "version", *by.columns(), *entity.title, *(column for f in shown for column in f.columns())]
    )
    found = list(entity.model._default_manager.filter(id__in=ids).order_by().values(*columns))
    linked.close(found, shown, context.actor)
    movable = _movable(entity, by, ids, context)
    return {row["id"]: _event(entity, by, row, lane, face.note, movable, context) for row in found}


def writable(entity: Entity, by: Field, context: Context) -> bool:
    """Whether the reader may put another day into the field at all."""
    return not (by.read_only or entity.narrow) and context.actor.can(entity.slug, "edit")


def _movable(entity: Entity, by: Field, ids: list[UUID], context: Context) -> set[UUID]:
    if not writable(entity, by, context):
        return set()
    return set(entity.visible_to(context.actor, "edit").filter(id__in=ids).values_list("id", flat=True))


def _event(
    entity: Entity,
    by: Field,
    row: Row,
    lane: Field | None,
    note: Field | None,
    movable: set[UUID],
    context: Context,
) -> dict[str, Any]:
    reader = context.reader
    name = entity.title_of(row, reader.language) or "–"
    stage = lane.kind.plain(lane, row, reader) if lane else ""
    said = note.kind.plain(note, row, reader) if note and note is not lane else ""
    return {
        "id": row["id"],
        "version": row["version"],
        "title": name,
        "note": said or stage,
        "tip": " · ".join(part for part in (name, stage, said) if part),
        "at": (at := moment_of(by, row, reader)),  # nothing: taken out since the days were asked for
        "time": format_time(at, digits=reader.digits) if isinstance(at, datetime) else "",
        "url": entity.url(reader.slug, row["id"]),
        "hue": _hue(lane, row, stage),
        "movable": row["id"] in movable,
    }


def _hue(lane: Field | None, row: Row, label: str) -> str:
    """The colour of its stage: the choice's own, else one by its place among the choices; of a link, by where it leads."""
    if lane is None or not label:
        return ""
    for place, choice in enumerate(lane.choices):
        if choice.value == lane.read(row):
            return choice.color or str(place % HUES + 1)
    return str(hue(str(row.get(f"{lane.name}_id", label))))


# ---- another day -------------------------------------------------------------------------------------
def on_another_day(by: Field, record_value: Any, to: date, reader: Reader) -> date | datetime:
    """The field's value on this day: a moment keeps its hour."""
    if not isinstance(by.kind, DateTime):
        return to
    return datetime.combine(
        to, record_value.astimezone(reader.tz).time() if record_value else CLOCK, reader.tz
    )
