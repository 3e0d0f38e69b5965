"""Records come to stand in their territory: when they are saved, by hand, or all of them after the rules changed."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sila.parties.territories.models import Placed, TerritoryMove
from sila.parties.territories.tree import placed, tree
from sila.platform.access.actor import Actor
from sila.platform.activity.models import Event
from sila.platform.entities.computed.keeping import catch_up
from sila.platform.entities.computed.plan import current_plan
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit import clock
from sila.platform.tenancy.writing import add, read_once, rows_wait, when_written

Why = TerritoryMove.Why
MOVED = "territory_moved"


@dataclass(frozen=True)
class Follower:
    """A noun whose records stand where the record at the end of their link does; the apps above join."""

    slug: str
    link: str
    of: tuple[str, ...]

    def rows(self, ids: Collection[UUID]) -> QuerySet[Any]:
        """Those that go along with these records, unless a person put them somewhere."""
        rows = registry[self.slug].rows(trashed=True)
        return rows.filter(**{f"{self.link}_id__in": ids}, territory_chosen=False)


followers: list[Follower] = []


@dataclass(frozen=True)
class Move:
    """Of a record, with what it is called then."""

    id: UUID
    title: str
    before: UUID | None
    now: UUID | None


# ---- with a save -----------------------------------------------------------------------------------------
def keep_chosen(record: Placed, changes: Changes, by: Actor) -> None:
    """A rule: what is put somewhere by hand stays there; emptied, it is released."""
    if "territory" in changes:
        record.territory_chosen = record.territory_id is not None


def placing(slug: str) -> Callable[[Any, Changes, Actor], None]:
    """The effect for the records of this noun."""

    def place(record: Placed, changes: Changes, by: Actor) -> None:
        if "territory" in changes and record.territory_chosen:
            when_written((slug, "moved", record.id), partial(_put_by_hand, slug, record, changes, by))
        elif not record.territory_chosen and _is_concerned(slug, record, changes):
            _decide(slug, record, by)

    return place


def _put_by_hand(slug: str, record: Placed, changes: Changes, by: Actor) -> None:
    """The change stands in the history of the record already."""
    before = changes["territory"]
    if before != record.territory_id:
        move = Move(record.id, "", before, record.territory_id)
        note(slug, [move], by, Why.HAND)
        _lead_along(slug, [move], by)


def _is_concerned(slug: str, record: Placed, changes: Changes) -> bool:
    if not tree().tops:
        return "territory" in changes
    return record.version == 1 or bool(({"territory"} | tree().looks_at(slug)) & changes.keys())


def _decide(slug: str, record: Placed, by: Actor) -> None:
    """At once; those of an import together, when they are all there."""
    if not rows_wait():
        place = placed(slug, [record.id]).get(record.id)
        if place != record.territory_id:
            move_some(slug, {record.id: place}, by=by, why=Why.RULE)
            record.territory_id = place
        return
    waiting: list[UUID] = read_once(("placed", slug), list)
    waiting.append(record.id)
    when_written(("placed", slug), partial(_decide_all, slug, waiting, by))


def _decide_all(slug: str, ids: list[UUID], by: Actor) -> None:
    move_some(slug, placed(slug, ids), by=by, why=Why.RULE)
    ids.clear()


# ---- moving ----------------------------------------------------------------------------------------------
def move_some(slug: str, places: Mapping[UUID, UUID | None], *, by: Actor, why: str) -> int:
    """Those of them that stand elsewhere, and that nobody put there by hand. Nobody touched the records: version and time
    stay, as of all that is worked out. Call it in a transaction; how many were moved."""
    entity = registry[slug]
    rows = entity.rows(trashed=True).filter(id__in=list(places), territory_chosen=False)
    moves = [
        Move(row["id"], entity.title_of(row), row["territory_id"], places[row["id"]])
        for row in rows.order_by("id").values("id", "territory_id", *entity.title)
        if row["territory_id"] != places[row["id"]]
    ]
    for place, ids in _by_place(moves).items():
        rows = entity.model._default_manager.filter(id__in=ids, territory_chosen=False)
        rows.update(territory_id=place)
    note(slug, moves, by, why)
    _tell(slug, moves, by, why)
    _work_out(slug, [move.id for move in moves], by)
    _lead_along(slug, moves, by)
    return len(moves)


def _by_place(moves: Iterable[Move]) -> dict[UUID | None, list[UUID]]:
    found: dict[UUID | None, list[UUID]] = {}
    for move in moves:
        found.setdefault(move.now, []).append(move.id)
    return found


def note(slug: str, moves: Iterable[Move], by: Actor, why: str) -> None:
    common = {"entity": slug, "why": why, "member_id": by.member_id, "at": clock.now()}
    rows = [
        {**common, "record_id": move.id, "from_territory_id": move.before, "to_territory_id": move.now}
        for move in moves
    ]
    add(TerritoryMove, *rows)


def _tell(slug: str, moves: Iterable[Move], by: Actor, why: str) -> None:
    said = str(why)
    events = [
        {
            "kind": MOVED,
            "entity": slug,
            "record_id": move.id,
            "payload": {"title": move.title, "why": said, "changes": [_change(move)]},
            "member_id": by.member_id,
            "via": by.via,
            "at": clock.now(),
        }
        for move in moves
    ]
    add(Event, *events)


def _change(move: Move) -> dict[str, Any]:
    old, new = (str(each) if each else None for each in (move.before, move.now))
    return {"field": "territory", "old": old, "new": new}


def _work_out(slug: str, ids: Collection[UUID], by: Actor) -> None:
    """What the workspace's own formulas make of it."""
    plan = current_plan()
    if ids and (plan.of.get(slug) or plan.watched(registry[slug])):
        catch_up(registry[slug], list(ids), by=by)


def _lead_along(slug: str, moves: Iterable[Move], by: Actor) -> None:
    places = {move.id: move.now for move in moves}
    for follower in followers:
        if places and slug in follower.of:
            led = follower.rows(places).values_list("id", f"{follower.link}_id")
            along = {each: places[customer] for each, customer in led}
            move_some(follower.slug, along, by=by, why=Why.CUSTOMER)
