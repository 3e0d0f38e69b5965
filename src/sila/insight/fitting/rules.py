"""Association rules: what is bought along with what, found by counting (Agrawal and Srikant 1994).

Of all baskets n, a hold what is given, c hold what follows, t hold both. `support` = t/n, `confidence` = t/a, `lift` =
confidence / (c/n). A rule counts only if five baskets at least hold it all, if even the low end of its confidence is above
c/n, and if chance alone would bring it about less often than once in a thousand. A rule of two products must promise more
than either of them alone (Bayardo, Agrawal and Gunopulos 2000).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from sila.insight.intervals import by_chance, wilson

FEWEST = 5  # baskets that hold all of a rule
CHANCE = 0.001
LARGEST = 20  # products of a basket that are looked at: who bought more at once fitted out a whole branch
MOST = 2000  # products that are looked at, those bought most often

Basket = Sequence[int]  # its products, in rising order, each once


@dataclass(frozen=True)
class Rule:
    given: tuple[int, ...]
    then: int
    together: int  # t
    of: int  # a
    then_in: int  # c
    whole: int  # n

    @property
    def support(self) -> float:
        return self.together / self.whole

    @property
    def confidence(self) -> float:
        return self.together / self.of

    @property
    def usual(self) -> float:
        return self.then_in / self.whole

    @property
    def lift(self) -> float:
        return self.confidence / self.usual

    @cached_property
    def floor(self) -> float:
        """The low end of the confidence: by it rules are ranked, so that small numbers do not win."""
        return wilson(self.together, self.of).low

    @property
    def holds(self) -> bool:
        if self.floor <= self.usual:
            return False
        return by_chance(self.together, self.of, self.then_in, self.whole) < CHANCE


@dataclass(frozen=True)
class Counts:
    """In how many baskets each product is, each pair, and each three."""

    whole: int
    ones: Counter[int]
    pairs: Counter[tuple[int, ...]]
    threes: Counter[tuple[int, ...]]


def count(baskets: Sequence[Basket], fewest: int = FEWEST) -> Counts:
    """Pairs and threes only of what is bought often enough itself: no larger set is in more baskets than its parts."""
    ones = Counter(product for basket in baskets for product in basket)
    often = {product for product, number in ones.most_common(MOST) if number >= fewest}
    kept = [tuple(product for product in basket if product in often)[:LARGEST] for basket in baskets]
    pairs: Counter[tuple[int, ...]] = Counter()
    for basket in kept:
        pairs.update(combinations(basket, 2))
    together = {pair for pair, number in pairs.items() if number >= fewest}
    threes: Counter[tuple[int, ...]] = Counter()
    for basket in kept:
        if len(basket) > 2:
            threes.update(_threes(basket, together))
    return Counts(len(baskets), ones, pairs, threes)


def _threes(basket: Basket, together: set[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    for a, b in combinations(basket, 2):
        if (a, b) in together:
            for c in basket:
                if c > b and (a, c) in together and (b, c) in together:
                    yield a, b, c


def mine(baskets: Sequence[Basket], fewest: int = FEWEST) -> list[Rule]:
    """Every rule that holds, the surest first."""
    found = count(baskets, fewest)
    small = list(_small(found, fewest))
    large = list(_large(found, fewest))
    return sorted([*small, *large], key=lambda rule: (-rule.floor, rule.given, rule.then))


def _small(found: Counts, fewest: int) -> Iterable[Rule]:
    for (a, b), together in found.pairs.items():
        if together < fewest:
            continue
        for given, then in ((a, b), (b, a)):
            rule = Rule((given,), then, together, found.ones[given], found.ones[then], found.whole)
            if rule.holds:
                yield rule


def _large(found: Counts, fewest: int) -> Iterable[Rule]:
    for three, together in found.threes.items():
        if together < fewest:
            continue
        for then in three:
            a, b = (product for product in three if product != then)
            rule = Rule((a, b), then, together, found.pairs[a, b], found.ones[then], found.whole)
            alone = max(found.pairs[min(x, then), max(x, then)] / found.ones[x] for x in (a, b))
            if rule.floor > alone and rule.holds:
                yield rule
