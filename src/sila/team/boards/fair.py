"""What counts on a board: the metrics of goals, less what farms points.

- What is in the trash counts for nothing, so adding and deleting earns none.
- A deal counts once, and not where it was won before already: reopening and winning again earns none.
- A deal counts in pieces only from a tenth of the median of the year before: many tiny deals earn none.
- Activities count at most one in two minutes and twenty a day for each person: a burst of clicks earns one.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Min, OuterRef, Q, Subquery

from sila.sales.models import Opportunity, StageTransition
from sila.team.goals import counting
from sila.team.goals.metrics import METRICS, Sums
from sila.work.models import Activity

SMALLEST = 10  # percent of the median deal
APART, MOST = timedelta(minutes=2), 20  # activities: between two that count, and in a day
Points = dict[UUID, int]


def points(metric: str, first: date, last: date) -> Points:
    """By person; amounts in minor units of the workspace's currency."""
    read = FAIR.get(metric, METRICS[metric].read)
    found: Points = defaultdict(int)
    for (who, _unit), some in read(first, last).items():
        if who is not None:
            found[who] += some
    return {who: max(some, 0) for who, some in found.items()}


def _first_won(first: date, last: date) -> Any:
    """Deals that were never won before these days."""
    start, _end = counting.moments(first, last)
    wins = StageTransition.objects.filter(opportunity_id=OuterRef("id"), to_stage__category="won")
    began = wins.order_by().values("opportunity_id").annotate(first=Min("at")).values("first")
    rows = counting.won(first, last).annotate(first_won=Subquery(began))
    return rows.filter(Q(first_won=None) | Q(first_won__gte=start))


def won_revenue(first: date, last: date) -> Sums:
    return counting.revenue_of(_first_won(first, last), last)


def won_deals(first: date, last: date) -> Sums:
    least = smallest(first)
    sums: Sums = defaultdict(int)
    for owner, unit, amount in _first_won(first, last).values_list("owner_id", "org_unit_id", "base_amount"):
        sums[owner, unit] += (amount or 0) >= least and bool(amount)
    return dict(sums)


def smallest(first: date) -> int:
    """What a deal must be worth to count as one, in minor units; 0 where there is nothing to compare it with."""
    known = counting.won(first - timedelta(days=365), first - timedelta(days=1))
    amounts = list(known.exclude(base_amount=None).values_list("base_amount", flat=True))
    return int(median(amounts)) * SMALLEST // 100 if amounts else 0


def new_customers(first: date, last: date) -> Sums:
    """A customer whose deals are all tiny is none yet."""
    large = Opportunity.objects.filter(base_amount__gte=max(smallest(first), 1)).values("id")
    return counting.customers_of(_first_won(first, last).filter(id__in=large), first)


def activities_done(first: date, last: date) -> Sums:
    start, end = counting.moments(first, last)
    rows = Activity.objects.filter(status="done", done_at__gte=start, done_at__lt=end, deleted_at=None)
    rows = rows.exclude(kind=Activity.Kind.NOTE).order_by("done_at", "id")
    latest: dict[Any, datetime] = {}
    days: dict[Any, int] = defaultdict(int)
    sums: Sums = defaultdict(int)
    for owner, unit, at in rows.values_list("owner_id", "org_unit_id", "done_at"):
        day = (owner, at.astimezone(counting.zone()).date())
        if (owner not in latest or at - latest[owner] >= APART) and days[day] < MOST:
            latest[owner] = at
            days[day] += 1
            sums[owner, unit] += 1
    return dict(sums)


FAIR: dict[str, Callable[[date, date], Sums]] = {
    "won_revenue": won_revenue,
    "won_deals": won_deals,
    "new_customers": new_customers,
    "activities_done": activities_done,
}
