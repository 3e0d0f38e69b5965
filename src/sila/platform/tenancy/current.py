"""Which workspace the code is working in. Without one, tenant tables cannot be read or written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from sila.platform.kit import clock

if TYPE_CHECKING:
    from sila.platform.tenancy.models import Workspace

_workspace: ContextVar["Workspace | None"] = ContextVar("workspace", default=None)


class NoWorkspace(RuntimeError):
    """A tenant table was touched while no workspace was set."""


def current() -> "Workspace":
    """The workspace of this request or job. Raises NoWorkspace outside of one."""
    if workspace := _workspace.get():
        return workspace
    raise NoWorkspace("No workspace is set: open one with tenancy.scope(workspace).")


def current_or_none() -> "Workspace | None":
    return _workspace.get()


def today() -> date:
    """By the workspace's clock."""
    return clock.now().astimezone(ZoneInfo(current().timezone)).date()


def current_id() -> UUID:
    return current().id


@contextmanager
def scope(workspace: "Workspace") -> Iterator[None]:
    """Work inside `workspace` until the block ends.

    On PostgreSQL this opens a transaction and tells row security which tenant it serves; the setting dies
    with the transaction. On SQLite reads need no transaction, and opening one would take the write lock.
    """
    before = _workspace.get()
    if before is not None and before.pk == workspace.pk:
        yield
        return
    token = _workspace.set(workspace)
    try:
        if connection.vendor == "postgresql":
            nested = connection.in_atomic_block
            with transaction.atomic():
                _tell_database(workspace.pk)
                yield
                if nested:  # the transaction goes on: it must not go on in this workspace
                    _tell_database(before.pk if before else None)
        else:
            yield
    finally:
        _workspace.reset(token)


def _tell_database(tenant: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant or "")])


def take_turns(work: str) -> None:
    """Wait until nobody else in this workspace does this work; others wait until the transaction ends.

    Two who add the same records in different orders would wait for each other. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{current_id()} {work}"]
            )


@contextmanager
def as_person(user_id: UUID) -> Iterator[None]:
    """Let row security show the memberships of this user in every workspace (and nothing else)."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.person', %s, true)", [str(user_id)])
        yield  # the setting dies with the transaction; it only ever shows people their own seats
