"""Taking rows in, batch by batch. Each batch and the count of what it did are one transaction, so that an
import that is killed goes on where it was and ends as if nothing had happened."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs, log
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, Refusal
from sila.platform.entities.importing.links import Links
from sila.platform.entities.importing.mapping import Mapping, complete, fill, guess_date_order
from sila.platform.entities.kinds import Context, Field, Unreadable
from sila.platform.entities.models import ExternalId, ImportRefusal, ImportRun
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.sheets import SheetError, read_rows, unsafe_cell
from sila.platform.tenancy.current import scope

BATCH = 200
JOB = "import"


class _DryRun(Exception):
    """Rolls a batch of a dry run back."""


@dataclass
class Batch:
    """What the rows of one batch came to."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    notes: list[ImportRefusal] = field(default_factory=list)


def prepare(
    entity: Entity, path: Path, name: str, mapping: Mapping, *, by: Actor, dry_run: bool = False
) -> ImportRun:
    """Check file and mapping; the run is ready to go. Raises Invalid."""
    try:
        header = next(iter(read_rows(path)))[1]
    except (SheetError, StopIteration) as error:
        raise Invalid({"file": str(error) or _("The file is empty.")}) from error
    if len(set(header)) != len(header):
        twice = next(column for column in header if header.count(column) > 1)
        raise Invalid({"file": _("Two columns are called “%(name)s”.") % {"name": twice}})
    mapping = complete(mapping, entity, entity.readable(by), header)
    if not mapping.dates:
        mapping.dates = guess_date_order(_dates(entity, path, mapping))
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
    for _number, (_line, cells) in zip(range(2000), rows, strict=False):
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
        importer = Importer(run, Actor(workspace, by.member, by.policy, "import", by.read_only))
    try:
        for rows in _batches(importer, run.row):
            with scope(workspace), translation.override(importer.language):
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


def finish(run: ImportRun, *, by: Actor) -> ImportRun:
    """All the remaining rows at once; the run as it stands then."""
    for _step in carry_on(run, by=by):
        pass
    return run


