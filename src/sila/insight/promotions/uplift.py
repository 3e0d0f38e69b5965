"""What a promotion brought: treated customers against the control group, with intervals of 95 %.

Means are compared by Welch, shares of buyers by Newcombe (see sila/insight/intervals.py). Where what customers bought
before says something of what they buy now, that part is taken off both (CUPED: Deng, Xu, Kohavi and Walker 2013):
y' = y − θ (x − mean of x), θ = cov(x, y) / var(x), both groups together. The lot was drawn before and without regard to
y, so that this moves no effect, and narrows the interval by √(1 − r²).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean

from sila.insight.intervals import NORMAL, Z95, Interval, newcombe, spread, welch

WORTH_IT = 0.02  # the share of the variance that must be told by what was bought before
POWER = 0.8
FEWEST = 10  # customers in each group, before anything is said


@dataclass(frozen=True)
class Side:
    """One group: what each customer bought in the time, their margin, and what they bought before. Zero for who bought
    nothing. `margins` is empty where the cost of something is not known."""

    bought: Sequence[float]
    margins: Sequence[float]
    before: Sequence[float]

    @property
    def buyers(self) -> int:
        return sum(value > 0 for value in self.bought)


@dataclass(frozen=True)
class Compared:
    treated: float  # mean of a customer
    control: float
    effect: Interval
    adjusted: bool


def means(
    values: Sequence[float], others: Sequence[float], before: Sequence[float], of_others: Sequence[float]
) -> Compared:
    """A mean of treated customers against that of controls; the means that are told are the plain ones."""
    theta, told = _slope([*before, *of_others], [*values, *others])
    plain = (fmean(values) if values else 0.0, fmean(others) if others else 0.0)
    if told < WORTH_IT:
        return Compared(*plain, welch(values, others), adjusted=False)
    middle = fmean([*before, *of_others])
    first = [y - theta * (x - middle) for x, y in zip(before, values, strict=True)]
    second = [y - theta * (x - middle) for x, y in zip(of_others, others, strict=True)]
    return Compared(*plain, welch(first, second), adjusted=True)


def _slope(before: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """θ, and the share of the variance r² that it tells."""
    var_x, var_y = spread(before), spread(values)
    if not var_x or not var_y:
        return 0.0, 0.0
    mean_x, mean_y = fmean(before), fmean(values)
    cov = sum((x - mean_x) * (y - mean_y) for x, y in zip(before, values, strict=True)) / (len(values) - 1)
    return cov / var_x, cov * cov / (var_x * var_y)


def buyers(treated: Side, control: Side) -> Interval:
    return newcombe(treated.buyers, len(treated.bought), control.buyers, len(control.bought))


def smallest_seen(variance: float, treated: int, control: int) -> float | None:
    """The effect on a customer's mean that is seen four times of five: (z(0.975) + z(0.8)) · s · √(1/n + 1/m). None where
    a group is too small for any."""
    if min(treated, control) < FEWEST:
        return None
    found = (Z95 + NORMAL.inv_cdf(POWER)) * sqrt(variance * (1 / treated + 1 / control))
    return found if isfinite(found) else None
