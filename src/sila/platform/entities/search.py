"""Global search over the side table: newest matching candidates first, then rights, then rank.

Rights cost a look-up per candidate, so a few hundred of the newest are taken and the rest are out of reach
of a vague query; a longer one reaches them. On PostgreSQL a function that belongs to the tables' owner reads
past row security, with the tenant as an argument (row security would switch the trigram index off); on SQLite
FTS5 keeps trigrams of the same text.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions, linked
from sila.platform.entities.index import KEY_MARK, tenant_code, text_of
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.folding import fold, latin_key
from sila.platform.kit.phones import phone_query
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import current_id

CANDIDATES = 300
BEGINNINGS = 60  # of names, however old their records
HINTS = 2
MOST_WORDS = 8
PAIR, NAME = 2, 5  # words
BETWEEN = "\x1f"  # words of a needle; no folded text has it


@dataclass(frozen=True)
class Hit:
    entity: Entity
    id: UUID
    title: str
    row: dict[str, Any]
    found_in: str = ""  # the file of it that holds the words

    def hint(self, context: Context) -> str:
        """What tells the record from others of its name, as far as the reader may see it; or the file."""
        if self.found_in:
            return _("in the file %(name)s") % {"name": isolate(self.found_in)}
        fields = self.entity.readable(context.actor)
        told = [fields[name] for name in self.entity.told_apart if name in fields]
        texts = (f.kind.plain(f, self.row, context.reader) for f in told)
        return " · ".join([text for text in texts if text][:HINTS])


def needles(query: str) -> list[str]:
    """The spellings to look for: folded, as it stands if it is a long name, then word by word; as a name key; as part of a
    phone number."""
    parts = words(fold(query))
    found = [fold(query)] if PAIR < len(parts) <= NAME else []
    found.append(BETWEEN.join(parts))
    key = latin_key(query)
    if len(key) >= 3 and " " not in query.strip():
        found.append(KEY_MARK + key)
    digits = phone_query(query)
    if len(digits) >= 4 and digits not in found:
        found.append(digits)
    return [needle for needle in found if needle.strip()]


def words(folded: str) -> list[str]:
    """Each is looked for by itself, but for the groups of a number. Words too short for trigrams («بن») narrow nothing
    beside longer ones: to look for them takes a second among a million."""
    found = [word for word in dict.fromkeys(folded.split()) if len(word) >= 3][:MOST_WORDS]
    return found if found and any(letter.isalpha() for letter in folded) else [folded]


def _holds(text: str, needle: str) -> bool:
    return all(word in text for word in needle.split(BETWEEN))


def candidates(query: str, *, limit: int = CANDIDATES, entity: str = "") -> list[tuple[UUID, str]]:
    """(record id, entity slug) of the newest entries that hold one of the needles."""
    seen: dict[UUID, str] = {}
    for needle in needles(query)[:4]:
        if len(needle) < 3:
            rows = _by_title(needle, limit, entity)
        elif connection.vendor == "postgresql":
            rows = _postgresql(needle, limit, entity)
        else:
            rows = _sqlite(needle, limit, entity)
        seen.update(rows)
        if len(seen) >= limit or (
            seen and needle.count(" ") >= PAIR
        ):  # three common words by themselves take longer
            break
    return list(seen.items())


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


def _sqlite(needle: str, limit: int, entity: str) -> list[tuple[UUID, str]]:
    words = [word.replace('"', '""') for word in needle.split(BETWEEN)]
    match = " AND ".join([f'code : "{tenant_code()}"', *(f'text : "{word}"' for word in words)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.entity FROM entities_fulltext f JOIN entities_searchentry e ON e.position = f.rowid "
            "WHERE entities_fulltext MATCH %s AND e.tenant_id = %s AND (%s = '' OR e.entity = %s) "
            "ORDER BY f.rowid DESC LIMIT %s",
            [match, current_id().hex, entity, entity, limit],
        )
        return [
            (UUID(hex=row[0]) if isinstance(row[0], str) else row[0], row[1]) for row in cursor.fetchall()
        ]


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
    rows = list(entity.visible_to(by).filter(id__in=ids).values("id", *columns))
    linked.close(rows, links, by)
    spelt = needles(query)
    kept = set()
    for row in rows:
        values = [*(row[path] for path in paths), *(f.read(row) for f in own)]
        text = text_of(fold(entity.title_of(row)), values, [row[name] for name in entity.title])
        if any(_holds(text, needle) for needle in spelt):
            kept.add(row["id"])
    return [record_id for record_id in ids if record_id in kept]


def matching_ids(query: str, *, entity: Entity, by: Actor) -> list[UUID]:
    """Ids of an entity's entries for its list's search box."""
    slugs = [entity.slug, *(other.slug for other in registry if other.slice_of == entity.slug)]
    found: list[UUID] = []
    for slug in slugs:
        ids = [record_id for record_id, _slug in candidates(query, limit=CANDIDATES, entity=slug)]
        found += _findable(query, ids, registry[slug], by)
    return found


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
        for hit in allowed(registry[slug], _findable(query, ids, registry[slug], by), by)
    ]
    start = fold(query)

    def rank(hit: Hit) -> tuple[int, bool, int]:
        title = fold(hit.title)
        far = 0 if title.startswith(start) else 1 if f" {start}" in title else 2
        return far, hit.row.get("owner_id") != by.member_id, newest[hit.id]

    hits.sort(key=rank)
    return (hits if len(hits) >= limit else _with_others(hits, query, by, only))[:limit]


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
