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

from sila.platform.customfields.models import CustomValue
from sila.platform.entities.registry import Entity, registry
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


@dataclass(frozen=True)
class Reference:
    """A column of a table, or an own field of a noun (`field`), by which rows lead to records."""

    model: Any  # a TenantModel
    column: str
    link: str = ""  # the link's name; "" where `entity` and `record_id` tell
    field: str = ""  # the key of an own field

    def rows(self, entity: Entity, ids: Sequence[UUID]) -> QuerySet[Any]:
        """Those that lead to these records of the noun."""
        rows = self.model._default_manager.all()
        if self.field:
            texts = [str(each) for each in ids]
            values = CustomValue.objects.filter(field=self.field, text__in=texts)
            return rows.filter(id__in=values.values("record_id"))
        if not self.link:
            rows = rows.filter(entity__in={entity.slug, entity.slice_of} - {""})
        return rows.filter(**{f"{self.column}__in": ids})


def references(entity: Entity) -> Iterator[Reference]:
    yield from _columns(entity.model)
    for noun in registry:
        for f in noun.own_fields.values():
            if f.kind.name == "link" and f.to in (entity.slug, entity.slice_of):
                yield Reference(noun.model, "custom", field=f.name)


@cache
def _columns(target: type[models.Model]) -> tuple[Reference, ...]:
    found = []
    for model in apps.get_models():
        if (
            not issubclass(model, TenantModel)
            or not model.follows_merges
            or getattr(model, "append_only", False)
        ):
            continue
        links = [f for f in model._meta.get_fields() if isinstance(f, Link) and f.related_model is target]
        found += [Reference(model, f"{f.name}_id", link=f.name) for f in links]
        if {"entity", "record_id"} <= {f.name for f in model._meta.fields}:
            found.append(Reference(model, "record_id"))
    return tuple(found)


def noun_of(row: Any) -> Entity | None:
    """The noun that a row is a record of, if it is one: then its history tells of the change."""
    for noun in registry:
        whole = noun.narrow is None or noun.slice_of
        if whole and noun.model is type(row) and all(getattr(row, k) == v for k, v in noun.where.items()):
            return noun
    return None
