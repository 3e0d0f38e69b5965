"""Rows that wait for an answer, for they may be records that are there: the same, another, or left out."""

from collections import Counter
from collections.abc import Collection
from itertools import batched

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.actions import locked
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.importing.reading import Row
from sila.platform.entities.importing.rows import BATCH, Importer
from sila.platform.entities.importing.run import may_import
from sila.platform.entities.importing.table import Line, Table
from sila.platform.entities.models import ExternalId, ImportRefusal, ImportRun, Operation
from sila.platform.entities.registry import registry
from sila.platform.kit.errors import SheetError

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
    asked = waiting(run) if rows is None else waiting(run).filter(row__in=rows)
    if how == OUT:
        ids = list(asked.values_list("id", flat=True)[:AT_ONCE])
        return int(ImportRefusal.objects.filter(id__in=ids).update(asked=False))
    try:
        table = Table(run.path, run.mapping.get("sheet", ""))
    except (SheetError, FileNotFoundError) as error:
        raise Invalid({"": _("The file is no longer there.")}) from error
    importer = Importer(run, table, by, duplicates="update" if how == SAME else "create")
    importer.take_turns()  # two who answer at once: the second finds nothing to answer
    run.refresh_from_db()
    if how == SAME:  # what is gone by now, or may not be seen, is nobody to be the same as
        asked = asked.filter(record_id__in=importer.entity.visible_to(by).order_by().values("id"))
    notes = list(asked[:AT_ONCE])
    for batch in batched(notes, BATCH, strict=False):
        taken = [_row(importer, note, how) for note in batch]
        if how == OTHER:
            _tell_apart(importer, taken)
        importer.again(list(batch), taken)
    return len(notes)


def _check(run: ImportRun, how: str, by: Actor) -> None:
    if not may_import(registry[run.entity], by):
        raise NotAllowed
    if run.dry_run or how not in (SAME, OTHER, OUT) or not run.ended_at:
        raise Invalid({"": _("There is nothing to answer here.")})
    stands = (Operation.Status.DONE, Operation.Status.CANCELLED)  # and is not taken back while we add to it
    if locked(Operation.objects.filter(id=run.operation_id, status__in=stands)).first() is None:
        raise Invalid({"": _("This import was taken back.")})


def _row(importer: Importer, note: ImportRefusal, how: str) -> Row:
    return importer.reading.row(Line(note.row, note.cells, note.record_id if how == SAME else None))


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
