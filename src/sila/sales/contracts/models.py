"""Contracts with customers and suppliers, what each side owes in them, and how they end."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.models import Party
from sila.platform.access.models import Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, averaged, untotalled
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link
from sila.sales.models import LIVE, Opportunity


class NoticeUnit(models.TextChoices):
    DAYS = "days", pgettext_lazy("unit", "Days")
    MONTHS = "months", pgettext_lazy("unit", "Months")


class Ending(Record):
    """What goes on after its end unless somebody gives notice in time. `notice_by` is the last day for that: the end less
    the notice. On `plan_on` something is planned for it, once for each `notice_by`: `planned_for` says for which it was,
    `activity_id` what. A day that is moved takes with it what is planned and not yet done."""

    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    notice = averaged(models.PositiveSmallIntegerField(_("Notice"), default=0))
    notice_unit = models.CharField(
        _("Notice in"), max_length=6, choices=NoticeUnit, default=NoticeUnit.MONTHS
    )
    notice_by = models.DateField(_("Last day for notice"), null=True, blank=True, editable=False)
    plan_on = models.DateField(null=True, editable=False)
    planned_for = models.DateField(null=True, editable=False)
    activity_id = models.UUIDField(null=True, editable=False)
    amount = MoneyField(_("Value"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    notes = models.TextField(_("Notes"), max_length=5000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Contract(Ending):
    """One term of a contract of ours. A further term is a row of its own, which knows the one before.

    What we sell by it is revenue to come: deals renew it. What we buy is not, and has no deals."""

    class Way(models.TextChoices):
        SOLD = "sold", pgettext_lazy("contract", "We sell")
        BOUGHT = "bought", pgettext_lazy("contract", "We buy")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("contract", "Draft")
        ACTIVE = "active", pgettext_lazy("contract", "Active")
        EXPIRED = "expired", pgettext_lazy("contract", "Expired")
        ENDED = "ended", pgettext_lazy("contract", "Ended")
        RENEWED = "renewed", pgettext_lazy("contract", "Renewed")

    class Kind(models.TextChoices):
        SERVICE = "service", pgettext_lazy("contract", "Services")
        MAINTENANCE = "maintain", pgettext_lazy("contract", "Maintenance")
        SUPPLY = "supply", pgettext_lazy("contract", "Supply")
        SUBSCRIPTION = "subscribe", pgettext_lazy("contract", "Subscription")
        RENT = "rent", pgettext_lazy("contract", "Rent")
        FRAMEWORK = "framework", pgettext_lazy("contract", "Framework agreement")
        OTHER = "other", pgettext_lazy("contract", "Other")

    class Billing(models.TextChoices):
        ONCE = "once", pgettext_lazy("billing", "Once")
        MONTH = "month", pgettext_lazy("billing", "Every month")
        QUARTER = "quarter", pgettext_lazy("billing", "Every quarter")
        HALF = "half", pgettext_lazy("billing", "Every half-year")
        YEAR = "year", pgettext_lazy("billing", "Every year")

    party_id: UUID | None
    opportunity_id: UUID | None
    renewal_id: UUID | None
    renewed_from_id: UUID | None
    obligations: Any

    number = models.CharField(pgettext_lazy("label", "Number"), max_length=30, editable=False)
    way = models.CharField(
        pgettext_lazy("contract", "Sold or bought"), max_length=6, choices=Way, default=Way.SOLD
    )
    kind = models.CharField(_("Kind"), max_length=9, choices=Kind, default=Kind.SERVICE)
    status = models.CharField(_("Status"), max_length=7, choices=Status, default=Status.DRAFT, editable=False)
    party = Link(Party, verbose_name=_("Customer or supplier"), related_name="contracts")
    opportunity = Link(Opportunity, verbose_name=_("Deal"), null=True, blank=True, related_name="contracts")
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    auto_renew = models.BooleanField(
        _("Renews by itself"), default=False, help_text=_("If nobody gives notice, the next term begins.")
    )
    renew_months = averaged(
        models.PositiveSmallIntegerField(_("Further term in months"), null=True, blank=True)
    )
    lead_days = averaged(
        models.PositiveSmallIntegerField(
            _("Prepare the renewal, days before"),
            null=True,
            blank=True,
            help_text=_(
                "Counted from the last day for notice: then a task is made for the owner, and a deal where we sell."
            ),
        )
    )
    billing = models.CharField(
        pgettext_lazy("contract", "Billed"), max_length=7, choices=Billing, default=Billing.YEAR
    )
    term = untotalled(models.PositiveSmallIntegerField(_("Term no."), default=1, editable=False))
    renewed_from = Link("self", verbose_name=_("Goes on from"), null=True, blank=True, editable=False)
    renewal = Link(
        Opportunity, verbose_name=_("Renewal deal"), null=True, blank=True, editable=False, related_name="+"
    )
    ended_on = models.DateField(_("Ended on"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("Why it ended"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("one", "Contract")
        verbose_name_plural = _("Contracts")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="contract_number"),
            models.UniqueConstraint(
                fields=["tenant", "renewed_from_id"],
                condition=LIVE & Q(renewed_from_id__isnull=False),
                name="contract_renewed_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(way="sold") | Q(opportunity_id__isnull=True, renewal_id__isnull=True),
                name="contract_bought_has_no_deal",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="contract_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="contract_by_name"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="contract_touched"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="contract_in_status"),
            models.Index(fields=["tenant", "amount", "id"], condition=LIVE, name="contract_by_amount"),
            models.Index(fields=["tenant", "way", "ends_on", "id"], condition=LIVE, name="contract_by_way"),
            *(
                models.Index(fields=["tenant", name, "id"], condition=LIVE, name=f"contract_{index}")
                for name, index in (
                    ("ends_on", "by_end"),
                    ("notice_by", "by_notice"),
                    ("starts_on", "by_start"),
                    ("signed_on", "by_signing"),
                    ("ended_on", "by_ending"),
                )
            ),
            models.Index(
                fields=["tenant", "plan_on", "id"], condition=LIVE & Q(status="active"), name="contract_plans"
            ),
            models.Index(
                fields=["tenant", "owner_id", "status", "id"], condition=LIVE, name="contract_of_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="contract_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="contract_of_party"),
            models.Index(fields=["tenant", "opportunity_id", "id"], condition=LIVE, name="contract_of_deal"),
            models.Index(fields=["tenant", "renewal_id"], condition=LIVE, name="contract_of_renewal"),
        ]

    @property
    def is_bought(self) -> bool:
        return self.way == self.Way.BOUGHT

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_closed(self) -> bool:
        return self.status in (self.Status.EXPIRED, self.Status.ENDED, self.Status.RENEWED)


class Obligation(Stamped):
    """What one side has promised in a contract."""

    told_as: ClassVar[tuple[Any, str]] = (_("Obligations"), "checklist")

    class Side(models.TextChoices):
        OURS = "ours", pgettext_lazy("side", "Ours")
        THEIRS = "theirs", pgettext_lazy("side", "The other side’s")

    contract_id: UUID

    contract = Link(Contract, verbose_name=_("Contract"), related_name="obligations")
    name = models.CharField(_("What is to be done"), max_length=200)
    side = models.CharField(_("Whose obligation"), max_length=6, choices=Side, default=Side.OURS)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=300, blank=True)
    reminded_for = models.DateField(null=True, editable=False)  # the day for which the owner was told

    class Meta:
        verbose_name = pgettext_lazy("one", "Obligation")
        verbose_name_plural = _("Obligations")
        indexes = [
            models.Index(fields=["tenant", "contract_id", "due_on"], condition=LIVE, name="owed_in_contract"),
            models.Index(fields=["tenant", "due_on", "id"], condition=LIVE, name="owed_by_day"),
            models.Index(fields=["tenant", "done_on", "id"], condition=LIVE, name="owed_by_done"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_overdue(self, today: date) -> bool:
        return self.done_on is None and self.due_on is not None and self.due_on < today
