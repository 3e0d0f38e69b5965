"""Intervals for shares and means, in plain Python: each says where its formula comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, sqrt
from statistics import NormalDist, fmean

NORMAL = NormalDist()
Z95 = NORMAL.inv_cdf(0.975)


@dataclass(frozen=True)
class Interval:
    """A difference or a share with its two-sided interval."""

    value: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether zero lies outside of it."""
        return self.low > 0 or self.high < 0


def wilson(hits: int, trials: int, z: float = Z95) -> Interval:
    """The score interval of a share (Wilson 1927): few trials never look certain. Of no trials all is possible."""
    if not trials:
        return Interval(0.0, 0.0, 1.0)
    share, square = hits / trials, z * z
    middle = share + square / (2 * trials)
    half = z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    whole = 1 + square / trials
    return Interval(share, max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0))


def newcombe(hits: int, trials: int, others: int, of_others: int, z: float = Z95) -> Interval:
    """The difference of two independent shares, from their score intervals (Newcombe 1998, method 10)."""
    first, second = wilson(hits, trials, z), wilson(others, of_others, z)
    gap = first.value - second.value
    down = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    up = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Interval(gap, gap - down, gap + up)


def student(share: float, freedom: float) -> float:
    """The quantile of Student's t, from that of the normal (Abramowitz and Stegun 1964, 26.7.5): to two decimals from six
    degrees of freedom on."""
    x = NORMAL.inv_cdf(share)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def spread(values: Sequence[float], mean: float | None = None) -> float:
    """The variance of a sample; zero where it has fewer than two values."""
    if len(values) < 2:
        return 0.0
    middle = fmean(values) if mean is None else mean
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)


def welch(values: Sequence[float], others: Sequence[float], share: float = 0.95) -> Interval:
    """The difference of two means whose spreads may differ (Welch 1947, degrees of freedom after Satterthwaite 1946).
    Where a side has fewer than two values nothing can be said: the interval is endless."""
    gap = (fmean(values) if values else 0.0) - (fmean(others) if others else 0.0)
    if len(values) < 2 or len(others) < 2:
        return Interval(gap, -inf, inf)
    first, second = spread(values) / len(values), spread(others) / len(others)
    if first + second == 0:
        return Interval(gap, gap, gap)
    freedom = (first + second) ** 2 / (first**2 / (len(values) - 1) + second**2 / (len(others) - 1))
    half = student((1 + share) / 2, max(freedom, 1.0)) * sqrt(first + second)
    return Interval(gap, gap - half, gap + half)


def by_chance(together: int, first: int, second: int, whole: int) -> float:
    """How likely two sets of `first` and `second` out of `whole` share at least `together` if they have nothing to do with
    each other: the upper tail of the hypergeometric distribution, Fisher's exact test of one side (Fisher 1935)."""
    last = min(first, second)
    start = max(together, first + second - whole, 0)
    if start > last:
        return 0.0
    log = _choose(first, start) + _choose(whole - first, second - start) - _choose(whole, second)
    term = total = exp(log) if log > -700 else 0.0
    for x in range(start, last):
        term *= (first - x) * (second - x) / ((x + 1) * (whole - first - second + x + 1))
        total += term
        if term < total * 1e-12:
            break
    return min(total, 1.0)


def _choose(whole: int, part: int) -> float:
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
