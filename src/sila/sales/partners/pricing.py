"""Which price book a deal, a quote or an invoice has: one that a higher app gives its customer for a time, the one of the
partner that sells in its deal, or that buys itself, else the one that fits."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sila.catalog.models import PriceBook, Product
from sila.catalog.pricing import book_for, valid
from sila.platform.kit.lines import half_up
from sila.sales.lines.models import Summed
from sila.sales.partners.models import Partner

BOOKS: list[
    Callable[[Summed, date], PriceBook | None]
] = []  # of higher apps: a book that this customer has for now
DISCOUNTS: list[
    Callable[[Summed, Product, date], Decimal]
] = []  # the same: percent that are off a product for this customer now
AMOUNTS: list[
    Callable[[Summed, Product, date], int]
] = []  # the same: minor units of the document's currency that are off the price of each unit


def reduced(
    price: int, paper: Summed, product: Product, on: date, units: Fraction = Fraction(1)
) -> tuple[int, Decimal]:
    """The price and its discount in percent, with the best of what is offered: an amount is off the price itself, exact
    to the smallest unit; a percentage is the discount. `units`: how many of the product's own unit the price is of."""
    percent = max((source(paper, product, on) for source in DISCOUNTS), default=Decimal(0))
    amount = max((source(paper, product, on) for source in AMOUNTS), default=0)
    less = max(price - half_up(amount * units), 0)
    if less < price * (100 - Fraction(percent)) / 100:
        return less, Decimal(0)
    return price, percent


def book_of(paper: Summed, on: date) -> PriceBook | None:
    """A book that a partner has is for nobody else."""
    for source in BOOKS:
        if given := source(paper, on):
            return given
    deal = paper.opportunity if getattr(paper, "opportunity_id", None) else paper
    through = getattr(deal, "partner_id", None) or paper.party_id
    kept = Partner.objects.filter(deleted_at=None, price_book_id__isnull=False)
    own = kept.filter(party_id=through, active=True).values("price_book_id") if through else None
    if own is not None:
        rows = PriceBook.objects.filter(valid(on), id__in=own, currency=paper.currency, active=True)
        if book := rows.filter(deleted_at=None).first():
            return book
    return book_for(
        currency=paper.currency,
        on=on,
        party=paper.party,
        unit_id=paper.org_unit_id,
        besides=kept.values("price_book_id"),
    )
