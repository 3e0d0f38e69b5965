"""The back-test: would what fits have foretold the last purchase?

Of each customer tried, the last day of purchase is held out, whole. From all the rest rules and likeness are worked out
anew, and five products are named that the customer had not bought by then. It is a hit if one of them was bought on that
day. The same is asked of the five that most customers buy. Both are asked about the same customers, so that they are
compared in pairs, by the sign test (Dixon and Mood 1946).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import NamedTuple

from sila.insight.fitting.alike import Customer, nearest, shared_weight, weights_of
from sila.insight.fitting.ranking import SHOWN, best, of_likes, of_rules
from sila.insight.fitting.rules import FEWEST, Rule, mine

TRIED = 1000  # customers
ENOUGH = 30  # customers with something new on their last day, before a rate is told
CANDIDATES = 300
PEOPLE = 200  # who bought a product, that are looked at for each
RAREST = 5


class Purchase(NamedTuple):
    party: int
    day: int  # an ordinal
    products: tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    tried: int
    hits: int
    usual_hits: int  # of what most customers buy
    only_ours: int  # hits where the other missed
    only_usual: int

    @property
    def enough(self) -> bool:
        return self.tried >= ENOUGH

    @property
    def chance(self) -> float:
        """How likely so uneven a split would be if both were equally good, both sides."""
        apart = self.only_ours + self.only_usual
        if not apart:
            return 1.0
        tail: int = sum(comb(apart, k) for k in range(max(self.only_ours, self.only_usual), apart + 1))
        return min(2 * tail / 2**apart, 1.0)


def histories_of(purchases: Sequence[Purchase]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for purchase in purchases:
        found[purchase.party].update(purchase.products)
    return {party: frozenset(products) for party, products in found.items()}


def as_baskets(histories: Sequence[frozenset[int]]) -> list[tuple[int, ...]]:
    return [tuple(sorted(products)) for products in histories]


def attempt(
    purchases: Sequence[Purchase],
    traits: Sequence[dict[str, str]],
    fewest: int = FEWEST,
    tick: Callable[[], None] = lambda: None,
) -> Trial:
    """`traits`: of each party by its number."""
    held = _held_out(purchases)
    before = histories_of([each for each in purchases if held.get(each.party, (0, ()))[0] != each.day])
    tried = {
        party: frozenset(products) - before.get(party, frozenset())
        for party, (_day, products) in held.items()
    }
    tried = {party: new for party, new in tried.items() if new and party in before}
    tick()
    seer = Seer(before, traits, mine(as_baskets(list(before.values())), fewest))
    ours = usual = only_ours = only_usual = 0
    for number, (party, new) in enumerate(tried.items()):
        hit = bool(new.intersection(seer.fitting(party)))
        plain = bool(new.intersection(seer.popular(party)))
        ours, usual = ours + hit, usual + plain
        only_ours, only_usual = only_ours + (hit and not plain), only_usual + (plain and not hit)
        if number % 100 == 0:
            tick()
    return Trial(len(tried), ours, usual, only_ours, only_usual)


def _held_out(purchases: Sequence[Purchase]) -> dict[int, tuple[int, set[int]]]:
    """Of customers with two days of purchase at least, evenly spread over all: the last one and what was bought on it."""
    days: dict[int, set[int]] = defaultdict(set)
    for each in purchases:
        days[each.party].add(each.day)
    several = sorted(party for party, found in days.items() if len(found) > 1)
    step = max(len(several) // TRIED, 1)
    chosen = {party: (max(days[party]), set[int]()) for party in several[::step][:TRIED]}
    for each in purchases:
        if each.party in chosen and chosen[each.party][0] == each.day:
            chosen[each.party][1].update(each.products)
    return chosen


class Seer:
    """All that is known of customers, held in memory, for the back-test; bounded in the same way as the page."""

    def __init__(
        self, histories: dict[int, frozenset[int]], traits: Sequence[dict[str, str]], rules: Sequence[Rule]
    ) -> None:
        self.histories, self.traits = histories, traits
        self.sold = Counter(product for products in histories.values() for product in products)
        self.weights = weights_of(self.sold, len(histories))
        self.usual = {product: number / len(histories) for product, number in self.sold.items()}
        self.by_popularity = [product for product, _number in self.sold.most_common()]
        self.rules: dict[int, list[Rule]] = defaultdict(list)
        for rule in rules:
            self.rules[rule.given[0]].append(rule)
        self.buyers: dict[int, list[int]] = defaultdict(list)
        for party, products in histories.items():
            for product in products:
                if len(self.buyers[product]) < PEOPLE:
                    self.buyers[product].append(party)

    def fitting(self, party: int) -> list[int]:
        mine_ = self.histories[party]
        rules = [rule for product in mine_ for rule in self.rules[product] if mine_.issuperset(rule.given)]
        likes = nearest(self._customer(party), self._candidates(party), self.weights)
        return [fit.product for fit in best([*of_rules(rules, mine_), *of_likes(likes, mine_, self.usual)])]

    def popular(self, party: int) -> list[int]:
        mine_ = self.histories[party]
        return [product for product in self.by_popularity[: SHOWN + len(mine_)] if product not in mine_][
            :SHOWN
        ]

    def _customer(self, party: int) -> Customer:
        return Customer(self.histories[party], self.traits[party])

    def _candidates(self, party: int) -> dict[int, Customer]:
        rarest = sorted(self.histories[party], key=lambda product: (self.sold[product], product))[:RAREST]
        shared: dict[int, set[int]] = defaultdict(set)
        for product in rarest:
            for other in self.buyers[product]:
                if other != party:
                    shared[other].add(product)
        near = sorted(shared, key=lambda other: (-shared_weight(shared[other], self.weights), other))
        return {other: self._customer(other) for other in near[:CANDIDATES]}
