"""What the lines of a quote, an order or an invoice come to: exact, in minor units, the same in every document.

A line is `quantity × price × (1 − discount)`, rounded once, half up, to the currency's smallest unit; the discount is
not rounded by itself. A discount on the whole document, as a sum, is shared out over its lines before their tax. The tax
of a line is rounded once more, half up. A document is the sum of its lines, so whoever adds up what is printed comes to
what is printed below. A workspace may have the tax rounded once for each rate of the document instead; its lines then
share that sum by the largest remainder, and still add up.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Line:
    """`price` of one unit in minor units, as the document has its prices: with tax or without. `discount` and
    `rate` (of the tax) in percent; `share` of a discount on the whole document in minor units."""

    quantity: Decimal
    price: int
    discount: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    share: int = 0


@dataclass(frozen=True)
class Amounts:
    """In minor units; `net + tax == total`, and `discount` is what the line would have come to besides."""

    net: int
    tax: int
    total: int
    discount: int

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.net + other.net,
            self.tax + other.tax,
            self.total + other.total,
            self.discount + other.discount,
        )


NOTHING = Amounts(0, 0, 0, 0)


def amounts_of(lines: Sequence[Line], *, tax_included: bool, by_document: bool = False) -> list[Amounts]:
    """What each line comes to. `by_document`: the tax is rounded once for each rate, not once for each line."""
    worth = [_worth(line, line.discount) - line.share for line in lines]
    taxes = _taxes_together(lines, worth, tax_included) if by_document else _taxes(lines, worth, tax_included)
    return [
        _amounts(line, amount, tax, tax_included)
        for line, amount, tax in zip(lines, worth, taxes, strict=True)
    ]


def shares_of(discount: int, lines: Sequence[Line]) -> list[int]:
    """What comes to each line of a discount on all of them, by what they are worth, so that the shares add up to it: the
    largest remainder. No line goes below zero: of more than they are worth, that counts."""
    worth = [_worth(line, line.discount) for line in lines]
    discount = min(discount, sum(worth))
    return allocate(discount, worth) if discount else [0] * len(lines)


def _worth(line: Line, discount: Decimal) -> int:
    return half_up(Fraction(line.quantity) * line.price * (100 - Fraction(discount)) / 100)


def _taxes(lines: Sequence[Line], worth: Sequence[int], tax_included: bool) -> list[int]:
    return [
        half_up(_exact_tax(amount, line.rate, tax_included))
        for line, amount in zip(lines, worth, strict=True)
    ]


def _taxes_together(lines: Sequence[Line], worth: Sequence[int], tax_included: bool) -> list[int]:
    places = defaultdict(list)
    for place, line in enumerate(lines):
        places[line.rate].append(place)
    taxes = [0] * len(lines)
    for rate, those in places.items():
        whole = half_up(_exact_tax(sum(worth[place] for place in those), rate, tax_included))
        shares = allocate(whole, [worth[place] for place in those])
        for place, share in zip(those, shares, strict=True):
            taxes[place] = share
    return taxes


def _exact_tax(amount: int, rate: Decimal, tax_included: bool) -> Fraction:
    share = Fraction(rate)
    return amount * share / (100 + share if tax_included else 100)


def _amounts(line: Line, amount: int, tax: int, tax_included: bool) -> Amounts:
    net, total = (amount - tax, amount) if tax_included else (amount, amount + tax)
    return Amounts(net, tax, total, _worth(line, Decimal(0)) - amount)


def total_of(amounts: Iterable[Amounts]) -> Amounts:
    return sum(amounts, start=NOTHING)


def half_up(amount: Fraction) -> int:
    """To a whole; halves go away from zero, so that a credit mirrors what it credits."""
    whole = int(abs(amount) + Fraction(1, 2))
    return -whole if amount < 0 else whole


def allocate(amount: int, weights: Sequence[int | Decimal] | Sequence[Fraction]) -> list[int]:
    """Shares by weight that add up to the amount exactly: each gets its whole part, then the largest remainders one
    unit each, the first of equals first. Raises ValueError where there is nothing to go by, or a weight below zero."""
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("Weights are at least one, and none below zero.")
    whole = sum(map(Fraction, weights))
    if not whole:
        weights, whole = [1] * len(weights), Fraction(len(weights))
    return rounded_to([amount * Fraction(weight) / whole for weight in weights], amount)


def rounded_to(exact: Sequence[Fraction], whole: int) -> list[int]:
    """The parts in whole units that add up to `whole`, to which their sum is rounded: by the largest remainder."""
    shares = [part.numerator // part.denominator for part in exact]
    order = sorted(range(len(exact)), key=lambda place: shares[place] - exact[place])
    for place in order[: whole - sum(shares)]:
        shares[place] += 1
    return shares


def margin_of(net: int, cost: int) -> Decimal | None:
    """The margin in percent of the net, one decimal, towards the worse; None of nothing."""
    if net == 0:
        return None
    return (Decimal(net - cost) * 100 / Decimal(net)).quantize(Decimal("0.1"), ROUND_FLOOR)
