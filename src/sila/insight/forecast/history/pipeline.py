"""What open deals, and those that are still to come, will bring in a span of days.

    open deals:     sum of P(won within the span | stage, age, open today) * amount
    deals to come:  sum over days d to come of rate * P(won within the span | opened on d) * mean amount

The rate is that of arrivals.py. The variance adds what each deal may do by itself, how unevenly deals come in, and that
the rate is itself an estimate.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

from sila.insight.forecast.history import amounts, survival
from sila.insight.forecast.history.arrivals import Rate, arriving
from sila.insight.forecast.history.deals import Deal, Span, dated

WINDOW = 91  # days that tell whose deals come in, and of what kind
WEEK = 7


class Moments(NamedTuple):
    """In minor units: what is expected, and its variance."""

    mean: float = 0.0
    variance: float = 0.0

    def __add__(self, other: "Moments") -> "Moments":  # type: ignore[override]
        return Moments(self.mean + other.mean, self.variance + other.variance)

    @property
    def spread(self) -> float:
        return sqrt(self.variance)


NOTHING = Moments()


@dataclass
class Outlook:
    """Of the whole, and of each part."""

    whole: Moments = NOTHING
    parts: dict[Hashable, Moments] = field(default_factory=dict)

    def add(self, parts: Iterable[Hashable], moments: Moments) -> None:
        self.whole += moments
        for part in parts:
            self.parts[part] = self.parts.get(part, Moments()) + moments


def outlook(deals: list[Deal], day: int, since: int, span: Span, months: Sequence[Span]) -> Outlook:
    """Of what will be won from the first to the last day of the span, both after `day`; deals as they were known then."""
    hazards, learned = survival.estimated(deals, day, since, months), amounts.learned(deals)
    chance = _Chances(hazards, day, span)
    found = Outlook()
    for deal in deals:
        if deal.closed is None:
            p = chance.of(deal.path[-1][1] if deal.path else None, day + 1 - deal.born)
            mean, square = learned.of(deal)
            found.add(deal.parts, Moments(p * mean, p * square - (p * mean) ** 2))
    return _with_arrivals(found, deals, day, span[1] - day, chance, learned)


class _Chances:
    """The chances of being won in the span, each worked out once."""

    def __init__(self, hazards: survival.Hazards, day: int, span: Span) -> None:
        self.hazards, self.tomorrow = hazards, day + 1
        self.before, self.until = span[0] - day - 1, span[1] - day
        self.known: dict[tuple[Hashable, int], float] = {}

    def of(self, stage: Hashable, age: int) -> float:
        key = (stage, min(age, survival.OLDEST))
        if key not in self.known:
            self.known[key] = self._between(key[1], 0, stage)
        return self.known[key]

    def of_new(self) -> float:
        """The sum over the days to come, of one deal opened on each of them."""
        total = 0.0
        for begin in range(0, self.until, WEEK):
            width = min(WEEK, self.until - begin)
            total += width * self._between(0, begin + width // 2)
        return total

    def _between(self, age: int, wait: int, stage: Hashable = None) -> float:
        """Of a deal that is `age` days old in `wait` days from tomorrow."""
        day = self.tomorrow + wait
        within = self.hazards.chance(age, day, self.until - wait, stage)
        earlier = self.hazards.chance(age, day, self.before - wait, stage) if self.before > wait else 0.0
        return max(0.0, within - earlier)


def _with_arrivals(
    found: Outlook,
    deals: list[Deal],
    day: int,
    horizon: int,
    chance: _Chances,
    learned: amounts.Amounts,
) -> Outlook:
    """What deals that are still to come add, to the parts as the last ones were spread."""
    came = [deal for deal in dated(deals) if deal.born > day - WINDOW]
    if not came or not learned.mean:
        return found
    rate, wins = arriving(deals, day), chance.of_new()
    groups: dict[Hashable, list[float]] = {}
    means = [learned.of(deal)[0] for deal in came]
    for deal, mean in zip(came, means, strict=True):
        for part in deal.parts:
            groups.setdefault(part, []).append(mean)
    shape = len(came), rate, wins, horizon, learned.spread
    found.whole += _arriving(means, *shape)
    for part, some in groups.items():
        found.parts[part] = found.parts.get(part, Moments()) + _arriving(some, *shape)
    return found


def _arriving(means: list[float], of: int, rate: Rate, wins: float, horizon: int, spread: float) -> Moments:
    """Of a part that had `means` of the last `of` deals."""
    a_day, mean = rate.a_day * len(means) / of, sum(means) / len(means)
    expected = a_day * wins
    square = sum(each**2 for each in means) / len(means) * (1 + spread)
    doubt = (rate.uneven - 1 + rate.uneven * horizon / rate.days) / (a_day * horizon) if a_day else 0.0
    return Moments(expected * mean, expected * square + doubt * (expected * mean) ** 2)
