"""Dates and times as people type them."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, tzinfo

from django.utils.translation import gettext as _

from .errors import InvalidInput
from .folding import fold
from .hijri import HIJRI_MONTHS_AR, HIJRI_MONTHS_EN, from_hijri
from .months import ARABIC_MONTH_SETS, MONTHS_EN

_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
_YEAR_FIRST = _ORDERS["ymd"]
_HIJRI_YEARS = range(1300, 1501)
_GREGORIAN_YEARS = range(1800, 2200)
_PARTS = re.compile(r"(\w+)[\s/.\-،,]+(\w+)[\s/.\-،,]+(\d+)")
_COMPACT_ISO = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(  # on folded text
    r"(?<=[\dهم.])[t\s،,]+(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
    r"\s*(?:am|pm|a\.m\.|p\.m\.|ص|م|صباحا|مساء)?\s*(?:z|utc|gmt|[+-]\d\d(?::?\d\d)?)?$"
)
_ERA = re.compile(r"(?<=\d)\s*(?:(هـ|ه|a\.?h\.?)|(م|a\.?d\.?|c\.?e\.?))\s*$", re.IGNORECASE)
_TIME = re.compile(
    r"^(?P<date>.*?)[T\s،,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>am|pm|a\.m\.|p\.m\.|ص|م|صباحا|مساء)?$",
    re.IGNORECASE,
)


class UnreadableDate(InvalidInput):
    """No date, no such day, or a day of the other calendar."""


class HijriDate(UnreadableDate):
    """By its year, its month or its هـ a Hijri day, where a Gregorian one was expected."""

    def __init__(self) -> None:
        super().__init__(_("This looks like a Hijri date, and a Gregorian date is expected here."))


def _month_table(*names: tuple[str, ...]) -> dict[str, int]:
    return {fold(name): number for months in names for number, name in enumerate(months, 1)}


_MONTHS = {
    **_month_table(MONTHS_EN, *ARABIC_MONTH_SETS),
    **_month_table(tuple(name[:3] for name in MONTHS_EN)),
    "sept": 9,
}
_OTHER_HIJRI_NAMES = {
    3: ("rabi al-awwal",),
    4: ("ربيع الثاني", "rabi al-thani", "rabi al-akhir"),
    5: ("جمادى الأول", "jumada al-ula", "jumada al-awwal"),
    6: ("جمادى الثانية", "جمادى الآخر", "جمادى الثاني", "jumada al-thani", "jumada al-akhirah"),
    8: ("sha'ban",),
    9: ("ramadhan",),
    11: ("ذي القعدة", "dhul qadah"),
    12: ("ذي الحجة", "dhul hijjah"),
}
_HIJRI_MONTHS = {
    **_month_table(HIJRI_MONTHS_AR, HIJRI_MONTHS_EN),
    **{fold(name): month for month, names in _OTHER_HIJRI_NAMES.items() for name in names},
}


def _finder(table: dict[str, int]) -> re.Pattern[str]:
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile(r"(?<![^\W\d_])(?:" + "|".join(map(re.escape, longest_first)) + r")\.?(?![^\W\d_])")


def month_named(text: str) -> tuple[str, int] | None:
    """The calendar and the number of the month that folded words name, as a whole."""
    for calendar, table in (("gregorian", _MONTHS), ("hijri", _HIJRI_MONTHS)):
        if text in table:
            return calendar, table[text]
    return None


_FIND_MONTH = {"gregorian": (_finder(_MONTHS), _MONTHS), "hijri": (_finder(_HIJRI_MONTHS), _HIJRI_MONTHS)}


def parse_date(text: str, *, order: str = "dmy", calendar: str = "gregorian") -> date:
    """The Gregorian day of what was typed; `calendar` says how to read it.

    Year-first (ISO) is always understood. A year of two digits is 1969 to 2068, in the Hijri
    calendar 1360 to 1459. A day of the other calendar is refused, never converted by guess. With
    `both` each date says its calendar itself: by a year of four digits, by the month's name, or by هـ.
    A time behind the day is left out: the day is the one that is written, whatever the zone.
    """
    if calendar == "both":
        with suppress(HijriDate):
            return parse_date(text, order=order)
        calendar = "hijri"
    plain = _without_era(_CLOCK.sub("", fold(text)), calendar)
    numbers, named = _numbers(plain, calendar)
    if numbers is None:
        raise _named_otherwise(plain, calendar, text.strip()[:40])
    return _day(*_arranged(numbers, order, named), calendar, text.strip()[:40])


def _without_era(text: str, calendar: str) -> str:
    """Without the هـ or م at the end, which must be the calendar's own."""
    found = _ERA.search(text)
    if not found:
        return text
    if found[1] and calendar != "hijri":
        raise HijriDate()
    if found[2] and calendar == "hijri":
        raise UnreadableDate(_gregorian_in_hijri())
    return text[: found.start()]


