"""Everything that led to the records that go leads to the one that stays.

The decision was about these records, so what hangs on them follows whether or not the one who decides may see it.
Each batch looks for what still leads to them, so a killed merge goes on where it was and does nothing twice.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.merging.references import Reference, noun_of, references
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import notes
from sila.platform.entities.registry import Entity
from sila.platform.entities.stored import plain, replaced

Action = OperationChange.Action


def move_some(
    operation: Operation, entity: Entity, gone: Sequence[UUID], into: UUID, by: Actor, most: int
) -> int:
    """At most so many rows; how many. Fewer than `most` means that it was all. Call it in a transaction."""
    left = most
    for reference in references(entity):
        rows = list(reference.rows(entity, gone).order_by("id")[:left])
        for row in rows:
            _move(operation, reference, row, gone, into, by)
        left -= len(rows)
        if not left:
            break
    return most - left


def _move(
    operation: Operation, reference: Reference, row: Any, gone: Sequence[UUID], into: UUID, by: Actor
) -> None:
    noun = noun_of(row)
    if noun is not None and not row.deleted_at:
        name = reference.field or reference.link
        if name in noun.fields:
            return _move_record(operation, noun, row, name, None if row.id == into else into, by)
    if reference.field:  # it counts as no value of a record in the trash
        CustomValue.objects.filter(field=reference.field, record_id=row.id).delete()
        return None
    _move_row(operation, reference, row, into)
    return None


def _move_record(
    operation: Operation, noun: Entity, record: Any, name: str, into: UUID | None, by: Actor
) -> None:
    """As if somebody had chosen it there. Where the noun's rules refuse it, such as a company above itself, the link
    is left empty; where they refuse that too, it is set all the same."""
    f = noun.fields[name]
    for value in dict.fromkeys((into, None)):
        parsed = {name: str(value) if f.custom and value else value}
        before = replaced(noun, record, parsed)
        try:
            with transaction.atomic():
                actions.change(noun, record, parsed, by=by)
        except Invalid:
            record.refresh_from_db()
            continue
        notes.note(operation, noun, [(record, before)])
        return
    _move_row(operation, Reference(noun.model, f"{name}_id", link=name), record, into)


def _move_row(operation: Operation, reference: Reference, row: Any, into: UUID | None) -> None:
    """A row that is no record of its own, or is in the trash."""
    model, column = reference.model, reference.column
    after = {column: into, **model.merged_as}
    change = OperationChange(
        operation_id=operation.id,
        record_id=row.id,
        entity=model._meta.label_lower,
        action=Action.MOVED,
        before={name: plain(getattr(row, name)) for name in after},
        after={name: plain(value) for name, value in after.items()},
        version=0,
    )
    same = model._default_manager.filter(id=row.id)
    if _has_twin(model, row, after):
        moved = False
    else:
        try:
            with transaction.atomic():
                moved = bool(same.update(**after))
        except IntegrityError:  # there is one alike, or it would lead from a record to itself
            moved = False
    if not moved:
        change.action, change.before, change.after = Action.LEFT_OUT, whole(row), {}
        same.delete()
    change.save(force_insert=True)


def _has_twin(model: Any, row: Any, after: dict[str, Any]) -> bool:
    if not model.merged_once:
        return False
    alike = {name: getattr(row, name) for name in model.merged_once} | after
    return bool(model._default_manager.filter(**alike).exclude(id=row.id).exists())


def whole(row: Any) -> dict[str, Any]:
    """All its columns, as JSON."""
    return {
        f.attname: value if isinstance(f, models.JSONField) else plain(value)
        for f in row._meta.concrete_fields
        if f.attname != "tenant_id"
        for value in [f.value_from_object(row)]
    }
