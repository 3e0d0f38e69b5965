"""Bring a file in."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from sila.project.commands import CommandFailed

help = "import a workbook or CSV file: sila import organizations customers.xlsx --workspace acme"

CHOICES = {  # settings of a map file that can be said as options
    "dates": ("dmy", "mdy", "ymd"),
    "calendar": ("gregorian", "hijri", "both"),
    "bad-cells": ("refuse", "skip"),
    "empty-cells": ("keep", "clear"),
    "duplicates": ("update", "skip", "create", "ask"),
    "missing": ("create", "refuse"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "entity",
        nargs="?",
        default="",
        help="what the rows are: people, organizations, opportunities, products, members …"
        " (default: guessed from the header)",
    )
    parser.add_argument(
        "file", type=Path, help="the file: XLSX, XLS, ODS, or CSV in UTF-8, UTF-16 or Windows-1256"
    )
    parser.add_argument("--workspace", "-w", required=True, help="the workspace's address, e.g. acme")
    parser.add_argument("--map", type=Path, help="a TOML or JSON file that says which column is which field")
    parser.add_argument(
        "--mapping", metavar="NAME", help="a mapping that was saved under this name, here or in the browser"
    )
    parser.add_argument(
        "--save-mapping", metavar="NAME", help="keep what the columns become, for files with these headings"
    )
    parser.add_argument(
        "--sheet", default="", metavar="NAME|NUMBER", help="of a workbook (default: the first one with cells)"
    )
    parser.add_argument(
        "--as",
        dest="member",
        default="",
        help="e-mail of the member whose rights count (default: the system)",
    )
    parser.add_argument(
        "--language", choices=("ar", "en"), help="of the reasons for refusals (default: the workspace's)"
    )
    parser.add_argument("--external-id", metavar="COLUMN", help="the column with the other system's own id")
    for name, choices in CHOICES.items():
        parser.add_argument(f"--{name}", choices=choices, help="as in a map file (docs/import.md)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    parser.add_argument("--json", action="store_true", help="print the summary, or the error, as JSON")
    parser.add_argument(
        "--refused", type=Path, help="where to write the refused rows (default: beside the file)"
    )


def run(options: argparse.Namespace) -> int:
    from django.db import transaction
    from django.utils import translation

    from sila.platform.entities.errors import Invalid, Refusal
    from sila.platform.entities.importing.run import carry_on, prepare
    from sila.platform.tenancy.current import scope

    by = actor(options.workspace, options.member)
    if not options.file.is_file():
        raise CommandFailed(f"there is no file {options.file}")
    check_refused(options)
    if options.map and options.mapping:
        raise CommandFailed("say either --map or --mapping")
    try:
        with scope(by.workspace), translation.override(options.language or by.workspace.language):
            entity = noun(options, by)
            mapping = read_mapping(options, entity, by)
            said = mapping.as_json()
            with transaction.atomic():
                prepared = prepare(
                    entity, options.file.resolve(), options.file.name, mapping, by=by, dry_run=options.dry_run
                )
                if options.save_mapping is not None:
                    save_mapping(options, entity, prepared, said, by)
    except Invalid as error:
        raise CommandFailed(str(error), error.errors) from error
    except Refusal as error:
        raise CommandFailed(str(error)) from error
    if not options.json:
        print(told_columns(prepared.mapping))
    for job in carry_on(prepared, by=by):
        if not options.json and sys.stderr.isatty():
            print(f"\r{job.row:>9} rows", end="", file=sys.stderr)
    report(job, options, by)
    return 1 if job.error else 0


def read_mapping(options: argparse.Namespace, entity: Any, by: Any) -> Any:
    """What is said of the columns: by a file, by a saved mapping, or not at all. Raises Invalid."""
    from sila.platform.entities.errors import Invalid
    from sila.platform.entities.importing import saved_mappings
    from sila.platform.entities.importing.mapping import Mapping
    from sila.platform.entities.importing.proposing import likely_sheet
    from sila.platform.entities.importing.table import Table, notes_of
    from sila.platform.kit.errors import SheetError
    from sila.platform.kit.sheets import WORKBOOK, sniff
    from sila.platform.kit.workbooks import sheet_of, sheets_of

    mapping = Mapping.load(options.map) if options.map else Mapping()
    try:
        book = sniff(options.file) == WORKBOOK
        if options.sheet and not book:
            raise CommandFailed(f"{options.file.name} is no workbook, so it has no sheets")
        kept = saved_mappings.named(entity, options.mapping) if options.mapping is not None else None
        said = options.sheet or (kept.mapping.get("sheet", "") if kept else mapping.sheet)
        if book and not (said or kept or options.map):
            said = likely_sheet(options.file, [each.name for each in sheets_of(options.file)], entity, by)
        table = Table(options.file, said if book else "")
        remarks = notes_of(table, sheet_of(options.file, said) if book else None)
        if kept:
            fit = saved_mappings.applied(kept, entity, by, table.header)
            mapping, remarks = fit.mapping, [*remarks, *fit.remarks]
    except SheetError as error:
        raise Invalid({"file": str(error)}) from error
    for remark in remarks:
        print(remark, file=sys.stderr)
    mapping.sheet = table.sheet
    for name in ("external-id", *CHOICES):
        own = name.replace("-", "_")
        setattr(mapping, own, getattr(options, own) or getattr(mapping, own))
    return mapping


def save_mapping(
    options: argparse.Namespace, entity: Any, prepared: Any, said: dict[str, Any], by: Any
) -> None:
    """What the columns became, with the rest as it was said rather than found out from this file."""
    from sila.platform.entities.importing import saved_mappings
    from sila.platform.entities.importing.table import Table

    mapping = prepared.mapping | {name: said[name] for name in ("dates", "calendar")}
    if not said["templates"]:
        mapping["templates"] = {}  # names that are in parts are joined anew
    header = Table(options.file, mapping["sheet"]).header
    saved_mappings.keep(entity, options.save_mapping, mapping, header, by=by)


def noun(options: argparse.Namespace, by: Any) -> Any:
    """What the rows are, as was said, or as the header tells."""
    from sila.platform.entities.errors import Invalid
    from sila.platform.entities.importing.guessing import guess_nouns
    from sila.platform.entities.importing.nouns_order import order_of_nouns
    from sila.platform.entities.importing.run import may_import
    from sila.platform.entities.importing.table import Table
    from sila.platform.entities.registry import registry
    from sila.platform.kit.errors import SheetError

    if options.entity in registry:
        return registry[options.entity]
    if options.entity:
        known = ", ".join(entity.slug for entity in registry if may_import(entity, by))
        raise CommandFailed(f"there is no entity {options.entity}; known are: {known}")
    able = [entity for entity in order_of_nouns(by) if may_import(entity, by)]
    try:
        found = guess_nouns(able, by, Table(options.file, options.sheet).header)
    except SheetError as error:
        raise Invalid({"file": str(error)}) from error
    if len(found) != 1:
        nouns = ", ".join(entity.slug for entity in found or able)
        raise CommandFailed(f"say what the rows are: sila import NOUN {options.file}; it may be {nouns}")
    if not options.json:
        print(f"the rows look like {found[0].slug}")
    return found[0]


def refused_path(options: argparse.Namespace) -> Path:
    return options.refused or options.file.with_name(f"{options.file.stem}.refused.csv")


def check_refused(options: argparse.Namespace) -> None:
    """Before anything is done: the refused rows must have a place, and it is not the file itself."""
    path = refused_path(options)
    if path.resolve() == options.file.resolve():
        raise CommandFailed(
            "the refused rows cannot be written over the file itself; choose another --refused"
        )
    if not os.access(path.parent, os.W_OK):
        raise CommandFailed(f"{path.parent} cannot be written; say with --refused where the refused rows go")


def actor(slug: str, email: str) -> Any:
    from sila.platform.access.actor import Actor
    from sila.platform.access.models import Member
    from sila.platform.tenancy.current import scope
    from sila.platform.tenancy.models import Workspace

    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        known = ", ".join(Workspace.objects.values_list("slug", flat=True)[:20])
        raise CommandFailed(f"there is no workspace {slug}; known are: {known or 'none yet'}")
    if not email:
        return Actor.system(workspace, "import")
    with scope(workspace):
        member = Member.objects.filter(email__iexact=email, deleted_at=None).first()
        if member is None:
            raise CommandFailed(f"{email} is no member of {slug}")
        return Actor.of(workspace, member, "import", read_only=not member.active)


def told_columns(mapping: dict[str, Any]) -> str:
    """What each column was taken for, as it may be written into a map file."""
    read = [f"{column} → {name}" for column, name in mapping["columns"].items() if name]
    found = f"  read as: {'; '.join(read)}; dates: {mapping['dates']}"
    return found if mapping["calendar"] == "gregorian" else f"{found}; calendar: {mapping['calendar']}"


def report(job: Any, options: argparse.Namespace, by: Any) -> None:
    """One summary, and the refused rows as a file that can be mended and imported again."""
    import json

    from sila.platform.entities.importing.refused import write_refused
    from sila.platform.tenancy.current import scope

    path = refused_path(options)
    with scope(by.workspace):
        written = write_refused(job, path) if job.refused or job.warned else 0
    summary = {
        "entity": job.entity,
        "file": options.file.name,
        "dry_run": job.dry_run,
        "rows": job.created + job.updated + job.unchanged + job.refused,
        "created": job.created,
        "updated": job.updated,
        "unchanged": job.unchanged,
        "refused": job.refused,
        "warned": job.warned,
        "beside": job.beside,
        "ignored_columns": [column for column, name in job.mapping["columns"].items() if not name],
        "refused_file": str(path) if written else None,
        "error": job.error,
    }
    if options.json:
        print(json.dumps(summary, ensure_ascii=False))
        return
    print(
        f"\r{job.entity}: {job.created} created, {job.updated} updated, {job.unchanged} unchanged, {job.refused} refused"
        + (f", {job.warned} taken without a cell" if job.warned else "")
        + (" (dry run: nothing was changed)" if job.dry_run else "")
    )
    for name, count in sorted(job.beside.items()):
        noun, outcome = name.rsplit(".", 1)
        print(f"  {noun}: {count} {outcome}")
    if summary["ignored_columns"]:
        print(f"  columns left out: {', '.join(summary['ignored_columns'])}")
    if written:
        print(f"  what was refused, and why: {path}")
    if job.error:
        print(f"  stopped: {job.error}")
