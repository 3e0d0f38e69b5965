"""How a member plans their days of visits, and when somebody was at a customer's."""

from datetime import time
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member
from sila.platform.entities.fields import CoordinatesField
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.work.models import Activity

MINUTES, BETWEEN, QUIET_DAYS = 45, 15, 30


class VisitHabits(TenantModel):
    """What a member's days of visits begin with, and whether the place of a check-in may be kept. One row a member."""

    member_id: UUID

    member = Link(Member)
    start_at = models.TimeField(_("Start of the day"), default=time(9))
    end_at = models.TimeField(_("End of the day"), default=time(17))
    minutes = models.PositiveSmallIntegerField(_("Minutes for each visit"), default=MINUTES)
    between = models.PositiveSmallIntegerField(_("Minutes on the way between two"), default=BETWEEN)
    quiet_days = models.PositiveSmallIntegerField(
        _("Worth a visit after days without contact"), default=QUIET_DAYS
    )
    office = CoordinatesField(_("Where the day begins"))
    keeps_place = models.BooleanField(_("Keep where I was when I check in"), default=False)

    class Meta:
        verbose_name = _("Habits of visiting")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "member_id"], name="visit_habits_once"),
            models.CheckConstraint(condition=Q(end_at__gt=models.F("start_at")), name="visit_habits_day"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=480), name="visit_habits_minutes"
            ),
        ]


class VisitCheck(TenantModel):
    """Once at a customer's for a visit: a visit that is put off may be begun again on another day. `place` is kept only if
    whoever was there wants it."""

    told_as: ClassVar[tuple[Any, str]] = (_("Check-ins"), "map-pin-check")

    class Outcome(models.TextChoices):
        MET = "met", pgettext_lazy("visit", "Met")
        ABSENT = "absent", pgettext_lazy("visit", "Nobody there")
        POSTPONED = "postponed", pgettext_lazy("visit", "Postponed")
        ORDERED = "ordered", pgettext_lazy("visit", "Order taken")

    visit_id: UUID
    member_id: UUID | None

    visit = Link(Activity, related_name="checks")
    member = Link(Member, null=True)
    arrived_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True)
    place = CoordinatesField(_("Place"))
    accuracy = models.PositiveIntegerField(_("Accuracy in metres"), null=True)
    outcome = models.CharField(_("Outcome"), max_length=9, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("Check-in")
        indexes = [models.Index(fields=["tenant", "visit_id", "arrived_at"], name="check_of_visit")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "visit_id"], condition=Q(left_at=None), name="check_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=models.F("arrived_at")), name="check_leaves_later"
            ),
        ]
