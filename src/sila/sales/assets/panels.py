"""What the pages of assets and plans show beside their fields, and assets on the pages of customers and orders."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.platform.entities.views.records import add_label
from sila.sales.assets.models import Asset, MaintenancePlan, MaintenanceVisit, WarrantyClaim
from sila.sales.assets.rules import Coverage, cover_of
from sila.sales.lines.showing import SHOWN, number
from sila.sales.orders.models import OrderLine
from sila.work.models import Activity

NOUNS = ("people", "organizations", "groups")


# ---- an asset ------------------------------------------------------------------------------------------
def flags(asset: Asset, context: Context) -> list[dict[str, Any]]:
    """Whether its warranty holds today."""
    cover, reader = cover_of(asset, context.reader.today), context.reader
    if not {"warranty_until", "term"} <= registry["assets"].readable(context.actor).keys():
        return []
    if cover.until is None:
        return [{"kind": "info", "text": _("There is no warranty for it.")}]
    until = reader.day(cover.until)
    if cover.holds:
        said = {
            Coverage.FULL: _("Under warranty until %(day)s."),
            Coverage.PARTS: _("Parts are under warranty until %(day)s."),
        }
        text = said.get(Coverage(cover.state), _("Labour is under warranty until %(day)s."))
        return [{"kind": "info", "text": text % {"day": until}}]
    if cover.state == Coverage.EARLY and asset.warranty_from:
        return [
            {
                "kind": "info",
                "text": _("Its warranty begins on %(day)s.") % {"day": reader.day(asset.warranty_from)},
            }
        ]
    return [{"kind": "warn", "text": _("Its warranty ended on %(day)s.") % {"day": until}}]


def panels(asset: Asset, context: Context) -> list[dict[str, Any]]:
    """Its claims and its maintenance."""
    hanging = (("warranty-claims", _claim), ("maintenance-plans", _plan))
    return [_hanging(slug, asset, context, item) for slug, item in hanging if context.actor.can(slug, "view")]


def _hanging(slug: str, asset: Asset, context: Context, item: Any) -> dict[str, Any]:
    noun = registry[slug]
    found = noun.visible_to(context.actor).filter(asset_id=asset.id).order_by("-id")[: SHOWN + 1]
    rows = list(found)
    shown: dict[str, Any] = {
        "key": slug,
        "label": noun.plural,
        "icon": noun.icon,
        "count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows) or ""),
        "url": f"{noun.url(context.reader.slug)}?f=asset:any:{asset.id}",
        "items": [item(row, noun, context) for row in rows[:SHOWN]],
    }
    if context.actor.can(slug, "create"):
        shown["add_url"] = noun.url(context.reader.slug, tail=f"new?{urlencode({'asset': asset.id})}")
        shown["add_label"] = add_label(noun, noun.plural, [])
    return shown


def _claim(claim: WarrantyClaim, noun: Entity, context: Context) -> dict[str, Any]:
    return {
        "title": claim.name,
        "url": noun.url(context.reader.slug, claim.id),
        "icon": noun.icon,
        "hint": " · ".join((claim.number, claim.get_status_display())),
    }


def _plan(plan: MaintenancePlan, noun: Entity, context: Context) -> dict[str, Any]:
    due = _("next on %(day)s") % {"day": context.reader.day(plan.next_due)} if plan.next_due else _("over")
    return {
        "title": plan.name,
        "url": noun.url(context.reader.slug, plan.id),
        "icon": noun.icon,
        "hint": due,
    }


# ---- a plan --------------------------------------------------------------------------------------------
def plan_flags(plan: MaintenancePlan, context: Context) -> list[dict[str, Any]]:
    if plan.asset.deleted_at is not None or plan.asset.status != Asset.Status.IN_USE:
        return [{"kind": "warn", "text": _("Its asset is out of use: no visits are planned.")}]
    if plan.owner_id is None:
        return [{"kind": "warn", "text": _("Nobody owns this plan: its visits stand in nobody’s calendar.")}]
    return []


def plan_panels(plan: MaintenancePlan, context: Context) -> list[dict[str, Any]]:
    """The visits that it planned, with what came of them."""
    noun = registry["visits"]
    if not context.actor.can("visits", "view"):
        return []
    planned = MaintenanceVisit.objects.filter(plan_id=plan.id).order_by("-due_on")[: 2 * SHOWN]
    days = {row.activity_id: row.due_on for row in planned}
    seen = {visit.id: visit for visit in noun.visible_to(context.actor).filter(id__in=days)} if days else {}
    items = [
        {
            "title": context.reader.day(day),
            "url": noun.url(context.reader.slug, key),
            "icon": "circle-check" if seen[key].status == Activity.Status.DONE else noun.icon,
            "hint": " · ".join(filter(None, (seen[key].get_status_display(), seen[key].outcome[:80]))),
        }
        for key, day in days.items()
        if key in seen
    ]
    return [{"key": "visits", "label": noun.plural, "icon": noun.icon, "items": items}] if items else []


# ---- on other pages ------------------------------------------------------------------------------------
def assets_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """What a customer owns of us."""
    if entity.slug not in NOUNS or not context.actor.can("assets", "view") or not record.told.get("assets"):
        return []
    noun = registry["assets"]
    rows = list(noun.visible_to(context.actor).filter(party_id=record.id).order_by("-id")[: SHOWN + 1])
    if not rows:
        return []
    return [
        {
            "key": "assets",
            "label": noun.plural,
            "icon": noun.icon,
            "count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows)),
            "url": f"{noun.url(context.reader.slug)}?f=party:any:{record.id}",
            "items": [
                {
                    "title": asset.name,
                    "url": noun.url(context.reader.slug, asset.id),
                    "icon": noun.icon,
                    "hint": " · ".join(filter(None, (asset.serial, _until(asset, context)))),
                }
                for asset in rows[:SHOWN]
            ],
        }
    ]


def _until(asset: Asset, context: Context) -> str:
    if asset.warranty_until is None:
        return ""
    return _("warranty until %(day)s") % {"day": context.reader.day(asset.warranty_until)}


def has_assets(entity: Entity) -> Any:
    if entity.slug not in NOUNS:
        return None
    return Exists(Asset.objects.filter(party_id=OuterRef("id"), deleted_at=None))


def of_order(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """The lines of goods of an order, with how many of them are registered: a line's page registers more."""
    if entity.slug != "orders" or record.is_draft or not context.actor.can("assets", "view"):
        return []
    noun, lines = registry["assets"], registry["order-lines"]
    living = Count("assets", filter=Q(assets__deleted_at=None))
    goods = OrderLine.objects.filter(sales_order_id=record.id, deleted_at=None, product__kind="goods")
    rows = goods.annotate(registered=living).order_by("order", "id")[: 4 * SHOWN]
    told = _("%(registered)s of %(ordered)s registered")
    items = [
        {
            "title": line.name,
            "url": lines.url(context.reader.slug, line.id),
            "icon": "package",
            "hint": told % {"registered": line.registered, "ordered": number(line.in_base, context.reader)},
        }
        for line in rows
    ]
    url = f"{noun.url(context.reader.slug)}?f=sales_order:any:{record.id}"
    return (
        [{"key": "assets", "label": noun.plural, "icon": noun.icon, "url": url, "items": items}]
        if items
        else []
    )


VERBS.update(
    {
        "claim_approved": (gettext_lazy("approved this claim"), "circle-check"),
        "claim_refused": (gettext_lazy("refused this claim"), "circle-x"),
        "claim_ordered": (gettext_lazy("ordered a replacement for this claim"), "shopping-cart"),
        "claim_settled": (gettext_lazy("settled this claim"), "checks"),
        "claim_reopened": (gettext_lazy("opened this claim again"), "lock-open"),
        "maintenance_planned": (gettext_lazy("planned a maintenance visit"), "calendar-plus"),
    }
)
extensions.marks["assets"] = has_assets
extensions.panels.append(assets_of)
extensions.panels.append(of_order)
