"""Backups. The file is a tar: manifest.json, the database, the files, the installation's key.

SQLite is copied by VACUUM INTO, which is safe while people work; PostgreSQL by pg_dump, in the same snapshot in which
the rows are counted. The manifest holds the hash of every part. `restoring.py` brings it back.
"""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from sila.project import throwaway
from sila.project.commands import CommandFailed
from sila.project.installation import as_owner

Manifest = dict[str, Any]
VERSION = 2  # of the manifest; the first had no hashes of the database and the key
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SKIPPED = ("sqlite_", "entities_fulltext")  # inner tables of SQLite


def back_up(target: Path) -> Manifest:
    """Write the backup. Raises CommandFailed."""
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA) as folder, as_owner():
            work = Path(folder)
            parts, rows = _database(work)
            if (key := settings.DATA / "secret.key").exists():
                parts["secret.key"] = key
            files = all_files(Path(settings.MEDIA_ROOT))
            manifest = _manifest(rows, parts, files)
            (work / "manifest.json").write_text(json.dumps(manifest))
            with tarfile.open(part, "w") as archive:
                archive.add(work / "manifest.json", "manifest.json")
                for name, path in [
                    *parts.items(),
                    *((f"files/{name}", path) for name, path in files.items()),
                ]:
                    archive.add(path, name)
        part.chmod(0o600)  # it holds every secret of the installation
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandFailed(f"the backup {target} could not be written: {error.strerror}") from error
    return manifest


def _database(work: Path) -> tuple[dict[str, Path], dict[str, int]]:
    """A copy of the database, and the rows of each table in it."""
    copy = work / DATABASES[connection.vendor]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return {copy.name: copy}, rows_of_sqlite(copy)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        postgresql("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", "--file", str(copy))
        return {copy.name: copy}, _rows_of_postgresql(cursor)


def _manifest(rows: dict[str, int], parts: dict[str, Path], files: dict[str, Path]) -> Manifest:
    return {
        "sila": VERSION,
        "made": timezone.now().isoformat(),
        "vendor": connection.vendor,
        "rows": rows,
        "files": len(files),
        "parts": {name: hash_of(path) for name, path in parts.items()},
        "hashes": {name: hash_of(path) for name, path in files.items()},
    }


def rows_of_sqlite(file: Path) -> dict[str, int]:
    """Rows of each table of a copy that nobody writes to."""
    with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as copy:
        names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  (names of our tables)
            for name in names
            if not name.startswith(SKIPPED)
        }


def _rows_of_postgresql(cursor: Any) -> dict[str, int]:
    counts = {}
    try:
        cursor.execute(
            "SET LOCAL row_security = off"
        )  # a count of some rows only would be an error, not a number
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  (names of our tables)
            counts[name] = cursor.fetchone()[0]
    except DatabaseError as error:
        raise CommandFailed(f"the tables cannot be counted: {error}".strip()) from error
    return counts


def all_files(root: Path) -> dict[str, Path]:
    return {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- the programs of PostgreSQL ----------------------------------------------------------------------
def program(name: str) -> str:
    """Where it is. Raises CommandFailed."""
    where = throwaway.binaries()
    found = str(where / name) if where and (where / name).exists() else shutil.which(name)
    if not found:
        raise CommandFailed(f"{name} is not installed here; it comes with PostgreSQL")
    return found


def address() -> tuple[list[str], dict[str, str]]:
    """The words and the environment that lead a program to the database."""
    config = connection.settings_dict
    words = ["--host", config["HOST"] or "localhost", "--port", str(config["PORT"] or 5432)]
    words += ["--username", config["USER"], "--dbname", config["NAME"]]
    return words, {"PGPASSWORD": config["PASSWORD"] or "", "PATH": "/usr/bin:/bin"}


def postgresql(name: str, *words: str) -> None:
    """Run a program on the database. Raises CommandFailed."""
    target, environment = address()
    command = [program(name), *target, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  (our own words)
    if done.returncode:
        raise CommandFailed(f"{name} failed: {done.stderr.strip()[-400:]}")


@contextmanager
def psql() -> Iterator[IO[bytes]]:
    """Where a session takes statements from; it ends at the first that fails. Raises CommandFailed."""
    target, environment = address()
    command = [
        program("psql"),
        "--no-psqlrc",
        "--quiet",
        "--output=/dev/null",
        "--set=ON_ERROR_STOP=1",
        *target,
    ]
    with tempfile.TemporaryFile() as said:
        session = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=said)  # noqa: S603  (our own words)
        assert session.stdin is not None
        try:
            with suppress(BrokenPipeError):  # it has ended already: what it said tells why
                yield session.stdin
        finally:
            with suppress(BrokenPipeError):
                session.stdin.close()
            status = session.wait()
        if status:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
            raise CommandFailed(f"PostgreSQL did not take the backup, nothing has changed: {text[-400:]}")
