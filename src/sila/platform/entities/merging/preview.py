"""What a merge would take along, counted before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Text
from sila.platform.entities.merging.references import Reference, references
from sila.platform.entities.registry import Entity, registry

MOST = 1_000


@dataclass
class Moves:
    """Rows of one kind that lead to the records that go. `unseen`: there are some that the actor may not see."""

    label: Text
    icon: str
    count: int = 0
    more: bool = False
    unseen: bool = False


def moves(entity: Entity, gone: Sequence[UUID], by: Actor) -> list[Moves]:
    """One query for each table that can lead there, or two for nouns of which the actor sees a part."""
    found: dict[str, Moves] = {}
    for reference in references(entity):
        ids = list(reference.rows(entity, gone).values_list("id", flat=True)[: MOST + 1])
        if ids:
            _count(found, reference, ids, by)
    return [each for each in found.values() if each.count or each.unseen]


def _count(found: dict[str, Moves], reference: Reference, ids: list[UUID], by: Actor) -> None:
    noun, model = _noun(reference), reference.model
    label, icon = (noun.plural, noun.icon) if noun else model.told_as
    key = noun.slug if noun else model._meta.label
    counted = found.setdefault(key, Moves(label or str(model._meta.verbose_name_plural), icon))
    seen = len(ids)
    if noun and not noun.open_to(by):
        seen = noun.visible_to(by, trashed=True).filter(id__in=ids[:MOST]).count()
        counted.unseen |= seen < min(len(ids), MOST)
    counted.count += min(seen, MOST)
    counted.more |= len(ids) > MOST


def _noun(reference: Reference) -> Entity | None:
    """The noun whose records these are; a mixed one for a table of several."""
    if reference.field:
        return next(noun for noun in registry if reference.field.name in noun.own_fields)
    try:
        return registry.of_model(reference.model)
    except LookupError:
        return None
