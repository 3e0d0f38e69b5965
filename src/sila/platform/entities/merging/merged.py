"""Where a record went that was merged into another."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.errors import Moved
from sila.platform.entities.models import Merged, Operation, OperationChange

_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


def refer(entity: Any, record_id: UUID, *, by: Actor) -> None:
    """Raises Moved if the record went into one that the actor may see."""
    row = Merged.objects.filter(id=record_id, entity=entity.slug).first()
    if row is not None and entity.visible_to(by).filter(id=row.root).exists():
        raise Moved(row.root)


def row_of(record_id: UUID) -> Merged | None:
    row: Merged | None = Merged.objects.filter(id=record_id).first()
    return row


def is_merged(record_id: UUID) -> bool:
    return bool(Merged.objects.filter(id=record_id).exists())


def within(record_id: UUID) -> list[Merged]:
    """What went into the record, at whatever time: the history of these is its own."""
    return list(Merged.objects.filter(root=record_id).order_by("-merged_at"))


def roots(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Where those of the records are that were merged."""
    return dict(Merged.objects.filter(id__in=ids).values_list("id", "root"))


def where_now(values: Sequence[str]) -> tuple[str, ...]:
    """The ids that a kept condition names, of those that were merged what they are now."""
    known = {text: UUID(text) for text in values if _ID.fullmatch(text)}
    now = roots(known.values()) if known else {}
    return tuple(str(now[known[text]]) if known.get(text) in now else text for text in values)


def note(entity: Any, gone: Sequence[UUID], into: UUID, operation: Operation) -> None:
    """They went into it, and with them what had gone into them."""
    Merged.objects.filter(root__in=gone).update(root=into)
    Merged.objects.bulk_create(
        Merged(id=each, entity=entity.slug, into=into, root=into, operation_id=operation.id) for each in gone
    )


def forget(record_id: UUID) -> None:
    """It is a record of its own again, and takes along what had gone into it before."""
    Merged.objects.filter(id=record_id).delete()
    within = [record_id]
    while within:
        Merged.objects.filter(into__in=within).update(root=record_id)
        within = list(Merged.objects.filter(into__in=within).values_list("id", flat=True))


def forget_with(ids: Iterable[UUID]) -> set[UUID]:
    """These records go for ever: what went into them goes with them, and there is nothing to take back any more."""
    rows = list(Merged.objects.filter(root__in=ids))
    operations = {row.operation_id for row in rows}
    Merged.objects.filter(root__in=ids).delete()
    OperationChange.objects.filter(operation_id__in=operations).delete()
    Operation.objects.filter(id__in=operations).delete()
    return {row.id for row in rows}


extensions.marks["merged"] = lambda entity: Exists(Merged.objects.filter(root=OuterRef("id")))
