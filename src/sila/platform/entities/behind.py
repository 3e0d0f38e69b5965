"""Records found by the names behind the links of a workspace's own fields: a flat by its landlord.

What a declared noun links to stands in its search text. An own link is followed when somebody asks: who is called so, as
far as the reader may see them, and which records lead there.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import extensions, search
from sila.platform.entities.kinds import Field
from sila.platform.entities.needles import NAME
from sila.platform.entities.registry import Entity, registry

NAMED = 60  # records of a noun that are called so
LEADING = 300  # records that lead to them


def find(query: str, by: Actor, only: str = "") -> list[search.Hit]:
    if len(query.split()) > NAME:  # a question, not a name
        return []
    links = list(_links(by, only))
    named = {slug: _named(query, registry[slug], by) for slug in dict.fromkeys(f.to for _e, f in links)}
    return [hit for entity, f in links if named[f.to] for hit in _leading(entity, f, named[f.to], by)]


def _links(by: Actor, only: str) -> Iterator[tuple[Entity, Field]]:
    for entity in registry:
        if only not in ("", entity.slug) or not entity.own_fields:
            continue
        for name, f in entity.readable(by).items():
            if f.custom and f.kind.name == "link" and f.to in registry:
                yield entity, entity.own_fields[name]


def _named(query: str, target: Entity, by: Actor) -> dict[str, str]:
    """Record -> its title, of those that are called so and that the reader may see."""
    ids = search.matching_ids(query, entity=target, by=by)[:NAMED]
    return {str(hit.id): hit.title for hit in search.allowed(target, ids, by)} if ids else {}


def _leading(entity: Entity, f: Field, named: dict[str, str], by: Actor) -> Iterator[search.Hit]:
    stored = CustomValue.objects.filter(field=f.name, text__in=list(named)).order_by("-record_id")
    to: dict[UUID, str] = dict(stored.values_list("record_id", "text")[:LEADING])
    for hit in search.allowed(entity, list(to), by):
        yield replace(hit, behind=_("%(link)s: %(field)s") % {"link": f.label, "field": named[to[hit.id]]})


extensions.search_sources.append(find)
