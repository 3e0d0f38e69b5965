"""A promotion, and who is in it: those to whom it is offered, and the control group."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import PriceBook, Product
from sila.parties.models import Party
from sila.platform.access.models import Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, averaged
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link

LIVE = Q(deleted_at=None)
LEAST, MOST = 5, 50  # percent of the customers that are the control group


class Promotion(Record):
    """An offer to chosen customers for a time. A part of them, drawn by lot when it starts, is not offered it: what the
    others buy more than these is what it brought."""

    marks: ClassVar[tuple[str, ...]] = ()

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("promotion", "Draft")
        RUNNING = "running", pgettext_lazy("promotion", "Running")
        ENDED = "ended", pgettext_lazy("promotion", "Ended")
        MEASURED = "measured", pgettext_lazy("promotion", "Measured")

    class Offer(models.TextChoices):
        PERCENT = "percent", _("Percent off")
        AMOUNT = "amount", _("Amount off")
        GIFT = "gift", _("Gift")
        BOOK = "book", pgettext_lazy("one", "Price book")

    product_id: UUID | None
    gift_product_id: UUID | None
    price_book_id: UUID | None
    customers: Any

    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    status = models.CharField(_("Status"), max_length=8, choices=Status, default=Status.DRAFT, editable=False)
    begins = models.DateField(_("From"))
    ends = models.DateField(_("To"))
    product = Link(Product, verbose_name=_("Only this product"), null=True, blank=True)
    family = models.CharField(_("Only this family of products"), max_length=80, blank=True)
    offer = models.CharField(_("Offer"), max_length=7, choices=Offer, default=Offer.PERCENT)
    percent = averaged(
        models.DecimalField(_("Percent off"), max_digits=5, decimal_places=2, null=True, blank=True)
    )
    amount = averaged(
        MoneyField(_("Amount off"), null=True, blank=True, help_text=_("Off the price of each unit."))
    )
    gift = models.CharField(_("Gift"), max_length=200, blank=True)
    gift_product = Link(
        Product,
        verbose_name=_("Product that is the gift"),
        null=True,
        blank=True,
        help_text=_("Stands in quotes with its price, and a discount of all of it."),
    )
    price_book = Link(
        PriceBook,
        verbose_name=pgettext_lazy("one", "Price book"),
        null=True,
        blank=True,
        help_text=_("One that is not in use counts in this promotion alone."),
    )
    control_share = averaged(
        models.PositiveSmallIntegerField(
            _("Control group, %"),
            default=20,
            validators=[MinValueValidator(LEAST), MaxValueValidator(MOST)],
            help_text=_("So many of the customers are not offered it, drawn by lot: 5 to 50 %."),
        )
    )
    cost = MoneyField(
        _("Cost"),
        null=True,
        blank=True,
        help_text=_("Of all of it, besides what the offer takes off prices."),
    )
    contact_cost = averaged(MoneyField(_("Cost for each customer"), null=True, blank=True))
    currency = CurrencyField(_("Currency"), editable=False)
    notes = models.TextField(_("Notes"), max_length=5000, blank=True)
    seed = models.PositiveBigIntegerField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("Promotion")
        verbose_name_plural = _("Promotions")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="promotion_days"),
            models.CheckConstraint(
                condition=Q(control_share__gte=LEAST, control_share__lte=MOST), name="promotion_control"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="promotion_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="promotion_by_name"),
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="promotion_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="promotion_ends"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="promotion_in_status"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="promotion_touched"),
            models.Index(fields=["tenant", "created_at", "id"], condition=LIVE, name="promotion_by_day"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="promotion_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="promotion_of_unit"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class PromotionCustomer(Stamped):
    """A customer of a promotion. `treated` is None until the lot was drawn. `before` and `recent` is what they bought, in
    minor units of the base currency: in the year before, and in as many days as the promotion runs."""

    told_as: ClassVar[tuple[Any, str]] = (_("Promotions"), "discount")
    merged_once: ClassVar[tuple[str, ...]] = ("promotion_id", "party_id")

    promotion_id: UUID
    party_id: UUID

    name = models.CharField(_("Name"), max_length=200, editable=False, blank=True)
    promotion = Link(Promotion, verbose_name=_("Promotion"), related_name="customers")
    party = Link(Party, verbose_name=pgettext_lazy("label", "Customer"))
    treated = models.BooleanField(_("Offered to"), null=True, editable=False)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=120, blank=True)
    before = models.BigIntegerField(default=0)
    recent = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("Customer of a promotion")
        verbose_name_plural = _("Customers of promotions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "promotion_id", "party_id"], name="promotion_customer_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "party_id", "treated"], name="promotions_of_party")]
