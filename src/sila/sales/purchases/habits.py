"""The habits in what somebody bought: how much of what, how often, and when it would be time again.

A product has a rhythm from the third day of purchase on: the median of the days between one and the next. It is expected
again that many days after the last. The median does not follow a single long break, as the mean would. What came back takes
nothing from the rhythm: it was bought.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

RHYTHM = 3  # days of purchase from which on there is one


@dataclass(frozen=True)
class Purchase:
    """A line of an invoice, or of a credit note with quantity and net below zero. The quantity is in the base of its unit;
    `net` and `cost` (of all of it) are in minor units of the base currency, None where there is no rate or no cost."""

    key: str  # of the product, or of what it was called
    name: str
    day: date
    quantity: Decimal
    net: int | None
    cost: int | None = None

    @property
    def is_return(self) -> bool:
        return self.quantity < 0


@dataclass(frozen=True)
class Habit:
    key: str
    name: str  # as it was called last
    days: tuple[date, ...]  # on which it was bought, oldest first
    bought: Decimal
    returned: Decimal
    net: int  # of what has a rate
    cost: int | None  # None where that of a line is not known

    @property
    def last(self) -> date | None:
        return self.days[-1] if self.days else None

    @property
    def every(self) -> int | None:
        """Days from one purchase to the next, the median; None before there is a rhythm."""
        if len(self.days) < RHYTHM:
            return None
        gaps = [(later - earlier).days for earlier, later in zip(self.days, self.days[1:], strict=False)]
        return max(round(median(gaps)), 1)

    @property
    def expected(self) -> date | None:
        return self.days[-1] + timedelta(days=self.every) if self.every else None


def habits_of(purchases: Iterable[Purchase]) -> list[Habit]:
    """By product, the one that brought most first."""
    groups: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        groups[purchase.key].append(purchase)
    return sorted(
        (_habit(key, rows) for key, rows in groups.items()), key=lambda habit: (-habit.net, habit.name)
    )


def whole_of(purchases: Iterable[Purchase]) -> Habit:
    """All of it, as though it were one product: how often somebody buys at all."""
    return _habit("", list(purchases))


def _habit(key: str, rows: list[Purchase]) -> Habit:
    rows = sorted(rows, key=lambda row: row.day)
    costs = [row.cost for row in rows]
    return Habit(
        key=key,
        name=rows[-1].name if rows else "",
        days=tuple(sorted({row.day for row in rows if not row.is_return})),
        bought=sum((row.quantity for row in rows if not row.is_return), Decimal(0)),
        returned=-sum((row.quantity for row in rows if row.is_return), Decimal(0)),
        net=sum(row.net or 0 for row in rows),
        cost=None if not rows or None in costs else sum(cost or 0 for cost in costs),
    )
