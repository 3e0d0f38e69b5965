"""Partners, their registrations of deals, leads shared with them, and their commission."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import PriceBook, Product
from sila.parties.models import Party
from sila.platform.access.models import Member, Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, PhoneField, TagsField, averaged
from sila.platform.entities.models import Record
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.sales.invoices.models import Invoice
from sila.sales.leads.models import Lead
from sila.sales.models import LIVE, Opportunity
from sila.sales.partners.protected import leads_can_tell, usually_told


class Partner(Record):
    """A party that sells for us; its owner looks after it."""

    class Kind(models.TextChoices):
        RESELLER = "reseller", pgettext_lazy("partner", "Reseller")
        OUTLET = "outlet", _("Retail outlet")
        AGENT = "agent", pgettext_lazy("partner", "Agent")

    class Tier(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("partner", "Registered")
        SILVER = "silver", pgettext_lazy("partner", "Silver")
        GOLD = "gold", pgettext_lazy("partner", "Gold")

    party_id: UUID
    price_book_id: UUID | None

    name = models.CharField(
        _("Name"), max_length=200, blank=True, help_text=_("Empty: what its company is called.")
    )
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    party = Link(Party, verbose_name=_("Company or person"))
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind, default=Kind.RESELLER)
    tier = models.CharField(
        pgettext_lazy("partner", "Tier"), max_length=10, choices=Tier, default=Tier.REGISTERED
    )
    since = models.DateField(_("Partner since"), null=True, blank=True)
    active = models.BooleanField(_("Active"), default=True)
    commission_rate = averaged(
        models.DecimalField(_("Commission, %"), max_digits=5, decimal_places=2, default=0, blank=True)
    )
    price_book = Link(
        PriceBook,
        verbose_name=pgettext_lazy("one", "Price book"),
        null=True,
        blank=True,
        help_text=_("Of quotes and invoices in deals with this partner; for nobody else."),
    )
    protection_days = averaged(models.PositiveSmallIntegerField(_("Days of protection"), default=90))
    sees = TagsField(
        _("Fields of leads that a partner may know"), choices=leads_can_tell, default=usually_told
    )
    note = models.TextField(pgettext_lazy("label", "Note"), max_length=5000, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("noun", "Partner")
        verbose_name_plural = pgettext_lazy("noun", "Partners")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "party_id"], condition=LIVE, name="partner_once"),
            models.CheckConstraint(
                condition=Q(commission_rate__gte=0, commission_rate__lte=100), name="partner_rate"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="partner_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="partner_by_name"),
            models.Index(fields=["tenant", "tier", "id"], condition=LIVE, name="partner_in_tier"),
            models.Index(fields=["tenant", "since", "id"], condition=LIVE, name="partner_since"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="partner_touched"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="partner_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="partner_of_unit"),
            models.Index(fields=["tenant", "price_book_id"], condition=LIVE, name="partner_of_book"),
        ]

    def __str__(self) -> str:
        return self.name


class DealRegistration(Record):
    """A partner says that a customer is theirs. Approved, it keeps all other partners away until a day."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("registration", "Submitted")
        APPROVED = "approved", pgettext_lazy("registration", "Protected")
        REFUSED = "refused", pgettext_lazy("registration", "Refused")
        EXPIRED = "expired", pgettext_lazy("registration", "Expired")

    partner_id: UUID
    party_id: UUID | None
    product_id: UUID | None
    opportunity_id: UUID | None
    decided_by_id: UUID | None

    number = models.CharField(pgettext_lazy("label", "Number"), max_length=20, editable=False)
    name = models.CharField(
        _("Subject"), max_length=200, blank=True, help_text=_("Empty: the customer's name.")
    )
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    partner = Link(Partner, verbose_name=pgettext_lazy("noun", "Partner"), related_name="registrations")
    status = models.CharField(
        _("Status"), max_length=9, choices=Status, default=Status.SUBMITTED, editable=False
    )
    company_name = models.CharField(_("Customer's name"), max_length=200)
    contact_name = models.CharField(_("Contact person"), max_length=200, blank=True)
    phone = PhoneField(pgettext_lazy("label", "Phone"), blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    party = Link(
        Party,
        verbose_name=pgettext_lazy("label", "Customer"),
        null=True,
        blank=True,
        help_text=_("Empty: who it is by phone, e-mail or name; approved, it is added."),
    )
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), null=True, blank=True)
    amount = MoneyField(_("Amount"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    expected_close = models.DateField(_("Expected close"), null=True, blank=True)
    note = models.TextField(pgettext_lazy("label", "Note"), max_length=5000, blank=True)
    protected_until = models.DateField(_("Protected until"), null=True, blank=True, editable=False)
    answer = models.CharField(_("Answer to the partner"), max_length=300, blank=True, editable=False)
    decided_at = models.DateTimeField(_("Decided on"), null=True, blank=True, editable=False)
    decided_by = Link(Member, verbose_name=_("Decided by"), null=True, blank=True, editable=False)
    opportunity = Link(Opportunity, verbose_name=_("Deal"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Deal registration")
        verbose_name_plural = _("Deal registrations")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="registration_number")]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="registration_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="registration_by_name"),
            models.Index(fields=["tenant", "amount", "id"], condition=LIVE, name="registration_by_amount"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="registration_touched"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="registration_in_status"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="registration_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="registration_of_unit"),
            models.Index(
                fields=["tenant", "partner_id", "status"], condition=LIVE, name="registration_of_partner"
            ),
            models.Index(
                fields=["tenant", "party_id", "status"], condition=LIVE, name="registration_of_party"
            ),
            models.Index(fields=["tenant", "opportunity_id"], condition=LIVE, name="registration_of_deal"),
            models.Index(
                fields=["tenant", "expected_close", "id"], condition=LIVE, name="registration_by_close"
            ),
            models.Index(
                fields=["tenant", "protected_until", "id"], condition=LIVE, name="registration_until"
            ),
            models.Index(fields=["tenant", "decided_at", "id"], condition=LIVE, name="registration_decided"),
        ]

    def __str__(self) -> str:
        return self.name

    def protects(self, today: date) -> bool:
        until = self.protected_until
        return self.status == self.Status.APPROVED and until is not None and until >= today


class SharedLead(Stamped):
    """A lead that a partner was given to work on, and what came of it."""

    told_as: ClassVar[tuple[Any, str]] = (_("Shared leads"), "share-2")

    class Status(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("shared lead", "Offered")
        ACCEPTED = "accepted", pgettext_lazy("shared lead", "Accepted")
        DECLINED = "declined", pgettext_lazy("shared lead", "Declined")
        WON = "won", pgettext_lazy("shared lead", "Won")
        LOST = "lost", pgettext_lazy("shared lead", "Came to nothing")
        WITHDRAWN = "withdrawn", pgettext_lazy("shared lead", "Taken back")

    class Progress(models.TextChoices):
        CONTACTED = "contacted", pgettext_lazy("progress", "Contacted")
        MEETING = "meeting", pgettext_lazy("progress", "Meeting planned")
        OFFERED = "offered", pgettext_lazy("progress", "Offer made")
        WAITING = "waiting", pgettext_lazy("progress", "Customer is thinking it over")

    RUNNING = (Status.OFFERED, Status.ACCEPTED)
    ENDED = (Status.WON, Status.LOST)

    lead_id: UUID
    partner_id: UUID

    name = models.CharField(_("Name"), max_length=200, editable=False, blank=True)
    lead = Link(Lead, verbose_name=pgettext_lazy("noun", "Lead"), related_name="shares")
    partner = Link(Partner, verbose_name=pgettext_lazy("noun", "Partner"), related_name="shared_leads")
    status = models.CharField(
        _("Status"), max_length=9, choices=Status, default=Status.OFFERED, editable=False
    )
    progress = models.CharField(
        pgettext_lazy("shared lead", "Progress"),
        max_length=9,
        choices=Progress,
        blank=True,
        editable=False,
    )
    note = models.CharField(_("Note for the partner"), max_length=300, blank=True)
    answer = models.CharField(_("Partner's answer"), max_length=300, blank=True, editable=False)
    shared_at = models.DateTimeField(_("Shared on"), default=clock.now, editable=False)
    answered_at = models.DateTimeField(_("Answered on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Shared lead")
        verbose_name_plural = _("Shared leads")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "lead_id"],
                condition=LIVE & Q(status__in=["offered", "accepted"]),
                name="lead_shared_once",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "lead_id", "id"], condition=LIVE, name="share_of_lead"),
            models.Index(fields=["tenant", "partner_id", "status"], condition=LIVE, name="share_of_partner"),
            models.Index(fields=["tenant", "shared_at", "id"], condition=LIVE, name="share_by_day"),
            models.Index(fields=["tenant", "answered_at", "id"], condition=LIVE, name="share_by_answer"),
        ]


