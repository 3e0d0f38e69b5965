"""What a reader may know of the records that others link to.

A record may lead to one that its reader does not see: a deal shared alone, without its customer. Such a link shows as
"no access", and nothing is found, sorted or grouped by the name behind it. Whoever sees every record of the noun is
asked nothing more of the database; for all others one query tells for a whole page.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Case, Exists, Expression, F, OuterRef, When

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Field, Row
from sila.platform.entities.kinds.links import CLOSED, LINKS
from sila.platform.entities.registry import registry


def visible_ids(actor: Actor, wanted: Mapping[str, Iterable[UUID]]) -> set[UUID]:
    """Those of the ids that the actor may see, by the slug of their noun, those in the trash too: one query for all."""
    seen, parts = set(), []
    for slug, ids in wanted.items():
        asked = {record_id for record_id in ids if record_id}
        if registry[slug].open_to(actor):
            seen |= asked
        elif asked:
            rows = registry[slug].visible_to(actor, trashed=True).filter(id__in=asked)
            parts.append(rows.order_by().values_list("id", flat=True))
    if parts:
        seen |= set(parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0])
    return seen


def close(rows: Sequence[Row], fields: Iterable[Field], actor: Actor) -> None:
    """Take what the actor may not see out of rows that were read with the columns of these fields; give the links of
    a workspace's own fields their titles."""
    fields = [f for f in fields if f.kind.name in LINKS]
    own = [f for f in fields if f.custom]
    guarded = [f for f in fields if not f.custom and not registry[f.to].open_to(actor)]
    wanted: dict[str, set[UUID]] = {}
    for f in guarded:
        wanted.setdefault(f.to, set()).update(row[f"{f.name}_id"] for row in rows if row[f"{f.name}_id"])
    seen = visible_ids(actor, wanted)
    for row in rows:
        for f in guarded:
            if row[f"{f.name}_id"] and row[f"{f.name}_id"] not in seen:
                _close(row, f.name)
    if own:
        _titles(rows, own, actor)


def _close(row: Row, name: str) -> None:
    row[CLOSED] = {*row.get(CLOSED, ()), name}
    for column in row:
        if column.startswith(f"{name}__"):
            row[column] = ""


def _titles(rows: Sequence[Row], links: Iterable[Field], actor: Actor) -> None:
    """Titles of what own fields lead to, for all rows at once."""
    titles: dict[str, str] = {}
    for f in links:
        ids = {f.read(row) for row in rows if f.read(row)}
        if ids:
            target = registry[f.to]
            found = target.visible_to(actor, trashed=True).filter(id__in=ids).values("id", *target.title)
            titles |= {str(row["id"]): target.title_of(row) for row in found}
    for row in rows:
        row["titles"] = titles
        closed = [f.name for f in links if f.read(row) and str(f.read(row)) not in titles]
        if closed:
            row[CLOSED] = {*row.get(CLOSED, ()), *closed}


def name_seen(f: Field, actor: Actor) -> Expression | None:
    """The name behind a link for ordering by it, empty where the actor may not see it; None: all of them are open."""
    target = registry[f.to]
    if f.custom or target.open_to(actor):
        return None
    behind = target.visible_to(actor, trashed=True).filter(id=OuterRef(f"{f.name}_id"))
    return Case(When(Exists(behind), then=F(f"{f.name}__{f.title_columns[0]}")))
