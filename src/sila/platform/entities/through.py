"""Conditions on what a record links to: `party~city` is the city of a deal's customer. Links of the workspace's own
lead as far as those of the models. In lists, also on what belongs to a record: `opportunity-lines~product` is a product of
a deal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.customfields.ids import AsId
from sila.platform.customfields.models import CustomValue
from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.leading import entries_leading, having
from sila.platform.entities.registry import Entity, registry

MARK = "~"
TO = "_leads_to"  # of rows from `Way.followed`: the id of the record behind the link


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

    def leading_to(self, rows: QuerySet[Any]) -> Q:
        """The near records whose link leads to one of these."""
        ids = rows.order_by().values("id")
        if self.link.custom:
            return having(entries_leading(self.link, ids))
        return Q(**{f"{self.link.name}_id__in": ids})

    @property
    def nowhere(self) -> Q:
        """The near records whose link is empty."""
        if self.link.custom:
            return ~having(CustomValue.objects.filter(field=self.link.name))
        return Q(**{f"{self.link.name}_id__isnull": True})

    def followed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The near records with the id of the one that each leads to, as `TO`. An own link is read from the record."""
        own = AsId(KeyTextTransform(self.link.name, "custom")) if self.link.custom else None
        return rows.annotate(**{TO: own or F(f"{self.link.name}_id")})

    def at(self, column: str) -> Any:
        """What the record behind the link holds in a column, for each of the rows from `followed`."""
        if not self.link.custom:
            return F(f"{self.link.name}__{column}")
        behind = self.target.rows(trashed=True).filter(id=OuterRef(TO))
        return Subquery(behind.order_by().values(column)[:1])


def way_of(fields: Mapping[str, Field], name: str, actor: Actor) -> Way | None:
    """Where the name leads, if the actor may read both the link and the field behind it. Of what has no owner (a
    colleague, a stage) the name is open to all, but no more than that."""
    link_name, mark, inner = name.partition(MARK)
    link = fields.get(link_name)
    if not mark or link is None or link.kind.name not in LINKS:
        return None
    target = registry[link.to]
    if not (target.owned or actor.can(target.slug, "view")):
        return None
    there = target.readable(actor)
    return Way(link, target, there[inner], there) if inner in there else None


def field_for(
    fields: Mapping[str, Field], name: str, actor: Actor, whole: Entity | None = None
) -> Field | None:
    """A field of the noun, or one behind a link of it; of a `whole`, for its list, also one of what belongs to it."""
    if name in fields:
        return fields[name]
    way = way_of(fields, name, actor) or (inside_of(whole, name, actor) if whole else None)
    return way.shown if way else None


# ---- what belongs to a record --------------------------------------------------------------------------
@dataclass(frozen=True)
class Inside:
    """A field of the rows that belong to the records of a noun. Rows come and go without a save of the record, so that
    only lists ask this, and no rule that is kept."""

    part: Entity
    field: Field
    fields: Mapping[str, Field]  # what the actor may read there

    @property
    def shown(self) -> Field:
        label = _("%(link)s: %(field)s") % {"link": self.part.plural, "field": self.field.label}
        return replace(self.field, name=f"{self.part.slug}{MARK}{self.field.name}", label=label)

    def holding(self, rows: QuerySet[Any]) -> Q:
        """The records to which one of these belongs."""
        return Q(id__in=rows.order_by().values(f"{self.part.belongs_to}_id"))


def parts_of(whole: Entity, actor: Actor) -> Iterator[Entity]:
    for part in registry:
        link: Any = part.model._meta.get_field(part.belongs_to) if part.belongs_to else None
        if link and link.related_model is whole.model and actor.can(part.slug, "view"):
            yield part


def inside_of(whole: Entity, name: str, actor: Actor) -> Inside | None:
    slug, mark, inner = name.partition(MARK)
    part = next((each for each in parts_of(whole, actor) if each.slug == slug), None) if mark else None
    return _fields_of(part, actor).get(inner) if part else None


def held(whole: Entity, actor: Actor) -> Iterator[Field]:
    """What a list can ask of what belongs to its records: what the parts' own lists are filtered by."""
    for part in parts_of(whole, actor):
        fields = _fields_of(part, actor)
        yield from (fields[name].shown for name in part.filters if name in fields)


def _fields_of(part: Entity, actor: Actor) -> dict[str, Inside]:
    there = part.readable(actor)
    return {name: Inside(part, f, there) for name, f in there.items() if name != part.belongs_to}


def reached(fields: Mapping[str, Field], actor: Actor) -> Iterator[Field]:
    """What can be asked of the records that this noun links to: what their own lists are filtered by, and what the
    workspace has added to them."""
    for link in fields.values():
        if link.kind.name != "link" or link.to not in registry:
            continue
        target = registry[link.to]
        if not (target.narrow or actor.can(target.slug, "view")):
            continue
        there = target.readable(actor)
        for name in (*target.filters, *target.own_fields):
            if name in there:
                yield Way(link, target, there[name], there).shown
