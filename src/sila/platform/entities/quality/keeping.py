"""What is called where something happens to records besides a change of them: they were touched, a way to reach them
works no longer. Their version and time of change stay: these tell what people did to the record itself."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Q

from sila.platform.access.actor import Actor
from sila.platform.entities.computed.keeping import recompute
from sila.platform.entities.computed.values import hold
from sila.platform.entities.quality.grading import Flaw
from sila.platform.entities.quality.plan import graded
from sila.platform.entities.registry import Entity
from sila.platform.kit import clock

BIT = "flaw_bit"


def having(flaw: Flaw) -> tuple[dict[str, object], Q]:
    """What to annotate rows with, and the condition, for those that have the flaw."""
    return {BIT: F("flaws").bitand(int(flaw))}, Q(**{f"{BIT}__gt": 0})


def touch(entity: Entity, ids: Collection[UUID], *, by: Actor) -> None:
    """Somebody dealt with these records: called, met, noted something. Call it in the verb's transaction."""
    if not by.lively:
        return
    for noun in entity.slices() if entity.narrow else [entity]:
        if graded(noun):
            _touch(noun, set(ids), by)


def _touch(noun: Entity, ids: set[UUID], by: Actor) -> None:
    """A record that somebody else is changing now is not waited for: they touch it themselves."""
    held = hold(noun.model, ids, share=False, patient=False)
    rows = noun.rows().filter(id__in=held)
    rows.update(touched_at=clock.now())
    bit, stale = having(Flaw.STALE)
    was_stale = list(rows.annotate(**bit).filter(stale).values_list("id", flat=True))
    if was_stale:
        recompute(noun, was_stale, by=by)


def regrade(entity: Entity, ids: Collection[UUID], *, by: Actor) -> None:
    """What is beside these records has changed: whether they can be reached, or a rule."""
    if graded(entity) and ids:
        recompute(entity, set(ids), by=by)
