"""An import from beginning to end: the file is checked, and its rows are taken in batch by batch."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs, log
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.importing.guessing import guess_calendar, guess_date_order
from sila.platform.entities.importing.mapping import Mapping, complete
from sila.platform.entities.importing.rows import BATCH, COUNTS, Importer
from sila.platform.entities.importing.table import Line, Table
from sila.platform.entities.importing.targets import targets
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import ImportRefusal, ImportRun, Operation
from sila.platform.entities.operations import notes
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.errors import SheetError
from sila.platform.kit.text import listed
from sila.platform.tenancy import statistics
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.durability import redoable

JOB = "import"
OPERATION = "import"
PAUSE = 20_000  # rows
LOOKED_AT = 2_000  # rows, to see how the file writes its dates


def may_import(entity: Entity, by: Actor) -> bool:
    """For those who may add records, and many at once."""
    return entity.creatable and by.can(entity.slug, "create") and by.can(entity.slug, "bulk")


def prepare(
    entity: Entity, path: Path, name: str, mapping: Mapping, *, by: Actor, dry_run: bool = False
) -> ImportRun:
    """Check rights, file and mapping; the run is ready to go, in the language of now. Raises NotAllowed, Invalid."""
    context = Context(by, Reader.of(by.workspace))
    if not entity.creatable:
        nouns = listed(other.plural for other in registry if other.slice_of == entity.slug)
        raise Invalid({"": _("Import one of these by itself: %(nouns)s.") % {"nouns": nouns}})
    if not may_import(entity, by):
        raise NotAllowed(_("You may not import here."))
    try:
        mapping = ready(mapping, entity, Table(path, mapping.sheet), context)
    except SheetError as error:
        raise Invalid({"file": str(error)}) from error
    return ImportRun.objects.create(
        entity=entity.slug,
        member_id=by.member_id,
        file_name=name[:200],
        path=str(path),
        mapping=mapping.as_json(),
        language=context.reader.language,
        dry_run=dry_run,
    )


def ready(mapping: Mapping, entity: Entity, table: Table, context: Context) -> Mapping:
    """The mapping for this table, with guesses where nothing is said. Raises Invalid, SheetError."""
    check_header(table.header)
    mapping = complete(mapping, entity, context, table.header)
    days = list(date_cells(entity, table, mapping, context.actor))
    mapping.dates = mapping.dates or guess_date_order(days)
    mapping.calendar = mapping.calendar or guess_calendar(days)
    return mapping


def check_header(header: list[str]) -> None:
    """Raises Invalid where columns cannot be told apart."""
    if any("\x00" in column for column in header):
        raise Invalid({"file": _("The header holds null characters.")})
    if len(set(header)) != len(header):
        twice = next(column for column in header if header.count(column) > 1)
        raise Invalid({"file": _("Two columns are called “%(name)s”.") % {"name": twice}})


def date_cells(entity: Entity, table: Table, mapping: Mapping, by: Actor) -> Iterator[str]:
    """Cells of the date columns, of the first rows."""
    fields = targets(entity, by)
    places = [
        table.header.index(column)
        for column, name in mapping.columns.items()
        if name and fields[name].kind.name in ("date", "datetime")
    ]
    for line in islice(table, LOOKED_AT if places else 0):
        yield from (line.cells[place] for place in places if place < len(line.cells) and line.cells[place])


def start(run: ImportRun, *, by: Actor) -> None:
    """Do it in the background."""
    jobs.enqueue(JOB, str(run.id), {"run": str(run.id)}, by=by)


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        run = ImportRun.objects.get(id=UUID(job.payload["run"]))
    try:
        for done in carry_on(run, by=job.by):
            job.progress(done.row)
    except jobs.Cancelled:
        with scope(job.workspace):
            _end_operation(run, Operation.Status.CANCELLED)
        raise
    return {"run": str(run.id)}


def carry_on(run: ImportRun, *, by: Actor) -> Iterator[ImportRun]:
    """Take the remaining rows in; yields after each batch. Opens the workspace for each batch itself."""
    steps, language = _steps(run, by), run.language or by.workspace.language
    while True:
        with translation.override(language):
            reached = next(steps, None)
        if reached is None:
            return
        yield reached


def _steps(run: ImportRun, by: Actor) -> Iterator[ImportRun]:
    workspace = by.workspace
    if run.ended_at:  # a job may be done twice
        yield run
        return
    try:
        table = Table(run.path, run.mapping.get("sheet", ""))
        with scope(workspace):
            if run.dry_run:
                _forget(run)
            elif run.operation_id is None:
                run.operation = notes.begin(OPERATION, run.entity, by=by, file=run.file_name)
                run.save()
            importer = Importer(run, table, by)
        with redoable():  # the run says in the same commit how far it is
            for lines in _batches(importer, table, run.row):
                if lines:
                    with scope(workspace):
                        importer.act_as(by.anew("import"))
                        importer.take(lines)
                    statistics.renew()
                yield run
            again, more = importer.try_again(), True
            while more:
                with scope(workspace):
                    importer.act_as(by.anew("import"))
                    more = next(again, False)
                yield run
    except SheetError as error:
        run.error = str(error)
    except FileNotFoundError:
        run.error = _("The file is no longer there.")
    run.ended_at = timezone.now()
    with scope(workspace):
        run.save()
        _end_operation(run, Operation.Status.FAILED if run.error else Operation.Status.DONE)
        _tell(run, by)
    yield run


def _end_operation(run: ImportRun, status: str) -> None:
    """From here on the import can be taken back."""
    if run.operation_id and run.operation.status == Operation.Status.RUNNING:
        notes.end(run.operation, status, done=run.created + run.updated, refused=run.refused)


def _forget(run: ImportRun) -> None:
    """What a trial came to before it was killed: nothing is there of it, so it begins anew."""
    ImportRefusal.objects.filter(run_id=run.id).delete()
    run.row = 0
    for count in COUNTS:
        setattr(run, count, 0)


def _tell(run: ImportRun, by: Actor) -> None:
    asked = 0 if run.dry_run else run.refusals.filter(asked=True).count()
    log.record(
        "import ended",
        by=by,
        entity=run.entity,
        record_id=run.id,
        file=run.file_name,
        created=run.created,
        updated=run.updated,
        refused=run.refused - asked,
        asked=asked,
    )


def finish(run: ImportRun, *, by: Actor) -> ImportRun:
    """All the remaining rows at once; the run as it stands then."""
    for _step in carry_on(run, by=by):
        pass
    return run


def _batches(importer: Importer, table: Table, done: int) -> Iterator[list[Line]]:
    """The rows that are not done yet. An empty batch among those that are tells the job that we live."""
    batch: list[Line] = []
    try:
        for line in table:
            if line.number <= done:
                importer.skip(line)
                if line.number % PAUSE == 0:
                    yield []
                continue
            batch.append(line)
            if len(batch) >= BATCH:
                yield batch
                batch = []
    except SheetError:
        if batch:
            yield batch  # what stands before the trouble is good
        raise
    if batch:
        yield batch
