"""Rows of a file become records. Each batch, and the count of what it did, is one transaction, so that an import
that is killed goes on where it was and ends as if nothing had happened.

What a batch adds is written together. If the database refuses that, the batch is taken again row by row, which
finds out whose fault it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed, Refusal
from sila.platform.entities.importing.known import Known
from sila.platform.entities.importing.links import Links
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.reading import Reading, Row, Values
from sila.platform.entities.importing.table import Line, Table
from sila.platform.entities.importing.trial import Trial
from sila.platform.entities.models import ExternalId, ImportRefusal, ImportRun
from sila.platform.entities.operations.notes import Action as Done
from sila.platform.entities.operations.notes import note
from sila.platform.entities.registry import Changes, registry
from sila.platform.entities.stored import replaced
from sila.platform.tenancy.current import take_turns
from sila.platform.tenancy.writing import Waiting, at_once, step, together

BATCH = 500
COUNTS = ("created", "updated", "unchanged", "refused", "warned")
Bad = dict[str, str]  # field -> why its cell cannot be read


class _Rehearsed(Exception):
    """Rolls a batch of a trial back."""


@dataclass
class Batch:
    """What the rows of one batch came to."""

    rows: list[Row]
    taken: set[UUID]  # the records that earlier rows are
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    notes: list[ImportRefusal] = field(default_factory=list)
    claimed: set[UUID] = field(default_factory=set)
    changed: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    added: list[Any] = field(default_factory=list)
    altered: list[tuple[Any, Changes]] = field(default_factory=list)  # with what was there before


class Importer:
    """Rows of one file, for one entity, by one person."""

    def __init__(self, run: ImportRun, table: Table, by: Actor) -> None:
        self.run, self.entity = run, registry[run.entity]
        self.mapping = Mapping(**run.mapping)
        self.links = Links(by)
        self.reading = Reading(self.entity, self.mapping, table.header, self.links)
        self.act_as(by)
        self.trial = Trial(self.reading) if run.dry_run else None
        self.operation = None if run.dry_run else run.operation
        self.claimed: set[UUID] = set()
        self._skipped: list[str] = []
        refused = ImportRefusal.objects.filter(run_id=run.id, taken=False)
        self._refused = set(refused.values_list("row", flat=True)) if run.row else set()

    def act_as(self, by: Actor) -> None:
        """The rights under which the next rows come in."""
        self.by = by
        self.reading.act_as(by)

    # ---- batches -----------------------------------------------------------------------------------
    def take(self, lines: list[Line]) -> None:
        """One transaction: the rows, and the run's new place and counts."""
        self._recall()
        self._take([self.reading.row(line) for line in lines], last=lines[-1].number)

    def _take(self, rows: list[Row], *, last: int, refused: int = 0) -> None:
        """`refused`: how many of them count as refused so far."""
        take_turns(f"import {self.entity.slug}")
        ways = (self._all_together, self._one_by_one) if self.entity.together else (self._one_by_one,)
        for way in ways:
            batch = Batch(rows, self.claimed, refused=-refused)
            self.links.begin()
            try:
                with transaction.atomic():
                    self._rehearse(way, batch, self.trial) if self.trial else way(batch)
                    self._keep(last, batch)
            except DatabaseError:
                self.links.forget()
                if way == self._one_by_one:
                    raise
            else:
                self._remember(batch)
                return

    def _rehearse(self, way: Callable[[Batch], None], batch: Batch, trial: Trial) -> None:
        """The batch, after those earlier rows that it builds on; nothing of it stays."""
        earlier = Batch(trial.needed(batch.rows), set())
        try:
            with transaction.atomic():
                way(earlier)
                batch.claimed |= earlier.claimed
                way(batch)
                raise _Rehearsed
        except _Rehearsed:
            self.links.forget()

    def _all_together(self, batch: Batch) -> None:
        with together() as waiting:
            known = self._look_up(batch.rows)
            for row in batch.rows:
                waiting.begin()
                refusal = self._attempt(row, batch, known, waiting)
                if refusal:
                    waiting.forget()
                    self._refuse(row, batch, refusal)

    def _one_by_one(self, batch: Batch) -> None:
        known = self._look_up(batch.rows)
        for row in batch.rows:
            refusal = self._attempt(row, batch, known)
            if refusal and isinstance(refusal.__cause__, IntegrityError):
                # Somebody may have added the very record since we looked: look again.
                refusal = self._attempt(row, batch, self._look_up([row]))
            if refusal:
                self._refuse(row, batch, refusal)

    def _keep(self, last: int, batch: Batch) -> None:
        self.run.row = last
        for count in COUNTS:
            setattr(self.run, count, getattr(self.run, count) + getattr(batch, count))
        ImportRefusal.objects.bulk_create(batch.notes)
        if self.operation:  # so that the whole import can be taken back
            note(self.operation, self.entity, ((record, {}) for record in batch.added), Done.CREATED)
            note(self.operation, self.entity, batch.altered)
            self.operation.done = self.run.created + self.run.updated
            self.operation.refused = self.run.refused
            self.operation.save(update_fields=["done", "refused"])
        self.run.save()

    def _remember(self, batch: Batch) -> None:
        self.claimed |= batch.claimed
        for row in batch.left:
            self.reading.give_back(row)
        if self.trial:
            self.trial.keep(batch.changed)

    # ---- going on, and trying again ----------------------------------------------------------------
    def skip(self, line: Line) -> None:
        """A row that an earlier start took: only count it, so that the second of two twins stays the second."""
        external = self.reading.external(line.cells) if line.number not in self._refused else None
        if external:
            self._skipped.append(external[1])

    def _recall(self) -> None:
        """The records that the skipped rows are: no later row of the file may be one of them."""
        source = self.mapping.source if self.mapping.external_id else "row"
        for start in range(0, len(self._skipped), BATCH):
            named = ExternalId.objects.filter(
                entity=self.entity.slug, source=source, value__in=self._skipped[start : start + BATCH]
            )
            self.claimed.update(named.values_list("record_id", flat=True))
        self._skipped = []

    def try_again(self) -> Iterator[bool]:
        """Rows that name a record of a later row of the same file (a parent company): once more at the end.

        Each round begins with the last row, for those before it may name it; what no round takes stays refused.
        Each batch is a transaction; True after each.
        """
        own = [
            column
            for column, name in self.mapping.columns.items()
            if name and self.reading.fields[name].to == self.entity.slug
        ]
        self._recall()
        refusals = ImportRefusal.objects.filter(run_id=self.run.id, taken=False)
        before = self.run.refused + 1
        while own and self.run.refused < before:
            before = self.run.refused
            once = refusals.values("row").annotate(notes=Count("id")).filter(notes=1).values("row")
            notes = list(refusals.filter(column__in=own, row__in=once).order_by("-row"))
            for start in range(0, len(notes), BATCH):
                self._again(notes[start : start + BATCH])
                yield True

    def _again(self, notes: list[ImportRefusal]) -> None:
        rows = [self.reading.row(Line(note.row, note.cells, note.record_id)) for note in notes]
        with transaction.atomic():
            ImportRefusal.objects.filter(id__in=[note.id for note in notes]).delete()
            self._take(rows, last=self.run.row, refused=len(notes))

    # ---- one row -----------------------------------------------------------------------------------
    def _look_up(self, rows: list[Row]) -> Known:
        """All that the rows may already be, and what they link to, in a few questions."""
        known = Known(self.entity, self.by)
        keys = (key for row in rows if (key := self.reading.key(row.values)[1]))
        known.load(
            (row.external for row in rows if row.external), keys, {row.record for row in rows if row.record}
        )
        for name, f in self.reading.fields.items():
            if f.kind.name == "link" and any(row.values.get(name) for row in rows):
                self.links.ask_for_all(f, {str(row.values.get(name) or "") for row in rows})
        return known

    def _attempt(
        self, row: Row, batch: Batch, known: Known, waiting: Waiting | None = None
    ) -> Refusal | None:
        """Take the row in, or say why not."""
        try:
            with step():
                self.reading.check(row)
                bad = self.reading.unreadable(row.values)
                values = {name: value for name, value in row.values.items() if name not in bad}
                outcome, record_id = self._save(row, values, batch, known)
        except Refusal as refusal:
            return refusal
        except IntegrityError as error:
            if waiting:
                raise  # the whole batch has failed
            taken = Invalid({"": _("A linked record is missing, or this value is taken.")})
            taken.__cause__ = error
            return taken
        setattr(batch, outcome, getattr(batch, outcome) + 1)
        if outcome != "unchanged":
            batch.changed.append(row)
        batch.warned += bool(bad)
        batch.notes += [self._note(row, name, reason, record_id) for name, reason in bad.items()]
        return None

    def _save(self, row: Row, values: Values, batch: Batch, known: Known) -> tuple[str, UUID]:
        """created, updated or unchanged, and the record. Raises Invalid, NotAllowed."""
        external = row.external or ("", "")
        record_id = self._found(row, values, known)
        if record_id is None:
            record_id = self._create(values, batch, known)
            outcome = "created"
        elif record_id in batch.taken or record_id in batch.claimed:
            if self.mapping.distinct:
                return "unchanged", record_id
            raise Invalid({"": _("Another row of this file is the same record.")})
        else:
            outcome = self._update(known.records[record_id], values, batch)
        known.name(external, record_id)
        batch.claimed.add(record_id)
        return outcome, record_id

    def _found(self, row: Row, values: Values, known: Known) -> UUID | None:
        """The record that the row is: as a mended row says, as the file calls it, or by its key."""
        if row.record in known.records:
            return row.record
        named = known.by_external(row.external) if row.external else None
        return named or self._by_key(values, known)

    def _by_key(self, values: Values, known: Known) -> UUID | None:
        names, key = self.reading.key(values)
        source = self.mapping.source if self.mapping.external_id else ""
        ids = [
            found
            for found in (known.by_key(key, source) if key else [])
            if self.reading.agrees(known.records[found], names, values)
        ]
        if len(ids) > 1:
            raise Invalid({names[0]: _("Several records have this value; none was changed.")})
        return ids[0] if ids else None

    def _create(self, values: Values, batch: Batch, known: Known) -> UUID:
        context = self.reading.context_of(values)
        record = actions.create(self.entity, values, by=self.by, context=context)
        batch.added.append(record)
        known.add(record, (key for _names, key in self.reading.keys(values)))
        found: UUID = record.id
        return found

    def _update(self, record: Any, values: Values, batch: Batch) -> str:
        if not self.by.may(self.entity.slug, "edit", record):
            raise NotAllowed
        values, context = self.reading.filled(values), self.reading.context_of(values)
        parsed = actions.parse_values(self.entity, values, context, record=record)
        before = replaced(self.entity, record, parsed)
        if not before:
            return "unchanged"
        with at_once(), transaction.atomic():
            after = actions.update(self.entity, record.id, values, by=self.by, context=context)
        if after.version == record.version:
            return "unchanged"
        batch.altered.append((after, before))
        return "updated"

    # ---- what is told of it ------------------------------------------------------------------------
    def _refuse(self, row: Row, batch: Batch, refusal: Refusal) -> None:
        batch.refused += 1
        batch.left.append(row)
        errors = refusal.errors if isinstance(refusal, Invalid) else {"": str(refusal)}
        batch.notes += [
            self._note(row, name, reason, row.record, taken=False) for name, reason in errors.items()
        ]

    def _note(
        self, row: Row, name: str, reason: str, record_id: UUID | None, *, taken: bool = True
    ) -> ImportRefusal:
        return ImportRefusal(
            run_id=self.run.id,
            row=row.number,
            column=self.reading.column_of(name)[:200],
            reason=reason,
            taken=taken,
            cells=row.cells,
            record_id=record_id,
        )
