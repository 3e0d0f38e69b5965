"""How many questions a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

BOOKKEEPING = (
    "SAVEPOINT",
    "RELEASE",
    "SELECT set_config",
    "BEGIN",
    "COMMIT",
)  # what row security and nesting add


@contextmanager
def at_most(number: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(BOOKKEEPING)]
    assert len(asked) <= number, f"{len(asked)} queries instead of {number}:\n" + "\n".join(
        sql[:300] for sql in asked
    )
