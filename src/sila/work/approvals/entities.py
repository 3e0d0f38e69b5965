"""The limits of authority, as administrators set them."""

from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.membership import administrators_only
from sila.platform.entities.registry import Entity, register
from sila.work.approvals.models import AuthorityLimit


def name_after_role(limit: AuthorityLimit, changes: dict[str, Any], by: Actor) -> None:
    role = Role.objects.filter(id=limit.role_id, deleted_at=None).first()
    if role is None:
        raise Invalid({"role": _("This record was not found.")})
    limit.name, limit.name_en = role.name, role.name_en
    limit.currency = limit.currency or base_currency()
    if limit.most < 0:
        raise Invalid({"most": _("A limit is not negative.")})


authority_limits = register(
    Entity(
        model=AuthorityLimit,
        slug="authority-limits",
        icon="scale",
        title=("name", "name_en"),
        subtitle="kind",
        columns=("name", "kind", "most", "currency", "note"),
        sections={AuthorityLimit._meta.verbose_name: ("role", "kind", "most", "currency", "note")},
        filters=("kind", "role"),
        quick=("role", "kind", "most", "currency"),
        keys=("name",),
        match=(),
        sort="name",
        timeline=False,
        rules=(administrators_only, name_after_role),
    )
)
