"""What managers say of a forecast, and what models have worked out."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member, OrgUnit
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


class ForecastAdjustment(TenantModel):
    """What a manager expects of a unit or a member in a period, beside what the deals add up to. The newest row of a
    period and category counts; without an amount, the one before it was taken back."""

    append_only: ClassVar[bool] = True

    class Category(models.TextChoices):
        COMMIT = "commit", pgettext_lazy("forecast", "Commit")
        BEST_CASE = "best_case", pgettext_lazy("forecast", "Best case")
        PIPELINE = "pipeline", pgettext_lazy("forecast", "Possible")

    unit_id: UUID | None
    member_id: UUID | None
    by_id: UUID

    unit = Link(OrgUnit, null=True)
    member = Link(Member, null=True)
    period = models.CharField(max_length=16)  # as periods.Period.key says it, calendar included
    category = models.CharField(max_length=9, choices=Category)
    amount = models.BigIntegerField(null=True)  # minor units
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=300, blank=True)
    by = Link(Member)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Forecast adjustment")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_id__isnull=True) ^ Q(member_id__isnull=True), name="adjustment_of_one"
            )
        ]
        indexes = [models.Index(fields=["tenant", "period", "id"], name="adjustment_of_period")]


class ModelRun(TenantModel):
    """One run of a model: on what it rests, and how wrong it was before. Its card is docs/models/<kind>.md.

    `key` names what it was run for. `metrics` and `params` hold numbers only.
    """

    kind = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    data_cutoff = models.DateField()
    at = models.DateTimeField(default=clock.now)
    params = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Run of a model")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "key", "data_cutoff"], name="model_run")
        ]


class Prediction(TenantModel):
    """What a run says of a unit with all below it, or of the whole workspace. Amounts in minor units of its currency."""

    run_id: UUID
    unit_id: UUID | None

    run = Link(ModelRun, related_name="predictions")
    unit = Link(OrgUnit, null=True)
    name = models.CharField(max_length=20)
    value = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    reasons = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Prediction")
        indexes = [models.Index(fields=["tenant", "run_id", "unit_id"], name="prediction_of_run")]
