"""What records hang on, as one column of a file: «شركة: نخيل الرياض», a line for each record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.kinds import KINDS, Context, Field, Row, Unreadable
from sila.platform.entities.kinds.base import Kind
from sila.platform.entities.leading import HANGS, Hanging, hanging
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold

About = list[tuple[str, UUID]]  # (slug, id)


class HungKind(Kind):
    """In a row: a list of (slug, id, what the record is called)."""

    name, widget, operators, sortable, searchable = "hung", "longtext", (), False, False

    def columns(self, f: Field) -> tuple[str, ...]:
        return ()

    def read(self, f: Field, row: Row) -> Any:
        return row.get(HANGS, [])

    def empty(self, f: Field) -> Any:
        return []

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        return "\n".join(f"{registry[slug].name}: {called}" for slug, _id, called in self.read(f, row))

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        return self.plain(f, row, reader) or None

    def json(self, f: Field, row: Row) -> Any:
        return [{"entity": slug, "id": str(record_id)} for slug, record_id, _called in self.read(f, row)]

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str) or context.resolve is None:
            raise Unreadable(_("Text is expected here."))
        nouns, found = names_of_nouns(hanging_of(f.to)), {}
        for line in filter(None, map(str.strip, raw.splitlines())):
            noun, colon, name = line.partition(":")
            slug = nouns.get(fold(noun), "")
            if not colon or not slug:
                raise Unreadable(
                    _("“%(value)s” does not begin with a kind of record and a colon.") % {"value": line[:60]}
                )
            record_id = context.resolve(Field(HANGS, KINDS["link"], f.label, to=slug), name.strip())
            if record_id is None:
                raise Unreadable(_("“%(value)s” was not found.") % {"value": name.strip()[:60]})
            found[slug, record_id] = name.strip()
        return [(slug, record_id, name) for (slug, record_id), name in found.items()]


def hanging_of(slug: str) -> Hanging | None:
    """How the records of a noun hang on others; None: they do not."""
    return next((each for each in hanging if slug == each.of or registry[slug].slice_of == each.of), None)


def hung_field(entity: Entity) -> Field | None:
    """The column of a file, for nouns whose records hang on others."""
    if hanging_of(entity.slug) is None:
        return None
    return Field(HANGS, HungKind(), gettext_lazy("Regarding"), to=entity.slug)


def carriers(hangs: Hanging | None) -> list[Entity]:
    """The nouns on which such records hang."""
    own = registry[hangs.of].model if hangs else None
    return [noun for noun in registry if noun.timeline and not noun.narrow and noun.model is not own]


def names_of_nouns(hangs: Hanging | None) -> dict[str, str]:
    """Folded name of a noun in either language, or its slug -> slug."""
    found: dict[str, str] = {}
    for noun in carriers(hangs):
        found[fold(noun.slug)] = noun.slug
        for language in ("ar", "en"):
            with override(language):
                found.setdefault(fold(str(noun.name)), noun.slug)
    return found


def load(rows: Sequence[Row], entity: Entity, actor: Actor) -> None:
    """Say in each row what it hangs on, as far as the actor may see it."""
    from sila.platform.entities.exporting.called import addresses

    hangs = hanging_of(entity.slug)
    if hangs is None:
        return
    by = f"{hangs.link}_id"
    links = hangs.model.objects.filter(**{f"{by}__in": [row["id"] for row in rows]})
    ends = list(links.order_by("id").values_list(by, "entity", "record_id"))
    called: dict[UUID, str] = {}
    for slug in {slug for _row, slug, _id in ends if slug in registry}:
        target, ids = registry[slug], {record for _row, noun, record in ends if noun == slug}
        known = addresses(target, ids, actor)
        for row in target.visible_to(actor).filter(id__in=ids).order_by().values("id", *target.title):
            address = known.get(str(row["id"]))
            called[row["id"]] = target.title_of(row) + (f" <{address}>" if address else "")
    hung: dict[UUID, list[tuple[str, UUID, str]]] = {}
    for row_id, slug, record_id in ends:
        if record_id in called:
            hung.setdefault(row_id, []).append((slug, record_id, called[record_id]))
    for row in rows:
        row[HANGS] = hung.get(row["id"], [])
