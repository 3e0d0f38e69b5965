"""Who is on the board, contests with the ledger of their prizes, and thanks between colleagues."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Bilingual, Member, Stamped
from sila.platform.entities.fields import ChosenField
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.team.goals.metrics import choices

LIVE = Q(deleted_at=None)


class BoardSeat(TenantModel):
    """A person who wants to be compared. Who has none is on no board."""

    member_id: UUID

    member = Link(Member)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Place on the board")
        constraints = [models.UniqueConstraint(fields=["tenant", "member_id"], name="board_seat")]


class Compared(models.TextChoices):
    GOAL = "goal", _("Against the own goal")
    TERRITORY = "territory", _("Beside the territory")
    TENURE = "tenure", _("By time in the company")


class BoardSettings(TenantModel):
    """How the board compares, unless somebody looks at it otherwise. One row at most."""

    by = models.CharField(_("Compared by"), max_length=9, choices=Compared, default=Compared.GOAL)
    least = models.PositiveSmallIntegerField(_("People of a territory, at least"), default=4)

    class Meta:
        verbose_name = _("Settings of the board")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="board_settings_once")]


class Contest(Stamped, Bilingual):
    """Who does most of a metric between two days, among those on the board. `prizes`: one a line, the first place first."""

    metric = ChosenField(_("Metric"), max_length=30, options=choices)
    begins = models.DateField(_("From"))
    ends = models.DateField(_("To"))
    prizes = models.TextField(
        _("Prizes"),
        max_length=1000,
        help_text=_("One a line: that of the first place, of the second, and so on."),
    )
    terms = models.TextField(pgettext_lazy("contest", "Rules"), max_length=2000, blank=True)
    settled_at = models.DateTimeField(_("Settled on"), null=True, editable=False)

    class Meta:
        verbose_name = _("Contest")
        verbose_name_plural = _("Contests")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="contest_name"),
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="contest_days"),
        ]
        indexes = [
            models.Index(fields=["tenant", "begins", "id"], condition=LIVE, name="contest_begins"),
            models.Index(fields=["tenant", "ends", "id"], condition=LIVE, name="contest_ends"),
        ]


class ContestPrize(TenantModel):
    """The ledger: who won what, and with which figure. Written once, when the contest is settled."""

    append_only: ClassVar[bool] = True
    goes_with: ClassVar[str] = "contest"
    contest_id: UUID
    member_id: UUID

    contest = Link(Contest, related_name="ledger")
    member = Link(Member)
    place = models.PositiveSmallIntegerField()
    prize = models.CharField(max_length=200)
    value = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Prize")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contest_id", "member_id"], name="contest_prize_once")
        ]


class Kudos(TenantModel):
    """Thanks of one colleague to another, with the reason."""

    append_only: ClassVar[bool] = True
    giver_id: UUID
    receiver_id: UUID

    giver = Link(Member, related_name="kudos_given")
    receiver = Link(Member, related_name="kudos_received")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("Thanks")
        indexes = [
            models.Index(fields=["tenant", "giver_id", "at"], name="kudos_given"),
            models.Index(fields=["tenant", "receiver_id", "at"], name="kudos_received"),
            models.Index(fields=["tenant", "at"], name="kudos_when"),
        ]
