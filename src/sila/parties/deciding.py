"""What people say of two records that may be one."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sila.parties.actions import editable, tell
from sila.parties.models import DuplicatePair, Party
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Entity
from sila.platform.kit import clock

Decision = DuplicatePair.Decision


@transaction.atomic
def decide(pair: DuplicatePair, decision: str, *, by: Actor) -> DuplicatePair:
    """Later, or not the same, for ever; "" takes it back. Both records must be the actor's to edit."""
    if decision not in (Decision.OPEN, Decision.LATER, Decision.DIFFERENT):
        raise Invalid({"decision": _("There is no such choice.")})
    parties = [editable(party_id, by) for party_id in (pair.first_id, pair.second_id)]
    before, pair.decision = pair.decision, decision
    pair.decided_by_id, pair.decided_at = by.member_id, clock.now()
    pair.save(update_fields=["decision", "decided_by_id", "decided_at"])
    if Decision.DIFFERENT in (before, decision) and before != decision:
        for party in parties:
            tell(party, "told_apart" if decision else "apart_undone", by, "")
    return pair


def note_merge(entity: Entity, into: UUID, gone: Sequence[UUID], *, by: Actor, apart: bool = False) -> None:
    """Pairs of what became one are the same. Taken back, they are put aside: no rule may merge them again by itself."""
    if entity.model is not Party:
        return
    ids = (into, *gone)
    pairs = DuplicatePair.objects.filter(first_id__in=ids, second_id__in=ids)
    if apart:
        pairs = pairs.filter(Q(first_id__in=gone) | Q(second_id__in=gone), decision=Decision.SAME)
    pairs.update(
        decision=Decision.LATER if apart else Decision.SAME,
        decided_by_id=by.member_id,
        decided_at=clock.now(),
    )


extensions.merged.append(note_merge)
