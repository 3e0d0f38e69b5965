"""The first rows of a file as they would be: what each cell becomes, or why it cannot be read. Nothing is written."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.reading import Reading, Row
from sila.platform.entities.importing.rows import Importer
from sila.platform.entities.importing.table import Line, Table
from sila.platform.entities.importing.targets import MORE, split, targets
from sila.platform.entities.kinds import LINKS, Field, Unreadable
from sila.platform.entities.models import ImportRun
from sila.platform.entities.registry import Entity, registry


class Cell(NamedTuple):
    text: str
    wrong: str = ""  # why it cannot be read
    added: bool = False  # a record that is not there, and would be added by its name


class Shown(NamedTuple):
    """One row. `wrong`: why it cannot come in at all."""

    line: int
    cells: list[Cell]
    wrong: str = ""


class Preview(NamedTuple):
    labels: list[str]
    rows: list[Shown]


def preview(entity: Entity, mapping: Mapping, table: Table, lines: Iterable[Line], *, by: Actor) -> Preview:
    """`mapping` is ready for this table (run.py)."""
    importer = Importer(ImportRun(entity=entity.slug, mapping=mapping.as_json()), table, by)
    readings = {noun.name: noun.reading for noun in importer.nouns}
    said = [*filter(None, mapping.columns.values()), *mapping.templates, *mapping.constants]
    names = {target: split(target) for target in said}
    fields = targets(entity, by)
    labels = [_called(noun, fields[target]) for target, (noun, _name) in names.items()]
    rows = []
    for line in lines:
        row = importer.reading.row(line)
        try:
            importer.reading.check(row)
        except Invalid as error:
            rows.append(Shown(line.number, [], " ".join(error.errors.values())))
            continue
        cells = []
        for noun, name in names.values():
            part = row.beside.get(noun) if noun else row
            cells.append(_cell(readings[noun], part, name) if part else Cell(""))
        rows.append(Shown(line.number, cells))
    return Preview(labels, rows)


def _called(noun: str, f: Field) -> str:
    return f"{registry[noun].name} › {f.label}" if noun else str(f.label)


def _cell(reading: Reading, part: Row, name: str) -> Cell:
    own = name.removeprefix(MORE)
    f = reading.fields[own]
    raw: Any = part.values.get(own, "") if name == own else " ".join(part.more.get(own, []))
    text = str(raw).strip()
    if f.kind.name in LINKS and text:
        return _link(reading, f, part, text)
    context = actions.with_currency(reading.fields, part.values, reading.context_of(part.values), None)
    try:
        value = f.parse(raw, context)
    except Unreadable as error:
        return Cell(text, str(error))
    if not text:
        return Cell("")
    row = {f.currency: context.currency, own: value, "custom": {own: value}}
    return Cell(f.kind.plain(f, row, context.reader))


def _link(reading: Reading, f: Field, part: Row, text: str) -> Cell:
    """The record that is found, by its own name."""
    links, resolve = reading.links, reading.context_of(part.values).resolve
    adds, links.adds_missing = links.adds_missing, False
    try:
        found = resolve(f, text) if resolve else None
    except Unreadable as error:
        return Cell(text, str(error))
    finally:
        links.adds_missing = adds
    if found:
        target = registry[f.to]
        row = target.visible_to(reading.by).filter(id=found).values(*target.title).first()
        return Cell(target.title_of(row, reading.context.reader.language) if row else text)
    if links.adds_for(f, text):
        return Cell(text, added=True)
    return Cell(text, _("“%(value)s” was not found.") % {"value": text[:60]})
