"""From quotes and orders to invoices: one draft after the other, until all is billed, and never more than was ordered.

Counted as billed is what stands on invoices that were issued, less what credit notes took back: that can be billed anew.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit.lines import half_up
from sila.platform.kit.numbers import plain_number
from sila.sales.invoices.models import Invoice, InvoiceLine
from sila.sales.invoices.rules import SLUG, WORK
from sila.sales.lines.keeping import COPIED
from sila.sales.lines.limits import Agreed
from sila.sales.lines.models import Priced, PricedLine
from sila.sales.lines.summing import sum_up
from sila.sales.orders.actions import agreed_with as agreed_in_quote
from sila.sales.orders.actions import order_of
from sila.sales.orders.models import OrderLine, SalesOrder
from sila.sales.orders.rules import WORK as ORDERS
from sila.sales.orders.rules import settle_up
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import lines_of as lines_of_quote

Status, Kind = Invoice.Status, Invoice.Kind
SMALLEST = Decimal("0.001")  # of a quantity


# ---- drafts --------------------------------------------------------------------------------------------
@transaction.atomic
def bill(quote: Quote, *, by: Actor) -> Invoice:
    """A draft of an invoice for an accepted quote, once; where there is an order, of what is still open of that. Raises
    NotAllowed, Invalid."""
    quote = records.get(registry["quotes"], quote.id, by=by, lock=True)
    if not by.can(SLUG, "create"):
        raise NotAllowed
    if quote.status != Quote.Status.ACCEPTED:
        raise Invalid({"": _("Only a quote that was accepted is billed.")})
    if (order := order_of(quote)) is not None:
        return bill_order(order, by=by)
    if Invoice.objects.filter(quote_id=quote.id, deleted_at=None, kind=Kind.INVOICE).exists():
        raise Invalid({"": _("There is an invoice for this quote already.")})
    return drawn_up(quote, lines_of_quote(quote), by, quote_id=quote.id)


@transaction.atomic
def bill_order(order: SalesOrder, *, by: Actor, part: Any = None) -> Invoice:
    """A draft of what is not billed yet, or of so many percent of each line; quantities can still be changed there. Raises
    NotAllowed, Invalid."""
    order = records.get(ORDERS.noun, order.id, by=by, lock=True)
    if not by.can(SLUG, "create"):
        raise NotAllowed
    if not order.is_running:
        raise Invalid({"": _("Only a confirmed order that is not billed yet is billed.")})
    if order.invoices.filter(deleted_at=None, status=Status.DRAFT, kind=Kind.INVOICE).exists():
        raise Invalid({"": _("There is a draft of an invoice for this order already.")})
    draft = Invoice(**order.taken_over())
    lines = _parts(ORDERS.lines_of(order), _percent(part))
    draft.discount_sum = _off(order, lines) or None
    sum_up(draft, lines)
    return drawn_up(draft, lines, by, "order_line_id", sales_order_id=order.id, quote_id=order.quote_id)


def _percent(part: Any) -> Decimal:
    percent = Decimal(100) if part in (None, "") else Decimal(str(part))
    if not 0 < percent <= 100:
        raise Invalid({"part": _("A part lies between 0 and 100 %.")})
    return percent


def _parts(lines: Sequence[OrderLine], percent: Decimal) -> list[InvoiceLine]:
    made = []
    for line in lines:
        if quantity := part_of(line.quantity, line.unbilled, percent):
            columns = {name: getattr(line, name) for name in COPIED}
            made.append(
                InvoiceLine(
                    **columns | {"quantity": quantity, "share": share_of(line, quantity)},
                    order_line_id=line.id,
                )
            )
    if not made:
        raise Invalid({"part": _("This is less than the smallest quantity.")})
    return made


def _off(order: SalesOrder, lines: Sequence[InvoiceLine]) -> int:
    """Of the discount on the whole order: with the last part all that is left of it."""
    taken = {line.order_line_id: line.quantity for line in lines}
    if all(line.unbilled == taken.get(line.id, 0) for line in ORDERS.lines_of(order)):
        return max((order.discount_sum or 0) - _came_to(order, "discount_sum"), 0)
    return sum(line.share for line in lines)


def share_of(line: OrderLine, quantity: Decimal) -> int:
    """Of the discount on the whole order what goes with so much more of this line; all parts together take all of it."""
    before, after = (
        half_up(Fraction(line.share) * Fraction(billed) / Fraction(line.quantity))
        for billed in (line.billed, line.billed + quantity)
    )
    return after - before


def part_of(ordered: Decimal, left: Decimal, percent: Decimal) -> Decimal:
    """So much of what was ordered, at most what is left: the last part takes what rounding has left."""
    return min((ordered * percent / 100).quantize(SMALLEST, ROUND_HALF_UP), left)


def drawn_up(paper: Priced, lines: Sequence[PricedLine], by: Actor, *more: str, **columns: Any) -> Invoice:
    """A draft with the same customer, prices and lines; `more` names columns of lines that are taken over as well."""
    made: Invoice = records.create(WORK.noun, {"name": paper.name}, by=by, **paper.taken_over(), **columns)
    WORK.take_lines(made, lines, *more)
    return made


# ---- what is billed ------------------------------------------------------------------------------------
def order_behind(invoice: Invoice) -> SalesOrder | None:
    """Of which an invoice bills a part, or a note takes one back; locked."""
    order_id = (
        invoice.credits.sales_order_id if invoice.is_credit and invoice.credits_id else invoice.sales_order_id
    )
    return records.locked(SalesOrder.objects.filter(id=order_id)).first() if order_id else None


def agreed_with(invoice: Invoice, order: SalesOrder | None) -> Agreed:
    """The order or the quote that an invoice follows from, and its lines."""
    return (order, ORDERS.lines_of(order)) if order is not None else agreed_in_quote(invoice.quote_id)


def refuse_too_much(invoice: Invoice, order: SalesOrder) -> None:
    """Raises Invalid where an invoice would bill more than is open of its order."""
    asked: dict[UUID, Decimal] = {}
    for line in WORK.lines_of(invoice):
        if line.order_line_id:
            asked[line.order_line_id] = asked.get(line.order_line_id, Decimal(0)) + line.quantity
    for line in ORDERS.lines_of(order):
        if asked.get(line.id, 0) > line.unbilled:
            told = {"name": line.name, "quantity": plain_number(line.unbilled)}
            raise Invalid({"": _("Of %(name)s only %(quantity)s are still to bill.") % told})


def count_billed(order: SalesOrder, number: str, *, by: Actor) -> None:
    """After an invoice or a note of it was issued. The order follows, whoever may see it."""
    lines = ORDERS.lines_of(order)
    billed = _billed(order)
    for line in lines:
        line.billed = max(billed.get(line.id, Decimal(0)), Decimal(0))
    OrderLine.objects.bulk_update(lines, ["billed"])
    sums = _came_to(order, "net")
    changes = {"billed": order.billed} if order.billed != sums else {}
    order.billed = sums
    changes |= settle_up(order, by)
    everyone = by.with_all_rights(by.via)
    records.save_changed(ORDERS.noun, order, changes, by=everyone, kind="order_billed", text=number)


def _billed(order: SalesOrder) -> dict[UUID, Decimal]:
    """Quantity by line: of invoices, less that of notes."""
    lines = InvoiceLine.objects.filter(
        order_line__sales_order_id=order.id, deleted_at=None, invoice__deleted_at=None
    )
    credit = Q(invoice__kind=Kind.CREDIT)
    counted = lines.exclude(invoice__status=Status.DRAFT).order_by().values_list("order_line_id")
    summed = counted.annotate(came=Sum("quantity", filter=~credit), went=Sum("quantity", filter=credit))
    return {line: (came or Decimal(0)) - (went or Decimal(0)) for line, came, went in summed}


def _came_to(order: SalesOrder, column: str) -> int:
    """Of invoices, less that of notes."""
    of_order = Q(sales_order_id=order.id) | Q(credits__sales_order_id=order.id)
    issued = Invoice.objects.filter(of_order, deleted_at=None).exclude(status=Status.DRAFT)
    credit = Q(kind=Kind.CREDIT)
    sums = issued.aggregate(came=Sum(column, filter=~credit), went=Sum(column, filter=credit))
    return int((sums["came"] or 0) - (sums["went"] or 0))
