"""What the company sells."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Bilingual
from sila.platform.entities.fields import CurrencyField, MoneyField, averaged
from sila.platform.entities.models import Record

LIVE = Q(deleted_at=None)


class Product(Record, Bilingual):
    code = models.CharField(_("Code"), max_length=40)
    name_fold = models.CharField(max_length=120, editable=False, blank=True)
    family = models.CharField(_("Family"), max_length=80, blank=True)
    unit = models.CharField(_("Unit of measure"), max_length=30, blank=True)
    price = averaged(MoneyField(_("Price"), null=True, blank=True))
    currency = CurrencyField(_("Currency"))
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
