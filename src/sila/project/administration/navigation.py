"""The sections of the settings, and the tabs of the access page."""

from typing import Any

from django.utils.translation import gettext as _

from sila.platform.entities.kinds import Context


def sections(context: Context, active: str) -> list[dict[str, Any]]:
    base = f"/w/{context.reader.slug}/"
    own = [("tokens", _("API tokens"), "key", "settings/tokens/")]
    all_of_them = [
        ("general", _("General"), "settings", "settings/"),
        ("brand", _("Logo and colour"), "palette", "settings/brand/"),
        ("units", _("Units"), "sitemap", "settings/units/"),
        ("teams", _("Teams"), "users-group", "teams/"),
        ("members", _("Members"), "id-badge", "members/"),
        ("access", _("Access"), "shield-lock", "access/"),
        ("pipelines", _("Pipelines and stages"), "filter", "settings/pipelines/"),
        ("fields", _("Own fields"), "forms", "settings/fields/"),
        ("audit", _("Audit log"), "history", "settings/audit/"),
        *own,
    ] if context.actor.is_admin else own
    return [
        {"key": key, "label": label, "icon": icon, "url": base + path, "active": key == active}
        for key, label, icon, path in all_of_them
    ]
