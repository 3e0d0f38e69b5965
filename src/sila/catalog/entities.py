from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Product
from sila.catalog.rules import derive
from sila.platform.entities.registry import Entity, register

products = register(
    Entity(
        model=Product,
        slug="products",
        together=True,
        icon="package",
        menu=_("Sales"),
        title=("name", "name_en"),
        subtitle="code",
        told_apart=("code",),
        columns=("name", "code", "family", "unit", "price", "active"),
        sections={
            pgettext_lazy("label", "Product"): ("name", "name_en", "code", "family", "unit", "active"),
            _("Price"): ("price", "currency"),
            _("Description"): ("description",),
        },
        filters=("family", "price", "active", "created_at"),
        search=("name", "name_en", "code", "family"),
        quick=("name", "code", "price"),
        keys=("code", "name", "name_en"),
        rules=(derive,),
        sort="name",
    )
)
