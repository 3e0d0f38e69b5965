"""Spans of days that people name: "this week", "last Hijri month", "Ramadan"."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .hijri import RAMADAN, hijri_month_range, hijri_year_range, to_hijri

Range = tuple[date, date]
Moments = tuple[datetime, datetime]
LONG_AGO = date(1800, 1, 1)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def moments(first: date, last: date, zone: tzinfo) -> Moments:
    """From when the first day begins up to the end of the last, which is not a part of it. Raises ValueError beyond the
    calendar's last day."""
    return midnight(first, zone), midnight(date.fromordinal(last.toordinal() + 1), zone)


RANGE_LABELS: dict[str, Promise] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "tomorrow": _("Tomorrow"),
    "before_today": _("Before today"),
    "before_yesterday": _("Before yesterday"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "next_week": _("Next week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "next_month": _("Next month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "next_quarter": _("Next quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "next_7_days": _("Next 7 days"),
    "next_30_days": _("Next 30 days"),
    "next_90_days": _("Next 90 days"),
    "this_hijri_month": _("This Hijri month"),
    "last_hijri_month": _("Last Hijri month"),
    "next_hijri_month": _("Next Hijri month"),
    "this_hijri_year": _("This Hijri year"),
    "ramadan": _("Ramadan"),
}


def date_range(token: str, today: date, week_start: int) -> Range:
    """First and last day, both included; `week_start` as in date.weekday(). KeyError if unknown.

    "last 7 days" end today, "next 7 days" begin today; "ramadan" is that of the present Hijri year.
    """
    return _RANGES[token](today, week_start)


def _days(first: int, last: int) -> Callable[[date, int], Range]:
    return lambda today, _start: (today + timedelta(days=first), today + timedelta(days=last))


def _week(offset: int) -> Callable[[date, int], Range]:
    def of(today: date, week_start: int) -> Range:
        first = today + timedelta(days=7 * offset - (today.weekday() - week_start) % 7)
        return first, first + timedelta(days=6)

    return of


def _months(length: int, offset: int) -> Callable[[date, int], Range]:
    """A span of `length` months that starts on a multiple of it: month, quarter, year."""

    def of(today: date, _start: int) -> Range:
        first = (today.year * 12 + today.month - 1) // length * length + offset * length
        return _first_of(first), _first_of(first + length) - timedelta(days=1)

    return of


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _hijri_month(offset: int) -> Callable[[date, int], Range]:
    def of(today: date, _start: int) -> Range:
        now = to_hijri(today)
        month = now.year * 12 + now.month - 1 + offset
        return hijri_month_range(month // 12, month % 12 + 1)

    return of


_RANGES: dict[str, Callable[[date, int], Range]] = {
    "today": _days(0, 0),
    "yesterday": _days(-1, -1),
    "tomorrow": _days(1, 1),
    "before_today": lambda today, _start: (LONG_AGO, today - timedelta(days=1)),
    "before_yesterday": lambda today, _start: (LONG_AGO, today - timedelta(days=2)),
    "this_week": _week(0),
    "last_week": _week(-1),
    "next_week": _week(1),
    "this_month": _months(1, 0),
    "last_month": _months(1, -1),
    "next_month": _months(1, 1),
    "this_quarter": _months(3, 0),
    "last_quarter": _months(3, -1),
    "next_quarter": _months(3, 1),
    "this_year": _months(12, 0),
    "last_year": _months(12, -1),
    "last_7_days": _days(-6, 0),
    "last_30_days": _days(-29, 0),
    "last_90_days": _days(-89, 0),
    "next_7_days": _days(0, 6),
    "next_30_days": _days(0, 29),
    "next_90_days": _days(0, 89),
    "this_hijri_month": _hijri_month(0),
    "last_hijri_month": _hijri_month(-1),
    "next_hijri_month": _hijri_month(1),
    "this_hijri_year": lambda today, _start: hijri_year_range(to_hijri(today).year),
    "ramadan": lambda today, _start: hijri_month_range(to_hijri(today).year, RAMADAN),
}
