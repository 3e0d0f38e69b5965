"""Statements that the database works on while Python goes on with the next rows: PostgreSQL in a process of its own,
SQLite in a thread that needs no Python.

They are done in their order. Whatever else is asked of the connection waits for them, and so does the end of the block,
where an error of theirs comes out if it has not before.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

TURN = 0.0005  # seconds that a thread goes on while another waits: after 5 ms, as is usual, the database would stand idle


class Aside:
    """One connection's statements that nobody waits for yet."""

    def __init__(self, db: Any) -> None:
        self.db = db
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self.sent: list[Future[Any]] = []

    def send(self, sql: str, values: Sequence[Any]) -> None:
        self.sent.append(self.thread.submit(self._cursor().execute, sql, values))

    def _cursor(self) -> Any:
        if self.db.vendor != "postgresql":
            return self.db.create_cursor()
        from psycopg import Cursor

        return Cursor(self.db.connection)  # Django's own writes long values into the statement

    def wait(self) -> None:
        """Raises DatabaseError, of the first statement that was refused."""
        sent, self.sent = self.sent, []
        wait(sent)
        with self.db.wrap_database_errors:
            for each in sent:
                each.result()

    def wait_first(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Around every other statement of the connection."""
        self.wait()
        return execute(*statement)


_aside: ContextVar[Aside | None] = ContextVar("aside", default=None)


@contextmanager
def sending_aside() -> Iterator[None]:
    """Inside, `send` does not wait. Call it inside a transaction."""
    if _aside.get():
        yield
        return
    db = connections[DEFAULT_DB_ALIAS]
    aside = Aside(db)
    sys.setswitchinterval(TURN)
    token = _aside.set(aside)
    try:
        with db.execute_wrapper(aside.wait_first):
            yield
        aside.wait()
    finally:
        _aside.reset(token)
        with suppress(DatabaseError):  # what is raised here tells more
            aside.wait()
        aside.thread.shutdown()


def send(cursor: Any, sql: str, values: Sequence[Any]) -> None:
    """Have the statement done: aside, or now by the cursor. Raises DatabaseError."""
    aside = _aside.get()
    if aside:
        aside.send(sql, values)
    else:
        cursor.execute(sql, values)
