"""A tree of territories, and every move of a record from one to another."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Bilingual, Member, Stamped, Team
from sila.platform.entities.fields import ConditionsField, untotalled
from sila.platform.entities.models import Record
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel

LIVE = Q(deleted_at=None)


class Territory(Stamped, Bilingual):
    """A part of the market, and whose it is. A record stands in the deepest one whose rule it meets; of two beside each
    other in the first by order. One without a rule holds those below it together."""

    parent_id: UUID | None
    member_id: UUID | None
    team_id: UUID | None

    parent = Link("self", verbose_name=_("Part of"), null=True, blank=True, related_name="parts")
    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    places = models.TextField(
        _("Cities and countries"),
        max_length=5000,
        blank=True,
        help_text=_("One a line. Of customers and leads alike."),
    )
    company_rule = ConditionsField(_("Conditions on companies"), noun="organizations")
    person_rule = ConditionsField(_("Conditions on people"), noun="people")
    lead_rule = ConditionsField(_("Conditions on leads"), noun="leads")
    member = Link(Member, verbose_name=_("In charge"), null=True, blank=True)
    team = Link(Team, verbose_name=pgettext_lazy("label", "Team"), null=True, blank=True)

    class Meta:
        verbose_name = _("Territory")
        verbose_name_plural = _("Territories")
        indexes = [
            models.Index(
                fields=["tenant", "parent_id", "order", "id"], condition=LIVE, name="territory_in_order"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(parent_id=models.F("id")), name="territory_not_in_itself")
        ]


class Placed(Record):
    """A record that stands in a territory: where its rule says, or where a person put it."""

    territory_id: UUID | None

    territory = Link(
        Territory,
        verbose_name=_("Territory"),
        null=True,
        blank=True,
        help_text=_("Set by hand it stays. Emptied, the rules of the territories decide."),
    )
    territory_chosen = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class TerritoryMove(TenantModel):
    """One move of one record from a territory into another, and why."""

    told_as: ClassVar[tuple[Any, str]] = (_("Moves between territories"), "map-2")

    class Why(models.TextChoices):
        RULE = "rule", _("By its rule")
        TREE = "tree", _("By changed rules")
        HAND = "hand", _("By hand")
        CUSTOMER = "customer", _("With the customer")

    member_id: UUID | None

    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    from_territory = Link(Territory, null=True)
    to_territory = Link(Territory, null=True)
    why = models.CharField(max_length=8, choices=Why)
    member = Link(Member, null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Move between territories")
        verbose_name_plural = _("Moves between territories")
        indexes = [
            models.Index(fields=["tenant", "entity", "record_id", "id"], name="moves_of_record"),
            models.Index(fields=["tenant", "from_territory_id", "id"], name="moves_out_of_territory"),
            models.Index(fields=["tenant", "to_territory_id", "id"], name="moves_into_territory"),
        ]
