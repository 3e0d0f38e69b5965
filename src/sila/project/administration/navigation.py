"""The sections of the settings, and the tabs of the access page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Context


def sections(context: Context, active: str) -> list[dict[str, Any]]:
    return [{**page, "active": page["key"] == active} for page in settings_pages(context.actor)]


def settings_pages(actor: Actor) -> list[dict[str, Any]]:
    base = f"/w/{actor.workspace.slug}/"
    own = [
        {
            "key": "notifications",
            "label": _("Notifications"),
            "icon": "bell",
            "url": "settings/notifications/",
        },
        {"key": "operations", "label": _("Changes to many records"), "icon": "history", "url": "operations/"},
        {"key": "tokens", "label": _("API tokens"), "icon": "key", "url": "settings/tokens/"},
    ]
    all_of_them = (
        [
            {"key": "general", "label": _("General"), "icon": "settings", "url": "settings/"},
            {"key": "brand", "label": _("Logo and colour"), "icon": "palette", "url": "settings/brand/"},
            {"key": "units", "label": _("Units"), "icon": "sitemap", "url": "settings/units/"},
            {"key": "teams", "label": _("Teams"), "icon": "users-group", "url": "teams/"},
            {"key": "members", "label": _("Members"), "icon": "id-badge", "url": "members/"},
            {"key": "access", "label": _("Access"), "icon": "shield-lock", "url": "access/"},
            {
                "key": "pipelines",
                "label": _("Pipelines and stages"),
                "icon": "filter",
                "url": "settings/pipelines/",
            },
            {"key": "price-books", "label": _("Price books"), "icon": "book-2", "url": "price-books/"},
            {"key": "taxes", "label": pgettext("noun", "Taxes"), "icon": "receipt-tax", "url": "taxes/"},
            {
                "key": "letterheads",
                "label": _("Letterheads"),
                "icon": "building-store",
                "url": "letterheads/",
            },
            {"key": "lead-forms", "label": _("Lead forms"), "icon": "forms", "url": "lead-forms/"},
            {
                "key": "assignment",
                "label": _("Assignment rules"),
                "icon": "arrows-shuffle",
                "url": "assignment-rules/",
            },
            {"key": "scoring", "label": _("Scoring rules"), "icon": "flame", "url": "scoring-rules/"},
            {
                "key": "authority",
                "label": _("Authority limits"),
                "icon": "scale",
                "url": "authority-limits/",
            },
            {"key": "rates", "label": _("Exchange rates"), "icon": "coins", "url": "exchange-rates/"},
            {"key": "fields", "label": _("Own fields"), "icon": "forms", "url": "settings/fields/"},
            {
                "key": "record-types",
                "label": _("Record types"),
                "icon": "category-plus",
                "url": "settings/record-types/",
            },
            {"key": "quality", "label": _("Rules and weights"), "icon": "gauge", "url": "settings/quality/"},
            {"key": "layout", "label": _("Layout"), "icon": "layout-list", "url": "settings/layout/"},
            {"key": "trash", "label": _("Trash"), "icon": "trash", "url": "settings/trash/"},
            {"key": "audit", "label": _("Audit log"), "icon": "history", "url": "settings/audit/"},
            *own,
        ]
        if actor.is_admin
        else own
    )
    return [{**page, "url": base + page["url"]} for page in all_of_them]