class PartnerCommission(Stamped):
    """What a partner earned by an invoice that was paid, or gives back. Lines are added, never changed."""

    told_as: ClassVar[tuple[Any, str]] = (_("Commission of partners"), "coins")

    class Why(models.TextChoices):
        PAID = "paid", _("The invoice was settled")
        CREDITED = "credited", _("A credit note took a part of it back")
        REOPENED = "reopened", _("The invoice is open again")
        PARTNER = "partner", _("The deal has another partner")

    partner_id: UUID
    invoice_id: UUID

    name = models.CharField(_("Invoice number"), max_length=200, editable=False, blank=True)
    partner = Link(Partner, verbose_name=pgettext_lazy("noun", "Partner"), related_name="commission")
    invoice = Link(Invoice, verbose_name=pgettext_lazy("noun", "Invoice"), editable=False)
    opportunity = Link(Opportunity, verbose_name=_("Deal"), null=True, blank=True, editable=False)
    why = models.CharField(_("Why"), max_length=8, choices=Why, editable=False)
    day = models.DateField(_("Day"), editable=False)
    basis = MoneyField(_("Counted amount before tax"), editable=False)
    rate = averaged(models.DecimalField(_("Commission, %"), max_digits=5, decimal_places=2, editable=False))
    amount = MoneyField(_("Commission"), editable=False)
    currency = CurrencyField(_("Currency"), editable=False)

    class Meta:
        verbose_name = _("Partner commission")
        verbose_name_plural = _("Partner commission")
        indexes = [
            models.Index(
                fields=["tenant", "partner_id", "day"], condition=LIVE, name="commission_of_partner"
            ),
            models.Index(fields=["tenant", "invoice_id", "id"], condition=LIVE, name="commission_of_invoice"),
            models.Index(fields=["tenant", "day", "id"], condition=LIVE, name="commission_by_day"),
        ]


