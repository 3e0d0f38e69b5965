"""Everything that led to the records that go leads to the one that stays.

The decision was about these records, so what hangs on them follows whether or not the one who decides may see it.
Each batch looks for what still leads to them, so a killed merge goes on where it was and does nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import actions
from sila.platform.entities.computed.keeping import catch_up
from sila.platform.entities.errors import Invalid
from sila.platform.entities.leading import hanging
from sila.platform.entities.merging.references import Reference, noun_of, references
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import notes
from sila.platform.entities.quality.rules import unasked
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.stored import plain, replaced

Action = OperationChange.Action


@dataclass(frozen=True)
class Moving:
    """What led to the records `gone` leads to `into` from now on; each move is noted in the operation."""

    operation: Operation
    entity: Entity
    gone: Sequence[UUID]
    into: UUID
    by: Actor

    def some(self, most: int) -> int:
        """At most so many rows; how many. Fewer than `most` means that it was all. Call it in a transaction."""
        left = most
        for reference in references(self.entity):
            rows = list(reference.rows(self.entity, self.gone).order_by("id")[:left])
            for row in rows:
                self._move(reference, row)
            if any(isinstance(row, each.model) for each in hanging for row in rows[:1]):
                self._count_anew(reference, rows)
            left -= len(rows)
            if not left:
                break
        return most - left

    def _count_anew(self, reference: Reference, rows: Sequence[Any]) -> None:
        """Rows by which something hangs on records lead elsewhere, or something else hangs there: roll-ups follow."""
        ends = {self.entity.slug: {self.into, *self.gone}}
        if reference.link:
            ends = {}
            for row in rows:
                ends.setdefault(row.entity, set()).add(row.record_id)
        for slug, ids in ends.items():
            if slug in registry:
                catch_up(registry[slug], ids, by=self.by)

    def _move(self, reference: Reference, row: Any) -> None:
        noun = noun_of(row)
        name = reference.field.name if reference.field else reference.link
        if noun is not None and not row.deleted_at and name in noun.fields:
            self._move_record(noun, row, name)
        elif reference.field:  # it counts as no value of a record in the trash
            CustomValue.objects.filter(field=name, record_id=row.id).delete()
        else:
            self.move_row(reference, row)

    def _move_record(self, noun: Entity, record: Any, name: str) -> None:
        """As if somebody had chosen it there. Where the noun's rules refuse it, such as a company above itself, the
        link is left empty; where they refuse that too, it is set all the same."""
        f, into = noun.fields[name], None if record.id == self.into else self.into
        for value in dict.fromkeys((into, None)):
            parsed = {name: str(value) if f.custom and value else value}
            before = replaced(noun, record, parsed)
            try:
                with unasked(), transaction.atomic():
                    actions.change(noun, record, parsed, by=self.by)
            except Invalid:
                record.refresh_from_db()
                continue
            notes.note(self.operation, noun, [(record, before)])
            return
        self.move_row(Reference(noun.model, f"{name}_id", link=name), record)
        catch_up(noun, [record.id], by=self.by)
        catch_up(self.entity, [self.into], by=self.by)

    def move_row(self, reference: Reference, row: Any) -> None:
        """A row that is no record of its own, or is in the trash."""
        model, column = reference.model, reference.column
        after = {column: self.into, **model.merged_as}
        change = OperationChange(
            operation_id=self.operation.id,
            record_id=row.id,
            entity=model._meta.label_lower,
            action=Action.MOVED,
            before={name: plain(getattr(row, name)) for name in after},
            after={name: plain(value) for name, value in after.items()},
            version=0,
        )
        if _has_twin(model, row, after) or not _moved(model, row, after):
            change.action, change.before, change.after = Action.LEFT_OUT, whole(row), {}
            model._default_manager.filter(id=row.id).delete()
        change.save(force_insert=True)


def _moved(model: Any, row: Any, after: dict[str, Any]) -> bool:
    """Whether the database takes it: there may be one alike, or it would lead from a record to itself."""
    try:
        with transaction.atomic():
            return bool(model._default_manager.filter(id=row.id).update(**after))
    except IntegrityError:
        return False


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
