"""Django's command, with the indexes and constraints of a new table inside the operation that creates it.

As operations of their own each renders the models of all apps anew and, on SQLite, builds the table once more: of a first
start they took two minutes.
"""

from collections.abc import Sequence
from typing import Any

from django.core.management.commands import makemigrations
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation


class Command(makemigrations.Command):
    def write_migration_files(self, changes: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        for app, made in changes.items():
            for migration in made:
                migration.operations = folded(app, migration.operations)
        super().write_migration_files(changes, *args, **kwargs)


def folded(app: str, operations: Sequence[Operation]) -> list[Operation]:
    """The same operations, of which those that can be are part of a CreateModel. An index over a field that is added
    later, and a link to a table that is created later, stay by themselves."""
    tables = {
        operation.name_lower: operation for operation in operations if isinstance(operation, CreateModel)
    }
    late: dict[str, set[str]] = {}
    for operation in operations:
        if isinstance(operation, AddField):
            late.setdefault(operation.model_name_lower, set()).add(operation.name.removesuffix("_id"))
    place = {f"{app}_{name}": number for number, name in enumerate(tables)}
    kept = []
    for operation in operations:
        table = tables.get(getattr(operation, "model_name_lower", ""))
        part = _part(operation)
        if (
            table is None
            or part is None
            or _waits(part, late.get(table.name_lower, set()), place, f"{app}_{table.name_lower}")
        ):
            kept.append(operation)
        else:
            table.options.setdefault(
                "indexes" if isinstance(operation, AddIndex) else "constraints", []
            ).append(part)
    return kept


def _part(operation: Operation) -> Any:
    if isinstance(operation, AddIndex):
        return operation.index
    return operation.constraint if isinstance(operation, AddConstraint) else None


def _waits(part: Any, late: set[str], place: dict[str, int], table: str) -> bool:
    """Whether it speaks of a field that comes later (links say their column), or of a table that does."""
    said = str(part.deconstruct())
    if any(f"'{name}'" in said or f"'{name}_" in said for name in late):
        return True
    to_table = getattr(part, "to_table", "")
    return place.get(to_table, -1) > place.get(table, -1)
