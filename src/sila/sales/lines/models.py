"""The columns of a document with prices, and of its lines. All amounts are in minor units of its currency."""

from decimal import Decimal
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Measure, PriceBook, Product, Tax
from sila.parties.models import PEOPLE, Party
from sila.platform.access.models import Bilingual, OrgUnit, Stamped
from sila.platform.entities.fields import CurrencyField, MoneyField, PhoneField, averaged, untotalled
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link

LIVE = Q(deleted_at=None)


class Summed(Protocol):
    """What has lines with prices: a document, or a deal. The sums are in minor units of its currency."""

    _state: Any
    id: UUID
    version: int
    party_id: UUID | None
    price_book_id: UUID | None
    price_book: Any
    currency: str
    tax_included: bool
    net: int | None
    tax: int | None
    total: int | None
    discount: int | None
    discount_sum: int | None
    cost: int | None
    margin: Decimal | None
    lines: Any


class Priced(Record):
    """What is offered or sold to somebody. `net`, `tax`, `total` and `discount` are the sums of its lines; `cost` is
    what it costs us, as far as that is known."""

    class Language(models.TextChoices):
        ARABIC = "ar", _("Arabic")
        ENGLISH = "en", _("English")
        BOTH = "both", _("Arabic and English")

    TAKEN_OVER: ClassVar[tuple[str, ...]] = (
        *(
            "name",
            "party_id",
            "contact_id",
            "currency",
            "price_book_id",
            "tax_included",
            "discount_sum",
            "language",
            "terms",
        ),
        *("opportunity_id", "owner_id", "org_unit_id"),
        *("net", "tax", "total", "discount", "cost", "margin"),
    )
    party_id: UUID | None
    contact_id: UUID | None
    price_book_id: UUID | None
    lines: Any

    number = models.CharField(pgettext_lazy("label", "Number"), max_length=30, editable=False)
    party = Link(Party, verbose_name=pgettext_lazy("label", "Customer"), null=True, blank=True)
    contact = Link(Party, verbose_name=_("Contact person"), null=True, blank=True, limit_choices_to=PEOPLE)
    currency = CurrencyField(_("Currency"))
    price_book = Link(PriceBook, verbose_name=_("Price book"), null=True, blank=True)
    tax_included = models.BooleanField(_("Prices include tax"), default=False)
    language = models.CharField(_("Printed in"), max_length=4, choices=Language, default=Language.BOTH)
    discount_sum = MoneyField(
        _("Discount on the whole"),
        null=True,
        blank=True,
        help_text=_("A sum, shared out over the lines by what they are worth."),
    )
    net = MoneyField(_("Before tax"), default=0, editable=False)
    tax = MoneyField(pgettext_lazy("noun", "Tax"), default=0, editable=False)
    total = MoneyField(_("Total"), default=0, editable=False)
    discount = MoneyField(_("Discount"), default=0, editable=False)
    cost = MoneyField(_("Cost"), null=True, blank=True, editable=False)
    margin = averaged(
        models.DecimalField(
            _("Margin, %"), max_digits=8, decimal_places=1, null=True, blank=True, editable=False
        )
    )
    terms = models.TextField(_("Terms"), max_length=5000, blank=True)

    class Meta:
        abstract = True

    def taken_over(self) -> dict[str, Any]:
        """What a document that follows from this one begins with, its lines apart."""
        return {name: getattr(self, name) for name in self.TAKEN_OVER}


class PricedLine(Stamped):
    """One line. `price` is that of one unit before the discount, with tax or without as its document has them; what the
    product and its unit were called then, and how many of its base the unit was (`factor`), stays when they change."""

    product_id: UUID | None
    measure_id: UUID | None
    tax_kind_id: UUID | None

    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), null=True, blank=True)
    name = models.CharField(_("Description"), max_length=300, blank=True)
    name_en = models.CharField(_("Description in English"), max_length=300, blank=True)
    details = models.TextField(_("Details"), max_length=2000, blank=True)
    measure = Link(Measure, verbose_name=_("Unit of measure"), null=True, blank=True)
    unit = models.CharField(_("Unit as printed"), max_length=120, blank=True, editable=False)
    unit_en = models.CharField(_("Unit as printed, in English"), max_length=120, blank=True, editable=False)
    factor = untotalled(
        models.DecimalField(
            pgettext_lazy("unit", "Factor"), max_digits=15, decimal_places=8, default=1, editable=False
        )
    )
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=3, default=1)
    price = averaged(MoneyField(_("Unit price"), null=True, blank=True))
    discount = averaged(
        models.DecimalField(_("Discount, %"), max_digits=5, decimal_places=2, default=0, blank=True)
    )
    tax_kind = Link(Tax, verbose_name=pgettext_lazy("noun", "Tax"), null=True, blank=True)
    tax_rate = averaged(
        models.DecimalField(_("Tax rate, %"), max_digits=6, decimal_places=3, default=0, editable=False)
    )
    net = MoneyField(_("Before tax"), default=0, editable=False)
    tax = MoneyField(_("Tax amount"), default=0, editable=False)
    total = MoneyField(_("Total"), default=0, editable=False)
    saved = MoneyField(_("Discount amount"), default=0, editable=False)
    share = MoneyField(_("Of the discount on the whole"), default=0, editable=False)
    cost = averaged(MoneyField(_("Unit cost"), null=True, blank=True))
    currency = CurrencyField(_("Currency"), editable=False)

    class Meta:
        abstract = True

    @property
    def in_base(self) -> Decimal:
        """The quantity in the base of its unit: what is added up across documents."""
        return self.quantity * self.factor

    @staticmethod
    def checks(name: str) -> list[models.CheckConstraint]:
        """What no line of any document may be."""
        return [
            models.CheckConstraint(condition=Q(price__gte=0), name=f"{name}_price"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name=f"{name}_discount"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name=f"{name}_quantity"),
            models.CheckConstraint(condition=Q(factor__gt=0), name=f"{name}_factor"),
            models.CheckConstraint(condition=Q(share__gte=0), name=f"{name}_share"),
        ]


class Letterhead(Stamped, Bilingual):
    """Who offers and bills: what the law and customers want to read on paper. One for all, or one for a branch."""

    org_unit_id: UUID | None

    org_unit = Link(OrgUnit, verbose_name=_("For the branch"), null=True, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    cr_number = models.CharField(_("Commercial register"), max_length=20, blank=True)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    address_en = models.CharField(_("Address in English"), max_length=300, blank=True)
    phone = PhoneField(pgettext_lazy("label", "Phone"), blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    website = models.URLField(_("Website"), max_length=300, blank=True)
    bank = models.TextField(_("Bank account"), max_length=500, blank=True)
    footer = models.CharField(_("Footer"), max_length=300, blank=True)
    footer_en = models.CharField(_("Footer in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("one", "Letterhead")
        verbose_name_plural = _("Letterheads")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="letterhead_name"),
            models.UniqueConstraint(
                fields=["tenant", "org_unit_id"], condition=LIVE, name="letterhead_of_unit"
            ),
        ]
