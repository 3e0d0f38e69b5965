"""What is derived from products, taxes and prices before they are saved, and what is refused."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.catalog.models import BundleItem, Measure, Price, PriceBook, Product, Tax
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.leading import tables_leading_to
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold


def derive(product: Product, changes: Changes, by: Actor) -> None:
    product.name_fold = fold(product.name)[:120]
    product.currency = product.currency or base_currency()
    _not_negative(product, "price", "cost")
    if "measure" in changes and not product._state.adding:
        _stay_countable(product, changes["measure"])
    if product.kind != Product.Kind.BUNDLE and changes.get("kind") == Product.Kind.BUNDLE:
        _keep_bundle(product)


def _stay_countable(product: Product, before: UUID | None) -> None:
    """What was sold in kilograms cannot be added up with what is sold in pieces."""
    old = Measure.objects.filter(id=before).first()
    new = product.measure if product.measure_id else None
    if old is not None and (new is None or new.group != old.group) and _is_sold(product):
        raise Invalid(
            {
                "measure": _("It was sold in “%(unit)s”: it stays in that or a unit that goes with it.")
                % {"unit": old}
            }
        )


def _is_sold(product: Product) -> bool:
    sold = [model for model, _link in tables_leading_to(Measure) if hasattr(model, "product_id")]
    return any(_live(model, product_id=product.id) for model in sold)


def check_measure(measure: Measure, changes: Changes, by: Actor) -> None:
    measure.code = measure.code.strip().upper()
    measure.factor = Decimal(1) if measure.factor is None else measure.factor
    if measure.code and not (measure.code.isascii() and measure.code.isalnum()):
        raise Invalid({"code": _("A code has two or three letters and digits.")})
    if measure.factor <= 0:
        raise Invalid({"factor": _("A factor is more than zero.")})
    if measure.base_id is None and measure.factor != 1:
        raise Invalid({"factor": _("Say of which base unit it is that many.")})
    if measure.base_id is not None and (measure.base_id == measure.id or measure.base.base_id is not None):
        raise Invalid({"base": _("Choose a unit that is a base itself.")})
    if "base" in changes and not measure._state.adding and is_used(measure):
        raise Invalid({"base": _("This unit is in use: it stays with its base.")})


def keep_used(measure: Measure, by: Actor) -> None:
    """On the way into the trash: what is counted in it, and what others are told in, stays."""
    if measure.deleted_at is not None and is_used(measure):
        raise Invalid({"": _("This unit is in use. Mark it as not in use instead.")})


def is_used(measure: Measure) -> bool:
    """By products, by lines of whatever app, or as the base of others."""
    return any(_live(model, **{f"{link}_id": measure.id}) for model, link in tables_leading_to(Measure))


def _live(model: Any, **conditions: Any) -> bool:
    return bool(model._default_manager.filter(deleted_at=None, **conditions).exists())


def _keep_bundle(product: Product) -> None:
    if BundleItem.objects.filter(bundle_id=product.id, deleted_at=None).exists():
        raise Invalid({"kind": _("There are parts in this bundle. Take them out first.")})


def check_tax(tax: Tax, changes: Changes, by: Actor) -> None:
    if not 0 <= tax.rate <= 100:
        raise Invalid({"rate": _("A rate lies between 0 and 100.")})
    if tax.treatment != Tax.Treatment.STANDARD and tax.rate:
        raise Invalid({"rate": _("Only the standard rate is more than zero.")})
    if tax.treatment == Tax.Treatment.EXEMPT and not (tax.reason or tax.reason_en):
        raise Invalid({"reason": _("Say why no tax is due: it is printed on invoices.")})


def one_usual_tax(tax: Tax, changes: Changes, by: Actor) -> None:
    """Only one tax is the usual one: a new one takes the place of the old."""
    if tax.usual and tax.active:
        Tax.objects.filter(usual=True, deleted_at=None).exclude(id=tax.id).update(usual=False)


def derive_bundle_item(item: BundleItem, changes: Changes, by: Actor) -> None:
    item.name = item.product.name
    if item.quantity is None or item.quantity <= 0:
        raise Invalid({"quantity": _("A quantity is more than zero.")})
    if item.bundle.kind != Product.Kind.BUNDLE:
        raise Invalid({"bundle": _("This product is not a bundle.")})
    if item.product.kind == Product.Kind.BUNDLE:
        raise Invalid({"product": _("A bundle holds no other bundles.")})


def check_book(book: PriceBook, changes: Changes, by: Actor) -> None:
    book.currency = book.currency or base_currency()
    book.discount = book.discount or Decimal(0)
    if book.discount > 100:
        raise Invalid({"discount": _("A discount is at most 100 %.")})
    if book.discount < -1000:
        raise Invalid({"discount": _("A surcharge is at most 1,000 %.")})
    _in_order(book)
    if "currency" in changes and not book._state.adding and book.prices.filter(deleted_at=None).exists():
        raise Invalid({"currency": _("There are prices in this book: its currency stays.")})


def derive_price(price: Price, changes: Changes, by: Actor) -> None:
    price.name, price.currency = price.product.name, price.book.currency
    price.from_quantity = price.from_quantity or Decimal(0)
    _not_negative(price, "price", "from_quantity")
    _in_order(price)
    own = price.product.measure_id
    if price.measure_id and price.measure_id == own:
        price.measure_id = None
    if price.measure_id:
        refuse_another_kind(price.measure, price.product.measure if own else None)


def refuse_another_kind(unit: Measure, own: Measure | None) -> None:
    """What is counted in `own` is sold in units of the same group. Raises Invalid."""
    if own is None:
        raise Invalid({"measure": _("Say first in which unit this product is counted.")})
    if unit.group != own.group:
        told = _("This product is counted in “%(unit)s”, or a unit that goes with it.") % {"unit": own}
        raise Invalid({"measure": told})


def _not_negative(record: Any, *names: str) -> None:
    for name in names:
        if (getattr(record, name) or 0) < 0:
            raise Invalid({name: _("This cannot be less than zero.")})


def _in_order(record: Any) -> None:
    if record.begins and record.ends and record.ends < record.begins:
        raise Invalid({"ends": _("It ends before it begins.")})
