"""Writing down what an operation does. Call `note` in the transaction that changes the records."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.registry import Changes, Entity
from sila.platform.entities.stored import now, plain
from sila.platform.tenancy.writing import add

Action = OperationChange.Action


def begin(kind: str, entity: str, *, by: Actor, total: int | None = None, **params: Any) -> Operation:
    operation: Operation = Operation.objects.create(
        kind=kind, entity=entity, member_id=by.member_id, total=total, params=params
    )
    return operation


def note(
    operation: Operation, entity: Entity, pairs: Iterable[tuple[Any, Changes]], action: str = Action.UPDATED
) -> None:
    """The records that the operation has just changed, with the old values of what it changed in them."""
    add(OperationChange, *(_change(operation, entity, record, changes, action) for record, changes in pairs))


def _change(
    operation: Operation, entity: Entity, record: Any, changes: Changes, action: str
) -> dict[str, Any]:
    before, after = (changes, {}) if action in (Action.SHARED, Action.ENRICHED) else ({}, {})
    if action == Action.UPDATED:
        known = entity.fields
        before = {name: plain(old) for name, old in changes.items() if name in known}
        after = {name: plain(now(known[name], record)) for name in before}
    return {
        "operation_id": operation.id,
        "record_id": record.id,
        "entity": entity.slug,
        "action": action,
        "before": before,
        "after": after,
        "version": record.version,
    }


def refuse(
    operation: Operation,
    entity: Entity,
    refused: Iterable[tuple[UUID, Mapping[str, str]]],
    action: str = Action.UPDATED,
) -> None:
    """The records that it could not change, or not wholly, each with the reasons by field."""
    same = {
        "operation_id": operation.id,
        "entity": entity.slug,
        "action": action,
        "version": 0,
        "outcome": OperationChange.Outcome.REFUSED,
    }
    add(
        OperationChange,
        *(
            {
                **same,
                "record_id": record_id,
                "reason": "; ".join(reasons.values()),
                "fields": [name for name in reasons if name],
            }
            for record_id, reasons in refused
        ),
    )


def end(operation: Operation, status: str = Operation.Status.DONE, *, done: int, refused: int = 0) -> None:
    """It is over, whichever way; from here on it can be undone. Notes too old to undo are thrown away."""
    operation.status, operation.done, operation.refused = status, done, refused
    operation.ended_at = timezone.now()
    operation.save()
    too_old = Operation.objects.filter(started_at__lt=timezone.now() - Operation.KEPT)
    too_old = too_old.exclude(kind=Operation.MERGE)
    OperationChange.objects.filter(operation_id__in=too_old.values("id")).delete()
