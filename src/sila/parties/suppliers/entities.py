"""The criteria by which suppliers are rated, and the ratings."""

from django.utils.translation import gettext_lazy as _

from sila.parties.suppliers.models import SupplierCriterion, SupplierRating
from sila.parties.suppliers.rules import tidy, weigh
from sila.platform.entities.registry import Entity, register

NAMES = ("name", "name_en")

supplier_criteria = register(
    Entity(
        model=SupplierCriterion,
        slug="supplier-criteria",
        icon="list-check",
        title=NAMES,
        sort="order",
        timeline=False,
        columns=("name", "name_en", "weight", "active", "order"),
        sections={_("Criterion for suppliers"): ("name", "name_en", "weight", "order", "active")},
        filters=("active",),
        keys=NAMES,
        quick=("name", "name_en", "weight"),
        mergeable=False,
        rules=(weigh,),
    )
)

supplier_ratings = register(
    Entity(
        model=SupplierRating,
        slug="supplier-ratings",
        icon="star",
        sort="-period",
        timeline=False,
        columns=("party", "criterion", "period", "stars", "note", "rated_by"),
        sections={
            _("Rating of a supplier"): (
                *("name", "party", "criterion", "period", "stars", "note", "rated_by"),
            )
        },
        filters=("party", "criterion", "period", "stars", "rated_by"),
        quick=("party", "criterion", "period", "stars", "note"),
        match=(),
        carried=("rated_by",),
        mergeable=False,
        rules=(tidy,),
    )
)
