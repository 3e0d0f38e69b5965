"""The forecast from history: open deals and deals to come (pipeline), and the months before (baseline), together.

    forecast = (b * pipeline + baseline) / 2,    b = (sum of actual + m) / (sum of pipeline + m)

b is how much the pipeline was too high or too low in the spans of the back-test that were over by then, drawn towards 1
as if by one more span, of their mean m, in which it was right. The weights are equal, since weights that are learned from
few periods do worse than none (Bates and Granger 1969, Clemen 1989).

The interval is forecast ± q * s. s is the mean of the two spreads, as if both erred in one direction. q is the conformal
quantile: the smallest number that at least 80 % of the scores |actual - forecast| / s of the back-test do not exceed,
with (n + 1) in place of n (Vovk, Gammerman and Shafer 2005), and never less than the 1.28 of a normal one, so that a
lucky past does not make it narrow.

The back-test goes through the ends of the last months. At each of them all is estimated anew from what was known on that
day, and the span that follows is foretold.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

from sila.insight.forecast.history import baseline
from sila.insight.forecast.history.deals import Deal, Span, known_on, won_between
from sila.insight.forecast.history.pipeline import Moments, Outlook, outlook

CONFIDENCE = 0.8
NORMAL = 1.2816  # the quantile of a normal one that 80 % lie within, at both sides
FEWEST_WON = 30  # deals won before a day, for anything to be said on it
FEWEST_DAYS = 60  # from the first closing to that day
FEWEST_TRIALS = 3  # of the back-test, for an interval to be trusted
MOST_TRIALS = 12
HALF_YEAR = 182  # days


@dataclass(frozen=True)
class Estimate:
    """In minor units, of what is still to come in the span, before b. `method`: which baseline was used."""

    pipeline: Outlook
    baseline: Moments
    method: str
    shares: dict[Hashable, float]  # of the baseline, by part

    def of(self, part: Hashable = None, correction: float = 1.0) -> Moments:
        """The forecast of the whole, or of a part; its variance is s squared."""
        if part is None:
            flow, share = self.pipeline.whole, 1.0
        else:
            flow, share = self.pipeline.parts.get(part, Moments()), self.shares.get(part, 0.0)
        value = (correction * flow.mean + share * self.baseline.mean) / 2
        spread = (correction * flow.spread + sqrt(share) * self.baseline.spread) / 2
        return Moments(value, spread**2)

    @property
    def parts(self) -> set[Hashable]:
        return {*self.pipeline.parts, *self.shares}


@dataclass(frozen=True)
class Trial:
    """One line of the back-test: what was foretold on `day` for `span`, and what came."""

    day: int
    span: Span
    value: float
    spread: float
    pipeline: float  # before b
    actual: int
    naive: int  # what the span of the same length before it had brought

    @property
    def score(self) -> float:
        off = abs(self.actual - self.value)
        return off / self.spread if self.spread else (0.0 if not off else inf)


@dataclass(frozen=True)
class Record:
    """How wrong the forecast was. Shares of one; None where nothing was sold."""

    trials: tuple[Trial, ...]

    @property
    def enough(self) -> bool:
        return len(self.trials) >= FEWEST_TRIALS

    @property
    def widening(self) -> float:
        """q of the interval."""
        scores = sorted(trial.score for trial in self.trials if trial.score < inf)
        if not scores:
            return 2 * NORMAL
        place = min(len(scores), ceil((len(scores) + 1) * CONFIDENCE))
        return max(NORMAL, scores[place - 1])

    @property
    def wape(self) -> float | None:
        """The sum of the errors over the sum of what came."""
        return _share(sum(abs(t.actual - t.value) for t in self.trials), self._actual)

    @property
    def naive_wape(self) -> float | None:
        return _share(sum(abs(t.actual - t.naive) for t in self.trials), self._actual)

    @property
    def mape(self) -> float | None:
        """The mean of the errors over what came, of spans in which something came."""
        shares = [abs(t.actual - t.value) / t.actual for t in self.trials if t.actual > 0]
        return sum(shares) / len(shares) if shares else None

    @property
    def coverage(self) -> float | None:
        """How many of the intervals held what came, each widened by what the trials before it had taught."""
        held = []
        for n, trial in enumerate(self.trials):
            q = Record(self.trials[:n]).widening if n else NORMAL
            held.append(trial.score <= q)
        return sum(held) / len(held) if held else None

    @property
    def _actual(self) -> int:
        return sum(trial.actual for trial in self.trials)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def since_of(deals: Sequence[Deal]) -> int | None:
    """The day from which on closings are on record."""
    return min((deal.closed for deal in deals if deal.closed is not None), default=None)


def enough(deals: Sequence[Deal], day: int) -> bool:
    """Whether so much is known on that day that anything can be said."""
    since = since_of(deals)
    won = sum(1 for deal in deals if deal.won and deal.closed is not None and deal.closed <= day)
    return since is not None and won >= FEWEST_WON and day - since + 1 >= FEWEST_DAYS


def estimate(deals: Sequence[Deal], day: int, span: Span, months: Sequence[Span]) -> Estimate:
    """Of what will be won in the span, which begins after `day`. `deals` as they are known on the day; `months`: those of
    the calendar, from the first of a quarter before the first closing to the end of the span."""
    since = since_of(deals)
    assert since is not None  # see enough()
    flow = outlook(list(deals), day, since, span, months)
    value, spread, method = _baseline(deals, day, span, months, since)
    return Estimate(flow, Moments(value, spread**2), method, _shares(deals, day))


def correction(trials: Iterable[Trial], day: int) -> float:
    """b, from the spans that were over on the day; 1 before there are enough of them."""
    over = [trial for trial in trials if trial.span[1] <= day]
    actual, told = sum(trial.actual for trial in over), sum(trial.pipeline for trial in over)
    if len(over) < FEWEST_TRIALS or actual <= 0 or told <= 0:
        return 1.0
    one = actual / len(over)
    return (actual + one) / (told + one)


def _baseline(
    deals: Sequence[Deal], day: int, span: Span, months: Sequence[Span], since: int
) -> tuple[float, float, str]:
    """(value, spread, method) for the days of the span, as shares of their months."""
    known = [month for month in months if month[0] >= since and month[1] <= day]
    ahead = [month for month in months if month[1] > day and month[0] <= span[1]]
    sold = [float(won_between(deals, *month)) for month in known]
    if not sold:  # no whole month yet: what a day brought so far
        daily = won_between(deals, since, day) / (day - since + 1)
        value = daily * (span[1] - span[0] + 1)
        return value, value, "mean"
    share = [_overlap(month, span) / (month[1] - month[0] + 1) for month in ahead]
    wanted = max(1, round(sum(share)))
    method, error = baseline.chosen(sold, wanted)
    path = baseline.PATHS[method][0](sold, len(ahead))
    value = sum(part * brought for part, brought in zip(share, path, strict=True))
    return value, sqrt(error) * sum(share) / wanted, method


def _overlap(month: Span, span: Span) -> int:
    return max(0, min(month[1], span[1]) - max(month[0], span[0]) + 1)


def _shares(deals: Sequence[Deal], day: int) -> dict[Hashable, float]:
    """The baseline goes to the parts by what they won in the last half year (top-down, Gross and Sohl 1990)."""
    won: dict[Hashable, float] = {}
    total = 0.0
    for deal in deals:
        if deal.won and deal.closed is not None and day - HALF_YEAR < deal.closed <= day:
            total += deal.amount or 0
            for part in deal.parts:
                won[part] = won.get(part, 0.0) + (deal.amount or 0)
    return {part: max(0.0, each / total) for part, each in won.items()} if total > 0 else {}


# ---- looking back ------------------------------------------------------------------------------------
def back_tests(
    deals: Sequence[Deal],
    day: int,
    months: Sequence[Span],
    length: int,
    tick: Callable[[], None] = lambda: None,
) -> dict[Hashable, Record]:
    """Of spans of `length` months that were over on `day`, at the ends of the last months: of the whole (None), and of
    each part. `tick` is called between them."""
    trials: dict[Hashable, list[Trial]] = {None: []}
    for origin, span, before in origins(day, months, length):
        tick()
        known = known_on(deals, origin)
        if not enough(known, origin):
            continue
        found, b = estimate(known, origin, span, months), correction(trials[None], origin)
        sold, naive = sold_by_part(deals, span), sold_by_part(deals, before)
        for part in (None, *found.parts):
            told = found.of(part, b)
            flow = found.pipeline.whole if part is None else found.pipeline.parts.get(part, Moments())
            came = sold.get(part, 0), naive.get(part, 0)
            trial = Trial(origin, span, told.mean, told.spread, flow.mean, *came)
            trials.setdefault(part, []).append(trial)
    return {part: Record(tuple(some)) for part, some in trials.items()}


def origins(day: int, months: Sequence[Span], length: int) -> list[tuple[int, Span, Span]]:
    """(day, the span after it, the one before it) of the last months whose span is over, the earliest first."""
    over = [n for n in range(length, len(months) - length + 1) if months[n + length - 1][1] <= day]
    return [
        (
            months[n - 1][1],
            (months[n][0], months[n + length - 1][1]),
            (months[n - length][0], months[n - 1][1]),
        )
        for n in over[-MOST_TRIALS:]
    ]


def sold_by_part(deals: Sequence[Deal], span: Span) -> dict[Hashable, int]:
    """What was won in the span, of the whole (None) and of each part."""
    sold: dict[Hashable, int] = {None: 0}
    for deal in deals:
        if deal.won and deal.amount and deal.closed is not None and span[0] <= deal.closed <= span[1]:
            for part in (None, *deal.parts):
                sold[part] = sold.get(part, 0) + deal.amount
    return sold
