"""The present moment. Sample data lets it be another one, so that its history has dates of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    return _pretended.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block, what is written happened at `moment`."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
