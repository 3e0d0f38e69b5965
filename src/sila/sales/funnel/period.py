"""A month, quarter or year of either calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.months import month_label, month_range
from sila.platform.kit.dates import moments
from sila.platform.kit.hijri import to_hijri
from sila.platform.kit.numbers import digits_for

UNITS = ("month", "quarter", "year")
CALENDARS = ("gregorian", "hijri")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    unit: str
    calendar: str
    year: int
    number: int  # of the month or the quarter; 1 of a year

    @classmethod
    def read(cls, params: Any, reader: Reader) -> "Period":
        """From the address; what makes no sense there is the quarter of today."""
        unit = params.get("unit") if params.get("unit") in UNITS else "quarter"
        calendar = params.get("calendar") if params.get("calendar") in CALENDARS else reader.one_calendar
        try:
            year, number = (int(part) for part in params.get("of", "").split("-"))
            asked = cls(unit, calendar, year, number)
            if 1 <= number <= 12 // MONTHS[unit] and asked.days():
                return asked
        except (ValueError, ArithmeticError):
            pass
        return cls.around(reader.today, unit, calendar)

    @classmethod
    def around(cls, day: date, unit: str, calendar: str) -> "Period":
        if calendar == "hijri":
            hijri = to_hijri(day)
            year, month = hijri.year, hijri.month
        else:
            year, month = day.year, day.month
        return cls(unit, calendar, year, (month - 1) // MONTHS[unit] + 1)

    def days(self) -> tuple[date, date]:
        """Its first and last day. Raises ValueError."""
        last = self.number * MONTHS[self.unit]
        first = last - MONTHS[self.unit] + 1
        return self._month(first)[0], self._month(last)[1]

    def _month(self, number: int) -> tuple[date, date]:
        return month_range(f"{self.year:04}-{number:02}", self.calendar)

    def moments(self, reader: Reader) -> tuple[datetime, datetime]:
        """From which moment, and up to which, by the workspace's clock."""
        first, last = self.days()
        return moments(first, last, reader.tz)

    def label(self, reader: Reader) -> str:
        if self.unit == "month":
            return month_label(f"{self.year:04}-{self.number:02}", self.calendar, reader)
        year = digits_for(str(self.year), reader.digits)
        if self.unit == "year":
            return year
        number = digits_for(str(self.number), reader.digits)
        return _("Quarter %(number)s of %(year)s") % {"number": number, "year": year}

    def beside(self, step: int) -> dict[str, Any]:
        """What the address of a neighbour says."""
        place = self.year * (12 // MONTHS[self.unit]) + self.number - 1 + step
        year, number = divmod(place, 12 // MONTHS[self.unit])
        return {"unit": self.unit, "calendar": self.calendar, "of": f"{year}-{number + 1}"}

    def query(self) -> dict[str, Any]:
        return self.beside(0)
