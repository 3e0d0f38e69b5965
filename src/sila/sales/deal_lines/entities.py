"""The lines of deals as a noun."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Entity, register
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.deal_lines.rules import SLUG_OF_LINES, WORK

opportunity_lines = register(
    Entity(
        model=OpportunityLine,
        slug=SLUG_OF_LINES,
        icon="list-details",
        belongs_to="opportunity",
        sort="-created_at",
        timeline=False,
        columns=("name", "opportunity", "product", "quantity", "price", "discount", "net"),
        sections={
            _("Product of a deal"): (
                *("opportunity", "order", "product", "name", "name_en", "details", "quantity", "unit"),
                *("price", "discount", "tax_kind", "cost"),
            ),
            pgettext_lazy("label", "Amounts"): ("currency", "tax_rate", "net", "tax", "total", "saved"),
        },
        filters=("opportunity", "product", "quantity", "price", "discount", "net", "created_at"),
        quick=("opportunity", "product", "name", "quantity", "price", "discount"),
        carried=("tax_rate",),
        rules=(WORK.complete,),
        effects=(WORK.keep_sums,),
        on_trash=WORK.count_anew,
    )
)
