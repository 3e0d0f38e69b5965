"""The data folder: many commands work in it at a time, or one has it to itself (a restore)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sila.project.commands import CommandFailed

UP, USE = "up.lock", "use.lock"


@contextmanager
def shared(data: Path) -> Iterator[None]:
    """Work in the folder beside other commands. Raises CommandFailed while one has it to itself."""
    with _held(
        data, USE, fcntl.LOCK_SH, f"A backup is being brought back into {data}. Wait until it is done."
    ):
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Have the folder to oneself. Raises CommandFailed while Sila runs on it."""
    running = f"Sila runs on {data}. Stop it first, then try again."
    busy = (
        f"another command of Sila works on {data} (server, worker, import …). Stop it first, then try again."
    )
    with _held(data, UP, fcntl.LOCK_EX, running), _held(data, USE, fcntl.LOCK_EX, busy):
        yield


@contextmanager
def _held(data: Path, name: str, how: int, otherwise: str) -> Iterator[None]:
    """The system lets go of a lock however its process ends."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)  # other people's business
    lock = os.open(data / name, os.O_RDONLY | os.O_CREAT, 0o644)  # root may have made it: reading is enough
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CommandFailed(otherwise) from None
    try:
        yield
    finally:
        os.close(lock)
