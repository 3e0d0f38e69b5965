"""Finding linked records by what people call them: e-mail, code, name, in any spelling. Those that are not there are
added by their name, if the map says so."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.exporting.called import ADDRESSED, telling
from sila.platform.entities.importing.alike import Crowd
from sila.platform.entities.kinds import Context, Field, Unreadable
from sila.platform.entities.models import ExternalId
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.writing import write_waiting

Name = tuple[str, str, UUID | None]  # entity, folded name, what the name belongs to
_ID = re.compile(r"[0-9a-fA-F-]{32,36}|(?=.*\d)[0-9A-Za-z]{15,18}")  # of ours, or of a system like Salesforce
_LETTER = re.compile(r"[^\W\d_]")


class Made(NamedTuple):
    """A record that was added since a link named it."""

    key: Name
    entity: Entity
    record: Any


class Links:
    """Resolves names to records that the actor may see, and remembers what it found."""

    def __init__(self, by: Actor) -> None:
        self.by, self.source = by, ""  # the system whose ids the file names records by
        self.adds_missing = False
        self.rowed: set[str] = set()  # the nouns that have rows in the file are never added
        self.given: dict[str, UUID] = {}  # the records of the row itself, by their ids
        self.made: list[Made] = []  # of the row at hand
        self._crowds: dict[str, list[Crowd]] = {}  # of each link that leads to the noun
        self._found: dict[Name, UUID] = {}
        self._fresh: set[UUID] = set()  # what earlier rows of the batch added
        self._added: set[str] = set()  # of which nouns

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
            if found is None and self._may_wait(target) and write_waiting(target.model):
                found = self._look(target, text, key[2])
            if found is None:
                found = self._add(target, text, key)
            if found is None:
                return None  # it may be created by a later row
            self._found[key] = found
        return self._found[key]

    def _may_wait(self, target: Entity) -> bool:
        """Whether an earlier row of the batch may have made what is looked for. What was added by its name is known."""
        slugs = {target.slug, *(part.slug for part in target.slices())}
        return bool(slugs & (self.rowed | self._added - {target.slug}))

    def within(self, target: Entity, beside: Mapping[str, Any]) -> UUID | None:
        """The record that a name belongs to, where it is one only there: a stage's pipeline."""
        text = str(beside.get(target.keys_within) or "").strip() if target.keys_within else ""
        return self.resolve(target.fields[target.keys_within], text) if text else None

    def begin(self) -> None:
        """A batch begins. What earlier ones found may have been thrown away, merged or closed since, and what they made
        may have been rolled back."""
        self._found, self._fresh, self._crowds, self._added = {}, set(), {}, set()

    # ---- what is not there -------------------------------------------------------------------------
    def may_add(self, slug: str) -> bool:
        """Whether a record of the noun can come to be since a link names it."""
        if not self.adds_missing or slug in self.rowed:
            return False
        target = registry[slug]
        named = not target.readable(self.by)[target.title[0]].read_only
        apart = target.owned and target.together and target.creatable and not target.keys_within
        return named and apart and self.by.can(slug, "create")

    def adds_for(self, f: Field, text: str) -> bool:
        """Whether the name would be added: it is not known, and no number or id, which names a record elsewhere."""
        unknown = (f.to, fold(text), None) not in self._found
        return unknown and bool(text.strip()) and self._addable(f.to, text)

    def is_fresh(self, f: Field, text: str) -> bool:
        """Whether an earlier row of the batch added it: it may not be written yet."""
        return self._found.get((f.to, fold(text), None)) in self._fresh

    def _addable(self, slug: str, text: str) -> bool:
        text = text.strip()
        named = (
            _LETTER.search(text)
            and "@" not in text
            and not (_ID.fullmatch(text) or ADDRESSED.fullmatch(text))
        )
        return bool(named) and self.may_add(slug)

    def _add(self, target: Entity, text: str, key: Name) -> UUID | None:
        """The record that the matcher knows under another spelling, or a new one. Raises Unreadable."""
        if not self._addable(target.slug, text):
            return None
        values = {target.title[0]: text.strip()}
        for crowd in self._crowds.get(target.slug, ()):
            if like := crowd.find(values):
                return like.id
        try:
            record = actions.create(target, values, by=self.by)
        except Invalid as error:
            message = _("“%(value)s” is not there, and its name is not enough to add it: %(why)s")
            raise Unreadable(
                message % {"value": text[:60], "why": " ".join(error.errors.values())}
            ) from error
        self.made.append(Made(key, target, record))
        return UUID(str(record.id))

    def settle(self) -> list[Made]:
        """The row is in, with what it added: from now on the matcher knows that, too."""
        for made in self.made:
            self._fresh.add(made.record.id)
            self._added.add(made.entity.slug)
            name = made.entity.title[0]
            for crowd in self._crowds.get(made.entity.slug, ()):
                crowd.add({name: getattr(made.record, name)}, made.record)
        return self.made

    def unmake(self) -> None:
        """The row was refused, and what it added with it."""
        for made in self.made:
            self._found.pop(made.key, None)

    # ---- the names of a batch ----------------------------------------------------------------------
    def ask_for_all(self, f: Field, texts: Iterable[str]) -> None:
        """Look for the names of a whole batch in one question, where names have a folded twin."""
        target = registry[f.to]
        name = (target.keys or target.title)[0]
        column = target.fields[name].sort_column
        folded = {fold(text) for text in texts if text.strip()}
        wanted = {text for text in folded if (f.to, text, None) not in self._found}
        if not wanted or not column.endswith("_fold") or target.keys_within:
            return
        rows = target.visible_to(self.by).filter(**{f"{column}__in": wanted}).order_by()
        found: dict[str, list[UUID]] = {}
        for text, record_id in rows.values_list(column, "id"):
            found.setdefault(text, []).append(record_id)
        for text, ids in found.items():
            if len(ids) == 1:
                self._found[(f.to, text, None)] = ids[0]
        if target.crowd and self.may_add(f.to) and (missing := wanted - found.keys()):
            crowd = target.crowd([{target.title[0]: text} for text in missing], by=self.by)
            self._crowds.setdefault(f.to, []).append(crowd)

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
            ids = list(rows.filter(**self._lookup(f, text)).values_list("id", flat=True)[:2])
            if not ids and not target.owned:  # a colleague's folded name holds the English one too
                ids = list(
                    rows.filter(**{f"{f.name}__iexact": text.strip()}).values_list("id", flat=True)[:2]
                )
            if len(ids) > 1:
                raise Unreadable(_several(text))
            if ids:
                return ids[0]
        return self._addressed(target, rows, text)

    def _addressed(self, target: Entity, rows: Any, text: str) -> UUID | None:
        """Of several of one name the one with this address: «سارة الزهراني <sara@example.com>»."""
        said = ADDRESSED.fullmatch(text)
        if not said:
            return None
        name = target.fields[target.title[0]]
        ids = [
            found
            for key in telling(target, self.by)
            for found in rows.filter(
                **self._lookup(name, said["name"]), **self._lookup(target.fields[key], said["address"])
            ).values_list("id", flat=True)[:2]
        ]
        if len(set(ids)) > 1:
            raise Unreadable(_several(text))
        return ids[0] if ids else None

    def _lookup(self, f: Field, raw: str) -> dict[str, str]:
        """A record's key field has this value, in any spelling."""
        if f.sort_column.endswith("_fold"):
            return {f.sort_column: fold(raw)}
        if f.kind.name == "phone" and not _LETTER.search(raw):
            with suppress(Unreadable):
                return {f.name: f.parse(raw, Context(self.by, Reader.of(self.by.workspace)))}
        return {f"{f.name}__iexact": raw.strip()}

    def _by_their_id(self, target: Entity, text: str) -> UUID | None:
        slugs = [target.slug, *(part.slug for part in target.slices())]
        named = ExternalId.objects.filter(entity__in=slugs, source=self.source, value=text.strip())
        ids = list(named.values_list("record_id", flat=True)[:2])
        seen = len(ids) == 1 and target.visible_to(self.by).filter(id=ids[0]).exists()
        return ids[0] if seen else None


def _several(text: str) -> str:
    return _("“%(value)s” is the name of several records.") % {"value": text[:60]}
