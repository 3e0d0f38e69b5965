"""How surely a commit is on the disk before the program goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_LIGHT = {
    "sqlite": ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL"),
    "postgresql": ("SET synchronous_commit TO off", "SET synchronous_commit TO DEFAULT"),
}


@contextmanager
def redoable() -> Iterator[None]:
    """Commits inside do not wait for the disk: if the machine loses its power, the database stands whole where an earlier
    one left it, and whoever made them goes on from there. The next commit of another kind takes them along. Changes
    nothing inside a transaction."""
    if connection.in_atomic_block:
        yield
        return
    light, sure = _LIGHT[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(light)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sure)
