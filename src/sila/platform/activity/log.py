"""Appending to the event log. Verbs call `record` inside their transaction."""

from typing import Any
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.activity.models import Event
from sila.platform.kit import clock
from sila.platform.tenancy.writing import insert


def record(kind: str, *, by: Actor, entity: str = "", record_id: UUID | None = None, **payload: Any) -> None:
    insert(
        Event(
            kind=kind,
            entity=entity,
            record_id=record_id,
            member_id=by.member_id,
            via=by.via,
            at=clock.now(),
            payload=payload,
        )
    )
