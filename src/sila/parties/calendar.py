"""Days that come back every year."""

from datetime import date

from sila.platform.kit.hijri import next_hijri_anniversary, to_hijri


def next_occurrence(day: date, calendar: str, today: date) -> date:
    """The first return of the day, today included. Raises NoSuchHijriDate outside the published years."""
    if calendar == "hijri":
        yesterday = date.fromordinal(today.toordinal() - 1)
        return next_hijri_anniversary(day, yesterday)
    this_year = _in_year(day, today.year)
    return this_year if this_year >= today else _in_year(day, today.year + 1)


def _in_year(day: date, year: int) -> date:
    """29 February is kept on the 28th in common years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def age_at(born: date, occasion: date, calendar: str) -> int:
    """Years completed on the occasion, in the calendar that counts them."""
    if calendar == "hijri":
        return to_hijri(occasion).year - to_hijri(born).year
    return occasion.year - born.year
