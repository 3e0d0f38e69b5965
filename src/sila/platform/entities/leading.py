"""What leads to a record: links of the tables, and those of the workspace's own fields.

Lists beside a record, roll-ups, merging and purging all ask here, so that none of them forgets a link.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import CharField, ExpressionWrapper, Q, QuerySet, Subquery, UUIDField

from sila.platform.customfields.ids import AsId, AsText
from sila.platform.customfields.models import CustomValue
from sila.platform.entities.kinds import KINDS, Field, Text
from sila.platform.entities.registry import Entity, registry
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


@dataclass(frozen=True)
class Hanging:
    """Records of one noun (`of`, a mixed one) that hang on records of all others, by rows of a side table which name
    these by `entity` and `record_id`: activities do. `link` is the side table's link, `rows` the way back to it; `hang`
    adds such rows for a new record."""

    of: str
    model: Any
    link: str
    rows: str
    label: Text
    hang: Callable[..., None]  # hang(record, about, *, by)


hanging: list[Hanging] = []  # apps append theirs
HANGS = "hangs_on"  # what such a link is called where roll-ups name one
FEW = 500  # records


def hung_on(noun: Entity) -> Iterator[tuple[Entity, Field]]:
    """(noun, the link by which its records hang on records of `noun`), for nouns that have a timeline."""
    if not noun.timeline or noun.narrow:
        return
    for each in hanging:
        of = registry[each.of]
        if noun.model is not of.model:
            extra = {"hangs": each, "on": {noun.slug, noun.slice_of} - {""}}
            link = Field(HANGS, KINDS["link"], each.label, to=noun.slug, extra=extra)
            yield from ((part, link) for part in (of, *of.slices()))


def rows_hanging(link: Field) -> Any:
    """The rows of the side table that lead to records of the link's noun."""
    return link.extra["hangs"].model.objects.filter(entity__in=link.extra["on"])


def leading(link: Field, ids: "Iterable[UUID] | QuerySet[Any]") -> Q:
    """The rows whose link leads to one of these; a queryset gives them as rows of `id`."""
    if hangs := link.extra.get("hangs"):
        return Q(id__in=rows_hanging(link).filter(record_id__in=ids).values(f"{hangs.link}_id"))
    if not link.custom:
        return Q(**{f"{link.name}_id__in": ids})
    return Q(id__in=entries_leading(link, ids).values("record_id"))


def entries_leading(link: Field, ids: "Iterable[UUID] | QuerySet[Any]") -> QuerySet[CustomValue]:
    """The entries of the side table in which an own link leads to one of these."""
    texts: Any
    if isinstance(ids, QuerySet):
        texts = _alone(ids.annotate(_text=AsText("id")).values("_text"), CharField())
    else:
        texts = [str(each) for each in ids]
    return CustomValue.objects.filter(field=link.name, text__in=texts)


def led_from(link: Field, ids: Any) -> Any:
    """Where rows lead by the link, as ids; of the rows `ids` are those, or a queryset that gives them."""
    if hangs := link.extra.get("hangs"):
        return rows_hanging(link).filter(**{f"{hangs.link}_id__in": ids}).values("record_id")
    if link.custom:
        entries = CustomValue.objects.filter(field=link.name, record_id__in=ids)
        return _alone(entries.annotate(_id=AsId("text")).values("_id"), UUIDField())
    return ids.model._default_manager.filter(id__in=ids).values(f"{link.name}_id")


def _alone(rows: QuerySet[Any], kind: Any) -> Any:
    """Wrapped, since Django takes one annotation alone for the key of two columns."""
    return ExpressionWrapper(Subquery(rows), kind)


def having(stored: QuerySet[CustomValue]) -> Q:
    """The records of these entries. Few are named one by one: PostgreSQL then starts from them, where a sub-query
    tempts it to walk the whole list in order until enough of them have come by."""
    few = list(stored.values_list("record_id", flat=True)[: FEW + 1])
    return Q(id__in=few) if len(few) <= FEW else Q(id__in=stored.values("record_id"))


def own_links(entity: Entity) -> Iterator[tuple[Entity, Field]]:
    """The workspace's own fields that lead to records of the noun, each with the noun that has it."""
    for noun in registry:
        for f in noun.own_fields.values():
            if f.kind.name == "link" and f.to in (entity.slug, entity.slice_of):
                yield noun, f


def led_to(entity: Entity, ids: Collection[UUID]) -> set[UUID]:
    """Those of the records that live records lead to by a link."""
    found: set[UUID] = set()
    for table, name in tables_leading_to(entity.model):
        if any(f.name == "deleted_at" for f in table._meta.get_fields()):
            rows = table._default_manager.filter(deleted_at=None, **{f"{name}_id__in": ids})
            found |= set(rows.order_by().values_list(f"{name}_id", flat=True).distinct())
    keys = [f.name for _noun, f in own_links(entity)]
    if keys:  # what is in the trash has no entries
        texts = CustomValue.objects.filter(field__in=keys, text__in=[str(each) for each in ids])
        found |= {UUID(text) for text in texts.values_list("text", flat=True).distinct()}
    return found


@cache
def tables_leading_to(model: type[models.Model]) -> tuple[tuple[type[TenantModel], str], ...]:
    """(table, name of the link) of every link to the table."""
    return tuple(
        (other, f.name)
        for other in apps.get_models()
        if issubclass(other, TenantModel)
        for f in other._meta.get_fields()
        if isinstance(f, Link) and f.related_model is model
    )
