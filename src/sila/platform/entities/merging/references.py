"""What leads to a record: links of other records, of its small rows, and the workspace's own links.

A new noun needs no line here: its links are found. Tables that name a record by `entity` and `record_id` (files,
activities, shares) are found by these two columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from sila.platform.entities.kinds import Field
from sila.platform.entities.leading import leading, own_links, tables_leading_to
from sila.platform.entities.registry import Entity, registry
from sila.platform.tenancy.models import TenantModel


@dataclass(frozen=True)
class Reference:
    """A column of a table, or an own field of a noun, by which rows lead to records."""

    model: Any  # a TenantModel
    column: str
    link: str = ""  # the link's name; "" where `entity` and `record_id` tell
    field: Field | None = None  # an own field

    def rows(self, entity: Entity, ids: Sequence[UUID]) -> QuerySet[Any]:
        """Those that lead to these records of the noun."""
        rows = self.model._default_manager.all()
        if self.field:
            return rows.filter(leading(self.field, ids))
        if not self.link:
            rows = rows.filter(entity__in={entity.slug, entity.slice_of} - {""})
        return rows.filter(**{f"{self.column}__in": ids})


def references(entity: Entity) -> Iterator[Reference]:
    yield from _columns(entity.model)
    for noun, f in own_links(entity):
        yield Reference(noun.model, "custom", field=f)


@cache
def _columns(target: type[models.Model]) -> tuple[Reference, ...]:
    links = [Reference(model, f"{link}_id", link=link) for model, link in tables_leading_to(target)]
    named = [
        Reference(model, "record_id")
        for model in apps.get_models()
        if issubclass(model, TenantModel) and {"entity", "record_id"} <= {f.name for f in model._meta.fields}
    ]
    return tuple(each for each in (*links, *named) if _follows(each.model))


def _follows(model: Any) -> bool:
    return bool(model.follows_merges) and not getattr(model, "append_only", False)


def noun_of(row: Any) -> Entity | None:
    """The noun that a row is a record of, if it is one: then its history tells of the change."""
    for noun in registry:
        whole = noun.narrow is None or noun.slice_of
        if whole and noun.model is type(row) and all(getattr(row, k) == v for k, v in noun.where.items()):
            return noun
    return None
