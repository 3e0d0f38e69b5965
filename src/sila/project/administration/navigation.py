"""The sections of the settings, and the tabs of the access page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Context

Page = dict[str, Any]  # key, label, icon, and its address below the workspace


def sections(context: Context, active: str) -> list[dict[str, Any]]:
    return [{**page, "active": page["key"] == active} for page in settings_pages(context.actor)]


def settings_pages(actor: Actor) -> list[dict[str, Any]]:
    """All pages for administrators, their own for everybody."""
    base = f"/w/{actor.workspace.slug}/"
    pages = [*_of_the_company(), *_of_selling(), *_of_the_data(), *_own()] if actor.is_admin else _own()
    return [{**page, "url": base + page["url"]} for page in pages]


def _page(key: str, label: str, *, icon: str, url: str) -> Page:
    return {"key": key, "label": label, "icon": icon, "url": url}


def _of_the_company() -> list[Page]:
    return [
        _page("general", _("General"), icon="settings", url="settings/"),
        _page("brand", _("Logo and colour"), icon="palette", url="settings/brand/"),
        _page("units", _("Units"), icon="sitemap", url="settings/units/"),
        _page("teams", _("Teams"), icon="users-group", url="teams/"),
        _page("members", _("Members"), icon="id-badge", url="members/"),
        _page("access", _("Access"), icon="shield-lock", url="access/"),
    ]


def _of_selling() -> list[Page]:
    return [
        _page("pipelines", _("Pipelines and stages"), icon="filter", url="settings/pipelines/"),
        _page("price-books", _("Price books"), icon="book-2", url="price-books/"),
        _page("taxes", pgettext("noun", "Taxes"), icon="receipt-tax", url="taxes/"),
        _page("measures", _("Units of measure"), icon="ruler-2", url="measures/"),
        _page("letterheads", _("Letterheads"), icon="building-store", url="letterheads/"),
        _page("warranty-terms", _("Warranty terms"), icon="shield", url="warranty-terms/"),
        _page("lead-forms", _("Lead forms"), icon="forms", url="lead-forms/"),
        _page("assignment", _("Assignment rules"), icon="arrows-shuffle", url="assignment-rules/"),
        _page("territories", _("Territories"), icon="map-2", url="territory-tree/"),
        _page("criteria", _("Criteria for suppliers"), icon="list-check", url="supplier-criteria/"),
        _page("scoring", _("Scoring rules"), icon="flame", url="scoring-rules/"),
        _page("authority", _("Authority limits"), icon="scale", url="authority-limits/"),
        _page("rates", _("Exchange rates"), icon="coins", url="exchange-rates/"),
    ]


def _of_the_data() -> list[Page]:
    return [
        _page("fields", _("Own fields"), icon="forms", url="settings/fields/"),
        _page("record-types", _("Record types"), icon="category-plus", url="settings/record-types/"),
        _page("quality", _("Rules and weights"), icon="gauge", url="settings/quality/"),
        _page("layout", _("Layout"), icon="layout-list", url="settings/layout/"),
        _page("trash", _("Trash"), icon="trash", url="settings/trash/"),
        _page("audit", _("Audit log"), icon="history", url="settings/audit/"),
    ]


def _own() -> list[Page]:
    return [
        _page("notifications", _("Notifications"), icon="bell", url="settings/notifications/"),
        _page("operations", _("Changes to many records"), icon="history", url="operations/"),
        _page("tokens", _("API tokens"), icon="key", url="settings/tokens/"),
    ]
