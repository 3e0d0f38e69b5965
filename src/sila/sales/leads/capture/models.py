"""Forms on web sites, the fields that they ask for, what was sent by them, and how often they were seen."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Bilingual, Member, Stamped
from sila.platform.kit import clock
from sila.platform.kit.ids import unguessable
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel

LIVE = Q(deleted_at=None)
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]


class Origin(models.TextChoices):
    """By which way a lead came."""

    FORM = "form", _("Web form")
    PHONE = "phone", _("Phone call")
    EMAIL = "email", _("E-mail message")
    REFERRAL = "referral", _("Referral")
    EVENT = "event", pgettext_lazy("lead", "Event")
    SOCIAL = "social", _("Social media")
    IMPORT = "import", _("Import")
    PARTNER = "partner", _("Partner")
    OTHER = "other", pgettext_lazy("lead", "Other")


class LeadForm(Stamped, Bilingual):
    """A page that anybody can open by its address, also inside of other sites, and that makes leads."""

    class Language(models.TextChoices):
        BOTH = "both", _("Arabic and English")
        ARABIC = "ar", _("Arabic")
        ENGLISH = "en", _("English")

    assign_to_id: UUID | None

    key = models.CharField(max_length=22, default=unguessable, editable=False)
    active = models.BooleanField(_("Active"), default=True)
    language = models.CharField(_("Language"), max_length=4, choices=Language, default=Language.BOTH)
    intro = models.TextField(_("Introduction"), max_length=1000, blank=True)
    intro_en = models.TextField(_("Introduction in English"), max_length=1000, blank=True)
    consent = models.TextField(
        _("Consent"), max_length=5000, blank=True, help_text=_("Empty: the form does not ask for consent.")
    )
    consent_en = models.TextField(_("Consent in English"), max_length=5000, blank=True)
    consent_required = models.BooleanField(_("Only with consent"), default=False)
    thanks = models.TextField(_("Thanks"), max_length=1000, blank=True)
    thanks_en = models.TextField(_("Thanks in English"), max_length=1000, blank=True)
    redirect_url = models.URLField(
        _("Page to go to afterwards"), max_length=500, blank=True, help_text=_("Empty: the form says thanks.")
    )
    origin = models.CharField(_("Came by"), max_length=8, choices=Origin, default=Origin.FORM, blank=True)
    source = models.CharField(_("Source"), max_length=40, blank=True)
    campaign = models.CharField(
        _("Campaign"),
        max_length=120,
        blank=True,
        help_text=_("For visitors whose address names no campaign."),
    )
    assign_to = Link(
        Member,
        verbose_name=_("Leads go to"),
        null=True,
        blank=True,
        help_text=_("Empty: the assignment rules decide."),
    )
    sites = models.TextField(
        _("Sites that may show it"),
        max_length=2000,
        blank=True,
        help_text=_("One a line, such as https://www.example.com. Elsewhere it cannot be embedded."),
    )
    proof = models.BooleanField(
        _("Let the browser work for a second"),
        default=True,
        help_text=_("It slows programs that send spam. Whoever has no JavaScript is held for review."),
    )

    class Meta:
        verbose_name = _("Lead form")
        verbose_name_plural = _("Lead forms")
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="lead_form_key")]
        indexes = [models.Index(fields=["tenant", "id"], condition=LIVE, name="lead_form_newest")]


class LeadFormField(TenantModel):
    """A field of the leads that a form asks for, in its place; `label` is what it is called there."""

    form_id: UUID

    form = Link(LeadForm, related_name="questions")
    name = models.CharField(_("Field"), max_length=40)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    required = models.BooleanField(_("Required"), default=False)
    label = models.CharField(_("Called"), max_length=120, blank=True)
    label_en = models.CharField(_("Called in English"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Field of a form")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "form_id", "name"], name="lead_form_field_once")
        ]
        indexes = [models.Index(fields=["tenant", "form_id", "order"], name="lead_form_fields")]


class LeadFormDay(TenantModel):
    """How often a form was opened and sent on a day, and how many leads that made."""

    form_id: UUID

    form = Link(LeadForm, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    leads = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Day of a form")
        constraints = [models.UniqueConstraint(fields=["tenant", "form_id", "day"], name="lead_form_day")]


class FormSubmission(Stamped):
    """What was sent by a form. Once it is a lead, what it said stands there; what is held or rejected keeps it here.

    `lead_id` is no link: a lead can be thrown away for ever, and this stays as a mark that it came.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("submission", "Accepted")
        HELD = "held", pgettext_lazy("submission", "Held for review")
        REJECTED = "rejected", pgettext_lazy("submission", "Rejected")

    class Reason(models.TextChoices):
        TRAP = "trap", _("Filled in what people do not see")
        QUICK = "quick", _("Sent faster than anybody types")
        NO_PROOF = "no proof", _("The browser did no work")
        LINKS = "links", _("Many links")
        MANY = "many", _("Many from one place")
        REFUSED = "refused", _("A rule of the data refuses it")

    form_id: UUID

    form = Link(LeadForm, verbose_name=_("Lead form"), editable=False)
    name = models.CharField(_("Name"), max_length=200, editable=False)
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.HELD, editable=False)
    reason = models.CharField(_("Why held"), max_length=8, choices=Reason, blank=True, editable=False)
    told = models.TextField(_("More about the reason"), blank=True, editable=False)
    answers = models.JSONField(default=dict, editable=False)
    beside = models.JSONField(default=dict, editable=False)  # what the page says: campaign, consent, language
    nonce = models.CharField(max_length=22, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    lead_id = models.UUIDField(null=True, editable=False)
    sent_at = models.DateTimeField(_("Sent"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("Form submission")
        verbose_name_plural = _("Form submissions")
        constraints = [models.UniqueConstraint(fields=["tenant", "form_id", "nonce"], name="submission_once")]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="submission_newest"),
            models.Index(fields=["tenant", "sent_at", "id"], condition=LIVE, name="submission_sent"),
            models.Index(fields=["tenant", "state", "id"], condition=LIVE, name="submission_in_state"),
            models.Index(fields=["tenant", "form_id", "id"], condition=LIVE, name="submission_of_form"),
            models.Index(fields=["tenant", "form_id", "digest", "sent_at"], name="submission_alike"),
        ]

    def __str__(self) -> str:
        return self.name
