"""Who of a partner may come into the portal, the ways in that were asked for, and who is in."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.models import PEOPLE, Party
from sila.platform.access.models import Stamped
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel
from sila.sales.models import LIVE
from sila.sales.partners.models import Partner


class PortalUser(Stamped):
    """A person of a partner who may come in. Their address is the key: what proves them is mailed to it."""

    told_as: ClassVar[tuple[Any, str]] = (_("Access to the portal"), "door-enter")

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("portal", "Invited")
        ACTIVE = "active", pgettext_lazy("portal", "Active")
        REVOKED = "revoked", pgettext_lazy("portal", "Ended")

    OPEN = (State.INVITED, State.ACTIVE)

    partner_id: UUID
    person_id: UUID

    name = models.CharField(_("Name"), max_length=200, editable=False, blank=True)
    partner = Link(Partner, verbose_name=pgettext_lazy("noun", "Partner"), related_name="portal_users")
    person = Link(
        Party, verbose_name=_("Contact person"), related_name="portal_seats", limit_choices_to=PEOPLE
    )
    email = models.EmailField(
        _("E-mail"), blank=True, help_text=_("Empty: the person's. Invitation and codes go to this address.")
    )
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default="ar")
    state = models.CharField(
        pgettext_lazy("portal", "Access"), max_length=7, choices=State, default=State.INVITED, editable=False
    )
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=300, blank=True)
    invited_at = models.DateTimeField(_("Invited on"), null=True, blank=True, editable=False)
    seen_at = models.DateTimeField(_("Last seen"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Person in the portal")
        verbose_name_plural = _("People in the portal")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=LIVE & Q(state__in=["invited", "active"]),
                name="portal_address",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "partner_id", "id"], condition=LIVE, name="portal_of_partner"),
            models.Index(fields=["tenant", "person_id"], name="portal_of_person"),
            models.Index(fields=["tenant", "invited_at", "id"], condition=LIVE, name="portal_by_invitation"),
            models.Index(fields=["tenant", "seen_at", "id"], condition=LIVE, name="portal_by_seen"),
        ]

    def __str__(self) -> str:
        return self.name


class PortalEntry(TenantModel):
    """A way in that was asked for: a link, and a code unless it is an invitation. Only hashes are kept; one that was asked
    for with an address that nobody has looks the same, and opens nothing."""

    told_as: ClassVar[tuple[Any, str]] = (_("Ways into the portal"), "key")
    user_id: UUID | None

    user = Link(PortalUser, null=True, related_name="entries")
    address = models.EmailField(blank=True)
    invitation = models.BooleanField(default=False)
    link_hash = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Way into the portal")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "link_hash"], condition=~Q(link_hash=""), name="portal_link"
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "user_id", "made_at"], name="portal_entries"),
            models.Index(fields=["tenant", "expires_at"], name="portal_entries_over"),
        ]


class PortalSession(TenantModel):
    """Somebody is in, in one browser. It ends at once when its row says so."""

    told_as: ClassVar[tuple[Any, str]] = (_("Sessions in the portal"), "device-laptop")
    user_id: UUID

    user = Link(PortalUser, related_name="sessions")
    secret_hash = models.CharField(max_length=64)
    begun_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Session in the portal")
        constraints = [models.UniqueConstraint(fields=["tenant", "secret_hash"], name="portal_session")]
        indexes = [models.Index(fields=["tenant", "user_id"], name="portal_sessions")]
