"""Where the search of a list found a row, if no column that is shown says it: one short line for each such row.

The rows of the page are read with the columns that search looks through, so nothing more is asked of the database but,
where records went into others, what these were called: once for a page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.entities.index import name_keys
from sila.platform.entities.kinds import Context, Field, Row
from sila.platform.entities.needles import Needle, needles
from sila.platform.entities.registry import Entity
from sila.platform.entities.search import Traces
from sila.platform.kit.folding import fold
from sila.platform.kit.text import isolate

BEFORE, AFTER, LONGEST = 2, 6, 60  # words around the one that was found; letters
LOOKED_AT = 4_000  # letters of a text: what search itself reads of it


@dataclass(frozen=True)
class FoundIn:
    entity: Entity
    fields: Mapping[str, Field]  # that the actor may read
    shown: Sequence[Field]
    context: Context
    query: str
    traces: Traces

    def columns(self) -> Iterable[str]:
        """What the rows are to be read with, besides what is shown."""
        own = ["custom"] if any(f.custom for f in self._searched.values()) else []
        links = (column for f in self.links() for column in f.columns())
        return [
            *self.entity.title,
            *(path for path, f in self._searched.items() if not f.custom),
            *links,
            *own,
        ]

    def links(self) -> list[Field]:
        """Those that search looks behind; to be closed like those that are shown."""
        return [f for path, f in self._searched.items() if "__" in path]

    def said(self, rows: Sequence[Row]) -> dict[UUID, str]:
        """The line of each row that needs one."""
        found = {row["id"]: self._in(row) for row in rows}
        lines = {record_id: line for record_id, line in found.items() if line}
        lost = [record_id for record_id, line in found.items() if line is None]
        for each in lost:
            if name := self.traces.files.get(each):
                lines[each] = _("in the file %(name)s") % {"name": isolate(name)}
        return lines | self._former([each for each in lost if each not in lines])

    @cached_property
    def _searched(self) -> dict[str, Field]:
        """Path -> the field that it reads, of what the actor may read; the title is shown in any case."""
        fields = self.fields
        paths = {
            path: fields[path.partition("__")[0]]
            for path in self.entity.search
            if path.partition("__")[0] in fields
        }
        return paths | {name: f for name, f in fields.items() if f.custom and f.kind.searchable}

    @cached_property
    def _needles(self) -> list[Needle]:
        return needles(self.query)

    def _in(self, row: Row) -> str | None:
        """Nothing where a column shows it; None where no field of the row says it."""
        reader = self.context.reader
        plain = " ".join(fold(f"{f.kind.plain(f, row, reader)} {f.read(row) or ''}") for f in self.shown)
        keys = "".join(f"{key} " for name in self.entity.title for key in name_keys(str(row.get(name) or "")))
        texts = [
            (f, text, fold(text))
            for path, f in self._searched.items()
            if f not in self.shown
            and (text := str((f.read(row) if f.custom else row.get(path)) or "")[:LOOKED_AT])
        ]
        for needle in self._needles:
            places = [self._place(word, plain, keys, texts) for word in needle.words]
            if None not in places:
                return next(filter(None, places), "")
        return None

    def _place(
        self, word: tuple[str, ...], plain: str, keys: str, texts: Sequence[tuple[Field, str, str]]
    ) -> str | None:
        if any(spelling in plain for spelling in word):
            return ""
        for f, text, folded in texts:
            for spelling in word:
                if spelling in folded:
                    return f"{f.label}: {isolate(_around(text, spelling))}"
        return _("the name in another spelling") if any(spelling in keys for spelling in word) else None

    def _former(self, lost: Sequence[UUID]) -> dict[UUID, str]:
        gone = {self.traces.went_in[each]: each for each in lost if each in self.traces.went_in}
        if not gone:
            return {}
        rows = self.entity.rows(trashed=True).filter(id__in=gone).values("id", *self.entity.title)
        names = {gone[row["id"]]: self.entity.title_of(row, self.context.reader.language) for row in rows}
        return {each: _("merged: %(name)s") % {"name": isolate(name)} for each, name in names.items()}


def _around(text: str, part: str) -> str:
    """The words around the first that was looked for."""
    wanted = part.split()[0]
    said = text.split()
    at = next((place for place, word in enumerate(said) if wanted in fold(word)), 0)
    first, last = max(at - BEFORE, 0), at + AFTER
    cut = " ".join(said[first:last])
    cut = cut if len(cut) <= LONGEST else cut[: LONGEST - 1] + "…"
    return ("… " if first else "") + cut + (" …" if last < len(said) and not cut.endswith("…") else "")
