"""Companies and people for tests, made through the verbs that the product uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, MemberRole, OrgUnit, Role, Team, TeamMember, User
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.record_types import add_type
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.workspaces import create_workspace

PASSWORD = "a quiet tall minaret"
OWN = "x-estates"  # the noun that every company of the tests makes for itself
SEATS = {  # name: (role code, branch, in Alice's team)
    "alice": ("seller", "riyadh", True),
    "bob": ("seller", "riyadh", True),
    "charlie": ("seller", "jeddah", False),
    "dalia": ("seller", "riyadh", True),
    "viewer": ("viewer", "riyadh", False),
    "manager": ("manager", "riyadh", False),
}


@dataclass
class Company:
    workspace: Workspace
    members: dict[str, Member] = field(default_factory=dict)

    def actor(self, name: str, via: str = "page") -> Actor:
        self.workspace.refresh_from_db()
        return Actor.of(self.workspace, self.members[name], via)  # type: ignore[arg-type]

    def user(self, name: str) -> User:
        user = self.members[name].user
        assert user is not None
        return user


def make_company(
    slug: str, people: tuple[str, ...] = ("admin", "alice", "bob", "charlie", "viewer", "manager")
) -> Company:
    workspace = create_workspace(slug, slug.title(), owner_email=f"admin@{slug}.example", owner_name="Admin")
    company = Company(workspace)
    with scope(workspace):
        company.members["admin"] = Member.objects.select_related("user").get(email=f"admin@{slug}.example")
        root = OrgUnit.objects.get(parent_id=None)
        branches = {name: _branch(root, name) for name in ("riyadh", "jeddah")}
        team = Team.objects.create(name="Riyadh sales")
        roles = {role.code: role for role in Role.objects.all()}
        for name in people:
            if name != "admin":
                role, branch, in_team = SEATS[name]
                company.members[name] = _seat(
                    slug, name, branches[branch], roles[role], team if in_team else None
                )
        make_estates(company)
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
    return company


def make_estates(company: Company) -> None:
    """A noun of the company's own, with a field of most kinds: the shared suite takes it like any other."""
    by = Actor.of(company.workspace, company.members["admin"])
    slug = add_type("عقار", "عقارات", label_en="Estate", plural_en="Estates", icon="home", by=by).slug
    states = [{"value": "free", "label": "شاغر", "label_en": "Free"}, {"value": "let", "label": "مؤجر"}]
    for label, kind, more in (
        ("الحالة", "choice", {"choices": states, "in_list": True, "in_quick": True}),
        ("المساحة", "number", {"in_list": True}),
        ("الإيجار", "money", {}),
        ("تاريخ البناء", "date", {}),
        ("المالك", "link", {"to": "people", "label_en": "Landlord"}),
        ("الوكيل", "member", {}),
    ):
        add_field(slug, label, kind=kind, by=by, **more)


def _branch(root: OrgUnit, name: str) -> OrgUnit:
    unit = OrgUnit(name=name.title(), parent_id=root.id)
    unit.path = f"{root.path}{unit.id}/"
    unit.save()
    return unit


def _seat(slug: str, name: str, unit: OrgUnit, role: Role, team: Team | None) -> Member:
    user = User.objects.create_user(f"{name}@{slug}.example", PASSWORD, name=name.title(), language="en")
    member = Member.objects.create(name=name.title(), email=user.email, user=user, unit_id=unit.id)
    MemberRole.objects.create(member_id=member.id, role_id=role.id)
    if team:
        TeamMember.objects.create(team_id=team.id, member_id=member.id)
    return member


def rule(company: Any, change: Callable[[Role], object], code: str = "seller") -> None:
    """Change what sellers may, or those of another role, as the page of roles does."""
    role = Role.objects.get(code=code)
    change(role)
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=F("access_version") + 1)
    company.workspace.refresh_from_db()
