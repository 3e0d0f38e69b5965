"""What follows from the lines of a document: what each comes to, and their sums. See kit/lines.py for the arithmetic."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from sila.catalog.models import Measure, Product
from sila.catalog.pricing import Offer, contents, cost_of, offer, ratio_of, tax_of
from sila.catalog.rules import refuse_another_kind
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.lines import Line, amounts_of, half_up, margin_of, shares_of, total_of
from sila.platform.kit.numbers import plain_number
from sila.platform.tenancy.current import current
from sila.platform.tenancy.models import Workspace
from sila.sales.lines.models import Priced, PricedLine, Summed
from sila.sales.partners.pricing import book_of, reduced
from sila.sales.rules import today

LARGEST = 10**17  # minor units: sums of some lines still fit into the databases' 64 bits
MOST_LINES = 500
SUMS = ("net", "tax", "total", "discount", "cost", "margin")
SAID_OF_ALL = ("name", "party", "contact", "currency", "price_book", "tax_included", "discount_sum")
# On the page of each document.
PRICES = ("currency", "price_book", "tax_included", "language", "discount_sum", *SUMS)


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
    shares = shares_of(paper.discount_sum or 0, counted)
    counted = [replace(line, share=share) for line, share in zip(counted, shares, strict=True)]
    amounts = amounts_of(counted, tax_included=paper.tax_included, by_document=by_document)
    for line, share, one in zip(lines, shares, amounts, strict=True):
        line.share = share
        line.net, line.tax, line.total, line.saved = one.net, one.tax, one.total, one.discount
    whole = total_of(amounts)
    if abs(whole.total) > LARGEST or abs(whole.discount) > LARGEST:
        raise Invalid({"": _("The amount is too large.")})
    before = {name: getattr(paper, name) for name in SUMS}
    paper.net, paper.tax, paper.total, paper.discount = whole.net, whole.tax, whole.total, whole.discount
    paper.cost = _cost(lines)
    paper.margin = None if paper.cost is None else margin_of(paper.net, paper.cost)
    return {name: old for name, old in before.items() if old != getattr(paper, name)}


def worth_of(paper: Summed, lines: Sequence[PricedLine]) -> int:
    """What they came to when they were summed up last, before the discount on the whole."""
    return sum((line.total if paper.tax_included else line.net) + line.share for line in lines)


def refuse_too_much_off(paper: Summed, lines: Sequence[PricedLine]) -> None:
    """Of lines that are summed up. Raises Invalid where more is taken off the whole than it comes to."""
    off = paper.discount_sum or 0
    if off < 0:
        raise Invalid({"discount_sum": _("This cannot be less than zero.")})
    if lines and off > sum(line.share for line in lines):
        raise Invalid({"discount_sum": _("The discount on the whole is more than the lines come to.")})


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
    measure(line, changes)
    if line._state.adding and line.product_id:
        _take_from_product(line, line.product, paper, by)
    elif "measure" in changes and line.product_id:
        _follow_the_unit(line, line.product, paper, changes, by)
    if line._state.adding and line.tax_kind_id is None:
        kind = tax_of(line.product if line.product_id else None)
        line.tax_kind_id = kind and kind.id
    if line._state.adding or "tax_kind" in changes:
        line.tax_rate = line.tax_kind.rate if line.tax_kind_id else Decimal(0)
    _refuse_wrong(line)


def _take_from_product(line: PricedLine, product: Product, paper: Summed, by: Actor) -> None:
    line.name = line.name or product.name
    line.name_en = line.name_en or product.name_en
    if not line.details and product.kind == Product.Kind.BUNDLE:
        line.details = "\n".join(_part(part, paper) for part in contents(product))
    if line.price is None:
        _take_price(line, product, paper, by)
    if line.cost is None:
        line.cost = cost_of(product, paper.currency, today(by), unit_of(line))


def _take_price(line: PricedLine, product: Product, paper: Summed, by: Actor) -> None:
    found = offer_of(line, product, paper, by)
    if found.reason == "no rate":
        raise Invalid({"price": _("There is no exchange rate for this price. Type the price.")})
    line.price = found.price
    if line.price is not None and not line.discount:
        line.price, line.discount = reduced_for(line, line.price, product, paper, by)


def offer_of(line: PricedLine, product: Product, paper: Summed, by: Actor) -> Offer:
    """What one of the line's unit costs in this document, when so many are sold today."""
    return offer(
        product,
        quantity=line.quantity,
        currency=paper.currency,
        on=today(by),
        book=paper.price_book if paper.price_book_id else None,
        party_id=paper.party_id,
        measure=unit_of(line),
    )


def reduced_for(
    line: PricedLine, price: int, product: Product, paper: Summed, by: Actor
) -> tuple[int, Decimal]:
    """That price and the discount in percent, with what is offered to the customer now: an amount is off each of the
    product's own unit."""
    return reduced(price, paper, product, today(by), ratio_of(product, unit_of(line)))


def _follow_the_unit(line: PricedLine, product: Product, paper: Summed, changes: Changes, by: Actor) -> None:
    """Sold in another unit, it has the price and the cost of that, unless they were said with it."""
    if "price" not in changes:
        _take_price(line, product, paper, by)
    if "cost" not in changes:
        line.cost = cost_of(product, paper.currency, today(by), unit_of(line))


# ---- the unit of a line --------------------------------------------------------------------------------
def unit_of(line: PricedLine) -> Measure | None:
    """The link of a line without a unit would take the workspace along."""
    return line.measure if line.measure_id else None


def measure(line: PricedLine, changes: Changes) -> None:
    """A line is counted in the unit of its product, or in one that goes with it; what that is called and how many of its
    base it is stays with the line. Raises Invalid."""
    product = line.product if line.product_id else None
    if not (line._state.adding or {"measure", "product"} & changes.keys()):
        return
    brought = line._state.adding and line.unit  # a file brings along what it was called elsewhere
    chosen = line._state.adding or "measure" in changes
    if line.measure_id is None and not brought and product and product.measure_id:
        line.measure, chosen = product.measure, True
    unit = unit_of(line)
    if unit is not None and product is not None:
        refuse_another_kind(unit, product.measure if product.measure_id else None)
    if chosen and not brought:
        line.unit, line.unit_en = (unit.name, unit.name_en) if unit else ("", "")
        line.factor = unit.factor if unit else Decimal(1)


def _part(part: Any, paper: Summed) -> str:
    """In the languages that the document is printed in; those of a deal are not known yet."""
    product = part.product
    names = {"ar": (product.name,), "en": (product.name_en or product.name,)}
    said = names.get(getattr(paper, "language", ""), (product.name, product.name_en))
    return f"{plain_number(part.quantity)} × {' · '.join(dict.fromkeys(filter(None, said)))}"


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
