"""Verbs of orders: place one from a quote, confirm, open again, cancel. How it is billed stands in invoices/billing.py."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.deal_lines.actions import begun_from
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.lines.limits import Agreed, Guard
from sila.sales.lines.models import PricedLine
from sila.sales.models import Opportunity
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import SLUG, WORK, unbilled_of
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import lines_of as lines_of_quote

Status = SalesOrder.Status
LIMITS = Guard(WORK, ":orders")
set_lines = WORK.set_lines


@transaction.atomic
def place(quote: Quote, *, by: Actor) -> SalesOrder:
    """The order that follows from an accepted quote, once. The customer has said yes, so it is confirmed. Raises NotAllowed,
    Invalid."""
    quote = records.get(registry["quotes"], quote.id, by=by, lock=True)
    if not by.can(SLUG, "create"):
        raise NotAllowed
    if quote.status != Quote.Status.ACCEPTED:
        raise Invalid({"": _("Only a quote that was accepted becomes an order.")})
    if order_of(quote) is not None:
        raise Invalid({"": _("There is an order for this quote already.")})
    if quote.invoices.filter(deleted_at=None).exists():
        raise Invalid({"": _("This quote was billed without an order.")})
    _must_not_be_ordered_without(quote)
    order: SalesOrder = records.create(
        WORK.noun, {"name": quote.name}, by=by, **quote.taken_over(), quote_id=quote.id
    )
    WORK.take_lines(order, lines_of_quote(quote))
    return _confirm(order, by)


@transaction.atomic
def order_deal(deal: Opportunity, *, by: Actor) -> SalesOrder:
    """A draft of an order for the products of a deal, once, where nobody offered them in a quote before. Raises NotAllowed,
    Invalid."""
    # Of two who press at once the second finds the first's.
    deal = records.get(DEALS.noun, deal.id, by=by, lock=True)
    if not by.can(SLUG, "create"):
        raise NotAllowed
    lines = DEALS.lines_of(deal)
    _must_be_orderable(deal, lines)
    order: SalesOrder = records.create(WORK.noun, {"name": deal.name}, by=by, **begun_from(deal, lines))
    WORK.take_lines(order, lines)
    return order


def _must_be_orderable(deal: Opportunity, lines: Sequence[PricedLine]) -> None:
    if deal.is_lost:
        raise Invalid({"": _("This deal was lost: nothing is ordered.")})
    if not lines:
        raise Invalid({"": _("There are no products in this deal yet.")})
    if deal.quotes.filter(deleted_at=None, status=Quote.Status.ACCEPTED).exists():
        raise Invalid({"": _("The customer has accepted a quote for this deal: make the order from that.")})
    if _orders_of(deal.id).exists():
        raise Invalid({"": _("There is an order for this deal already.")})


def _must_not_be_ordered_without(quote: Quote) -> None:
    """Of one who orders the deal and one who orders its quote, the second finds what the first made."""
    if quote.opportunity_id is None:
        return
    records.locked(Opportunity.objects.filter(id=quote.opportunity_id)).first()
    if _orders_of(quote.opportunity_id).filter(quote_id__isnull=True).exists():
        raise Invalid(
            {"": _("The products of this deal were ordered without a quote: cancel that order first.")}
        )


def _orders_of(deal: UUID) -> QuerySet[SalesOrder]:
    return SalesOrder.objects.filter(opportunity_id=deal, deleted_at=None).exclude(status=Status.CANCELLED)


def order_of(quote: Quote) -> SalesOrder | None:
    found = SalesOrder.objects.filter(quote_id=quote.id, deleted_at=None).exclude(status=Status.CANCELLED)
    return found.first()


def agreed_with(quote_id: UUID | None) -> Agreed:
    """The quote that a document follows from, and its lines."""
    quote = Quote.objects.filter(id=quote_id).first() if quote_id else None
    return quote, lines_of_quote(quote) if quote else []


@transaction.atomic
def confirm(order: SalesOrder, *, by: Actor) -> SalesOrder:
    order = _changeable(order, by)
    if not order.is_draft:
        raise Invalid({"": _("This order was confirmed already.")})
    if order.party_id is None:
        raise Invalid({"party": _("Say who the customer is before you confirm it.")})
    if not WORK.lines_of(order):
        raise Invalid({"": _("There is nothing on this order yet.")})
    LIMITS.want_approval(order, by, agreed=partial(agreed_with, order.quote_id))
    return _confirm(order, by)


def _confirm(order: SalesOrder, by: Actor) -> SalesOrder:
    unbilled = unbilled_of(WORK.lines_of(order))
    _enter(order, Status.CONFIRMED, "order_confirmed", by, confirmed_at=clock.now(), unbilled=unbilled)
    return order


@transaction.atomic
def reopen(order: SalesOrder, *, by: Actor) -> SalesOrder:
    """A draft again, as long as nothing of it is on an invoice."""
    order = _changeable(order, by)
    if order.is_draft:
        raise Invalid({"": _("This is a draft: change it as it is.")})
    _must_be_on_no_invoice(order)
    _enter(order, Status.DRAFT, "order_reopened", by, confirmed_at=None, unbilled=0, cancel_reason="")
    return order


@transaction.atomic
def cancel(order: SalesOrder, *, by: Actor, reason: str = "") -> SalesOrder:
    """What is not billed will not be; what is billed stays."""
    order = _changeable(order, by)
    if order.status in (Status.CANCELLED, Status.BILLED):
        raise Invalid({"": _("There is nothing left of this order to cancel.")})
    _must_have_no_draft(order)
    _enter(
        order,
        Status.CANCELLED,
        "order_cancelled",
        by,
        unbilled=0,
        cancel_reason=reason[:300],
        text=reason[:300],
    )
    return order


def keep_billed(order: SalesOrder, by: Actor) -> None:
    """On the way into the trash: an order that invoices speak of stays."""
    if order.deleted_at is not None:
        _must_be_on_no_invoice(order)


def _must_be_on_no_invoice(order: SalesOrder) -> None:
    if order.invoices.filter(deleted_at=None).exists():
        raise Invalid({"": _("There are invoices for this order.")})


def _must_have_no_draft(order: SalesOrder) -> None:
    if order.invoices.filter(deleted_at=None, status="draft").exists():
        raise Invalid(
            {"": _("There is a draft of an invoice for this order: issue it or throw it away first.")}
        )


def _changeable(order: SalesOrder, by: Actor) -> SalesOrder:
    now: SalesOrder = records.unmoved(registry[SLUG], order, by=by)
    return now


def _enter(order: SalesOrder, status: str, kind: str, by: Actor, *, text: str = "", **columns: Any) -> None:
    told = {"text": text} if text else {}
    records.enter(registry[SLUG], order, {"status": status, **columns}, by=by, kind=kind, **told)
