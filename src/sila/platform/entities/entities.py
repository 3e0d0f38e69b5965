"""The nouns of the platform itself: the company's own people and units."""

from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Member, OrgUnit, Team
from sila.platform.entities.registry import Entity, Related, register

units = register(
    Entity(
        model=OrgUnit, slug="units", icon="sitemap", title=("name", "name_en"),
        columns=("name", "kind", "parent", "code"),
        sections={_("Unit"): ("name", "name_en", "kind", "parent", "code")},
        filters=("kind", "parent"), search=("name", "name_en", "code"), keys=("code", "name", "name_en"),
        quick=("name", "kind", "parent"), related=(Related("members", "unit"),), sort="name", timeline=False,
    )
)

members = register(
    Entity(
        model=Member, slug="members", icon="id-badge", title=("name", "name_en"),
        columns=("name", "email", "title", "unit", "manager", "active"),
        sections={_("Member"): ("name", "name_en", "email", "title", "unit", "manager", "active")},
        filters=("unit", "active"), search=("name", "name_en", "email"), keys=("email", "name", "name_en"),
        quick=("name", "email", "unit"), sort="name", timeline=False,
    )
)

teams = register(
    Entity(
        model=Team, slug="teams", icon="users-group", title=("name", "name_en"),
        columns=("name", "name_en"), sections={_("Team"): ("name", "name_en")},
        search=("name", "name_en"), keys=("name", "name_en"), sort="name", timeline=False,
    )
)
