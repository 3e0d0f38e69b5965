"""How often deals are won by how long before the last day of their window somebody began.

The **lead time** of a deal is the number of days from its first contact (the first call, meeting or visit about the
incumbent contract that was done, else the day on which the deal was made) to the last day for notice of the window for
which it was made. The **win rate** of a span is won ÷ (won + lost); deals that are open are counted beside it.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sila.sales.models import Stage
from sila.sales.windows.models import WindowDeal

LATE = -1
SPANS = (0, 15, 31, 61, 91, 181)  # the first days of the spans; before the first it was too late


@dataclass(frozen=True)
class Span:
    """`first` and `last` days of lead time, both included; None is without bound."""

    first: int | None
    last: int | None
    won: int
    lost: int
    open: int

    @property
    def rate(self) -> int | None:
        """In percent, rounded half up."""
        closed = self.won + self.lost
        return (200 * self.won + closed) // (2 * closed) if closed else None


def by_lead_time(deals: QuerySet[Any]) -> list[Span]:
    """Of these deals, those that were made of windows. The longest lead time comes last."""
    rows = WindowDeal.objects.filter(
        opportunity__in=deals.order_by().values("pk"), incumbent__deleted_at=None
    ).values_list("last_day", "contact_on", "opportunity__category")
    counts = Counter((_span_of((last - contact).days), category) for last, contact, category in rows)
    bounds = [(None, LATE), *zip(SPANS, (*(first - 1 for first in SPANS[1:]), None), strict=True)]
    category = Stage.Category
    return [
        Span(
            first,
            last,
            counts[place, category.WON],
            counts[place, category.LOST],
            counts[place, category.OPEN],
        )
        for place, (first, last) in enumerate(bounds)
    ]


def _span_of(days: int) -> int:
    return sum(days >= first for first in SPANS)
