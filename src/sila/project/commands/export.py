"""Take a list out as a file."""

import argparse
from pathlib import Path

from sila.project.commands import CommandFailed
from sila.project.commands.import_ import actor

help = "export a list: sila export people people.xlsx --workspace acme"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entity", help="what to take out: people, organizations, opportunities …")
    parser.add_argument(
        "file", type=Path, help="where to write it; its ending says what: .csv, .xlsx, .json or .vcf"
    )
    parser.add_argument("--workspace", "-w", required=True, help="the workspace's address, e.g. acme")
    parser.add_argument(
        "--filter", action="append", default=[], help="a condition as in the address bar, e.g. city:is:Riyadh"
    )
    parser.add_argument(
        "--columns", default="", help="field names with commas between (default: every field)"
    )
    parser.add_argument("--language", choices=["ar", "en"], help="of the header (default: the workspace's)")
    parser.add_argument(
        "--as",
        dest="member",
        default="",
        help="e-mail of the member whose rights count (default: the system)",
    )


def run(options: argparse.Namespace) -> int:
    from django.utils import translation

    from sila.platform.access.reader import Reader
    from sila.platform.activity import log
    from sila.platform.entities.errors import Invalid, NotAllowed
    from sila.platform.entities.exporting import formats
    from sila.platform.entities.exporting.table import Table
    from sila.platform.entities.kinds import Context
    from sila.platform.entities.listing import Condition, ListState
    from sila.platform.entities.registry import registry
    from sila.platform.tenancy.current import scope

    by, kind = actor(options.workspace, options.member), options.file.suffix.lstrip(".").lower()
    language = options.language or by.workspace.language
    state = ListState(
        conditions=tuple(Condition.read(text) for text in options.filter),
        columns=tuple(name for name in options.columns.split(",") if name),
    )
    with translation.override(language), scope(by.workspace):
        entity = registry.get(options.entity)
        if entity is None:
            known = ", ".join(each.slug for each in registry)
            raise CommandFailed(f"there is no entity {options.entity}; known are: {known}")
        offered = formats.formats_of(entity)
        if kind not in offered:
            raise CommandFailed(f"{options.file} must end in one of: {', '.join(offered)}")
        every_field = offered[kind].every_field or not options.columns
        context = Context(by, Reader.of(by.workspace))
        try:
            table = Table.of(entity, state, context, every_field=every_field)
            formats.write(table, kind, options.file)
        except NotAllowed as error:
            raise CommandFailed(f"{options.member} may not export {options.entity}") from error
        except Invalid as error:
            raise CommandFailed("; ".join(error.errors.values())) from error
        except OSError as error:
            raise CommandFailed(f"{options.file} cannot be written: {error.strerror}") from error
        log.record("exported", by=by, entity=entity.slug, title=options.file.name)
    print(f"wrote {options.file}")
    return 0
