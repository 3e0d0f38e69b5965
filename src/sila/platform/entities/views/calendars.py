"""The calendar of an entity, and putting a record on another day."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.reader import Reader
from sila.platform.entities import actions, almanac, calendars, extensions, listing
from sila.platform.entities.calendars import OnDay
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.kinds.days import DateTime, days_of
from sila.platform.entities.listing import Condition, ListState
from sila.platform.entities.registry import Entity
from sila.platform.entities.views import filters
from sila.platform.entities.views.boards import face_of
from sila.platform.entities.views.conflicts import conflict
from sila.platform.entities.views.door import done, entity_url, entity_view, fragment, is_htmx, version_of
from sila.platform.entities.views.heads import head, opened
from sila.platform.entities.views.records import row_of
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate


@require_GET
@entity_view
def calendar_page(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    fields = entity.readable(context.actor)
    state, warning = opened(request, entity, context)
    by = calendars.chosen_field(entity, fields, state.by)
    if by is None:
        raise NotFound
    base = entity_url(request, entity)
    rows = listing.matching(entity, state, context)
    page = head(request, entity, context, state, "calendar", rows)
    page |= _ways(entity, by, state, context)
    shown = calendar_of(entity, by, state, rows, context)
    shown["undated"] = _undated(entity, by, state, rows, context, count=not page["many"])
    bar = filters.bar(request, entity, context, state, base + "calendar", layout="calendar")
    template = "entities/_calendar_region.html" if is_htmx(request) else "entities/calendar.html"
    push = base + "calendar" + state.url() if is_htmx(request) else ""
    return fragment(
        request, template, {"page": page, "cal": shown, "filters": bar}, push=push, warning=warning
    )


def _ways(entity: Entity, by: Field, state: ListState, context: Context) -> dict[str, Any]:
    """The fields that can place the records, beside the title."""
    fields = calendars.fields_of(entity, entity.readable(context.actor))
    base = entity.url(context.reader.slug, tail="calendar")
    ways = [
        {
            "label": _("By “%(field)s”") % {"field": f.label},
            "url": base + state.url(by=f.name),
            "active": f is by,
        }
        for f in fields
    ]
    return {"boards": ways if len(ways) > 1 else [], "board": _("By “%(field)s”") % {"field": by.label}}


def calendar_of(
    entity: Entity, by: Field, state: ListState, rows: QuerySet[Any], context: Context
) -> dict[str, Any]:
    """What `entities/_calendar_region.html` shows of the rows."""
    reader, base = context.reader, entity.url(context.reader.slug)
    layout, day = state.span or "month", almanac.day_of(state.day, context.reader.today)
    first, last = almanac.span(layout, day, reader.week_start)
    most = calendars.SHOWN[layout]
    placed = calendars.placed(rows, by, first, last, most, context)
    ids = [record_id for on_day in placed.values() for record_id in on_day.ids]
    events = calendars.events(entity, by, ids, context, face_of(entity, state, context).without(by.name))
    may_move = calendars.writable(entity, by, context)
    may_add = may_move and entity.creatable and context.actor.can(entity.slug, "create")
    cells = [
        _cell(each, placed.get(each, OnDay()), events, by, context)
        | {"outside": layout == "month" and each.month != day.month}
        | _face(entity, by, state, each, context, may_add=may_add)
        for each in almanac.days(first, last)
    ]
    return _steps(base, state, layout, day, reader) | {
        "target": "list",
        "move_url": f"{base}{{id}}/day/?{urlencode({'by': by.name})}",
        "peek_url": base + "{id}/peek",
        "movable": may_move,
        "weekdays": almanac.weekdays(reader),
        "days": cells,
        "none": "" if ids else _none(layout),
    }


def _steps(base: str, state: ListState, layout: str, day: date, reader: Reader) -> dict[str, Any]:
    """What is looked at, in both calendars, and where one goes from there."""

    def url(**changes: Any) -> str:
        return f"{base}calendar{state.url(**changes)}"

    before, after = almanac.steps(layout, day)
    return {
        "title": almanac.title(layout, day, reader.week_start, reader),
        "other_title": almanac.hijri_title(layout, day, reader.week_start, reader),
        "layout": layout,
        "layouts": [
            {"label": label, "url": url(span="" if key == "month" else key), "active": key == layout}
            for key, label in (("week", _("Week")), ("month", _("Month")))
        ],
        "previous_url": url(day=before.isoformat()),
        "next_url": url(day=after.isoformat()),
        "today_url": url(day=""),
    }


def _face(
    entity: Entity, by: Field, state: ListState, day: date, context: Context, *, may_add: bool
) -> dict[str, Any]:
    """The head of a day. A month leads to its weeks, a week to the list of the day."""
    base = entity.url(context.reader.slug)
    listed = _of_day(base, by, state, day)
    week = f"{base}calendar{state.url(span='week', day=day.isoformat())}"
    return almanac.face(
        day,
        context,
        day_url=listed if state.span == "week" else week,
        add_url=_new_on(base, by, day) if may_add else "",
    ) | {"more_url": listed}


def _none(layout: str) -> str:
    return _("Nothing in this week.") if layout == "week" else _("Nothing in this month.")


def _cell(
    day: date, on_day: OnDay, events: dict[UUID, dict[str, Any]], by: Field, context: Context
) -> dict[str, Any]:
    more = on_day.number - len(on_day.ids)
    count = format_number(more, digits=context.reader.digits)
    return {
        "more": ngettext("%(count)s more", "%(count)s more", more) % {"count": count} if more > 0 else "",
        "events": [events[record_id] for record_id in on_day.ids if record_id in events],
    }


def _of_day(base: str, by: Field, state: ListState, day: date) -> str:
    """The list of what stands on the day."""
    on_it = Condition(by.name, "is", (day.isoformat(),))
    return base + state.url(conditions=(*state.conditions, on_it), view="", span="", day="")


def _new_on(base: str, by: Field, day: date) -> str:
    begins = (
        f"{day.isoformat()}T{calendars.CLOCK:%H:%M}" if isinstance(by.kind, DateTime) else day.isoformat()
    )
    return f"{base}new?{urlencode({by.name: begins, 'stay': 1})}"


def _undated(
    entity: Entity, by: Field, state: ListState, rows: QuerySet[Any], context: Context, *, count: bool
) -> dict[str, str] | None:
    """The way to the records without a day, with their number where it is quickly told."""
    if not (by.custom or by.nullable):
        return None
    empty = Condition(by.name, "empty")
    url = entity.url(context.reader.slug) + state.url(
        conditions=(*state.conditions, empty), view="", span="", day=""
    )
    if not count:
        return {"url": url, "text": _("Without a date")}
    number = calendars.undated(rows, by, context)
    said = format_number(min(number, calendars.UNDATED), digits=context.reader.digits)
    said += "+" if number > calendars.UNDATED else ""
    text = ngettext("%(count)s without a date", "%(count)s without a date", number)
    return {"url": url, "text": text % {"count": said}} if number else None


@require_POST
@entity_view
def move(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    """To another day: `to` is 2026-11-25, or a moment by the reader's clock (the way back)."""
    fields = entity.readable(context.actor)
    by = fields.get(request.GET.get("by", ""))
    if by is None or by.kind.name not in ("date", "datetime"):
        raise NotFound
    if by.read_only or entity.narrow:
        raise NotAllowed
    record = actions.get(entity, record_id, by=context.actor)
    was = days_of(by).value(by, row_of(entity, record_id, context))
    value = _value(by, was, request.GET.get("to") or request.POST.get("to", ""), context)
    shifts = extensions.shifts.get(entity.slug, _none_else)(record, by.name, value)
    open_to = {name for name in shifts if name in fields and not fields[name].read_only}
    values = {by.name: value} | {name: shifts[name] for name in open_to}
    along = {name: moment for name, moment in shifts.items() if name not in open_to}
    version = version_of(request.POST.get("version", ""))
    try:
        record = actions.update(
            entity,
            record_id,
            values,
            by=context.actor,
            context=context,
            version=version,
            merging=True,
            along=along,
        )
    except Stale as stale:
        typed = {name: moment.isoformat() for name, moment in values.items()}
        return conflict(request, entity, stale, typed, context)
    said = _("%(title)s: %(value)s") % {
        "title": isolate(entity.title_of(record)),
        "value": isolate(by.kind.plain(by, row_of(entity, record_id, context), context.reader)),
    }
    return done(said, undo_url=_back(request, by, was, context) if was else "")


def _none_else(record: Any, name: str, value: Any) -> dict[str, Any]:
    return {}


def _back(request: WorkspaceRequest, by: Field, was: Any, context: Context) -> str:
    """The address that puts it where it was, at its old hour."""
    moment = (
        was.astimezone(context.reader.tz).strftime("%Y-%m-%dT%H:%M") if isinstance(was, datetime) else was
    )
    return f"{request.path}?{urlencode({'by': by.name, 'to': str(moment)})}"


def _value(by: Field, was: Any, text: str, context: Context) -> date | datetime:
    """Raises Invalid for what is no day."""
    reader, has_hour = context.reader, len(text) > len("2026-11-25")
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid({by.name: _("Choose a day and a time.")}) from error
    if not almanac.FIRST <= given.date() <= almanac.LAST:
        raise Invalid({by.name: _("Choose a day and a time.")})
    if has_hour and isinstance(by.kind, DateTime):
        return (given if given.tzinfo else given.replace(tzinfo=reader.tz)).astimezone(reader.tz)
    return calendars.on_another_day(by, was, given.date(), reader)
