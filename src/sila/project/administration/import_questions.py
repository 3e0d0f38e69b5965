"""The rows of an import that may be records which are there already, as its page asks about them."""

from typing import Any

from django.utils.translation import gettext as _

from sila.platform.entities.importing.answering import AT_ONCE, waiting
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import ImportRun
from sila.platform.entities.registry import Entity
from sila.platform.kit.numbers import format_number

SHOWN, CELLS = 20, 4


def questions(run: ImportRun, count: int, entity: Entity, context: Context) -> dict[str, Any]:
    """The first of them, and how many there are."""
    notes, reader = list(waiting(run)[:SHOWN]), context.reader
    ids, gone = {note.record_id for note in notes}, _("The record is gone, or you may not see it.")
    there = {record.id: record for record in entity.visible_to(context.actor).filter(id__in=ids)}
    return {
        "count": format_number(count, digits=reader.digits),
        "more": count > len(notes),
        "confirm": _confirm(count, reader.digits),
        "url": f"{entity.url(reader.slug)}import/{run.id}/answer",
        "rows": [
            {
                "row": note.row,
                "says": [cell for cell in note.cells if cell.strip()][:CELLS],
                "title": entity.title_of(there[note.record_id]) if note.record_id in there else "",
                "record_url": f"{entity.url(reader.slug)}{note.record_id}/",
                "reason": note.reason if note.record_id in there else gone,
            }
            for note in notes
        ],
        "answers": [
            {"how": "same", "label": _("The same: update"), "all": _("All are the same"), "icon": "equal"},
            {"how": "other", "label": _("Another: add"), "all": _("All are others"), "icon": "plus"},
            {"how": "out", "label": _("Leave out"), "all": _("Leave all out"), "icon": "x"},
        ],
    }


def _confirm(count: int, digits: str) -> str:
    """Very many are answered some at a time, for whoever answers waits."""
    if count <= AT_ONCE:
        return _("This goes for all rows that wait.")
    return _("This goes for the first %(count)s rows that wait.") % {
        "count": format_number(AT_ONCE, digits=digits)
    }
