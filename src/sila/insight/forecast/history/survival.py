"""How deals end, by their age, their stage and the month of the quarter: competing risks of winning and losing.

On each day of its life a deal is won with the hazard h_won, lost with h_lost, or stays:

    h = h(age, place) * r(stage)

`place` is that of the month within its quarter: sellers and buyers hurry to its end, and not with deals of every age
alike. Ages are taken together in bands (EDGES). Of d events among n days at risk the estimate is an occurrence over
exposure rate, drawn towards a simpler one as if K events more had been seen there:

    h(age)        = (d + 1) / (n + 1/p)                  p = all events / all days at risk
    c(place)      = (d + K) / (E + K)                    E = sum over ages of n * h(age)
    h(age, place) = (d + K) / (n + K / (h(age) c(place)))
    r(stage)      = (d + K) / (E + K)                    E = sum over ages of n * h(age)

Of an age that no deal has reached yet, h is that of the oldest ones. h(age, place) is h(age) until each place has been
seen in two months. Deals move from stage to stage at a constant daily rate, moves over days in the stage. The chance of
being won within a horizon follows step by step: the product-limit of Aalen and Johansen (1978) for a chain whose hazards
depend on the age. A deal that is still open counts among those at risk up to the day that is known (right censoring); one
that was opened before closings were kept counts from that day on (left truncation), since those that ended earlier are
not there to be counted.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from sila.insight.forecast.history.deals import Deal, Span, dated

EDGES = (0, 1, 3, 7, 14, 21, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 365)  # days of age
OLDEST = EDGES[-1]
K = 5.0
FINE = 35  # days of a horizon up to which it is gone through by the day, beyond it by the week
WEEK = 7
PLACES = 3  # months of a quarter

Risk = list[int]  # deals at risk on each day of age; the days past the oldest age are the last one


Table = tuple[tuple[float, ...], ...]  # hazards by place and band of age


@dataclass(frozen=True)
class Hazards:
    """Chances a day, and what multiplies them by stage. `months` are those of a calendar, from the first of a quarter."""

    won: Table
    lost: Table
    months: Sequence[Span] = ()
    won_at: dict[Hashable, float] = field(default_factory=dict)
    lost_at: dict[Hashable, float] = field(default_factory=dict)
    moves: dict[Hashable, dict[Hashable, float]] = field(default_factory=dict)

    def at(self, age: int, day: int, stage: Hashable = None) -> tuple[float, float]:
        band, place = band_of(age), place_of(day, self.months)
        won = self.won[place][band] * self.won_at.get(stage, 1.0)
        lost = self.lost[place][band] * self.lost_at.get(stage, 1.0)
        return (won, lost) if won + lost <= 1 else (won / (won + lost), lost / (won + lost))

    def chance(self, age: int, day: int, days: int, stage: Hashable = None) -> float:
        """That a deal, open and in `stage`, which is `age` days old on `day`, is won on that day or the days after it."""
        stages = (
            [stage, *(other for other in self.moves if other != stage)] if self.moves.get(stage) else [stage]
        )
        chances = dict.fromkeys(stages, 0.0)
        for begin, width in reversed(_steps(days)):
            when = age + begin, day + begin + width // 2, width
            chances = {each: self._step(each, *when, chances) for each in stages}
        return chances[stage]

    def _step(self, stage: Hashable, age: int, day: int, width: int, later: dict[Hashable, float]) -> float:
        won, lost = self.at(age, day, stage)
        moves = self.moves.get(stage, {})
        leaving = won + lost + sum(moves.values())
        if leaving <= 0:
            return later[stage]
        stays = max(0.0, 1 - leaving) ** width
        gone = won + sum(rate * later.get(other, 0.0) for other, rate in moves.items())
        return stays * later[stage] + (1 - stays) * gone / leaving


def _steps(days: int) -> list[tuple[int, int]]:
    """(first day, width) of the steps in which a horizon is gone through."""
    width = 1 if days <= FINE else WEEK
    return [(begin, min(width, days - begin)) for begin in range(0, days, width)]


def band_of(age: int) -> int:
    return bisect_right(EDGES, max(0, age)) - 1


def place_of(day: int, months: Sequence[Span]) -> int:
    """0, 1 or 2: which month of its quarter the day lies in."""
    return max(0, bisect_right(months, (day, 10**9)) - 1) % PLACES if months else 0


def estimated(deals: Iterable[Deal], day: int, since: int, months: Sequence[Span] = ()) -> Hazards:
    """From deals as they were known on `day` (deals.known_on); closings are on record from `since` on."""
    known = [deal for deal in dated(deals) if deal.closed is None or deal.closed >= since]
    spans = [
        (deal.born, max(deal.born, since), day if deal.closed is None else deal.closed) for deal in known
    ]
    seen = [
        (n, span) for n, span in enumerate(months or [(since, day)]) if span[1] >= since and span[0] <= day
    ]
    risks = _at_risk_in(spans, seen)
    won, lost = (_fitted(known, risks, seen, months, won=how) for how in (True, False))
    return _with_stages(Hazards(won, lost, months), known, day, since)


def _at_risk_in(spans: Iterable[tuple[int, int, int]], seen: list[tuple[int, Span]]) -> list[Risk]:
    """By place in the quarter: (opened, first, last day at risk) of deals, as numbers by age."""
    steps = [[0] * (OLDEST + 2) for _place in range(PLACES)]
    begins = [begin for _number, (begin, _end) in seen]
    for opened, first, last in spans:
        for number, (begin, end) in seen[max(0, bisect_right(begins, first) - 1) :]:
            if begin > last:
                break
            if end >= first:
                _count(steps[number % PLACES], max(first, begin) - opened, min(last, end) - opened)
    return [list(accumulate(each))[:-1] for each in steps]


def _count(steps: list[int], first: int, last: int) -> None:
    """Marks where a deal begins and ceases to be at risk; all days past the oldest age fall on that one."""
    if last >= OLDEST:
        steps[OLDEST] += last - max(first, OLDEST) + 1
        steps[OLDEST + 1] -= last - max(first, OLDEST) + 1
        last = OLDEST - 1
    if first <= last:
        steps[first] += 1
        steps[last + 1] -= 1


def _fitted(
    deals: list[Deal], risks: list[Risk], seen: list[tuple[int, Span]], months: Sequence[Span], *, won: bool
) -> Table:
    """One way of ending, by place and band of age."""
    events = [[0] * len(EDGES) for _place in range(PLACES)]
    for deal in deals:
        if deal.closed is not None and deal.won is won:
            events[place_of(deal.closed, months)][band_of(deal.closed - deal.born)] += 1
    days = [_banded(risk) for risk in risks]
    hazards = _by_age(_summed(events), _summed(days))
    whole = Counter(number % PLACES for number, _span in seen)
    if min(whole[place] for place in range(PLACES)) < 2:
        return (hazards,) * PLACES
    return tuple(_in_place(events[place], days[place], hazards) for place in range(PLACES))


def _banded(risk: Risk) -> list[int]:
    return [sum(risk[first:after]) for first, after in pairwise((*EDGES, OLDEST + 1))]


def _summed(tables: list[list[int]]) -> list[int]:
    return [sum(each) for each in zip(*tables, strict=True)]


def _by_age(events: list[int], days: list[int]) -> tuple[float, ...]:
    if not sum(events) or not sum(days):
        return (0.0,) * len(EDGES)
    prior = sum(days) / sum(events)
    rates = [(d + 1) / (n + prior) for d, n in zip(events, days, strict=True)]
    seen = [band for band, n in enumerate(days) if n]
    return tuple(
        rates[max((each for each in seen if each <= band), default=seen[0])] for band in range(len(rates))
    )


def _in_place(events: list[int], days: list[int], hazards: tuple[float, ...]) -> tuple[float, ...]:
    ratio = (sum(events) + K) / (_expected(days, hazards) + K)
    return tuple(
        (d + K) / (n + K / (h * ratio)) if h else 0.0 for d, n, h in zip(events, days, hazards, strict=True)
    )


def _expected(days: list[int], hazards: tuple[float, ...]) -> float:
    return sum(n * h for n, h in zip(days, hazards, strict=True))


# ---- stages ----------------------------------------------------------------------------------------
def _with_stages(pooled: Hazards, deals: list[Deal], day: int, since: int) -> Hazards:
    steps: dict[Hashable, list[int]] = {}
    happened: Counter[tuple[Hashable, bool]] = Counter()
    moved: dict[Hashable, Counter[Hashable]] = {}
    for deal in deals:
        for begin, end, stage, following in _stays(deal, day):
            if end >= max(begin, since):
                risk = steps.setdefault(stage, [0] * (OLDEST + 2))
                _count(risk, max(begin, since) - deal.born, end - deal.born)
                if following is not None:
                    moved.setdefault(stage, Counter())[following] += 1
        if deal.path and deal.closed is not None:
            happened[deal.path[-1][1], deal.won] += 1
    days = {stage: _banded(list(accumulate(each))[:-1]) for stage, each in steps.items()}
    won_at, lost_at = (
        {s: (happened[s, how] + K) / (_expected(some, _mean_of(table)) + K) for s, some in days.items()}
        for how, table in ((True, pooled.won), (False, pooled.lost))
    )
    moves = {s: {to: n / sum(some) for to, n in moved.get(s, {}).items()} for s, some in days.items()}
    return replace(pooled, won_at=won_at, lost_at=lost_at, moves=moves)


def _mean_of(table: Table) -> tuple[float, ...]:
    return tuple(sum(each) / PLACES for each in zip(*table, strict=True))


def _stays(deal: Deal, day: int) -> Iterable[tuple[int, int, Hashable, Hashable]]:
    """(first day, last day, stage, the stage after it or None) of each stay of a deal."""
    for (begin, stage), (moved_on, following) in pairwise(deal.path):
        yield max(begin, deal.born), moved_on - 1, stage, following
    if deal.path:
        begin, stage = deal.path[-1]
        yield max(begin, deal.born), day if deal.closed is None else deal.closed, stage, None
