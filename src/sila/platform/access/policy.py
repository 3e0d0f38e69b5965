"""What a member may do, compiled once from roles, units and teams, and asked in memory or in SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sila.platform.access.belonging import answering
from sila.platform.access.models import Member, MemberRole, OrgUnit, Role, ShareGrant, TeamMember
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace


class Reach(IntEnum):
    NONE = 0
    OWN = 1
    TEAM = 2
    UNIT = 3
    BELOW = 4
    ALL = 5

    @property
    def label(self) -> str:
        return str(REACH_LABELS[self])


REACH_LABELS = {
    Reach.NONE: _("None"),
    Reach.OWN: _("Own"),
    Reach.TEAM: _("Team"),
    Reach.UNIT: _("Unit"),
    Reach.BELOW: _("Unit and below"),
    Reach.ALL: _("All"),
}
REACH_NAMES = {reach.name.lower(): reach for reach in Reach}
VERBS = ("view", "create", "edit", "delete", "export", "bulk")
VERB_LABELS = {
    "view": _("View"),
    "create": _("Add"),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "export": _("Export"),
    "bulk": _("Bulk changes"),
}
FieldAccess = Literal["hidden", "read", "write"]
FIELD_ORDER: dict[str, int] = {"hidden": 0, "read": 1, "write": 2}


@dataclass(frozen=True)
class Policy:
    """The sum of a member's roles. The widest reach of any role counts."""

    admin: bool = False
    grants: dict[str, dict[str, Reach]] = field(default_factory=dict)
    fields: dict[str, dict[str, FieldAccess]] = field(default_factory=dict)
    layout: dict[str, dict[str, Any]] = field(default_factory=dict)
    member_id: UUID | None = None
    unit_id: UUID | None = None
    below: tuple[UUID, ...] = ()
    within: tuple[
        UUID, ...
    ] = ()  # the member's unit and those above it: what is shared with one is shared with them
    mates: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()
    roles: tuple[UUID, ...] = ()  # whose sum this is

    def reach(self, entity: str, verb: str) -> Reach:
        if self.admin:
            return Reach.ALL
        entity, verb = answering(entity, verb)
        own = self.grants.get(entity, {})
        if verb in own:
            return own[verb]
        return self.grants.get("*", {}).get(verb, Reach.NONE)

    def field_access(self, entity: str, name: str) -> FieldAccess:
        if self.admin:
            return "write"
        return self.fields.get(entity, {}).get(name, "write")

    def rules(self, *nouns: str) -> dict[str, FieldAccess]:
        """Field -> how far it is open; of several nouns together it is as closed as in the most closed of them."""
        rules: dict[str, FieldAccess] = {}
        for noun in nouns if not self.admin else ():
            for name, access in self.fields.get(noun, {}).items():
                rules[name] = min(access, rules.get(name, "write"), key=FIELD_ORDER.__getitem__)
        return rules

    def allows(self, entity: str, verb: str, *, owner: UUID | None, unit: UUID | None) -> bool:
        """Whether ownership alone opens this record; share grants come on top (Actor.may)."""
        reach = self.reach(entity, verb)
        if reach == Reach.ALL:
            return True
        if reach >= Reach.OWN and owner is not None and owner == self.member_id:
            return True
        if reach >= Reach.TEAM and owner in self.mates:
            return True
        if reach >= Reach.UNIT and unit is not None and unit == self.unit_id:
            return True
        return reach >= Reach.BELOW and unit in self.below

    def restriction(self, entity: str, verb: str) -> Q | None:
        """The rows that ownership opens, as SQL. None: no restriction. An empty Q is never returned."""
        reach = self.reach(entity, verb)
        if reach == Reach.ALL:
            return None
        rows = Q(pk__in=[]) if reach == Reach.NONE else Q(owner_id=self.member_id)
        if reach >= Reach.TEAM and self.mates:
            rows |= Q(owner_id__in=self.mates)
        if reach >= Reach.BELOW and self.below:
            rows |= Q(org_unit_id__in=self.below)
        elif reach >= Reach.UNIT and self.unit_id:
            rows |= Q(org_unit_id=self.unit_id)
        return rows

    def grants_to_me(self) -> Q:
        mine = Q(member_id=self.member_id)
        if self.within:
            mine |= Q(unit_id__in=self.within)
        if self.teams:
            mine |= Q(team_id__in=self.teams)
        return mine & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


