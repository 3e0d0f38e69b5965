"""Appending to the event log. Verbs call `record` inside their transaction."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.activity.models import Event
from sila.platform.kit import clock
from sila.platform.tenancy.writing import add

Deed = Callable[[str, str, UUID | None], None]  # (kind, entity, record)
listener: ContextVar[Deed | None] = ContextVar(
    "first_deed", default=None
)  # told of events, in their transaction


def record(kind: str, *, by: Actor, entity: str = "", record_id: UUID | None = None, **payload: Any) -> None:
    if tell := listener.get():
        tell(kind, entity, record_id)
    if by.who and by.member is None:
        payload.setdefault("who", by.who)
    event = {"kind": kind, "entity": entity, "record_id": record_id, "payload": payload}
    add(Event, {**event, "member_id": by.member_id, "via": by.via, "at": clock.now()})
