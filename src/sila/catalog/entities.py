"""Products, what bundles hold, taxes, and prices."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import BundleItem, Measure, Price, PriceBook, Product, Tax
from sila.catalog.rules import (
    check_book,
    check_measure,
    check_tax,
    derive,
    derive_bundle_item,
    derive_price,
    keep_used,
    one_usual_tax,
)
from sila.platform.entities.registry import Entity, Related, register

NAMES = ("name", "name_en")

taxes = register(
    Entity(
        model=Tax,
        slug="taxes",
        icon="receipt-tax",
        title=NAMES,
        sort="name",
        timeline=False,
        columns=("name", "rate", "treatment", "usual", "active"),
        sections={
            pgettext_lazy("noun", "Tax"): (*NAMES, "rate", "treatment", "usual", "active"),
            _("On documents"): ("reason", "reason_en"),
        },
        filters=("treatment", "active"),
        quick=("name", "name_en", "rate", "treatment"),
        keys=NAMES,
        rules=(check_tax,),
        effects=(one_usual_tax,),
    )
)

measures = register(
    Entity(
        model=Measure,
        slug="measures",
        icon="ruler-2",
        title=NAMES,
        sort="name",
        timeline=False,
        columns=("name", "base", "factor", "code", "active"),
        sections={_("Unit of measure"): (*NAMES, "base", "factor", "code", "active")},
        filters=("base", "active"),
        quick=(*NAMES, "base", "factor", "code"),
        keys=NAMES,
        rules=(check_measure,),
        on_trash=keep_used,
    )
)

products = register(
    Entity(
        model=Product,
        slug="products",
        together=True,
        icon="package",
        menu=_("Sales"),
        title=NAMES,
        subtitle="code",
        told_apart=("code",),
        columns=("name", "code", "family", "measure", "price", "active"),
        sections={
            pgettext_lazy("label", "Product"): (*NAMES, "code", "kind", "family", "measure", "active"),
            _("Price"): ("price", "cost", "currency", "tax"),
            _("Description"): ("description",),
        },
        filters=("family", "kind", "price", "measure", "tax", "active", "created_at"),
        search=("name", "name_en", "code", "family"),
        quick=("name", "code", "price"),
        keys=("code", "name", "name_en"),
        related=(
            Related("prices", "product"),
            Related("bundle-items", "bundle", _("In this bundle")),
            Related("bundle-items", "product", _("Sold in bundles")),
        ),
        rules=(derive,),
        sort="name",
    )
)

bundle_items = register(
    Entity(
        model=BundleItem,
        slug="bundle-items",
        icon="packages",
        belongs_to="bundle",
        sort="order",
        timeline=False,
        columns=("bundle", "product", "quantity", "order"),
        sections={_("Part of a bundle"): ("name", "bundle", "product", "quantity", "order", "note")},
        filters=("bundle", "product"),
        quick=("bundle", "product", "quantity"),
        rules=(derive_bundle_item,),
    )
)

price_books = register(
    Entity(
        model=PriceBook,
        slug="price-books",
        icon="book-2",
        title=NAMES,
        sort="order",
        timeline=False,
        columns=("name", "currency", "segment", "org_unit", "begins", "ends", "active"),
        sections={
            _("Price book"): (*NAMES, "currency", "tax_included", "discount", "active"),
            _("Where it counts"): ("segment", "org_unit", "begins", "ends", "order"),
        },
        filters=("currency", "segment", "org_unit", "active"),
        quick=("name", "name_en", "currency"),
        keys=NAMES,
        related=(Related("prices", "book"),),
        rules=(check_book,),
    )
)

prices = register(
    Entity(
        model=Price,
        slug="prices",
        icon="tag",
        belongs_to="book",
        sort="-created_at",
        timeline=False,
        columns=("product", "price", "measure", "from_quantity", "book", "party", "begins", "ends"),
        sections={
            pgettext_lazy("noun", "Price"): (
                "name",
                "product",
                "book",
                "price",
                "currency",
                "measure",
                "from_quantity",
                "party",
                "begins",
                "ends",
                "note",
            )
        },
        filters=("product", "book", "party", "measure", "begins", "ends"),
        quick=("product", "book", "price", "measure", "from_quantity"),
        rules=(derive_price,),
    )
)
