"""What the models know of a deal, and of it on a day of the past: no more than was known then."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

Span = tuple[int, int]  # first and last day


@dataclass(frozen=True, slots=True)
class Deal:
    """Days are ordinals of dates; a deal that is over may not say when it was `opened`. `amount` is in minor units of the
    base currency; None is not known.

    `kind`: deals whose amounts are alike, such as those of one product. `parts`: whose figures it belongs to.
    `path`: from which day on in which stage, in order; empty where the moves were not kept.
    """

    opened: int | None
    closed: int | None = None
    won: bool = False
    amount: int | None = None
    kind: Hashable = None
    parts: tuple[Hashable, ...] = ()
    path: tuple[tuple[int, Hashable], ...] = ()

    @property
    def born(self) -> int:
        """The day it was opened, of deals that say it (see dated)."""
        assert self.opened is not None
        return self.opened


def known_on(deals: Iterable[Deal], day: int, *, amounts: bool = False) -> list[Deal]:
    """The deals as they stood at the end of the day. How a deal ended later is not told, nor what it was sold for: an
    amount that may have been written down at the end is left out. `amounts`: those of deals that are still open now are
    kept, for a day that is the present one."""
    known = []
    for deal in deals:
        if deal.closed is not None and deal.closed <= day:
            known.append(deal)
        elif deal.opened is not None and deal.opened <= day:
            keep = amounts and deal.closed is None
            known.append(_still_open(deal, day, deal.amount if keep else None))
    return known


def _still_open(deal: Deal, day: int, amount: int | None) -> Deal:
    path = tuple(step for step in deal.path if step[0] <= day)
    return replace(deal, closed=None, won=False, amount=amount, path=path)


def dated(deals: Iterable[Deal]) -> list[Deal]:
    """Those that say when they were opened: the others tell what was sold, and nothing of how long it took."""
    return [deal for deal in deals if deal.opened is not None]


def won_between(deals: Iterable[Deal], first: int, last: int) -> int:
    """What was won from `first` to `last`, both included."""
    return sum(
        deal.amount or 0
        for deal in deals
        if deal.won and deal.closed is not None and first <= deal.closed <= last
    )