def _numbers(text: str, calendar: str) -> tuple[list[str] | None, bool]:
    """The three numbers in the order they stand in, and whether the month was named.

    A named month comes in the middle, so that only the year's place is left to see.
    """
    finder, table = _FIND_MONTH[calendar]
    month = finder.search(text)
    if month:
        rest = re.findall(r"\d+", text[: month.start()] + " " + text[month.end() :])
        others = re.sub(r"[\d\s/.\-،,]", "", text[: month.start()] + text[month.end() :])
        number = str(table[month[0].rstrip(".")])
        return ([rest[0], number, rest[1]], True) if len(rest) == 2 and not others else (None, True)
    found = _COMPACT_ISO.fullmatch(text) or _PARTS.fullmatch(text)
    parts = list(found.groups()) if found else []
    return (parts, False) if parts and all(map(str.isdecimal, parts)) else (None, False)


def _named_otherwise(text: str, calendar: str, shown: str) -> UnreadableDate:
    """Why this is no day: it may have a month of the other calendar."""
    other = "hijri" if calendar == "gregorian" else "gregorian"
    if _numbers(text, other)[0]:
        return HijriDate() if other == "hijri" else UnreadableDate(_gregorian_in_hijri())
    return UnreadableDate(_("“%(text)s” is not a date.") % {"text": shown})


def _arranged(numbers: list[str], order: str, named: bool) -> tuple[str, str, str]:
    """Year, month, day."""
    usual = _ORDERS["dmy"] if named and order == "mdy" else _ORDERS[order]
    places = _YEAR_FIRST if len(numbers[0]) == 4 else usual
    year, month, day = (numbers[place] for place in places)
    return year, month, day


def _day(year_text: str, month_text: str, day_text: str, calendar: str, shown: str) -> date:
    if len(year_text) not in {2, 4} or max(len(month_text), len(day_text)) > 2:
        raise UnreadableDate(_("“%(text)s” is not a date.") % {"text": shown})
    year = _full_year(int(year_text), calendar) if len(year_text) == 2 else int(year_text)
    if calendar == "hijri":
        if year in _GREGORIAN_YEARS:
            raise UnreadableDate(_gregorian_in_hijri())
        return from_hijri(year, int(month_text), int(day_text))
    if year in _HIJRI_YEARS:
        raise HijriDate()
    try:
        return date(year, int(month_text), int(day_text))
    except ValueError:
        raise UnreadableDate(_("There is no such day as “%(text)s”.") % {"text": shown}) from None


def _full_year(year: int, calendar: str) -> int:
    if calendar == "hijri":
        return year + (1400 if year < 60 else 1300)
    return year + (2000 if year < 69 else 1900)


def _gregorian_in_hijri() -> str:
    return _("This looks like a Gregorian date, and a Hijri date is expected here.")


def parse_datetime(text: str, tz: tzinfo, order: str = "dmy") -> datetime:
    """An aware moment; without an offset of its own, what was typed is the clock's time in `tz`."""
    plain = fold(text.strip())
    moment = _iso(plain.upper()) or _spoken(plain, order)
    if moment is None:
        raise UnreadableDate(_("“%(text)s” is not a date and time.") % {"text": text.strip()[:40]})
    if moment.year in _HIJRI_YEARS:
        raise HijriDate()
    if moment.tzinfo is not None:
        return moment.astimezone(tz)
    local = moment.replace(tzinfo=tz)
    if local.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != moment:
        raise UnreadableDate(_("The clocks were put forward then, so this time does not exist."))
    return local


def _iso(text: str) -> datetime | None:
    if len(text) < 12:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _spoken(text: str, order: str) -> datetime | None:
    found = _TIME.match(text)
    if not found:
        return datetime.combine(parse_date(text, order=order), time())
    hour, half = int(found["hour"]), (found["half"] or "").replace(".", "")
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half in {"pm", "م", "مساء"} else 0)
    minute, second = int(found["minute"]), int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime.combine(parse_date(found["date"], order=order), time(hour, minute, second))
