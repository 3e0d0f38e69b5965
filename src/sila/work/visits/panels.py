"""A visit's page: the way to its page for the spot, and when somebody was there."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.timeline import VERBS
from sila.platform.kit.dates import format_time
from sila.work.models import Activity
from sila.work.visits.models import VisitCheck

SHOWN = 3


def on_the_spot(visit: Activity, context: Context) -> list[dict[str, Any]]:
    checks = VisitCheck.objects.filter(visit_id=visit.id).order_by("-arrived_at")[:SHOWN]
    url = f"/w/{context.reader.slug}/visit-plan/{visit.id}/"
    items = [{"title": _("Open for the spot"), "icon": "map-pin-check", "url": url, "hint": ""}]
    items += [
        {"title": _said(check, context), "icon": "clock", "url": url, "hint": _span(check, context)}
        for check in checks
    ]
    return [{"key": "checks", "label": _("On the spot"), "icon": "map-pin", "items": items}]


def _said(check: VisitCheck, context: Context) -> str:
    return str(check.get_outcome_display()) if check.outcome else _("There now")


def _span(check: VisitCheck, context: Context) -> str:
    reader = context.reader
    moments = [check.arrived_at, *([check.left_at] if check.left_at else [])]
    times = "–".join(format_time(each.astimezone(reader.tz), digits=reader.digits) for each in moments)
    return f"{reader.day(check.arrived_at.astimezone(reader.tz).date())} · {times}"


def links(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """Over the lists of what can be planned and missed."""
    base, found = f"/w/{actor.workspace.slug}/", []
    if entity.slug == "visits":
        found.append({"label": _("Visit plan"), "url": f"{base}visit-plan/", "icon": "route"})
    if entity.slug in ("visits", "tasks", "calls"):
        found.append({"label": _("Missed follow-ups"), "url": f"{base}missed/", "icon": "clock-exclamation"})
    return found


def palette_commands(actor: Actor) -> list[dict[str, Any]]:
    base = f"/w/{actor.workspace.slug}/"
    return [
        {
            "title": _("Missed follow-ups"),
            "url": f"{base}missed/",
            "icon": "clock-exclamation",
            "words": "missed overdue follow-up late forgotten متابعات فائتة متأخرة منسية",
        },
    ]


def nav_items(actor: Actor) -> list[dict[str, Any]]:
    if not actor.can("visits", "view"):
        return []
    return [
        {
            "label": _("Visit plan"),
            "url": f"/w/{actor.workspace.slug}/visit-plan/",
            "icon": "route",
            "words": "visits route plan day زيارات خطة مسار جولة",
        }
    ]


VERBS["checked_in"] = (gettext_lazy("was there"), "map-pin-check")  # icon
VERBS["checked_out"] = (gettext_lazy("said what came of this"), "door-exit")  # icon
extensions.list_links.append(links)
extensions.palette_commands.append(palette_commands)
extensions.nav_items.append(nav_items)
