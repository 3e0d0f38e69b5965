"""What was asked for and what became of it, and up to where a role decides by itself."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member, Role, Stamped
from sila.platform.entities.fields import ChosenField, CurrencyField, averaged
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.work.approvals.kinds import choices

LIVE = Q(deleted_at=None)


class Approval(TenantModel):
    """One request. It is put to a member, to the holders of a role, or to whoever has the authority.

    `facts` is what was asked about; `fingerprint` tells it from all else, so that a yes holds for nothing more.
    """

    told_as: ClassVar[tuple[Any, str]] = (_("Approvals"), "rubber-stamp")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("approval", "Waiting")
        APPROVED = "approved", pgettext_lazy("approval", "Approved")
        REFUSED = "refused", pgettext_lazy("approval", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("approval", "Withdrawn")

    asked_by_id: UUID | None
    approver_id: UUID | None
    role_id: UUID | None

    kind = models.CharField(max_length=40)
    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    title = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    asked_by = Link(Member, null=True)
    asked_at = models.DateTimeField(default=clock.now)
    approver = Link(Member, null=True)
    role = Link(Role, null=True)
    decided_by = Link(Member, null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("Approval")
        verbose_name_plural = _("Approvals")
        indexes = [
            models.Index(fields=["tenant", "record_id", "id"], name="approval_of_record"),
            models.Index(fields=["tenant", "state", "id"], name="approval_by_state"),
            models.Index(fields=["tenant", "asked_by_id", "id"], name="approval_of_asker"),
        ]


class AuthorityLimit(Stamped):
    """Up to where the holders of a role decide by themselves; beyond it they ask for approval."""

    role_id: UUID

    name = models.CharField(_("Name"), max_length=120, editable=False)  # of the role, for titles
    name_en = models.CharField(_("Name in English"), max_length=120, editable=False, blank=True)
    role = Link(Role, verbose_name=_("Role"))
    kind = ChosenField(_("For"), max_length=40, options=choices)
    most = averaged(models.DecimalField(_("Up to"), max_digits=20, decimal_places=3))
    currency = CurrencyField(_("Currency"), help_text=_("For amounts; shares are in percent."))
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Authority limit")
        verbose_name_plural = _("Authority limits")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "role_id", "kind"], condition=LIVE, name="authority_of_role"
            ),
            models.CheckConstraint(condition=Q(most__gte=0), name="authority_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
