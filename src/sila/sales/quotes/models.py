"""A quote with its lines, its versions, and the customer's signature."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.fields import untotalled
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.lines.models import Priced, PricedLine
from sila.sales.models import LIVE, Opportunity


class Quote(Priced):
    """An offer. A version that was sent is never changed: a new one takes its place when that is sent."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("quote", "Draft")
        SENT = "sent", pgettext_lazy("quote", "Sent")
        ACCEPTED = "accepted", pgettext_lazy("quote", "Accepted")
        DECLINED = "declined", pgettext_lazy("quote", "Declined")
        REPLACED = "replaced", pgettext_lazy("quote", "Replaced")

    opportunity_id: UUID | None
    replaces_id: UUID | None

    name = models.CharField(pgettext_lazy("letter", "Subject"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    opportunity = Link(Opportunity, verbose_name=_("Deal"), null=True, blank=True, related_name="quotes")
    revision = untotalled(models.PositiveSmallIntegerField(_("Version"), default=1, editable=False))
    replaces = Link("self", verbose_name=_("Replaces"), null=True, blank=True, editable=False)
    status = models.CharField(_("Status"), max_length=8, choices=Status, default=Status.DRAFT, editable=False)
    issued_on = models.DateField(pgettext_lazy("label", "Date"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("Sent on"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("Answered on"), null=True, blank=True, editable=False)
    seen_at = models.DateTimeField(_("Opened by the customer"), null=True, blank=True, editable=False)
    decline_reason = models.CharField(_("Why declined"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("Quote")
        verbose_name_plural = _("Quotes")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="quote_number"),
            models.CheckConstraint(condition=Q(discount_sum__gte=0), name="quote_discount_sum"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="quote_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="quote_by_name"),
            models.Index(fields=["tenant", "total", "id"], condition=LIVE, name="quote_by_total"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="quote_in_status"),
            models.Index(fields=["tenant", "issued_on", "id"], condition=LIVE, name="quote_by_day"),
            models.Index(fields=["tenant", "valid_until", "id"], condition=LIVE, name="quote_by_validity"),
            models.Index(fields=["tenant", "sent_at", "id"], condition=LIVE, name="quote_by_sending"),
            models.Index(fields=["tenant", "decided_at", "id"], condition=LIVE, name="quote_by_answer"),
            models.Index(fields=["tenant", "seen_at", "id"], condition=LIVE, name="quote_by_opening"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="quote_touched"),
            models.Index(
                fields=["tenant", "owner_id", "status", "id"], condition=LIVE, name="quote_of_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="quote_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="quote_of_party"),
            models.Index(fields=["tenant", "opportunity_id", "id"], condition=LIVE, name="quote_of_deal"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.SENT)

    def has_expired(self, today: date) -> bool:
        return self.status == self.Status.SENT and self.valid_until is not None and self.valid_until < today


class QuoteLine(PricedLine):
    quote_id: UUID

    quote = Link(Quote, verbose_name=_("Quote"), related_name="lines")

    class Meta:
        verbose_name = _("Quote line")
        verbose_name_plural = _("Quote lines")
        constraints = PricedLine.checks("quote_line")
        indexes = [
            models.Index(fields=["tenant", "quote_id", "order", "id"], condition=LIVE, name="line_of_quote"),
            models.Index(fields=["tenant", "product_id", "id"], condition=LIVE, name="quoted_product"),
        ]


class QuoteLink(TenantModel):
    """The customer's way to a quote; its address is signed (see links.py). A new link ends the one before."""

    told_as: ClassVar[tuple[Any, str]] = (_("Customer links"), "link")
    quote_id: UUID

    quote = Link(Quote, related_name="links")
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Customer link")
        indexes = [models.Index(fields=["tenant", "quote_id"], name="links_of_quote")]


class Signature(TenantModel):
    """Who accepted which quote, how and from where. `document` is the SHA-256 of the PDF that was signed. Never changed;
    goes only with a quote that is in the trash."""

    append_only: ClassVar[bool] = True
    goes_with: ClassVar[str] = "quote"
    told_as: ClassVar[tuple[Any, str]] = (_("Signatures"), "signature")

    class Manner(models.TextChoices):
        TYPED = "typed", _("Typed name")
        DRAWN = "drawn", _("Drawn")

    quote_id: UUID

    quote = Link(Quote, related_name="signatures")
    name = models.CharField(_("Name"), max_length=120)
    title = models.CharField(_("Job title"), max_length=120, blank=True)
    manner = models.CharField(max_length=5, choices=Manner)
    drawing = models.TextField(blank=True)  # the strokes, as the path of an SVG in a box of 600 × 200
    at = models.DateTimeField(default=clock.now)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5)
    document = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("Signature")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "quote_id"], name="quote_signed_once"),
            models.CheckConstraint(condition=Q(manner="typed") | ~Q(drawing=""), name="signature_drawn"),
        ]
