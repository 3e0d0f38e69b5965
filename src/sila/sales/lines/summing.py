"""What follows from the lines of a document: what each comes to, and their sums. See kit/lines.py for the arithmetic."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from sila.catalog.models import Product
from sila.catalog.pricing import contents, cost_of, offer, tax_of
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.lines import Line, amounts_of, half_up, margin_of, total_of
from sila.platform.kit.numbers import plain_number
from sila.platform.tenancy.current import current
from sila.platform.tenancy.models import Workspace
from sila.sales.lines.models import Priced, PricedLine, Summed
from sila.sales.partners.pricing import book_of, reduced
from sila.sales.rules import today

LARGEST = 10**17  # minor units: sums of some lines still fit into the databases' 64 bits
MOST_LINES = 500
SUMS = ("net", "tax", "total", "discount", "cost", "margin")


# ---- documents -----------------------------------------------------------------------------------------
def begin_with_deal(paper: Any) -> None:
    """A new document of a deal is for its customer."""
    deal = paper.opportunity if paper.opportunity_id else None
    if deal is not None:
        paper.party_id = paper.party_id or deal.party_id
        paper.contact_id = paper.contact_id or deal.contact_id


def choose_prices(paper: Priced, changes: Changes, by: Actor) -> None:
    """A new document gets the price book that fits; its prices have tax in them where those of the book do."""
    paper.currency = paper.currency or base_currency()
    if paper._state.adding and paper.price_book_id is None and not (paper.number or paper.total):
        take_book(paper, changes, by)
    keep_prices(paper, changes, by)


def take_book(paper: Summed, changes: Changes, by: Actor) -> None:
    """The price book that fits, with its way to have tax in prices or not. A link set to nothing would take the
    workspace along, which is a part of it."""
    if (book := book_of(paper, today(by))) is None:
        return
    paper.price_book = book
    if "tax_included" not in changes:
        paper.tax_included = book.tax_included


def keep_prices(paper: Summed, changes: Changes, by: Actor) -> None:
    """Lines, price book and document are of one currency."""
    if not (paper._state.adding or {"price_book", "currency"} & changes.keys()):
        return
    if paper.price_book_id and paper.price_book.currency != paper.currency:
        raise Invalid({"price_book": _("The prices of this book are in another currency.")})
    if not paper._state.adding and "currency" in changes and paper.lines.filter(deleted_at=None).exists():
        raise Invalid({"currency": _("There are lines in this currency: take them out first.")})


def sum_up(paper: Summed, lines: Sequence[PricedLine]) -> Changes:
    """Work out every line and the sums of all; gives the old sums. Saves nothing."""
    by_document = current().tax_rounding == Workspace.TaxRounding.DOCUMENT
    counted = [Line(line.quantity, line.price or 0, line.discount, line.tax_rate) for line in lines]
    amounts = amounts_of(counted, tax_included=paper.tax_included, by_document=by_document)
    for line, one in zip(lines, amounts, strict=True):
        line.net, line.tax, line.total, line.saved = one.net, one.tax, one.total, one.discount
    whole = total_of(amounts)
    if abs(whole.total) > LARGEST or abs(whole.discount) > LARGEST:
        raise Invalid({"": _("The amount is too large.")})
    before = {name: getattr(paper, name) for name in SUMS}
    paper.net, paper.tax, paper.total, paper.discount = whole.net, whole.tax, whole.total, whole.discount
    paper.cost = _cost(lines)
    paper.margin = None if paper.cost is None else margin_of(paper.net, paper.cost)
    return {name: old for name, old in before.items() if old != getattr(paper, name)}


def _cost(lines: Sequence[PricedLine]) -> int | None:
    """None where the cost of a line is not known: a margin that leaves something out is wrong."""
    if not lines or any(line.cost is None for line in lines):
        return None
    return sum(half_up(Fraction(line.quantity) * line.cost) for line in lines)


# ---- lines ---------------------------------------------------------------------------------------------
def complete(line: PricedLine, paper: Summed, changes: Changes, by: Actor) -> None:
    """What a line takes from its product and its document, unless it says otherwise. Raises Invalid."""
    line.currency = paper.currency
    line.quantity = Decimal(1) if line.quantity is None else line.quantity
    line.discount = line.discount or Decimal(0)
    if line._state.adding and line.product_id:
        _take_from_product(line, line.product, paper, by)
    if line._state.adding and line.tax_kind_id is None:
        kind = tax_of(line.product if line.product_id else None)
        line.tax_kind_id = kind and kind.id
    if line._state.adding or "tax_kind" in changes:
        line.tax_rate = line.tax_kind.rate if line.tax_kind_id else Decimal(0)
    _refuse_wrong(line)


def _take_from_product(line: PricedLine, product: Product, paper: Summed, by: Actor) -> None:
    line.name = line.name or product.name
    line.name_en = line.name_en or product.name_en
    line.unit = line.unit or product.unit
    if not line.details and product.kind == Product.Kind.BUNDLE:
        line.details = "\n".join(_part(part) for part in contents(product))
    day = today(by)
    if line.price is None:
        found = offer(
            product,
            quantity=line.quantity,
            currency=paper.currency,
            on=day,
            book=paper.price_book if paper.price_book_id else None,
            party_id=paper.party_id,
        )
        line.price = found.price
        if line.price is not None and not line.discount:
            line.price, line.discount = reduced(line.price, paper, product, day)
        if found.reason == "no rate":
            raise Invalid({"price": _("There is no exchange rate for this price. Type the price.")})
    if line.cost is None:
        line.cost = cost_of(product, paper.currency, day)


def _part(part: Any) -> str:
    return f"{plain_number(part.quantity)} × {part.product.name}"


def _refuse_wrong(line: PricedLine) -> None:
    errors = {}
    if not (line.name or "").strip():
        errors["name"] = _("Say what this line is about, or choose a product.")
    if line.price is None:
        errors["price"] = _("This line has no price yet.")
    elif line.price < 0:
        errors["price"] = _("A price is not less than zero. To take something off, use the discount.")
    if line.quantity <= 0:
        errors["quantity"] = _("A quantity is more than zero.")
    if not 0 <= line.discount <= 100:
        errors["discount"] = _("A discount lies between 0 and 100 %.")
    if line.cost is not None and line.cost < 0:
        errors["cost"] = _("This cannot be less than zero.")
    if errors:
        raise Invalid(errors)
