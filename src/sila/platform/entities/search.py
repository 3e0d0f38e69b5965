"""Global search over the side table: newest matching candidates first, then rights, then rank.

Rights cost a look-up per candidate, so a few hundred of the newest are taken and the rest are out of reach
of a vague query; a longer one reaches them. On PostgreSQL a function that belongs to the tables' owner reads
past row security, with the tenant as an argument (row security would switch the trigram index off); on SQLite
FTS5 keeps trigrams of the same text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions, linked
from sila.platform.entities.index import TRIGRAM, tenant_code, text_of
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging import merged
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.needles import Needle, needles
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import current_id

CANDIDATES = 300
NEAREST = 4_000  # newest matches of all workspaces
BEGINNINGS = 60  # of names, however old their records
HINTS = 2
BETWEEN, OR = "\x1f", "\x1e"  # words of a needle, spellings of a word: no folded text has them


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


def candidates(query: str, *, limit: int = CANDIDATES, entity: str = "") -> list[tuple[UUID, str]]:
    """(record id, entity slug) of the newest entries that hold one of the needles; the closest spelling first."""
    seen: dict[UUID, str] = {}
    exhausted: list[Needle] = []
    for needle in needles(query):
        if not any(wider.covers(needle) for wider in exhausted):
            found = _holding(needle, limit, entity)
            seen = {**dict(found), **seen}
            if len(found) < limit:
                exhausted.append(needle)
    return list(seen.items())


def _holding(needle: Needle, limit: int, entity: str) -> list[tuple[UUID, str]]:
    if len(needle.words[0][0]) < TRIGRAM:
        return _by_title(needle.words[0][0], limit, entity)
    look = _postgresql if connection.vendor == "postgresql" else _sqlite
    return look(needle, limit, entity)


def _by_title(needle: str, limit: int, entity: str) -> list[tuple[UUID, str]]:
    """Too short for trigrams: titles that begin with it, read from the index on titles."""
    rows = SearchEntry.objects.filter(title__gte=needle, title__lt=needle + "\U0010ffff")
    if entity:
        rows = rows.filter(entity=entity)
    return list(rows.order_by("title").values_list("id", "entity")[:limit])


def _postgresql(needle: Needle, limit: int, entity: str) -> list[tuple[UUID, str]]:
    spelt = BETWEEN.join(OR.join(word) for word in needle.words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, entity FROM sila_search(%s, %s, %s, %s)", [current_id(), spelt, limit, entity]
        )
        return list(cursor.fetchall())


_OURS = "e.tenant_id = %s AND (%s = '' OR e.entity = %s)"
_NEWEST = f"""
SELECT e.id, e.entity FROM (
  SELECT rowid FROM entities_fulltext WHERE entities_fulltext MATCH %s ORDER BY rowid DESC LIMIT %s
) f LEFT JOIN entities_searchentry e ON e.position = f.rowid AND {_OURS}"""  # noqa: S608  (our own names)
_OF_WORKSPACE = f"""
SELECT e.id, e.entity FROM entities_fulltext f JOIN entities_searchentry e ON e.position = f.rowid
WHERE {_OURS} AND entities_fulltext MATCH %s ORDER BY f.rowid DESC LIMIT %s"""  # noqa: S608  (our own names)


def _sqlite(needle: Needle, limit: int, entity: str) -> list[tuple[UUID, str]]:
    """The newest matches of all workspaces, until there are enough of ours: to meet the list of a large workspace's
    records takes ten times as long. Only where others' matches are in the way is that done."""
    match = " AND ".join(f"({' OR '.join(map(_phrase, word))})" for word in needle.words)
    ours = [current_id().hex, entity, entity]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [match, NEAREST, *ours])
        met = 0
        found: list[tuple[UUID, str]] = []
        while len(found) < limit and (row := cursor.fetchone()):
            met += 1
            found += [_pair(row)] if row[0] else []
        if len(found) == limit or met < NEAREST:
            return found
        cursor.execute(_OF_WORKSPACE, [*ours, f"code : {_quoted(tenant_code())} AND {match}", limit])
        return [_pair(row) for row in cursor]


def _phrase(spelling: str) -> str:
    return f"text : {_quoted(spelling)}"


def _quoted(text: str) -> str:
    return f'"{text.replace('"', '""')}"'


def _pair(row: tuple[Any, str]) -> tuple[UUID, str]:
    return UUID(hex=row[0]) if isinstance(row[0], str) else row[0], row[1]


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
    spelt = needles(query)
    kept = set()
    for row in rows:
        values = [*(row[path] for path in paths), *(f.read(row) for f in own)]
        text = text_of(fold(entity.title_of(row)), values, [row[name] for name in entity.title])
        if any(needle.is_in(text) for needle in spelt):
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
