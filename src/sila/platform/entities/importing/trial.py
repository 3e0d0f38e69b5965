"""What the rows of a trial would have become.

A trial takes each batch in as the import would, and rolls it back: nobody waits for it longer than for a batch.
So before a batch, the earlier rows that it may be or names are taken in once more, and rolled back with it.
"""

import json
from collections.abc import Hashable, Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.db.models import UniqueConstraint

from sila.platform.entities.importing.known import key_of
from sila.platform.entities.importing.reading import Reading, Row
from sila.platform.kit.folding import fold


class Trial:
    """The rows so far lie in a file beside; of each, memory holds only what it may be found by."""

    def __init__(self, reading: Reading) -> None:
        self.reading, entity = reading, reading.entity
        self._file = TemporaryFile("w+b")  # noqa: SIM115  it lives as long as the trial, and goes with it
        self._places: dict[int, list[int]] = {}
        self._unique = {
            name
            for constraint in entity.model._meta.constraints
            if isinstance(constraint, UniqueConstraint)
            for name in constraint.fields
            if name in reading.fields
        }
        self._own = [
            name
            for name in reading.columns.values()
            if name in reading.fields and reading.fields[name].to == entity.slug
        ]

    def keep(self, rows: Iterable[Row]) -> None:
        """Rows that the import would have taken."""
        for row in rows:
            place = self._file.seek(0, 2)
            record = str(row.record) if row.record else None
            beside = [
                row.beside[other.noun].external if other.noun in row.beside else None
                for other in self.reading.beside
            ]
            kept = [row.number, row.cells, [row.external, *beside], record]
            self._file.write(json.dumps(kept).encode() + b"\n")
            for name in {*self._is(row), *self._called(row)}:
                self._places.setdefault(hash(name), []).append(place)
            for name in set(self._beside(row)):  # the first row made it, the others only lead to it
                self._places.setdefault(hash(name), [place])

    def needed(self, rows: Iterable[Row]) -> list[Row]:
        """The earlier rows that these may be or name, and those that they need in turn, in their order."""
        found: dict[int, Row] = {}
        ahead = list(rows)
        while ahead:
            row = ahead.pop()
            for name in {*self._is(row), *self._names(row), *self._beside(row)}:
                for place in self._places.get(hash(name), ()):
                    if place not in found:
                        found[place] = self._read(place)
                        ahead.append(found[place])
        return [found[place] for place in sorted(found)]

    def _read(self, place: int) -> Row:
        self._file.seek(place)
        number, cells, externals, record = json.loads(self._file.readline())
        named = [tuple(external) if external else None for external in externals]
        return self.reading.again(number, cells, named, UUID(record) if record else None)

    def _is(self, row: Row) -> Iterator[Hashable]:
        """What makes two rows one record, or lets the database refuse the second."""
        if row.external and self.reading.external_id:
            yield row.external
        yield from self._keys(self.reading, row)
        for name in self._unique & row.values.keys():
            if str(row.values[name] or "").strip():
                yield key_of(self.reading.fields[name], row.values[name], self.reading.context)

    def _keys(self, reading: Reading, row: Row) -> Iterator[Hashable]:
        for names, key in reading.keys(row):
            yield key[:2], *(fold(str(row.values.get(name) or ""), article=True) for name in names[1:])

    def _beside(self, row: Row) -> Iterator[Hashable]:
        """What makes the records beside one and the same."""
        for other in self.reading.beside:
            if other.noun in row.beside:
                for key in self._keys(other, row.beside[other.noun]):
                    yield other.noun, key

    def _called(self, row: Row) -> Iterator[Hashable]:
        """By what the links of later rows may name it."""
        entity = self.reading.entity
        for name in (entity.keys or entity.title) if self._own else ():
            yield from self._folded(row.values.get(name))

    def _names(self, row: Row) -> Iterator[Hashable]:
        for name in self._own:
            yield from self._folded(row.values.get(name))

    def _folded(self, text: Any) -> Iterator[Hashable]:
        if text and str(text).strip():
            yield "called", fold(str(text))
