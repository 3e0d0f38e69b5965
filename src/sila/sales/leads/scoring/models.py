"""Rules that say how hot a lead is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Bilingual, Stamped
from sila.platform.entities.fields import ConditionsField, averaged
from sila.platform.tenancy.models import TenantModel
from sila.work.models import Activity

LIVE = Q(deleted_at=None)


class ScoringRule(Stamped, Bilingual):
    """Points for a lead that meets the conditions and, if `happened` names something, had that within `within_days`."""

    class Happened(models.TextChoices):
        CALL = Activity.Kind.CALL.value, Activity.Kind.CALL.label
        MEETING = Activity.Kind.MEETING.value, Activity.Kind.MEETING.label
        VISIT = Activity.Kind.VISIT.value, Activity.Kind.VISIT.label
        NOTE = Activity.Kind.NOTE.value, Activity.Kind.NOTE.label
        TASK = Activity.Kind.TASK.value, Activity.Kind.TASK.label
        ANY = "any", _("Any of these")

    active = models.BooleanField(_("Active"), default=True)
    conditions = ConditionsField(_("Conditions"), noun="leads")
    happened = models.CharField(
        _("What happened"),
        max_length=7,
        choices=Happened,
        blank=True,
        help_text=_("Done with the lead; the newest counts. Empty: the conditions alone."),
    )
    within_days = averaged(
        models.PositiveSmallIntegerField(
            _("Within days"), null=True, blank=True, help_text=_("Empty: however long ago.")
        )
    )
    points = averaged(
        models.SmallIntegerField(_("Points"), help_text=_("From -100 to 100; less than zero cools the lead."))
    )
    half_life = averaged(
        models.PositiveSmallIntegerField(
            _("Half after days"),
            null=True,
            blank=True,
            help_text=_("After so many days the points are worth half. Empty: they stay."),
        )
    )

    class Meta:
        verbose_name = _("Scoring rule")
        verbose_name_plural = _("Scoring rules")
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=-100, points__lte=100), name="scoring_points"),
        ]
        indexes = [models.Index(fields=["tenant", "id"], condition=LIVE, name="scoring_newest")]


class ScoringLook(TenantModel):
    """Up to which moment leads were scored anew for what was done with them. One row of a workspace."""

    until = models.DateTimeField()

    class Meta:
        verbose_name = _("Look for leads to score")
