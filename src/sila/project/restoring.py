"""Bringing a backup back. What is here stays until the backup has been unpacked, verified and found whole.

Then a journal is written, and the parts change places one by one. Whatever kills the process in between, the next
command finds the journal and goes on to the end, so that the data is the old or the new, never some of each.
PostgreSQL takes the whole backup in one transaction, which counts its rows and leaves a mark: by this the next command
knows whether it was committed.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from sila.project.backups import DATABASES, Manifest, program, psql
from sila.project.commands import CommandFailed
from sila.project.installation import as_owner
from sila.project.unpacking import unpack, verify

JOURNAL, WORK, MARK = "restoring.json", "restoring", "sila_restored"
_LOCK = 7452  # of the transaction on PostgreSQL; who asks for it waits until the transaction has ended


@dataclass(frozen=True)
class Journal:
    """What a restore that has begun to change places has to go on with."""

    id: str
    aside: str  # the folder for what was here before
    keep: bool  # it held something

    @property
    def kept(self) -> Path:
        return settings.DATA / self.aside

    def write(self) -> None:
        part = settings.DATA / (JOURNAL + ".part")
        part.write_text(json.dumps(asdict(self)))
        os.sync()  # all that it speaks of is on the disk before it is
        part.replace(settings.DATA / JOURNAL)
        os.sync()


def restore(source: Path, *, replace: bool = False) -> tuple[Manifest, Path | None]:
    """The manifest, and where the data is that was here before. Raises CommandFailed; then nothing has changed.

    The caller has the data folder to itself.
    """
    if not source.is_file():
        raise CommandFailed(f"there is no file {source}")
    in_use = _in_use()
    if in_use and not replace:
        raise CommandFailed(
            "there is data here already. Restore into another folder (--data DIR), or add --replace"
        )
    work = settings.DATA / WORK
    shutil.rmtree(work, ignore_errors=True)  # of one that was killed
    try:
        manifest = unpack(source, work)
        verify(manifest, work, connection.vendor)
        journal = Journal(uuid4().hex, f"before-restore-{timezone.now():%Y%m%d-%H%M%S}", in_use)
        _exchange(journal, manifest)
    finally:
        if not (settings.DATA / JOURNAL).exists():
            shutil.rmtree(work, ignore_errors=True)
    return manifest, journal.kept if in_use else None


def _in_use() -> bool:
    try:
        if "tenancy_workspace" not in connection.introspection.table_names():
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tenancy_workspace")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        if connection.vendor == "sqlite":  # damaged: all the more reason for a restore, but not by accident
            return True
        raise


def _exchange(journal: Journal, manifest: Manifest) -> None:
    if connection.vendor == "sqlite":
        _settle()
    journal.kept.mkdir()
    journal.write()
    try:
        if connection.vendor == "postgresql":
            with as_owner():
                _into_postgresql(settings.DATA / WORK / DATABASES["postgresql"], manifest, journal.id)
    except CommandFailed:
        _forget(journal)
        raise
    try:
        _move_in(journal)
    except OSError as error:
        if connection.vendor == "sqlite":
            _move_back(journal)
            raise CommandFailed(
                f"the data could not be replaced: {error.strerror}. It is as it was"
            ) from error
        again = "The database is restored, the files are not yet. Mend this; the next command goes on"
        raise CommandFailed(f"the files could not be replaced: {error.strerror}. {again}") from error
    _done(journal)


def finish() -> None:
    """Bring to its end what was killed. The caller has the data folder to itself."""
    try:
        journal = Journal(**json.loads((settings.DATA / JOURNAL).read_text()))
    except (ValueError, TypeError) as error:
        raise CommandFailed(f"{settings.DATA / JOURNAL} cannot be read: {error}") from error
    if connection.vendor == "postgresql" and not _committed(journal.id):
        _forget(journal)
        return
    _move_in(journal)
    _done(journal)


def _done(journal: Journal) -> None:
    if connection.vendor == "postgresql":
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {MARK}")
    (settings.DATA / JOURNAL).unlink()
    shutil.rmtree(settings.DATA / WORK, ignore_errors=True)
    if not journal.keep:
        shutil.rmtree(journal.kept, ignore_errors=True)


def _forget(journal: Journal) -> None:
    """Nothing has changed places yet."""
    (settings.DATA / JOURNAL).unlink()
    shutil.rmtree(settings.DATA / WORK, ignore_errors=True)
    shutil.rmtree(journal.kept, ignore_errors=True)


# ---- changing places ---------------------------------------------------------------------------------
def _places() -> dict[str, Path]:
    """Part of the backup -> where it belongs."""
    places = {"files": Path(settings.MEDIA_ROOT), "secret.key": settings.DATA / "secret.key"}
    if connection.vendor == "sqlite":
        places = {DATABASES["sqlite"]: _database()} | places
    return places


def _database() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _beside(database: Path) -> list[Path]:
    """What SQLite keeps beside its file. Left there, the next one to open it would read it into the new one."""
    return [database.with_name(database.name + ending) for ending in ("-wal", "-shm")]


def _settle() -> None:
    """Bring all that was written into the database's own file. Raises CommandFailed while others have it open."""
    connection.close()
    database = _database()
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=2)) as db:
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise CommandFailed(f"the database cannot be taken: {error}. Who else has it open?") from error
    except sqlite3.DatabaseError:
        return  # it is damaged, and goes aside as it is
    if busy or _beside(database)[0].exists():
        raise CommandFailed("somebody still has the database open. End that first, then try again")


