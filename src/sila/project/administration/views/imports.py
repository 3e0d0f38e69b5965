"""Importing a file: hand it in, match its columns, watch it come in."""

import csv
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.exporting.formats import formats_of
from sila.platform.entities.importing import run as engine
from sila.platform.entities.importing import saved_mappings
from sila.platform.entities.importing.answering import waiting
from sila.platform.entities.importing.guessing import column_key, names_of
from sila.platform.entities.importing.previewing import preview
from sila.platform.entities.importing.refused import refused_rows
from sila.platform.entities.importing.table import Table
from sila.platform.entities.importing.targets import split, targets, writable
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import ImportRun
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment, is_htmx
from sila.platform.kit.errors import SheetError
from sila.platform.kit.ids import uuid7
from sila.platform.kit.numbers import format_number
from sila.platform.kit.sheets import WORKBOOK, sniff
from sila.platform.kit.workbooks import sheets_of
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.administration.import_questions import questions
from sila.project.administration.importing import (
    Proposed,
    import_page,
    mapping_from,
    proposed,
    shown_state,
)
from sila.project.administration.views.mappings import shown as shown_mappings

SAMPLES, PREVIEW, REASONS, PAST = 3, 5, 20, 20
POSTED = ("external_id", "dates", "calendar", "bad_cells", "duplicates", "missing")  # settings of the form


@import_page
def start(request: HttpRequest, entity: Entity, context: Context) -> HttpResponse:
    """The drop zone and the imports so far. POST: keep the file and go on to its columns."""
    error = ""
    if request.method == "POST":
        try:
            draft = _keep(request, entity, context)
            return redirect(f"{entity.url(context.reader.slug)}import/{draft.id}")
        except Invalid as refused:
            error = "; ".join(refused.errors.values())
    past = ImportRun.objects.filter(entity=entity.slug).exclude(mapping={}).order_by("-id")
    if not context.actor.is_admin:
        past = past.filter(member_id=context.actor.member_id)
    base = f"{entity.url(context.reader.slug)}import"
    runs = [
        shown_state(run, _job(run), base, context)
        for run in past.select_related("member", "operation")[:PAST]
    ]
    return fragment(
        request,
        "administration/import_start.html",
        {
            "import": _head(entity, context, 0)
            | {
                "error": error,
                "runs": runs,
                "mappings": shown_mappings(entity, context),
                "limit": settings.MAX_UPLOAD_BYTES // 1_000_000,
                "cards": "vcf" in formats_of(entity),
            },
        },
        status=422 if error else 200,
    )


def _head(entity: Entity, context: Context, step: int) -> dict[str, Any]:
    steps = (_("File"), _("Columns"), _("Import"))
    return {
        "title": _("Import: %(nouns)s") % {"nouns": entity.plural},
        "back_url": entity.url(context.reader.slug),
        "base": f"{entity.url(context.reader.slug)}import",
        "steps": [
            {"label": label, "state": "done" if at < step else "now" if at == step else "ahead"}
            for at, label in enumerate(steps)
        ],
    }


