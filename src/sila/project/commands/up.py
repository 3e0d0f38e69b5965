import argparse
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from sila.project.commands import CommandFailed
from sila.project.commands.serve import DEFAULT_PORT

help = "install, migrate, make a sample workspace, and run everything: web server, worker, schedule"
needs_django = False  # this process watches over the others and stays small

_PREPARE_FAILED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: %(default)s")
    parser.add_argument("--no-sample", action="store_true", help="do not make a sample workspace")


def run(options: argparse.Namespace) -> int:
    from sila.project.supervisor import Child, Supervisor, answers_ready, port_is_free

    started, data = time.monotonic(), Path(os.environ["SILA_DATA"])
    with _only_one(data):
        if not port_is_free(options.host, options.port):
            raise CommandFailed(
                f"port {options.port} is taken. Choose another: ./sila up --port {options.port + 1}"
            )
        address = os.environ.setdefault("SILA_ADDRESS", _address(options)).rstrip("/")
        (data / "address").write_text(address)  # for the links that other commands print
        link = _prepare(options.no_sample)
        sila = (sys.executable, "-m", "sila")
        listen = ("--host", options.host, "--port", str(options.port))
        children = [
            Child("web server", (*sila, "serve", "--quiet", *listen)),
            Child("worker", (*sila, "worker")),
        ]

        def announce() -> None:
            seconds = time.monotonic() - started
            print(f"Sila is ready: {address}  ({seconds:.1f} s; Ctrl-C stops it)")
            nobody = "Nobody can sign in yet. Make a workspace, then start again: ./sila workspace --help"
            print(f"Sign in: {address}{link}" if link else nobody, flush=True)

        return Supervisor(children).run(lambda: answers_ready(options.host, options.port), announce)


def _address(options: argparse.Namespace) -> str:
    # Passkeys belong to a name, never to a number: the machine itself is called localhost.
    host = "localhost" if options.host in {"127.0.0.1", "0.0.0.0", "::"} else options.host  # noqa: S104 compared, not bound
    return f"http://{host}:{options.port}"


def _only_one(data: Path) -> IO[str]:
    """Holds the data folder for this process; the system lets go of it however the process ends."""
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "up.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        message = (
            f"Sila already runs on {data}. Stop it first, or choose another folder: ./sila up --data DIR"
        )
        raise CommandFailed(message) from None
    return lock


def _prepare(no_sample: bool) -> str:
    """Bring the installation up to date; the path of a sign-in link."""
    reader, writer = os.pipe()
    extra = ["--no-sample"] if no_sample else []
    command = [sys.executable, "-m", "sila.project.prepare", str(writer), *extra]
    with os.fdopen(reader) as result:
        done = subprocess.Popen(command, pass_fds=[writer])  # noqa: S603 our own words
        os.close(writer)
        link = result.read()
        if done.wait():
            raise SystemExit(_PREPARE_FAILED)  # it has said why
    return link
