"""How the holders of a role see each noun, and their menu."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.activity import log
from sila.platform.entities import layouts
from sila.platform.entities.errors import Invalid
from sila.platform.entities.membership import administrators_only
from sila.project.administration.actions.roles import SLUG, fresh, save_role


def set_layout(role: Role, slug: str, part: str, change: dict[str, Any], *, by: Actor) -> None:
    """Keep the differences of one part; none of them, and the part is as the code declares it. Raises Invalid."""
    administrators_only(role, {}, by)
    if part not in (*layouts.PARTS, layouts.MENU):
        raise Invalid({"": _("This cannot be set.")})
    with transaction.atomic():
        role = fresh(role)
        parts = {name: value for name, value in role.layout.get(slug, {}).items() if name != part}
        if change:
            parts[part] = change
        kept = {noun: value for noun, value in role.layout.items() if noun != slug}
        role.layout = kept | ({slug: parts} if parts else {})
        save_role(role, by)
        changes = [{"field": f"{slug}.layout", "old": "", "new": part if change else ""}]
        log.record("role changed", by=by, entity=SLUG, record_id=role.id, title=role.name, changes=changes)
