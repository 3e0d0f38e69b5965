"""A deal stands in the territory of its customer, unless a person put it into another."""

from sila.parties.models import Party
from sila.parties.territories.models import TerritoryMove
from sila.parties.territories.placing import Follower, Move, followers, keep_chosen, note
from sila.parties.territories.tree import tree
from sila.platform.access.actor import Actor
from sila.platform.entities.registry import Changes
from sila.platform.tenancy.writing import read_once
from sila.sales.models import Opportunity

SLUG = "opportunities"
Why = TerritoryMove.Why


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


followers.append(Follower(SLUG, "party", of=("people", "organizations", "groups")))
