"""Rows that wait for an answer, for they may be records that are there: the same, another, or left out."""

from collections import Counter
from collections.abc import Collection
from itertools import batched

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.importing.reading import Row
from sila.platform.entities.importing.rows import BATCH, Importer
from sila.platform.entities.importing.run import may_import
from sila.platform.entities.importing.table import Line, Table
from sila.platform.entities.models import ExternalId, ImportRefusal, ImportRun, Operation
from sila.platform.entities.registry import registry
from sila.platform.kit.errors import SheetError
from sila.platform.tenancy.current import take_turns

SAME, OTHER, OUT = "same", "other", "out"
AT_ONCE = 2_000  # answers of one press of a button


def waiting(run: ImportRun) -> "QuerySet[ImportRefusal]":
    """In the order of the file."""
    return ImportRefusal.objects.filter(run_id=run.id, asked=True).order_by("row", "id")


def answer(run: ImportRun, how: str, rows: Collection[int] | None, *, by: Actor) -> int:
    """How many rows were dealt with. `rows`: their numbers in the file; None: the next AT_ONCE.

    What comes in belongs to the import and is taken back with it. Raises NotAllowed, Invalid.
    """
    _check(run, how, by)
    take_turns(f"import {run.entity}")  # two who answer at once: the second finds nothing to answer
    run.refresh_from_db()
    notes = list((waiting(run) if rows is None else waiting(run).filter(row__in=rows))[:AT_ONCE])
    if how == OUT:
        ImportRefusal.objects.filter(id__in=[note.id for note in notes]).update(asked=False)
        return len(notes)
    try:
        table = Table(run.path, run.mapping.get("sheet", ""))
    except (SheetError, FileNotFoundError) as error:
        raise Invalid({"": _("The file is no longer there.")}) from error
    importer = Importer(run, table, by, duplicates="update" if how == SAME else "create")
    if how == SAME:
        notes = _still_there(importer, notes, by)
    for some in batched(notes, BATCH, strict=False):
        taken = [_row(importer, note, how) for note in some]
        if how == OTHER:
            _tell_apart(importer, taken)
        importer.again(list(some), taken)
    return len(notes)


def _check(run: ImportRun, how: str, by: Actor) -> None:
    if not may_import(registry[run.entity], by):
        raise NotAllowed
    if run.dry_run or how not in (SAME, OTHER, OUT) or not run.ended_at:
        raise Invalid({"": _("There is nothing to answer here.")})
    operation = run.operation
    if operation is None or operation.status not in (Operation.Status.DONE, Operation.Status.CANCELLED):
        raise Invalid({"": _("This import was taken back.")})


def _row(importer: Importer, note: ImportRefusal, how: str) -> Row:
    return importer.reading.row(Line(note.row, note.cells, note.record_id if how == SAME else None))


def _still_there(importer: Importer, notes: list[ImportRefusal], by: Actor) -> list[ImportRefusal]:
    """What is gone by now, or may not be seen, is nobody to be the same as."""
    seen = importer.entity.visible_to(by).filter(id__in=[note.record_id for note in notes])
    there = set(seen.values_list("id", flat=True))
    return [note for note in notes if note.record_id in there]


def _tell_apart(importer: Importer, rows: list[Row]) -> None:
    """Another than the row that says the same word for word gets a number that none of its twins has."""
    given: Counter[str] = Counter()
    for row in rows:
        if row.external and row.external[0] == "row":
            text = row.external[1].split(".")[0]
            twins = ExternalId.objects.filter(
                entity=importer.entity.slug, source="row", value__startswith=f"{text}."
            )
            given[text] += 1
            row.external = "row", f"{text}.{twins.count() + given[text]}"
