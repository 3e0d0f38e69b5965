"""Sold assets, the terms of their warranty, claims, and plans of maintenance with the visits that they planned."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.catalog.models import Product
from sila.parties.models import Party
from sila.platform.access.models import Bilingual, Stamped
from sila.platform.entities.fields import averaged
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.models import LIVE
from sila.sales.orders.models import OrderLine, SalesOrder
from sila.work.models import Activity


class WarrantyTerm(Stamped, Bilingual):
    """What is promised for a product, or for all that have no term of their own."""

    class Begins(models.TextChoices):
        SOLD = "sold", _("With the sale")
        INSTALLED = "installed", _("With the installation")

    product_id: UUID | None

    product = Link(Product, verbose_name=_("For the product"), null=True, blank=True)
    months = averaged(models.PositiveSmallIntegerField(_("Months"), default=24))
    begins = models.CharField(
        pgettext_lazy("label", "Begins"), max_length=9, choices=Begins, default=Begins.SOLD
    )
    parts = models.BooleanField(_("Covers parts"), default=True)
    labour = models.BooleanField(_("Covers labour"), default=True)
    details = models.TextField(_("What is left out"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("Warranty term")
        verbose_name_plural = _("Warranty terms")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="warranty_term_name"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=600), name="warranty_term_months"),
        ]


class Asset(Record):
    class Status(models.TextChoices):
        IN_USE = "in_use", pgettext_lazy("asset", "In use")
        REPLACED = "replaced", pgettext_lazy("asset", "Replaced")
        RETIRED = "retired", _("Out of use")

    product_id: UUID | None
    party_id: UUID | None
    term_id: UUID | None
    order_line_id: UUID | None

    name = models.CharField(_("Name"), max_length=200, blank=True)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    serial = models.CharField(_("Serial number"), max_length=80, blank=True)
    product = Link(Product, verbose_name=pgettext_lazy("label", "Product"), null=True, blank=True)
    party = Link(Party, verbose_name=pgettext_lazy("label", "Customer"), null=True, blank=True)
    status = models.CharField(_("Status"), max_length=8, choices=Status, default=Status.IN_USE)
    place = models.CharField(_("Where it stands"), max_length=200, blank=True)
    sold_on = models.DateField(_("Sold on"), null=True, blank=True)
    installed_on = models.DateField(_("Installed on"), null=True, blank=True)
    term = Link(WarrantyTerm, verbose_name=_("Warranty term"), null=True, blank=True)
    warranty_from = models.DateField(_("Warranty from"), null=True, blank=True)
    warranty_until = models.DateField(_("Warranty until"), null=True, blank=True)
    sales_order = Link(
        SalesOrder,
        verbose_name=_("Sales order"),
        null=True,
        blank=True,
        editable=False,
        related_name="assets",
    )
    order_line = Link(OrderLine, null=True, blank=True, editable=False, related_name="assets")

    class Meta:
        verbose_name = _("Sold asset")
        verbose_name_plural = _("Sold assets")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "product_id", "serial"],
                condition=LIVE & ~Q(serial=""),
                name="asset_serial",
            ),
            models.CheckConstraint(
                condition=Q(warranty_from__isnull=True)
                | Q(warranty_until__isnull=True)
                | Q(warranty_until__gte=F("warranty_from")),
                name="asset_warranty_days",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="asset_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="asset_by_name"),
            models.Index(fields=["tenant", "serial", "id"], condition=LIVE, name="asset_by_serial"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="asset_in_status"),
            models.Index(fields=["tenant", "sold_on", "id"], condition=LIVE, name="asset_by_sale"),
            models.Index(fields=["tenant", "installed_on", "id"], condition=LIVE, name="asset_by_installing"),
            models.Index(fields=["tenant", "warranty_from", "id"], condition=LIVE, name="asset_by_begin"),
            models.Index(fields=["tenant", "warranty_until", "id"], condition=LIVE, name="asset_by_warranty"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="asset_touched"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="asset_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="asset_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="asset_of_party"),
            models.Index(fields=["tenant", "product_id", "id"], condition=LIVE, name="asset_of_product"),
            models.Index(fields=["tenant", "sales_order_id", "id"], condition=LIVE, name="asset_of_order"),
            models.Index(fields=["tenant", "order_line_id"], condition=LIVE, name="asset_of_order_line"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.serial}".strip()


class WarrantyClaim(Record):
    """`coverage` is what the warranty said on the day of the report; a later change of the term does not reach it."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("claim", "Open")
        APPROVED = "approved", pgettext_lazy("claim", "Approved")
        REFUSED = "refused", pgettext_lazy("claim", "Refused")
        DONE = "done", pgettext_lazy("claim", "Settled")

    class Coverage(models.TextChoices):
        FULL = "full", _("Covered")
        PARTS = "parts", _("Parts only")
        LABOUR = "labour", _("Labour only")
        EARLY = "early", _("Not begun yet")
        EXPIRED = "expired", _("Warranty has ended")
        NONE = "none", _("No warranty")

    asset_id: UUID
    party_id: UUID | None
    replacement_id: UUID | None

    number = models.CharField(pgettext_lazy("label", "Number"), max_length=30, editable=False)
    name = models.CharField(_("What is wrong"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    asset = Link(Asset, verbose_name=_("Sold asset"), related_name="claims")
    party = Link(
        Party, verbose_name=pgettext_lazy("label", "Customer"), null=True, blank=True, editable=False
    )
    status = models.CharField(_("Status"), max_length=8, choices=Status, default=Status.OPEN, editable=False)
    coverage = models.CharField(_("Coverage"), max_length=8, choices=Coverage, editable=False)
    reported_on = models.DateField(_("Reported on"), null=True, blank=True)
    problem = models.TextField(_("Details"), max_length=5000, blank=True)
    decision = models.CharField(_("Reason for the decision"), max_length=300, blank=True, editable=False)
    decided_at = models.DateTimeField(_("Decided on"), null=True, blank=True, editable=False)
    result = models.TextField(_("What was done"), max_length=5000, blank=True, editable=False)
    settled_on = models.DateField(_("Settled on"), null=True, blank=True, editable=False)
    replacement = Link(SalesOrder, verbose_name=_("Replacement order"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Warranty claim")
        verbose_name_plural = _("Warranty claims")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="claim_number")]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="claim_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="claim_by_name"),
            models.Index(fields=["tenant", "status", "id"], condition=LIVE, name="claim_in_status"),
            models.Index(fields=["tenant", "reported_on", "id"], condition=LIVE, name="claim_by_report"),
            models.Index(fields=["tenant", "decided_at", "id"], condition=LIVE, name="claim_by_decision"),
            models.Index(fields=["tenant", "settled_on", "id"], condition=LIVE, name="claim_by_settling"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="claim_touched"),
            models.Index(
                fields=["tenant", "owner_id", "status", "id"], condition=LIVE, name="claim_of_owner"
            ),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="claim_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="claim_of_party"),
            models.Index(fields=["tenant", "asset_id", "id"], condition=LIVE, name="claim_of_asset"),
        ]

    def __str__(self) -> str:
        return self.name


class MaintenancePlan(Record):
    """Every so many months from `starts_on` on a visit falls due. `next_due` is the next one that is not planned yet; on
    `plan_on`, `ahead` days before, it gets into the calendar of the plan's owner."""

    asset_id: UUID
    party_id: UUID | None

    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    asset = Link(Asset, verbose_name=_("Sold asset"), related_name="plans")
    party = Link(
        Party, verbose_name=pgettext_lazy("label", "Customer"), null=True, blank=True, editable=False
    )
    every = averaged(models.PositiveSmallIntegerField(_("Every how many months"), default=6))
    starts_on = models.DateField(_("First visit"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    ahead = averaged(models.PositiveSmallIntegerField(_("Plan so many days before"), default=14))
    task = models.TextField(_("What is to be done"), max_length=5000, blank=True)
    next_due = models.DateField(_("Next due"), null=True, blank=True, editable=False)
    plan_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("Maintenance plan")
        verbose_name_plural = _("Maintenance plans")
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=120), name="maintenance_every"),
            models.CheckConstraint(condition=Q(ahead__lte=365), name="maintenance_ahead"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="maintenance_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="maintenance_by_name"),
            models.Index(fields=["tenant", "next_due", "id"], condition=LIVE, name="maintenance_by_due"),
            models.Index(fields=["tenant", "plan_on", "id"], condition=LIVE, name="maintenance_to_plan"),
            models.Index(fields=["tenant", "starts_on", "id"], condition=LIVE, name="maintenance_by_start"),
            models.Index(fields=["tenant", "ends_on", "id"], condition=LIVE, name="maintenance_by_end"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="maintenance_touched"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="maintenance_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="maintenance_of_unit"),
            models.Index(fields=["tenant", "party_id", "id"], condition=LIVE, name="maintenance_of_party"),
            models.Index(fields=["tenant", "asset_id", "id"], condition=LIVE, name="maintenance_of_asset"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_over(self, day: date) -> bool:
        return self.ends_on is not None and day > self.ends_on


class MaintenanceVisit(TenantModel):
    """The visit that a plan has planned for a day on which it fell due: one for each."""

    told_as: ClassVar[tuple[Any, str]] = (_("Maintenance visits"), "map-pin")
    plan_id: UUID
    activity_id: UUID

    plan = Link(MaintenancePlan, related_name="visits")
    due_on = models.DateField()
    activity = Link(Activity)

    class Meta:
        verbose_name = _("Maintenance visit")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "plan_id", "due_on"], name="maintenance_visit_once"),
        ]
        indexes = [models.Index(fields=["tenant", "activity_id"], name="maintenance_of_activity")]
