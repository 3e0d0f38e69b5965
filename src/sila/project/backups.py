"""Backup and restore. The file is a tar: manifest.json, the database, the files, the installation's key.

SQLite is copied by VACUUM INTO, which is safe while people work; PostgreSQL by pg_dump. A restore counts the rows
of every table and the bytes of every file and compares them with the manifest before it says that it is done.
"""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from sila.project import throwaway
from sila.project.commands import CommandFailed
from sila.project.installation import as_owner

Manifest = dict[str, Any]
SKIPPED = ("sqlite_", "entities_fulltext")  # inner tables of SQLite


def back_up(target: Path) -> Manifest:
    """Write the backup. Raises CommandFailed."""
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder, as_owner():
        work = Path(folder)
        dump = work / ("database.sqlite3" if connection.vendor == "sqlite" else "database.dump")
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(dump)])
        else:
            _postgresql("pg_dump", "--format=custom", "--no-owner", "--file", str(dump))
        files = _files()
        manifest: Manifest = {
            "sila": 1,
            "made": timezone.now().isoformat(),
            "vendor": connection.vendor,
            "rows": _counted(dump),
            "files": len(files),
            "hashes": {name: _hash(path) for name, path in files.items()},
        }
        (work / "manifest.json").write_text(json.dumps(manifest))
        part = target.with_name(target.name + ".part")
        with tarfile.open(part, "w") as archive:
            archive.add(work / "manifest.json", "manifest.json")
            archive.add(dump, dump.name)
            if (key := settings.DATA / "secret.key").exists():
                archive.add(key, "secret.key")
            for name, path in files.items():
                archive.add(path, f"files/{name}")
        part.chmod(0o600)  # it holds every secret of the installation
        part.replace(target)
    return manifest


def restore(source: Path, *, replace: bool = False) -> Manifest:
    """Bring the backup back and compare. Raises CommandFailed if anything differs or would be overwritten."""
    if not source.is_file():
        raise CommandFailed(f"there is no file {source}")
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        work = Path(folder)
        manifest = _unpack(source, work)
        if manifest["vendor"] != connection.vendor:
            raise CommandFailed(
                f"the backup is of {manifest['vendor']}; this installation runs on {connection.vendor}"
            )
        if _in_use() and not replace:
            raise CommandFailed(
                "there is data here already. Restore into another folder (--data DIR), or add --replace"
            )
        with as_owner():
            _database_back(work, replace)
        _files_back(work)
        if (work / "secret.key").exists():
            shutil.copy2(work / "secret.key", settings.DATA / "secret.key")
        _compare(manifest)
    return manifest


def _unpack(source: Path, work: Path) -> Manifest:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        manifest: Manifest = json.loads((work / "manifest.json").read_text())
    except (tarfile.TarError, OSError, ValueError) as error:
        raise CommandFailed(f"{source} is no backup of Sila: {error}") from error
    return manifest


def _in_use() -> bool:
    if "tenancy_workspace" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_workspace")
        return bool(cursor.fetchone()[0])


def _database_back(work: Path, replace: bool) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        name = Path(settings.DATABASES["default"]["NAME"])
        for old in (name, name.with_name(name.name + "-wal"), name.with_name(name.name + "-shm")):
            old.unlink(missing_ok=True)
        shutil.copy2(work / "database.sqlite3", name)
        return
    clean = ("--clean", "--if-exists") if replace or _tables_exist() else ()
    _postgresql("pg_restore", "--no-owner", *clean, "--exit-on-error", str(work / "database.dump"))


def _tables_exist() -> bool:
    return bool(connection.introspection.table_names())


def _files_back(work: Path) -> None:
    target = Path(settings.MEDIA_ROOT)
    if target.exists():
        shutil.rmtree(target)
    if (work / "files").exists():
        shutil.copytree(work / "files", target)


def _compare(manifest: Manifest) -> None:
    with as_owner():
        here = _counts_here()
    wrong = [name for name, count in manifest["rows"].items() if here.get(name) != count]
    files = _files()
    wrong += [
        name
        for name, digest in manifest["hashes"].items()
        if name not in files or _hash(files[name]) != digest
    ]
    if wrong:
        raise CommandFailed(f"the restored data differs from the backup in: {', '.join(wrong[:10])}")


def _counted(dump: Path) -> dict[str, int]:
    """Rows of each table, in the copy itself on SQLite (people may be working on the original)."""
    if connection.vendor == "sqlite":
        with sqlite3.connect(dump) as copy:
            names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  (names of our tables)
                for name in names
                if not name.startswith(SKIPPED)
            }
    return _counts_here()


def _counts_here() -> dict[str, int]:
    """Rows of each table. On PostgreSQL the owner is bound by row security as well; it is lifted for the count
    inside a transaction that is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        counts = {}
        for name in connection.introspection.table_names(cursor):
            if not name.startswith(SKIPPED):
                if connection.vendor == "postgresql":
                    cursor.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
                cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  (names of our tables)
                counts[name] = cursor.fetchone()[0]
        transaction.set_rollback(True)
    return counts


def _files() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _postgresql(program: str, *words: str) -> None:
    where = throwaway.binaries()
    found = str(where / program) if where else shutil.which(program)
    if not found:
        raise CommandFailed(f"{program} is not installed here; it comes with PostgreSQL")
    config = connection.settings_dict
    target = [
        "--host",
        config["HOST"] or "localhost",
        "--port",
        str(config["PORT"] or 5432),
        "--username",
        config["USER"],
        "--dbname",
        config["NAME"],
    ]
    done = subprocess.run(  # noqa: S603  (our own words)
        [found, *target, *words],
        env={"PGPASSWORD": config["PASSWORD"] or "", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(f"{program} failed: {done.stderr.strip()[-400:]}")
