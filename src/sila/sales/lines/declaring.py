"""The declaration that the lines of every document share."""

from typing import Any

from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import Text
from sila.platform.entities.registry import Entity, Rule, register
from sila.sales.lines.keeping import MEASURED, Paperwork


def register_lines(
    work: Paperwork,
    label: Text,
    *,
    counted: tuple[str, ...] = (),
    effects: tuple[Rule, ...] = (),
    **more: Any,
) -> Entity:
    """The lines of these documents as a noun. `counted`: fields that say how much of a line something else has taken."""
    link = work.link
    return register(
        Entity(
            model=work.model,
            slug=work.lines,
            icon="list-details",
            belongs_to=link,
            sort="-created_at",
            timeline=False,
            columns=("name", link, "product", "quantity", *counted, "price", "discount", "net"),
            sections={
                label: (
                    *(link, "order", "product", "name", "name_en", "details", "quantity", "measure"),
                    *("price", "discount", "tax_kind", "cost"),
                ),
                pgettext_lazy("label", "Amounts"): (
                    *("currency", "tax_rate", "net", "tax", "total", "saved", "share", *counted, *MEASURED),
                ),
            },
            filters=(
                link,
                "product",
                "measure",
                "quantity",
                *counted,
                "price",
                "discount",
                "net",
                "created_at",
            ),
            quick=(link, "product", "name", "quantity", "price", "discount"),
            carried=("tax_rate", *counted, *MEASURED),
            rules=(work.complete,),
            effects=(work.keep_sums, *effects),
            on_trash=work.count_anew,
            **more,
        )
    )
