"""Many records into the trash at once: what `actions.trash` does to each, in a few statements for all of them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from sila.platform.access.actor import Actor
from sila.platform.entities import actions, index
from sila.platform.entities.computed.keeping import settle
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Entity
from sila.platform.tenancy.writing import together


def trash_many(entity: Entity, ids: Iterable[UUID], *, by: Actor) -> dict[UUID, Any]:
    """Those that went, by id. The others are not there for the actor, or not the actor's to put away."""
    if not entity.trashable:
        return {}
    with transaction.atomic():
        rows = actions.locked(entity.visible_to(by).filter(id__in=ids)).order_by("id")
        records = [record for record in rows if by.may(entity.slug, "delete", record)]
        if entity.on_trash:
            records = [record for record in records if _put_away_alone(entity, record, by=by)]
        else:
            _put_away(entity, records, by=by)
    return {record.id: record for record in records}


def _put_away_alone(entity: Entity, record: Any, *, by: Actor) -> bool:
    """Of a noun that has a say in it, one by one."""
    try:
        with transaction.atomic():
            actions.put_away(entity, record, by=by)
    except Invalid:
        return False
    return True


def _put_away(entity: Entity, records: Sequence[Any], *, by: Actor) -> None:
    if not records:
        return
    with together():
        watched = [settle(entity, record, by=by, before=True) for record in records]
        for record in records:
            actions.mark_away(record, by)
        last, ids = records[-1], [record.id for record in records]
        stamps = {
            name: getattr(last, name)
            for name in ("deleted_at", "updated_at", "updated_by_id")
            if hasattr(last, name)
        }
        rows = entity.model._default_manager.filter(id__in=ids)
        rows.update(version=F("version") + 1, **stamps)
        index.forget(*ids)
        for watch in watched:
            watch.spread()
            actions.tell("trashed", entity, watch.record, by)
