"""Where the forecast is reached: over the list of deals, in the palette, and what the timeline says of it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.registry import Entity
from sila.platform.entities.timeline import VERBS

SLUG = "opportunities"


def link_over_lists(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    if entity.slug != SLUG or not actor.can(SLUG, "view"):
        return []
    return [{"label": _("Forecast"), "url": _url(actor), "icon": "chart-dots-2"}]


def palette_commands(actor: Actor) -> list[dict[str, Any]]:
    if not actor.can(SLUG, "view"):
        return []
    words = "forecast commit best case quarter prediction توقع المبيعات تنبؤ ربع"
    return [{"title": _("Forecast"), "url": _url(actor), "icon": "chart-dots-2", "words": words}]


def _url(actor: Actor) -> str:
    return f"/w/{actor.workspace.slug}/forecast"


VERBS["forecast adjusted"] = (gettext_lazy("adjusted the forecast"), "adjustments")
extensions.list_links.append(link_over_lists)
extensions.palette_commands.append(palette_commands)
