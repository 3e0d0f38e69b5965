"""What the rows of a file say: their cells as values of fields, and what each may be looked for by."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.known import External, Key, key_of
from sila.platform.entities.importing.links import Links
from sila.platform.entities.importing.mapping import Mapping as Map
from sila.platform.entities.importing.mapping import fill
from sila.platform.entities.importing.table import Cells, Line
from sila.platform.entities.importing.targets import MORE, split, writable
from sila.platform.entities.kinds import Context, Unreadable
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.cards import UNREADABLE
from sila.platform.kit.folding import fold
from sila.platform.kit.phones import digits_lost
from sila.platform.kit.workbooks import NOT_CALCULATED, SHORTENED

Values = dict[str, Any]
NamedKey = tuple[tuple[str, ...], Key]  # the fields that the key is of


@dataclass
class Row:
    """One row of the file: what it says, and what the file calls the record."""

    number: int
    cells: Cells
    external: External | None  # None: the row has no id, though the file has
    values: Values = field(default_factory=dict)  # field -> what the row says
    record: UUID | None = None  # the record that a mended row names
    damaged: dict[str, str] = field(default_factory=dict)  # column -> why the row cannot be taken at all
    more: dict[str, list[str]] = field(default_factory=dict)  # field -> its further values
    beside: "dict[str, Row]" = field(default_factory=dict)  # noun -> what the row says of its record
    keys: "list[NamedKey] | None" = None  # what it may be looked for by, once somebody asks


def _whole(cell: str) -> str:
    """A cell that a database keeps."""
    return "" if cell in (UNREADABLE, NOT_CALCULATED) else cell.replace("\x00", "\ufffd")


NUMBERS = frozenset(("number", "money"))  # kinds
SEVERAL = re.compile(
    r"\s*:::\s*|\s*[\r\n]+\s*|\s*;(?!\s*ext)\s*", re.IGNORECASE
)  # between values in one cell


class Reading:
    """The rows of one file for one entity, as one person writes.

    `noun`: empty for what the file is of; the slug of what stands beside it in each row, which has a reading of its own.
    """

    def __init__(self, entity: Entity, mapping: Map, header: list[str], links: Links, noun: str = "") -> None:
        self.entity, self.mapping, self.header, self.links = entity, mapping, header, links
        self.noun, self.external_id = noun, "" if noun else mapping.external_id
        self.columns = self._mine(mapping.columns, by_target=False)
        self._constants, self._templates = self._mine(mapping.constants), self._mine(mapping.templates)
        self.beside: list[Reading] = []
        self._occurrences: dict[str, int] = {}
        self._places = {name: place for place, name in enumerate(header)}
        self._several = {name for detail in entity.details for name in detail.more_of}

    def _mine(self, said: Mapping[str, str], *, by_target: bool = True) -> dict[str, str]:
        """Of what the map says, that which is about this noun."""
        found: dict[str, str] = {}
        for key, value in said.items():
            noun, name = split(key if by_target else value)
            if name and noun == self.noun:
                found |= {name: value} if by_target else {key: name}
        return found

    def act_as(self, by: Actor) -> None:
        """The rights under which the next rows come in."""
        for other in self.beside:
            other.act_as(by)
        self.by = self.links.by = by
        self.fields = writable(self.entity, by)
        given = {*self.columns.values(), *self._constants, *self._templates}
        self.linking = {n: f for n, f in self.fields.items() if n in given and f.kind.name == "link"}
        self.context = Context(
            by,
            Reader.of(by.workspace),
            date_order=self.mapping.dates or "dmy",
            calendar=self.mapping.calendar,
            resolve=self.links.resolve,
        )
        self._scopes = set(self._scoping())

    def _scoping(self) -> Iterator[str]:
        """The links of a row in which the names of its other links are to be looked for."""
        for f in self.fields.values():
            name = registry[f.to].keys_within if f.to in registry else ""
            if name in self.fields and self.fields[name].to == registry[f.to].fields[name].to:
                yield name

    # ---- rows --------------------------------------------------------------------------------------
    def row(self, line: Line) -> Row:
        cells, record = line.cells, line.record
        if any(cell.startswith(SHORTENED) for cell in cells):
            cells, damaged = self._without_digits(cells)
            if damaged:
                return Row(line.number, cells, None, record=record, damaged=damaged)
        if any("\x00" in cell for cell in cells):
            damaged = self._damage(cells)
            cells = [_whole(cell) for cell in cells]
            return Row(line.number, cells, None, record=record, damaged=damaged)
        return self.again(line.number, cells, self.externals(cells), record)

    def _damage(self, cells: Cells) -> dict[str, str]:
        if cells[0] == UNREADABLE:
            return {"": _("This card cannot be read.")}
        formulas = [place for place, cell in enumerate(cells) if cell == NOT_CALCULATED]
        if not formulas:
            return {"": _("The row holds null characters.")}
        reason = _(
            "A formula whose value was never calculated. Open the workbook in Excel, save it, and import it again."
        )
        return {self.header[place] if place < len(self.header) else "": reason for place in formulas}

    def _without_digits(self, cells: Cells) -> tuple[Cells, dict[str, str]]:
        """A number of which a program kept the first digits is a number still, but no phone, code or name: a phone says so
        itself, the others refuse the row (column -> reason)."""
        read, damaged = list(cells), {}
        for place, cell in enumerate(cells):
            if not cell.startswith(SHORTENED):
                continue
            text, column = (
                cell.removeprefix(SHORTENED),
                self.header[place] if place < len(self.header) else "",
            )
            kinds = {kind for each in (self, *self.beside) if (kind := each._kind_of(column))} - NUMBERS
            read[place] = text if kinds else f"{Decimal(text):f}"
            if kinds - {"phone"}:
                damaged[column] = digits_lost(text)
        return read, damaged

    def _kind_of(self, column: str) -> str:
        """Of the field that the column fills; "text" of the id that the file gives a record, "" of nothing."""
        if column and column == self.external_id:
            return "text"
        name = self.columns.get(column, "").removeprefix(MORE)
        return self.fields[name].kind.name if name in self.fields else ""

    def externals(self, cells: Cells) -> list[External | None]:
        """What the file calls the record, and each that stands beside it."""
        return [self.external(cells), *(other.external(cells) for other in self.beside)]

    def again(
        self, number: int, cells: Cells, externals: Sequence[External | None], record: UUID | None
    ) -> Row:
        """A row that was read before."""
        texts = dict(zip(self.header, cells, strict=False))
        row = Row(number, cells, externals[0], record=record)
        row.values, row.more = self._values(texts)
        for other, external in zip(self.beside, externals[1:], strict=True):
            if any(texts.get(column, "").strip() for column in other.columns):
                beside = Row(number, cells, external)
                beside.values, beside.more = other._values(texts)
                row.beside[other.entity.slug] = beside
        return row

    def external(self, cells: Cells) -> External | None:
        """What the file calls the record: the other system's id, or all that stands in the row."""
        if not self.external_id:
            return "row", self._fingerprint(cells)
        place = self._places[self.external_id]
        value = cells[place].strip()[:200] if place < len(cells) else ""
        return (self.mapping.source, value) if value else None

    def _fingerprint(self, cells: Cells) -> str:
        """For files without ids: what stands in the row, and its number among twins."""
        text = hashlib.sha256("\x1f".join(cell.strip() for cell in cells).encode()).hexdigest()[:40]
        self._occurrences[text] = self._occurrences.get(text, 0) + 1
        return f"{text}.{self._occurrences[text]}"

    def give_back(self, row: Row) -> None:
        """A refused row is no twin of those that come later."""
        for other in self.beside:
            other.give_back(row.beside.get(other.entity.slug, Row(0, [], None)))
        if row.external and row.external[0] == "row":
            self._occurrences[row.external[1].split(".")[0]] -= 1

    def _values(self, texts: dict[str, str]) -> tuple[Values, dict[str, list[str]]]:
        """Field -> what stands in the cell, after the value table, constants and templates; and further values."""
        values: Values = dict(self._constants)
        values.update({name: fill(template, texts) for name, template in self._templates.items()})
        more: dict[str, list[str]] = {}
        for column, name in self.columns.items():
            if column not in texts:  # the row is shorter than the header
                continue
            text = texts[column]
            if column in self.mapping.values:
                text = self.mapping.values[column].get(text.strip(), text)
            own = name.removeprefix(MORE)
            if own in self._several and (name != own or SEVERAL.search(text)):
                first, *rest = (
                    SEVERAL.split(text.strip()) if name == own else ["", *SEVERAL.split(text.strip())]
                )
                text = first
                more.setdefault(own, []).extend(filter(None, rest))
            if name == own:
                values[name] = text
        for own, texts_of in more.items():
            if texts_of and not str(values.get(own) or "").strip():
                values[own] = texts_of.pop(0)  # the first that there is stands first
        return values, {own: found for own, found in more.items() if found}

    # ---- cells -------------------------------------------------------------------------------------
    def context_of(self, values: Mapping[str, Any]) -> Context:
        """How the cells of this row are read: a stage is one of the pipeline that the row names."""
        if not self._scopes:
            return self.context
        beside = {name: values.get(name) for name in self._scopes}
        return replace(self.context, resolve=partial(self.links.resolve, beside=beside))

    def check(self, row: Row) -> None:
        """What makes a row unfit as a whole. Raises Invalid."""
        wide = max((place for place, cell in enumerate(row.cells, 1) if cell.strip()), default=0)
        if wide > len(self.header):
            raise Invalid(
                {"": _("The row has %(n)s cells, the header %(m)s.") % {"n": wide, "m": len(self.header)}}
            )
        if row.damaged:
            raise Invalid(row.damaged)
        if row.external is None:
            raise Invalid({self.external_id: _("The row has no id.")})
        for column, words in self.mapping.only.items():
            said = dict(zip(self.header, row.cells, strict=False)).get(column, "").strip()
            if fold(said) not in map(fold, words.split("|")):
                message = _("Only rows that say “%(words)s” here are taken.")
                raise Invalid({column: message % {"words": words.replace("|", " / ")}})

    def further(self, row: Row) -> tuple[dict[str, list[str]], dict[str, str]]:
        """The further values of fields as they are stored, and those that cannot be read: field -> reason.
        Raises Invalid unless a row may come in without them."""
        found: dict[str, list[str]] = {}
        wrong: dict[str, str] = {}
        for name, texts in row.more.items():
            for text in texts:
                try:
                    found.setdefault(name, []).append(self.fields[name].parse(text, self.context))
                except Unreadable as error:
                    wrong[MORE + name] = str(error)
        if wrong and self.mapping.bad_cells != "skip":
            raise Invalid(wrong)
        return found, wrong

    def unreadable(self, values: Values) -> dict[str, str]:
        """By choice a row comes in without these; field -> reason. Raises Invalid for a field that is gone meanwhile."""
        gone = {name: _("There is no such field.") for name in values if name not in self.fields}
        if gone:
            raise Invalid(gone)
        if self.mapping.bad_cells != "skip":
            return {}
        found, context = {}, actions.with_currency(self.fields, values, self.context_of(values), None)
        for name, value in values.items():
            if name in self.linking and self.links.adds_for(self.fields[name], str(value)):
                continue
            try:
                self.fields[name].parse(value, context)
            except Unreadable as error:
                if not self.fields[name].required:
                    found[name] = str(error)
        return found

    def filled(self, values: Values) -> Values:
        """An empty cell leaves what is there, unless the map says that it clears. A name cannot be empty."""
        if self.mapping.empty_cells == "clear":
            return values
        return {
            name: value for name, value in values.items() if self.fields[name].required or str(value).strip()
        }

    def column_of(self, name: str) -> str:
        """Where the file says what belongs into this field, or the field as people know it."""
        for other in (name, name.replace(MORE, "")):
            for column, target in self.mapping.columns.items():
                if name and target == other:
                    return column
        own = split(name)[1].removeprefix(MORE)
        return str(self.fields[own].label) if own in self.fields else name

    # ---- which record ------------------------------------------------------------------------------
    def matches(self) -> list[tuple[str, ...]]:
        """The fields by which a row is a record that is there, one after the other; of several all agree."""
        names = self.entity.keys if self.entity.match is None else self.entity.match
        return [(name,) if isinstance(name, str) else name for name in names]

    def key(self, row: Row) -> tuple[tuple[str, ...], Key | None]:
        """The first of the entity's keys that the row fills: e-mail, phone and name, code."""
        return next(iter(self.keys(row)), ((), None))

    def keys(self, row: Row) -> list[NamedKey]:
        """All of them that the row fills."""
        if (
            row.keys is None or self.entity.keys_within
        ):  # what a name is looked for in may have come meanwhile
            row.keys = list(self._keys(row.values))
        return row.keys

    def _keys(self, values: Values) -> Iterator[NamedKey]:
        for names in self.matches():
            raw = values.get(names[0])
            if isinstance(raw, str) and raw.strip() and names[0] in self.fields:
                found = key_of(self.fields[names[0]], raw, self.context, self._within(values))
                if found:
                    yield names, found

    def _within(self, values: Values) -> UUID | None:
        try:
            return self.links.within(self.entity, values)
        except Unreadable:
            return None  # the row is refused for it anyway

    def agrees(self, record: Any, names: tuple[str, ...], values: Values) -> bool:
        """A phone alone is no person: families and offices share one. The name must be the same too."""
        return all(
            fold(str(values.get(name) or ""), article=True)
            == fold(str(getattr(record, name) or ""), article=True)
            for name in names[1:]
        )
