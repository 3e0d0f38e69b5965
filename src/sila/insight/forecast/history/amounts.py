"""What a deal is won for, where that is not known yet: the mean of its kind, drawn towards the mean of all.

m(kind) = (sum of its amounts + K * m) / (n + K),    m = the mean of all deals that were won
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from sila.insight.forecast.history.deals import Deal

K = 5.0


@dataclass(frozen=True)
class Amounts:
    mean: float
    by_kind: dict[Hashable, float]
    spread: float  # variance within a kind over the square of its mean

    def of(self, deal: Deal) -> tuple[float, float]:
        """The expected amount of the deal if it is won, and the expected square of it."""
        if deal.amount is not None:
            return float(deal.amount), float(deal.amount) ** 2
        mean = self.by_kind.get(deal.kind, self.mean)
        return mean, mean**2 * (1 + self.spread)


def learned(deals: Iterable[Deal]) -> Amounts:
    """From the deals that were won and say for how much."""
    by_kind: dict[Hashable, list[int]] = {}
    for deal in deals:
        if deal.won and deal.amount is not None:
            by_kind.setdefault(deal.kind, []).append(deal.amount)
    every = [amount for amounts in by_kind.values() for amount in amounts]
    if not every:
        return Amounts(0.0, {}, 0.0)
    mean = sum(every) / len(every)
    means = {kind: (sum(some) + K * mean) / (len(some) + K) for kind, some in by_kind.items()}
    off = sum((amount - means[kind]) ** 2 for kind, some in by_kind.items() for amount in some)
    scale = sum(len(some) * means[kind] ** 2 for kind, some in by_kind.items())
    return Amounts(mean, means, off / scale if scale else 0.0)
