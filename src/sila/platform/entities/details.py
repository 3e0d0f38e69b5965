"""The small rows of a record: reading them, adding one, a verb on one. Page and API both come through here."""

from typing import Any
from uuid import UUID

from sila.platform.entities import actions
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.kinds import Context, Row
from sila.platform.entities.registry import Detail, Entity


def detail_of(entity: Entity, name: str) -> Detail:
    """Raises NotFound."""
    detail = entity.detail(name)
    if detail is None:
        raise NotFound
    return detail


def rows(entity: Entity, record_id: UUID, detail: Detail, context: Context) -> list[Row]:
    """What the actor may read of them. Raises NotFound."""
    return detail.rows(actions.get(entity, record_id, by=context.actor), context)


def writable(entity: Entity, record_id: UUID, context: Context) -> Any:
    """The record, if the actor may change it. Raises NotFound, NotAllowed."""
    record = actions.get(entity, record_id, by=context.actor)
    if not context.actor.may(entity.slug, "edit", record):
        raise NotAllowed
    return record


def add(entity: Entity, record_id: UUID, detail: Detail, values: Row, context: Context) -> UUID:
    """The id of the new row. Raises NotFound, NotAllowed, Invalid."""
    added = detail.add(writable(entity, record_id, context), by=context.actor, **values)
    return UUID(str(added.id))


def act(entity: Entity, record_id: UUID, detail: Detail, row_id: UUID, verb: str, context: Context) -> None:
    """Raises NotFound for a row that is not this record's, or that the actor may not read; NotAllowed, Invalid."""
    record = writable(entity, record_id, context)
    run = detail.verbs.get(verb)
    if run is None or all(row["id"] != row_id for row in detail.rows(record, context)):
        raise NotFound
    row = detail.model._default_manager.filter(id=row_id).first()
    if row is None:
        raise NotFound
    run(row, by=context.actor)
