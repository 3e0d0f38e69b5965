"""Which price a sale has, and why: a customer's own price, a price for the quantity, the book's rule, the list price."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet

from sila.catalog.models import Measure, Price, PriceBook, Product, Tax
from sila.parties.models import Party
from sila.platform.access.models import units_up_to
from sila.platform.entities.rates import rates_on
from sila.platform.kit.lines import half_up


@dataclass(frozen=True)
class Offer:
    """`price` of one unit in minor units of the sale's currency; None where there is none, for `reason` of which:
    "customer", "quantity", "book", "list", "rate" (converted), "none", or "no rate"."""

    price: int | None
    reason: str


def book_for(
    *,
    currency: str,
    on: date,
    party: Party | None = None,
    unit_id: UUID | None = None,
    besides: QuerySet[Any] | None = None,
) -> PriceBook | None:
    """The first by order of the books that fit: this currency, this day, the customer's tags, the branch or one above.
    `besides`: ids of books that are kept for others."""
    fitting = PriceBook.objects.filter(valid(on), currency=currency, active=True, deleted_at=None)
    fitting = fitting.filter(
        Q(org_unit_id=None) | Q(org_unit_id__in=[unit.id for unit in units_up_to(unit_id)])
    )
    if besides is not None:
        fitting = fitting.exclude(id__in=besides)
    fitting = fitting.filter(segment__in=["", *(party.tags if party else ())])
    found: PriceBook | None = fitting.order_by("order", "id").first()
    return found


def offer(
    product: Product,
    *,
    quantity: Decimal,
    currency: str,
    on: date,
    book: PriceBook | None = None,
    party_id: UUID | None = None,
    measure: Measure | None = None,
) -> Offer:
    """What one of `measure` (else of the product's own unit) costs when so many are sold on this day. Where the book says
    nothing for that unit, prices and the quantities from which they count are of the product's own; what follows by the
    factor is rounded once."""
    ratio = ratio_of(product, measure)
    book = book if book is not None and book.currency == currency else None
    special = _in_book(product, book, quantity, measure, on, party_id) if book else None
    if special:
        exact = Fraction(special.price) if special.measure_id else special.price * ratio
        return Offer(half_up(exact), _why(special))
    if product.price is None:
        return Offer(None, "none")
    listed = rates_on(on, (product.currency, currency)).exactly(product.price, product.currency, currency)
    if listed is None:
        return Offer(None, "no rate")
    if book and book.discount:
        return Offer(half_up(listed * ratio * (100 - Fraction(book.discount)) / 100), "book")
    return Offer(half_up(listed * ratio), "list" if product.currency == currency else "rate")


def ratio_of(product: Product, measure: Measure | None) -> Fraction:
    """How many of the product's own unit one of this unit is."""
    own = product.measure if product.measure_id else None
    if own is None or measure is None or own.id == measure.id:
        return Fraction(1)
    return Fraction(measure.factor) / Fraction(own.factor)


def _counted(quantity: Decimal, ratio: Fraction) -> Decimal:
    """In the product's unit, down to the decimals in which prices say from how many on they count."""
    exact = Fraction(quantity) * ratio
    whole = Decimal(exact.numerator * 1000 // exact.denominator)
    return whole.scaleb(-3)


def _why(special: Price) -> str:
    if special.party_id:
        return "customer"
    return "quantity" if special.from_quantity else "book"


def _in_book(
    product: Product,
    book: PriceBook,
    quantity: Decimal,
    measure: Measure | None,
    on: date,
    party_id: UUID | None,
) -> Price | None:
    """Of the prices that fit the customer's own goes first, then that of the unit, then that of the larger quantity, then
    the newer one."""
    counted = _counted(quantity, ratio_of(product, measure))
    own = Q(measure_id=None, from_quantity__lte=counted)
    fits = own | Q(measure_id=measure.id, from_quantity__lte=quantity) if measure else own
    rows = Price.objects.filter(valid(on), book_id=book.id, product_id=product.id, deleted_at=None)
    rows = rows.filter(Q(party_id=None) | Q(party_id=party_id) if party_id else Q(party_id=None))
    best: Price | None = (
        rows.filter(fits)
        .order_by(
            F("party_id").asc(nulls_last=True),
            F("measure_id").asc(nulls_last=True),
            "-from_quantity",
            F("begins").desc(nulls_last=True),
            "-id",
        )
        .first()
    )
    return best


def valid(on: date) -> Q:
    """Of books and prices that count on the day."""
    return (Q(begins=None) | Q(begins__lte=on)) & (Q(ends=None) | Q(ends__gte=on))


def cost_of(product: Product, currency: str, on: date, measure: Measure | None = None) -> int | None:
    """What one of `measure` (else of the product's own unit) costs us, in minor units of the sale's currency: of a
    bundle without a cost, what its parts do."""
    own = _own_cost(product, currency, on)
    return None if own is None else half_up(own * ratio_of(product, measure))


def _own_cost(product: Product, currency: str, on: date) -> Fraction | None:
    if product.cost is not None:
        return _in_currency(product.cost, product.currency, currency, on)
    if product.kind != Product.Kind.BUNDLE:
        return None
    whole = Fraction(0)
    for part in contents(product):
        cost = part.product.cost
        one = None if cost is None else _in_currency(cost, part.product.currency, currency, on)
        if one is None:
            return None
        whole += Fraction(part.quantity) * one
    return whole


def _in_currency(minor: int, of: str, currency: str, on: date) -> Fraction | None:
    return rates_on(on, (of, currency)).exactly(minor, of, currency)


def contents(bundle: Product) -> list[Any]:
    return list(bundle.contents.filter(deleted_at=None).select_related("product").order_by("order", "id"))


def tax_of(product: Product | None) -> Tax | None:
    """The product's own tax, else the usual one of the workspace."""
    if product is not None and product.tax_id:
        own: Tax = product.tax
        return own
    usual: Tax | None = Tax.objects.filter(usual=True, active=True, deleted_at=None).first()
    return usual


class Step(NamedTuple):
    """From so many on of this unit, or of the product's own, one costs `price`, in minor units of the book's currency."""

    least: Decimal
    price: int
    measure: Measure | None = None


def price_list(products: list[Product], book: PriceBook, on: date) -> dict[UUID, list[Step]]:
    """What each costs in the book, in its own unit first, by the quantity from which on it does: the prices that `offer`
    gives to whoever has no price of their own. Three queries, however many products; nothing of what has no price."""
    ids = [product.id for product in products]
    rows = Price.objects.filter(
        valid(on), book_id=book.id, product_id__in=ids, party_id=None, deleted_at=None
    )
    steps: dict[UUID, dict[tuple[str, Decimal], Step]] = {}
    for row in rows.select_related("measure").order_by(F("begins").desc(nulls_last=True), "-id"):
        measure = row.measure if row.measure_id else None
        step = Step(max(row.from_quantity, Decimal()), row.price, measure)
        steps.setdefault(row.product_id, {}).setdefault((str(measure or ""), step.least), step)
    rates = rates_on(on, {book.currency, *(product.currency for product in products)})
    for product in products:
        found = steps.setdefault(product.id, {})
        own = [step.least for step in found.values() if step.measure is None]
        if product.price is not None and min(own, default=Decimal(2)) > 1:
            listed = rates.across(product.price, product.currency, book.currency)
            if listed is not None:
                price = half_up(Fraction(listed) * (100 - Fraction(book.discount)) / 100)
                found["", Decimal()] = Step(Decimal(), price)
    return {
        product_id: [step for _key, step in sorted(found.items(), key=lambda each: each[0])]
        for product_id, found in steps.items()
        if found
    }
