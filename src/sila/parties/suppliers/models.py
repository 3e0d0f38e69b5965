"""By what suppliers are rated, and their ratings."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.models import LIVE, ORGANIZATIONS, Party
from sila.platform.access.models import Bilingual, Member, Stamped
from sila.platform.entities.fields import averaged, untotalled
from sila.platform.tenancy.fields import Link

LEAST, MOST = 1, 5


class SupplierCriterion(Stamped, Bilingual):
    """Something that suppliers are rated by; its weight counts beside those of the others."""

    weight = untotalled(models.PositiveSmallIntegerField(_("Weight"), default=1))
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("Criterion for suppliers")
        verbose_name_plural = _("Criteria for suppliers")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="criterion_name"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="criterion_weight"),
        ]


class SupplierRating(Stamped):
    """What a supplier was worth in a quarter by one criterion, from 1 (poor) to 5 (excellent)."""

    told_as = (_("Ratings of suppliers"), "star")
    merged_once = ("party_id", "criterion_id", "period")
    party_id: UUID
    criterion_id: UUID
    rated_by_id: UUID | None

    name = models.CharField(_("Name"), max_length=200, editable=False, blank=True)
    party = Link(Party, verbose_name=_("Supplier"), limit_choices_to=ORGANIZATIONS)
    criterion = Link(SupplierCriterion, verbose_name=pgettext_lazy("label", "Criterion"))
    period = models.DateField(_("Quarter"), help_text=_("Any day in it."))
    stars = averaged(
        models.PositiveSmallIntegerField(
            pgettext_lazy("of a supplier", "Rating"), help_text=_("From 1 (poor) to 5 (excellent).")
        )
    )
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=300, blank=True)
    rated_by = Link(Member, verbose_name=_("Rated by"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Rating of a supplier")
        verbose_name_plural = _("Ratings of suppliers")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "party_id", "period", "criterion_id"],
                condition=LIVE,
                name="supplier_rated_once",
            ),
            models.CheckConstraint(condition=Q(stars__gte=LEAST, stars__lte=MOST), name="supplier_stars"),
        ]
        indexes = [
            models.Index(fields=["tenant", "period", "id"], condition=LIVE, name="rating_by_quarter"),
            models.Index(fields=["tenant", "criterion_id", "id"], condition=LIVE, name="rating_by_criterion"),
        ]
