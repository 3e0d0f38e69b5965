"""Who may become a customer: what they want, how they came, how far they were looked into, and what became of them."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Product
from sila.parties.models import ORGANIZATIONS, PEOPLE, Party
from sila.parties.territories.models import Placed
from sila.platform.access.models import Bilingual, Member, Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, PhoneField, averaged, untotalled
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.leads.capture.models import LANGUAGES, LeadForm, Origin
from sila.sales.models import LIVE, Opportunity


class Known(models.TextChoices):
    """What is known of a question that a lead is asked."""

    UNKNOWN = "unknown", _("Not known yet")
    YES = "yes", _("Yes")
    NO = "no", _("No")


class DisqualifyReason(Stamped, Bilingual):
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))

    class Meta:
        verbose_name = _("Disqualify reason")
        verbose_name_plural = _("Disqualify reasons")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="disqualify_reason_name")
        ]


def asked(label: Any) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=7, choices=Known, default=Known.UNKNOWN)


class Lead(Placed):
    """Someone who may want something, before they are a party of ours. `party` and `matched_company` are whom it matches:
    found by the matcher unless `party_chosen` says that a person chose. Once converted it says what it became."""

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("lead", "New")
        CONTACTED = "contacted", pgettext_lazy("lead", "Contacted")
        QUALIFIED = "qualified", pgettext_lazy("lead", "Qualified")
        CONVERTED = "converted", pgettext_lazy("lead", "Converted")
        DISQUALIFIED = "disqualified", pgettext_lazy("lead", "Disqualified")

    Origin = Origin
    OPEN = (Status.NEW, Status.CONTACTED, Status.QUALIFIED)  # in the order of the path

    party_id: UUID | None
    matched_company_id: UUID | None
    product_id: UUID | None
    form_id: UUID | None
    disqualify_reason_id: UUID | None
    converted_party_id: UUID | None
    converted_contact_id: UUID | None
    converted_opportunity_id: UUID | None

    number = models.CharField(pgettext_lazy("label", "Number"), max_length=20, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    company_name = models.CharField(_("Company name"), max_length=200, blank=True)
    job_title = models.CharField(_("Job title"), max_length=120, blank=True)
    phone = PhoneField(pgettext_lazy("label", "Phone"), blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    country = models.CharField(_("Country"), max_length=60, blank=True)
    language = models.CharField(_("Preferred language"), max_length=5, blank=True, choices=LANGUAGES)
    interest = models.TextField(_("Interest"), max_length=10_000, blank=True)
    origin = models.CharField(_("Came by"), max_length=8, choices=Origin, blank=True)
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), null=True, blank=True)
    amount = MoneyField(_("Expected amount"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    form = Link(LeadForm, verbose_name=_("Lead form"), null=True, blank=True, editable=False)
    utm_source = models.CharField(_("UTM source"), max_length=120, blank=True)
    utm_medium = models.CharField(_("UTM medium"), max_length=120, blank=True)
    utm_campaign = models.CharField(_("UTM campaign"), max_length=120, blank=True)
    utm_content = models.CharField(_("UTM content"), max_length=120, blank=True)
    utm_term = models.CharField(_("UTM term"), max_length=120, blank=True)
    landing_page = models.URLField(_("Landing page"), max_length=1000, blank=True)
    referrer = models.URLField(_("Came from the page"), max_length=1000, blank=True)
    consent_text = models.TextField(_("Consent as it was shown"), max_length=5000, blank=True)
    consented_at = models.DateTimeField(_("Consented"), null=True, blank=True)
    consent_language = models.CharField(
        _("Language of the consent"), max_length=2, blank=True, choices=LANGUAGES
    )

    # Rules leave it with whom a person chose.
    owner_chosen = models.BooleanField(default=False, editable=False)
    score = averaged(models.PositiveSmallIntegerField(_("Score"), default=0, editable=False))
    score_reasons = models.JSONField(default=list, editable=False)  # see scoring/working.py
    # When the score last became another; None: it was not scored yet.
    scored_at = models.DateTimeField(null=True, editable=False)

    status = models.CharField(_("Status"), max_length=12, choices=Status, default=Status.NEW)
    budget = asked(_("Has a budget"))
    authority = asked(_("May decide"))
    need = asked(_("Has the need"))
    timing = asked(_("Wants it soon"))
    qualification_note = models.TextField(_("More about the qualification"), max_length=2000, blank=True)
    disqualify_reason = Link(DisqualifyReason, verbose_name=_("Why disqualified"), null=True, blank=True)
    disqualify_note = models.CharField(_("More about the reason"), max_length=300, blank=True)
    entered_status_at = models.DateTimeField(_("In this status since"), default=timezone.now, editable=False)

    party = Link(Party, verbose_name=_("Matching person"), null=True, blank=True, limit_choices_to=PEOPLE)
    party_chosen = models.BooleanField(default=False, editable=False)
    matched_company = Link(
        Party, verbose_name=_("Matching company"), null=True, blank=True, limit_choices_to=ORGANIZATIONS
    )
    matched_company_chosen = models.BooleanField(default=False, editable=False)

    converted_at = models.DateTimeField(_("Converted on"), null=True, blank=True, editable=False)
    converted_party = Link(
        Party, verbose_name=_("Became the customer"), null=True, blank=True, editable=False
    )
    converted_contact = Link(
        Party,
        verbose_name=_("Became the person"),
        null=True,
        blank=True,
        editable=False,
        limit_choices_to=PEOPLE,
    )
    converted_opportunity = Link(
        Opportunity, verbose_name=_("Became the deal"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("noun", "Lead")
        verbose_name_plural = pgettext_lazy("noun", "Leads")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="lead_number"),
            models.CheckConstraint(
                condition=~Q(status="disqualified") | Q(converted_at=None), name="lead_one_end"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="lead_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="lead_by_name"),
            models.Index(fields=["tenant", "amount", "id"], condition=LIVE, name="lead_by_amount"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="lead_touched"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="lead_in_status"),
            models.Index(fields=["tenant", "entered_status_at", "id"], condition=LIVE, name="lead_since"),
            models.Index(fields=["tenant", "owner_id", "status", "id"], condition=LIVE, name="lead_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="lead_of_unit"),
            models.Index(fields=["tenant", "territory_id", "id"], condition=LIVE, name="lead_in_territory"),
            models.Index(fields=["tenant", "email", "id"], condition=LIVE, name="lead_by_email"),
            models.Index(fields=["tenant", "phone", "id"], condition=LIVE, name="lead_by_phone"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="lead_of_party"),
            models.Index(
                fields=["tenant", "matched_company_id", "id"], condition=LIVE, name="lead_of_company"
            ),
            models.Index(fields=["tenant", "converted_opportunity_id"], condition=LIVE, name="lead_of_deal"),
            models.Index(fields=["tenant", "consented_at", "id"], condition=LIVE, name="lead_consented"),
            models.Index(fields=["tenant", "score", "id"], condition=LIVE, name="lead_by_score"),
            models.Index(fields=["tenant", "form_id", "id"], condition=LIVE, name="lead_of_form"),
            models.Index(
                fields=["tenant", "id"], condition=LIVE & Q(scored_at=None), name="lead_without_score"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class LeadTransition(TenantModel):
    """One move of one lead along its path. Never changed; goes only with a lead that is in the trash."""

    append_only: ClassVar[bool] = True
    goes_with: ClassVar[str] = "lead"

    lead = Link(Lead, related_name="transitions")
    from_status = models.CharField(max_length=12, choices=Lead.Status, blank=True)
    to_status = models.CharField(max_length=12, choices=Lead.Status)
    at = models.DateTimeField(default=clock.now)
    member = Link(Member, null=True)
    seconds_in_status = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("Status change of a lead")
        indexes = [
            models.Index(fields=["tenant", "lead_id", "at"], name="transition_of_lead"),
            models.Index(fields=["tenant", "to_status", "at"], name="transition_to_status"),
        ]


class LeadMessage(TenantModel):
    """A message that came in as a lead, by the hash of its Message-ID: what is sent twice makes one."""

    lead_id: UUID

    lead = Link(Lead, related_name="messages")
    message = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("E-mail message of a lead")
        constraints = [models.UniqueConstraint(fields=["tenant", "message"], name="lead_message_once")]
        indexes = [models.Index(fields=["tenant", "lead_id"], name="message_of_lead")]
