"""An order with its lines, and how much of each was billed."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.fields import MoneyField, averaged
from sila.platform.tenancy.fields import Link
from sila.sales.lines.models import Priced, PricedLine
from sila.sales.models import LIVE, Opportunity
from sila.sales.quotes.models import Quote


class SalesOrder(Priced):
    """`billed` is what its invoices come to before tax, credit notes taken off; `unbilled` what its lines still hold."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("quote", "Draft")
        CONFIRMED = "confirmed", pgettext_lazy("order", "Confirmed")
        BILLED = "billed", pgettext_lazy("order", "Billed")
        CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")

    opportunity_id: UUID | None
    quote_id: UUID | None

    name = models.CharField(pgettext_lazy("letter", "Subject"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    status = models.CharField(_("Status"), max_length=9, choices=Status, default=Status.DRAFT, editable=False)
    opportunity = Link(Opportunity, verbose_name=_("Deal"), null=True, blank=True)
    quote = Link(Quote, verbose_name=pgettext_lazy("noun", "Quote"), null=True, blank=True, editable=False)
    reference = models.CharField(_("The customer’s order number"), max_length=60, blank=True)
    ordered_on = models.DateField(_("Ordered on"), null=True, blank=True)
    wanted_on = models.DateField(_("Wanted by"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("Confirmed on"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("Why cancelled"), max_length=300, blank=True, editable=False)
    billed = MoneyField(_("Billed"), default=0, editable=False)
    unbilled = MoneyField(_("Still to bill"), default=0, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("one", "Order")
        verbose_name_plural = _("Orders")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="order_number"),
            models.CheckConstraint(condition=Q(discount_sum__gte=0), name="order_discount_sum"),
            models.UniqueConstraint(
                fields=["tenant", "quote_id"],
                condition=LIVE & ~Q(status="cancelled") & Q(quote_id__isnull=False),
                name="order_of_quote",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="order_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="order_by_name"),
            models.Index(fields=["tenant", "total", "id"], condition=LIVE, name="order_by_total"),
            models.Index(fields=["tenant", "unbilled", "id"], condition=LIVE, name="order_by_unbilled"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="order_in_status"),
            models.Index(fields=["tenant", "ordered_on", "id"], condition=LIVE, name="order_by_day"),
            models.Index(fields=["tenant", "wanted_on", "id"], condition=LIVE, name="order_by_wish"),
            models.Index(fields=["tenant", "confirmed_at", "id"], condition=LIVE, name="order_by_yes"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="order_touched"),
            models.Index(
                fields=["tenant", "owner_id", "status", "id"], condition=LIVE, name="order_of_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="order_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="order_of_party"),
            models.Index(fields=["tenant", "opportunity_id", "id"], condition=LIVE, name="order_of_deal"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_running(self) -> bool:
        """Confirmed, and not all of it is billed."""
        return self.status == self.Status.CONFIRMED


class OrderLine(PricedLine):
    sales_order_id: UUID

    sales_order = Link(SalesOrder, verbose_name=_("Sales order"), related_name="lines")
    billed = averaged(
        models.DecimalField(_("Billed quantity"), max_digits=14, decimal_places=3, default=0, editable=False)
    )

    class Meta:
        verbose_name = _("Order line")
        verbose_name_plural = _("Order lines")
        constraints = PricedLine.checks("order_line")
        indexes = [
            models.Index(
                fields=["tenant", "sales_order_id", "order", "id"], condition=LIVE, name="line_of_order"
            ),
            models.Index(fields=["tenant", "product_id", "id"], condition=LIVE, name="ordered_product"),
        ]

    @property
    def unbilled(self) -> Any:
        return max(self.quantity - self.billed, 0)
