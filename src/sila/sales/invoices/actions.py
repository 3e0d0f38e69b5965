"""Verbs of invoices: issue, credit, take a payment. How a draft comes from a quote or an order stands in billing.py."""

from collections import defaultdict
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.money import CURRENCIES
from sila.platform.kit.numbers import plain_number
from sila.sales.invoices.billing import agreed_with, count_billed, drawn_up, order_behind, refuse_too_much
from sila.sales.invoices.models import Invoice, Payment
from sila.sales.invoices.rules import ISSUED, SLUG, WORK, number_of, settle_up
from sila.sales.lines.limits import Guard
from sila.sales.lines.showing import plain_amount
from sila.sales.rules import today

Status, Kind = Invoice.Status, Invoice.Kind
LIMITS = Guard(WORK, ":invoices")


@transaction.atomic
def issue(invoice: Invoice, *, by: Actor) -> Invoice:
    """It gets its number, and stands from here on. Raises NotAllowed, Stale, Invalid."""
    invoice = records.unmoved(registry[SLUG], invoice, by=by)
    if not invoice.is_draft:
        raise Invalid({"": _("This invoice was issued already.")})
    _must_be_whole(invoice)
    credited = _credited(invoice) if invoice.is_credit else None
    order = order_behind(invoice)
    if order is not None and not invoice.is_credit:
        refuse_too_much(invoice, order)
    if not invoice.is_credit:
        LIMITS.want_approval(invoice, by, agreed=partial(agreed_with, invoice, order))
    columns = {"status": Status.ISSUED, "issued_at": clock.now(), **_worth(invoice, by)}
    if invoice.is_credit:
        columns |= {"balance": 0, "status": Status.PAID}
    else:
        columns |= {"balance": invoice.total}
        if invoice.total == 0:
            columns |= {"status": Status.PAID, "settled_on": today(by)}
    if invoice.supplied_on is None:
        columns["supplied_on"] = today(by)
    number = number_of(invoice, by)
    records.enter(registry[SLUG], invoice, {**columns, "number": number}, by=by, kind=ISSUED, text=number)
    if credited is not None:
        everyone = by.with_all_rights(by.via)
        changes = settle_up(credited)
        records.save_changed(
            registry[SLUG], credited, changes, by=everyone, kind="invoice_credited", text=number
        )
    if order is not None:
        count_billed(order, number, by=by)
    return invoice


def _must_be_whole(invoice: Invoice) -> None:
    if invoice.party_id is None:
        raise Invalid({"party": _("Say who the customer is before you issue it.")})
    if not WORK.lines_of(invoice):
        raise Invalid({"": _("There is nothing on this invoice yet.")})
    if invoice.is_credit and not invoice.reason:
        raise Invalid({"reason": _("Say what the credit is for: it is printed on the note.")})


def _credited(note: Invoice) -> Invoice:
    """The invoice that a note takes back, locked; of it no more than there is."""
    invoice: Invoice = records.locked(Invoice.objects.filter(id=note.credits_id)).get()
    if note.total > invoice.total - invoice.credited:
        raise Invalid({"": _("This note would credit more than the invoice comes to.")})
    _refuse_more_than_was_invoiced(note, invoice)
    return invoice


def _refuse_more_than_was_invoiced(note: Invoice, invoice: Invoice) -> None:
    """Of each thing. A line that the invoice does not have, such as a price that is made lower, is bounded by the sum."""
    sold: dict[tuple[UUID | None, str], Decimal] = defaultdict(Decimal)
    for line in WORK.lines_of(invoice):
        sold[line.product_id, line.name] += line.in_base
    for line in WORK.lines_of(note):
        key = line.product_id, line.name
        if key in sold and line.in_base > sold[key]:
            told = {"name": line.name, "quantity": plain_number(sold[key] / line.factor)}
            raise Invalid({"": _("Of %(name)s only %(quantity)s were invoiced.") % told})


def _worth(invoice: Invoice, by: Actor) -> dict[str, Any]:
    """In the currency of the books, at the rate of the day. Without a rate it is left open, never guessed."""
    base, day = base_currency(), today(by)
    rates = rates_on(day, [invoice.currency])
    known = rates.known.get(invoice.currency)
    rate = 1 if invoice.currency == base else known.rate if known else None
    return {"base": base, "rate": rate, "base_total": rates.convert(invoice.total, invoice.currency)}


@transaction.atomic
def credit(invoice: Invoice, *, by: Actor, reason: str = "") -> Invoice:
    """A draft of a note over all of it; lines can be taken out or made smaller before it is issued."""
    invoice = records.unmoved(registry[SLUG], invoice, by=by)
    if invoice.is_draft or invoice.is_credit:
        raise Invalid({"": _("Only an invoice that was issued is credited.")})
    more = {"kind": Kind.CREDIT, "credits_id": invoice.id, "reason": reason[:300]}
    return drawn_up(invoice, WORK.lines_of(invoice), by, "order_line_id", **more)


@transaction.atomic
def pay(
    invoice: Invoice,
    *,
    by: Actor,
    amount: int | None = None,
    paid_on: Any = None,
    method: str = "",
    reference: str = "",
    direction: Payment.Direction = Payment.Direction.IN,
) -> Payment:
    """Note a payment, by default of all that is due. `amount` in minor units of the invoice's currency."""
    invoice = records.unmoved(registry[SLUG], invoice, by=by)
    moved = abs(invoice.balance) if amount is None else amount
    values = {
        "invoice": str(invoice.id),
        "direction": direction.value,
        "amount": plain_amount(moved, CURRENCIES[invoice.currency]),
        "paid_on": paid_on or today(by).isoformat(),
        "method": method or Payment.Method.TRANSFER.value,
        "name": reference,
    }
    payment: Payment = records.create(registry["payments"], values, by=by)
    return payment


def refund(invoice: Invoice, *, by: Actor, **given: Any) -> Payment:
    """Note what went back to the customer, by default all that we owe; `given` as of a payment."""
    return pay(invoice, by=by, direction=Payment.Direction.OUT, **given)
