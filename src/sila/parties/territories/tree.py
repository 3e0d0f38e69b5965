"""The tree as its rules ask it: read once for each shape of the workspace, and walked for each record in memory.

Conditions are asked in SQL, all of a noun's by one query for many records; places are compared as search compares them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sila.parties.territories.models import Territory
from sila.platform.entities import conditions
from sila.platform.entities.registry import registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import current

RULES = {"organizations": "company_rule", "people": "person_rule", "groups": "", "leads": "lead_rule"}
WHERE = ("city", "country")
KEPT = 200  # trees of workspaces, in memory


@dataclass
class Node:
    """`asks`: by noun, the conditions; a noun that is not in it is asked by the places alone."""

    id: UUID
    places: frozenset[str] = frozenset()
    asks: dict[str, list[str]] = field(default_factory=dict)
    below: list["Node"] = field(default_factory=list)

    def decides(self, slug: str) -> bool:
        return bool(self.places or self.asks.get(slug))

    def walk(self) -> Iterator["Node"]:
        yield self
        for node in self.below:
            yield from node.walk()


@dataclass(frozen=True)
class Tree:
    tops: tuple[Node, ...] = ()

    def nodes(self) -> Iterator[Node]:
        for top in self.tops:
            yield from top.walk()

    def looks_at(self, slug: str) -> set[str]:
        """The fields of the noun by whose change a record may come to stand elsewhere."""
        seen: set[str] = set()
        for node in self.nodes():
            seen |= set(WHERE) if node.places else set()
            seen |= conditions.fields_in(slug, node.asks.get(slug, ()))
        return seen

    def columns(self, slug: str) -> dict[str, Any]:
        """Whether a row meets the conditions of each node, for `annotate`; what cannot be asked any more is not met."""
        asked = {_column(node): node.asks[slug] for node in self.nodes() if node.asks.get(slug)}
        return conditions.meeting(slug, asked)

    def place_of(self, slug: str, row: Mapping[str, Any]) -> UUID | None:
        """The deepest territory whose rule the row meets, with the columns from above in it."""
        here = {fold(row[name] or "") for name in WHERE if name in row} - {""}
        return _deepest(self.tops, slug, row, here)


def _deepest(nodes: Sequence[Node], slug: str, row: Mapping[str, Any], here: set[str]) -> UUID | None:
    for node in nodes:
        if node.decides(slug) and not _meets(node, slug, row, here):
            continue
        below = _deepest(node.below, slug, row, here)
        if below or node.decides(slug):
            return below or node.id
    return None


def _meets(node: Node, slug: str, row: Mapping[str, Any], here: set[str]) -> bool:
    if node.places and not node.places & here:
        return False
    return not node.asks.get(slug) or bool(row.get(_column(node)))


def _column(node: Node) -> str:
    return f"in_{node.id.hex}"


# ---- reading it ------------------------------------------------------------------------------------------
_trees: dict[
    tuple[int, int], Tree
] = {}  # of a workspace's number and shape: each change of the tree raises that


def tree() -> Tree:
    """That of the current workspace."""
    workspace = current()
    key = (workspace.id.int, workspace.shape_version)
    found = _trees.get(key)
    if found is None:
        if len(_trees) > KEPT:
            _trees.clear()
        found = _trees[key] = read()
    return found


def read() -> Tree:
    rows = list(Territory.objects.filter(deleted_at=None).order_by("order", "id"))
    nodes = {row.id: _node(row) for row in rows}
    for row in rows:
        if row.parent_id in nodes:
            nodes[row.parent_id].below.append(nodes[row.id])
    return Tree(tuple(nodes[row.id] for row in rows if row.parent_id not in nodes))


def _node(row: Territory) -> Node:
    places = frozenset(fold(line) for line in row.places.splitlines()) - {""}
    asks = {slug: getattr(row, name) for slug, name in RULES.items() if name and getattr(row, name)}
    return Node(row.id, places, asks)


def placed(slug: str, ids: Sequence[UUID], *, by: Tree | None = None) -> dict[UUID, UUID | None]:
    """Where these records stand by the rules: one query."""
    now, entity = by or tree(), registry[slug]
    rows = entity.rows(trashed=True).filter(id__in=ids).order_by()
    columns = now.columns(slug)
    named = [name for name in WHERE if name in entity.model_fields]
    return {row["id"]: now.place_of(slug, row) for row in rows.values("id", *named, **columns)}


def in_charge(territory_id: UUID | None) -> Territory | None:
    """The territory, or the nearest above it, that names a member or a team."""
    rows = {row.id: row for row in Territory.objects.filter(deleted_at=None)} if territory_id else {}
    row = rows.get(territory_id) if territory_id else None
    for _level in range(len(rows)):
        if row is None or row.member_id or row.team_id:
            break
        row = rows.get(row.parent_id) if row.parent_id else None
    return row
