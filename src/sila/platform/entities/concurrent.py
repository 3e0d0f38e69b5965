"""Two people change one record: what each changed alone is kept, only what both changed is asked about."""

from collections.abc import Mapping
from typing import Any

from sila.platform.activity.models import Event
from sila.platform.entities.errors import Stale
from sila.platform.entities.registry import Entity
from sila.platform.entities.stored import plain, replaced


def merging_with(entity: Entity, record: Any, parsed: Mapping[str, Any], version: int) -> dict[str, Any]:
    """What the second person, who saw the record at `version`, really changed. Raises Stale where both did."""
    before = _before(entity, record, version)
    mine = [
        name
        for name in replaced(entity, record, parsed)
        if before is None or name not in before or before[name] != plain(parsed[name])
    ]
    both = mine if before is None else [name for name in mine if name in before]
    if both:
        raise Stale(record, mine, both)
    return {name: parsed[name] for name in mine}


def _before(entity: Entity, record: Any, version: int) -> dict[str, Any] | None:
    """What stood at that version in the fields changed since, as JSON; None if the event log lacks a step."""
    events = Event.objects.filter(
        entity__in={entity.slug, entity.slice_of} - {""}, record_id=record.id, payload__version__gt=version
    ).order_by("id")
    steps = list(events.values_list("payload", flat=True))
    if len(steps) != record.version - version:
        return None
    old: dict[str, Any] = {}
    for step in steps:
        for change in step.get("changes", []):
            old.setdefault(change["field"], change["old"])
    return old
