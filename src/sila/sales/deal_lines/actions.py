"""Verbs of the products of a deal: take those of an offer or of an earlier deal, add one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from sila.catalog.models import Product
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.deal_lines.rules import WORK
from sila.sales.lines.models import PricedLine, Summed
from sila.sales.lines.summing import SUMS
from sila.sales.models import Opportunity

set_lines = WORK.set_lines
TAKEN = ("currency", "price_book_id", "tax_included", "discount_sum", *SUMS)


@transaction.atomic
def add_product(
    deal: Opportunity,
    product: Product,
    *,
    by: Actor,
    quantity: Decimal = Decimal(1),
    price: Decimal | None = None,
) -> OpportunityLine:
    """So many of it more in the deal, at this price for one, or at that which holds for its customer. Raises NotAllowed,
    Invalid."""
    values = {"opportunity": str(deal.id), "product": str(product.id), "quantity": str(quantity)}
    if price is not None:
        values["price"] = str(price)
    line: OpportunityLine = records.create(WORK.line_noun, values, by=by)
    return line


def begun_from(deal: Opportunity, lines: Sequence[PricedLine]) -> dict[str, Any]:
    """What a document of the deal begins with; with its lines come the prices that they have there."""
    begun: dict[str, Any] = {"opportunity_id": deal.id, "currency": deal.currency}
    return begun | {name: getattr(deal, name) for name in TAKEN} if lines else begun


def take_lines_of(source: Summed, lines: Sequence[PricedLine], deal: Opportunity, *, by: Actor) -> None:
    """The deal, which is locked, has these products now instead of its own, at these prices, and is worth what they come
    to."""
    own = WORK.lines_of(deal)
    for line in own:
        records.mark_away(line, by)
    OpportunityLine.objects.bulk_update(own, ["deleted_at", "updated_at", "version"])
    columns: dict[str, Any] = {name: getattr(source, name) for name in TAKEN} | {"amount": source.net}
    changed = {name: value for name, value in columns.items() if value != getattr(deal, name)}
    told = {"lines": len(lines), "names": [line.name for line in lines[:5]]}
    records.enter(WORK.noun, deal, changed, by=by, kind="lines_changed", **told)
    WORK.take_lines(deal, lines)
