"""Whether a way of contact still works: people say so, and later the channels that send."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction

from sila.parties.actions import MIRRORED, entity_of, field_of, reachable, tell
from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.quality.keeping import regrade
from sila.platform.entities.registry import Entity
from sila.platform.kit import clock

HARD, NONE = ContactPoint.Bounce.HARD, ContactPoint.Bounce.NONE


@transaction.atomic
def mark_unreachable(point: ContactPoint, *, by: Actor) -> None:
    """A letter came back, a number is not in service. The day on which it was first said stays."""
    party = reachable(point.party_id, point.kind, by)
    if point.bounce == HARD:
        return
    ContactPoint.objects.filter(id=point.id).update(bounce=HARD, bounced_at=clock.now())
    _say("contact_lost", party, point, by)


@transaction.atomic
def mark_reachable(point: ContactPoint, *, by: Actor) -> None:
    party = reachable(point.party_id, point.kind, by)
    if point.bounce == NONE:
        return
    ContactPoint.objects.filter(id=point.id).update(bounce=NONE, bounced_at=None)
    _say("contact_found", party, point, by)


def _say(kind: str, party: Party, point: ContactPoint, by: Actor) -> None:
    tell(party, kind, by, point.value, point=point.kind, of_field=field_of(point.kind))
    regrade(entity_of(party), [party.id], by=by)


def unreachable_among(entity: Entity, ids: Collection[UUID]) -> set[UUID]:
    """The parties whose first phone or e-mail does not work."""
    if entity.model is not Party:
        return set()
    lost = ContactPoint.objects.filter(party_id__in=ids, kind__in=MIRRORED, primary=True, bounce=HARD)
    return set(lost.values_list("party_id", flat=True))


def follow_first_way(party: Party, changes: dict[str, Any], by: Actor) -> None:
    """Another phone or e-mail comes first: it may work, or not. After the points have followed the party."""
    if party.version > 1 and any(kind in changes for kind in MIRRORED):
        regrade(entity_of(party), [party.id], by=by)


extensions.unreachable.append(unreachable_among)
