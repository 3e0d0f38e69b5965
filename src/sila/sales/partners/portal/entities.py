"""People in the portal, as a noun that belongs to their partner: whoever may change the partner may invite and end."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Action, Entity, register
from sila.sales.partners.portal.access import SLUG, derive, follow, invite, on_trash, revoke
from sila.sales.partners.portal.models import PortalUser

State = PortalUser.State

portal_users = register(
    Entity(
        model=PortalUser,
        slug=SLUG,
        icon="door-enter",
        belongs_to="partner",
        sort="-invited_at",
        subtitle="email",
        told_apart=("email",),
        tones={"state": {"invited": "3", "active": "ok", "revoked": "bad"}},
        columns=("name", "partner", "email", "state", "seen_at"),
        sections={
            _("Person in the portal"): ("name", "partner", "person", "email", "language", "note"),
            pgettext_lazy("portal", "Access"): ("state", "invited_at", "seen_at"),
        },
        filters=("partner", "person", "state", "language", "invited_at", "seen_at"),
        quick=("partner", "person", "email", "language"),
        carried=("state", "invited_at", "seen_at"),
        keys=("email", "name"),
        match=("email",),
        mergeable=False,
        rules=(derive,),
        effects=(follow,),
        on_trash=on_trash,
        actions=(
            Action("invite", _("Send the invitation"), invite, icon="mail-forward"),
            Action(
                "revoke",
                _("End the access"),
                revoke,
                icon="door-off",
                style="bad",
                when=lambda user: user.state in PortalUser.OPEN,
            ),
        ),
    )
)
