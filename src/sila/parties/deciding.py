"""What people say of two records that may be one."""

from django.db import transaction
from django.utils.translation import gettext as _

from sila.parties.actions import editable, tell
from sila.parties.models import DuplicatePair
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
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
