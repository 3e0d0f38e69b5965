"""What the page of an order shows beside its fields, and orders on the pages of quotes, customers and deals."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.sales.lines.showing import may_print, number, panel_of, papers_of, rows, sums
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import WORK

LINKS = {
    "people": "party",
    "organizations": "party",
    "groups": "party",
    "opportunities": "opportunity",
    "quotes": "quote",
}


def sheet(order: SalesOrder, context: Context) -> dict[str, Any]:
    """The lines; of an order that counts, how much of each is billed."""
    may_edit = context.actor.may("orders", "edit", order)
    base = f"/w/{context.reader.slug}/order/{order.id}/"
    lines = WORK.lines_of(order)
    shown = rows(lines, context, WORK.line_noun)
    if not order.is_draft:
        for row, line in zip(shown, lines, strict=True):
            row["billed"] = number(line.billed, context.reader)
    return {
        "template": "sales/_lines.html",
        "lines": shown,
        "sums": sums(order, context, registry["orders"]),
        "tax_included": order.tax_included,
        "counts_billed": not order.is_draft,
        "edit_url": f"{base}lines" if may_edit and order.is_draft else "",
        "pdf_url": f"{base}pdf" if may_print(WORK.noun, WORK.line_noun, context) else "",
    }


def flags(order: SalesOrder, context: Context) -> list[dict[str, Any]]:
    today = context.reader.today
    if order.is_running and order.wanted_on and order.wanted_on < today:
        days = (today - order.wanted_on).days
        text = ngettext("Wanted %(days)d day ago.", "Wanted %(days)d days ago.", days)
        return [{"kind": "warn", "text": text % {"days": days}}]
    if order.status == SalesOrder.Status.CANCELLED:
        said = _("This order was cancelled: %(reason)s") % {"reason": order.cancel_reason}
        return [{"kind": "info", "text": said if order.cancel_reason else _("This order was cancelled.")}]
    return []


def panels(order: SalesOrder, context: Context) -> list[dict[str, Any]]:
    """Its invoices."""
    noun = registry["invoices"]
    if not context.actor.can("invoices", "view"):
        return []
    states = noun.model.Status  # type: ignore[attr-defined]
    items = papers_of(noun, "sales_order", order.id, context, states=states)
    return [panel_of(noun, "sales_order", order.id, items, context)] if items else []


def orders_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """The orders of a quote, a customer, a deal."""
    link = LINKS.get(entity.slug)
    if link is None or not record.told.get("orders") or not context.actor.can("orders", "view"):
        return []
    items = papers_of(WORK.noun, link, record.id, context, states=SalesOrder.Status)
    return [panel_of(WORK.noun, link, record.id, items, context)] if items else []


def has_orders(entity: Entity) -> Any:
    link = LINKS.get(entity.slug)
    return (
        Exists(SalesOrder.objects.filter(**{f"{link}_id": OuterRef("id")}, deleted_at=None)) if link else None
    )


VERBS.update(
    {
        "order_confirmed": (gettext_lazy("confirmed this order"), "circle-check"),
        "order_reopened": (gettext_lazy("opened this order again"), "lock-open"),
        "order_cancelled": (gettext_lazy("cancelled this order"), "ban"),
        "order_mailed": (gettext_lazy("mailed this order"), "mail"),
        "order_billed": (gettext_lazy("billed this order or a part of it"), "receipt"),
    }
)
extensions.marks["orders"] = has_orders
extensions.panels.append(orders_of)
