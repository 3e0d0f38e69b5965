"""Conditions on what a record links to: `party~city` is the city of a deal's customer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.registry import Entity, registry

MARK = "~"


@dataclass(frozen=True)
class Way:
    link: Field
    target: Entity
    field: Field
    fields: Mapping[str, Field]  # what the actor may read there

    @property
    def shown(self) -> Field:
        """The field as conditions of the near noun show it."""
        label = _("%(link)s: %(field)s") % {"link": self.link.label, "field": self.field.label}
        return replace(self.field, name=f"{self.link.name}{MARK}{self.field.name}", label=label)


def way_of(fields: Mapping[str, Field], name: str, actor: Actor) -> Way | None:
    """Where the name leads, if the actor may read both the link and the field behind it. Of what has no owner (a
    colleague, a stage) the name is open to all, but no more than that."""
    link_name, mark, inner = name.partition(MARK)
    link = fields.get(link_name)
    if not mark or link is None or link.custom or link.kind.name not in LINKS:
        return None
    target = registry[link.to]
    if not (target.owned or actor.can(target.slug, "view")):
        return None
    there = target.readable(actor)
    return Way(link, target, there[inner], there) if inner in there else None


def field_for(fields: Mapping[str, Field], name: str, actor: Actor) -> Field | None:
    """A field of the noun, or one behind a link of it."""
    if name in fields:
        return fields[name]
    way = way_of(fields, name, actor)
    return way.shown if way else None


def reached(fields: Mapping[str, Field], actor: Actor, *, own: bool = False) -> Iterator[Field]:
    """What can be asked of the records that this noun links to: what their own lists are filtered by; `own`: and what
    the workspace has added to them."""
    for link in fields.values():
        if link.custom or link.kind.name != "link" or link.to not in registry:
            continue
        target = registry[link.to]
        if not (target.narrow or actor.can(target.slug, "view")):
            continue
        there = target.readable(actor)
        for name in (*target.filters, *(target.own_fields if own else ())):
            if name in there:
                yield Way(link, target, there[name], there).shown
