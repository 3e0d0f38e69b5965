"""Whose work a member may look after: their own, and that of those whom their role reaches or whom they manage by name."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, Team, TeamMember
from sila.platform.entities.errors import NotFound
from sila.platform.kit.ids import uuid_in


def looked_after(actor: Actor, noun: str, verb: str) -> list[Member]:
    """The actor first, then by name: one query."""
    rows = Member.objects.filter(active=True, deleted_at=None).order_by("name", "id")
    me = actor.member_id
    found = [
        each
        for each in rows
        if each.id == me or actor.policy.allows(noun, verb, owner=each.id, unit=each.unit_id)
    ]
    return sorted(found, key=lambda each: each.id != me)


def chosen_of(people: list[Member], text: str, actor: Actor) -> Member:
    """The one whom the address names, else the actor. Raises NotFound for anybody else."""
    wanted = uuid_in(text) if text else actor.member_id
    for each in people:
        if each.id == wanted:
            return each
    raise NotFound


@dataclass(frozen=True)
class Whose:
    """A choice of people: everybody who is looked after, one of them, or a team of them."""

    people: list[Member]
    chosen: str  # "", the id of a member, or team:<id>
    ids: list[UUID]

    @classmethod
    def read(cls, text: str, people: list[Member]) -> "Whose":
        """Raises NotFound."""
        known = {each.id for each in people}
        team = uuid_in(text.removeprefix("team:")) if text.startswith("team:") else None
        if team is not None:
            mates = TeamMember.objects.filter(team_id=team).values_list("member_id", flat=True)
            return cls(people, text, [each for each in mates if each in known])
        if text:
            one = uuid_in(text)
            if one not in known:
                raise NotFound
            return cls(people, text, [one])
        return cls(people, "", [each.id for each in people])

    def options(self, everyone: Any) -> list[tuple[str, str, bool]]:
        """For a select: (value, label, chosen)."""
        if len(self.people) < 2:
            return []
        teams = Team.objects.filter(deleted_at=None).order_by("name", "id")[:100]
        rows = [
            ("", str(everyone)),
            *((f"team:{team.id}", str(team)) for team in teams),
            *((str(each.id), str(each)) for each in self.people),
        ]
        return [(value, label, value == self.chosen) for value, label in rows]
