"""What fits, from rules and from customers alike: one number for both, the low end of the chance that it is bought."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sila.insight.fitting.alike import Like, what_they_buy
from sila.insight.fitting.rules import Rule
from sila.insight.intervals import wilson

SHOWN = 5


@dataclass(frozen=True)
class Fit:
    """`rule` or `likes` is why: of `of` customers `together` bought it."""

    product: Any
    score: float
    together: int
    of: int
    lift: float | None = None
    given: tuple[Any, ...] = ()
    basket: bool = False  # the rule is of single purchases, not of customers

    @property
    def confidence(self) -> float:
        return self.together / self.of


def of_rules(rules: Iterable[Rule], without: Collection[Any], *, basket: bool = False) -> list[Fit]:
    return [
        Fit(rule.then, rule.floor, rule.together, rule.of, rule.lift, rule.given, basket)
        for rule in rules
        if rule.then not in without
    ]


def of_likes(likes: Sequence[Like], without: Collection[Any], usual: Mapping[Any, float]) -> list[Fit]:
    """`usual`: the share of all customers who bought a product; nothing is told of what they buy no more than all do."""
    found = []
    for product, number in what_they_buy(likes, without).items():
        share, low = number / len(likes), wilson(number, len(likes)).low
        if low > usual.get(product, 0.0):
            lift = share / usual[product] if usual.get(product) else None
            found.append(Fit(product, low, number, len(likes), lift))
    return found


def best(fits: Iterable[Fit], most: int = SHOWN) -> list[Fit]:
    """Each product once, for the surer of its reasons."""
    chosen: dict[Any, Fit] = {}
    for fit in fits:
        if fit.product not in chosen or fit.score > chosen[fit.product].score:
            chosen[fit.product] = fit
    return sorted(chosen.values(), key=lambda fit: (-fit.score, str(fit.product)))[:most]
