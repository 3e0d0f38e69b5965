"""What the company sells, at which price, and the tax on it."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.models import Party
from sila.platform.access.models import Bilingual, OrgUnit, Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, averaged, untotalled
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link

LIVE = Q(deleted_at=None)


class Tax(Stamped, Bilingual):
    """A rate in percent, with what the authority wants to know of it; `reason` is printed where nothing is due."""

    class Treatment(models.TextChoices):
        STANDARD = "standard", _("Standard rate")
        ZERO = "zero", _("Zero rate")
        EXEMPT = "exempt", pgettext_lazy("tax", "Exempt")
        OUTSIDE = "outside", _("Out of scope")

    rate = averaged(models.DecimalField(pgettext_lazy("tax", "Rate, %"), max_digits=6, decimal_places=3))
    treatment = models.CharField(
        pgettext_lazy("tax", "Treatment"), max_length=8, choices=Treatment, default=Treatment.STANDARD
    )
    reason = models.CharField(_("Reason for no tax"), max_length=200, blank=True)
    reason_en = models.CharField(_("Reason in English"), max_length=200, blank=True)
    usual = models.BooleanField(
        _("The usual one"), default=False, help_text=_("For products that name no tax of their own.")
    )
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("one", "Tax")
        verbose_name_plural = pgettext_lazy("noun", "Taxes")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="tax_name"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=100), name="tax_rate"),
            models.CheckConstraint(condition=Q(treatment="standard") | Q(rate=0), name="tax_nothing_due"),
        ]


class Measure(Stamped, Bilingual):
    """What is counted when something is sold. One that has no base is a base itself: all that have the same belong
    together, and one of them is `factor` of the base. `code` is that of UN/ECE recommendation 20, as e-invoices want it.
    """

    base_id: UUID | None

    base = Link("self", verbose_name=_("Base unit"), null=True, blank=True, related_name="others")
    factor = untotalled(
        models.DecimalField(
            pgettext_lazy("unit", "Factor"),
            max_digits=15,
            decimal_places=8,
            default=1,
            blank=True,
            help_text=_("How many of the base unit one of these is: of a dozen, 12."),
        )
    )
    code = models.CharField(
        _("Code for e-invoices"),
        max_length=3,
        blank=True,
        help_text=_("By UN/ECE recommendation 20, such as PCE, KGM, HUR, MON."),
    )
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("Unit of measure")
        verbose_name_plural = _("Units of measure")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="measure_name"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="measure_factor"),
            models.CheckConstraint(condition=Q(base_id__isnull=False) | Q(factor=1), name="measure_base"),
            models.CheckConstraint(condition=~Q(base_id=F("id")), name="measure_not_of_itself"),
        ]

    @property
    def group(self) -> UUID:
        """The same for all that can be told in one another."""
        return self.base_id or self.id


class Product(Record, Bilingual):
    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        BUNDLE = "bundle", _("Bundle")

    tax_id: UUID | None
    measure_id: UUID | None

    code = models.CharField(_("Code"), max_length=40)
    name_fold = models.CharField(max_length=120, editable=False, blank=True)
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind, default=Kind.GOODS)
    family = models.CharField(_("Family"), max_length=80, blank=True)
    measure = Link(Measure, verbose_name=_("Unit of measure"), null=True, blank=True)
    price = averaged(MoneyField(_("Price"), null=True, blank=True))
    cost = averaged(MoneyField(_("Cost"), null=True, blank=True))
    currency = CurrencyField(_("Currency"))
    tax = Link(Tax, verbose_name=pgettext_lazy("noun", "Tax"), null=True, blank=True)
    active = models.BooleanField(_("On sale"), default=True)
    description = models.TextField(_("Description"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("Product")
        verbose_name_plural = _("Products")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], condition=LIVE, name="product_code"),
        ]
        indexes = [
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="product_by_name"),
            models.Index(fields=["tenant", "code", "id"], condition=LIVE, name="product_by_code"),
            models.Index(fields=["tenant", "family", "id"], condition=LIVE, name="product_by_family"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="product_touched"),
            models.Index(fields=["tenant", "id"], condition=LIVE, name="product_newest"),
        ]


class BundleItem(Stamped):
    """What is in a bundle, for one of it."""

    bundle_id: UUID
    product_id: UUID

    name = models.CharField(_("Name"), max_length=120, editable=False, blank=True)
    bundle = Link(Product, verbose_name=_("Bundle"), related_name="contents")
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), related_name="bundles")
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=3, default=1)
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Part of a bundle")
        verbose_name_plural = _("Parts of bundles")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "bundle_id", "product_id"], condition=LIVE, name="bundle_item_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_item_quantity"),
            models.CheckConstraint(condition=~Q(bundle_id=F("product_id")), name="bundle_not_in_itself"),
        ]
        indexes = [models.Index(fields=["tenant", "product_id"], name="bundles_with_product")]


class PriceBook(Stamped, Bilingual):
    """Prices for some: a currency always; a branch, customers with a tag, a time, where it says so.

    What it has no price for costs the product's own price less `discount`. Of several that fit a sale the first by
    `order` counts.
    """

    org_unit_id: UUID | None

    currency = CurrencyField(_("Currency"))
    tax_included = models.BooleanField(_("Prices include tax"), default=False)
    discount = averaged(
        models.DecimalField(
            _("Discount on list prices, %"), max_digits=5, decimal_places=2, default=0, blank=True
        )
    )
    segment = models.CharField(
        _("For customers tagged"), max_length=20, choices=Party.Tag.choices, blank=True
    )
    org_unit = Link(OrgUnit, verbose_name=_("For the branch"), null=True, blank=True)
    begins = models.DateField(_("From"), null=True, blank=True)
    ends = models.DateField(_("To"), null=True, blank=True)
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("one", "Price book")
        verbose_name_plural = _("Price books")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="price_book_name"),
            models.CheckConstraint(
                condition=Q(discount__gte=-1000, discount__lte=100), name="price_book_discount"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(begins__isnull=True) | Q(ends__gte=F("begins")),
                name="price_book_days",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="price_book_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="price_book_ends"),
        ]


class Price(Stamped):
    """What a product costs in a price book from a quantity on, for everybody or for one customer, for a time; both are of
    `measure`, or of the product's own unit."""

    book_id: UUID
    product_id: UUID
    party_id: UUID | None
    measure_id: UUID | None

    name = models.CharField(_("Name"), max_length=120, editable=False, blank=True)
    book = Link(PriceBook, verbose_name=_("Price book"), related_name="prices")
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), related_name="prices")
    from_quantity = untotalled(
        models.DecimalField(_("From quantity"), max_digits=14, decimal_places=3, default=0, blank=True)
    )
    measure = Link(
        Measure,
        verbose_name=pgettext_lazy("label", "Unit"),
        null=True,
        blank=True,
        help_text=_("Empty: the unit in which the product is counted."),
    )
    price = averaged(MoneyField(_("Price")))
    currency = CurrencyField(_("Currency"), editable=False)
    party = Link(Party, verbose_name=_("Only for the customer"), null=True, blank=True)
    begins = models.DateField(_("From"), null=True, blank=True)
    ends = models.DateField(_("To"), null=True, blank=True)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=120, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("one", "Price")
        verbose_name_plural = _("Prices")
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(from_quantity__gte=0), name="price_quantity"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(begins__isnull=True) | Q(ends__gte=F("begins")),
                name="price_days",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "book_id", "product_id"], condition=LIVE, name="price_in_book"),
            models.Index(fields=["tenant", "product_id", "id"], condition=LIVE, name="price_of_product"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="price_of_party"),
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="price_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="price_ends"),
        ]
