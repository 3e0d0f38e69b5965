"""Whose forecast an actor sees as a whole, and whose they may adjust."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit
from sila.platform.access.policy import Reach

SLUG = "opportunities"


@dataclass(frozen=True)
class Sight:
    actor: Actor

    @cached_property
    def reach(self) -> Reach:
        return self.actor.policy.reach(SLUG, "view")

    @property
    def everything(self) -> bool:
        return self.reach == Reach.ALL

    def leads_all(self, tops: Iterable[UUID]) -> bool:
        """May change every deal, or those of the topmost units and all below them."""
        if not self.actor.can(SLUG, "edit"):
            return False
        edit = self.actor.policy.reach(SLUG, "edit")
        if self.everything and edit == Reach.ALL:
            return True
        below = self.actor.policy.below
        return min(self.reach, edit) >= Reach.BELOW and all(top in below for top in tops)

    def sees_unit(self, unit: OrgUnit) -> bool:
        """All deals of the unit and of those below it."""
        policy = self.actor.policy
        return self.everything or (self.reach == Reach.BELOW and unit.id in policy.below)

    def sees_member(self, member: Member) -> bool:
        """What is said of the member's own forecast."""
        policy = self.actor.policy
        if self.everything or member.id == self.actor.member_id:
            return self.reach > Reach.NONE
        if self.reach == Reach.BELOW and member.unit_id in policy.below:
            return True
        if self.reach >= Reach.UNIT and policy.unit_id and member.unit_id == policy.unit_id:
            return True
        return self.reach >= Reach.TEAM and member.id in policy.mates

    def manages_unit(self, unit: OrgUnit) -> bool:
        return self.sees_unit(unit) and self._leads(unit.id)

    def manages_member(self, member: Member) -> bool:
        """Whoever leads the member's unit, or is named as their manager."""
        if not self.sees_member(member):
            return False
        named = member.manager_id is not None and member.manager_id == self.actor.member_id
        return self._leads(member.unit_id) or (named and self.actor.can(SLUG, "edit"))

    def _leads(self, unit_id: UUID | None) -> bool:
        """May change the deals of everybody in the unit."""
        if self.actor.member is None or not self.actor.can(SLUG, "edit"):
            return False
        reach = self.actor.policy.reach(SLUG, "edit")
        return reach == Reach.ALL or (reach == Reach.BELOW and unit_id in self.actor.policy.below)
