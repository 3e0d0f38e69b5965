"""Days as a calendar shows them: whole weeks, the names of both calendars, what is today and what is a day of rest."""

from datetime import date, timedelta
from typing import Any

from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import Context
from sila.platform.kit.hijri import FIRST_DATE, HIJRI_MONTHS_AR, HIJRI_MONTHS_EN, LAST_DATE, to_hijri
from sila.platform.kit.months import WEEKDAY_LABELS, month_names
from sila.platform.kit.numbers import digits_for, format_number

FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


def day_of(text: str, today: date) -> date:
    """The day that an address names, inside of what a calendar shows; today for what is no day."""
    try:
        return min(max(date.fromisoformat(text), FIRST), LAST)
    except ValueError:
        return today


def days(first: date, last: date) -> list[date]:
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


def span(layout: str, day: date, week_start: int) -> tuple[date, date]:
    """The first and the last day that the layout shows; a month is filled up to whole weeks."""
    if layout == "day":
        return day, day
    if layout == "week":
        return week_of(day, week_start), week_of(day, week_start) + timedelta(days=6)
    first, last = month_of(day)
    return week_of(first, week_start), week_of(last, week_start) + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def week_of(day: date, week_start: int) -> date:
    """The first day of its week."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def steps(layout: str, day: date) -> tuple[date, date]:
    """Where one step back and one step on lead."""
    if layout == "month":
        first, last = month_of(day)
        return (first - timedelta(days=1)).replace(day=1), last + timedelta(days=1)
    length = timedelta(days=1 if layout == "day" else 7)
    return day - length, day + length


def weekdays(reader: Reader) -> list[Any]:
    """Their names, in the order of the workspace's week."""
    return [WEEKDAY_LABELS[(reader.week_start + number) % 7] for number in range(7)]


def face(day: date, context: Context, *, day_url: str, add_url: str = "") -> dict[str, Any]:
    """What every layout says of a day (entities/_day_head.html)."""
    reader, workspace = context.reader, context.actor.workspace
    return {
        "iso": day.isoformat(),
        "number": format_number(day.day, digits=reader.digits),
        "weekday": WEEKDAY_LABELS[day.weekday()],
        "other": _hijri_day(day, reader),
        "label": reader.day(day, calendar="both", style="day"),
        "today": day == reader.today,
        "rest": day.weekday() in workspace.weekend or day.isoformat() in workspace.holidays,
        "day_url": day_url,
        "add_url": add_url,
    }


def title(layout: str, day: date, week_start: int, reader: Reader) -> str:
    if layout == "day":
        return reader.day(day, calendar="gregorian", style="day")
    if layout == "week":
        first, last = span(layout, day, week_start)
        if (first.year, first.month) == (last.year, last.month):
            begin = format_number(first.day, digits=reader.digits)
        else:
            begin = reader.day(first, calendar="gregorian")
        return f"{begin} – {reader.day(last, calendar='gregorian')}"
    month = month_names(reader.language, reader.country)[day.month - 1]
    return digits_for(f"{month} {day.year}", reader.digits)


def hijri_title(layout: str, day: date, week_start: int, reader: Reader) -> str:
    """The Hijri month or months behind what is shown; "" outside of the published years."""
    first, last = month_of(day) if layout == "month" else span(layout, day, week_start)
    if not FIRST_DATE <= first <= last <= LAST_DATE:
        return ""
    names = HIJRI_MONTHS_AR if reader.language == "ar" else HIJRI_MONTHS_EN
    begin, end = to_hijri(first), to_hijri(last)
    months = (
        names[begin.month - 1]
        if begin[:2] == end[:2]
        else f"{names[begin.month - 1]} – {names[end.month - 1]}"
    )
    if layout == "day":
        months = f"{begin.day} {months}"
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
