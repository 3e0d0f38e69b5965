"""Finding linked records by what people call them: e-mail, code, name, in any spelling."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Context, Field, Unreadable
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold


class Links:
    """Resolves names to records that the actor may see, and remembers what it found."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._found: dict[tuple[str, str], UUID | None] = {}

    def resolve(self, f: Field, text: str) -> UUID | None:
        """The record that a link's cell names. None: there is none; Unreadable: there are several."""
        key = (f.to, fold(text))
        if key not in self._found:
            found = self._look(registry[f.to], text)
            if found is None:
                return None  # it may be created by a later row
            self._found[key] = found
        return self._found[key]

    def _look(self, target: Entity, text: str) -> UUID | None:
        try:
            wanted = UUID(text.strip())
            return wanted if target.visible_to(self.by).filter(id=wanted).exists() else None
        except ValueError:
            pass  # not an id: a name
        for name in target.keys or target.title:
            ids = self.by_key(target, name, text, None)
            if len(ids) > 1:
                raise Unreadable(_several(text))
            if ids:
                return ids[0]
        return None

    def by_key(self, entity: Entity, name: str, raw: str, context: Context | None) -> list[UUID]:
        """Up to two ids of visible records whose key field has this value."""
        f = entity.fields[name]
        lookup: dict[str, Any]
        if f.sort_column.endswith("_fold"):
            lookup = {f.sort_column: fold(raw)}
        elif context is not None:
            try:
                lookup = {f"{name}__iexact" if f.kind.name == "text" else name: f.parse(raw, context)}
            except Unreadable:
                return []
        else:
            lookup = {f"{name}__iexact": raw.strip()}
        return list(entity.visible_to(self.by).filter(**lookup).order_by().values_list("id", flat=True)[:2])


def _several(text: str) -> str:
    return _("“%(value)s” is the name of several records.") % {"value": text[:60]}
