"""Selling: pipelines, their stages, and the opportunities that move through them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import PriceBook, Product
from sila.parties.models import PEOPLE, Party
from sila.parties.territories.models import Placed
from sila.platform.access.models import Bilingual, Member, OrgUnit, Role, Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, TagsField, averaged, untotalled
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.wanted import fields_to_require

LIVE = Q(deleted_at=None)


class Forecast(models.TextChoices):
    """How sure it is that a deal will be won by its expected day: what a forecast adds it up under."""

    OMITTED = "omitted", pgettext_lazy("forecast", "Left out")
    PIPELINE = "pipeline", pgettext_lazy("forecast", "Possible")
    BEST_CASE = "best_case", pgettext_lazy("forecast", "Best case")
    COMMIT = "commit", pgettext_lazy("forecast", "Commit")
    CLOSED = "closed", pgettext_lazy("forecast", "Closed")


class Part(models.TextChoices):
    """What a person can be in a deal."""

    DECIDES = "decides", _("Decides")
    SIGNS = "signs", _("Signs")
    USES = "uses", _("Will use it")
    CHAMPION = "champion", _("On our side")
    BLOCKS = "blocks", _("Against it")
    BUYS = "buys", _("Purchasing")


class Pipeline(Stamped, Bilingual):
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("Pipeline")
        verbose_name_plural = _("Pipelines")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="pipeline_name")
        ]


class Stage(Stamped, Bilingual):
    """A step of a pipeline. `rot_days`: how long a deal may rest here before it counts as forgotten.

    `required_fields` and what follows it is what a deal must have before it enters (entry.py).
    """

    class Category(models.TextChoices):
        OPEN = "open", pgettext_lazy("status", "Open")
        WON = "won", pgettext_lazy("status", "Won")
        LOST = "lost", pgettext_lazy("status", "Lost")

    pipeline_id: UUID

    pipeline = Link(Pipeline, verbose_name=pgettext_lazy("label", "Pipeline"))
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    probability = averaged(models.PositiveSmallIntegerField(_("Probability"), default=0))
    category = models.CharField(_("Category"), max_length=4, choices=Category, default=Category.OPEN)
    rot_days = averaged(models.PositiveSmallIntegerField(_("Days until it rots"), null=True, blank=True))
    forecast_category = models.CharField(
        _("Forecast category"),
        max_length=9,
        choices=Forecast,
        blank=True,
        help_text=_("Of deals in this stage. If empty, it follows the probability."),
    )
    required_fields = TagsField(_("Fields that must be filled in"), choices=fields_to_require)
    required_role = models.CharField(
        _("Role that must be known"),
        max_length=8,
        choices=Part,
        blank=True,
        help_text=_("Who it is in the deal."),
    )
    needs_products = models.BooleanField(
        _("Products must be named"),
        default=False,
        help_text=_("With quantity and price, as lines of the deal."),
    )
    needs_activity = models.BooleanField(_("A next activity must be planned"), default=False)
    approval_above = MoneyField(
        _("Approval from this amount"), currency="approval_currency", null=True, blank=True
    )
    approval_currency = CurrencyField(_("Currency of that amount"))
    approval_role = Link(
        Role,
        verbose_name=_("Who approves"),
        null=True,
        blank=True,
        help_text=_("Empty: those whose authority reaches that far."),
    )

    class Meta:
        verbose_name = _("Stage")
        verbose_name_plural = _("Stages")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "pipeline_id", "name"], condition=LIVE, name="stage_name"
            ),
            models.CheckConstraint(condition=Q(probability__lte=100), name="stage_probability"),
        ]


class LossReason(Stamped, Bilingual):
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))

    class Meta:
        verbose_name = _("Loss reason")
        verbose_name_plural = _("Loss reasons")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="loss_reason_name")
        ]


class Opportunity(Placed):
    """A chance to sell something to someone. Its stage says how far it got; StageTransition, when. `net` to `margin` are
    the sums of its lines, and empty where it has none; with lines its amount is what they come to before tax."""

    class Tag(models.TextChoices):
        TENDER = "tender", _("Tender")
        RENEWAL = "renewal", _("Renewal")
        REFERRAL = "referral", _("Came by referral")
        URGENT = "urgent", _("Urgent")

    class Channel(models.TextChoices):
        DIRECT = "direct", _("Direct")
        BRANCH = "branch", _("Branch")
        RESELLER = "reseller", _("Reseller")
        OUTLET = "outlet", _("Retail outlet")
        ONLINE = "online", _("Online")

    party_id: UUID | None
    partner_id: UUID | None
    branch_id: UUID | None
    renewal_of_id: UUID | None
    contact_id: UUID | None
    pipeline_id: UUID | None
    stage_id: UUID | None
    lost_reason_id: UUID | None
    product_id: UUID | None
    price_book_id: UUID | None
    lines: Any

    number = models.CharField(pgettext_lazy("label", "Number"), max_length=20, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    party = Link(Party, verbose_name=pgettext_lazy("label", "Customer"), null=True, blank=True)
    contact = Link(Party, verbose_name=_("Contact person"), null=True, blank=True, limit_choices_to=PEOPLE)
    pipeline = Link(Pipeline, verbose_name=pgettext_lazy("label", "Pipeline"), null=True, blank=True)
    stage = Link(Stage, verbose_name=pgettext_lazy("label", "Stage"), null=True, blank=True)
    category = models.CharField(
        _("Status"), max_length=4, choices=Stage.Category, default=Stage.Category.OPEN, editable=False
    )
    amount = MoneyField(_("Amount"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    probability = averaged(models.PositiveSmallIntegerField(_("Probability"), null=True, blank=True))
    forecast_category = models.CharField(
        _("Forecast category"),
        max_length=9,
        choices=Forecast,
        blank=True,
        help_text=_("If empty, it follows the stage."),
    )
    expected_close = models.DateField(_("Expected close"), null=True, blank=True)
    opened_on = models.DateField(_("Opened on"), null=True, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    won_reason = models.CharField(_("Why we won"), max_length=300, blank=True)
    lost_reason = Link(LossReason, verbose_name=_("Why we lost"), null=True, blank=True)
    lost_note = models.CharField(_("More about the loss"), max_length=300, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), null=True, blank=True)
    channel = models.CharField(_("Channel"), max_length=8, choices=Channel, blank=True)
    partner = Link(Party, verbose_name=_("Reseller or outlet"), null=True, blank=True)
    branch = Link(OrgUnit, verbose_name=_("Selling branch"), null=True, blank=True)
    rate = averaged(
        models.DecimalField(_("Exchange rate"), max_digits=18, decimal_places=9, null=True, editable=False)
    )
    base_amount = MoneyField(
        _("Amount in the base currency"), currency="base_currency", null=True, editable=False
    )
    base_currency = CurrencyField(_("Base currency"), editable=False)
    price_book = Link(PriceBook, verbose_name=_("Price book"), null=True, blank=True)
    tax_included = models.BooleanField(_("Prices include tax"), default=False)
    discount_sum = MoneyField(
        _("Discount on the whole"),
        null=True,
        blank=True,
        help_text=_("A sum, shared out over the lines by what they are worth."),
    )
    net = MoneyField(_("Before tax"), null=True, editable=False)
    tax = MoneyField(pgettext_lazy("noun", "Tax"), null=True, editable=False)
    total = MoneyField(_("Total"), null=True, editable=False)
    discount = MoneyField(_("Discount"), null=True, editable=False)
    cost = MoneyField(_("Cost"), null=True, editable=False)
    margin = averaged(
        models.DecimalField(_("Margin, %"), max_digits=8, decimal_places=1, null=True, editable=False)
    )
    term_months = averaged(models.PositiveSmallIntegerField(_("Term in months"), null=True, blank=True))
    renewal_of = Link("self", verbose_name=_("Renewal of"), null=True, editable=False)
    tags = TagsField(_("Tags"), choices=Tag.choices)
    description = models.TextField(_("Description"), max_length=10_000, blank=True)
    entered_stage_at = models.DateTimeField(_("In this stage since"), default=timezone.now, editable=False)
    rests_until = models.DateField(_("May rest in this stage until"), null=True, editable=False)
    incomplete = models.BooleanField(_("Incomplete"), default=False, editable=False)

    class Meta:
        verbose_name = _("Opportunity")
        verbose_name_plural = _("Opportunities")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="opportunity_number"),
            models.CheckConstraint(condition=Q(discount_sum__gte=0), name="opportunity_discount_sum"),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__lte=100),
                name="opportunity_probability",
            ),
            models.UniqueConstraint(
                fields=["tenant", "renewal_of_id"],
                condition=LIVE & Q(renewal_of_id__isnull=False),
                name="opportunity_renewed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="opportunity_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="opportunity_by_name"),
            models.Index(fields=["tenant", "amount", "id"], condition=LIVE, name="opportunity_by_amount"),
            models.Index(
                fields=["tenant", "expected_close", "id"], condition=LIVE, name="opportunity_by_close"
            ),
            models.Index(fields=["tenant", "opened_on", "id"], condition=LIVE, name="opportunity_by_opened"),
            models.Index(fields=["tenant", "closed_on", "id"], condition=LIVE, name="opportunity_by_closed"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="opportunity_touched"),
            models.Index(fields=["tenant", "stage_id", "id"], condition=LIVE, name="opportunity_of_stage"),
            models.Index(
                fields=["tenant", "owner_id", "category", "id"], condition=LIVE, name="opportunity_of_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="opportunity_of_unit"),
            models.Index(fields=["tenant", "territory_id", "id"], condition=LIVE, name="deal_in_territory"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="opportunity_of_party"),
            models.Index(
                fields=["tenant", "contact_id", "id"], condition=LIVE, name="opportunity_of_contact"
            ),
            models.Index(fields=["tenant", "rests_until", "id"], condition=LIVE, name="opportunity_by_rest"),
            models.Index(
                fields=["tenant", "partner_id", "id"], condition=LIVE, name="opportunity_of_partner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weighted(self) -> int:
        """What the amount is worth today, in minor units."""
        return round((self.amount or 0) * (self.probability or 0) / 100)

    @property
    def is_open(self) -> bool:
        return self.category == Stage.Category.OPEN

    @property
    def is_lost(self) -> bool:
        return self.category == Stage.Category.LOST


class OpportunityRole(TenantModel):
    """What a person is in this deal: who decides, who signs, who is against it."""

    told_as: ClassVar[tuple[Any, str]] = (_("Roles in deals"), "id-badge-2")

    Role = Part

    opportunity_id: UUID
    party_id: UUID

    opportunity = Link(Opportunity, related_name="roles")
    party = Link(Party)
    role = models.CharField(_("Role"), max_length=8, choices=Role)

    class Meta:
        verbose_name = _("Role in the deal")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity_id", "party_id", "role"], name="opportunity_role"
            )
        ]
        indexes = [models.Index(fields=["tenant", "party_id"], name="deal_role_of_party")]


class OpportunityCompetitor(TenantModel):
    """Who else wants to sell in this deal, and who of them won it in the end."""

    told_as: ClassVar[tuple[Any, str]] = (_("Competitors"), "swords")
    merged_once: ClassVar[tuple[str, ...]] = ("opportunity_id", "party_id")

    class Strength(models.TextChoices):
        WEAK = "weak", _("Weaker than we are")
        EQUAL = "equal", _("About as strong")
        STRONG = "strong", _("Stronger than we are")

    opportunity_id: UUID
    party_id: UUID

    opportunity = Link(Opportunity, related_name="competitors")
    party = Link(Party)
    strength = models.CharField(_("Strength"), max_length=6, choices=Strength, blank=True)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=300, blank=True)
    won = models.BooleanField(_("Won it"), default=False)

    class Meta:
        verbose_name = _("Competitor in the deal")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity_id", "party_id"], name="opportunity_competitor"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "party_id"], name="deals_of_competitor")]


class OpportunityCredit(TenantModel):
    """Whose deal it is, by how much. A deal without such rows is its owner's; with them they add up to 100."""

    follows_merges: ClassVar[bool] = False  # two deals that become one would have 200 percent

    member_id: UUID

    opportunity = Link(Opportunity, related_name="credits")
    member = Link(Member, verbose_name=_("Member"))
    percent = models.DecimalField(_("Percent"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("Credit for the deal")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "opportunity_id", "member_id"], name="credit_of_member"
            ),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="credit_percent"),
        ]


class StageTransition(TenantModel):
    """One move of one opportunity. Funnels and forecasts read these; they are never changed, and go only with a deal
    that is in the trash."""

    append_only: ClassVar[bool] = True
    goes_with: ClassVar[str] = "opportunity"

    opportunity = Link(Opportunity, related_name="transitions")
    from_stage = Link(Stage, null=True)
    to_stage = Link(Stage)
    at = models.DateTimeField(default=clock.now)
    member = Link(Member, null=True)
    seconds_in_stage = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("Stage change")
        indexes = [
            models.Index(fields=["tenant", "opportunity_id", "at"], name="transition_of_deal"),
            models.Index(fields=["tenant", "to_stage_id", "at"], name="transition_into"),
            models.Index(fields=["tenant", "at"], name="transition_when"),
        ]

    def began(self) -> datetime:
        return self.at - timedelta(seconds=self.seconds_in_stage)


class Counter(TenantModel):
    """The last number given out in a row of human numbers (OPP-2026)."""

    name = models.CharField(max_length=40)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="counter_name")]
