"""In which order the nouns of a workspace come in: what is linked to before what links to it."""

from sila.platform.access.actor import Actor
from sila.platform.entities.hung import hanging_of
from sila.platform.entities.importing.targets import in_order
from sila.platform.entities.registry import Entity, registry


def order_of_nouns(by: Actor) -> list[Entity]:
    """Members come before all that has an owner, companies before people, and last what may hang on any record."""
    nouns = [entity for entity in registry if entity.creatable]
    return in_order(sorted(nouns, key=lambda entity: (_hangs(entity), entity.owned)), by)


def _hangs(entity: Entity) -> bool:
    """Whether it hangs on any kind of record, as activities do."""
    return hanging_of(entity.slug) is not None
