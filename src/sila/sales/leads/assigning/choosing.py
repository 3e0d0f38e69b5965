"""To whom a lead goes: the first rule whose conditions it meets and that finds somebody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from sila.parties.territories.tree import in_charge
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit, TeamMember
from sila.platform.access.policy import Reach, policy_of
from sila.platform.entities import conditions
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import current
from sila.sales.leads.assigning.models import AssignmentRule, AssignmentTurn
from sila.sales.leads.models import Lead

Share = AssignmentRule.Share


@dataclass
class Look:
    """What a rule says to a lead: whom it finds, or why nobody."""

    rule: AssignmentRule
    member: Member | None = None
    why_not: str = ""
    others: list[Member] = field(default_factory=list)  # among whom it chose


def active_rules() -> list[AssignmentRule]:
    return list(AssignmentRule.objects.filter(active=True, deleted_at=None).order_by("order", "id"))


def look_at(lead: Lead, rules: list[AssignmentRule]) -> list[Look]:
    """Each rule in order, up to the first that finds somebody. One query asks all conditions."""
    columns = conditions.meeting(
        "leads", {f"rule_{place}": rule.conditions for place, rule in enumerate(rules)}
    )
    row = Lead.objects.filter(id=lead.id).values(**columns).first() if columns else {}
    looks = []
    for place, rule in enumerate(rules):
        met = (row or {}).get(f"rule_{place}")
        looks.append(_look(rule, lead, met))
        if looks[-1].member:
            break
    return looks


def _look(rule: AssignmentRule, lead: Lead, met: bool | None) -> Look:
    if met is None:
        return Look(rule, why_not=_("Its conditions cannot be asked any more."))
    if not met:
        return Look(rule, why_not=_("Its conditions are not met."))
    if not lies_in(rule.territory, lead):
        return Look(rule, why_not=_("The lead is from elsewhere."))
    members = [member for member in _named_by(rule, lead) if may_have_leads(member)]
    if rule.by_language:
        members = _speaking(members, lead.language) or members
    if not members:
        return Look(rule, why_not=_("Nobody there is active and may see leads."))
    return Look(rule, _next(rule, members), others=members)


def lies_in(territory: str, lead: Lead) -> bool:
    """Whether the lead's city or country is one of these; the spelling may differ as in search."""
    places = {fold(line) for line in territory.splitlines()} - {""}
    return not places or bool(places & {fold(lead.city), fold(lead.country)} - {""})


def _named_by(rule: AssignmentRule, lead: Lead) -> list[Member]:
    named = _of(rule.member_id, rule.team_id)
    if rule.by_territory and (charge := in_charge(lead.territory_id)):
        named |= _of(charge.member_id, charge.team_id)
    if rule.unit_id:
        below = OrgUnit.objects.filter(path__contains=str(rule.unit_id)).values("id")
        named |= Q(unit_id__in=below)
    found = Member.objects.filter(named, active=True, deleted_at=None)
    return list(found.select_related("user").order_by("id"))


def _of(member_id: UUID | None, team_id: UUID | None) -> Q:
    named = Q(id=member_id) if member_id else Q(pk__in=[])
    if team_id:
        named |= Q(id__in=TeamMember.objects.filter(team_id=team_id).values("member_id"))
    return named


def may_have_leads(member: Member) -> bool:
    """Active, and allowed to see leads that are theirs."""
    sees = policy_of(current(), member).reach("leads", "view") > Reach.NONE
    return member.active and member.deleted_at is None and sees


def _speaking(members: Iterable[Member], language: str) -> list[Member]:
    """Those who work in this language: their own setting, else the workspace's."""
    usual = current().language
    return [m for m in members if language and ((m.user.language if m.user else "") or usual) == language]


def _next(rule: AssignmentRule, members: list[Member]) -> Member:
    """Who waits longest, or has the fewest open leads; of equals, who has been here longest."""
    ids = [member.id for member in members]
    turns = AssignmentTurn.objects.filter(rule_id=rule.id, member_id__in=ids)
    waited = dict(turns.values_list("member_id", "given_at"))
    load = _open_leads(ids) if rule.share == Share.LOAD else {}

    def rank(member: Member) -> tuple[Any, ...]:
        given_at = waited.get(member.id)
        return load.get(member.id, 0), given_at is not None, given_at or 0, str(member.id)

    return min(members, key=rank)


def _open_leads(ids: list[UUID]) -> dict[UUID, int]:
    rows = Lead.objects.filter(owner_id__in=ids, status__in=Lead.OPEN, deleted_at=None)
    return dict(rows.order_by().values_list("owner_id").annotate(number=Count("id")))


def as_rule() -> Actor:
    """Who acts when a rule gives a lead to somebody."""
    return Actor.system(current(), "automation")
