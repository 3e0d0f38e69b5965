"""What a workspace asks of its data."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Stamped
from sila.platform.tenancy.models import TenantModel


class QualityPlan(TenantModel):
    """How a noun's records are graded, as differences to what follows from its declaration. See quality/plan.py.

    `spread`: how many records have 0–9, 10–19, … 90–99 and 100, as they were counted at `counted_at`.
    """

    entity = models.CharField(max_length=40)
    weights = models.JSONField(default=dict)  # field -> 0 to 5
    stale_days = models.PositiveSmallIntegerField(null=True)  # 0: nothing grows stale; None: as declared
    spread = models.JSONField(default=list)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Plan of data quality")
        constraints = [models.UniqueConstraint(fields=["tenant", "entity"], name="quality_plan_of_noun")]


class QualityRule(Stamped):
    """What a noun's records must not be: a condition, and what is said where it holds. See quality/rules.py.

    `key` is drawn by lot and never changes: under it a record's `custom`, and the side table, hold that it breaks it.
    """

    entity = models.CharField(max_length=40)
    key = models.CharField(max_length=12, editable=False)
    formula = models.TextField(max_length=4000)
    message = models.CharField(_("Message in Arabic"), max_length=300)
    message_en = models.CharField(_("Message in English"), max_length=300, blank=True)
    field = models.CharField(_("Where the message stands"), max_length=40, blank=True)
    refuses = models.BooleanField(_("Refuses to save"), default=True)  # else it only marks
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("Validation rule")
        verbose_name_plural = _("Validation rules")
        constraints = [models.UniqueConstraint(fields=["tenant", "entity", "key"], name="quality_rule_key")]

    def __str__(self) -> str:
        return (self.message_en if get_language() == "en" else "") or self.message
