"""Keeps the processes of `sila up` running. It imports no Django, so it stays small."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_STOP_WITHIN = 8.0
_LOOK_EVERY = 0.25
_LONGEST_PAUSE = 30.0
_STEADY_AFTER = 60.0


@dataclass
class Child:
    """A process that is started again when it dies, after a pause that grows with each early death."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    due: float = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the parent alone, which then stops the children in order.
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 our own words
        self.started = time.monotonic()

    def look(self) -> None:
        """Start if due; after a death, set the time of the next start."""
        now = time.monotonic()
        if self.process is None and now >= self.due:
            self.start()
        elif self.process is not None and self.process.poll() is not None:
            steady = now - self.started > _STEADY_AFTER
            self.pause = 1.0 if steady else min(self.pause * 2, _LONGEST_PAUSE)
            status = self.process.returncode
            tell(f"The {self.name} ended (status {status}); starting it again in {self.pause:.0f} s.")
            self.process, self.due = None, now + self.pause


def tell(message: str) -> None:
    print(f"sila: {message}", file=sys.stderr, flush=True)


class Supervisor:
    """Starts the children, keeps them, and stops them all on Ctrl-C, SIGTERM or SIGHUP."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = threading.Event()

    def run(self, ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Returns when told to stop; `announce` is called once, as soon as `ready` says so."""
        self._listen_to_signals()
        announced = False
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    child.look()
                if not announced and ready():
                    announced = True
                    announce()
                self.stopping.wait(_LOOK_EVERY)
        finally:
            self.stop()
        return 0

    def _listen_to_signals(self) -> None:
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # not under nohup
            numbers.append(signal.SIGHUP)
        for number in numbers:
            signal.signal(number, lambda *_: self.stopping.set())

    def stop(self) -> None:
        """End all children within ten seconds."""
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + _STOP_WITHIN
        for process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def port_is_free(host: str, port: int, patience: float = 5.0) -> bool:
    """Whether it can be listened on; for a while it may still be held by children of a killed `sila up`."""
    deadline = time.monotonic() + patience
    while not _can_bind(host, port):
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_EVERY)
    return True


def _can_bind(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def wait_until_ready(host: str, port: int) -> None:
    pause = threading.Event()
    while not answers_ready(host, port):
        pause.wait(_LOOK_EVERY)


def answers_ready(host: str, port: int) -> bool:
    """Whether GET /readyz says 200. Spoken by hand: the standard library's client costs memory."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 compared, not bound
    try:
        with socket.create_connection((target, port), timeout=2) as link:
            link.sendall(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return link.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
