"""Processes of one tree: none of them outlives its parent, even when the parent is killed."""

import os
import signal
import threading
import time

_LOOK_EVERY = 0.2
_GRACE = 8.0


def follow_parent() -> None:
    """End this process soon after its parent has gone: politely first, then at once."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True, name="follow-parent").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