def _batches(importer: "Importer", done: int) -> Iterator[list[tuple[int, list[str]]]]:
    rows = read_rows(importer.run.path)
    importer.header = next(rows)[1]
    batch: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        if number <= done:
            importer.skip(cells)
            continue
        batch.append((number, cells))
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class Importer:
    """Rows of one file, for one entity, by one person."""

    def __init__(self, run: ImportRun, by: Actor) -> None:
        self.run, self.by, self.entity = run, by, registry[run.entity]
        self.mapping = Mapping(**run.mapping)
        self.fields = self.entity.readable(by)
        self.links = Links(by)
        user = by.member.user if by.member else None
        self.language = (
            user.language if user else ""
        ) or by.workspace.language  # of the reasons for refusals
        self.header: list[str] = []
        self.context = Context(
            by,
            Reader.of(by.workspace),
            date_order=self.mapping.dates or "dmy",
            calendar=self.mapping.calendar,
            resolve=self.links.resolve,
        )
        self.occurrences: dict[str, int] = {}
        self.claimed: set[UUID] = set()
        self.skipped: list[str] = []

    # ---- batches -----------------------------------------------------------------------------------
    def take(self, rows: list[tuple[int, list[str]]]) -> None:
        """One transaction: the rows, and the run's new place and counts."""
        batch = Batch()
        if self.skipped:
            self._recall()
        try:
            with transaction.atomic():
                for number, cells in rows:
                    self._row(number, cells, batch)
                if self.run.dry_run:
                    raise _DryRun
                self._keep(rows[-1][0], batch)
        except _DryRun:
            with transaction.atomic():
                self._keep(rows[-1][0], batch)

    def _keep(self, last: int, batch: Batch) -> None:
        run = self.run
        run.row = last
        for count in ("created", "updated", "unchanged", "refused", "warned"):
            setattr(run, count, getattr(run, count) + getattr(batch, count))
        ImportRefusal.objects.bulk_create(batch.notes)
        run.save()

    def skip(self, cells: list[str]) -> None:
        """A row that an earlier start took: only count it, so that the second of two twins stays the second."""
        if self.mapping.external_id:
            place = self.header.index(self.mapping.external_id)
            self.skipped.append(cells[place].strip()[:200] if place < len(cells) else "")
        else:
            self.skipped.append(self._fingerprint(cells))

    def _recall(self) -> None:
        """The records that the skipped rows are: no later row of the file may be one of them."""
        source = self.mapping.source if self.mapping.external_id else "row"
        for start in range(0, len(self.skipped), 500):
            named = ExternalId.objects.filter(
                entity=self.entity.slug, source=source, value__in=self.skipped[start : start + 500]
            )
            self.claimed.update(named.values_list("record_id", flat=True))
        self.skipped = []

    def try_again(self) -> None:
        """Rows that name a record of a later row of the same file (a parent company): once more at the end.

        Each round takes what the one before made possible; the rest stays refused.
        """
        own = [
            column
            for column, name in self.mapping.columns.items()
            if name and self.fields[name].to == self.entity.slug
        ]
        waiting = ImportRefusal.objects.filter(run_id=self.run.id, column__in=own, taken=False)
        while not self.run.dry_run:
            notes = list(waiting.order_by("row"))
            alone = [
                note
                for note in notes
                if ImportRefusal.objects.filter(run_id=self.run.id, row=note.row).count() == 1
            ]
            before = self.run.refused
            for start in range(0, len(alone), BATCH):
                self._again(alone[start : start + BATCH])
            if self.run.refused == before:
                return

    def _again(self, notes: list[ImportRefusal]) -> None:
        batch, last = Batch(refused=-len(notes)), self.run.row
        with transaction.atomic():
            ImportRefusal.objects.filter(id__in=[note.id for note in notes]).delete()
            for note in notes:
                self._row(note.row, note.cells, batch)
            self._keep(last, batch)

    # ---- one row -----------------------------------------------------------------------------------
    def _row(self, number: int, cells: list[str], batch: Batch) -> None:
        try:
            with transaction.atomic():
                outcome = self._save(number, cells, batch)
            setattr(batch, outcome, getattr(batch, outcome) + 1)
        except Invalid as error:
            batch.refused += 1
            for name, reason in error.errors.items():
                batch.notes.append(self._note(number, cells, name, reason))
        except Refusal as error:
            batch.refused += 1
            batch.notes.append(self._note(number, cells, "", str(error)))

    def _note(
        self, number: int, cells: list[str], name: str, reason: str, *, taken: bool = False
    ) -> ImportRefusal:
        columns = {field_name: column for column, field_name in self.mapping.columns.items() if field_name}
        return ImportRefusal(
            run_id=self.run.id,
            row=number,
            column=columns.get(name, name)[:200],
            reason=reason,
            taken=taken,
            cells=[] if taken else cells,
        )

    def _save(self, number: int, cells: list[str], batch: Batch) -> str:
        """created, updated or unchanged. Raises Invalid."""
        if len(cells) > len(self.header) and any(cell.strip() for cell in cells[len(self.header) :]):
            raise Invalid(
                {
                    "": _("The row has %(n)s cells, the header %(m)s.")
                    % {"n": len(cells), "m": len(self.header)}
                }
            )
        row = dict(zip(self.header, (unsafe_cell(cell) for cell in cells), strict=False))
        external = self._external(row, cells)
        values = self._values(number, cells, row, batch)
        record_id = self._known(external) or self._by_key(values)
        if record_id is None:
            record = actions.create(self.entity, values, by=self.by, context=self.context)
            self._name(external, record.id)
            return "created"
        if record_id in self.claimed:
            if self.mapping.distinct:
                return "unchanged"
            raise Invalid({"": _("Another row of this file is the same record.")})
        self.claimed.add(record_id)
        before = actions.get(self.entity, record_id, by=self.by)
        version = before.version
        after = actions.update(self.entity, record_id, values, by=self.by, context=self.context)
        self._name(external, record_id)
        return "updated" if after.version != version else "unchanged"

    def _values(self, number: int, cells: list[str], row: dict[str, str], batch: Batch) -> dict[str, Any]:
        """Field -> what stands in the cell, after the value table, constants and templates."""
        values: dict[str, Any] = dict(self.mapping.constants)
        values.update({name: fill(template, row) for name, template in self.mapping.templates.items()})
        for column, name in self.mapping.columns.items():
            if name:
                text = row.get(column, "")
                values[name] = self.mapping.values.get(column, {}).get(text.strip(), text)
        if self.mapping.bad_cells == "skip":
            self._leave_out_bad(number, cells, values, batch)
        return values

    def _leave_out_bad(self, number: int, cells: list[str], values: dict[str, Any], batch: Batch) -> None:
        warned = False
        for name in list(values):
            f: Field = self.fields[name]
            try:
                f.parse(values[name], self.context)
            except Unreadable as error:
                if f.required:
                    continue
                del values[name]
                batch.notes.append(self._note(number, cells, name, str(error), taken=True))
                warned = True
        batch.warned += warned

    # ---- which record ------------------------------------------------------------------------------
    def _external(self, row: dict[str, str], cells: list[str]) -> tuple[str, str]:
        """(source, id): the file's own id column, else a fingerprint of the row and its number among twins."""
        if self.mapping.external_id:
            value = row.get(self.mapping.external_id, "").strip()
            if not value:
                raise Invalid({self.mapping.external_id: _("The row has no id.")})
            return self.mapping.source, value[:200]
        return "row", self._fingerprint(cells)

    def _fingerprint(self, cells: list[str]) -> str:
        text = hashlib.sha256("\x1f".join(cell.strip() for cell in cells).encode()).hexdigest()[:40]
        self.occurrences[text] = self.occurrences.get(text, 0) + 1
        return f"{text}.{self.occurrences[text]}"

    def _known(self, external: tuple[str, str]) -> UUID | None:
        source, value = external
        found = ExternalId.objects.filter(entity=self.entity.slug, source=source, value=value)
        record_id: UUID | None = found.values_list("record_id", flat=True).first()
        if record_id is None or not self.entity.visible_to(self.by).filter(id=record_id).exists():
            return None
        return record_id

    def _name(self, external: tuple[str, str], record_id: UUID) -> None:
        source, value = external
        ExternalId.objects.update_or_create(
            entity=self.entity.slug, source=source, value=value, defaults={"record_id": record_id}
        )
        self.claimed.add(record_id)

    def _by_key(self, values: dict[str, Any]) -> UUID | None:
        """The one record with the same e-mail, code or name: the first of the entity's keys that the row fills."""
        for name in self.entity.keys if self.entity.match is None else self.entity.match:
            raw = values.get(name)
            if isinstance(raw, str) and raw.strip() and name in self.fields:
                ids = self._unnamed(self.links.by_key(self.entity, name, raw, self.context))
                if len(ids) > 1:
                    raise Invalid({name: _("Several records have this value; none was changed.")})
                return ids[0] if ids else None
        return None

    def _unnamed(self, ids: list[UUID]) -> list[UUID]:
        """Where the file has ids of its own: without the records that it calls by another id."""
        if not ids or not self.mapping.external_id:
            return ids
        named = ExternalId.objects.filter(
            entity=self.entity.slug, source=self.mapping.source, record_id__in=ids
        )
        return [found for found in ids if found not in set(named.values_list("record_id", flat=True))]