class PartnerDocument(Record):
    """Something that partners may read: the files that hang on it, for those whom it is meant for, until a day."""

    class Audience(models.TextChoices):
        ONE = "one", pgettext_lazy("audience", "One partner")
        TIER = "tier", pgettext_lazy("audience", "Partners of a tier")
        ALL = "all", pgettext_lazy("audience", "All partners")

    class Status(models.TextChoices):
        SHARED = "shared", pgettext_lazy("partner document", "Shared")
        WITHDRAWN = "withdrawn", pgettext_lazy("partner document", "Withdrawn")

    partner_id: UUID | None

    name = models.CharField(_("Title"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    audience = models.CharField(_("Who sees it"), max_length=4, choices=Audience, default=Audience.ONE)
    partner = Link(
        Partner,
        verbose_name=pgettext_lazy("noun", "Partner"),
        null=True,
        blank=True,
        related_name="documents",
    )
    tier = models.CharField(pgettext_lazy("partner", "Tier"), max_length=10, choices=Partner.Tier, blank=True)
    until = models.DateField(
        _("Last day"), null=True, blank=True, help_text=_("Empty: until it is withdrawn.")
    )
    note = models.CharField(_("Note for partners"), max_length=300, blank=True)
    status = models.CharField(
        _("Status"), max_length=9, choices=Status, default=Status.SHARED, editable=False
    )

    class Meta:
        verbose_name = _("Document for partners")
        verbose_name_plural = _("Documents for partners")
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="one", partner_id__isnull=False, tier="")
                | Q(audience="tier", partner_id__isnull=True) & ~Q(tier="")
                | Q(audience="all", partner_id__isnull=True, tier=""),
                name="partner_document_audience",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="pdocument_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="pdocument_by_name"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="pdocument_touched"),
            models.Index(fields=["tenant", "until", "id"], condition=LIVE, name="pdocument_until"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="pdocument_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="pdocument_of_unit"),
            models.Index(fields=["tenant", "partner_id", "id"], condition=LIVE, name="pdocument_of_partner"),
        ]

    def __str__(self) -> str:
        return self.name
