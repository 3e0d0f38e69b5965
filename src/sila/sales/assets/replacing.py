"""What replaces the broken part: an order for a claim that was approved, free as far as the warranty or goodwill goes."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.assets.models import WarrantyClaim
from sila.sales.assets.rules import Coverage
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import WORK


@transaction.atomic
def order_replacement(
    claim: WarrantyClaim, *, by: Actor, product: UUID | str, quantity: Decimal = Decimal(1)
) -> SalesOrder:
    """A draft of an order for the customer of the claim, once; further parts are added there. Raises NotAllowed, Invalid."""
    noun = registry["warranty-claims"]
    claim = records.unmoved(noun, claim, by=by)
    if not by.can(WORK.papers, "create"):
        raise NotAllowed
    if claim.status != WarrantyClaim.Status.APPROVED:
        raise Invalid({"": _("Approve the claim first.")})
    if claim.replacement_id and _stands(claim.replacement_id):
        raise Invalid({"": _("A replacement was ordered already.")})
    records.get(registry["products"], UUID(str(product)), by=by)
    values = {"name": claim.name, "party": claim.party_id and str(claim.party_id)}
    order: SalesOrder = records.create(WORK.noun, values, by=by)
    line = {
        "sales_order": str(order.id),
        "product": str(product),
        "quantity": str(quantity),
        "discount": "100" if is_free(claim) else "0",
        "details": _("Warranty claim %(number)s") % {"number": claim.number},
    }
    # What is free was decided with the claim, not by who may give discounts.
    records.create(WORK.line_noun, line, by=by.with_all_rights(by.via))
    records.enter(noun, claim, {"replacement_id": order.id}, by=by, kind="claim_ordered", text=order.number)
    return order


def is_free(claim: WarrantyClaim) -> bool:
    """Parts are, unless the warranty covers labour only; beyond it the approval was goodwill."""
    return claim.coverage != Coverage.LABOUR


def begin(claim: WarrantyClaim, context: Context) -> dict[str, Any]:
    """The product itself, unless a part of it is chosen."""
    return {"product": claim.asset.product_id and str(claim.asset.product_id), "quantity": "1"}


def _stands(order_id: UUID) -> bool:
    rows = SalesOrder.objects.filter(id=order_id, deleted_at=None)
    return rows.exclude(status=SalesOrder.Status.CANCELLED).exists()
