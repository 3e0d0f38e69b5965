"""Further phones and e-mails of a party that come in many at once."""

from collections.abc import Mapping
from uuid import UUID

from sila.parties.actions import tell
from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.tenancy.writing import insert


def add_further(
    party: Party, values: Mapping[str, list[str]], *, by: Actor, fresh: bool, label: str = ""
) -> list[UUID]:
    """Add normalised phones and e-mails (kind -> values) besides the primary ones; the new rows, for some may be there.

    `fresh`: the party has just been made, so there is nothing to compare with but its own columns.
    """
    added = []
    for kind, norms in values.items():
        there = {getattr(party, kind)}
        if not fresh:
            points = ContactPoint.objects.filter(party_id=party.id, kind=kind)
            there |= set(points.values_list("norm", flat=True))
        for norm in dict.fromkeys(norms):
            if norm and norm not in there:
                point = ContactPoint(party_id=party.id, kind=kind, value=norm, norm=norm, label=label)
                insert(point)
                tell(party, "contact_added", by, norm, point=kind, of_field=kind)
                added.append(point.id)
    return added
