"""Day, week and month, with the days of both calendars."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import fragment, is_htmx
from sila.platform.kit.dates import format_date, format_time
from sila.platform.kit.hijri import FIRST_DATE, HIJRI_MONTHS_AR, HIJRI_MONTHS_EN, LAST_DATE, to_hijri
from sila.platform.kit.months import WEEKDAY_LABELS, month_names
from sila.platform.kit.numbers import digits_for, format_number
from sila.platform.kit.recurrence import occurrences
from sila.work import reading
from sila.work.models import Activity
from sila.work.panels import HUES, ICONS

LAYOUTS = ("day", "week", "month")
PER_DAY = 4
LIMIT = 1000
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


@require_GET
def page(request: HttpRequest, workspace: str) -> HttpResponse:
    context = Context(request.actor, request.reader)
    layout = request.GET.get("layout", "month")
    layout = layout if layout in LAYOUTS else "month"
    shown = calendar_of(context, layout, _day(request.GET.get("day", ""), context.reader.today))
    template = "work/_calendar.html" if is_htmx(request) else "work/calendar.html"
    return fragment(request, template, {"cal": shown})


def _day(text: str, today: date) -> date:
    try:
        return min(max(date.fromisoformat(text), FIRST), LAST)
    except ValueError:
        return today


def calendar_of(context: Context, layout: str, day: date) -> dict[str, Any]:
    reader, base = context.reader, f"/w/{context.reader.slug}/"
    first, last = span(layout, day, reader.week_start)
    busy = _by_day(first, last, context)
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    before, after = _steps(layout, day)
    return {
        "title": _title(layout, day, first, last, reader),
        "other_title": _hijri_title(layout, day, first, last, reader),
        "layout": layout,
        "layouts": [
            {"label": label, "url": _url(base, key, day), "active": key == layout}
            for key, label in (("day", _("Day")), ("week", _("Week")), ("month", _("Month")))
        ],
        "previous_url": _url(base, layout, before),
        "next_url": _url(base, layout, after),
        "today_url": _url(base, layout, reader.today),
        "feed_url": f"{base}calendar/feed",
        "create": {"url": f"{base}meetings/new?stay=1", "label": _("New meeting")}
        if context.actor.can("meetings", "create")
        else None,
        "weekdays": [WEEKDAY_LABELS[(reader.week_start + number) % 7] for number in range(7)],
        "days": [_cell(each, busy.get(each, []), layout, day, context) for each in days],
    }


def span(layout: str, day: date, week_start: int) -> tuple[date, date]:
    """The first and the last day that the layout shows; a month is filled up to whole weeks."""
    if layout == "day":
        return day, day
    if layout == "week":
        return _week_of(day, week_start), _week_of(day, week_start) + timedelta(days=6)
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return _week_of(first, week_start), _week_of(last, week_start) + timedelta(days=6)


def _week_of(day: date, week_start: int) -> date:
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _steps(layout: str, day: date) -> tuple[date, date]:
    if layout == "month":
        first = day.replace(day=1)
        return (first - timedelta(days=1)).replace(day=1), first + timedelta(days=32) - timedelta(
            days=(first + timedelta(days=32)).day - 1
        )
    length = timedelta(days=1 if layout == "day" else 7)
    return day - length, day + length


def _url(base: str, layout: str, day: date) -> str:
    return f"{base}calendar?layout={layout}&day={day.isoformat()}"


def _by_day(first: date, last: date, context: Context) -> dict[date, list[tuple[datetime, Activity]]]:
    """My activities on each day, those that repeat on all days to come as well: two queries."""
    reader = context.reader
    start = datetime.combine(first, time(), tzinfo=reader.tz)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=reader.tz)
    mine = reading.my_days(context.actor)
    moments = [
        (activity.at, activity) for activity in mine.filter(at__gte=start, at__lt=end).order_by("at")[:LIMIT]
    ]
    repeating = [kind for kind in reading.KINDS if reading.is_open(kind, "rrule", context.actor)]
    for activity in mine.filter(status="open", at__lt=end, kind__in=repeating).exclude(rrule="")[:LIMIT]:
        repeated = occurrences(
            activity.rrule, activity.at, reader.tz, (max(start, activity.at), end), limit=50
        )
        moments += [(moment, activity) for moment in repeated if moment != activity.at]
    by_day: dict[date, list[tuple[datetime, Activity]]] = {}
    for moment, activity in sorted(moments, key=lambda pair: pair[0]):
        by_day.setdefault(moment.astimezone(reader.tz).date(), []).append((moment, activity))
    return by_day


def _cell(
    day: date, events: list[tuple[datetime, Activity]], layout: str, chosen: date, context: Context
) -> dict[str, Any]:
    reader, workspace = context.reader, context.actor.workspace
    base = f"/w/{reader.slug}/"
    shown = events if layout != "month" else events[:PER_DAY]
    more = len(events) - len(shown)
    return {
        "iso": day.isoformat(),
        "number": format_number(day.day, digits=reader.digits),
        "other": _hijri_day(day, reader),
        "label": format_date(
            day,
            language=reader.language,
            calendar="both",
            digits=reader.digits,
            country=reader.country,
            style="day",
        ),
        "today": day == reader.today,
        "rest": day.weekday() in workspace.weekend or day.isoformat() in workspace.holidays,
        "outside": layout == "month" and day.month != chosen.month,
        "add_url": f"{base}meetings/new?stay=1&starts_at={day.isoformat()}T09:00"
        if context.actor.can("meetings", "create")
        else "",
        "more": ngettext("%(count)s more activity", "%(count)s more activities", more)
        % {"count": format_number(more, digits=reader.digits)}
        if more
        else "",
        "day_url": _url(base, "day", day),
        "events": [_event(moment, activity, context) for moment, activity in shown],
    }


def _event(moment: datetime, activity: Activity, context: Context) -> dict[str, Any]:
    reader = context.reader
    local = moment.astimezone(reader.tz)
    return {
        "title": reading.title(activity, context.actor),
        "time": "" if activity.all_day else format_time(local, digits=reader.digits),
        "url": registry[f"{activity.kind}s"].url(reader.slug, activity.id),
        "hue": HUES[activity.kind],
        "done": activity.status == "done",
        "icon": ICONS[activity.kind],
    }


def _title(layout: str, day: date, first: date, last: date, reader: Reader) -> str:
    common = {"language": reader.language, "digits": reader.digits, "country": reader.country}
    if layout == "day":
        return format_date(day, style="day", **common)
    if layout == "week":
        return f"{format_date(first, **common)} – {format_date(last, **common)}"
    month = month_names(reader.language, reader.country)[day.month - 1]
    return digits_for(f"{month} {day.year}", reader.digits)


def _hijri_title(layout: str, day: date, first: date, last: date, reader: Reader) -> str:
    """The Hijri month or months behind what is shown."""
    if layout == "month":
        first, last = (
            day.replace(day=1),
            (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1),
        )
    if not FIRST_DATE <= first <= last <= LAST_DATE:
        return ""
    names = HIJRI_MONTHS_AR if reader.language == "ar" else HIJRI_MONTHS_EN
    begin, end = to_hijri(first), to_hijri(last)
    months = (
        names[begin.month - 1]
        if begin[:2] == end[:2]
        else f"{names[begin.month - 1]} – {names[end.month - 1]}"
    )
    era = "هـ" if reader.language == "ar" else "AH"
    return digits_for(f"{months} {end.year} {era}", reader.digits)


def _hijri_day(day: date, reader: Reader) -> str:
    """The Hijri day; the first of a month with its name."""
    if not FIRST_DATE <= day <= LAST_DATE:
        return ""
    hijri = to_hijri(day)
    number = digits_for(str(hijri.day), reader.digits)
    names = HIJRI_MONTHS_AR if reader.language == "ar" else HIJRI_MONTHS_EN
    return f"{number} {names[hijri.month - 1]}" if hijri.day == 1 else number
