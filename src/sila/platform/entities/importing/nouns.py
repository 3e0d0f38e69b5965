"""One noun of the rows of a file: which record each row is, making it, changing it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.hung import hanging_of
from sila.platform.entities.importing.alike import Alike, MayBeThere
from sila.platform.entities.importing.known import Known
from sila.platform.entities.importing.reading import Reading, Row, Values
from sila.platform.entities.importing.targets import brought, detail_of_more
from sila.platform.entities.kinds import Context, parse_all
from sila.platform.entities.leading import HANGS
from sila.platform.entities.registry import Changes, registry
from sila.platform.entities.stored import attribute, replaced
from sila.platform.tenancy.writing import at_once, write_waiting

Bad = dict[str, str]  # field -> why its cell cannot be read


class Said(NamedTuple):
    """What a row says of one record, without the cells that cannot be read."""

    row: Row
    values: Values
    more: dict[str, list[str]]
    bad: Bad


class Saved(NamedTuple):
    """What became of it."""

    outcome: str  # created, updated, unchanged; "" of a record beside that an earlier row has dealt with
    record: Any
    before: Changes
    further: Changes = {}  # small row's name -> the ids of those that were added to a record that was there


class Noun:
    """`ties`: link -> the noun of the row that it leads to."""

    def __init__(self, reading: Reading, ties: dict[str, str]) -> None:
        self.reading, self.entity, self.ties = reading, reading.entity, ties

    @property
    def duplicates(self) -> str:
        """What is to be done with a row whose record is there already."""
        return self.reading.mapping.duplicates

    @property
    def name(self) -> str:
        return self.reading.noun

    def look_up(self, rows: list[Row]) -> Known:
        """All that the rows may already be, and what they link to, in a few questions."""
        reading, links = self.reading, self.reading.links
        known = Known(self.entity, reading.by)
        keys = (key for row in rows if (key := reading.key(row)[1]))
        known.load(
            (row.external for row in rows if row.external), keys, {row.record for row in rows if row.record}
        )
        for name, f in reading.linking.items():
            if any(row.values.get(name) for row in rows):
                links.ask_for_all(f, {str(row.values.get(name) or "") for row in rows})
        if self.entity.crowd and (self.name or self.duplicates in ("skip", "ask")):
            known.crowd = self.entity.crowd([row.values for row in rows], by=reading.by)
        return known

    def read(self, row: Row) -> Said:
        """Raises Invalid."""
        bad = self.reading.unreadable(row.values)
        more, wrong = self.reading.further(row) if row.more else ({}, {})
        return Said(
            row, {name: text for name, text in row.values.items() if name not in bad}, more, bad | wrong
        )

    # ---- which record ------------------------------------------------------------------------------
    def find(self, said: Said, known: Known) -> UUID | None:
        """The record that the row is: as a mended row says, as the file calls it, by its key, or as the matcher says
        of those that stand beside, whose names nobody wrote with care. Raises Invalid, MayBeThere."""
        row = said.row
        if row.record in known.records:
            return row.record
        named = known.by_external(row.external) if row.external else None
        if named or (self.duplicates == "create" and not self.name):
            return named
        like = self._like(said, known)
        if like is None:
            return None
        if self.duplicates == "ask" and not self.name:
            raise MayBeThere(like)
        if like.id not in known.records:
            known.records[like.id] = actions.get(self.entity, like.id, by=self.reading.by)
        return like.id

    def _like(self, said: Said, known: Known) -> Alike | None:
        """By its key, or by the matcher where that is asked. Raises Invalid."""
        if found := self._by_key(said, known):
            return Alike(found, self.entity.title_of(known.records[found]))
        return known.crowd.find(said.values) if known.crowd else None

    def _by_key(self, said: Said, known: Known) -> UUID | None:
        names, key = self.reading.key(said.row)
        source = self.reading.mapping.source if self.reading.external_id else ""
        ids = [
            found
            for found in (known.by_key(key, source) if key else [])
            if self.reading.agrees(known.records[found], names, said.values)
        ]
        if len(ids) > 1:
            raise Invalid({names[0]: _("Several records have this value; none was changed.")})
        return ids[0] if ids else None

    # ---- saving ------------------------------------------------------------------------------------
    def create(self, said: Said) -> Saved:
        """Raises Invalid, NotAllowed."""
        reading = self.reading
        context = reading.context_of(said.values)
        told, fixed, about = self._apart(said.values, context)
        record = actions.create(self.entity, told, by=reading.by, context=context, **fixed)
        if about and (hangs := hanging_of(self.entity.slug)):
            hangs.hang(record, about, by=reading.by)
        self._add_more(record, said, fresh=True)
        return Saved("created", record, {})

    def _apart(self, values: Values, context: Context) -> tuple[Values, Values, list[tuple[str, UUID]]]:
        """What is typed, what a new record brings along beside it, and what it hangs on. Raises Invalid."""
        along = brought(self.entity, values)
        told = {name: value for name, value in values.items() if name not in along}
        parsed = parse_all({name: self.reading.fields[name] for name in along}, along, context)
        about = [each[:2] for each in parsed.pop(HANGS, [])]
        keys = self.entity.match or () if self.duplicates == "create" else ()
        fields = self.reading.fields
        fixed = {
            attribute(fields[name]): value
            for name, value in parsed.items()
            if value not in (None, "") and name not in keys
        }
        return told, fixed, about

    def update(self, record: Any, said: Said) -> Saved:
        """Raises Invalid, NotAllowed."""
        reading = self.reading
        if self.duplicates == "skip" and not self.name and said.row.record is None:
            return Saved("unchanged", record, {})
        if not reading.by.may(self.entity.slug, "edit", record):
            raise NotAllowed
        named = [(f, str(said.values.get(name) or "")) for name, f in reading.linking.items()]
        for f, text in named:
            if reading.links.is_fresh(f, text):
                write_waiting(registry[f.to].model)
        if any(reading.links.adds_for(f, text) for f, text in named):
            with at_once(), transaction.atomic():  # the record's new value points to it
                return self._update(record, said)
        return self._update(record, said)

    def _update(self, record: Any, said: Said) -> Saved:
        reading = self.reading
        values, context = reading.filled(said.values), reading.context_of(said.values)
        along = brought(self.entity, values)
        values = {name: value for name, value in values.items() if name not in along}
        parsed = actions.parse_values(self.entity, values, context, record=record)
        before = replaced(self.entity, record, parsed)
        if not (before or said.more):
            return Saved("unchanged", record, {})
        with at_once(), transaction.atomic():
            after = actions.update(self.entity, record.id, values, by=reading.by, context=context)
            added = self._add_more(after, said, fresh=False)
        changed = after.version != record.version
        outcome = "updated" if changed or added else "unchanged"
        return Saved(outcome, after, before if changed else {}, added)

    def _add_more(self, record: Any, said: Said, *, fresh: bool) -> Changes:
        added: Changes = {}
        for name, values in said.more.items():
            detail = detail_of_more(self.entity, name)
            if detail and detail.add_more:
                ids = detail.add_more(record, {name: values}, by=self.reading.by, fresh=fresh)
                if ids:
                    added[detail.name] = [*added.get(detail.name, []), *map(str, ids)]
        return added

    # ---- what is told of it ------------------------------------------------------------------------
    def target(self, name: str) -> str:
        """The field, as the map of the whole file calls it."""
        return f"{self.name}.{name}" if self.name and name else name

    def label(self, name: str) -> str:
        """Where the file says what belongs into the field, or the field as people know it."""
        if name == f"{self.name}.":  # the record as a whole
            return str(self.entity.name)
        return self.reading.column_of(name)
