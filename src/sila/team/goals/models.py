"""A goal of one person, team or unit."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member, OrgUnit, Team
from sila.platform.entities.fields import ChosenField, CurrencyField, MoneyField, untotalled
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link
from sila.team.every import Calendar, Every
from sila.team.goals.metrics import choices

LIVE = Q(deleted_at=None)


class Goal(Record):
    """How much of a metric in a period, of exactly one person, team or unit. Its owner is the person; of a team or unit
    whoever set it. What is an amount has `target`, what is counted has `number`; `period` is the key of the period."""

    marks: ClassVar[tuple[str, ...]] = ()
    member_id: UUID | None
    team_id: UUID | None
    unit_id: UUID | None

    name = models.CharField(_("Name"), max_length=200, editable=False, blank=True)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    member = Link(Member, verbose_name=_("Of the person"), null=True, blank=True)
    team = Link(Team, verbose_name=_("Of the team"), null=True, blank=True)
    unit = Link(OrgUnit, verbose_name=_("Of the unit"), null=True, blank=True)
    metric = ChosenField(_("Metric"), max_length=30, options=choices)
    target = MoneyField(
        _("Target amount"), null=True, blank=True, help_text=_("Of what is counted in money.")
    )
    number = untotalled(
        models.PositiveIntegerField(
            _("Target number"), null=True, blank=True, help_text=_("Of what is counted in pieces.")
        )
    )
    currency = CurrencyField(_("Currency"), editable=False)
    every = models.CharField(
        pgettext_lazy("commission", "Period"), max_length=7, choices=Every, default=Every.QUARTER
    )
    calendar = models.CharField(_("Calendar"), max_length=9, choices=Calendar, default=Calendar.GREGORIAN)
    begins = models.DateField(
        pgettext_lazy("goal", "Begins"), help_text=_("Any day of it: it begins with its first day.")
    )
    ends = models.DateField(pgettext_lazy("goal", "Ends"), editable=False)
    period = models.CharField(max_length=16, editable=False)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Goal")
        verbose_name_plural = _("Goals")
        constraints: ClassVar[list[Any]] = [
            *(
                models.UniqueConstraint(
                    fields=["tenant", f"{of}_id", "metric", "period"], condition=LIVE, name=f"goal_of_{of}"
                )
                for of in ("member", "team", "unit")
            ),
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="goal_days"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="goal_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="goal_by_name"),
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="goal_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="goal_ends"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="goal_touched"),
            models.Index(fields=["tenant", "owner_id", "begins", "id"], condition=LIVE, name="goal_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="goal_in_unit"),
            models.Index(fields=["tenant", "period", "id"], condition=LIVE, name="goal_of_period"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def aim(self) -> int:
        """In minor units, or pieces."""
        return self.target if self.target is not None else self.number or 0
