"""`sila <command>`: finds the commands, reads the arguments, sets up Django, runs."""

import argparse
import importlib
import json
import os
import pkgutil
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from sila.project import commands, folder
from sila.project.commands import CommandFailed

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = "sila.project.settings"
UNREADY = (
    "no such table",
    "no such column",
    "does not exist",
    "unable to open",
    "connection failed",
    "locked",
)
WHAT_TO_DO = (
    "Bring it up to date with ./sila setup; see that the data folder or SILA_DATABASE_URL is the right one."
)


def main(arguments: list[str]) -> int:
    """Run one command; the exit status."""
    as_json = "--json" in arguments
    options = parser(_JsonParser if as_json else argparse.ArgumentParser).parse_args(arguments)
    data, command = prepare_environment(getattr(options, "data", None)), options.command
    needs_django = getattr(command, "needs_django", True)
    try:
        finish_restore(data)
        with at_work(data, command) if getattr(command, "uses_data", needs_django) else nullcontext():
            if needs_django:
                start_django()
            return run(options)
    except CommandFailed as failure:
        if as_json:
            print(json.dumps({"error": str(failure), "errors": failure.errors}, ensure_ascii=False))
        else:
            print(f"sila: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


class _JsonParser(argparse.ArgumentParser):
    """What was typed wrongly is told as JSON too."""

    def error(self, message: str) -> NoReturn:
        print(json.dumps({"error": message, "errors": {}}, ensure_ascii=False))
        sys.exit(2)


def run(options: argparse.Namespace) -> int:
    """A database that cannot be used is a message, not a trace."""
    if not getattr(options.command, "needs_django", True):
        return options.command.run(options) or 0
    from django.db import OperationalError, ProgrammingError

    try:
        return options.command.run(options) or 0
    except (OperationalError, ProgrammingError) as error:
        if not any(sign in str(error) for sign in UNREADY):
            raise
        reason = str(error).strip().splitlines()[0]
        raise CommandFailed(f"the database is not ready ({reason}). {WHAT_TO_DO}") from error


def parser(kind: type[argparse.ArgumentParser] = argparse.ArgumentParser) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help="the data folder (default: SILA_DATA, or data in the project's folder)",
    )
    top = kind(prog="sila", description="Sila (صلة), customer relationship management.", parents=[common])
    choices = top.add_subparsers(metavar="COMMAND", required=True)
    for name, module in find_commands().items():
        sub = choices.add_parser(name, help=module.help, description=module.help, parents=[common])
        module.arguments(sub)
        sub.set_defaults(command=module)
    return top


def find_commands() -> dict[str, ModuleType]:
    """Name of each command, as it is typed, and its module."""
    names = sorted(found.name for found in pkgutil.iter_modules(commands.__path__))
    modules = {name: importlib.import_module(f"{commands.__name__}.{name}") for name in names}
    return {name.rstrip("_").replace("_", "-"): module for name, module in modules.items()}


def prepare_environment(data: Path | None) -> Path:
    """What the settings read. --data wins over SILA_DATA; child processes inherit the result, the data folder."""
    where = (data or Path(os.environ.get("SILA_DATA") or ROOT / "data")).expanduser().resolve()
    os.environ["SILA_DATA"] = str(where)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    return where


def at_work(data: Path, command: ModuleType) -> AbstractContextManager[None]:
    """The command's hold on the data folder, beside others or alone."""
    return folder.alone(data) if getattr(command, "alone", False) else folder.shared(data)


def finish_restore(data: Path) -> None:
    """A restore that was killed while it changed the data is brought to its end, before anybody meets the data."""
    if not (data / "restoring.json").exists():
        return
    with folder.alone(data):
        start_django()
        from sila.project.restoring import finish

        finish()


def start_django() -> None:
    import django

    django.setup()
    from django.utils import translation

    translation.activate("en")  # the terminal speaks English; what is kept for people is in their language
