"""Stored values as JSON, for events and for undoing, and back again."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.registry import Changes, Entity

_JSON = (str, int, float, bool, list, type(None))
_DATED = (date, time)  # moments are dates too


def attribute(f: Field) -> str:
    """The record's attribute that holds the value of a field of its model."""
    return f"{f.name}_id" if f.kind.name in LINKS else f.name


def now(f: Field, record: Any) -> Any:
    """What the record holds."""
    return record.custom.get(f.name) if f.custom else getattr(record, attribute(f))


def put(f: Field, record: Any, value: Any) -> None:
    """Set the value of a field of its model. What a link led to before, and was read already, is forgotten."""
    setattr(record, attribute(f), value)
    if f.kind.name in LINKS:
        record._state.fields_cache.pop(f.name, None)


def replaced(entity: Entity, record: Any, parsed: Mapping[str, Any]) -> Changes:
    """What the record holds in the fields that these values would change."""
    fields = entity.fields
    held = {name: now(fields[name], record) for name in parsed}
    return {name: old for name, old in held.items() if old != parsed[name]}


def plain(value: Any) -> Any:
    """The value as JSON takes it; equal values give equal JSON."""
    if isinstance(value, _JSON):
        return value
    return value.isoformat() if isinstance(value, _DATED) else str(value)


def told(entity: Entity, record: Any, changes: Changes) -> list[dict[str, Any]]:
    """The changes for the event: field, old and new value as JSON; of money in a currency of its own, in which one each
    was."""
    fields = entity.fields
    return [
        {"field": name, "old": plain(old), "new": plain(now(fields[name], record))}
        | _currencies(fields[name], record, changes)
        for name, old in changes.items()
        if name in fields
    ]


def _currencies(f: Field, record: Any, changes: Changes) -> dict[str, Any]:
    if not f.currency:
        return {}
    after = getattr(record, f.currency)
    return {"currencies": [changes.get(f.currency, after), after]}


def revived(entity: Entity, f: Field, value: Any) -> Any:
    """What `plain` was given, for a field of this entity."""
    if f.custom or value is None:
        return value
    if f.kind.name in LINKS:
        return UUID(value)
    column: Any = entity.model._meta.get_field(f.name)
    return column.to_python(value)
