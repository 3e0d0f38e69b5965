"""All purchases of a workspace, as rules and the back-test take them: by numbers instead of ids, in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from sila.insight.fitting.trying import Purchase
from sila.parties.models import Party
from sila.platform.tenancy.current import current
from sila.sales.invoices.models import Invoice, InvoiceLine

MOST = 500_000  # invoices that are read, the newest
PIECE = 5_000
TRAITS = ("industry", "city", "size")
Invoiced = tuple[UUID, UUID, Any]  # invoice, customer, moment


@dataclass
class Read:
    """`parties` and `products` are the ids behind the numbers."""

    parties: list[UUID] = field(default_factory=list)
    products: list[UUID] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    lines: int = 0


def purchase(path: str = "") -> Q:
    """Invoices that count as one: issued, of a customer, and no credit note. What came back was bought. `path`: the way to
    the invoice."""
    conditions = {
        "deleted_at": None,
        "issued_at__isnull": False,
        "kind": Invoice.Kind.INVOICE,
        "party_id__isnull": False,
    }
    return Q(**{path + name: value for name, value in conditions.items()}) & ~Q(
        **{f"{path}status": Invoice.Status.DRAFT}
    )


def bought() -> QuerySet[InvoiceLine]:
    """Their lines that are of a product, whoever may see them."""
    rows: QuerySet[InvoiceLine] = InvoiceLine.objects.filter(
        purchase("invoice__"), deleted_at=None, product_id__isnull=False
    )
    return rows


def piece_after(last: UUID | None) -> list[Invoiced]:
    """Invoices with their customer and moment, the newest first, by the key."""
    rows = Invoice.objects.filter(purchase()).order_by("-id").values_list("id", "party_id", "issued_at")
    return list((rows.filter(id__lt=last) if last else rows)[:PIECE])


def read_piece(found: Read, piece: list[Invoiced], numbers: dict[UUID, int]) -> None:
    """`numbers` are kept from piece to piece: of parties and products alike, whose ids never meet."""
    whose = {invoice: (party, at) for invoice, party, at in piece}
    lines = InvoiceLine.objects.filter(deleted_at=None, product_id__isnull=False)
    lines = lines.filter(invoice_id__gte=piece[-1][0], invoice_id__lte=piece[0][0])
    zone, baskets = ZoneInfo(current().timezone), dict[UUID, set[int]]()
    for invoice, product in lines.order_by().values_list("invoice_id", "product_id"):
        if invoice in whose:
            baskets.setdefault(invoice, set()).add(_number(product, found.products, numbers))
            found.lines += 1
    for invoice, products in baskets.items():
        party, at = whose[invoice]
        day = at.astimezone(zone).date().toordinal()
        found.purchases.append(Purchase(_number(party, found.parties, numbers), day, tuple(sorted(products))))


def _number(key: UUID, kept: list[UUID], numbers: dict[UUID, int]) -> int:
    if key not in numbers:
        numbers[key] = len(kept)
        kept.append(key)
    return numbers[key]


def traits_of(parties: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """Those that are known of each."""
    rows = Party.objects.filter(id__in=parties).values_list("id", *TRAITS)
    return {
        row[0]: {name: value for name, value in zip(TRAITS, row[1:], strict=True) if value} for row in rows
    }
