"""The measures of a sheet, each read once for all people, so that a person stands beside the median of their unit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member
from sila.platform.kit import clock
from sila.sales.models import Opportunity
from sila.team.boards.fair import points
from sila.team.goals.counting import paid, won
from sila.work.models import Activity

FEWEST = 3  # people of whom a median tells something, and nobody is told by it
By = dict[UUID, int]


@dataclass(frozen=True)
class Measure:
    """`shape`: number, money or percent; `less`: less is better; `says`: how it is counted."""

    group: str
    key: str
    label: Any
    says: Any
    read: Callable[[date, date], By]
    shape: str = "number"
    less: bool = False


def _by_owner(rows: Any) -> By:
    return dict(rows.exclude(owner_id=None).order_by().values_list("owner_id").annotate(number=Count("id")))


def _points(metric: str) -> Callable[[date, date], By]:
    return lambda first, last: points(metric, first, last)


def _paid(first: date, last: date) -> By:
    found: By = {}
    for (who, _unit), some in paid(first, last).items():
        if who is not None:
            found[who] = found.get(who, 0) + some
    return found


def _win_rate(first: date, last: date) -> By:
    """Of the deals that closed; nothing of somebody who closed none."""
    wins = _by_owner(won(first, last))
    lost = Opportunity.objects.filter(
        category="lost", closed_on__gte=first, closed_on__lte=last, deleted_at=None
    )
    losses = _by_owner(lost)
    return {
        who: wins.get(who, 0) * 100 // (wins.get(who, 0) + losses.get(who, 0))
        for who in wins.keys() | losses.keys()
    }


def _quality(first: date, last: date) -> By:
    """Of their open deals, as it is now."""
    rows = Opportunity.objects.filter(category="open", deleted_at=None, quality__isnull=False).exclude(
        owner_id=None
    )
    found = rows.order_by().values_list("owner_id").annotate(mean=Avg("quality"))
    return {who: round(mean) for who, mean in found}


def _late(first: date, last: date) -> By:
    return _by_owner(Activity.objects.filter(status="open", at__lt=clock.now(), deleted_at=None))


def _forgotten(first: date, last: date) -> By:
    today = clock.now().date()
    return _by_owner(
        Opportunity.objects.filter(Q(expected_close__lt=today), category="open", deleted_at=None)
    )


MEASURES = (
    Measure(
        "activity",
        "activities",
        _("Activities done"),
        _("Bursts count once, notes do not."),
        _points("activities_done"),
    ),
    Measure(
        "outcome", "revenue", _("Won revenue"), _("Split deals by share."), _points("won_revenue"), "money"
    ),
    Measure("outcome", "deals", _("Won deals"), _("Without far too small ones."), _points("won_deals")),
    Measure(
        "outcome",
        "customers",
        _("New customers"),
        _("Customers whose first deal was won, each once."),
        _points("new_customers"),
    ),
    Measure(
        "outcome",
        "paid",
        _("Paid invoices"),
        _("What was paid on invoices, before tax, less what went back."),
        _paid,
        "money",
    ),
    Measure(
        "outcome", "rate", _("Win rate"), _("Won deals among those that were closed."), _win_rate, "percent"
    ),
    Measure(
        "quality", "quality", _("Data quality"), _("Of the open deals, as it is now."), _quality, "percent"
    ),
    Measure(
        "quality",
        "late",
        pgettext_lazy("activities", "Overdue activities"),
        _("As it is now."),
        _late,
        less=True,
    ),
    Measure(
        "quality",
        "forgotten",
        _("Deals whose day is over"),
        _("Open ones that were expected earlier."),
        _forgotten,
        less=True,
    ),
)


@dataclass(frozen=True)
class Figure:
    measure: Measure
    value: int | None
    median: int | None  # of the unit; None where they are too few


def figures_of(member: Member, first: date, last: date) -> list[Figure]:
    peers = _peers(member)
    return [_figure(measure, member.id, peers, measure.read(first, last)) for measure in MEASURES]


def _peers(member: Member) -> list[UUID]:
    """The colleagues of the unit, the person among them."""
    rows = Member.objects.filter(active=True, deleted_at=None, unit_id=member.unit_id)
    return list(rows.values_list("id", flat=True))


def _figure(measure: Measure, who: UUID, peers: list[UUID], found: By) -> Figure:
    counted = measure.shape != "percent"  # who has none of a share has no share, of a number has nothing
    values = [found.get(peer, 0) for peer in peers if counted or peer in found]
    middle = round(median(values)) if len(values) >= FEWEST else None
    return Figure(measure, found.get(who, 0 if counted else None), middle)
