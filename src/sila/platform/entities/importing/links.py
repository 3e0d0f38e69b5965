"""Finding linked records by what people call them: e-mail, code, name, in any spelling."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Field, Unreadable
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.writing import write_waiting


class Links:
    """Resolves names to records that the actor may see, and remembers what it found."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._found: dict[tuple[str, str], UUID] = {}
        self._lately: list[tuple[str, str]] = []

    def resolve(self, f: Field, text: str) -> UUID | None:
        """The record that a link's cell names. None: there is none; Unreadable: there are several."""
        key = (f.to, fold(text))
        if key not in self._found:
            target = registry[f.to]
            found = self._look(target, text)
            if found is None and write_waiting(target.model):  # an earlier row of the batch made it
                found = self._look(target, text)
            if found is None:
                return None  # it may be created by a later row
            self._keep(key, found)
        return self._found[key]

    def _keep(self, key: tuple[str, str], found: UUID) -> None:
        self._found[key] = found
        self._lately.append(key)

    def begin(self) -> None:
        """A batch begins: `forget` gives up what it found, for records that it made may be gone."""
        self._lately = []

    def forget(self) -> None:
        for key in self._lately:
            self._found.pop(key, None)

    def ask_for_all(self, f: Field, texts: Iterable[str]) -> None:
        """Look for the names of a whole batch in one question, where names have a folded twin."""
        target = registry[f.to]
        name = (target.keys or target.title)[0]
        column = target.fields[name].sort_column
        folded = {fold(text) for text in texts if text.strip()}
        wanted = {text for text in folded if (f.to, text) not in self._found}
        if len(wanted) < 2 or not column.endswith("_fold"):
            return
        rows = target.visible_to(self.by).filter(**{f"{column}__in": wanted}).order_by()
        found: dict[str, list[UUID]] = {}
        for text, record_id in rows.values_list(column, "id"):
            found.setdefault(text, []).append(record_id)
        for text, ids in found.items():
            if len(ids) == 1:
                self._keep((f.to, text), ids[0])

    def _look(self, target: Entity, text: str) -> UUID | None:
        try:
            wanted = UUID(text.strip())
            return wanted if target.visible_to(self.by).filter(id=wanted).exists() else None
        except ValueError:
            pass  # not an id: a name
        for name in target.keys or target.title:
            ids = self.by_key(target, name, text)
            if len(ids) > 1:
                raise Unreadable(_several(text))
            if ids:
                return ids[0]
        return None

    def by_key(self, entity: Entity, name: str, raw: str) -> list[UUID]:
        """Up to two ids of visible records whose key field has this value."""
        f = entity.fields[name]
        folded = f.sort_column.endswith("_fold")
        lookup = {f.sort_column: fold(raw)} if folded else {f"{name}__iexact": raw.strip()}
        return list(entity.visible_to(self.by).filter(**lookup).order_by().values_list("id", flat=True)[:2])


def _several(text: str) -> str:
    return _("“%(value)s” is the name of several records.") % {"value": text[:60]}
