"""New rows: each is written at once, or those of many records together, in a statement for each table.

Verbs say `insert(row)`; an import that takes hundreds of records in says `together()` around them.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from django.db import models, transaction

AT_ONCE = 500


class Waiting:
    """Rows that are not written yet, in the order in which they were made."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.read: dict[Hashable, Any] = {}
        self.then: dict[Hashable, Callable[[], None]] = {}
        self._begun = 0

    def begin(self) -> None:
        """What comes from here on belongs to the next record."""
        self._begun = len(self.rows)

    def forget(self) -> None:
        """The record was refused: what belongs to it is not written."""
        del self.rows[self._begun :]

    def write(self) -> None:
        """One statement for each table, those that others point to first. Raises IntegrityError."""
        tables: dict[type[models.Model], list[Any]] = {}
        for row in self.rows:
            tables.setdefault(type(row), []).append(row)
        self.rows, self._begun = [], 0
        for model, rows in tables.items():
            model._default_manager.bulk_create(rows, batch_size=AT_ONCE)

    def finish(self) -> None:
        """Write, and do what waited for that."""
        self.write()
        while self.then:
            then, self.then = self.then, {}
            for do in then.values():
                do()
        self.write()


_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


def insert(row: models.Model) -> None:
    """Write a new row, now or with the others."""
    waiting = _waiting.get()
    if waiting is None:
        row.save(force_insert=True)
    else:
        waiting.rows.append(row)


def insert_all(rows: list[Any]) -> None:
    """The same for several rows of one table."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.rows += rows
    elif rows:
        type(rows[0])._default_manager.bulk_create(rows)


def read_once[T](key: Hashable, read: Callable[[], T]) -> T:
    """What many new records ask for (a stage, a customer) is read once for those that are written together."""
    waiting = _waiting.get()
    if waiting is None:
        return read()
    if key not in waiting.read:
        waiting.read[key] = read()
    found: T = waiting.read[key]
    return found


def step() -> AbstractContextManager[object]:
    """A part of a transaction that can fail alone. Where rows wait there is nothing to roll back: no savepoint."""
    return transaction.atomic() if _waiting.get() is None else nullcontext()


def rows_wait() -> bool:
    return _waiting.get() is not None


def when_written(key: Hashable, do: Callable[[], None]) -> None:
    """Do what reads new rows: now, or once those that wait are written. The same key is done once."""
    waiting = _waiting.get()
    if waiting is None:
        do()
    else:
        waiting.then[key] = do


def write_waiting(model: type[models.Model]) -> bool:
    """Write now what waits, if rows of this table are among it. Whether there were any."""
    waiting = _waiting.get()
    if waiting is None or not any(type(row) is model for row in waiting.rows):
        return False
    waiting.write()
    return True


@contextmanager
def together() -> Iterator[Waiting]:
    """Inside, new rows wait; when it ends without an error they are written. Call it inside a transaction."""
    waiting = Waiting()
    token = _waiting.set(waiting)
    try:
        yield waiting
        waiting.finish()
    finally:
        _waiting.reset(token)


@contextmanager
def at_once() -> Iterator[None]:
    """Inside `together`: a change of what is there already, which writes as ever."""
    token = _waiting.set(None)
    try:
        yield
    finally:
        _waiting.reset(token)
