"""Invoices, credit notes, their lines, and payments."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Action, Entity, View, as_choices, register
from sila.platform.kit.money import CURRENCIES
from sila.sales.invoices import mailing
from sila.sales.invoices.actions import credit, issue, pay, refund
from sila.sales.invoices.models import Invoice, Payment
from sila.sales.invoices.panels import flags, panels, sheet
from sila.sales.invoices.rules import (
    WORK,
    count_payment,
    count_payments_anew,
    derive,
    keep_issued,
    keep_number,
    keep_what_was_issued,
    settle_credited,
    take_payment,
)
from sila.sales.lines.declaring import register_lines
from sila.sales.lines.mailing import FIELDS
from sila.sales.lines.showing import plain_amount
from sila.sales.lines.summing import PRICES, choose_prices
from sila.sales.partners.commission import follow_invoice

Status, Kind = Invoice.Status, Invoice.Kind
TONES = {"draft": "1", "issued": "3", "paid": "ok"}
UNPAID = ("status:any:issued",)


def is_draft(invoice: Any) -> bool:
    return bool(invoice.is_draft)


def is_due(invoice: Any) -> bool:
    return invoice.status == Status.ISSUED and not invoice.is_credit


def is_issued(invoice: Any) -> bool:
    return not invoice.is_draft and not invoice.is_credit


def is_owed(invoice: Any) -> bool:
    return bool(invoice.balance < 0)


def payment_form(invoice: Any, context: Any) -> dict[str, Any]:
    """All that is due or owed, today, as somebody would type it."""
    due = plain_amount(abs(invoice.balance), CURRENCIES[invoice.currency])
    return {
        "amount": due,
        "paid_on": context.reader.today.isoformat(),
        "method": Payment.Method.TRANSFER.value,
    }


PAYMENT = (
    Field("amount", KINDS["money"], _("Amount"), required=True, currency="currency"),
    Field("paid_on", KINDS["date"], _("Paid on")),
    Field(
        "method",
        KINDS["choice"],
        _("Way of payment"),
        choices=as_choices(Payment.Method.choices),
    ),
    Field("reference", KINDS["text"], _("Reference"), max_length=80),
)
invoices = register(
    Entity(
        model=Invoice,
        slug="invoices",
        icon="receipt",
        menu=_("Sales"),
        subtitle="number",
        told_apart=("number", "party", "status"),
        tended={"status": Status.DRAFT},
        tones={"status": TONES, "kind": {"credit": "warn"}},
        columns=("name", "number", "party", "status", "total", "balance", "due_on", "owner"),
        sections={
            pgettext_lazy("noun", "Invoice"): (
                "name",
                "number",
                "kind",
                "status",
                "party",
                "contact",
                "issued_at",
                "supplied_on",
                "due_on",
            ),
            _("Payment"): ("balance", "paid", "credited", "settled_on"),
            _("Prices"): (
                *PRICES,
                *("base", "rate", "base_total"),
            ),
            _("Where it comes from"): ("opportunity", "quote", "sales_order", "credits", "reason"),
            _("Terms"): ("terms",),
        },
        filters=(
            *(
                "status",
                "kind",
                "party",
                "opportunity",
                "quote",
                "sales_order",
                "total",
                "balance",
                "issued_at",
                "due_on",
            ),
            *("supplied_on", "settled_on", "margin", "owner", "org_unit", "created_at"),
        ),
        search=("name", "number", "party__name", "party__name_latin"),
        quick=("name", "party", "currency"),
        keys=("number", "name"),
        match=("number",),
        carried=(
            *("number", "kind", "status", "quote", "sales_order", "credits", "issued_at", "settled_on"),
            *("base", "rate", "base_total"),
        ),
        rules=(derive, choose_prices, keep_what_was_issued, WORK.sum_anew, keep_number),
        effects=(follow_invoice,),
        on_trash=keep_issued,
        mergeable=False,
        sheet=sheet,
        flags=flags,
        panel_data=panels,
        views=(
            View("drafts", pgettext_lazy("invoice view", "Drafts"), ("status:any:draft",)),
            View("unpaid", _("Unpaid"), UNPAID, "due_on"),
            View(
                "overdue",
                pgettext_lazy("invoice view", "Overdue"),
                (*UNPAID, "due_on:within:before_today"),
                "due_on",
            ),
            View("settled", pgettext_lazy("invoice view", "Settled"), ("status:any:paid",), "-settled_on"),
            View("credits", _("Credit notes"), ("kind:any:credit",), "-issued_at"),
        ),
        actions=(
            Action("issue", pgettext_lazy("verb", "Issue"), issue, icon="stamp", many=True, when=is_draft),
            Action(
                "pay",
                _("Payment received"),
                pay,
                icon="cash",
                when=is_due,
                begins=payment_form,
                fields=PAYMENT,
            ),
            Action(
                "refund",
                _("Refund"),
                refund,
                icon="arrow-back-up",
                when=is_owed,
                begins=payment_form,
                fields=PAYMENT,
            ),
            Action(
                "mail",
                _("Send by e-mail"),
                mailing.mail,
                icon="mail",
                style="menu",
                when=lambda invoice: not invoice.is_draft,
                begins=mailing.begins,
                fields=FIELDS,
            ),
            Action(
                "credit",
                _("Credit note"),
                credit,
                icon="receipt-refund",
                style="menu",
                opens=True,
                when=is_issued,
                fields=(
                    Field("reason", KINDS["text"], _("Reason for the credit"), required=True, max_length=300),
                ),
            ),
        ),
    )
)

invoice_lines = register_lines(WORK, _("Invoice line"), effects=(settle_credited,))

payments = register(
    Entity(
        model=Payment,
        slug="payments",
        tones={"direction": {"out": "warn"}},
        icon="cash",
        belongs_to="invoice",
        sort="-paid_on",
        timeline=False,
        columns=("invoice", "direction", "amount", "paid_on", "method", "name"),
        sections={
            _("Payment"): ("invoice", "direction", "amount", "currency", "paid_on", "method", "name", "note")
        },
        filters=("invoice", "direction", "amount", "paid_on", "method"),
        quick=("invoice", "direction", "amount", "paid_on", "method"),
        rules=(take_payment,),
        effects=(count_payment,),
        on_trash=count_payments_anew,
    )
)
