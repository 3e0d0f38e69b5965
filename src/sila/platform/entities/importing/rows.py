"""Rows of a file become records. Each batch, and the count of what it did, is one transaction, so that an import
that is killed goes on where it was and ends as if nothing had happened.

What a batch adds is written together. If the database refuses that, the batch is taken again row by row, which
finds out whose fault it was.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid, Refusal
from sila.platform.entities.importing.alike import MayBeThere
from sila.platform.entities.importing.batch import Batch
from sila.platform.entities.importing.known import External, Known
from sila.platform.entities.importing.links import Links, Name
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.nouns import Noun, Said, Saved
from sila.platform.entities.importing.reading import Reading, Row
from sila.platform.entities.importing.table import Line, Table
from sila.platform.entities.importing.targets import in_order, split, ties
from sila.platform.entities.importing.trial import Trial
from sila.platform.entities.models import ExternalId, ImportRefusal, ImportRun, Operation
from sila.platform.entities.operations.notes import Action as Done
from sila.platform.entities.operations.notes import note
from sila.platform.entities.registry import Changes, Entity, registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import take_turns
from sila.platform.tenancy.writing import Waiting, at_once, step, together

BATCH = 1500  # half a second of the write lock; each batch costs a sync of the disk
COUNTS = ("created", "updated", "unchanged", "refused", "warned")
AllKnown = dict[str, Known]  # noun -> what its rows may be


@contextmanager
def _of(noun: Noun) -> Iterator[None]:
    """Errors name the fields as the map of the file does."""
    try:
        yield
    except Invalid as error:
        if not noun.name:
            raise
        raise Invalid(
            {noun.target(name) or noun.name + ".": why for name, why in error.errors.items()}
        ) from error


class _Rehearsed(Exception):
    """Rolls a batch of a trial back."""


class Importer:
    """Rows of one file, for one entity, by one person."""

    def __init__(self, run: ImportRun, table: Table, by: Actor, **other: Any) -> None:
        """`other`: settings of the mapping that are not to be as the run has them."""
        self.run, self.entity = run, registry[run.entity]
        self.mapping = Mapping(**{**run.mapping, **other})
        self.links = Links(by)
        self.links.adds_missing = self.mapping.missing == "create"
        self.links.source = self.mapping.source if self.mapping.external_id else ""
        self.reading = Reading(self.entity, self.mapping, table.header, self.links)
        self.nouns = self._nouns(by, table.header)
        self._noun_of = {noun.name: noun for noun in self.nouns}
        self.noun = self._noun_of[""]
        self.links.rowed = {noun.entity.slug for noun in self.nouns}
        self.act_as(by)
        self.trial = Trial(self.reading) if run.dry_run else None
        self.operation = None if run.dry_run else run.operation
        self.claimed: set[UUID] = set()
        self._made: set[Name] = (
            set()
        )  # what was added since a link named it; a trial adds it once more in each batch
        self._skipped: dict[str, list[External]] = {}
        refused = ImportRefusal.objects.filter(run_id=run.id, taken=False)
        self._refused = set(refused.values_list("row", flat=True)) if run.row else set()

    def _nouns(self, by: Actor, header: list[str]) -> list[Noun]:
        """What stands in each row, those that others link to first."""
        named = {split(target)[0] for target in self.mapping.columns.values()} - {""}
        nouns = in_order([self.entity, *(registry[slug] for slug in sorted(named))], by)
        found = []
        for entity in nouns:
            reading = self.reading
            if entity is not self.entity:
                reading = Reading(entity, self.mapping, header, self.links, entity.slug)
                self.reading.beside.append(reading)
            found.append(Noun(reading, ties(entity, nouns, by)))
        return found

    def take_turns(self) -> None:
        """One import of a noun at a time; in one order, so that no two wait for each other."""
        named = {f.to for noun in self.nouns for f in noun.reading.linking.values()}
        for slug in sorted(self.links.rowed | {slug for slug in named if self.links.may_add(slug)}):
            take_turns(f"import {slug}")

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
        self.take_turns()
        ways = (self._all_together, self._one_by_one) if self.entity.together else (self._one_by_one,)
        for way in ways:
            batch = Batch(rows, self.claimed, refused=-refused)
            self.links.begin()
            try:
                with transaction.atomic():
                    self._rehearse(way, batch, self.trial) if self.trial else way(batch)
                    self._keep(last, batch)
            except DatabaseError:
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
            return

    def _all_together(self, batch: Batch) -> None:
        with together() as waiting, clock.at(clock.now()):  # of one moment, as they are written
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
        named = Counter(f"{made.entity.slug}.created" for made in batch.made if made.key not in self._made)
        self.run.beside = dict(Counter(self.run.beside) + batch.beside + named)
        ImportRefusal.objects.bulk_create(batch.notes)
        if self.operation:  # so that the whole import can be taken back
            self._write_down(self.operation, batch)
            self.operation.done = self.run.created + self.run.updated + sum(self.run.beside.values())
            self.operation.refused = self.run.refused
            self.operation.save(update_fields=["done", "refused"])
        self.run.save()

    def _write_down(self, operation: Operation, batch: Batch) -> None:
        made: list[tuple[Entity, Any, Changes]] = [(m.entity, m.record, {}) for m in batch.made]
        for action, changes in (
            (Done.CREATED, made + [(entity, record, {}) for entity, record in batch.added]),
            (Done.UPDATED, batch.altered),
            (Done.ENRICHED, batch.further),
        ):
            for entity in {entity.slug: entity for entity, _record, _what in changes}.values():
                note(
                    operation,
                    entity,
                    ((record, what) for each, record, what in changes if each is entity),
                    action,
                )

    def _remember(self, batch: Batch) -> None:
        self.claimed |= batch.claimed
        self._made |= {made.key for made in batch.made}
        for row in batch.left:
            self.reading.give_back(row)
        if self.trial:
            self.trial.keep(batch.changed)

    # ---- going on, and trying again ----------------------------------------------------------------
    def skip(self, line: Line) -> None:
        """A row that an earlier start took: only count it, so that the second of two twins stays the second."""
        if line.number in self._refused:
            return
        names = ["", *(other.noun for other in self.reading.beside)]
        for name, external in zip(names, self.reading.externals(line.cells), strict=True):
            if external:
                self._skipped.setdefault(name, []).append(external)

    def _recall(self) -> None:
        """The records that the skipped rows are: no later row of the file may be one of them."""
        for name, skipped in self._skipped.items():
            entity = self._noun_of[name].entity
            for some in batched(skipped, BATCH, strict=False):
                named = ExternalId.objects.filter(
                    entity=entity.slug, source=some[0][0], value__in=[value for _source, value in some]
                )
                self.claimed.update(named.values_list("record_id", flat=True))
        self._skipped = {}

    def try_again(self) -> Iterator[bool]:
        """Rows that name a record of a later row of the same file (a parent company): once more at the end.

        Each round begins with the last row, for those before it may name it; what no round takes stays refused.
        Each batch is a transaction; True after each.
        """
        own = [
            column
            for column, name in self.reading.columns.items()
            if name in self.reading.fields and self.reading.fields[name].to == self.entity.slug
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
        self.again(notes, [self.reading.row(Line(note.row, note.cells, note.record_id)) for note in notes])

    def again(self, notes: list[ImportRefusal], rows: list[Row]) -> None:
        """The rows of these notes once more; what was said of them is forgotten."""
        with transaction.atomic():
            ImportRefusal.objects.filter(id__in=[note.id for note in notes]).delete()
            self._take(rows, last=self.run.row, refused=len(notes))

    # ---- one row -----------------------------------------------------------------------------------
    def _look_up(self, rows: list[Row]) -> AllKnown:
        found = {self.entity.slug: self.noun.look_up(rows)}
        for noun in self.nouns:
            if noun is not self.noun:
                beside = [row.beside[noun.name] for row in rows if noun.name in row.beside]
                found[noun.entity.slug] = noun.look_up(beside)
        return found

    def _attempt(
        self, row: Row, batch: Batch, known: AllKnown, waiting: Waiting | None = None
    ) -> Refusal | None:
        """Take the row in, or say why not."""
        self.links.made = []
        try:
            with step():
                self.reading.check(row)
                said = self._read(row)
                saved = self._save(said, batch, known, waiting)
        except Refusal as refusal:
            self.links.unmake()
            return refusal
        except IntegrityError as error:
            self.links.unmake()
            if waiting:
                raise  # the whole batch has failed
            taken = Invalid({"": _("A linked record is missing, or this value is taken.")})
            taken.__cause__ = error
            return taken
        finally:
            self.links.given = {}
        batch.made += self.links.settle()
        self._count(row, said, saved, batch, known)
        return None

    def _read(self, row: Row) -> list[tuple[Noun, Said]]:
        """What the row says of each noun, those that others link to first. Raises Invalid."""
        found = []
        for noun in self.nouns:
            part = row if noun is self.noun else row.beside.get(noun.name)
            if part is not None:
                with _of(noun):
                    found.append((noun, noun.read(part)))
        return found

    def _save(
        self, said: list[tuple[Noun, Said]], batch: Batch, known: AllKnown, waiting: Waiting | None
    ) -> list[Saved]:
        """All of it or nothing. Raises Invalid, NotAllowed."""
        ids = [self._found(noun, each, batch, known) for noun, each in said]
        if waiting is None or len(said) == 1:
            return self._write(said, ids, known)
        waiting.write_earlier()  # rules of one record read the others, so they are written; a savepoint joins them
        with at_once(), transaction.atomic():
            return self._write(said, ids, known)

    def _found(self, noun: Noun, said: Said, batch: Batch, known: AllKnown) -> tuple[UUID | None, bool]:
        """The record that there is, and whether an earlier row is it. Raises Invalid."""
        with _of(noun):
            found = noun.find(said, known[noun.entity.slug])
        claimed = found in batch.taken or found in batch.claimed
        once = not self.mapping.distinct and self.mapping.duplicates != "skip"
        if claimed and noun is self.noun and once:
            raise Invalid({"": _("Another row of this file is the same record.")})
        return found, claimed

    def _write(
        self, said: list[tuple[Noun, Said]], ids: list[tuple[UUID | None, bool]], known: AllKnown
    ) -> list[Saved]:
        saved: list[Saved] = []
        there: dict[str, UUID] = {}
        for (noun, each), (found, claimed) in zip(said, ids, strict=True):
            links = {name: str(there[slug]) for name, slug in noun.ties.items() if slug in there}
            told = each._replace(
                values={**links, **{n: v for n, v in each.values.items() if n not in links or v}}
            )
            with _of(noun):
                if found is None:
                    saved.append(noun.create(told))
                else:
                    record = known[noun.entity.slug].records[found]
                    saved.append(Saved("", record, {}) if claimed else noun.update(record, told))
            there[noun.entity.slug] = saved[-1].record.id
            self.links.given[str(saved[-1].record.id)] = saved[-1].record.id
        return saved

    def _count(
        self, row: Row, said: list[tuple[Noun, Said]], saved: list[Saved], batch: Batch, known: AllKnown
    ) -> None:
        """Only now, for until the end the row might have been refused."""
        changed = False
        for (noun, each), (outcome, record, before, further) in zip(said, saved, strict=True):
            found = known[noun.entity.slug]
            if outcome == "created":
                found.add(record, (key for _names, key in noun.reading.keys(each.row)), each.values)
                batch.added.append((noun.entity, record))
            elif outcome == "updated":
                batch.altered.append((noun.entity, record, before))
                if further:
                    batch.further.append((noun.entity, record, further))
            found.name(each.row.external or ("", ""), record.id)
            batch.claimed.add(record.id)
            batch.warned += bool(each.bad)
            batch.notes += [
                self._note(row, noun, noun.target(name), reason, record.id)
                for name, reason in each.bad.items()
            ]
            changed = changed or outcome in ("created", "updated")
            if noun is self.noun:
                name = outcome or "unchanged"
                setattr(batch, name, getattr(batch, name) + 1)
            elif outcome in ("created", "updated"):
                batch.beside[f"{noun.name}.{outcome}"] += 1
        if changed:
            batch.changed.append(row)

    # ---- what is told of it ------------------------------------------------------------------------
    def _refuse(self, row: Row, batch: Batch, refusal: Refusal) -> None:
        batch.refused += 1
        batch.left.append(row)
        errors = refusal.errors if isinstance(refusal, Invalid) else {"": str(refusal)}
        like = refusal.like.id if isinstance(refusal, MayBeThere) else None
        for name, reason in errors.items():
            noun = self._noun_of.get(split(name)[0], self.noun)
            note = self._note(row, noun, name, reason, like or row.record, taken=False)
            note.asked = bool(like)
            batch.notes.append(note)

    def _note(
        self, row: Row, noun: Noun, name: str, reason: str, record_id: UUID | None, *, taken: bool = True
    ) -> ImportRefusal:
        return ImportRefusal(
            run_id=self.run.id,
            row=row.number,
            column=noun.label(name)[:200],
            reason=reason,
            taken=taken,
            cells=row.cells,
            record_id=record_id,
        )
