"""What leads to a record: links of the tables, and those of the workspace's own fields.

Lists beside a record, roll-ups, merging and purging all ask here, so that none of them forgets a link.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from sila.platform.customfields.models import CustomValue
from sila.platform.entities.kinds import Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


def leading(link: Field, ids: "Iterable[UUID] | QuerySet[Any]") -> Q:
    """The rows whose link leads to one of these; a queryset gives them as rows of `id`."""
    if not link.custom:
        return Q(**{f"{link.name}_id__in": ids})
    texts = (each["id"] for each in ids) if isinstance(ids, QuerySet) else ids
    stored = CustomValue.objects.filter(field=link.name, text__in=[str(each) for each in texts])
    return Q(id__in=stored.values("record_id"))


def own_links(entity: Entity) -> Iterator[tuple[Entity, Field]]:
    """The workspace's own fields that lead to records of the noun, each with the noun that has it."""
    for noun in registry:
        for f in noun.own_fields.values():
            if f.kind.name == "link" and f.to in (entity.slug, entity.slice_of):
                yield noun, f


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
