"""How far goals are: read from what happened at this moment, each metric and period once for all its goals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sila.platform.access.models import OrgUnit, TeamMember
from sila.platform.tenancy.current import current
from sila.team.goals.metrics import METRICS, Sums
from sila.team.goals.models import Goal


@dataclass(frozen=True)
class Attained:
    """`done` of `aim`, in minor units or pieces; `pace`: how much of the working days is over, in percent."""

    goal: Goal
    done: int
    aim: int
    pace: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 is reached, not nearly reached."""
        return self.done * 100 // self.aim if self.aim else 0

    @property
    def on_pace(self) -> bool:
        return self.percent >= self.pace


def attainment(goals: Sequence[Goal], today: date) -> list[Attained]:
    """In the order of the goals: one query or two for each metric and period among them."""
    whole = {(goal.metric, goal.begins, goal.ends) for goal in goals}
    sums = {key: METRICS[key[0]].read(key[1], key[2]) if key[0] in METRICS else {} for key in whole}
    trees, teams = _trees(goals), _teams(goals)
    return [
        Attained(
            goal,
            _of(goal, sums[goal.metric, goal.begins, goal.ends], trees, teams),
            goal.aim,
            pace(goal.begins, goal.ends, today),
        )
        for goal in goals
    ]


def _of(goal: Goal, sums: Sums, trees: dict[UUID, set[UUID]], teams: dict[UUID, set[UUID | None]]) -> int:
    """Each thing lies in one unit and is one person's, so nothing is counted twice."""
    if goal.unit_id is not None:
        return sum(some for (_who, unit), some in sums.items() if unit in trees[goal.unit_id])
    people = teams[goal.team_id] if goal.team_id is not None else {goal.member_id}
    return sum(some for (who, _unit), some in sums.items() if who in people)


def _trees(goals: Iterable[Goal]) -> dict[UUID, set[UUID]]:
    """Each unit with all below it."""
    wanted = {goal.unit_id for goal in goals if goal.unit_id is not None}
    if not wanted:
        return {}
    paths = OrgUnit.objects.values_list("id", "path")
    trees: dict[UUID, set[UUID]] = {unit: {unit} for unit in wanted}
    for below, path in paths:
        for unit in wanted & {UUID(part) for part in path.split("/") if part}:
            trees[unit].add(below)
    return trees


def _teams(goals: Iterable[Goal]) -> dict[UUID, set[UUID | None]]:
    wanted = {goal.team_id for goal in goals if goal.team_id is not None}
    teams: dict[UUID, set[UUID | None]] = {team: set() for team in wanted}
    for team, member in TeamMember.objects.filter(team_id__in=wanted).values_list("team_id", "member_id"):
        teams[team].add(member)
    return teams


# ---- pace ------------------------------------------------------------------------------------------------
def pace(first: date, last: date, today: date) -> int:
    """Of the working days of the period those that are over, in percent: before it 0, after it 100."""
    if today < first:
        return 0
    if today > last:
        return 100
    whole = working_days(first, last)
    return working_days(first, today - timedelta(days=1)) * 100 // whole if whole else 0


def working_days(first: date, last: date) -> int:
    """Between these days, both included, by the weekend of the workspace."""
    weekend = set(current().weekend)
    weeks, rest = divmod((last - first).days + 1, 7)
    odd = range(first.weekday(), first.weekday() + max(rest, 0))
    return max(weeks, 0) * (7 - len(weekend)) + sum(day % 7 not in weekend for day in odd)
