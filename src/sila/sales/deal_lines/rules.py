"""How a deal and its lines hang together: with lines, the amount is what they come to before tax."""

from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.summing import SUMS, keep_prices, take_book
from sila.sales.models import Opportunity

SLUG, SLUG_OF_LINES = "opportunities", "opportunity-lines"


def has_lines(deal: Opportunity) -> bool:
    return bool(deal.lines.filter(deleted_at=None).exists())


# ---- the deal ------------------------------------------------------------------------------------------
def keep_to_lines(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """A rule: an amount beside the lines would be another truth."""
    if deal._state.adding and deal.price_book_id is None:
        return
    keep_prices(deal, changes, by)
    if "amount" in changes and deal.amount != deal.net and has_lines(deal):
        raise Invalid({"amount": _("The amount follows the products of this deal: change them.")})


def sum_anew(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """A rule, before the one that rates the deal: prices with tax in them come to something else than those without."""
    WORK.sum_anew(deal, changes, by)
    if "net" in changes and has_lines(deal):
        changes.setdefault("amount", deal.amount)
        deal.amount = deal.net


# ---- its lines -----------------------------------------------------------------------------------------
def may_change_lines(deal: Opportunity, line: Any, by: Actor) -> None:
    """Whoever may change a deal may change its lines, those of a closed one too, as its amount."""


def begin(deal: Opportunity, by: Actor) -> Changes:
    """The first line brings the price book along that fits the customer, or the partner who sells."""
    if deal.price_book_id is not None:
        return {}
    before = {"price_book": None, "tax_included": deal.tax_included}
    take_book(deal, {}, by)
    return before if deal.price_book_id else {}


def follow_lines(deal: Opportunity, by: Actor) -> Changes:
    """The amount is what the lines come to; the last line leaves it as it was. By the rules that a deal goes by: its stage
    may ask for lines."""
    changes: dict[str, Any] = {}
    if has_lines(deal):
        changes = {"amount": deal.amount} if deal.amount != deal.net else {}
        deal.amount = deal.net
        if deal.product_id is None:
            largest = deal.lines.filter(deleted_at=None).exclude(product_id=None).order_by("-net", "order")
            deal.product_id = largest.values_list("product_id", flat=True).first()
            changes |= {"product": None} if deal.product_id else {}
    else:
        for name in SUMS:
            setattr(deal, name, None)
    records.derive(WORK.noun, deal, changes, by)
    return changes


WORK = Paperwork(
    SLUG, SLUG_OF_LINES, OpportunityLine, "opportunity", "deal", may_change_lines, begin, follow_lines
)
