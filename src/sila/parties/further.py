"""Further phones and e-mails of a party that come in many at once, and the record that a party is already."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sila.parties.actions import tell
from sila.parties.duplicates import sure_match
from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.tenancy.writing import insert

__all__ = ["add_further", "same_organization", "same_person"]


def add_further(
    party: Party, values: Mapping[str, list[str]], *, by: Actor, fresh: bool, label: str = ""
) -> int:
    """Add normalised phones and e-mails (kind -> values) besides the primary ones; how many were not there yet.

    `fresh`: the party has just been made, so there is nothing to compare with but its own columns.
    """
    added = 0
    for kind, norms in values.items():
        there = {getattr(party, kind)}
        if not fresh:
            points = ContactPoint.objects.filter(party_id=party.id, kind=kind)
            there |= set(points.values_list("norm", flat=True))
        for norm in dict.fromkeys(norms):
            if norm and norm not in there:
                insert(ContactPoint(party_id=party.id, kind=kind, value=norm, norm=norm, label=label))
                tell(party, "contact_added", by, norm, point=kind, of_field=kind)
                added += 1
    return added


def same_person(values: Mapping[str, Any], *, by: Actor) -> UUID | None:
    """The person that these values surely are, if the matcher finds one and the actor may see them."""
    return sure_match("person", values, by=by)


def same_organization(values: Mapping[str, Any], *, by: Actor) -> UUID | None:
    """The company that these values surely are."""
    return sure_match("organization", values, by=by)
