"""Why someone may or may not: the same decision as the policy's, told step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access.models import Member, MemberRole, OrgUnit, Role, ShareGrant, Team, TeamMember
from sila.platform.access.policy import REACH_NAMES, VERB_LABELS, Policy, Reach, around, most_open, widest


class Noun(Protocol):
    """What an explanation needs to know of an entity."""

    @property
    def slug(self) -> str: ...
    @property
    def plural(self) -> Any: ...


@dataclass(frozen=True)
class Step:
    """One link of the chain. `rule` names what it rests on: "role:<id>", "member:<id>", "unit:<id>", "shares"…"""

    key: str
    ok: bool
    text: str
    hint: str = ""
    rule: str = ""


@dataclass
class Directory:
    """Who holds which roles and sits where, read once for many explanations."""

    roles: dict[UUID, list[Role]] = field(default_factory=dict)
    teams: dict[UUID, list[Team]] = field(default_factory=dict)
    mates: dict[UUID, set[UUID]] = field(default_factory=dict)  # team -> members
    units: dict[UUID, OrgUnit] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Iterable[Member]) -> "Directory":
        ids = [member.id for member in members]
        known = cls(units={unit.id: unit for unit in OrgUnit.objects.all()})
        for holding in MemberRole.objects.filter(member_id__in=ids, role__deleted_at=None).select_related(
            "role"
        ):
            known.roles.setdefault(holding.member_id, []).append(holding.role)
        for place in TeamMember.objects.filter(member_id__in=ids).select_related("team"):
            known.teams.setdefault(place.member_id, []).append(place.team)
        team_ids = {team.id for teams in known.teams.values() for team in teams}
        for team_id, member_id in TeamMember.objects.filter(team_id__in=team_ids).values_list(
            "team_id", "member_id"
        ):
            known.mates.setdefault(team_id, set()).add(member_id)
        return known

    def policy(self, member: Member) -> Policy:
        """The same as policy_of(), from what was read."""
        roles, teams = self.roles.get(member.id, []), self.teams.get(member.id, [])
        paths = {unit.id: unit.path for unit in self.units.values()}
        below, within = around(member.unit_id, paths)
        return Policy(
            admin=any(role.admin for role in roles),
            grants=widest(role.grants for role in roles),
            fields=most_open(role.fields for role in roles),
            member_id=member.id,
            unit_id=member.unit_id,
            below=below,
            within=within,
            mates=tuple({mate for team in teams for mate in self.mates.get(team.id, ())}),
            teams=tuple(team.id for team in teams),
        )


def explain(
    member: Member,
    entity: Noun,
    record: Any,
    verb: str = "view",
    *,
    directory: Directory | None = None,
    grants: Sequence[ShareGrant] | None = None,
) -> list[Step]:
    """The chain from the workspace to the result; its last step is the answer."""
    known = directory or Directory.of([member])
    shares = grants_on(entity.slug, record.id) if grants is None else grants
    steps = _seat(member, record)
    if all(step.ok for step in steps):
        steps += _by_role(member, entity, record, verb, known)
        if not steps[-1].ok:
            steps += _by_share(member, verb, known.policy(member), shares)
    ok = steps[-1].ok
    name, action = str(member), VERB_LABELS[verb]
    text = _("%(name)s may: %(verb)s") if ok else _("%(name)s may not: %(verb)s")
    return [*steps, Step("result", ok, text % {"name": name, "verb": action})]


def grants_on(slug: str, record_id: UUID) -> list[ShareGrant]:
    found = ShareGrant.objects.filter(entity=slug, record_id=record_id)
    return list(found.select_related("member", "team", "unit", "granted_by").order_by("-granted_at"))


def _seat(member: Member, record: Any) -> list[Step]:
    if record.tenant_id != member.tenant_id:
        return [Step("workspace", False, _("The record belongs to another workspace"))]
    rule = f"member:{member.id}"
    steps = [Step("workspace", True, _("The record belongs to this workspace"), rule="settings")]
    if member.deleted_at or not member.active:
        return [*steps, Step("seat", False, _("%(name)s is deactivated") % {"name": member}, rule=rule)]
    if not member.user_id:
        hint = _("This is what they will see once they join")
        return [*steps, Step("seat", True, _("%(name)s has not joined yet") % {"name": member}, hint, rule)]
    return [*steps, Step("seat", True, _("%(name)s is an active member") % {"name": member}, rule=rule)]


def _by_role(member: Member, entity: Noun, record: Any, verb: str, known: Directory) -> list[Step]:
    roles = known.roles.get(member.id, [])
    if not roles:
        return [Step("role", False, _("%(name)s has no role") % {"name": member}, rule=f"member:{member.id}")]
    role, reach = _widest_role(roles, entity.slug, verb)
    rule = f"role:{role.id}"
    steps = [
        Step(
            "role",
            True,
            _("%(name)s has the role “%(role)s”") % {"name": member, "role": role},
            _others(roles, role),
            rule,
        )
    ]
    if role.admin:
        return [*steps, Step("reach", True, _("This role runs the workspace: everything is open"), rule=rule)]
    words = {"verb": VERB_LABELS[verb], "nouns": entity.plural, "reach": reach.label}
    steps.append(
        Step(
            "reach",
            reach > Reach.NONE,
            _("%(nouns)s, %(verb)s: the role reaches “%(reach)s”") % words,
            rule=rule,
        )
    )
    if reach == Reach.NONE:
        return steps
    return [*steps, _match(member, record, verb, reach, known)]


def _widest_role(roles: list[Role], slug: str, verb: str) -> tuple[Role, Reach]:
    def reach_of(role: Role) -> Reach:
        if role.admin:
            return Reach.ALL
        return REACH_NAMES.get(role.reach(slug, verb), Reach.NONE)

    best = max(roles, key=lambda role: (role.admin, reach_of(role)))
    return best, reach_of(best)


def _others(roles: list[Role], role: Role) -> str:
    others = [str(other) for other in roles if other.id != role.id]
    return _("Other roles: %(names)s") % {"names": " · ".join(others)} if others else ""


def _match(member: Member, record: Any, verb: str, reach: Reach, known: Directory) -> Step:
    """Whether owner or unit of the record lie within the reach."""
    owned = hasattr(record, "owner_id")
    if reach == Reach.ALL or (not owned and verb in ("view", "export")):
        return Step("match", True, _("Every record of the workspace is within this reach"))
    if not owned:
        return Step("match", False, _("Records of this kind have no owner; only the reach “All” opens them"))
    if record.owner_id and record.owner_id == member.id:
        return Step(
            "match", True, _("%(name)s owns the record") % {"name": member}, rule=f"member:{member.id}"
        )
    shared = [
        team for team in known.teams.get(member.id, []) if record.owner_id in known.mates.get(team.id, ())
    ]
    if reach >= Reach.TEAM and shared:
        text = _("The owner, %(owner)s, is in the same team") % {"owner": record.owner}
        return Step("match", True, text, str(shared[0]), f"team:{shared[0].id}")
    unit = known.units.get(record.org_unit_id) if record.org_unit_id else None
    if reach >= Reach.UNIT and unit and unit.id == member.unit_id:
        return Step("match", True, _("The record belongs to the same unit"), str(unit), f"unit:{unit.id}")
    if reach >= Reach.BELOW and unit and member.unit_id and str(member.unit_id) in unit.path:
        return Step(
            "match", True, _("The record belongs to a unit below theirs"), str(unit), f"unit:{unit.id}"
        )
    return _outside(record, reach, unit)


def _outside(record: Any, reach: Reach, unit: OrgUnit | None) -> Step:
    words = {"owner": record.owner or _("nobody"), "unit": unit or _("no unit")}
    text = {
        Reach.OWN: _("The owner is someone else: %(owner)s"),
        Reach.TEAM: _("The owner, %(owner)s, is in none of their teams"),
    }.get(reach, _("The record lies outside their unit: %(unit)s"))
    rule = (
        f"unit:{unit.id}"
        if unit and reach >= Reach.UNIT
        else f"member:{record.owner_id}"
        if record.owner_id
        else ""
    )
    return Step("match", False, text % words, rule=rule)


def _by_share(member: Member, verb: str, policy: Policy, grants: Sequence[ShareGrant]) -> list[Step]:
    """Sharing opens viewing and editing beyond the roles, until its last day."""
    if verb not in ("view", "edit"):
        return []
    mine = [grant for grant in grants if _is_for(grant, member, policy)]
    now = timezone.now()
    live = [grant for grant in mine if grant.expires_at is None or grant.expires_at > now]
    fitting = [grant for grant in live if verb == "view" or grant.level == ShareGrant.Level.EDIT]
    if fitting:
        grant = fitting[0]
        words = {"target": grant.member or grant.team or grant.unit, "by": grant.granted_by}
        return [
            Step(
                "share",
                True,
                _("The record is shared with %(target)s by %(by)s") % words,
                grant.get_level_display(),
                "shares",
            )
        ]
    if live:
        return [Step("share", False, _("The record is shared for viewing only"), rule="shares")]
    if mine:
        return [Step("share", False, _("The record was shared, and that has ended"), rule="shares")]
    return [Step("share", False, _("The record is not shared with them"), rule="shares")]


def _is_for(grant: ShareGrant, member: Member, policy: Policy) -> bool:
    if grant.member_id:
        return bool(grant.member_id == member.id)
    if grant.team_id:
        return grant.team_id in policy.teams
    return grant.unit_id is not None and grant.unit_id in policy.within
