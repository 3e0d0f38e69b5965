"""How surely a commit is on the disk before the program goes on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

_WAYS = {  # lightly, and as ever; the log of SQLite is folded back once it has 16,000 pages, for many come again and again
    "sqlite": (
        ("PRAGMA synchronous=NORMAL", "PRAGMA wal_autocheckpoint=16000"),
        ("PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=1000"),
    ),
    "postgresql": (("SET synchronous_commit TO off",), ("SET synchronous_commit TO DEFAULT",)),
}


@contextmanager
def redoable() -> Iterator[None]:
    """Commits inside do not wait for the disk: if the machine loses its power, the database stands whole where an earlier
    one left it, and whoever made them goes on from there. The next commit of another kind takes them along. Changes
    nothing inside a transaction."""
    if connection.in_atomic_block:
        yield
        return
    light, sure = _WAYS[connection.vendor]
    _set(light)
    try:
        yield
    finally:
        _set(sure)


def _set(settings: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for setting in settings:
            cursor.execute(setting)