ADMIN = Policy(admin=True)


_cache: dict[tuple[UUID, UUID], tuple[tuple[int, UUID | None], Policy]] = {}


def policy_of(workspace: Workspace, member: Member) -> Policy:
    """The member's policy; compiled again when roles, units or teams of the workspace change."""
    key, stamp = (workspace.pk, member.id), (workspace.access_version, member.unit_id)
    cached = _cache.get(key)
    if cached and cached[0] == stamp:
        return cached[1]
    policy = _compile(workspace, member.id, member.unit_id)
    if len(_cache) > 5000:
        _cache.clear()
    _cache[key] = (stamp, policy)
    return policy


def _compile(workspace: Workspace, member_id: UUID, unit_id: UUID | None) -> Policy:
    with scope(workspace):
        role_ids = MemberRole.objects.filter(member_id=member_id).values("role_id")
        roles = list(
            Role.objects.filter(id__in=role_ids, deleted_at=None).order_by("-admin", "created_at", "id")
        )
        teams = tuple(TeamMember.objects.filter(member_id=member_id).values_list("team_id", flat=True))
        mates = tuple(
            TeamMember.objects.filter(team_id__in=teams).values_list("member_id", flat=True).distinct()
        )
        units = OrgUnit.objects.values_list("id", "path") if unit_id else []
        below, within = around(unit_id, dict(units))
    return Policy(
        admin=any(role.admin for role in roles),
        grants=widest(role.grants for role in roles),
        fields=most_open(role.fields for role in roles),
        layout=first_layouts(role.layout for role in roles),
        member_id=member_id,
        unit_id=unit_id,
        below=below,
        within=within,
        mates=mates,
        teams=teams,
        roles=tuple(role.id for role in roles),
    )


def around(unit_id: UUID | None, paths: Mapping[UUID, str]) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """The unit with all below it, and the unit with all above it. `paths` are those of all units."""
    if unit_id is None:
        return (), ()
    below = tuple(other for other, path in paths.items() if str(unit_id) in path)
    return below, tuple(UUID(part) for part in paths.get(unit_id, "").split("/") if part)


def widest(many: Iterable[dict[str, dict[str, str]]]) -> dict[str, dict[str, Reach]]:
    """Per entity and verb the widest reach. A role that is silent on an entity speaks through its "*"."""
    sources = list(many)
    names = {name for grants in sources for name in grants}
    result: dict[str, dict[str, Reach]] = {}
    for name in names:
        verbs = {verb for grants in sources for verb in {**grants.get("*", {}), **grants.get(name, {})}}
        result[name] = {
            verb: max(
                REACH_NAMES.get({**grants.get("*", {}), **grants.get(name, {})}.get(verb, "none"), Reach.NONE)
                for grants in sources
            )
            for verb in verbs
        }
    return result


def most_open(many: Iterable[dict[str, dict[str, str]]]) -> dict[str, dict[str, FieldAccess]]:
    """A field is hidden or read-only only if every role says so."""
    sources = list(many)
    result: dict[str, dict[str, Any]] = {}
    for entity, name in {(noun, column) for rules in sources for noun in rules for column in rules[noun]}:
        levels = [rules.get(entity, {}).get(name, "write") for rules in sources]
        result.setdefault(entity, {})[name] = max(levels, key=FIELD_ORDER.__getitem__)
    return result


def first_layouts(many: Iterable[dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """For each noun the layout of the first role that has one."""
    result: dict[str, dict[str, Any]] = {}
    for layout in many:
        result = layout | result
    return result


def granted_ids(policy: Policy, entity: str, *, edit: bool = False) -> Any:
    """A sub-query of the record ids that share grants open."""
    grants = ShareGrant.objects.filter(policy.grants_to_me(), entity=entity)
    if edit:
        grants = grants.filter(level=ShareGrant.Level.EDIT)
    return grants.values("record_id")
