"""The score of a supplier in a quarter: the mean of its ratings, each by the weight of its criterion.

    score = Σ weight · rating / Σ weight, over the criteria that were rated

The weights are those of today, so that quarters can be compared when a weight changes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.parties.models import Party, PartyRole
from sila.parties.suppliers.models import SupplierCriterion, SupplierRating
from sila.parties.suppliers.rules import quarter_of
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry

SLUG = "supplier-ratings"
QUARTERS = 8


@dataclass
class Quarter:
    period: date
    ratings: list[SupplierRating] = field(default_factory=list)

    @property
    def score(self) -> float:
        weights = sum(rating.criterion.weight for rating in self.ratings)
        return sum(rating.criterion.weight * rating.stars for rating in self.ratings) / weights


def course(parties: Collection[UUID], by: Actor) -> dict[UUID, list[Quarter]]:
    """Of each supplier the quarters that were rated, the newest first: one query."""
    rows = registry[SLUG].visible_to(by).filter(party_id__in=parties).select_related("criterion")
    found: dict[UUID, list[Quarter]] = {}
    for row in rows.order_by("-period", "criterion__order", "criterion_id"):
        quarters = found.setdefault(row.party_id, [])
        if not quarters or quarters[-1].period != row.period:
            if len(quarters) == QUARTERS:
                continue
            quarters.append(Quarter(row.period))
        if quarters[-1].period == row.period:
            quarters[-1].ratings.append(row)
    return found


def suppliers(by: Actor, most: int) -> list[Party]:
    """The companies that supply us, as far as the actor may see them."""
    role = PartyRole.objects.filter(role=PartyRole.Role.SUPPLIER, ends=None).values("party_id")
    rated = registry[SLUG].visible_to(by).values("party_id")
    rows = registry["organizations"].visible_to(by)
    seen = rows.filter(id__in=role) | rows.filter(id__in=rated)
    return list(seen.order_by("name_fold", "id")[:most])


def criteria() -> list[SupplierCriterion]:
    return list(SupplierCriterion.objects.filter(active=True, deleted_at=None).order_by("order", "id"))


@transaction.atomic
def rate(party: UUID, day: date, scores: Iterable[tuple[UUID, int, str]], *, by: Actor) -> int:
    """Rate the supplier in the quarter of the day, by several criteria at once: (criterion, rating, note). What was rated
    there before is rated anew. How many were said. Raises NotFound, NotAllowed, Invalid."""
    supplier = records.get(registry["organizations"], party, by=by)
    period, said = quarter_of(day), list(scores)
    if not said:
        raise Invalid({"": _("Rate by one criterion at least.")})
    known = SupplierRating.objects.filter(party_id=supplier.id, period=period, deleted_at=None)
    before = {row.criterion_id: row for row in known}
    for criterion, stars, note in said:
        values: dict[str, Any] = {"stars": str(stars), "note": note}
        if row := before.get(criterion):
            records.update(registry[SLUG], row.id, values, by=by)
        else:
            where = {"party": str(supplier.id), "criterion": str(criterion), "period": period.isoformat()}
            records.create(registry[SLUG], {**where, **values}, by=by)
    return len(said)
