"""Customers like this one: how much two of them have bought of the same, and how alike they are otherwise.

What two customers share is the weighted Jaccard index: the weights of the products that both bought over the weights of
those that either bought (Jaccard 1901; Ioffe 2010). The weight of a product is its inverse customer frequency, ln(1 + n/c),
as of words in documents (Spärck Jones 1972): what everybody buys says little of anybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import Any

NEAREST = 25
OF_PRODUCTS = 0.8  # of the likeness; the rest is that of industry, city and size
FEWEST = 3  # of them who bought a product, before it is told: nobody is to be recognised


@dataclass(frozen=True)
class Customer:
    products: frozenset[Any]
    traits: Mapping[str, str]  # those that are known


@dataclass(frozen=True)
class Like:
    key: Any
    likeness: float  # 0 to 1
    shared: int  # products that both bought
    traits: tuple[str, ...]  # in which they are the same
    products: frozenset[Any]


def weights_of(customers_by_product: Mapping[Any, int], customers: int) -> dict[Any, float]:
    return {product: log(1 + customers / max(number, 1)) for product, number in customers_by_product.items()}


def likeness(me: Customer, other: Customer, weights: Mapping[Any, float]) -> float:
    either = sum(weights.get(product, 0.0) for product in me.products | other.products)
    both = sum(weights.get(product, 0.0) for product in me.products & other.products)
    bought = both / either if either else 0.0
    known = [name for name in me.traits if name in other.traits]
    same = len(same_traits(me, other)) / len(known) if known else 0.0
    return OF_PRODUCTS * bought + (1 - OF_PRODUCTS) * same


def same_traits(me: Customer, other: Customer) -> tuple[str, ...]:
    return tuple(name for name, value in me.traits.items() if other.traits.get(name) == value)


def nearest(
    me: Customer, others: Mapping[Any, Customer], weights: Mapping[Any, float], most: int = NEAREST
) -> list[Like]:
    """The most alike of those who share a product, the nearest first."""
    near = nlargest(
        most,
        (
            (likeness(me, other, weights), str(key), key)
            for key, other in others.items()
            if me.products & other.products
        ),
    )
    return [
        Like(
            key,
            value,
            len(me.products & others[key].products),
            same_traits(me, others[key]),
            others[key].products,
        )
        for value, _name, key in near
    ]


def what_they_buy(likes: Sequence[Like], without: Collection[Any]) -> dict[Any, int]:
    """How many of them bought each product that is not in `without`."""
    found: dict[Any, int] = {}
    for like in likes:
        for product in like.products:
            if product not in without:
                found[product] = found.get(product, 0) + 1
    return {product: number for product, number in found.items() if number >= FEWEST}


def shared_weight(products: Collection[Any], weights: Mapping[Any, float]) -> float:
    return sum(weights.get(product, 0.0) for product in products)
