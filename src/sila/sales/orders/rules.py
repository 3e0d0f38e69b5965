"""What follows from the fields of an order and of its lines, and what no door lets through."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.platform.kit.lines import half_up
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import PricedLine
from sila.sales.lines.summing import SAID_OF_ALL, begin_with_deal
from sila.sales.orders.models import OrderLine, SalesOrder
from sila.sales.rules import today

SLUG, SLUG_OF_LINES = "orders", "order-lines"
SAID = (*SAID_OF_ALL, "ordered_on", "terms")
Status = SalesOrder.Status


# ---- the order -----------------------------------------------------------------------------------------
def derive(order: SalesOrder, changes: Changes, by: Actor) -> None:
    order.name_fold = fold(order.name)[:200]
    if order._state.adding:
        begin_with_deal(order)
        order.ordered_on = order.ordered_on or today(by)
    if order.ordered_on and order.wanted_on and order.wanted_on < order.ordered_on:
        raise Invalid({"wanted_on": _("This lies before the order.")})


def keep_what_was_confirmed(order: SalesOrder, changes: Changes, by: Actor) -> None:
    """Both sides count on it. Its owner, the wanted day and the customer's number may still change."""
    if order._state.adding or changes.get("status", order.status) == Status.DRAFT:
        return
    if touched := [name for name in SAID if name in changes]:
        raise Invalid({touched[0]: confirmed_already()})


def confirmed_already() -> str:
    return _("This order is confirmed. Open it again to change it.")


# ---- its lines -----------------------------------------------------------------------------------------
def may_change_lines(order: SalesOrder, line: PricedLine | None, by: Actor) -> None:
    """Only those of a draft. A file may bring along the lines of an order from elsewhere, before it is billed here."""
    if order.is_draft:
        return
    brought = by.via in ("import", "demo") and line is not None and line._state.adding
    if not brought or order.invoices.exists():
        raise Invalid({"": confirmed_already()})


def unbilled_of(lines: Sequence[OrderLine]) -> int:
    """What is not on an invoice yet, before tax, in minor units."""
    return sum(
        half_up(Fraction(line.net) * Fraction(line.unbilled) / Fraction(line.quantity)) for line in lines
    )


def settle_up(order: SalesOrder, by: Actor) -> Changes:
    """What is still to bill, and whether all of it is billed, of an order that counts; gives the old values."""
    if order.status not in (Status.CONFIRMED, Status.BILLED):
        return {}
    lines = WORK.lines_of(order)
    before = {"unbilled": order.unbilled, "status": order.status}
    order.unbilled = unbilled_of(lines)
    whole = bool(lines) and not any(line.unbilled for line in lines)
    order.status = Status.BILLED if whole else Status.CONFIRMED
    return {name: old for name, old in before.items() if old != getattr(order, name)}


WORK = Paperwork(
    *(SLUG, SLUG_OF_LINES, OrderLine, "sales_order", "order", may_change_lines),
    follow=settle_up,
    agreed=lambda order: order.quote_id is not None,
)
lines_of = WORK.lines_of
