"""New rows: each is written at once, or those of many records together, in a statement for each table.

Verbs say `insert(row)`; an import that takes hundreds of records in says `together()` around them.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import models, transaction

from sila.platform.tenancy.aside import sending_aside
from sila.platform.tenancy.inserting import insert_rows

ENOUGH = 800  # rows that wait: from here on those of whole records are written, so that a database is at work early


class Waiting:
    """Rows that are not written yet, in the order in which they were made."""

    def __init__(self) -> None:
        self.rows: list[tuple[type[models.Model], Any]] = []
        self.read: dict[Hashable, Any] = {}
        self.then: dict[Hashable, Callable[[], None]] = {}
        self._begun = 0

    def begin(self) -> None:
        """What comes from here on belongs to the next record."""
        self._begun = len(self.rows)
        if self._begun > ENOUGH:
            self.write_earlier()

    def forget(self) -> None:
        """The record was refused: what belongs to it is not written."""
        del self.rows[self._begun :]

    def write(self) -> None:
        """One statement for each table, those that others point to first. Raises IntegrityError."""
        rows, self.rows, self._begun = self.rows, [], 0
        _write(rows)

    def write_earlier(self) -> None:
        """The rows of the records before this one: it may still be refused."""
        earlier, self.rows = self.rows[: self._begun], self.rows[self._begun :]
        self._begun = 0
        _write(earlier)

    def earlier(self, model: type[models.Model]) -> bool:
        """Whether a record before this one left rows of the table."""
        return any(table is model for table, _row in self.rows[: self._begun])

    def finish(self) -> None:
        """Write, and do what waited for that."""
        self.write()
        while self.then:
            then, self.then = self.then, {}
            for do in then.values():
                do()
        self.write()


def _write(rows: Iterable[tuple[type[models.Model], Any]]) -> None:
    tables: dict[type[models.Model], list[Any]] = {}
    for model, row in rows:
        tables.setdefault(model, []).append(row)
    for model in _pointed_to_first(list(tables)):
        insert_rows(model, tables[model])


def _pointed_to_first(found: list[type[models.Model]]) -> list[type[models.Model]]:
    """The tables so that none stands before one that it points to; otherwise in the order in which they came."""
    ordered: list[type[models.Model]] = []
    while found:
        free = next((model for model in found if not _targets(model) & {*found} - {model}), found[0])
        found.remove(free)
        ordered.append(free)
    return ordered


_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@cache
def _targets(model: type[models.Model]) -> frozenset[Any]:
    return frozenset(f.related_model for f in model._meta.get_fields() if isinstance(f, models.ForeignObject))


def insert(row: models.Model) -> None:
    """Write a new row, now or with the others."""
    waiting = _waiting.get()
    if waiting is None:
        row.save(force_insert=True)
    else:
        waiting.rows.append((type(row), row))


def insert_all(rows: Sequence[Any]) -> None:
    """The same for several rows."""
    waiting, pairs = _waiting.get(), [(type(row), row) for row in rows]
    if waiting is None:
        _write(pairs)
    else:
        waiting.rows += pairs


def add(model: type[models.Model], *rows: Mapping[str, Any]) -> None:
    """New rows that nobody asks for again (an event, an entry of an index): no objects are made of them."""
    waiting, pairs = _waiting.get(), [(model, row) for row in rows]
    if waiting is None:
        _write(pairs)
    else:
        waiting.rows += pairs


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
    """Write now what earlier records left, if rows of this table are among it. Whether there were any."""
    waiting = _waiting.get()
    if waiting is None or not waiting.earlier(model):
        return False
    waiting.write_earlier()
    return True


@contextmanager
def together() -> Iterator[Waiting]:
    """Inside, new rows wait; when it ends without an error they are written. Call it inside a transaction."""
    waiting = Waiting()
    token = _waiting.set(waiting)
    try:
        with sending_aside():
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
