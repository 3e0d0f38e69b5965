"""UUIDv7 (RFC 9562): ids that sort by the time of their making; and words that nobody can guess."""

import os
import secrets
import struct
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM_BITS = 74
_RANDOM_MASK = (1 << _RANDOM_BITS) - 1
_LOW_MASK = (1 << 62) - 1


def _drawn() -> Iterator[int]:
    """Numbers of 32 bits that nobody can guess, asked of the system many at a time."""
    while True:
        yield from struct.unpack("1024I", os.urandom(4096))


class _Clock:
    """Time in milliseconds followed by 74 random bits, as one number that only grows."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last = 0
        self.drawn = _drawn()

    def tick(self) -> int:
        now = (time.time_ns() // 1_000_000) << _RANDOM_BITS
        with self.lock:
            if now > self.last:
                self.last = now | (self._random() & (_RANDOM_MASK >> 1))
            else:  # the same millisecond, or the clock went back: step on by a number nobody can guess
                self.last += 1 + next(self.drawn)
            return self.last

    def _random(self) -> int:
        return next(self.drawn) << 64 | next(self.drawn) << 32 | next(self.drawn)


_clock = _Clock()


def _restart_clock() -> None:
    """A forked child must not repeat its parent's numbers, nor inherit a lock that a thread held."""
    global _clock
    _clock = _Clock()


os.register_at_fork(after_in_child=_restart_clock)


def uuid7() -> UUID:
    """A new id, greater than every id this process made before."""
    return _from_stamp(_clock.tick())


def uuid7_at(moment: datetime) -> UUID:
    """The smallest id that could have been made at the moment (which must be aware)."""
    if moment.tzinfo is None:
        raise ValueError("uuid7_at needs an aware datetime")
    return _from_stamp(int(moment.timestamp() * 1000) << _RANDOM_BITS)


def _from_stamp(stamp: int) -> UUID:
    milliseconds, random = stamp >> _RANDOM_BITS, stamp & _RANDOM_MASK
    return UUID(int=milliseconds << 80 | _VERSION | (random >> 62) << 64 | _VARIANT | random & _LOW_MASK)


def uuid_in(text: str) -> UUID | None:
    """An id that somebody sent; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def unguessable() -> str:
    """132 bits as 22 letters that can stand in an address."""
    return secrets.token_urlsafe(17)[:22]
