"""What the models say of a period: its forecast with an interval, of the whole and of each unit, and how wrong they were
before. No database here; working.py reads and writes."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import Any

from sila.insight.forecast.history import forecast
from sila.insight.forecast.history.deals import Deal, Span, known_on, won_between
from sila.insight.forecast.history.forecast import Estimate, Record, Trial
from sila.insight.forecast.history.pipeline import Moments
from sila.platform.entities.periods import Period, months_of

SETTLED = 7  # days of a period after which what came so far can be surprising


@dataclass(frozen=True)
class Told:
    """Minor units. `so_far` is what was won in the period up to the day."""

    value: float
    low: float
    high: float
    so_far: int
    pipeline: float
    baseline: float
    record: Record
    floor: float  # below which nothing can fall: 0 where no amount is negative


@dataclass(frozen=True)
class Outcome:
    period: Period
    won: int  # deals, on record
    days: int  # since the first closing on record
    method: str = ""
    correction: float = 1.0
    alert: str = ""  # "above" or "below", if what came so far lies outside of what was to be expected by now
    told: dict[Hashable, Told] = field(default_factory=dict)  # by unit; None is the whole

    @property
    def enough(self) -> bool:
        return None in self.told


def outcomes(
    deals: Sequence[Deal],
    day: date,
    calendar: str,
    length: int,
    tick: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """Of the period of the day after `day`, which is the last one that is over, and of the one after that."""
    present = Period.of(date.fromordinal(day.toordinal() + 1), calendar, length)
    periods = [present, present.step(1)]
    until, since = day.toordinal(), forecast.since_of(deals)
    won = sum(1 for deal in deals if deal.won)
    days = max(0, until - since + 1) if since is not None else 0
    now = known_on(deals, until, amounts=True)
    if since is None or not forecast.enough(now, until):
        return [Outcome(period, won, days) for period in periods]
    months = months_of(calendar, date.fromordinal(min(since, until)), periods[-1].last)
    records = forecast.back_tests(deals, until, months, length, tick)
    if not records[None].enough:
        return [Outcome(period, won, days) for period in periods]
    return [_outcome(deals, now, until, period, months, records, won, days) for period in periods]


def _outcome(
    deals: Sequence[Deal],
    now: list[Deal],
    until: int,
    period: Period,
    months: list[Span],
    records: dict[Hashable, Record],
    won: int,
    days: int,
) -> Outcome:
    first, last = period.span
    found = forecast.estimate(now, until, (max(first, until + 1), last), months)
    b = forecast.correction(records[None].trials, until)
    wins = Counter(part for deal in deals if deal.won for part in deal.parts)
    parts = [
        part
        for part in found.parts
        if wins[part] >= forecast.FEWEST_WON and part in records and records[part].enough
    ]
    so_far = forecast.sold_by_part(deals, (first, until))
    floor = 0.0 if all((deal.amount or 0) >= 0 for deal in deals) else -inf
    told = {part: _told(found, part, b, records[part], so_far.get(part, 0), floor) for part in (None, *parts)}
    alert = _surprise(deals, until, period, months, records[None])
    return Outcome(period, won, days, found.method, b, alert, told)


def _told(found: Estimate, part: Hashable, b: float, record: Record, so_far: int, floor: float) -> Told:
    rest = found.of(part, b)
    low, high = interval(rest, record)
    low = max(floor, low)
    flow = found.pipeline.whole if part is None else found.pipeline.parts.get(part, Moments())
    share = 1.0 if part is None else found.shares.get(part, 0.0)
    months = share * found.baseline.mean
    value = so_far + rest.mean
    return Told(value, so_far + low, so_far + high, so_far, b * flow.mean, months, record, floor)


def interval(rest: Moments, record: Record) -> tuple[float, float]:
    reach = record.widening * rest.spread
    return rest.mean - reach, rest.mean + reach


def _surprise(deals: Sequence[Deal], until: int, period: Period, months: list[Span], record: Record) -> str:
    """What came so far against the interval for these days, as the day before the period would have told it."""
    first = period.span[0]
    before = first - 1
    known = known_on(deals, before)
    if until - first + 1 < SETTLED or not forecast.enough(known, before):
        return ""
    told = forecast.estimate(known, before, (first, until), months)
    low, high = interval(told.of(None, forecast.correction(record.trials, before)), record)
    came = won_between(deals, first, until)
    return "above" if came > high else "below" if came < low else ""


def as_numbers(record: Record, floor: float) -> dict[str, Any]:
    """How wrong it was, for the page and for machines; days as ordinals."""
    return {
        "wape": record.wape,
        "mape": record.mape,
        "naive_wape": record.naive_wape,
        "coverage": record.coverage,
        "widening": record.widening,
        "trials": [_line(trial, Record(record.trials[:n]), floor) for n, trial in enumerate(record.trials)],
    }


def _line(trial: Trial, before: Record, floor: float) -> dict[str, Any]:
    reach = (before.widening if before.trials else forecast.NORMAL) * trial.spread
    return {
        "first": trial.span[0],
        "last": trial.span[1],
        "value": round(trial.value),
        "low": round(max(floor, trial.value - reach)),
        "high": round(trial.value + reach),
        "actual": trial.actual,
        "naive": trial.naive,
    }
