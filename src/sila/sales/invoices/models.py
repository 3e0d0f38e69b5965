"""An invoice or a credit note with its lines, and what was paid on it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, averaged
from sila.platform.entities.rates import in_minor
from sila.platform.kit.lines import half_up
from sila.platform.tenancy.fields import Link
from sila.sales.lines.models import Priced, PricedLine
from sila.sales.models import LIVE, Opportunity
from sila.sales.orders.models import OrderLine, SalesOrder
from sila.sales.quotes.models import Quote


class Invoice(Priced):
    """`balance` is what is still due: total less what was paid and credited; below zero it is what we owe after a credit
    note. A note itself has none. `rate` and
    `base_total` are those of the day of issue, in the currency that the books were kept in then."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", pgettext_lazy("one", "Invoice")
        CREDIT = "credit", _("Credit note")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("quote", "Draft")
        ISSUED = "issued", pgettext_lazy("invoice", "Issued")
        PAID = "paid", pgettext_lazy("invoice", "Settled")

    opportunity_id: UUID | None
    quote_id: UUID | None
    sales_order_id: UUID | None
    credits_id: UUID | None

    name = models.CharField(pgettext_lazy("letter", "Subject"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind, default=Kind.INVOICE, editable=False)
    status = models.CharField(_("Status"), max_length=6, choices=Status, default=Status.DRAFT, editable=False)
    opportunity = Link(Opportunity, verbose_name=_("Deal"), null=True, blank=True)
    quote = Link(
        Quote,
        verbose_name=pgettext_lazy("noun", "Quote"),
        null=True,
        blank=True,
        editable=False,
        related_name="invoices",
    )
    sales_order = Link(
        SalesOrder,
        verbose_name=_("Sales order"),
        null=True,
        blank=True,
        editable=False,
        related_name="invoices",
    )
    credits = Link(
        "self",
        verbose_name=_("Credits the invoice"),
        null=True,
        blank=True,
        editable=False,
        related_name="notes",
    )
    reason = models.CharField(_("Reason for the credit"), max_length=300, blank=True)
    issued_at = models.DateTimeField(_("Issued on"), null=True, blank=True, editable=False)
    supplied_on = models.DateField(_("Supplied on"), null=True, blank=True)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    paid = MoneyField(_("Paid"), default=0, editable=False)
    credited = MoneyField(_("Credited"), default=0, editable=False)
    balance = MoneyField(_("Balance due"), default=0, editable=False)
    settled_on = models.DateField(_("Settled on"), null=True, blank=True, editable=False)
    base = CurrencyField(_("Base currency"), editable=False)
    rate = averaged(
        models.DecimalField(_("Rate"), max_digits=24, decimal_places=8, null=True, blank=True, editable=False)
    )
    base_total = MoneyField(
        _("Total in the base currency"), null=True, blank=True, editable=False, currency="base"
    )

    class Meta:
        verbose_name = pgettext_lazy("one", "Invoice")
        verbose_name_plural = _("Invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~Q(number=""), name="invoice_number"
            ),
            models.CheckConstraint(condition=Q(discount_sum__gte=0), name="invoice_discount_sum"),
            models.CheckConstraint(condition=Q(status="draft") | ~Q(number=""), name="invoice_has_number"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="invoice_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="invoice_by_name"),
            models.Index(fields=["tenant", "number", "id"], condition=LIVE, name="invoice_by_number"),
            models.Index(fields=["tenant", "total", "id"], condition=LIVE, name="invoice_by_total"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="invoice_in_status"),
            models.Index(fields=["tenant", "issued_at", "id"], condition=LIVE, name="invoice_by_day"),
            models.Index(fields=["tenant", "supplied_on", "id"], condition=LIVE, name="invoice_by_supply"),
            models.Index(fields=["tenant", "due_on", "id"], condition=LIVE, name="invoice_by_due"),
            models.Index(fields=["tenant", "settled_on", "id"], condition=LIVE, name="invoice_by_settling"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="invoice_touched"),
            models.Index(
                fields=["tenant", "owner_id", "status", "id"], condition=LIVE, name="invoice_of_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="invoice_of_unit"),
            models.Index(
                fields=["tenant", "party_id", "status", "due_on"], condition=LIVE, name="invoice_of_party"
            ),
            models.Index(fields=["tenant", "opportunity_id", "id"], condition=LIVE, name="invoice_of_deal"),
            models.Index(fields=["tenant", "quote_id"], condition=LIVE, name="invoice_of_quote"),
            models.Index(fields=["tenant", "sales_order_id"], condition=LIVE, name="invoice_of_order"),
            models.Index(fields=["tenant", "credits_id"], condition=LIVE, name="notes_of_invoice"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_credit(self) -> bool:
        return self.kind == self.Kind.CREDIT

    @property
    def base_tax(self) -> int | None:
        """The tax in the currency of the books, at the rate of the day of issue, rounded once; None without a rate."""
        if self.rate is None:
            return None
        return half_up(self.tax * in_minor(self.rate, self.currency, self.base))

    def is_overdue(self, today: date) -> bool:
        return self.balance > 0 and self.due_on is not None and self.due_on < today


class InvoiceLine(PricedLine):
    """`order_line` is what it bills; that of a credit note what it takes back."""

    invoice_id: UUID
    order_line_id: UUID | None

    invoice = Link(Invoice, verbose_name=pgettext_lazy("noun", "Invoice"), related_name="lines")
    order_line = Link(OrderLine, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Invoice line")
        verbose_name_plural = _("Invoice lines")
        constraints = PricedLine.checks("invoice_line")
        indexes = [
            models.Index(
                fields=["tenant", "invoice_id", "order", "id"], condition=LIVE, name="line_of_invoice"
            ),
            models.Index(fields=["tenant", "product_id", "id"], condition=LIVE, name="billed_product"),
            models.Index(fields=["tenant", "order_line_id"], condition=LIVE, name="billing_of_order_line"),
        ]


class Payment(Stamped):
    """Money that came in for an invoice, in its currency, or that went back to the customer."""

    class Direction(models.TextChoices):
        IN = "in", _("Received")
        OUT = "out", _("Paid back")

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        CARD = "card", pgettext_lazy("payment", "Card")
        CASH = "cash", _("Cash")
        CHEQUE = "cheque", _("Cheque")
        OTHER = "other", pgettext_lazy("payment", "Other")

    told_as: ClassVar[tuple[object, str]] = (_("Payments"), "cash")
    invoice_id: UUID

    name = models.CharField(_("Reference"), max_length=80, blank=True)
    invoice = Link(Invoice, verbose_name=pgettext_lazy("noun", "Invoice"), related_name="payments")
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction, default=Direction.IN)
    amount = MoneyField(_("Amount"))
    currency = CurrencyField(_("Currency"), editable=False)
    paid_on = models.DateField(_("Paid on"), null=True, blank=True)
    method = models.CharField(_("Way of payment"), max_length=8, choices=Method, default=Method.TRANSFER)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Payment")
        verbose_name_plural = _("Payments")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount")]
        indexes = [
            models.Index(fields=["tenant", "invoice_id", "id"], condition=LIVE, name="payment_of_invoice"),
            models.Index(fields=["tenant", "paid_on", "id"], condition=LIVE, name="payment_by_day"),
        ]

    @property
    def signed(self) -> int:
        return self.amount if self.direction == self.Direction.IN else -self.amount
