"""A PostgreSQL cluster that lives as long as the tests or the benchmark that asked for it, and databases in one."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Composed, Identifier

OWNER = "sila"


def binaries() -> Path | None:
    """Where PostgreSQL 15 or newer is installed, or None."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    places += [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None
    )


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster on a free loopback port and yield its `postgresql://` address; remove it afterwards."""
    where = binaries()
    if where is None:
        raise RuntimeError("PostgreSQL is not installed: no initdb was found.")
    folder = Path(tempfile.mkdtemp(prefix="sila-pg-"))
    data = folder / "data"
    run_as = _unprivileged()
    os.chmod(folder, 0o755)  # noqa: S103  (the server's account must reach its own folder)
    data.mkdir(mode=0o700)
    if run_as:
        shutil.chown(folder, run_as)
        shutil.chown(data, run_as)
    port = _free_port()
    _run(
        [
            where / "initdb",
            "-D",
            data,
            "-U",
            OWNER,
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--lc-ctype=C.UTF-8",  # trigrams are made of letters: the database must know the Arabic ones
            "--no-sync",
        ],
        run_as,
    )
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off "
        "-c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=256MB"
    )
    _run([where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], run_as)
    try:
        yield f"postgresql://{OWNER}@127.0.0.1:{port}/postgres"
    finally:
        _run([where / "pg_ctl", "-D", data, "-m", "immediate", "stop"], run_as)
        shutil.rmtree(folder, ignore_errors=True)


def make_database(server: str, name: str, *, like: str = "") -> str:
    """A database anew, beside the one of this address, empty or as another one is; gives its address."""
    template = SQL(" TEMPLATE {}").format(Identifier(like)) if like else SQL("")
    remove_database(server, name)
    _tell(server, SQL("CREATE DATABASE {}{}").format(Identifier(name), template))
    return f"{server.rpartition('/')[0]}/{name}"


def remove_database(server: str, name: str) -> None:
    """If it is there; whoever is connected to it is cut off."""
    _tell(server, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _tell(server: str, statement: Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; lend it another account then."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody" if "nobody" in names else getpass.getuser()


def _run(command: list[object], run_as: str | None) -> None:
    subprocess.run(  # noqa: S603  (our own words only)
        [str(word) for word in command],
        check=True,
        user=run_as,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