def _move_in(journal: Journal) -> None:
    """Each step can be done again after a kill: what has moved is no longer where it was."""
    for part, place in _places().items():
        new, old = settings.DATA / WORK / part, journal.kept / place.name
        if not new.exists():
            continue
        if part == DATABASES["sqlite"]:
            for path in _beside(place):
                if path.exists():
                    path.replace(journal.kept / path.name)
        if place.exists() and not old.exists():
            _set_aside(place, old)
        os.replace(new, place)
    os.sync()


def _set_aside(place: Path, old: Path) -> None:
    """A file stays where it is until the new one takes its place in one step; a folder cannot."""
    if place.is_dir():
        os.replace(place, old)
        return
    try:
        os.link(place, old)
    except OSError:  # the disk knows no links
        shutil.copy2(place, old.with_name(old.name + ".part"))
        old.with_name(old.name + ".part").replace(old)


def _move_back(journal: Journal) -> None:
    for place in [*_places().values(), *_beside(_database())]:
        old = journal.kept / place.name
        if old.exists():
            if place.is_dir():
                shutil.rmtree(place)
            os.replace(old, place)
    _forget(journal)


# ---- PostgreSQL --------------------------------------------------------------------------------------
_EMPTY = """
BEGIN;
SELECT pg_advisory_xact_lock(%(lock)d);
DO $$ DECLARE thing text; BEGIN
  FOR thing IN SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'member') LOOP
    EXECUTE 'DROP TABLE IF EXISTS ' || thing || ' CASCADE';
  END LOOP;
  FOR thing IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'public' AND pg_has_role(p.proowner, 'member')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE 'DROP ROUTINE IF EXISTS ' || thing || ' CASCADE';
  END LOOP;
END $$;
"""
# Row security binds the owner of the tables too. It is lifted for the count, in the transaction that nobody sees.
_COUNT = """
DO $$ DECLARE name text; wanted bigint; found bigint; forced boolean; wrong text := ''; BEGIN
  FOR name, wanted IN SELECT * FROM json_each_text('%(rows)s') LOOP
    SELECT relforcerowsecurity INTO forced FROM pg_class WHERE oid = to_regclass(format('public.%%I', name));
    IF forced IS NULL THEN wrong := wrong || ' ' || name; CONTINUE; END IF;
    EXECUTE format('ALTER TABLE public.%%I NO FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('SELECT count(*) FROM public.%%I', name) INTO found;
    IF forced THEN EXECUTE format('ALTER TABLE public.%%I FORCE ROW LEVEL SECURITY', name); END IF;
    IF found <> wanted THEN wrong := wrong || ' ' || name; END IF;
  END LOOP;
  IF wrong <> '' THEN RAISE EXCEPTION 'the backup differs from its own list in:%%', wrong; END IF;
END $$;
DROP TABLE IF EXISTS public.%(mark)s;
CREATE TABLE public.%(mark)s AS SELECT '%(id)s' AS id;
COMMIT;
"""


def _into_postgresql(dump: Path, manifest: Manifest, journal_id: str) -> None:
    """All of it in one transaction, counted before it is committed. Raises CommandFailed; then nothing has changed."""
    connection.close()
    command = [program("pg_restore"), "--no-owner", "--no-comments", "--exit-on-error", "--file=-", str(dump)]
    count = _COUNT % {"rows": json.dumps(manifest["rows"]), "mark": MARK, "id": journal_id}
    with psql() as session:
        session.write((_EMPTY % {"lock": _LOCK}).encode())
        reading = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603  (our own words)
        with reading:
            assert reading.stdout is not None and reading.stderr is not None
            try:
                shutil.copyfileobj(reading.stdout, session)
            finally:
                reading.stdout.close()
            said = reading.stderr.read().decode(errors="replace").strip()
        if reading.returncode:  # without COMMIT all of it is undone
            raise CommandFailed(f"the database in the backup is damaged: {said[-400:]}")
        session.write(count.encode())


def _committed(journal_id: str) -> bool:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [_LOCK, _LOCK])
        if MARK not in connection.introspection.table_names(cursor):
            return False
        cursor.execute(f"SELECT id FROM {MARK}")  # noqa: S608  (our own name)
        return cursor.fetchone() == (journal_id,)
