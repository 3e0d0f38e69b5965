"""Month, and day and week on a scale of hours, with the days of both calendars."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities import almanac
from sila.platform.entities.almanac import day_of, days, span, week_of
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, fragment, is_htmx, version_of, workspace_view
from sila.platform.kit.dates import format_time
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate
from sila.work import reading
from sila.work.actions import reschedule
from sila.work.diary import Entry, at_hour, diary, side_by_side
from sila.work.marked import Events, marked
from sila.work.panels import HUES, ICONS

LAYOUTS = ("day", "week", "month")
PER_DAY = 4
OPENS = 8  # the hour that a scale of hours shows first, unless something is earlier


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    layout = request.GET.get("layout", "month")
    layout = layout if layout in LAYOUTS else "month"
    shown = calendar_of(context, layout, day_of(request.GET.get("day", ""), context.reader.today))
    template = "work/_calendar.html" if is_htmx(request) else "work/calendar.html"
    return fragment(request, template, {"cal": shown})


def calendar_of(context: Context, layout: str, day: date) -> dict[str, Any]:
    reader, base = context.reader, f"/w/{context.reader.slug}/"
    first, last = span(layout, day, reader.week_start)
    busy, dates = diary(first, last, context), marked(first, last, context)
    before, after = almanac.steps(layout, day)
    shown = {
        "title": almanac.title(layout, day, reader.week_start, reader),
        "other_title": almanac.hijri_title(layout, day, reader.week_start, reader),
        "layout": layout,
        "layouts": [
            {"label": label, "url": _url(base, key, day), "active": key == layout}
            for key, label in (("day", _("Day")), ("week", _("Week")), ("month", _("Month")))
        ],
        "previous_url": _url(base, layout, before),
        "next_url": _url(base, layout, after),
        "today_url": _url(base, layout, reader.today),
        "feed_url": f"{base}calendar/feed",
        "new_url": _new_url(base, context),
        "move_url": f"{base}work/{{id}}/move",
        "target": "calendar",
        "weekdays": almanac.weekdays(reader),
    }
    if layout == "month":
        cells = [
            _cell(each, busy.get(each, []), dates.get(each, []), day, context) for each in days(first, last)
        ]
        return shown | {"days": cells}
    return shown | _hours(first, last, busy, dates, context) | {"strip": _strip(layout, day, context)}


def _url(base: str, layout: str, day: date) -> str:
    return f"{base}calendar?layout={layout}&day={day.isoformat()}"


def _face(day: date, context: Context) -> dict[str, Any]:
    base = f"/w/{context.reader.slug}/"
    new_url = _new_url(base, context)
    return almanac.face(
        day,
        context,
        day_url=_url(base, "day", day),
        add_url=f"{new_url}&starts_at={day.isoformat()}T09:00" if new_url else "",
    )


def _new_url(base: str, context: Context) -> str:
    return f"{base}meetings/new?stay=1" if context.actor.can("meetings", "create") else ""


def _cell(
    day: date, entries: list[Entry], dates: list[dict[str, Any]], chosen: date, context: Context
) -> dict[str, Any]:
    more = len(dates) + len(entries) - PER_DAY
    count = format_number(more, digits=context.reader.digits)
    return _face(day, context) | {
        "outside": day.month != chosen.month,
        "more": ngettext("%(count)s more activity", "%(count)s more activities", more) % {"count": count}
        if more > 0
        else "",
        "events": [event for _span, event in _in_order(day, entries, dates, context)][:PER_DAY],
    }


Timed = tuple[tuple[int, int] | None, dict[str, Any]]  # from and to, in minutes; None: all day


def _in_order(day: date, entries: list[Entry], dates: list[dict[str, Any]], context: Context) -> list[Timed]:
    """What stands on the day: what has no hour, then by the hour."""
    found: list[Timed] = [
        (at_hour(each["at"]), each | {"times": each["time"]})
        if isinstance(each["at"], datetime)
        else (None, each)
        for each in dates
    ]
    found += [(None if entry.all_day else entry.minutes(day), _event(entry, context)) for entry in entries]
    return sorted(found, key=lambda each: each[0] or (-1, 0))


def _hours(
    first: date, last: date, busy: dict[date, list[Entry]], dates: Events, context: Context
) -> dict[str, Any]:
    """The days beside each other on one scale of hours; what has no hour stands above it."""
    digits, now = context.reader.digits, context.reader.now
    columns = [_column(day, busy.get(day, []), dates.get(day, []), context) for day in days(first, last)]
    opens = min([OPENS, *(int(event["from"][:2]) for day in columns for event in day["timed"])])
    return {
        "days": columns,
        "now": _clock(now.hour * 60 + now.minute),
        "zone": context.reader.zone,
        "hours": [
            {"label": format_time(time(hour), digits=digits) if hour else "", "opens": hour == opens}
            for hour in range(24)
        ],
    }


def _column(day: date, entries: list[Entry], dates: list[dict[str, Any]], context: Context) -> dict[str, Any]:
    found = _in_order(day, entries, dates, context)
    timed = [(span, event) for span, event in found if span]
    lanes = side_by_side([span for span, _event_ in timed])
    return _face(day, context) | {
        "all_day": [event for span, event in found if not span],
        "timed": [
            event | {"from": _clock(begin), "to": _clock(end), "lane": lane, "lanes": number}
            for ((begin, end), event), (lane, number) in zip(timed, lanes, strict=True)
        ],
    }


def _clock(minutes: int) -> str:
    """To the five minutes that the scale knows: 09:05, and 24:00 at the end of a day."""
    minutes -= minutes % 5
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _strip(layout: str, day: date, context: Context) -> list[dict[str, Any]]:
    """In the layout of a day, the week around it, to go from one day to another."""
    if layout != "day":
        return []
    first = week_of(day, context.reader.week_start)
    return [_face(each, context) | {"chosen": each == day} for each in days(first, first + timedelta(days=6))]


def _event(entry: Entry, context: Context) -> dict[str, Any]:
    activity, digits = entry.activity, context.reader.digits
    times = [entry.start, entry.end] if entry.end > entry.start else [entry.start]
    return {
        "id": activity.id,
        "version": activity.version,
        "title": reading.title(activity, context.actor),
        "place": reading.said(activity, "location", context.actor),
        "time": "" if entry.all_day else format_time(entry.start, digits=digits),
        "times": "" if entry.all_day else "–".join(format_time(moment, digits=digits) for moment in times),
        "url": registry[f"{activity.kind}s"].url(context.reader.slug, activity.id),
        "hue": HUES[activity.kind],
        "done": activity.status == "done",
        "icon": ICONS[activity.kind],
        "movable": _movable(entry, context),
    }


def _movable(entry: Entry, context: Context) -> bool:
    """What is done stays where it was, and a repetition to come goes with the first of its series."""
    activity, actor = entry.activity, context.actor
    allowed = actor.policy.allows(
        f"{activity.kind}s", "edit", owner=activity.owner_id, unit=activity.org_unit_id
    )
    return allowed and not actor.read_only and activity.status == "open" and entry.itself


@require_POST
@workspace_view
def move(request: WorkspaceRequest, context: Context, activity_id: UUID) -> HttpResponse:
    """To another day, or to another day and time: `to` is 2026-11-25 or 2026-11-25T09:30, by the reader's clock."""
    to, version = request.GET.get("to") or request.POST.get("to", ""), request.POST.get("version", "")
    activity = records.get(registry["activities"], activity_id, by=context.actor)
    was = activity.at.astimezone(context.reader.tz) if activity.at else None
    moment = _moment(to, was, context.reader)
    moved = reschedule(activity, by=context.actor, to=moment, version=version_of(version))
    said = _("Moved: %(title)s") % {"title": isolate(moved.subject)}
    return done(said, undo_url=f"{request.path}?to={was:%Y-%m-%dT%H:%M}" if was else "")


def _moment(text: str, was: datetime | None, reader: Reader) -> datetime:
    try:
        clock = (was or datetime.min).time() if len(text) == len("2026-11-25") else None
        given = datetime.fromisoformat(text)
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise Invalid({"to": _("Choose a day and a time.")}) from error
    if not almanac.FIRST <= day <= almanac.LAST:
        raise Invalid({"to": _("Choose a day and a time.")})
    return datetime.combine(day, clock or given.time(), tzinfo=reader.tz)
