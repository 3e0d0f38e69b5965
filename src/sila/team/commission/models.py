"""A plan with its tiers and people, and the statements that were drawn up by it. Amounts are in minor units."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Product
from sila.platform.access.models import Bilingual, Member, Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, averaged, untotalled
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.invoices.models import Invoice
from sila.team.every import MONTHS, Calendar, Every

LIVE = Q(deleted_at=None)


class CommissionPlan(Stamped, Bilingual):
    """What counts, for which time, at which rates. Once a statement was approved, its terms stand."""

    class Counts(models.TextChoices):
        NET = "net", _("What was paid, before tax")
        MARGIN = "margin", _("Margin of what was paid")

    class Credit(models.TextChoices):
        SPLIT = "split", _("As the deal is split")
        OWNER = "owner", _("All to the owner of the deal")

    class Measure(models.TextChoices):
        AMOUNT = "amount", _("From an amount on")
        GOAL = "goal", _("From a share of the goal on")

    product_id: UUID | None
    tiers: Any
    participants: Any

    counts = models.CharField(_("What counts"), max_length=6, choices=Counts, default=Counts.NET)
    every = models.CharField(
        pgettext_lazy("commission", "Period"), max_length=7, choices=Every, default=Every.QUARTER
    )
    calendar = models.CharField(_("Calendar"), max_length=9, choices=Calendar, default=Calendar.GREGORIAN)
    begins = models.DateField(_("From"))
    ends = models.DateField(_("To"), null=True, blank=True)
    product = Link(Product, verbose_name=_("Only this product"), null=True, blank=True)
    family = models.CharField(_("Only this family of products"), max_length=80, blank=True)
    credit = models.CharField(_("Who gets it"), max_length=5, choices=Credit, default=Credit.SPLIT)
    tiers_by = models.CharField(_("Tiers begin"), max_length=6, choices=Measure, default=Measure.AMOUNT)
    cap = MoneyField(
        _("At most in a period"), null=True, blank=True, help_text=_("For each person. Empty: no limit.")
    )
    currency = CurrencyField(_("Currency"), editable=False)
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("Commission plan")
        verbose_name_plural = _("Commission plans")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="commission_plan_name"),
            models.CheckConstraint(condition=Q(cap__isnull=True) | Q(cap__gte=0), name="commission_cap"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("begins")), name="commission_plan_days"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="commission_plan_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="commission_plan_ends"),
        ]

    @property
    def months(self) -> int:
        return MONTHS[Every(self.every)]


class CommissionTier(Stamped):
    """From where on of a person's base in a period which rate counts, for what lies above."""

    plan_id: UUID

    name = models.CharField(_("Name"), max_length=120, editable=False, blank=True)
    plan = Link(CommissionPlan, verbose_name=_("Commission plan"), related_name="tiers")
    above = MoneyField(_("From the amount"), default=0)
    above_goal = untotalled(
        models.DecimalField(_("From the share of the goal, %"), max_digits=7, decimal_places=2, default=0)
    )
    rate = averaged(models.DecimalField(_("Commission, %"), max_digits=7, decimal_places=4))
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=200, blank=True)
    currency = CurrencyField(_("Currency"), editable=False)

    class Meta:
        verbose_name = _("Tier of a commission")
        verbose_name_plural = _("Tiers of commissions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "plan_id", "above", "above_goal"], condition=LIVE, name="commission_tier"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=100), name="commission_rate"),
            models.CheckConstraint(condition=Q(above__gte=0, above_goal__gte=0), name="commission_above"),
        ]


class CommissionParticipant(Stamped):
    """Who is paid by the plan, between which days. A move to another unit changes nothing by itself."""

    plan_id: UUID
    member_id: UUID

    name = models.CharField(_("Name"), max_length=120, editable=False, blank=True)
    plan = Link(CommissionPlan, verbose_name=_("Commission plan"), related_name="participants")
    member = Link(Member, verbose_name=_("Member"))
    begins = models.DateField(_("From"), null=True, blank=True)
    ends = models.DateField(_("To"), null=True, blank=True)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Person in a commission plan")
        verbose_name_plural = _("People in commission plans")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "plan_id", "member_id"], condition=LIVE, name="commission_participant"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(begins__isnull=True) | Q(ends__gte=F("begins")),
                name="commission_participant_days",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "member_id", "id"], condition=LIVE, name="commission_of_member"),
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="participant_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="participant_ends"),
        ]


class CommissionStatement(Record):
    """What a person (its owner) earned by a plan in a period. An approved one is never rewritten: what changes later
    stands in the next. `fingerprint` is that of the facts on which it rests."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("commission", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("commission", "Submitted")
        APPROVED = "approved", pgettext_lazy("commission", "Approved")
        PAID = "paid", pgettext_lazy("commission", "Paid")

    marks: ClassVar[tuple[str, ...]] = ()
    plan_id: UUID
    approved_by_id: UUID | None
    lines: Any

    name = models.CharField(_("Name"), max_length=200, editable=False)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    plan = Link(CommissionPlan, verbose_name=_("Commission plan"), editable=False)
    period = models.CharField(pgettext_lazy("commission", "Period"), max_length=16, editable=False)
    begins = models.DateField(_("From"), editable=False)
    ends = models.DateField(_("To"), editable=False)
    status = models.CharField(_("Status"), max_length=9, choices=Status, default=Status.DRAFT, editable=False)
    base = MoneyField(_("Counted"), default=0, editable=False)
    amount = MoneyField(_("Commission"), default=0, editable=False)
    goal = MoneyField(_("Goal of the period"), null=True, editable=False)
    currency = CurrencyField(_("Currency"), editable=False)
    fingerprint = models.CharField(max_length=64, editable=False, blank=True)
    approved_by = Link(Member, verbose_name=_("Approved by"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("Approved on"), null=True, blank=True, editable=False)
    paid_on = models.DateField(_("Paid on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Commission statement")
        verbose_name_plural = _("Commission statements")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "plan_id", "owner_id", "period"],
                condition=LIVE,
                name="commission_statement",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="statement_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="statement_by_name"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="statement_in_status"),
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="statement_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="statement_ends"),
            models.Index(fields=["tenant", "paid_on", "id"], condition=LIVE, name="statement_by_pay"),
            models.Index(fields=["tenant", "approved_at", "id"], condition=LIVE, name="statement_approved"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="statement_touched"),
            models.Index(
                fields=["tenant", "owner_id", "begins", "id"], condition=LIVE, name="statement_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="statement_of_unit"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_final(self) -> bool:
        return self.status in (self.Status.APPROVED, self.Status.PAID)


class CommissionLine(TenantModel):
    """One step by which a statement comes to its sum. `facts` is reckoning.Entry as JSON, by which the line is told in
    words; `source` is the payment or credit note, `period` that of its day."""

    statement_id: UUID
    invoice_id: UUID | None

    statement = Link(CommissionStatement, related_name="lines")
    order = models.PositiveIntegerField()
    invoice = Link(Invoice, null=True)
    source = models.UUIDField(null=True)
    day = models.DateField()
    period = models.CharField(max_length=16)
    base = models.BigIntegerField()
    amount = models.BigIntegerField()
    facts = models.JSONField()

    class Meta:
        verbose_name = _("Line of a commission statement")
        indexes = [
            models.Index(fields=["tenant", "statement_id", "order"], name="line_of_statement"),
            models.Index(fields=["tenant", "invoice_id", "source"], name="commission_on_invoice"),
        ]
