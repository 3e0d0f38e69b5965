"""The shell around a page: navigation, the workspace, the person."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions, layouts
from sila.platform.entities.registry import Entity, registry
from sila.project.helping import help_url
from sila.sales.phone.entry import KINDS as LOGGED

# The letter that goes to a place, after G.
KEYS = {
    "today": "T", "calendar": "L", "opportunities": "D", "people": "P", "organizations": "C", "products": "R",
    "tasks": "K", "meetings": "M", "settings": "S",
}  # fmt: skip
LANGUAGES = (("ar", "العربية"), ("en", "English"))


def shell_of(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    workspace, member = actor.workspace, actor.member
    assert member is not None
    base = f"/w/{workspace.slug}/"
    user = request.user
    return {
        "workspace": {
            "name": workspace.name,
            "slug": workspace.slug,
            "color": workspace.color,
            "style_url": f"{base}brand.css?{workspace.color.lstrip('#')}" if workspace.color else "",
            "logo_url": f"{base}logo" if workspace.logo else "",
        },
        "workspaces": None,
        "member": {"name": str(member), "title": member.title},
        "theme": user.theme,
        "density": user.density,
        "digits": request.reader.digits,
        "languages": [
            {"code": code, "name": name, "active": code == request.LANGUAGE_CODE} for code, name in LANGUAGES
        ],
        "nav": navigation(actor, request.path, base),
        "urls": {
            "palette": base + "palette",
            "bell": base + "notifications/",
            "help": help_url(request, base),
            "quick": base + "quick" if any(_may_add(entity, actor) for entity in registry) else "",
            "log": base + "quick-log/" if any(actor.can(f"{kind}s", "create") for kind in LOGGED) else "",
            "set_preferences": "/preferences",
            "switch": "/workspaces",
            "account": "/account",
            "settings": base + ("settings/" if actor.is_admin else "settings/tokens/"),
            "sign_out": "/accounts/logout/",
        },
    }


def _may_add(entity: Entity, actor: Actor) -> bool:
    return bool(entity.menu and entity.creatable and actor.can(entity.slug, "create"))


def navigation(actor: Actor, path: str, base: str) -> list[dict[str, Any]]:
    """The person's own pages first, then the nouns of each group, then running the workspace."""
    groups: dict[str, list[dict[str, Any]]] = {
        "": [item for source in extensions.nav_items for item in source(actor)]
    }
    nouns = {entity.slug: entity for entity in registry if entity.menu}
    for entity in (nouns[slug] for slug in layouts.menu(list(nouns), actor) if slug in nouns):
        if actor.can(entity.slug, "view"):
            url = base + entity.slug + ("/board" if entity.board else "/")
            groups.setdefault(str(entity.menu), []).append(
                {"label": entity.plural, "url": url, "icon": entity.icon, "root": f"{base}{entity.slug}/"}
            )
    if actor.is_admin:
        groups[_("Running the workspace")] = [
            {"label": _("Members"), "url": base + "members/", "icon": "id-badge"},
            {"label": _("Access"), "url": base + "access/", "icon": "shield"},
            {"label": _("Settings"), "url": base + "settings/", "icon": "settings"},
        ]
    for items in groups.values():
        for item in items:
            place = item["url"].removeprefix(base).split("/")[0]
            item["active"] = path.startswith(item.get("root") or item["url"])
            item["key"] = KEYS.get(place, "")
            item.setdefault("phone", place == "opportunities")
    return [{"group": label, "items": items} for label, items in groups.items() if items]
