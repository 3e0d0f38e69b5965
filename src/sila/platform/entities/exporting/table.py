"""What an export holds: the rows of a list that the actor may take out, and the columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sila.platform.access.policy import Reach
from sila.platform.entities import hung, linked, listing
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.exporting.called import name_apart
from sila.platform.entities.kinds import Context, Field, Row, numbered
from sila.platform.entities.leading import HANGS
from sila.platform.entities.listing import ListState
from sila.platform.entities.order import Order
from sila.platform.entities.registry import STAMPS, Entity
from sila.platform.tenancy.current import scope

AT_ONCE = 1000


@dataclass(frozen=True)
class Table:
    """A list as a table: its conditions and order, all its rows."""

    entity: Entity
    fields: tuple[Field, ...]
    state: ListState
    context: Context
    ids: tuple[UUID, ...] = ()  # of the rows that were chosen; empty: all

    @classmethod
    def of(
        cls,
        entity: Entity,
        state: ListState,
        context: Context,
        *,
        every_field: bool,
        ids: tuple[UUID, ...] = (),
    ) -> "Table":
        """The columns that the list shows, or every field but the stamps. Raises NotAllowed, Invalid."""
        if not context.actor.can(entity.slug, "export"):
            raise NotAllowed
        fields = entity.readable(context.actor)
        about = hung.hung_field(entity) if every_field else None
        names = [name for name in fields if name not in STAMPS]
        if not every_field:
            names = listing.columns_of(entity, fields, state, context.actor)
            codes = {fields[name].currency for name in names} & fields.keys()  # an amount says of what
            names += sorted(codes - set(names))
        shown = [fields[name] for name in names] + ([about] if about else [])
        table = cls(entity, tuple(shown), state, context, ids)
        table.matching()  # a condition that is none is refused before the file begins
        return table

    def matching(self) -> QuerySet[Any]:
        """The rows of the list that the actor may take out, which may be fewer than it sees."""
        entity, actor = self.entity, self.context.actor
        rows = listing.matching(entity, self.state, self.context)
        rows = rows.filter(id__in=self.ids) if self.ids else rows
        if not entity.narrow and actor.policy.reach(entity.slug, "export") == Reach.ALL:
            return rows
        return rows.filter(id__in=entity.visible_to(actor, "export").order_by().values("id"))

    def order(self) -> Order:
        fields = self.entity.readable(self.context.actor)
        arabic = self.context.reader.language == "ar"
        return listing.order_of(self.entity, fields, self.state.sort, self.context.actor, arabic_first=arabic)

    def header(self) -> list[str]:
        """The labels. Of two fields that are called the same the second is numbered, as an import reads it."""
        with scope(self.context.actor.workspace):
            called = numbered(self.entity.readable(self.context.actor).values())
        return [called.get(f.name, str(f.label)) for f in self.fields]

    def pages(self) -> Iterator[Sequence[Row]]:
        """All rows, page by page. Opens the workspace itself, for as long as a page takes."""
        columns = tuple(dict.fromkeys(column for f in self.fields for column in f.columns()))
        after = ""
        while True:
            with scope(self.context.actor.workspace):
                page = listing.page(self.entity, self.matching(), columns, self.order(), after, AT_ONCE)
                linked.close(page.rows, self.fields, self.context.actor)
                if any(f.name == HANGS for f in self.fields):
                    hung.load(page.rows, self.entity, self.context.actor)
            yield page.rows
            if not page.next:
                return
            after = page.next

    def cells(self) -> Iterator[list[Any]]:
        """The values of each row, as `Kind.cell` gives them."""
        faces, reader = [(f, f.kind.cell) for f in self.fields], self.context.reader
        return self._told(lambda row: [cell(f, row, reader) for f, cell in faces], apart=True)

    def documents(self) -> Iterator[dict[str, Any]]:
        """Each row as the API gives it."""
        faces = [(f, f.kind.json) for f in self.fields]
        return self._told(lambda row: {"id": str(row["id"])} | {f.name: read(f, row) for f, read in faces})

    def _told[Told](self, tell: Callable[[Row], Told], *, apart: bool = False) -> Iterator[Told]:
        """In the workspace as well: an amount of a field of one's own is in its currency."""
        for page in self.pages():
            with scope(self.context.actor.workspace):
                if apart:  # links say names, not ids
                    name_apart(page, self.fields, self.context.actor)
                told = [tell(row) for row in page]
            yield from told
