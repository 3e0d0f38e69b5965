"""Rules by which leads find their owner, and who got one when."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Bilingual, Member, OrgUnit, Stamped, Team
from sila.platform.entities.fields import ConditionsField, untotalled
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel

LIVE = Q(deleted_at=None)


class AssignmentRule(Stamped, Bilingual):
    """To whom a lead goes that meets the conditions. The first rule in order that finds somebody decides."""

    class Share(models.TextChoices):
        TURN = "turn", _("In turn")
        LOAD = "load", _("To whom has the fewest open leads")

    member_id: UUID | None
    team_id: UUID | None
    unit_id: UUID | None

    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    active = models.BooleanField(_("Active"), default=True)
    conditions = ConditionsField(_("Conditions"), noun="leads")
    territory = models.TextField(
        _("Cities and countries"),
        max_length=5000,
        blank=True,
        help_text=_("One a line. Empty: everywhere."),
    )
    member = Link(Member, verbose_name=pgettext_lazy("label", "Member"), null=True, blank=True)
    team = Link(Team, verbose_name=pgettext_lazy("label", "Team"), null=True, blank=True)
    unit = Link(OrgUnit, verbose_name=pgettext_lazy("label", "Unit"), null=True, blank=True)
    by_territory = models.BooleanField(
        _("To whoever is in charge of the lead's territory"),
        default=False,
        help_text=_("Where it names nobody, to whom the one above it names."),
    )
    share = models.CharField(_("Shared out"), max_length=4, choices=Share, default=Share.TURN)
    by_language = models.BooleanField(
        _("To whoever works in the lead's language"),
        default=False,
        help_text=_("Where nobody does, to any of them."),
    )

    class Meta:
        verbose_name = _("Assignment rule")
        verbose_name_plural = _("Assignment rules")
        indexes = [models.Index(fields=["tenant", "order", "id"], condition=LIVE, name="assignment_in_order")]


class AssignmentTurn(TenantModel):
    """When a member last got a lead by a rule: who waits longest is next."""

    rule_id: UUID
    member_id: UUID

    rule = Link(AssignmentRule, related_name="turns")
    member = Link(Member)
    given_at = models.DateTimeField(default=clock.now)
    given = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Turn of an assignment rule")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "rule_id", "member_id"], name="assignment_turn")
        ]
