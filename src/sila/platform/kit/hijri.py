"""The Umm al-Qura calendar, as Saudi Arabia counts it. Never the tabular one: that is off by a day."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import hijridate
from django.utils.translation import gettext as _

from .errors import InvalidInput

FIRST_YEAR = 1343
LAST_YEAR = 1500
FIRST_DATE = date(1924, 8, 1)
LAST_DATE = date(2077, 11, 16)
RAMADAN = 9

HIJRI_MONTHS_AR = (
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
)
HIJRI_MONTHS_EN = (
    "Muharram",
    "Safar",
    "Rabi I",
    "Rabi II",
    "Jumada I",
    "Jumada II",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qadah",
    "Dhu al-Hijjah",
)


class Hijri(NamedTuple):
    """A day of the Umm al-Qura calendar."""

    year: int
    month: int
    day: int


class NoSuchHijriDate(InvalidInput):
    """A day that the calendar does not have, or that lies outside the years it is published for."""


@lru_cache(maxsize=8192)
def to_hijri(day: date) -> Hijri:
    """The Hijri day of a Gregorian one; NoSuchHijriDate outside FIRST_DATE ... LAST_DATE."""
    if not FIRST_DATE <= day <= LAST_DATE:
        raise NoSuchHijriDate(_("The Hijri calendar is known from 1343 to 1500 only."))
    return Hijri(*hijridate.Gregorian(day.year, day.month, day.day).to_hijri().datetuple())


@lru_cache(maxsize=8192)
def from_hijri(year: int, month: int, day: int) -> date:
    """The Gregorian day of a Hijri one; NoSuchHijriDate if there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchHijriDate(_("The Hijri calendar is known from 1343 to 1500 only."))
    if not 1 <= month <= 12 or not 1 <= day <= _month_length(year, month):
        shown = f"{year}-{month:02}-{day:02}"
        raise NoSuchHijriDate(_("There is no %(date)s in the Hijri calendar.") % {"date": shown})
    return date(*hijridate.Hijri(year, month, day).to_gregorian().datetuple())


@lru_cache(maxsize=2048)
def _month_length(year: int, month: int) -> int:
    return hijridate.Hijri(year, month, 1).month_length()


def hijri_month_range(year: int, month: int) -> tuple[date, date]:
    """First and last Gregorian day of a Hijri month."""
    first = from_hijri(year, month, 1)
    return first, first + timedelta(days=_month_length(year, month) - 1)


def hijri_year_range(year: int) -> tuple[date, date]:
    """First and last Gregorian day of a Hijri year."""
    return from_hijri(year, 1, 1), hijri_month_range(year, 12)[1]


def add_hijri_years(day: date, years: int) -> date:
    """The same Hijri day some years on; day 30 of a month that has 29 then becomes the 29th."""
    born = to_hijri(day)
    return _clamped(born.year + years, born.month, born.day)


def next_hijri_anniversary(born: date, after: date) -> date:
    """The first Hijri birthday later than `after`."""
    birth, now = to_hijri(born), to_hijri(after)
    this_year = _clamped(now.year, birth.month, birth.day)
    return this_year if this_year > after else _clamped(now.year + 1, birth.month, birth.day)


def _clamped(year: int, month: int, day: int) -> date:
    last = _month_length(year, month) if FIRST_YEAR <= year <= LAST_YEAR else day
    return from_hijri(year, month, min(day, last))
