"""What customers of a promotion bought in a time, whoever may see their invoices: one statement for all of them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Case, OuterRef, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Round

from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.platform.access.actor import Actor
from sila.platform.entities.registry import Changes
from sila.platform.kit.dates import moments
from sila.platform.tenancy.current import current
from sila.platform.tenancy.writing import when_written
from sila.sales.invoices.models import Invoice
from sila.sales.partners.performance import ISSUED, earned, in_base, sums_of_earnings

YEAR = timedelta(days=365)


def _moments(first: date, last: date) -> dict[str, datetime]:
    """Issued on these days of the workspace's clock."""
    begin, end = moments(first, last, ZoneInfo(current().timezone))
    return {"issued_at__gte": begin, "issued_at__lt": end}


def spent(promotion: Promotion, first: date, last: date) -> dict[UUID, dict[str, float]]:
    """By customer `net`, `margin` and `costed` (the net of what has a cost), in minor units of the base currency, credit
    notes taken off. Whoever bought nothing is not in it."""
    chosen = PromotionCustomer.objects.filter(promotion_id=promotion.id)
    rows: Any = Invoice.objects.filter(
        **_moments(first, last), deleted_at=None, party_id__in=chosen.values("party_id")
    )
    found = rows.order_by().values("party_id").annotate(**sums_of_earnings())
    return {row["party_id"]: earned(row) for row in found}


def note_past(promotion: Promotion) -> None:
    """Write down what each of its customers bought before it begins: one statement for all of them."""
    eve = promotion.begins - timedelta(days=1)
    length = promotion.ends - promotion.begins
    PromotionCustomer.objects.filter(promotion_id=promotion.id).update(
        before=_bought(eve - YEAR, eve), recent=_bought(eve - length, eve)
    )


def _bought(first: date, last: date) -> Any:
    net = in_base("net")
    rows = Invoice.objects.filter(
        ISSUED,
        **_moments(first, last),
        deleted_at=None,
        party_id=OuterRef("party_id"),
        base_total__isnull=False,
    )
    signed = Sum(Case(When(kind=Invoice.Kind.CREDIT, then=-net), default=net))
    whole = rows.order_by().values("party_id").annotate(whole=Cast(Round(signed), BigIntegerField()))
    return Coalesce(Subquery(whole.values("whole")), 0)


def note_past_of(customer: PromotionCustomer, changes: Changes, by: Actor) -> None:
    """An effect: of many that a file brings along, it is worked out once."""
    when_written(("past", customer.promotion_id), lambda: note_past(customer.promotion))
