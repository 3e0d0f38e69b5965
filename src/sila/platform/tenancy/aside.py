"""Statements that PostgreSQL works on while Python goes on with the next rows.

They are done in their order. Whatever else is asked of the connection waits for them, and so does the end of the block,
where an error of theirs comes out if it has not before.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections


class Aside:
    """One connection's statements that nobody waits for yet."""

    def __init__(self, db: Any) -> None:
        self.db = db
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self.sent: list[Future[Any]] = []

    def send(self, sql: str, values: Sequence[Any]) -> None:
        self.sent.append(self.thread.submit(self.db.connection.execute, sql, values))

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
    """Inside, `send` does not wait where the database works in a process of its own. Call it inside a transaction."""
    db = connections[DEFAULT_DB_ALIAS]
    if db.vendor != "postgresql" or _aside.get():
        yield
        return
    aside = Aside(db)
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
