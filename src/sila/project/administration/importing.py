"""What the import pages share: who may import, reading the matched columns, and the state of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.activity.models import Job
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.importing import saved_mappings
from sila.platform.entities.importing.guessing import guess_calendar
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.proposing import likely_sheet, propose
from sila.platform.entities.importing.run import date_cells, may_import
from sila.platform.entities.importing.table import Table, notes_of
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import ImportRun, Operation, SavedMapping
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import entity_view
from sila.platform.kit.errors import SheetError
from sila.platform.kit.numbers import format_number
from sila.platform.kit.sheets import WORKBOOK, sniff
from sila.platform.kit.workbooks import Sheet, sheets_of


def import_page(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """For those who may import here."""

    @entity_view
    @wraps(view)
    def door(request: HttpRequest, entity: Entity, context: Context, **kwargs: Any) -> HttpResponse:
        if not may_import(entity, context.actor):
            raise NotAllowed
        answer: HttpResponse = view(request, entity, context, **kwargs)
        return answer

    return door


@dataclass
class Proposed:
    """What stands on the page of columns before anybody has changed it: the sheet, and what its columns become."""

    sheet: str
    sheets: list[str]  # of a workbook
    rows: int  # below the header, about
    header: list[str]
    mapping: Mapping
    program: str = ""
    kept: list[SavedMapping] = field(default_factory=list)
    chosen: SavedMapping | None = None
    remarks: list[str] = field(default_factory=list)


def proposed(draft: ImportRun, data: QueryDict, entity: Entity, context: Context) -> Proposed:
    """`data` chooses the sheet, and a saved mapping or, with "none", what Sila would guess; else the mapping that was
    kept for these headings is taken."""
    sheets = {each.name: each for each in _sheets_of(draft)}
    kept = list(saved_mappings.mappings_of(entity))
    sheet, asked, remarks = data.get("sheet", ""), data.get("mapping", ""), []
    if sheet not in sheets:
        meant = asked or saved_mappings.offered(kept, Table(draft.path).header)
        sheet = "" if meant else likely_sheet(draft.path, list(sheets), entity, context.actor)
    try:
        table = Table(draft.path, sheet)
    except (
        SheetError
    ) as error:  # of a sheet that is no table; the first one was read when the file was handed in
        sheet, table, remarks = "", Table(draft.path), [str(error)]
    shown = sheets.get(sheet) or next(iter(sheets.values()), None)
    remarks += notes_of(table, shown)
    by_id = {str(each.id): each for each in kept}
    chosen = by_id.get(asked) or (None if asked else saved_mappings.offered(kept, table.header))
    program = ""
    if chosen:
        fit = saved_mappings.applied(chosen, entity, context.actor, table.header)
        mapping, remarks = fit.mapping, [*remarks, *fit.remarks]
    else:
        mapping, program = propose(entity, context.actor, table.header)
    mapping.calendar = mapping.calendar or guess_calendar(date_cells(entity, table, mapping, context.actor))
    rows = max(shown.rows - 1, 0) if shown else draft.total or 0
    return Proposed(
        sheet, list(sheets), rows, table.header, replace(mapping, sheet=sheet), program, kept, chosen, remarks
    )


def _sheets_of(draft: ImportRun) -> list[Sheet]:
    return sheets_of(draft.path) if sniff(draft.path) == WORKBOOK else []


def mapping_from(data: QueryDict, header: list[str], proposal: Mapping) -> Mapping:
    """The form's answers, with what the proposal says besides."""
    return replace(
        proposal,
        columns={name: data.get(f"col-{at}", "") for at, name in enumerate(header)},
        external_id=data.get("external_id", ""),
        dates=data.get("dates", ""),
        calendar=data.get("calendar", ""),
        bad_cells=data.get("bad_cells", "refuse"),
        duplicates=data.get("duplicates", "update"),
        missing=data.get("missing", "create"),
    )


def shown_state(
    run: ImportRun, job: Job | None, base: str, context: Context, asked: int = 0
) -> dict[str, Any]:
    """Where a run stands. The job knows whether it goes on; the run knows what came in. `asked`: rows that wait for
    an answer, which are not refused yet."""
    state, reader = _state(run, job), context.reader
    read = run.created + run.updated + run.unchanged + run.refused
    operation = f"/w/{reader.slug}/operations/{run.operation_id}/"
    return {
        "id": run.id,
        "file": run.file_name,
        "url": f"{base}/{run.id}",
        "dry_run": run.dry_run,
        "state": state,
        "label": _labels()[state],
        "ended": state not in ("waiting", "running"),
        "error": run.error,
        "share": min(100, round(read * 100 / run.total)) if run.total else 0,
        "done": format_number(read, digits=reader.digits),
        "total": format_number(run.total or 0, digits=reader.digits),
        "counts": _counts(run, reader, asked),
        "refused_url": f"{base}/{run.id}/refused" if run.refused or run.warned else "",
        "cancel_url": f"{base}/{run.id}/cancel",
        "operation_url": operation if run.operation_id else "",
        "undoable": bool(run.operation_id and run.operation.undoable and run.operation.done),
        "when": reader.moment(run.started_at),
        "who": str(run.member or ""),
    }


def _counts(run: ImportRun, reader: Reader, asked: int) -> list[dict[str, Any]]:
    told = (
        (_("Added"), run.created, ""),
        (_("Updated"), run.updated, ""),
        (_("Unchanged"), run.unchanged, ""),
        *([(_("Waiting for an answer"), asked, "none")] if asked else []),
        (_("Refused"), run.refused - asked, "late"),
        (_("Taken without a cell"), run.warned, "none"),
        *((label, count, "") for label, count in _beside(run)),
    )
    return [
        {
            "label": label,
            "value": format_number(count, digits=reader.digits),
            "light": light,
            "some": bool(count),
        }
        for label, count, light in told
    ]


def _beside(run: ImportRun) -> list[tuple[str, int]]:
    """What came of the other nouns that stand in the same rows."""
    words = {"created": _("%(nouns)s added"), "updated": _("%(nouns)s updated")}
    found = []
    for name, count in sorted(run.beside.items()):
        slug, _sep, outcome = name.rpartition(".")
        noun = registry.get(slug)
        if noun and outcome in words:
            found.append((words[outcome] % {"nouns": noun.plural}, count))
    return found


def _state(run: ImportRun, job: Job | None) -> str:
    if run.operation_id and run.operation.status in (Operation.Status.UNDOING, Operation.Status.UNDONE):
        return str(run.operation.status)
    if run.error:
        return "failed"
    if run.ended_at or job is None:
        return "done"
    return str(job.state)


def _labels() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Failed"),
        "cancelled": _("Stopped"),
        "undoing": _("Being undone"),
        "undone": _("Undone"),
    }
