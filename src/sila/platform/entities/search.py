"""Global search over the side table: newest matching candidates first, then rights, then rank.

Rights cost a look-up per candidate, so a few hundred of the newest are taken and the rest are out of reach
of a vague query; a longer one reaches them. On PostgreSQL a function that belongs to the tables' owner reads
past row security, with the tenant as an argument (row security would switch the trigram index off); on SQLite
FTS5 keeps trigrams of the same text.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions, linked
from sila.platform.entities.index import KEY_MARK, LATIN_MARK, TRIGRAM, short, tenant_code, text_of
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging import merged
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold, keyed_words, other_keys
from sila.platform.kit.phones import phone_query
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import current_id

CANDIDATES = 300
FEW = 4_000  # entries of all workspaces that hold two words together
BEGINNINGS = 60  # of names, however old their records
HINTS = 2
MOST_WORDS = 8
PAIR, NAME = 2, 5  # words
MOST_NEEDLES, MOST_SPELLINGS = 6, 3
LONGEST_ARABIC, LONGEST_LATIN = 5, 7  # letters of a name with two consonants; more are a typing error
LOOKED_UP = (
    2  # words, the longest: to cut the lists of more common ones takes longer than to read what is left
)
_DIGIT = re.compile(r"\d")
BETWEEN = "\x1f"  # words of a needle; no folded text has it


@dataclass(frozen=True)
class Hit:
    entity: Entity
    id: UUID
    title: str
    row: dict[str, Any]
    found_in: str = ""  # the file of it that holds the words
    behind: str = ""  # the link of it that leads to what is called so, and the name there
    once: str = ""  # what the record was called that went into it, and that holds the words

    def hint(self, context: Context) -> str:
        """What tells the record from others of its name, as far as the reader may see it; or the file."""
        if self.found_in:
            return _("in the file %(name)s") % {"name": isolate(self.found_in)}
        if self.behind:
            return self.behind
        if self.once:
            return _("merged: %(name)s") % {"name": isolate(self.once)}
        fields = self.entity.readable(context.actor)
        told = [fields[name] for name in self.entity.told_apart if name in fields]
        texts = (f.kind.plain(f, self.row, context.reader) for f in told)
        return " · ".join([text for text in texts if text][:HINTS])


@dataclass
class Traces:
    """Which records were found by something that no field of theirs says."""

    files: dict[UUID, str] = field(default_factory=dict)  # the name of the file that holds the words
    went_in: dict[UUID, UUID] = field(default_factory=dict)  # the record that went into it


def needles(query: str) -> list[str]:
    """The spellings to look for: folded, as it stands if it is a long name, then word by word; as keys of names; as part of
    a phone number."""
    parts = words(fold(query))
    found = [fold(query)] if PAIR < len(parts) <= NAME else []
    found.append(BETWEEN.join(parts))
    if len(fold(query)) < TRIGRAM:
        found.append(f"{short(fold(query))} ")
    keyed = keyed_words(query)
    if keyed and len(keyed) <= NAME and not _DIGIT.search(query):
        found += _keys([_marked(word, key) for word, key in keyed])
    if len(keyed) == 1 and not _DIGIT.search(query):
        found += _keys(
            [_marked(keyed[0][0], key) for key in other_keys(keyed[0][0])][:MOST_SPELLINGS], each=True
        )
    digits = phone_query(query)
    if len(digits) >= 4 and digits not in found:
        found.append(digits)
    return [needle for needle in found if needle.strip()]


def _marked(word: str, key: str) -> str:
    """Of a short key the whole word, of a long one its beginning: somebody may still be typing. "": it says too little."""
    if len(key) < 2 or (len(key) == 2 and len(word) > (LONGEST_LATIN if word.isascii() else LONGEST_ARABIC)):
        return ""
    mark = KEY_MARK if word.isascii() else LATIN_MARK + KEY_MARK
    return f"{mark}{key}" if len(key) >= TRIGRAM else f"{mark}{key} "


def _keys(marked: list[str], *, each: bool = False) -> list[str]:
    """One needle of all of them, of many also one as they stand in a name; or one of each; none where a word has no key."""
    if each or not all(marked):
        return [one for one in marked if one] if each else []
    return [*([" ".join(marked)] if len(marked) > PAIR else []), BETWEEN.join(marked)]


def mixtures(query: str) -> list[str]:
    """Where nothing else is found: one word by its key, or all but one, and the rest as it stands."""
    keyed = [(word, _marked(word, key)) for word, key in keyed_words(query)]
    plain = [word for word in fold(query).split() if len(word) >= TRIGRAM]
    if not PAIR <= len(plain) <= NAME:
        return []
    by_word = {word: mark for word, mark in keyed if mark}
    found = []
    for place, word in enumerate(plain):
        others = plain[:place] + plain[place + 1 :]
        if word in by_word:
            found.append(BETWEEN.join([by_word[word], *others]))
        if len(others) > 1 and all(other in by_word for other in others):
            found.append(BETWEEN.join([word, *(by_word[other] for other in others)]))
    return found


def words(folded: str) -> list[str]:
    """Each is looked for by itself, but for the groups of a number. Words too short for trigrams («بن») narrow nothing
    beside longer ones: to look for them takes a second among a million."""
    found = [word for word in dict.fromkeys(folded.split()) if len(word) >= TRIGRAM][:MOST_WORDS]
    return found if found and any(letter.isalpha() for letter in folded) else [folded]


def _holds(text: str, needle: str) -> bool:
    return all(word in text for word in needle.split(BETWEEN))


def candidates(query: str, *, limit: int = CANDIDATES, entity: str = "") -> list[tuple[UUID, str]]:
    """(record id, entity slug) of the newest entries that hold one of the needles."""
    seen: dict[UUID, str] = {}
    for needle in needles(query)[:MOST_NEEDLES]:
        seen.update(_holding(needle, limit, entity))
        if len(seen) >= limit or (
            seen and needle.count(" ") >= PAIR and BETWEEN not in needle
        ):  # three common words by themselves take longer
            break
    for needle in [] if seen else mixtures(query):
        seen.update(_holding(needle, limit, entity))
    return list(seen.items())


def called(query: str, *, limit: int) -> list[tuple[UUID, str]]:
    """Of the entries that hold its words, as they stand or by their keys: two looks at most, for what is named beside."""
    keyed = keyed_words(query)
    spelt = [BETWEEN.join(words(fold(query))), *_keys([_marked(word, key) for word, key in keyed])[-1:]]
    return list(
        dict.fromkeys(pair for needle in spelt if needle.strip() for pair in _holding(needle, limit, ""))
    )


def _holding(needle: str, limit: int, entity: str) -> list[tuple[UUID, str]]:
    if len(needle) < TRIGRAM:
        return _by_title(needle, limit, entity)
    look = _postgresql if connection.vendor == "postgresql" else _sqlite
    return look(needle, limit, entity)


def _by_title(needle: str, limit: int, entity: str) -> list[tuple[UUID, str]]:
    """Too short for trigrams: titles that begin with it, read from the index on titles."""
    rows = SearchEntry.objects.filter(title__gte=needle, title__lt=needle + "\U0010ffff")
    if entity:
        rows = rows.filter(entity=entity)
    return list(rows.order_by("title").values_list("id", "entity")[:limit])


def _postgresql(needle: str, limit: int, entity: str) -> list[tuple[UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, entity FROM sila_search(%s, %s, %s, %s)", [current_id(), needle, limit, entity]
        )
        return list(cursor.fetchall())


_MATCHES = "SELECT rowid FROM entities_fulltext WHERE entities_fulltext MATCH %s ORDER BY rowid DESC LIMIT %s"
_OURS = "WHERE e.tenant_id = %s AND (%s = '' OR e.entity = %s)"
_AMONG = f"""
SELECT e.id, e.entity FROM json_each(%s) f JOIN entities_searchentry e ON e.position = f.value {_OURS}
-- others
ORDER BY e.position DESC LIMIT %s"""  # noqa: S608  (our own names)
_FULLTEXT = f"""
SELECT e.id, e.entity FROM entities_fulltext f JOIN entities_searchentry e ON e.position = f.rowid {_OURS}
AND entities_fulltext MATCH %s
-- others
ORDER BY f.rowid DESC LIMIT %s"""  # noqa: S608  (our own names)


def _sqlite(needle: str, limit: int, entity: str) -> list[tuple[UUID, str]]:
    """Several words that few records hold together are looked for in all workspaces at once, and ours are taken: to
    meet the list of a large workspace's records takes ten times as long as to meet those of two common words."""
    words = sorted(needle.split(BETWEEN), key=len, reverse=True)
    match = " AND ".join(f'text : "{word.replace('"', '""')}"' for word in words[:LOOKED_UP])
    others = " ".join("AND instr(e.text, %s) > 0" for _word in words[LOOKED_UP:])
    ours: list[Any] = [current_id().hex, entity, entity]
    more: list[Any] = [*words[LOOKED_UP:], limit]
    with connection.cursor() as cursor:
        few = _few(cursor, match) if len(needle.replace(BETWEEN, " ").split()) > 1 else None
        if few == []:
            return []
        if few is not None:
            cursor.execute(_AMONG.replace("-- others", others), [json.dumps(few), *ours, *more])
        else:
            coded = f'code : "{tenant_code()}" AND {match}'
            cursor.execute(_FULLTEXT.replace("-- others", others), [*ours, coded, *more])
        return [
            (UUID(hex=row[0]) if isinstance(row[0], str) else row[0], row[1]) for row in cursor.fetchall()
        ]


def _few(cursor: Any, match: str) -> list[int] | None:
    """The places of all that match, in whichever workspace; None if they are many."""
    cursor.execute(_MATCHES, [match, FEW + 1])
    found = [row[0] for row in cursor.fetchall()]
    return found if len(found) <= FEW else None


def reads_all(entity: Entity, by: Actor) -> bool:
    """Whether the actor may read all that search looks through: every such field, and every record behind a link."""
    fields = entity.fields
    open_fields = entity.readable(by)
    searched = {path.partition("__")[0] for path in entity.search if path.partition("__")[0] in fields}
    searched |= {name for name, f in fields.items() if f.custom and f.kind.searchable}
    behind = {fields[path.partition("__")[0]].to for path in entity.search if "__" in path}
    return searched <= open_fields.keys() and all(registry[slug].open_to(by) for slug in behind)


def _findable(query: str, ids: list[UUID], entity: Entity, by: Actor) -> list[UUID]:
    """Those of the ids that match by what the actor may read of them: what a role hides, and the name of a record
    that is not open, must not be found out by guessing."""
    if not ids or reads_all(entity, by):
        return ids
    readable = entity.readable(by)
    paths = [path for path in entity.search if path.partition("__")[0] in {*readable, *entity.title}]
    links = [readable[name] for name in {path.partition("__")[0] for path in paths if "__" in path}]
    own = [f for f in readable.values() if f.custom and f.kind.searchable]
    columns = {*entity.title, *paths, "custom", *(column for f in links for column in f.columns())}
    rows = [*entity.visible_to(by).filter(id__in=ids).values("id", *columns)]
    if len(rows) < len(
        ids
    ):  # what went into another record is in the trash; whether that one may be seen is asked later
        rows += entity.rows(trashed=True).filter(id__in=merged.roots(ids)).values("id", *columns)
    linked.close(rows, links, by)
    spelt = [*needles(query), *mixtures(query)]
    kept = set()
    for row in rows:
        values = [*(row[path] for path in paths), *(f.read(row) for f in own)]
        text = text_of(fold(entity.title_of(row)), values, [row[name] for name in entity.title])
        if any(_holds(text, needle) for needle in spelt):
            kept.add(row["id"])
    return [record_id for record_id in ids if record_id in kept]


def matching_ids(
    query: str, *, entity: Entity, by: Actor, files: bool = False, traces: Traces | None = None
) -> list[UUID]:
    """Ids of an entity's entries for its list's search box; with `files` also those that are found by their files."""
    slugs = [entity.slug, *(other.slug for other in registry if other.slice_of == entity.slug)]
    found: list[UUID] = []
    for slug in slugs:
        ids = [record_id for record_id, _slug in candidates(query, limit=CANDIDATES, entity=slug)]
        found += _findable(query, ids, registry[slug], by)
        held = [hit for source in extensions.search_sources if files for hit in source(query, by, slug)]
        found += [hit.id for hit in held]
        if traces is not None:
            traces.files |= {hit.id: hit.found_in for hit in held}
    now = merged.roots(found) if found else {}
    if traces is not None:
        traces.went_in = {into: gone for gone, into in now.items()}
    return list(dict.fromkeys(now.get(record_id, record_id) for record_id in found))


def find(query: str, *, by: Actor, limit: int = 20, only: str = "") -> list[Hit]:
    """What the actor may see of what matches: titles that begin with the query first, then those with a word that
    does; own ones before others'."""
    first = _by_title(fold(query), BEGINNINGS, only) if query.strip() else []
    wanted = list(dict(candidates(query, entity=only) + first).items())
    by_entity: dict[str, list[UUID]] = {}
    for record_id, slug in wanted:
        by_entity.setdefault(slug, []).append(record_id)
    newest = {record_id: number for number, (record_id, _slug) in enumerate(wanted)}
    hits = [
        hit
        for slug, ids in by_entity.items()
        if slug in registry
        for hit in _now(registry[slug], _findable(query, ids, registry[slug], by), by)
    ]
    start = fold(query)

    def rank(hit: Hit) -> tuple[int, bool, int]:
        title = fold(hit.once or hit.title)
        far = 0 if title.startswith(start) else 1 if f" {start}" in title else 2
        return far, hit.row.get("owner_id") != by.member_id, newest.get(hit.id, len(newest))

    hits.sort(key=rank)
    return (hits if len(hits) >= limit else _with_others(hits, query, by, only))[:limit]


def _now(entity: Entity, ids: list[UUID], by: Actor) -> Iterable[Hit]:
    """The records of these ids; for one that went into another that other one, unless it is among them."""
    hits = {hit.id: hit for hit in allowed(entity, ids, by)}
    gone = (
        merged.roots([record_id for record_id in ids if record_id not in hits])
        if len(hits) < len(ids)
        else {}
    )
    if gone:
        rows = entity.rows(trashed=True).filter(id__in=gone).values("id", *entity.title)
        titles = {gone[row["id"]]: entity.title_of(row) for row in rows}
        for hit in allowed(entity, list(titles), by):
            hits.setdefault(hit.id, replace(hit, once=titles[hit.id]))
    return hits.values()


def _with_others(hits: list[Hit], query: str, by: Actor, only: str) -> list[Hit]:
    """Behind the records that say it themselves, those that are found in another way: by their files."""
    found = {hit.id: hit for hit in hits}
    for source in extensions.search_sources:
        for hit in source(query, by, only):
            found.setdefault(hit.id, hit)
    return list(found.values())


def allowed(entity: Entity, ids: list[UUID], by: Actor) -> list[Hit]:
    readable = entity.readable(by)
    hints = [readable[name] for name in (entity.subtitle, *entity.told_apart) if name in readable]
    columns = ["id", *entity.title, *(["owner_id"] if entity.owned else [])]
    columns += [column for f in hints for column in f.columns()]
    rows = list(entity.visible_to(by).filter(id__in=ids).values(*dict.fromkeys(columns)))
    linked.close(rows, hints, by)
    return [Hit(entity, row["id"], entity.title_of(row), row) for row in rows]
