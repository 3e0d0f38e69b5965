"""Months, quarters and years of either calendar: of a forecast, a goal, a commission."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid
from sila.platform.entities.months import month_label, month_range
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.hijri import to_hijri
from sila.platform.kit.numbers import format_number

CALENDARS = ("gregorian", "hijri")
LENGTHS = (1, 3)  # months, of a forecast
_KEY = re.compile(r"([gh])-(\d{4})(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """`number` counts months from the year 0; of a quarter it is that of its first month."""

    calendar: str
    length: int
    number: int

    @classmethod
    def of(cls, day: date, calendar: str, length: int) -> "Period":
        year, month = to_hijri(day)[:2] if calendar == "hijri" else (day.year, day.month)
        return cls(calendar, length, (year * 12 + month - 1) // length * length)

    @classmethod
    def read(cls, text: str) -> "Period":
        """From its key: g-2026, g-2026-q4, g-2026-11, h-1448, h-1448-q2, h-1448-05. Raises Invalid."""
        found = _KEY.fullmatch(text)
        if found:
            calendar = "gregorian" if found[1] == "g" else "hijri"
            length, month = _place(found[3], found[4])
            period = cls(calendar, length, int(found[2]) * 12 + month - 1)
            if period.exists:
                return period
        raise Invalid({"period": _("There is no such period.")})

    @property
    def exists(self) -> bool:
        """Hijri years are published up to a year, and no date lies before the first one."""
        try:
            return bool(self.first and self.last)
        except (InvalidInput, ValueError, OverflowError):
            return False

    @property
    def key(self) -> str:
        year, month = divmod(self.number, 12)
        place = {1: f"-{month + 1:02}", 3: f"-q{month // 3 + 1}", 12: ""}[self.length]
        return f"{self.calendar[0]}-{year:04}{place}"

    @property
    def months(self) -> list[str]:
        return [
            f"{number // 12:04}-{number % 12 + 1:02}"
            for number in range(self.number, self.number + self.length)
        ]

    @cached_property
    def first(self) -> date:
        return month_range(self.months[0], self.calendar)[0]

    @cached_property
    def last(self) -> date:
        return month_range(self.months[-1], self.calendar)[1]

    @property
    def span(self) -> tuple[int, int]:
        return self.first.toordinal(), self.last.toordinal()

    def step(self, by: int) -> "Period":
        return Period(self.calendar, self.length, self.number + by * self.length)

    def label(self, reader: Reader) -> str:
        month = month_label(self.months[0], self.calendar, reader)
        if self.length == 1:
            return month
        year = month.rsplit(" ", 1)[-1]  # with the mark of its era, which a hard space joins
        if self.length == 12:
            return year
        quarter = format_number(self.number % 12 // 3 + 1, digits=reader.digits)
        return _("Quarter %(quarter)s, %(year)s") % {"quarter": quarter, "year": year}


def _place(quarter: str | None, month: str | None) -> tuple[int, int]:
    """Its months, and which of the year is the first."""
    if quarter:
        return 3, int(quarter) * 3 - 2
    return (1, int(month)) if month else (12, 1)


def months_of(calendar: str, first: date, last: date) -> list[tuple[int, int]]:
    """The spans of all months from the quarter of `first` to the month of `last`."""
    begin, end = Period.of(first, calendar, 3).number, Period.of(last, calendar, 1).number
    return [Period(calendar, 1, number).span for number in range(begin, end + 1)]


def yesterday(today: date) -> date:
    """The last day that is over."""
    return today - timedelta(days=1)
