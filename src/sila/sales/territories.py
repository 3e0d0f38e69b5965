"""A deal stands in the territory of its customer, unless a person put it into another."""

from collections.abc import Sequence
from uuid import UUID

from sila.parties.models import Party
from sila.parties.territories.models import TerritoryMove
from sila.parties.territories.placing import Follower, Move, followers, keep_chosen, move_some, note
from sila.parties.territories.tree import tree
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.registry import Changes, Entity
from sila.platform.tenancy.writing import read_once
from sila.sales.models import Opportunity

SLUG = "opportunities"
Why = TerritoryMove.Why
WITH_CUSTOMER = Follower(SLUG, "party", of=("people", "organizations", "groups"))


def stand_with_customer(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """A rule."""
    keep_chosen(deal, changes, by)
    concerned = deal._state.adding or {"party", "territory"} & changes.keys()
    if deal.territory_chosen or not concerned or not (tree().tops or deal.territory_id):
        return
    place = read_once(
        ("territory of", deal.party_id),
        lambda: Party.objects.filter(id=deal.party_id).values_list("territory_id", flat=True).first(),
    )
    if place != deal.territory_id:
        changes.setdefault("territory", deal.territory_id)
        deal.territory_id = place


def note_place(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """The effect of that rule."""
    before = changes.get("territory", deal.territory_id)
    if before != deal.territory_id:
        why = Why.HAND if deal.territory_chosen else Why.CUSTOMER
        note(SLUG, [Move(deal.id, deal.name, before, deal.territory_id)], by, why)


def go_to_the_one(
    entity: Entity, into: UUID, gone: Sequence[UUID], *, by: Actor, apart: bool = False
) -> None:
    """Customers become one: the deals of all of them stand where that one does."""
    if apart or entity.slug not in WITH_CUSTOMER.of:
        return
    place = Party.objects.filter(id=into).values_list("territory_id", flat=True).first()
    deals = WITH_CUSTOMER.rows(gone).values_list("id", flat=True)
    move_some(SLUG, dict.fromkeys(deals, place), by=by, why=Why.CUSTOMER)


followers.append(WITH_CUSTOMER)
extensions.merged.append(go_to_the_one)
