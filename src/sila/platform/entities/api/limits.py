"""Requests a minute per token, counted in this process: the default server runs one for pages and API."""

import os
import threading
import time
from collections import OrderedDict

PER_MINUTE = int(os.environ.get("SILA_API_PER_MINUTE", "1200"))


class Buckets:
    """A token bucket per key: `PER_MINUTE` at once, refilled evenly."""

    def __init__(self, per_minute: int = PER_MINUTE, keep: int = 10_000) -> None:
        self.per_minute, self.keep = per_minute, keep
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> tuple[int, int]:
        """(how many are left, seconds to wait): the wait is 0 when this request may pass."""
        now = time.monotonic()
        with self._lock:
            level, then = self._levels.pop(key, (float(self.per_minute), now))
            level = min(self.per_minute, level + (now - then) * self.per_minute / 60)
            passed = level >= 1
            self._levels[key] = (level - 1 if passed else level, now)
            if len(self._levels) > self.keep:
                self._levels.popitem(last=False)
        return int(level), 0 if passed else int((1 - level) * 60 / self.per_minute) + 1
