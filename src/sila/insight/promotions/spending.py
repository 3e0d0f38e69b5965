"""What customers of a promotion bought in a time, whoever may see their invoices: one grouped query."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.platform.tenancy.current import current
from sila.sales.invoices.models import Invoice
from sila.sales.partners.performance import earned, sums_of_earnings

YEAR = timedelta(days=365)


def spent(promotion: Promotion, first: date, last: date) -> dict[UUID, dict[str, float]]:
    """By customer `net`, `margin` and `costed` (the net of what has a cost), in minor units of the base currency, credit
    notes taken off. Whoever bought nothing is not in it."""
    zone = ZoneInfo(current().timezone)
    start = datetime.combine(first, time(), tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    chosen = PromotionCustomer.objects.filter(promotion_id=promotion.id)
    rows: Any = Invoice.objects.filter(
        deleted_at=None,
        issued_at__gte=start,
        issued_at__lt=end,
        party_id__in=chosen.values("party_id"),
    )
    found = rows.order_by().values("party_id").annotate(**sums_of_earnings())
    return {row["party_id"]: earned(row) for row in found}


def note_past(promotion: Promotion) -> dict[UUID, int]:
    """Write down what each of its customers bought before it begins; gives that of the year."""
    eve = promotion.begins - timedelta(days=1)
    length = promotion.ends - promotion.begins
    year, recent = spent(promotion, eve - YEAR, eve), spent(promotion, eve - length, eve)
    rows = list(PromotionCustomer.objects.filter(promotion_id=promotion.id))
    for row in rows:
        row.before = round(year.get(row.party_id, {}).get("net", 0))
        row.recent = round(recent.get(row.party_id, {}).get("net", 0))
    PromotionCustomer.objects.bulk_update(rows, ["before", "recent"], batch_size=2000)
    return {row.party_id: row.before for row in rows}
