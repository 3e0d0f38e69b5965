"""Finding linked records by what people call them: e-mail, code, name, in any spelling."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Field, Unreadable
from sila.platform.entities.models import ExternalId
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.writing import write_waiting

Name = tuple[str, str, UUID | None]  # entity, folded name, what the name belongs to


class Links:
    """Resolves names to records that the actor may see, and remembers what it found."""

    def __init__(self, by: Actor) -> None:
        self.by, self.source = by, ""  # the system whose ids the file names records by
        self.given: dict[str, UUID] = {}  # the records of the row itself, by their ids
        self._found: dict[Name, UUID] = {}
        self._lately: list[Name] = []

    def resolve(self, f: Field, text: str, beside: Mapping[str, Any] | None = None) -> UUID | None:
        """The record that a link's cell names. None: there is none; Unreadable: there are several.

        `beside`: what the row says of the other links, among them the one that the name belongs to.
        """
        if text in self.given:
            return self.given[text]
        target = registry[f.to]
        key = (f.to, fold(text), self.within(target, beside or {}))
        if key not in self._found:
            found = self._look(target, text, key[2])
            if found is None and write_waiting(target.model):  # an earlier row of the batch made it
                found = self._look(target, text, key[2])
            if found is None:
                return None  # it may be created by a later row
            self._keep(key, found)
        return self._found[key]

    def within(self, target: Entity, beside: Mapping[str, Any]) -> UUID | None:
        """The record that a name belongs to, where it is one only there: a stage's pipeline."""
        text = str(beside.get(target.keys_within) or "").strip() if target.keys_within else ""
        return self.resolve(target.fields[target.keys_within], text) if text else None

    def _keep(self, key: Name, found: UUID) -> None:
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
        wanted = {text for text in folded if (f.to, text, None) not in self._found}
        if len(wanted) < 2 or not column.endswith("_fold") or target.keys_within:
            return
        rows = target.visible_to(self.by).filter(**{f"{column}__in": wanted}).order_by()
        found: dict[str, list[UUID]] = {}
        for text, record_id in rows.values_list(column, "id"):
            found.setdefault(text, []).append(record_id)
        for text, ids in found.items():
            if len(ids) == 1:
                self._keep((f.to, text, None), ids[0])

    def _look(self, target: Entity, text: str, within: UUID | None) -> UUID | None:
        try:
            wanted = UUID(text.strip())
            return wanted if target.visible_to(self.by).filter(id=wanted).exists() else None
        except ValueError:
            pass  # not an id of ours: theirs, or a name
        if self.source and (named := self._by_their_id(target, text)):
            return named
        rows = target.visible_to(self.by).order_by()
        if within:
            rows = rows.filter(**{f"{target.keys_within}_id": within})
        for name in target.keys or target.title:
            f = target.fields[name]
            ids = list(rows.filter(**_lookup(f, text)).values_list("id", flat=True)[:2])
            if not ids and not target.owned:  # a colleague's folded name holds the English one too
                ids = list(
                    rows.filter(**{f"{f.name}__iexact": text.strip()}).values_list("id", flat=True)[:2]
                )
            if len(ids) > 1:
                raise Unreadable(_several(text))
            if ids:
                return ids[0]
        return None

    def _by_their_id(self, target: Entity, text: str) -> UUID | None:
        slugs = [target.slug, *(part.slug for part in target.slices())]
        named = ExternalId.objects.filter(entity__in=slugs, source=self.source, value=text.strip())
        ids = list(named.values_list("record_id", flat=True)[:2])
        seen = len(ids) == 1 and target.visible_to(self.by).filter(id=ids[0]).exists()
        return ids[0] if seen else None


def _lookup(f: Field, raw: str) -> dict[str, str]:
    """A record's key field has this value, in any spelling."""
    folded = f.sort_column.endswith("_fold")
    return {f.sort_column: fold(raw)} if folded else {f"{f.name}__iexact": raw.strip()}


def _several(text: str) -> str:
    return _("“%(value)s” is the name of several records.") % {"value": text[:60]}
