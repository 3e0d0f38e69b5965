"""What goals count from the start: deals that were won, what was paid, new customers, activities that were done."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, Sum, When
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Member
from sila.platform.entities.rates import rates_on
from sila.platform.kit import clock, dates
from sila.platform.kit.date_ranges import Moments
from sila.platform.kit.lines import half_up
from sila.platform.tenancy.current import current
from sila.sales.credits import share_out
from sila.sales.invoices.models import Payment
from sila.sales.models import Opportunity, OpportunityCredit, Stage
from sila.sales.rating import worth
from sila.team.goals.metrics import Metric, Sums, declare
from sila.work.models import Activity


def zone() -> ZoneInfo:
    return ZoneInfo(current().timezone)


def moments(first: date, last: date) -> Moments:
    """Of days by the workspace's clock."""
    return dates.moments(first, last, zone())


def _rate_day(last: date) -> date:
    return min(last, clock.now().astimezone(zone()).date())


# ---- deals ---------------------------------------------------------------------------------------------
def won(first: date, last: date) -> Any:
    return Opportunity.objects.filter(
        category=Stage.Category.WON, closed_on__gte=first, closed_on__lte=last, deleted_at=None
    ).order_by()


def won_revenue(first: date, last: date) -> Sums:
    """A deal that is split counts for each by their share, in the unit where it lies."""
    return revenue_of(won(first, last), last)


def revenue_of(deals: Any, last: date) -> Sums:
    """Of won deals, at the rates of the last day where they have none of their own."""
    currency, minor = worth()
    told = deals.annotate(told_in=currency, told=minor)
    split = OpportunityCredit.objects.values("opportunity_id")
    whole = told.exclude(id__in=split).values("owner_id", "org_unit_id", "told_in").annotate(sum=Sum("told"))
    shared = told.filter(id__in=split).values_list("id", "org_unit_id", "told_in", "told")
    return _in_base(whole, list(shared), _shares(deals), last)


def _in_base(
    whole: Iterable[dict[str, Any]],
    shared: list[tuple[Any, ...]],
    shares: dict[UUID, list[tuple[UUID, Any]]],
    last: date,
) -> Sums:
    whole = list(whole)
    currencies = {row["told_in"] for row in whole} | {row[2] for row in shared}
    rates = rates_on(_rate_day(last), currencies)
    sums: Sums = defaultdict(int)
    for row in whole:
        sums[row["owner_id"], row["org_unit_id"]] += rates.convert(int(row["sum"] or 0), row["told_in"]) or 0
    for deal, unit, currency, minor in shared:
        for member, part in share_out(rates.convert(int(minor or 0), currency) or 0, shares[deal]).items():
            sums[member, unit] += part
    return dict(sums)


def _shares(deals: Any) -> dict[UUID, list[tuple[UUID, Any]]]:
    shares: dict[UUID, list[tuple[UUID, Any]]] = defaultdict(list)
    rows = OpportunityCredit.objects.filter(opportunity_id__in=deals.values("id")).order_by("-percent", "id")
    for deal, member, percent in rows.values_list("opportunity_id", "member_id", "percent"):
        shares[deal].append((member, percent))
    return shares


def won_deals(first: date, last: date) -> Sums:
    return _counted(won(first, last))


def new_customers(first: date, last: date) -> Sums:
    """Those whose first deal was won in these days; each counts once, for who won it."""
    return customers_of(won(first, last), first)


def customers_of(deals: Any, first: date) -> Sums:
    """Of won deals, whose customers had none before that day."""
    earlier = Opportunity.objects.filter(
        category=Stage.Category.WON, closed_on__lt=first, deleted_at=None, party_id=OuterRef("party_id")
    )
    rows = deals.exclude(party_id=None).filter(~Exists(earlier))
    firsts: dict[UUID, tuple[UUID | None, UUID | None]] = {}
    for party, owner, unit in rows.order_by("closed_on", "id").values_list(
        "party_id", "owner_id", "org_unit_id"
    ):
        firsts.setdefault(party, (owner, unit))
    sums: Sums = defaultdict(int)
    for key in firsts.values():
        sums[key] += 1
    return dict(sums)


def activities_done(first: date, last: date) -> Sums:
    start, end = moments(first, last)
    rows = Activity.objects.filter(
        status=Activity.Status.DONE, done_at__gte=start, done_at__lt=end, deleted_at=None
    )
    return _counted(rows.exclude(kind=Activity.Kind.NOTE).order_by())


def _counted(rows: Any) -> Sums:
    found = rows.values_list("owner_id", "org_unit_id").annotate(number=Count("id"))
    return {(owner, unit): number for owner, unit, number in found}


# ---- what was paid -------------------------------------------------------------------------------------
def paid(first: date, last: date) -> Sums:
    """Before tax, what went back taken off."""
    return _paid(first, last, lambda row: row["invoice__net"])


def margin(first: date, last: date) -> Sums:
    """Of invoices whose cost is known."""
    return _paid(
        first,
        last,
        lambda row: 0 if row["invoice__cost"] is None else row["invoice__net"] - row["invoice__cost"],
    )


def _paid(first: date, last: date, part: Any) -> Sums:
    rows = Payment.objects.filter(paid_on__gte=first, paid_on__lte=last, deleted_at=None).order_by()
    signed = Case(
        When(direction=Payment.Direction.OUT, then=-F("amount")),
        default=F("amount"),
        output_field=BigIntegerField(),
    )
    columns = ("invoice__owner_id", "invoice__org_unit_id", "invoice__currency", "invoice__net")
    found = rows.values("invoice_id", *columns, "invoice__cost", "invoice__total").annotate(sum=Sum(signed))
    found = list(found.filter(~Q(invoice__total=0)))
    rates = rates_on(_rate_day(last), {row["invoice__currency"] for row in found})
    sums: Sums = defaultdict(int)
    for row in found:
        minor = half_up(Fraction(part(row)) * row["sum"] / row["invoice__total"])
        key = (row["invoice__owner_id"], row["invoice__org_unit_id"])
        sums[key] += rates.convert(minor, row["invoice__currency"]) or 0
    return dict(sums)


def people() -> list[Member]:
    return list(Member.objects.filter(active=True, deleted_at=None).order_by("name", "id"))


declare(
    Metric(
        "won_revenue",
        _("Won revenue"),
        won_revenue,
        money=True,
        says=_("Deals that were won, by the day on which they closed; split deals by share."),
    )
)
declare(
    Metric(
        "won_deals",
        _("Won deals"),
        won_deals,
        says=_("Deals that were won, by the day on which they closed."),
    )
)
declare(
    Metric(
        "new_customers",
        _("New customers"),
        new_customers,
        says=_("Customers whose first deal was won, each once."),
    )
)
declare(
    Metric(
        "activities_done",
        _("Activities done"),
        activities_done,
        says=_("Tasks, calls, meetings and visits that were done."),
    )
)
declare(
    Metric(
        "paid",
        _("Paid invoices"),
        paid,
        money=True,
        says=_("What was paid on invoices, before tax, less what went back."),
    )
)
declare(
    Metric(
        "margin",
        _("Margin of paid invoices"),
        margin,
        money=True,
        says=_("Of what was paid, the margin, where the cost is known."),
    )
)