def _keep(request: HttpRequest, entity: Entity, context: Context) -> ImportRun:
    """The file under a name of our own, if it can be read as a table. Raises Invalid."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid({"file": _("Choose a file.")})
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 1_000_000
        raise Invalid(
            {"file": _("The file is too large: at most %(most)s MB can be imported.") % {"most": most}}
        )
    path = Path(settings.MEDIA_ROOT) / str(context.actor.workspace.pk) / "imports" / f"{uuid7()}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines, last = 0, b"\n"
    with path.open("wb") as file:
        for chunk in upload.chunks():
            lines, last = lines + chunk.count(b"\n"), chunk[-1:] or last
            file.write(chunk)
    rows = lines + (last != b"\n")  # the last line may have no end
    try:
        Table(path)
        if sniff(path) == WORKBOOK:
            rows = sheets_of(path)[0].rows
    except SheetError as error:
        path.unlink()
        raise Invalid({"file": str(error)}) from error
    return ImportRun.objects.create(
        entity=entity.slug,
        member_id=context.actor.member_id,
        file_name=(upload.name or "")[:200],
        path=str(path),
        total=max(rows - 1, 0),  # the first is the header
    )


# ---- columns ---------------------------------------------------------------------------------------
@import_page
def columns(request: HttpRequest, entity: Entity, context: Context, run_id: UUID) -> HttpResponse:
    """Which column is which field. A draft may be started several times: first dry, then in earnest."""
    draft = find_run(entity, run_id, context)
    if draft.mapping:
        return _watch(request, entity, context, draft)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            run = _begin(request, draft, entity, context)
            return redirect(f"{entity.url(context.reader.slug)}import/{run.id}")
        except Invalid as error:
            errors = error.errors
    page = _head(entity, context, 1) | _matching(request, draft, entity, context, errors)
    return fragment(
        request, "administration/import_columns.html", {"import": page}, status=422 if errors else 200
    )


def _begin(request: HttpRequest, draft: ImportRun, entity: Entity, context: Context) -> ImportRun:
    """The import as the form says, and its mapping kept if it has a name. Raises Invalid."""
    found, by = proposed(draft, request.POST, entity, context), context.actor
    mapping = mapping_from(request.POST, found.header, found.mapping)
    said, name = mapping.as_json(), request.POST.get("save_as", "").strip()
    with transaction.atomic():
        run = engine.prepare(
            entity,
            Path(draft.path),
            draft.file_name,
            mapping,
            by=by,
            dry_run="dry_run" in request.POST,
        )
        ImportRun.objects.filter(id=run.id).update(total=found.rows)
        if name:
            saved_mappings.keep(entity, name, said, found.header, by=by)
        engine.start(run, by=by)
    return run


def _matching(
    request: HttpRequest, draft: ImportRun, entity: Entity, context: Context, errors: dict[str, str]
) -> dict[str, Any]:
    found, lines = proposed(draft, request.POST or request.GET, entity, context), []
    header, proposal = found.header, found.mapping
    try:
        engine.check_header(header)
        lines += islice(Table(draft.path, found.sheet), PREVIEW)
    except SheetError as error:
        errors = {**errors, "file": str(error)}
    except Invalid as error:
        errors = {**errors, **error.errors}
    fields = {name: f for name, f in targets(entity, context.actor).items() if not f.read_only}
    guessed, known = proposal.columns, names_of(writable(entity, context.actor))
    chosen = {name: request.POST.get(f"col-{at}", guessed.get(name, "")) for at, name in enumerate(header)}
    told = sniff(draft.path)
    return {
        "file": draft.file_name,
        "encoding": told.encoding_name,
        "delimiter": {"\t": "Tab"}.get(told.delimiter, told.delimiter),
        "rows": format_number(found.rows, digits=context.reader.digits),
        "errors": list(errors.values()),
        "remarks": found.remarks,
        "posted": request.POST or {name: getattr(proposal, name) for name in POSTED},
        "program": found.program,
        "url": request.path,
        "sheets": _sheets(found),
        "mappings": _mappings(found),
        "mapped_as": found.chosen.name if found.chosen else "",
        "header": header,
        "columns": [
            {
                "at": at,
                "name": name,
                "samples": [
                    line.cells[at] for line in lines if at < len(line.cells) and line.cells[at].strip()
                ][:SAMPLES],
                "kind": _sureness(chosen[name], guessed.get(name, ""), known, name, bool(found.chosen)),
                "options": [
                    ("", _("Leave out"), not chosen[name]),
                    *((key, _said(key, f.label), key == chosen[name]) for key, f in fields.items()),
                ],
            }
            for at, name in enumerate(header)
        ],
        **_preview(request, draft, entity, context, found),
    }


@require_POST
@import_page
def first_rows(request: HttpRequest, entity: Entity, context: Context, run_id: UUID) -> HttpResponse:
    """The first rows anew, as the form would have them now."""
    draft = find_run(entity, run_id, context)
    found = proposed(draft, request.POST, entity, context)
    page = {"url": f"{entity.url(context.reader.slug)}import/{draft.id}"}
    page |= _preview(request, draft, entity, context, found)
    return fragment(request, "administration/_import_preview.html", {"import": page})


def _preview(
    request: HttpRequest, draft: ImportRun, entity: Entity, context: Context, found: Proposed
) -> dict[str, Any]:
    """The rows as they would be, or why there are none."""
    mapping = mapping_from(request.POST, found.header, found.mapping) if request.POST else found.mapping
    try:
        table = Table(draft.path, found.sheet)
        mapping = engine.ready(deepcopy(mapping), entity, table, context)
        return {"preview": preview(entity, mapping, table, islice(table, PREVIEW), by=context.actor)}
    except (SheetError, Invalid) as error:
        reasons = error.errors.values() if isinstance(error, Invalid) else [str(error)]
        return {"preview": None, "no_preview": list(reasons)}


def _sheets(found: Proposed) -> list[tuple[str, str, bool]]:
    """The choice among the sheets of a workbook, if there is one."""
    first = found.sheet or (found.sheets or [""])[0]
    return [(name, name, name == first) for name in found.sheets] if len(found.sheets) > 1 else []


def _mappings(found: Proposed) -> list[tuple[str, str, bool]]:
    if not found.kept:
        return []
    none = ("none", _("None: as Sila recognises them"), found.chosen is None)
    return [none, *((str(each.id), each.name, each is found.chosen) for each in found.kept)]


def _said(target: str, label: object) -> object:
    """The field; of a noun that stands beside, with its name."""
    noun, _name = split(target)
    return f"{registry[noun].name} › {label}" if noun else label


def _sureness(chosen: str, guessed: str, known: dict[str, str], column: str, kept: bool) -> str:
    """sure: named as the field is; guess: named as others name it; kept: as the mapping says; hand; off."""
    if not chosen:
        return "off"
    if chosen != guessed:
        return "hand"
    if kept:
        return "kept"
    return "sure" if guessed in known.values() and known.get(column_key(column)) == guessed else "guess"


# ---- the run ---------------------------------------------------------------------------------------
def _watch(request: HttpRequest, entity: Entity, context: Context, run: ImportRun) -> HttpResponse:
    """The page of a run; for htmx only the part that changes."""
    base = f"{entity.url(context.reader.slug)}import"
    job = _job(run)
    asked = 0 if run.dry_run else waiting(run).count()
    state = shown_state(run, job, base, context, asked)
    state["reasons"] = [
        {"line": note.row, "column": note.column, "reason": note.reason, "taken": note.taken}
        for note in run.refusals.filter(asked=False).order_by("row", "id")[:REASONS]
    ]
    state["questions"] = questions(run, asked, entity, context) if asked and state["ended"] else None
    page = _head(entity, context, 3 if state["ended"] else 2) | {"run": state}
    template = "administration/_import_run.html" if is_htmx(request) else "administration/import_run.html"
    return fragment(request, template, {"import": page})


def find_run(entity: Entity, run_id: UUID, context: Context) -> ImportRun:
    """One's own, or anybody's for an administrator."""
    rows = ImportRun.objects.filter(id=run_id, entity=entity.slug)
    run = (rows if context.actor.is_admin else rows.filter(member_id=context.actor.member_id)).first()
    if run is None:
        raise NotFound
    return run


def _job(run: ImportRun) -> Job | None:
    return Job.objects.filter(name=engine.JOB, key=str(run.id)).first()


@require_POST
@import_page
def cancel(request: HttpRequest, entity: Entity, context: Context, run_id: UUID) -> HttpResponse:
    job = _job(find_run(entity, run_id, context))
    if job is None or not jobs.cancel(job):
        raise Invalid({"": _("This import has ended already.")})
    return done(_("Stopped. What has come in so far stays."))


@require_GET
@import_page
def refused(request: HttpRequest, entity: Entity, context: Context, run_id: UUID) -> Any:
    """The refused rows as a file, written while it is sent."""
    run = find_run(entity, run_id, context)
    name = f"{Path(run.file_name).stem} - {_('refused')}.csv"
    response = StreamingHttpResponse(
        _lines(run, context.actor.workspace), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class _Echo:
    """csv.writer wants a file; this one hands each line back."""

    def write(self, text: str) -> str:
        return text


def _lines(run: ImportRun, workspace: Workspace) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    with scope(workspace):
        for row in refused_rows(run):
            yield writer.writerow(row)
