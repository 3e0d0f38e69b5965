"""How many deals will come in: simple exponential smoothing of the weekly numbers (Brown 1956).

    level := level + a * (number - level)

a is the one of SMOOTHING that foretold the next week best. The error of that sets how unevenly deals come in.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sila.insight.forecast.history.deals import Deal, dated

WEEK = 7
YEAR = 52  # weeks that are looked at
BEGIN = 4  # weeks that the level begins with
SMOOTHING = (1 / 26, 1 / 13, 1 / 8, 1 / 4, 1 / 2)


class Rate(NamedTuple):
    """`uneven`: the variance of a week's number over the number expected, 1 for what comes by chance alone.
    `days`: over how many days the level is a mean, in effect."""

    a_day: float
    uneven: float
    days: float


def arriving(deals: Iterable[Deal], day: int) -> Rate:
    opened = [deal.born for deal in dated(deals) if deal.born <= day]
    first = min(opened, default=day)
    weeks = min(YEAR, (day - first + 1) // WEEK)
    if weeks < 2 * BEGIN:
        span = day - first + 1
        return Rate(len(opened) / span, 1.0, float(span))
    ago = Counter((day - each) // WEEK for each in opened)
    numbers = [ago[week] for week in reversed(range(weeks))]
    error, level, a = min((*_smoothed(numbers, a), a) for a in SMOOTHING)
    uneven = max(1.0, error / (weeks - BEGIN) / level) if level > 0 else 1.0
    return Rate(level / WEEK, uneven, WEEK * (2 - a) / a)


def _smoothed(numbers: list[int], a: float) -> tuple[float, float]:
    """(sum of squared errors a week ahead, last level)."""
    level, error = sum(numbers[:BEGIN]) / BEGIN, 0.0
    for number in numbers[BEGIN:]:
        error += (number - level) ** 2
        level += a * (number - level)
    return error, level
