"""Dates and times as people read them."""

from datetime import date, datetime, time, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from .hijri import FIRST_DATE, HIJRI_MONTHS_AR, HIJRI_MONTHS_EN, LAST_DATE, to_hijri
from .months import WEEKDAYS_AR, WEEKDAYS_EN, month_names
from .numbers import digits_for

_NBSP = "\u00a0"


def format_date(
    day: date,
    *,
    language: str,
    calendar: str = "gregorian",
    digits: str = "latn",
    country: str = "SA",
    style: str = "short",
) -> str:
    """The day as the reader's settings want it.

    short: 22 Nov 2026, in Arabic 22 نوفمبر 2026; long: the month in full; day: with the day of the
    week in front. The calendar is gregorian, hijri, or both; هـ and م stand wherever a Hijri date does.
    Days before or after the published Hijri years are shown in the Gregorian calendar.
    """
    arabic = language == "ar"
    known = FIRST_DATE <= day <= LAST_DATE
    shown: list[str] = []
    if calendar != "hijri" or not known:
        era = _era("م", "AD", arabic) if calendar != "gregorian" else ""
        shown.append(_gregorian(day, language, country, style) + era)
    if calendar != "gregorian" and known:
        shown.append(_hijri(day, arabic) + _era("هـ", "AH", arabic))
    weekday = (WEEKDAYS_AR if arabic else WEEKDAYS_EN)[day.weekday()] + " " if style == "day" else ""
    return digits_for(weekday + " · ".join(shown), digits)


def _era(arabic_label: str, english_label: str, arabic: bool) -> str:
    return _NBSP + (arabic_label if arabic else english_label)


def _gregorian(day: date, language: str, country: str, style: str) -> str:
    month = month_names(language, country)[day.month - 1]
    if style == "short" and language != "ar":
        month = month[:3]
    return f"{day.day} {month} {day.year:04}"


def _hijri(day: date, arabic: bool) -> str:
    year, month, number = to_hijri(day)
    name = (HIJRI_MONTHS_AR if arabic else HIJRI_MONTHS_EN)[month - 1]
    return f"{number} {name} {year}"


def format_month(
    day: date, *, language: str, calendar: str = "gregorian", digits: str = "latn", country: str = "SA"
) -> str:
    """The month of the day in one calendar: November 2026, in Arabic نوفمبر 2026; with هـ if it is a Hijri one."""
    arabic = language == "ar"
    if calendar == "hijri":
        year, month, _number = to_hijri(day)
        name = (HIJRI_MONTHS_AR if arabic else HIJRI_MONTHS_EN)[month - 1]
        return digits_for(f"{name} {year}{_era('هـ', 'AH', arabic)}", digits)
    return digits_for(f"{month_names(language, country)[day.month - 1]} {day.year:04}", digits)


def format_time(moment: datetime | time, *, digits: str = "latn") -> str:
    """14:05; an aware datetime must already be in the reader's zone."""
    return digits_for(f"{moment:%H:%M}", digits)


def format_datetime(
    moment: datetime,
    tz: tzinfo,
    *,
    language: str,
    calendar: str = "gregorian",
    digits: str = "latn",
    country: str = "SA",
    style: str = "short",
) -> str:
    """Day and time of an aware moment, by the clock of `tz`."""
    local = moment.astimezone(tz)
    shown = format_date(
        local.date(), language=language, calendar=calendar, digits=digits, country=country, style=style
    )
    return f"{shown}{'،' if language == 'ar' else ','} {format_time(local, digits=digits)}"


def relative_day(day: date, today: date, language: str) -> str:
    """Today, tomorrow, in 3 days, 2 days late; for what is due."""
    days = (day - today).days
    with override(language):
        if days == 0:
            return _("Today")
        if days == 1:
            return _("Tomorrow")
        if days == -1:
            return _("Yesterday")
        if days > 0:
            return ngettext("In %(count)d day", "In %(count)d days", days) % {"count": days}
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
