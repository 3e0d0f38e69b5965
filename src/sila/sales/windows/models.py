"""Contracts that customers have with others, and the windows in which they can be won over."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Product
from sila.parties.models import Party
from sila.platform.entities.fields import averaged
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.contracts.models import Ending
from sila.sales.models import LIVE, Opportunity
from sila.work.models import Activity

WINDOW_DAYS, LEAD_DAYS = 30, 14


class PlanKind(models.TextChoices):
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")


class IncumbentContract(Ending):
    """What a customer has with a competitor. Its **window** is the time in which somebody else can be chosen: from
    `window_days` before the last day for notice (`opens_on`) to that day. `lead_days` before the window opens a call or
    a visit stands in the owner's calendar."""

    class Confidence(models.TextChoices):
        CERTAIN = "certain", pgettext_lazy("confidence", "Certain")
        LIKELY = "likely", pgettext_lazy("confidence", "Likely")
        GUESS = "guess", pgettext_lazy("confidence", "A guess")

    party_id: UUID
    competitor_id: UUID
    product_id: UUID | None
    learned_in_id: UUID | None
    deals: Any

    name = models.CharField(_("What it is about"), max_length=200)
    party = Link(Party, verbose_name=pgettext_lazy("label", "Customer"), related_name="incumbents")
    competitor = Link(Party, verbose_name=_("Competitor"), prefer="competitors")
    product = Link(Product, verbose_name=_("Our product for it"), null=True, blank=True)
    auto_renew = models.BooleanField(_("Renews by itself"), default=False)
    renew_months = averaged(
        models.PositiveSmallIntegerField(
            _("Further term in months"),
            null=True,
            blank=True,
            help_text=_("When it has passed by, the next window follows after so many months."),
        )
    )
    confidence = models.CharField(
        _("How sure we are"), max_length=7, choices=Confidence, default=Confidence.LIKELY
    )
    learned_from = models.CharField(_("Where we learned it"), max_length=200, blank=True)
    learned_in = Link(Activity, verbose_name=_("Learned in"), null=True, blank=True)
    learned_on = models.DateField(_("Learned on"), null=True, blank=True)
    window_days = averaged(models.PositiveSmallIntegerField(_("Window, in days"), null=True, blank=True))
    lead_days = averaged(
        models.PositiveSmallIntegerField(_("Plan so many days before the window"), null=True, blank=True)
    )
    plan_kind = models.CharField(_("What is planned"), max_length=5, choices=PlanKind, blank=True)
    opens_on = models.DateField(_("Window opens"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("one", "Incumbent contract")
        verbose_name_plural = _("Incumbent contracts")
        constraints = [
            models.CheckConstraint(condition=~Q(party_id=models.F("competitor_id")), name="incumbent_of_two")
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="incumbent_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="incumbent_by_name"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="incumbent_touched"),
            models.Index(fields=["tenant", "amount", "id"], condition=LIVE, name="incumbent_by_amount"),
            *(
                models.Index(fields=["tenant", name, "id"], condition=LIVE, name=f"incumbent_{index}")
                for name, index in (
                    ("ends_on", "by_end"),
                    ("notice_by", "by_notice"),
                    ("opens_on", "by_opening"),
                    ("learned_on", "by_learning"),
                    ("plan_on", "plans"),
                )
            ),
            models.Index(
                fields=["tenant", "owner_id", "opens_on", "id"], condition=LIVE, name="incumbent_of"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="incumbent_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="incumbent_of_party"),
            models.Index(
                fields=["tenant", "competitor_id", "id"], condition=LIVE, name="incumbent_of_competitor"
            ),
        ]


class WindowDeal(TenantModel):
    """A deal that was made from an incumbent contract, and for which window. `contact_on` is when somebody first dealt
    with the customer about it; how many days that was before `last_day` is the lead time of the deal."""

    told_as: ClassVar[tuple[Any, str]] = (_("Deals from windows"), "target")
    merged_once: ClassVar[tuple[str, ...]] = ("incumbent_id", "opportunity_id")

    incumbent_id: UUID
    opportunity_id: UUID

    incumbent = Link(IncumbentContract, related_name="deals")
    opportunity = Link(Opportunity, related_name="windows")
    last_day = models.DateField(_("Last day for notice"))
    contact_on = models.DateField(_("First contact"))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Deal from a window")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "incumbent_id", "opportunity_id"], name="window_deal")
        ]
        indexes = [models.Index(fields=["tenant", "opportunity_id"], name="window_of_deal")]


class WindowDefaults(TenantModel):
    """What a new incumbent contract begins with, unless it says otherwise. One row at most."""

    window_days = models.PositiveSmallIntegerField(_("Window, in days"), default=WINDOW_DAYS)
    lead_days = models.PositiveSmallIntegerField(_("Plan so many days before the window"), default=LEAD_DAYS)
    plan_kind = models.CharField(_("What is planned"), max_length=5, choices=PlanKind, default=PlanKind.CALL)

    class Meta:
        verbose_name = _("Defaults of incumbent contracts")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="window_defaults_once")]
