"""Brings an installation up to date, step by step. Repeating it is cheap."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sila.project.commands import CommandFailed

Step = tuple[str, Callable[[], bool], str]


def bring_up_to_date() -> None:
    """Every step in order, shown as it goes."""
    for step in _STEPS:
        take(*step)


def make_ready_for_data() -> None:
    """Translations and tables alone, for commands that may be the first to use a data folder."""
    compile_translations()
    migrate()


def take(name: str, step: Callable[[], bool], advice: str) -> None:
    """Do one step, saying which and how long; CommandFailed tells what to do when it fails."""
    print(f"  {name} ... ", end="", flush=True)
    started = time.monotonic()
    try:
        worked = step()
    except Exception as error:
        print("failed", flush=True)
        raise CommandFailed(f"{type(error).__name__}: {error}\n{advice}") from error
    print(f"done, {time.monotonic() - started:.1f} s" if worked else "up to date", flush=True)


def build_front_end() -> bool:
    from sila.project.frontend import build_if_stale

    return build_if_stale()


def compile_translations() -> bool:
    from sila.project.messages import compile_if_stale

    return bool(compile_if_stale())


def migrate() -> bool:
    """Apply waiting migrations, as the owner of the tables."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)  # other people's business
    with as_owner():
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            call_command("createcachetable", verbosity=0)  # before: migrating grants the rights on all tables
            call_command("migrate", interactive=False, verbosity=0)
    return bool(waiting)


@contextmanager
def as_owner() -> Iterator[None]:
    """Work in the role that owns the tables; everything else runs in one that owns nothing."""
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    role = options.pop("assume_role", None)
    connection.close()
    try:
        yield
    finally:
        if role:
            options["assume_role"] = role
            connection.close()


def collect_static_files() -> bool:
    """Copy and compress what the web server gives out, when any of it changed."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    wanted = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)
    return True


def _static_fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


_STEPS: tuple[Step, ...] = (
    (
        "Front end",
        build_front_end,
        "The first build needs the network, for the npm registry. Then try again: ./sila up",
    ),
    ("Translations", compile_translations, "Mend the catalogue it names, then try again."),
    (
        "Database",
        migrate,
        "See that the data folder can be written (--data DIR), or that SILA_DATABASE_URL is right.",
    ),
    (
        "Static files",
        collect_static_files,
        "See that the data folder can be written and the disk is not full.",
    ),
)
