"""The months by which lists are grouped, of either calendar: their days and names."""

from datetime import date

from sila.platform.access.reader import Reader
from sila.platform.kit.dates import format_month
from sila.platform.kit.hijri import hijri_month_range


def month_range(month: str, calendar: str) -> tuple[date, date]:
    """First and last day of `2026-11` or `1448-05`; of `g2026-11` in a list by Hijri months. Raises ValueError."""
    year, number = (int(part) for part in month.removeprefix("g").split("-"))
    if not 1 <= number <= 12:
        raise ValueError(month)
    if calendar == "hijri" and not month.startswith("g"):
        return hijri_month_range(year, number)
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), date.fromordinal(following.toordinal() - 1)


def month_label(month: str, calendar: str, reader: Reader) -> str:
    first = month_range(month, calendar)[0]
    shown = "gregorian" if month.startswith("g") else calendar
    return format_month(
        first, language=reader.language, calendar=shown, digits=reader.digits, country=reader.country
    )
