"""Cells of a list that came from a spreadsheet: written in one change, each cell for itself."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import bulk, verbs
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done, entity_view
from sila.platform.kit.numbers import format_number
from sila.platform.kit.sheets import unsafe_cell
from sila.platform.kit.text import storable

ROWS, COLUMNS, CELL = 200, 40, 20_000  # of one paste while its reader waits; characters of a cell
MOST = bulk.CHOSEN  # rows; more than ROWS are written in the background
TOLD = 50  # refused cells that the page marks

Cells = dict[str, dict[str, str]]  # record -> field -> text


@require_POST
@entity_view
def paste(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """`cells` holds JSON: {record id: {field: text}}; `left` says for how many cells the list had no place. A long paste
    goes on by itself, on the page of its operation."""
    left = int(text) if (text := request.POST.get("left", "")[:6]).isdecimal() else 0
    cells = _read(request.POST.get("cells", ""))
    selection, few = bulk.Selection.read(list(cells), query="", whole=False), len(cells) <= ROWS
    with transaction.atomic():
        operation = bulk.begin(entity, verbs.PASTE, selection, cells, context=context, wait=few)
    page = f"/w/{context.reader.slug}/operations/{operation.id}/"
    if not few:
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    refused = _refused(operation)
    more: dict[str, Any] = {"sila:refused": {"cells": refused}} if refused else {}
    undo = f"{page}undo" if operation.done else ""
    said = [
        *_said(operation, sum(len(one["fields"]) or 1 for one in refused), context),
        *_left(left, context),
    ]
    return done(" ".join(said), undo_url=undo, **more)


def _read(text: str) -> Cells:
    """Raises Invalid."""
    try:
        given = json.loads(text)
        cells = {
            str(UUID(key)): {
                storable(name): unsafe_cell(storable(value[:CELL])) for name, value in row.items()
            }
            for key, row in given.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid({"": _("These cells cannot be read.")}) from error
    if len(cells) > MOST or any(len(row) > COLUMNS for row in cells.values()):
        text = _(
            "At most %(rows)s rows and %(columns)s columns are pasted at once. The import takes any number."
        )
        raise Invalid({"": text % {"rows": MOST, "columns": COLUMNS}})
    return cells


def _refused(operation: Operation) -> list[dict[str, Any]]:
    rows = OperationChange.objects.filter(operation_id=operation.id, outcome=OperationChange.Outcome.REFUSED)
    return [
        {"id": str(one.record_id), "fields": one.fields, "reason": one.reason}
        for one in rows.order_by("id")[:TOLD]
    ]


def _left(cells: int, context: Context) -> list[str]:
    if not cells:
        return []
    said = ngettext(
        "%(count)s cell had no place in the list.", "%(count)s cells had no place in the list.", cells
    )
    return [said % {"count": format_number(cells, digits=context.reader.digits)}]


def _said(operation: Operation, refused: int, context: Context) -> list[str]:
    digits = context.reader.digits
    changed = ngettext("%(count)s record changed.", "%(count)s records changed.", operation.done)
    text = changed % {"count": format_number(operation.done, digits=digits)}
    if not refused:
        return [text]
    stayed = ngettext("%(count)s cell stayed as it was.", "%(count)s cells stayed as they were.", refused)
    return [text, stayed % {"count": format_number(refused, digits=digits)}]
