"""The order in which to call at places, so that the way is short.

Nearest neighbour (always on to the place that is nearest) gives a first order; 2-opt (G. A. Croes, "A method for
solving traveling-salesman problems", Operations Research 6, 1958) then takes crossings out of it: a stretch is walked
backwards wherever that is shorter, until nothing is gained any more. The way is open: it does not lead back to where it
began.
"""

from collections.abc import Sequence
from itertools import pairwise

from .coordinates import Spot

GAIN = 1e-9  # km; less is rounding
ROUNDS = 40  # in practice fewer than ten are needed


def shortest(places: Sequence[Spot], start: Spot | None = None) -> list[int]:
    """Positions in `places`, in the order in which to go; from `start`, or else beginning with the first of them. It is
    never longer than the given order."""
    if len(places) < 2:
        return list(range(len(places)))
    spots = [start or places[0], *(places if start else places[1:])]
    far = [[here.far(there) for there in spots] for here in spots]
    orders = (_untangled(order, far) for order in (_nearest(far), list(range(len(spots)))))
    best = min(orders, key=lambda order: _length(order, far))
    return [place - 1 for place in best[1:]] if start else best


def length(places: Sequence[Spot], start: Spot | None = None) -> float:
    """Kilometres of the way through the places in their order."""
    way = [*([start] if start else []), *places]
    return sum(here.far(there) for here, there in pairwise(way))


def _length(order: list[int], far: list[list[float]]) -> float:
    return sum(far[here][there] for here, there in pairwise(order))


def _nearest(far: list[list[float]]) -> list[int]:
    order, left = [0], set(range(1, len(far)))
    while left:
        here = far[order[-1]]
        order.append(min(left, key=lambda place: (here[place], place)))
        left.remove(order[-1])
    return order


def _untangled(order: list[int], far: list[list[float]]) -> list[int]:
    """2-opt with a fixed beginning and a free end."""
    last = len(order) - 1
    for _round in range(ROUNDS):
        better = False
        for first in range(1, last):
            for until in range(first + 1, last + 1):
                before, begin, end = order[first - 1], order[first], order[until]
                gain = far[before][begin] - far[before][end]
                if until < last:
                    after = order[until + 1]
                    gain += far[end][after] - far[begin][after]
                if gain > GAIN:
                    order[first : until + 1] = order[first : until + 1][::-1]
                    better = True
        if not better:
            break
    return order
