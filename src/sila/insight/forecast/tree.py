"""Figures rolled up along the tree of units: a unit's own, its members', and the total with all below it; and beside
them what managers said, rolled up too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sila.insight.forecast.adjusted import Said
from sila.insight.forecast.figures import Figures, Key
from sila.insight.models import ForecastAdjustment
from sila.platform.access.models import Member, OrgUnit

CATEGORIES = tuple(ForecastAdjustment.Category.values)


@dataclass
class Line:
    """`own`: what lies in the unit itself; `total`: that and all below. `moved`: by how much managers changed each
    category; `said`: those that they said of this very line."""

    id: UUID | None
    level: int = 0
    own: Figures = field(default_factory=Figures)
    total: Figures = field(default_factory=Figures)
    moved: dict[str, int] = field(default_factory=dict)
    said: dict[str, ForecastAdjustment] = field(default_factory=dict)
    members: list["Line"] = field(default_factory=list)
    below: list["Line"] = field(default_factory=list)

    def adjusted(self, category: str) -> int:
        return self.total.sums[category] + self.moved.get(category, 0)

    def walk(self) -> Iterable["Line"]:
        yield self
        for line in self.below:
            yield from line.walk()

    @property
    def ids(self) -> list[UUID]:
        """Of the unit and of all units below it."""
        return [line.id for line in self.walk() if line.id]

    @property
    def empty(self) -> bool:
        return not (self.total.any or self.moved or self.said)


def tree_of(
    found: Mapping[Key, Figures], units: Mapping[UUID, OrgUnit], members: Mapping[UUID, Member], said: Said
) -> list[Line]:
    """From figures by (unit, owner): the topmost units, and one without a unit if there are such deals. Units in which
    nothing is left out."""
    lines: dict[UUID | None, Line] = {unit_id: Line(unit_id) for unit_id in units}
    everywhere: dict[UUID, Figures] = {}
    for (unit_id, owner_id), figures in found.items():
        line = lines.setdefault(unit_id if unit_id in units else None, Line(None))
        line.own.add(figures)
        _member(line, owner_id).total.add(figures)
        if owner_id:
            everywhere.setdefault(owner_id, Figures()).add(figures)
    _hear_members(lines, members, said, everywhere)
    tops: list[Line] = []
    for unit_id, line in lines.items():
        above = units[unit_id].parent_id if unit_id else None
        (lines[above].below if above in units else tops).append(line)
    for top in tops:
        _roll_up(top, said, 0)
    return [top for top in tops if not top.empty]


def _member(line: Line, member_id: UUID | None) -> Line:
    for each in line.members:
        if each.id == member_id:
            return each
    line.members.append(Line(member_id))
    return line.members[-1]


def _hear_members(
    lines: dict[UUID | None, Line],
    members: Mapping[UUID, Member],
    said: Said,
    everywhere: Mapping[UUID, Figures],
) -> None:
    """What was said of a member is of all their deals; it counts in the unit that they sit in."""
    for (whose, category), row in said.items():
        if row.member_id is None or row.amount is None:
            continue
        home = members[whose].unit_id
        line = _member(lines.setdefault(home if home in lines else None, Line(None)), whose)
        line.said[category] = row
        line.moved[category] = row.amount - everywhere.get(whose, Figures()).sums[category]


def _roll_up(line: Line, said: Said, level: int) -> None:
    line.level = level
    line.total.add(line.own)
    for each in line.below:
        _roll_up(each, said, level + 1)
        line.total.add(each.total)
    line.below = [each for each in line.below if not each.empty]
    for category in CATEGORIES:
        moved = sum(each.moved.get(category, 0) for each in (*line.members, *line.below))
        row = said.get((line.id, category)) if line.id else None
        if row is not None and row.amount is not None:
            line.said[category], moved = row, row.amount - line.total.sums[category]
        if moved:
            line.moved[category] = moved


def summed(lines: Iterable[Line]) -> Line:
    """All together."""
    whole = Line(None)
    for line in lines:
        whole.total.add(line.total)
        for category, moved in line.moved.items():
            whole.moved[category] = whole.moved.get(category, 0) + moved
    return whole
