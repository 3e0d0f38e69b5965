"""What a column of a file may become: a field of the noun (`phone`), one more value of a field that can have several
(`+phone`), or either of a noun that a link joins to it (`organizations.phone`), which the row then holds as well."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.hung import hung_field
from sila.platform.entities.kinds import Field, Text
from sila.platform.entities.leading import HANGS
from sila.platform.entities.registry import Detail, Entity, registry

MORE, WORKED_OUT = "+", "quality"


def writable(entity: Entity, by: Actor) -> dict[str, Field]:
    """The fields as an import takes them: with those that a new record brings along, and what it hangs on."""
    fields, rules = dict(entity.readable(by)), by.policy.rules(entity.slug)
    for name in _carried(entity):
        if name in fields and name not in rules:
            fields[name] = replace(fields[name], read_only=False, required=False)
    about = hung_field(entity)
    return fields | ({about.name: about} if about else {})


def brought(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values of a row those that only a new record takes."""
    along = (*_carried(entity), HANGS)
    return {name: values[name] for name in along if name in values}


def _carried(entity: Entity) -> tuple[str, ...]:
    """What nobody types: the noun's own, and when somebody last dealt with the record or confirmed it."""
    return (*entity.carried, *(name for name in entity.marks if name != WORKED_OUT))


def targets(entity: Entity, by: Actor) -> dict[str, Field]:
    """Target -> field, of the noun itself first."""
    found = _targets_of(entity, by, "")
    for noun in partners(entity, by):
        found |= _targets_of(noun, by, f"{noun.slug}.")
    return found


def _targets_of(entity: Entity, by: Actor, prefix: str) -> dict[str, Field]:
    fields = writable(entity, by)
    found = {prefix + name: f for name, f in fields.items()}
    for detail in entity.details:
        for name in detail.more_of:
            if name in fields:
                more = replace(fields[name], required=False, label=_one_more(fields[name].label))
                found[f"{prefix}{MORE}{name}"] = more
    return found


def _one_more(label: Text) -> Text:
    """In the language of whoever reads it."""

    class Late:
        def __str__(self) -> str:
            return _("%(field)s, one more") % {"field": label}

    return lazystr(Late())


def detail_of_more(entity: Entity, name: str) -> Detail | None:
    """The small rows that hold further values of a field."""
    return next((detail for detail in entity.details if name in detail.more_of), None)


def split(target: str) -> tuple[str, str]:
    """The noun ("" is the file's own) and the rest."""
    noun, dot, name = target.rpartition(".")
    return (noun, name) if dot else ("", target)


# ---- nouns in one row --------------------------------------------------------------------------------
def partners(entity: Entity, by: Actor) -> list[Entity]:
    """The nouns that may stand in a row beside this one: a link joins them, in either direction, and they can be
    written together."""
    own = {slug for f in _links(entity, by) for slug in _heads(f)}
    return [
        noun
        for noun in registry
        if noun.slug != entity.slug and noun.together and noun.creatable and by.can(noun.slug, "create")
        if noun.slug in own or any(entity.slug in _heads(f) for f in _links(noun, by))
    ]


def in_order(nouns: Iterable[Entity], by: Actor) -> list[Entity]:
    """Those that others link to first."""
    left, ordered = list(nouns), []
    while left:
        slugs = {noun.slug for noun in left}
        free = next(
            (n for n in left if not {s for f in _leads_to(n, by) for s in _heads(f)} & slugs - {n.slug}),
            left[0],
        )
        left.remove(free)
        ordered.append(free)
    return ordered


def ties(noun: Entity, others: Iterable[Entity], by: Actor) -> dict[str, str]:
    """Link of the noun -> the other noun of the row that it leads to.

    A link to any party takes the company rather than the person whom another link of the same noun names. Of several
    links to one noun, such as the customer and the reseller of a deal, the row speaks of the first.
    """
    there = [other.slug for other in others if other.slug != noun.slug]
    links = _links(noun, by)
    named = {f.to for f in links}
    found: dict[str, str] = {}
    tied: set[str] = set()
    for f in links:
        if f.to in tied:
            continue
        fit = [slug for slug in there if slug in _heads(f)]
        free = [slug for slug in fit if slug == f.to or slug not in named]
        if fit:
            found[f.name] = (free or fit)[0]
            tied.add(f.to)
    return found


def _links(entity: Entity, by: Actor) -> list[Field]:
    fields = entity.readable(by).values()
    return [f for f in fields if f.kind.name == "link" and not f.read_only and f.to in registry]


def _leads_to(entity: Entity, by: Actor) -> list[Field]:
    """All links of a file, those that a new record brings along as well."""
    return [f for f in writable(entity, by).values() if f.kind.name == "link" and f.to in registry]


def _heads(f: Field) -> set[str]:
    """The nouns that a link may lead to: of a mixed one its parts."""
    return {f.to, *(part.slug for part in registry[f.to].slices())}
