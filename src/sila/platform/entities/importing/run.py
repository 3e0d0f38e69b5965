"""An import from beginning to end: the file is checked, and its rows are taken in batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.activity import jobs, log
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.mapping import Mapping, complete, guess_date_order
from sila.platform.entities.importing.rows import BATCH, Importer
from sila.platform.entities.models import ImportRun
from sila.platform.entities.registry import Entity
from sila.platform.kit.errors import SheetError
from sila.platform.kit.sheets import read_rows
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace

JOB = "import"


def prepare(
    entity: Entity, path: Path, name: str, mapping: Mapping, *, by: Actor, dry_run: bool = False
) -> ImportRun:
    """Check file and mapping; the run is ready to go. Raises Invalid."""
    try:
        header = next(iter(read_rows(path)))[1]
    except (SheetError, StopIteration) as error:
        raise Invalid({"file": str(error) or _("The file is empty.")}) from error
    if any("\x00" in column for column in header):
        raise Invalid({"file": _("The header holds null characters.")})
    if len(set(header)) != len(header):
        twice = next(column for column in header if header.count(column) > 1)
        raise Invalid({"file": _("Two columns are called “%(name)s”.") % {"name": twice}})
    mapping = complete(mapping, entity, entity.readable(by), header)
    try:
        mapping.dates = mapping.dates or guess_date_order(_dates(entity, path, mapping))
    except SheetError as error:
        raise Invalid({"file": str(error)}) from error
    return ImportRun.objects.create(
        entity=entity.slug,
        member_id=by.member_id,
        file_name=name[:200],
        path=str(path),
        mapping=mapping.as_json(),
        dry_run=dry_run,
    )


def _dates(entity: Entity, path: Path, mapping: Mapping) -> Iterator[str]:
    """Cells of the date columns, of the first two thousand rows."""
    fields, rows = entity.fields, read_rows(path)
    header = next(rows)[1]
    places = [
        header.index(column)
        for column, name in mapping.columns.items()
        if name and fields[name].kind.name in ("date", "datetime")
    ]
    for _number, (_line, cells) in zip(range(2000 if places else 0), rows, strict=False):
        yield from (cells[place] for place in places if place < len(cells) and cells[place].strip())


def start(run: ImportRun, *, by: Actor) -> None:
    """Do it in the background."""
    jobs.enqueue(JOB, str(run.id), {"run": str(run.id)}, by=by)


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        run = ImportRun.objects.get(id=UUID(job.payload["run"]))
    for done in carry_on(run, by=job.by):
        job.progress(done.row)
    return {"run": str(run.id)}


def carry_on(run: ImportRun, *, by: Actor) -> Iterator[ImportRun]:
    """Take the remaining rows in; yields after each batch. Opens the workspace for each batch itself."""
    workspace = by.workspace
    with scope(workspace):
        importer = Importer(run, _importing(by))
    try:
        for rows in _batches(importer, run.row):
            with scope(workspace), translation.override(importer.language):
                importer.act_as(_importing(by))
                importer.take(rows)
            yield run
        with scope(workspace), translation.override(importer.language):
            importer.try_again()
        run.ended_at = timezone.now()
    except SheetError as error:
        run.error, run.ended_at = str(error), timezone.now()
    with scope(workspace):
        run.save()
        log.record(
            "import ended",
            by=by,
            entity=run.entity,
            record_id=run.id,
            file=run.file_name,
            created=run.created,
            updated=run.updated,
            refused=run.refused,
        )
    yield run


def _importing(by: Actor) -> Actor:
    """Whoever imports, with the rights that they have now."""
    if by.member is None:
        return Actor.system(by.workspace, "import")
    workspace = Workspace.objects.get(pk=by.workspace.pk)
    member = Member.objects.get(id=by.member.id)
    return Actor.of(workspace, member, "import", read_only=by.read_only or not member.active)


def finish(run: ImportRun, *, by: Actor) -> ImportRun:
    """All the remaining rows at once; the run as it stands then."""
    for _step in carry_on(run, by=by):
        pass
    return run


def _batches(importer: Importer, done: int) -> Iterator[list[tuple[int, list[str]]]]:
    rows = read_rows(importer.run.path)
    importer.header = next(rows)[1]
    batch: list[tuple[int, list[str]]] = []
    try:
        for number, cells in rows:
            if number <= done:
                importer.skip(cells)
                continue
            batch.append((number, cells))
            if len(batch) >= BATCH:
                yield batch
                batch = []
    except SheetError:
        if batch:
            yield batch  # what stands before the trouble is good
        raise
    if batch:
        yield batch
