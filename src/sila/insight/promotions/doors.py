"""Where suggestions and promotions are reached besides their pages."""

from typing import Any

from django.utils.translation import gettext as _

from sila.insight.fitting.choosing import open_to
from sila.insight.promotions.rules import SLUG
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.registry import Entity


def link_over_lists(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    base = f"/w/{actor.workspace.slug}"
    if entity.slug == SLUG and actor.can("invoices", "view"):
        return [{"label": _("Promotions compared"), "url": f"{base}/promotions-compared", "icon": "scale"}]
    if entity.slug == "products" and open_to(actor):
        return [{"label": _("How well suggestions fit"), "url": f"{base}/fit", "icon": "bulb"}]
    return []


def palette_commands(actor: Actor) -> list[dict[str, Any]]:
    if not open_to(actor):
        return []
    base = f"/w/{actor.workspace.slug}"
    found = [
        {
            "title": _("How well suggestions fit"),
            "url": f"{base}/fit",
            "icon": "bulb",
            "words": "cross-sell upsell recommendation products بيع متقاطع اقتراحات منتجات مناسبة",
        }
    ]
    if actor.can(SLUG, "view"):
        found.append(
            {
                "title": _("Promotions compared"),
                "url": f"{base}/promotions-compared",
                "icon": "scale",
                "words": "promotion uplift control campaign effect عروض ترويجية أثر مجموعة ضابطة",
            }
        )
    return found


extensions.list_links.append(link_over_lists)
extensions.palette_commands.append(palette_commands)
