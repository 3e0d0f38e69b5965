"""Which records the rows of a batch are already: asked once for the whole batch."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.entities.importing.alike import Crowd
from sila.platform.entities.kinds import Context, Field, Unreadable
from sila.platform.entities.models import ExternalId
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold
from sila.platform.tenancy.writing import add, at_once

External = tuple[str, str]  # where it comes from, what it is called there


class Key(NamedTuple):
    """How a record is looked for."""

    lookup: str
    value: Any
    within: UUID | None = None  # the record that its name belongs to


class Known:
    """Records by what the file calls them and by their keys, those that the batch makes included."""

    def __init__(self, entity: Entity, by: Actor) -> None:
        self.entity, self.by = entity, by
        self.records: dict[UUID, Any] = {}
        self._named: dict[External, UUID] = {}  # also of records that the actor does not see
        self._keyed: dict[tuple[str, Any], list[UUID]] = {}
        self._names: dict[UUID, set[External]] = {}  # of the records found by a key
        self.crowd: Crowd | None = None  # where the matcher is asked as well

    # ---- asking ------------------------------------------------------------------------------------
    def load(self, externals: Iterable[External], keys: Iterable[Key], records: Iterable[UUID] = ()) -> None:
        by_source: dict[str, list[str]] = {}
        for source, value in externals:
            by_source.setdefault(source, []).append(value)
        for source, values in by_source.items():
            named = ExternalId.objects.filter(entity=self.entity.slug, source=source, value__in=values)
            self._named |= {
                (source, value): found for value, found in named.values_list("value", "record_id")
            }
        self._load_keys(keys)
        ids = {*records, *self._named.values(), *(found for ids in self._keyed.values() for found in ids)}
        rows = self.entity.visible_to(self.by).filter(id__in=ids)
        self.records = {record.id: record for record in rows} if ids else {}

    def _load_keys(self, keys: Iterable[Key]) -> None:
        by_lookup: dict[str, set[Any]] = {}
        for key in keys:
            by_lookup.setdefault(key.lookup, set()).add(key.value)
        rows = self.entity.visible_to(self.by).order_by()
        for lookup, values in by_lookup.items():
            if lookup.endswith("__iexact"):  # no index serves many of these at once
                for value in values:
                    ids = rows.filter(**{lookup: value}).values_list("id", flat=True)
                    self._keyed[(lookup, value)] = list(ids if self.entity.keys_within else ids[:2])
                continue
            for value, found in rows.filter(**{f"{lookup}__in": values}).values_list(lookup, "id"):
                self._keyed.setdefault((lookup, value), []).append(found)
        found_ids = [found for ids in self._keyed.values() for found in ids]
        for other in ExternalId.objects.filter(record_id__in=found_ids) if found_ids else ():
            self._names.setdefault(other.record_id, set()).add((other.source, other.value))

    # ---- answering ---------------------------------------------------------------------------------
    def by_external(self, external: External) -> UUID | None:
        """The record of this name, if the actor may see it."""
        found = self._named.get(external)
        return found if found in self.records else None

    def by_key(self, key: Key, source: str) -> list[UUID]:
        """The records with this key; where the file has ids of its own, without those that it calls by another."""
        return [
            found
            for found in self._keyed.get(key[:2], [])
            if not source or not any(named[0] == source for named in self._names.get(found, ()))
            if key.within in (None, getattr(self.records[found], f"{self.entity.keys_within}_id", None))
        ]

    # ---- keeping -----------------------------------------------------------------------------------
    def name(self, external: External, record_id: UUID) -> None:
        """From now on the file's name leads to this record."""
        source, value = external
        before = self._named.get(external)
        if before is None:
            name = {"entity": self.entity.slug, "source": source, "value": value}
            add(ExternalId, {**name, "record_id": record_id})
        elif before != record_id:
            with at_once():
                same = ExternalId.objects.filter(entity=self.entity.slug, source=source, value=value)
                same.update(record_id=record_id)
        self._named[external] = record_id
        self._names.setdefault(record_id, set()).add(external)

    def add(self, record: Any, keys: Iterable[Key], values: Mapping[str, Any]) -> None:
        """A record that the batch has made: later rows may be the same one."""
        self.records[record.id] = record
        if self.crowd:
            self.crowd.add(values, record)
        for key in keys:
            self._keyed.setdefault(key[:2], []).append(record.id)


def key_of(f: Field, raw: Any, context: Context, within: UUID | None = None) -> Key | None:
    """How a record with this value in its key field is looked for. None: nothing can have it."""
    if f.sort_column.endswith("_fold"):
        return Key(f.sort_column, fold(str(raw)), within)
    try:
        value = f.parse(raw, context)
    except Unreadable:
        return None
    if f.kind.name == "text":
        return Key(f"{f.name}__iexact", str(value).lower(), within)
    return Key(f.name, value, within)
