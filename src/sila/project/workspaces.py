"""Making a workspace: its roles, its root unit, its first administrator, its standard pipeline."""

from typing import Any

from django.db import transaction

from sila.catalog.seed import standard_measures, standard_taxes
from sila.platform.access.models import Member, MemberRole, OrgUnit, Role, User
from sila.platform.entities.index import index_search
from sila.platform.entities.registry import registry
from sila.platform.kit.months import week_of
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.calling.seed import standard_outcomes
from sila.sales.seed import standard_pipeline

PARTIES = ("parties", "people", "organizations", "groups")
ACTIVITIES = ("activities", "tasks", "calls", "meetings", "visits", "notes")
SALES = (
    *("leads", "opportunities", "quotes", "orders", "invoices", "deal-registrations"),
    *("contracts", "incumbent-contracts", "call-lists"),
)
SERVICE = ("assets", "warranty-claims", "maintenance-plans")
SET_UP = (
    *("roles", "authority-limits", "products", "price-books", "taxes", "letterheads", "pipelines", "stages"),
    *("loss-reasons", "disqualify-reasons", "units", "members", "teams", "exchange-rates"),
    *("assignment-rules", "scoring-rules", "lead-forms", "territories", "partners", "supplier-criteria"),
    *("warranty-terms", "call-outcomes", "measures", "partner-documents"),
)
LEAD_RULES = ("assignment-rules", "scoring-rules", "lead-forms", "form-submissions")
KEPT_BY_MANAGERS = (
    *("products", "price-books", "territories", "partners", "supplier-criteria", "supplier-ratings"),
    *("warranty-terms", "call-outcomes", "do-not-call", "measures", "partner-documents"),
    *LEAD_RULES,
)
VERBS = ("view", "create", "edit", "delete", "export", "bulk")

Grants = dict[str, dict[str, str]]


def _each(slugs: tuple[str, ...], **reach: str) -> Grants:
    return dict.fromkeys(slugs, reach)


SELLER: Grants = {
    **_each(PARTIES, view="all", create="team", edit="own", delete="own"),
    **_each(ACTIVITIES, view="team", create="team", edit="own", delete="own"),
    **_each((*SET_UP, "supplier-ratings"), view="all"),
    **_each(("do-not-call",), view="all", create="all"),
    **_each(SALES, view="team", create="own", edit="own", delete="own"),
    **_each(SERVICE, view="all", create="own", edit="team", delete="own"),
    **_each(("commission-plans", "contests", "promotions"), view="all"),
    **_each(("commission-statements", "goals"), view="own"),
}
MANAGER: Grants = {
    **_each(PARTIES, **dict.fromkeys(VERBS, "all")),
    **_each(ACTIVITIES, **dict.fromkeys(VERBS, "below")),
    **_each(SET_UP, view="all", export="all"),
    **_each(KEPT_BY_MANAGERS, **dict.fromkeys(VERBS, "all")),
    **_each(SALES, **dict.fromkeys(VERBS, "below")),
    **_each(SERVICE, **dict.fromkeys(VERBS, "all")),
    "commission-plans": {"view": "all", "export": "all"},
    "commission-statements": {"view": "below", "edit": "below", "export": "below"},
    "goals": dict.fromkeys(VERBS, "below"),
    "contests": dict.fromkeys(VERBS, "all"),
    "promotions": dict.fromkeys(VERBS, "all"),
}
VIEWER: Grants = {"*": {"view": "all"}, "commission-statements": {"view": "own"}}  # pay is not everybody's
ROLES: dict[str, dict[str, Any]] = {
    "admin": {"name": "مدير النظام", "name_en": "Administrator", "admin": True},
    "manager": {"name": "مدير مبيعات", "name_en": "Sales manager", "grants": MANAGER},
    "seller": {"name": "مندوب مبيعات", "name_en": "Salesperson", "grants": SELLER},
    "viewer": {"name": "مطّلع", "name_en": "Viewer", "grants": VIEWER},
}


@transaction.atomic
def create_workspace(
    slug: str,
    name: str,
    *,
    owner_email: str,
    owner_name: str = "",
    owner_name_en: str = "",
    pipeline: bool = True,
    **settings: Any,
) -> Workspace:
    """A workspace that its owner can begin to work in. `settings` are columns of Workspace.

    `pipeline=False` leaves the pipeline to an import.
    """
    first_day, weekend = week_of(settings.get("country", "SA"))
    workspace = Workspace.objects.create(
        slug=slug, name=name, **{"week_start": first_day, "weekend": sorted(weekend), **settings}
    )
    with scope(workspace):
        root = OrgUnit(name=name, kind=OrgUnit.Kind.COMPANY)
        root.path = f"{root.id}/"
        root.save()
        index_search(registry["units"], root)
        roles = {code: Role.objects.create(code=code, **columns) for code, columns in ROLES.items()}
        owner = seat(owner_email, owner_name, unit=root, role=roles["admin"], name_en=owner_name_en)
        Member.objects.filter(id=owner.id).update(user=user_of(owner_email, owner.name))
        standard_taxes(workspace.country)
        standard_measures()
        standard_outcomes()
        if pipeline:
            standard_pipeline()
    return workspace


def seat(
    email: str, name: str = "", *, unit: OrgUnit | None, role: Role, name_en: str = "", title: str = ""
) -> Member:
    """A member's seat, not yet taken by anyone. Call it inside the workspace's scope."""
    email = email.strip().lower()
    known = User.objects.filter(email=email).values_list("name", flat=True).first()
    member: Member = Member.objects.create(
        email=email,
        name=name or known or email.partition("@")[0],
        name_en=name_en,
        title=title,
        unit_id=unit.id if unit else None,
    )
    MemberRole.objects.create(member_id=member.id, role_id=role.id)
    index_search(registry["members"], member)
    return member


def user_of(email: str, name: str = "") -> User:
    """Who signs in with this address; made without a password if there is nobody yet."""
    email = email.strip().lower()
    return User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
