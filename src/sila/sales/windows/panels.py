"""What the page of an incumbent contract shows beside its fields, and such contracts on other pages."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import NAMING, VERBS
from sila.platform.entities.views.records import add_label
from sila.platform.kit.text import isolate
from sila.sales.models import Stage
from sila.sales.windows.models import IncumbentContract, WindowDeal
from sila.sales.windows.rules import SLUG

SHOWN = 5
DEALS = "opportunities"
LINKS = ("people", "organizations", "groups")


def panels(incumbent: IncumbentContract, context: Context) -> list[dict[str, Any]]:
    """The deals that were made of it, each for its window."""
    if not context.actor.can(DEALS, "view"):
        return []
    deals, reader = registry[DEALS], context.reader
    rows = list(WindowDeal.objects.filter(incumbent_id=incumbent.id).order_by("-id")[:SHOWN])
    if not rows:
        return []
    seen = {
        deal.id: deal
        for deal in deals.visible_to(context.actor).filter(id__in=[r.opportunity_id for r in rows])
    }
    items = [
        {
            "title": seen[row.opportunity_id].name,
            "icon": deals.icon,
            "url": deals.url(reader.slug, row.opportunity_id),
            "hint": " · ".join(
                (
                    str(Stage.Category(seen[row.opportunity_id].category).label),
                    _("window to %(day)s") % {"day": reader.day(row.last_day)},
                )
            ),
        }
        for row in rows
        if row.opportunity_id in seen
    ]
    return (
        [{"key": "window-deals", "label": deals.plural, "icon": deals.icon, "items": items}] if items else []
    )


def flags(incumbent: IncumbentContract, context: Context) -> list[dict[str, Any]]:
    """Whether the window is open, and how much of it is left."""
    reader, last, opens = context.reader, incumbent.notice_by, incumbent.opens_on
    if last is None or opens is None:
        return [{"kind": "info", "text": _("When it ends is not known yet: find it out.")}]
    left = (last - reader.today).days
    shown = isolate(reader.day(last, calendar=reader.calendar))
    if left < 0:
        return [{"kind": "info", "text": _("The window closed on %(day)s.") % {"day": shown}}]
    if opens > reader.today:
        return []
    text = ngettext(
        "The window is open until %(day)s: %(count)d day is left.",
        "The window is open until %(day)s: %(count)d days are left.",
        left,
    )
    return [{"kind": "warn", "text": text % {"day": shown, "count": left}}]


def incumbents_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """What a customer has with others; and the contract that a deal is to take over."""
    if not context.actor.can(SLUG, "view") or entity.slug not in (*LINKS, DEALS):
        return []
    if not record.told.get("incumbents"):
        return []
    noun, reader = registry[SLUG], context.reader
    mine = {"deals__opportunity_id": record.id} if entity.slug == DEALS else {"party_id": record.id}
    rows = (
        noun.visible_to(context.actor).filter(**mine).select_related("competitor").order_by("notice_by", "id")
    )
    found = list(rows[: SHOWN + 1])
    if not found:
        return []
    base = noun.url(reader.slug)
    may_add = entity.slug != DEALS and context.actor.can(SLUG, "create")
    return [
        {
            "key": SLUG,
            "label": noun.plural,
            "icon": noun.icon,
            "count": f"{SHOWN}+" if len(found) > SHOWN else str(len(found)),
            "url": f"{base}?f=party:any:{record.id}" if entity.slug != DEALS else "",
            "add_url": f"{base}new?party={record.id}" if may_add else "",
            "add_label": add_label(noun, noun.plural, []),
            "items": [_item(row, noun, context) for row in found[:SHOWN]],
        }
    ]


def _item(row: IncumbentContract, noun: Entity, context: Context) -> dict[str, Any]:
    reader, fields = context.reader, noun.readable(context.actor)
    rival = row.competitor.name if "competitor" in fields else ""
    days = row.opens_on and row.notice_by and {"opens_on", "notice_by"} <= fields.keys()
    span = f"{reader.day(row.opens_on)} – {reader.day(row.notice_by)}" if days else ""
    return {
        "title": row.name,
        "icon": noun.icon,
        "url": noun.url(reader.slug, row.id),
        "hint": " · ".join(filter(None, (rival, span))),
    }


def has_incumbents(entity: Entity) -> Any:
    if entity.slug == DEALS:
        return Exists(WindowDeal.objects.filter(opportunity_id=OuterRef("id")))
    if entity.slug in LINKS:
        return Exists(IncumbentContract.objects.filter(party_id=OuterRef("id"), deleted_at=None))
    return None


VERBS["window_deal"] = (gettext_lazy("made a deal of this"), "target")  # icon
NAMING["window_deal"] = DEALS
extensions.marks["incumbents"] = has_incumbents
extensions.panels.append(incumbents_of)
