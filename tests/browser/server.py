"""A real Sila for the browser: the sample workspace in a folder of its own, web server and worker."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.installing import free_port

SOURCE = Path(__file__).resolve().parents[2] / "src"
MAY_TAKE = 300  # seconds, on a busy machine


@dataclass(frozen=True)
class Server:
    """Where it answers, and how to get in."""

    address: str
    data: Path

    def sign_in_link(self) -> str:
        """A fresh one-time link of the sample's owner."""
        said = _sila(self.data, "demo").stdout
        return self.address + re.search(r"/enter/\S+", said)[0]

    @property
    def home(self) -> str:
        return f"{self.address}/w/rayyan/"


@contextmanager
def running(folder: Path, shared: Path) -> Iterator[Server]:
    """Sila on a free port. The sample takes a while to make, so it is made once in `shared`, and copied."""
    data = folder / "data"
    shutil.copytree(_sample(shared), data)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sila", "up", "--data", str(data), "--port", str(port)],
        env=_surroundings(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout:
            if line.startswith("Sign in:"):
                break
        else:
            raise RuntimeError("Sila did not start.")
        yield Server(f"http://127.0.0.1:{port}", data)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


def _sample(shared: Path) -> Path:
    data = shared / "sample"
    with (shared / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "made").exists():
            _sila(data, "setup")
            _sila(data, "demo")
            (data / "made").touch()
    return data


def _sila(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sila", *words, "--data", str(data)],
        env=_surroundings(),
        check=True,
        capture_output=True,
        text=True,
        timeout=MAY_TAKE,
    )


def _surroundings() -> dict[str, str]:
    """Ours, without what the tests around us set for themselves."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SILA_")}
    return own | {"PYTHONPATH": str(SOURCE)}
