"""Rows of a file become records. Each batch, and the count of what it did, is one transaction, so that an import
that is killed goes on where it was and ends as if nothing had happened.

What a batch adds is written together. If the database refuses that, the batch is taken again row by row, which
finds out whose fault it was.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed, Refusal
from sila.platform.entities.importing.known import External, Key, Known, key_of
from sila.platform.entities.importing.links import Links
from sila.platform.entities.importing.mapping import Mapping, fill
from sila.platform.entities.kinds import Context, Field, Unreadable
from sila.platform.entities.models import ExternalId, ImportRefusal, ImportRun
from sila.platform.entities.registry import registry
from sila.platform.entities.stored import differing
from sila.platform.kit.sheets import unsafe_cell
from sila.platform.tenancy.writing import Waiting, at_once, together

BATCH = 500
Cells = list[str]


class _DryRun(Exception):
    """Rolls a batch of a dry run back."""


@dataclass
class Row:
    """One row of the file: what it says, and what the file calls the record."""

    number: int
    cells: Cells
    external: External | None  # None: the row has no id, though the file has
    values: dict[str, Any] = field(default_factory=dict)  # field -> what the row says
    damaged: bool = False  # it holds null characters, which no database keeps


@dataclass
class Batch:
    """What the rows of one batch came to."""

    rows: list[Row]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    notes: list[ImportRefusal] = field(default_factory=list)
    claimed: set[UUID] = field(default_factory=set)


class Importer:
    """Rows of one file, for one entity, by one person."""

    def __init__(self, run: ImportRun, by: Actor) -> None:
        self.run, self.entity = run, registry[run.entity]
        self.mapping = Mapping(**run.mapping)
        self.links = Links(by)
        self.act_as(by)
        user = by.member.user if by.member else None
        # of the reasons for refusals
        self.language = (user.language if user else "") or by.workspace.language
        self.header: list[str] = []
        self.occurrences: dict[str, int] = {}
        self.claimed: set[UUID] = set()
        self.skipped: list[str] = []

    def act_as(self, by: Actor) -> None:
        """The rights under which the next rows come in."""
        self.by = self.links.by = by
        self.fields = self.entity.readable(by)
        self.context = Context(
            by,
            Reader.of(by.workspace),
            date_order=self.mapping.dates or "dmy",
            calendar=self.mapping.calendar,
            resolve=self.links.resolve,
        )

    # ---- batches -----------------------------------------------------------------------------------
    def take(self, rows: list[tuple[int, Cells]]) -> None:
        """One transaction: the rows, and the run's new place and counts."""
        if self.skipped:
            self._recall()
        self._take([self._read(number, cells) for number, cells in rows], last=rows[-1][0])

    def _take(self, rows: list[Row], *, last: int, refused: int = 0) -> None:
        """`refused`: how many of them count as refused so far."""
        for add in (self._all_together, self._one_by_one) if self.entity.together else (self._one_by_one,):
            batch = Batch(rows, refused=-refused)
            self.links.begin()
            try:
                self._attempt(add, batch, last)
            except DatabaseError:
                self.links.forget()
                if add == self._one_by_one:
                    raise
            else:
                self.claimed |= batch.claimed
                return

    def _attempt(self, add: Any, batch: Batch, last: int) -> None:
        try:
            with transaction.atomic():
                add(batch)
                if self.run.dry_run:
                    raise _DryRun
                self._keep(last, batch)
        except _DryRun:
            self.links.forget()
            with transaction.atomic():
                self._keep(last, batch)

    def _all_together(self, batch: Batch) -> None:
        with together() as waiting:
            known = self._look_up(batch)
            for row in batch.rows:
                waiting.begin()
                self._add(row, batch, known, waiting)

    def _one_by_one(self, batch: Batch) -> None:
        known = self._look_up(batch)
        for row in batch.rows:
            self._add(row, batch, known, None)

    def _keep(self, last: int, batch: Batch) -> None:
        run = self.run
        run.row = last
        for count in ("created", "updated", "unchanged", "refused", "warned"):
            setattr(run, count, getattr(run, count) + getattr(batch, count))
        ImportRefusal.objects.bulk_create(batch.notes)
        run.save()

    # ---- going on, and trying again ----------------------------------------------------------------
    def skip(self, cells: Cells) -> None:
        """A row that an earlier start took: only count it, so that the second of two twins stays the second."""
        if self.mapping.external_id:
            place = self.header.index(self.mapping.external_id)
            self.skipped.append(cells[place].strip()[:200] if place < len(cells) else "")
        else:
            self.skipped.append(self._fingerprint(cells))

    def _recall(self) -> None:
        """The records that the skipped rows are: no later row of the file may be one of them."""
        source = self.mapping.source if self.mapping.external_id else "row"
        for start in range(0, len(self.skipped), BATCH):
            named = ExternalId.objects.filter(
                entity=self.entity.slug, source=source, value__in=self.skipped[start : start + BATCH]
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
        while own and not self.run.dry_run:
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
        rows = [self._read(note.row, note.cells) for note in notes]
        with transaction.atomic():
            ImportRefusal.objects.filter(id__in=[note.id for note in notes]).delete()
            self._take(rows, last=self.run.row, refused=len(notes))

    # ---- one row -----------------------------------------------------------------------------------
    def _read(self, number: int, cells: Cells) -> Row:
        if any("\x00" in cell for cell in cells):
            return Row(number, [cell.replace("\x00", "\ufffd") for cell in cells], None, damaged=True)
        texts = dict(zip(self.header, (unsafe_cell(cell) for cell in cells), strict=False))
        values = self._values(texts)
        if not self.mapping.external_id:
            return Row(number, cells, ("row", self._fingerprint(cells)), values)
        value = texts.get(self.mapping.external_id, "").strip()
        return Row(number, cells, (self.mapping.source, value[:200]) if value else None, values)

    def _fingerprint(self, cells: Cells) -> str:
        """For files without ids: what stands in the row, and its number among twins."""
        text = hashlib.sha256("\x1f".join(cell.strip() for cell in cells).encode()).hexdigest()[:40]
        self.occurrences[text] = self.occurrences.get(text, 0) + 1
        return f"{text}.{self.occurrences[text]}"

    def _look_up(self, batch: Batch) -> Known:
        """All that the rows may already be, and what they link to, in a few questions."""
        known = Known(self.entity, self.by)
        externals = [row.external for row in batch.rows if row.external]
        every = [row.values for row in batch.rows]
        known.load(externals, (key for values in every if (key := self._key(values)[1])))
        for name, f in self.fields.items():
            if f.kind.name == "link" and any(values.get(name) for values in every):
                self.links.ask_for_all(f, {str(values.get(name) or "") for values in every})
        return known

    def _add(self, row: Row, batch: Batch, known: Known, waiting: Waiting | None) -> None:
        try:
            if waiting is None:
                with transaction.atomic():
                    outcome = self._save(row, batch, known)
            else:
                outcome = self._save(row, batch, known)
            setattr(batch, outcome, getattr(batch, outcome) + 1)
        except Refusal as error:
            if waiting is not None:
                waiting.forget()
            batch.refused += 1
            errors = error.errors if isinstance(error, Invalid) else {"": str(error)}
            batch.notes += [self._note(row, name, reason) for name, reason in errors.items()]

    def _save(self, row: Row, batch: Batch, known: Known) -> str:
        """created, updated or unchanged. Raises Invalid, NotAllowed."""
        if len(row.cells) > len(self.header) and any(cell.strip() for cell in row.cells[len(self.header) :]):
            raise Invalid(
                {
                    "": _("The row has %(n)s cells, the header %(m)s.")
                    % {"n": len(row.cells), "m": len(self.header)}
                }
            )
        if row.damaged:
            raise Invalid({"": _("The row holds null characters.")})
        if row.external is None:
            raise Invalid({self.mapping.external_id: _("The row has no id.")})
        values = self._without_bad(row, batch)
        record_id = known.by_external(row.external) or self._by_key(values, known)
        if record_id is None:
            return self._create(row, values, batch, known)
        if record_id in self.claimed or record_id in batch.claimed:
            if self.mapping.distinct:
                return "unchanged"
            raise Invalid({"": _("Another row of this file is the same record.")})
        outcome = self._update(known.records[record_id], values)
        known.name(row.external, record_id)
        batch.claimed.add(record_id)
        return outcome

    def _create(self, row: Row, values: dict[str, Any], batch: Batch, known: Known) -> str:
        record = actions.create(self.entity, values, by=self.by, context=self.context)
        known.add(record, self._keys(values))
        known.name(row.external or ("", ""), record.id)
        batch.claimed.add(record.id)
        return "created"

    def _update(self, record: Any, values: dict[str, Any]) -> str:
        if not self.by.may(self.entity.slug, "edit", record):
            raise NotAllowed
        values = self._filled(values)
        parsed = actions.parse_values(self.entity, values, self.context, record=record)
        if not differing(self.entity, record, parsed):
            return "unchanged"
        with at_once(), transaction.atomic():
            after = actions.update(self.entity, record.id, values, by=self.by, context=self.context)
        return "updated" if after.version != record.version else "unchanged"

    def _filled(self, values: dict[str, Any]) -> dict[str, Any]:
        """An empty cell leaves what is there, unless the map says that it clears. A name cannot be empty."""
        if self.mapping.empty_cells == "clear":
            return values
        return {
            name: value for name, value in values.items() if self.fields[name].required or str(value).strip()
        }

    # ---- values ------------------------------------------------------------------------------------
    def _values(self, texts: dict[str, str]) -> dict[str, Any]:
        """Field -> what stands in the cell, after the value table, constants and templates."""
        values: dict[str, Any] = dict(self.mapping.constants)
        values.update({name: fill(template, texts) for name, template in self.mapping.templates.items()})
        for column, name in self.mapping.columns.items():
            if name:
                if column not in texts:
                    continue  # the row is shorter than the header
                text = texts[column]
                values[name] = self.mapping.values.get(column, {}).get(text.strip(), text)
        return values

    def _without_bad(self, row: Row, batch: Batch) -> dict[str, Any]:
        """By choice a row comes in without the cells that cannot be read; they are reported."""
        values = row.values
        if self.mapping.bad_cells != "skip":
            return values
        bad = dict(self._unreadable(values))
        batch.notes += [self._note(row, name, reason, taken=True) for name, reason in bad.items()]
        batch.warned += bool(bad)
        return {name: value for name, value in values.items() if name not in bad}

    def _unreadable(self, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
        context = actions.with_currency(self.fields, values, self.context, None)
        for name, value in values.items():
            f: Field = self.fields[name]
            try:
                f.parse(value, context)
            except Unreadable as error:
                if not f.required:
                    yield name, str(error)

    def _note(self, row: Row, name: str, reason: str, *, taken: bool = False) -> ImportRefusal:
        columns = {field_name: column for column, field_name in self.mapping.columns.items() if field_name}
        return ImportRefusal(
            run_id=self.run.id,
            row=row.number,
            column=columns.get(name, name)[:200],
            reason=reason,
            taken=taken,
            cells=[] if taken else row.cells,
        )

    # ---- which record ------------------------------------------------------------------------------
    def _key_fields(self) -> Iterable[str]:
        return self.entity.keys if self.entity.match is None else self.entity.match

    def _key(self, values: dict[str, Any]) -> tuple[str, Key | None]:
        """The first of the entity's keys that the row fills: e-mail, code, name."""
        for name in self._key_fields():
            raw = values.get(name)
            if isinstance(raw, str) and raw.strip() and name in self.fields:
                return name, key_of(self.fields[name], raw, self.context)
        return "", None

    def _keys(self, values: dict[str, Any]) -> Iterator[Key]:
        for name in self._key_fields():
            if values.get(name) and name in self.fields and (found := self._key({name: values[name]})[1]):
                yield found

    def _by_key(self, values: dict[str, Any], known: Known) -> UUID | None:
        """The one record with the same key."""
        name, key = self._key(values)
        ids = known.by_key(key, self.mapping.source if self.mapping.external_id else "") if key else []
        if len(ids) > 1:
            raise Invalid({name: _("Several records have this value; none was changed.")})
        return ids[0] if ids else None
