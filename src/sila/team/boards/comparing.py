"""By what people on the board are compared: their own goal, what is usual in their territory, their time in the company.

    beside the territory = 100 · share of the own goal ÷ median share of the people of the territory

The people of a territory are who is in charge of it or in its team, those of its parts with them. It is the smallest
territory around a person in which so many people have a goal as the settings ask for; without one, or where the
median is nothing, there is no comparison. A median names nobody, so it counts those who are not on the board too.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any
from uuid import UUID

from sila.parties.territories.models import Territory
from sila.platform.access.models import Member, TeamMember
from sila.platform.kit.lines import half_up
from sila.team.boards.models import BoardSettings, Compared
from sila.team.goals.models import Goal

RAMP = 12  # months after which somebody is expected to do as much as everybody
FEWEST, MOST = 3, 50  # people of a territory, as the settings may ask for
Figures = dict[UUID, int]


@dataclass(frozen=True)
class Usual:
    """What is usual in a territory: `middle` is the median share of the own goal, in percent."""

    territory: str
    people: int
    middle: Fraction


@dataclass(frozen=True)
class Comparison:
    """`values` ranks; `shares` are percents of the own goals, `usual` what they stand beside."""

    values: Figures
    shares: Figures = field(default_factory=dict)
    usual: dict[UUID, Usual] = field(default_factory=dict)


def settings() -> BoardSettings:
    found: BoardSettings | None = BoardSettings.objects.first()
    return found or BoardSettings()


def compared(by: str, found: Figures, metric: str, key: str, until: date, people: set[Any]) -> Comparison:
    """Of these people, by the period with the key, which ends on a day; `found` has what everybody did."""
    if by == Compared.TENURE:
        since = dict(Member.objects.filter(id__in=people).values_list("id", "created_at"))
        return Comparison(
            {who: found.get(who, 0) * RAMP // _months(at.date(), until) for who, at in since.items()}
        )
    goals = Goal.objects.filter(member_id__isnull=False, metric=metric, period=key, deleted_at=None)
    shares = {each.member_id: found.get(each.member_id, 0) * 100 // each.aim for each in goals if each.aim}
    theirs = {who: share for who, share in shares.items() if who in people}
    if by == Compared.GOAL:
        return Comparison(theirs, theirs)
    usual = usual_of(shares, settings().least)
    values = {who: beside(share, usual[who]) for who, share in theirs.items() if _counts(usual.get(who))}
    return Comparison(values, theirs, usual)


def beside(share: int, usual: Usual) -> int:
    """In percent, rounded half up."""
    return half_up(Fraction(100 * share) / usual.middle)


def _counts(usual: Usual | None) -> bool:
    return usual is not None and usual.middle > 0


def _months(since: date, until: date) -> int:
    return max(1, min(RAMP, (until.year - since.year) * 12 + until.month - since.month))


# ---- territories ---------------------------------------------------------------------------------------
def usual_of(shares: Figures, least: int) -> dict[UUID, Usual]:
    """Of each person with a goal what is usual around them; of two territories that are as large the first by name."""
    found: dict[UUID, Usual] = {}
    groups = [(name, people & shares.keys()) for name, people in people_of_territories()]
    large = [(name, people) for name, people in groups if len(people) >= least]
    for name, people in sorted(large, key=lambda group: (len(group[1]), group[0])):
        middle = Fraction(median(Fraction(shares[who]) for who in people))
        for who in people:
            found.setdefault(who, Usual(name, len(people), middle))
    return found


def people_of_territories() -> list[tuple[str, set[UUID]]]:
    """Each territory by its name with whoever works in it or in its parts, as far as they are still here."""
    territories = list(Territory.objects.filter(deleted_at=None))
    active = set(Member.objects.filter(active=True, deleted_at=None).values_list("id", flat=True))
    teams: dict[UUID | None, set[UUID | None]] = defaultdict(set)
    wanted = {each.team_id for each in territories if each.team_id}
    for team, member in TeamMember.objects.filter(team_id__in=wanted).values_list("team_id", "member_id"):
        teams[team].add(member)
    parents = {each.id: each.parent_id for each in territories}
    people: dict[UUID, set[UUID]] = defaultdict(set)
    for each in territories:
        own = active & {each.member_id, *teams[each.team_id]}
        for above in _upwards(each.id, parents):
            people[above] |= own
    return [(str(each), people[each.id]) for each in territories]


def _upwards(territory: UUID, parents: dict[UUID, UUID | None]) -> list[UUID]:
    """It, and those that it is a part of; a parent in the trash ends the way."""
    way: list[UUID] = []
    now: UUID | None = territory
    while now is not None and now in parents and now not in way:
        way.append(now)
        now = parents[now]
    return way
