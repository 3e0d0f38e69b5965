"""The side tables that a save keeps right: custom values, and what search knows."""

import time
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from django.db.models import DecimalField, Expression
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from sila.platform.customfields.models import CustomValue
from sila.platform.entities.kinds import Field
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.quality.rules import index_fields
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold, keyed_words
from sila.platform.tenancy.current import current_id
from sila.platform.tenancy.writing import add, insert_all, read_once

# Letters that nothing else holds stand before what only queries for it are to meet: the key of each word of a name, in front
# of that another one if the word is in Latin letters, and the words that are too short for trigrams.
KEY_MARK, LATIN_MARK, SHORT_MARK = "ж", "ѣ", "ѫ"
TRIGRAM = 3
SHORT_IN = 80  # characters: a text, where each short word would be there, is longer
FORM = 1  # of `text`; whoever changes that adds one, and `renewing` writes all entries anew


def tenant_code() -> str:
    """A short word for the workspace inside the full-text index; the tenant column itself is checked too."""
    return current_id().hex[-12:]


def begin(entity: Entity, record: Any) -> None:
    """The first entries of a new record."""
    insert_all(custom_values(entity, record))
    if entity.search:
        add(SearchEntry, search_entry(entity, record, time.time_ns()))


def index_custom(entity: Entity, record: Any) -> None:
    CustomValue.objects.filter(record_id=record.id).delete()
    CustomValue.objects.bulk_create(custom_values(entity, record))


def custom_values(entity: Entity, record: Any) -> list[CustomValue]:
    broken = (
        f for f in index_fields(entity) if record.custom.get(f.name)
    )  # a rule that is kept leaves no mark
    return [
        CustomValue(field=f.name, record_id=record.id, sole=f.unique, **{f.kind.index_column: indexed})
        for f in (*entity.own_fields.values(), *broken)
        for indexed in f.kind.index(record.custom.get(f.name))
    ]


def own_value(f: Field) -> Expression:
    """What a record holds in an own field, for grouping and adding up in a query of records. It comes from the record's
    row: looking each up in the side table tempts both databases to walk all values of the field for every record."""
    text = KeyTextTransform(f.name, "custom")
    if f.kind.index_column == "number":
        return Cast(text, DecimalField(max_digits=24, decimal_places=6))
    return text


def search_entry(entity: Entity, record: Any, position: int) -> dict[str, Any]:
    """The columns of a record's SearchEntry."""
    title = fold(entity.title_of(record))[:200]
    text = text_of(title, _searched(entity, record), [getattr(record, name, "") for name in entity.title])
    return {
        "id": record.id,
        "entity": entity.slug,
        "position": position,
        "title": title,
        "text": text,
        "code": tenant_code(),
    }


def text_of(title: str, values: Iterable[Any], names: Iterable[Any]) -> str:
    """What is looked through: the folded title, the values, the keys of the names and the short words."""
    plain = [title, *(fold(str(value)) for value in values if value)]
    marked = [word for name in names for word in name_keys(str(name or ""))]
    marked += [
        short(word) for text in plain if len(text) <= SHORT_IN for word in text.split() if len(word) < TRIGRAM
    ]
    told = " ".join(dict.fromkeys(marked))
    return f"{' '.join(plain)[: 3999 - len(told)]} {told} " if told else " ".join(plain)[:4000]


def short(word: str) -> str:
    """As it stands in the text, with the blank behind it: the word as a whole."""
    return f"{SHORT_MARK}{word}"


def name_keys(name: str) -> list[str]:
    """The marked keys of its words. A query in Latin letters looks for those of both scripts, one in Arabic letters for
    those in Latin: Arabic words meet each other by folding, and by their keys too many would."""
    return [
        f"{LATIN_MARK if word.isascii() else ''}{KEY_MARK}{key}"
        for word, key in keyed_words(name)
        if len(key) > 1
    ]


def _searched(entity: Entity, record: Any) -> Iterable[Any]:
    for path in entity.search:
        yield _followed(record, path)
    for f in entity.own_fields.values():
        if f.kind.searchable:
            yield record.custom.get(f.name)


def _followed(record: Any, path: str) -> Any:
    """`party__name` of a record."""
    first, _sep, rest = path.partition("__")
    if not rest:
        return getattr(record, first, None)
    key = (type(record), first, getattr(record, f"{first}_id", None))
    linked = read_once(key, lambda: getattr(record, first, None))
    return None if linked is None else _followed(linked, rest)


def index_search(entity: Entity, record: Any) -> None:
    if not entity.search:
        return
    index_many([(entity, record)])


def index_many(pairs: Iterable[tuple[Entity, Any]]) -> None:
    """Write the entries of many records; the last one touched is found first."""
    positions = count(time.time_ns())
    _write([search_entry(entity, record, next(positions)) for entity, record in pairs])


def rewrite(entity: Entity, records: Sequence[Any]) -> None:
    """Write the entries anew, in the places that they have: nobody has touched these records."""
    ids = [record.id for record in records]
    places = dict(SearchEntry.objects.filter(id__in=ids).values_list("id", "position"))
    _write([search_entry(entity, record, places[record.id]) for record in records if record.id in places])


def _write(entries: Iterable[dict[str, Any]]) -> None:
    SearchEntry.objects.bulk_create(
        (SearchEntry(**entry) for entry in entries),
        update_conflicts=True,
        unique_fields=["tenant", "id"],
        update_fields=["entity", "position", "title", "text"],
        batch_size=500,
    )


def forget(*ids: Any, found: bool = False) -> None:
    """What is in the trash is not found, and its values are free for others. `found`: what went into another record still
    leads there."""
    CustomValue.objects.filter(record_id__in=ids).delete()
    if not found:
        SearchEntry.objects.filter(id__in=ids).delete()
