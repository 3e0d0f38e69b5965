"""What is in a backup's file: taken out with suspicion, and held against its own list, before anything is replaced."""

import json
import lzma
import re
import sqlite3
import tarfile
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from sila.project.backups import DATABASES, VERSION, Manifest, all_files, hash_of, rows_of_sqlite
from sila.project.commands import CommandFailed

SINGLE = {"manifest.json", "secret.key", *DATABASES.values()}
_SHAPE = {"sila": int, "vendor": str, "rows": dict, "files": int, "hashes": dict}


def unpack(source: Path, folder: Path) -> Manifest:
    """All its parts in the folder. Raises CommandFailed if it is no backup, damaged or cut short."""
    (folder / "files").mkdir(parents=True)
    try:
        archive = tarfile.open(source)  # noqa: SIM115  (closed below; what fails here is another story)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError):
        no_backup(source, "it is not a tar file")
    except OSError as error:
        raise CommandFailed(f"{source} cannot be read: {error.strerror}") from error
    try:
        with archive:
            for member in archive:
                _take(source, archive, member, folder)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError):
        raise CommandFailed(f"{source} is damaged or cut short: a part of it cannot be read") from None
    except OSError as error:
        raise CommandFailed(f"{source} could not be unpacked: {error.strerror}") from error
    return _manifest(source, folder)


def no_backup(source: Path, why: str) -> NoReturn:
    raise CommandFailed(f"{source} is no backup of Sila: {why}")


def _take(source: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Nothing but plain files of the known names, so that none lands anywhere else."""
    path = PurePosixPath(member.name)
    inside = path.parts[:1] == ("files",) and ".." not in path.parts and "\0" not in member.name
    if member.isdir() and inside:
        return
    if not (member.name in SINGLE or (inside and len(path.parts) > 1)):
        no_backup(source, f"“{member.name[:80]}” does not belong into one")
    if not member.isreg() or member.issparse():
        no_backup(source, f"“{member.name[:80]}” is a link or a device, not a file")
    target = folder / path
    if target.exists():
        no_backup(source, f"“{member.name[:80]}” is in it twice")
    target.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None
    with content, target.open("wb") as file:
        while block := content.read(1 << 20):
            file.write(block)
    if member.name in SINGLE:
        target.chmod(0o600)


def _manifest(source: Path, folder: Path) -> Manifest:
    try:
        manifest: Any = json.loads((folder / "manifest.json").read_text())
    except FileNotFoundError:
        no_backup(source, "it has no list of its parts (manifest.json)")
    except (ValueError, RecursionError):
        no_backup(source, "the list of its parts (manifest.json) cannot be read")
    if not isinstance(manifest, dict) or any(
        not isinstance(manifest.get(name), kind) for name, kind in _SHAPE.items()
    ):
        no_backup(source, "the list of its parts (manifest.json) cannot be read")
    if manifest["sila"] > VERSION:
        raise CommandFailed(f"{source} was made by a newer Sila; bring it back with that one")
    rows = manifest["rows"].items()
    if not all(re.fullmatch(r"\w+", name, re.ASCII) and isinstance(number, int) for name, number in rows):
        no_backup(source, "the list of its parts (manifest.json) cannot be read")
    return manifest


def verify(manifest: Manifest, folder: Path, vendor: str) -> None:
    """Every part is as the list says, and the database is whole. Raises CommandFailed."""
    if manifest["vendor"] != vendor:
        raise CommandFailed(f"the backup is of {manifest['vendor']}; this installation runs on {vendor}")
    database = folder / DATABASES[vendor]
    found = {name: folder / name for name in SINGLE - {"manifest.json"} if (folder / name).exists()}
    listed = manifest["parts"] if isinstance(manifest.get("parts"), dict) else {}
    if manifest["sila"] >= 2:
        _compare(listed, found)
    _compare(manifest["hashes"], all_files(folder / "files"))
    if not database.exists():
        raise CommandFailed("the backup holds no database")
    if vendor == "sqlite":
        _compare_rows(manifest["rows"], database)


def _compare(hashes: dict[str, str], found: dict[str, Path]) -> None:
    wrong = sorted(hashes.keys() ^ found.keys())
    wrong += [name for name, path in found.items() if name in hashes and hash_of(path) != hashes[name]]
    if wrong:
        differs(wrong)


def differs(wrong: list[str]) -> NoReturn:
    names = ", ".join(wrong[:10])
    raise CommandFailed(f"the backup differs from its own list in: {names}. Nothing has changed here")


def _compare_rows(rows: dict[str, int], database: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)) as copy:
            told = copy.execute("PRAGMA integrity_check").fetchone()[0]
        counted = rows_of_sqlite(database)
    except sqlite3.DatabaseError as error:
        raise CommandFailed(
            f"the database in the backup is damaged ({error}). Nothing has changed here"
        ) from error
    if told != "ok":
        raise CommandFailed(f"the database in the backup is damaged ({told}). Nothing has changed here")
    if wrong := sorted(name for name in rows.keys() | counted.keys() if rows.get(name) != counted.get(name)):
        differs(wrong)
