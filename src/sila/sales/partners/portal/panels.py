"""Who of a partner comes into the portal, on the partner's page; and how the events of the portal are told."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.sales.partners.models import Partner
from sila.sales.partners.portal.models import PortalUser

SHOWN = 8


def panel(partner: Partner, context: Context) -> list[dict[str, Any]]:
    noun = registry["portal-users"]
    rows = noun.visible_to(context.actor).filter(partner_id=partner.id)
    people = rows.order_by("state", "-id")[:SHOWN] if partner.told.get("portal") else ()
    may_edit = context.actor.may("partners", "edit", partner)
    query = urlencode({"partner": partner.id})
    return [
        {
            "key": "portal",
            "label": _("Portal"),
            "icon": noun.icon,
            "url": noun.url(context.reader.slug, tail=f"?f=partner:any:{partner.id}"),
            "add_url": noun.url(context.reader.slug, tail=f"new?{query}")
            if may_edit and partner.active
            else "",
            "add_label": _("Invite a person"),
            "items": [_item(user, context, may_edit) for user in people],
        }
    ]


def _item(user: PortalUser, context: Context, may_edit: bool) -> dict[str, Any]:
    seen = context.reader.moment(user.seen_at) if user.seen_at else ""
    state = user.get_state_display()
    return {
        "title": user.name,
        "icon": "user-check" if user.state == PortalUser.State.ACTIVE else "user",
        "url": registry["portal-users"].url(context.reader.slug, user.id),
        "hint": f"{state} · {_('Last seen: %(moment)s') % {'moment': seen}}" if seen else state,
        "buttons": _buttons(user, context) if may_edit else [],
    }


def _buttons(user: PortalUser, context: Context) -> list[dict[str, Any]]:
    noun, slug = registry["portal-users"], context.reader.slug
    again = {
        "icon": "mail-forward",
        "label": _("Send the invitation"),
        "url": noun.url(slug, user.id, "do/invite"),
    }
    end = {
        "icon": "door-off",
        "label": _("End the access"),
        "url": noun.url(slug, user.id, "do/revoke"),
        "confirm": _("%(name)s is signed out at once and cannot come in any more.") % {"name": user.name},
    }
    return [again, end] if user.state in PortalUser.OPEN else [again]


def has_people(entity: Entity) -> Any:
    if entity.slug != "partners":
        return None
    return Exists(PortalUser.objects.filter(partner_id=OuterRef("id"), deleted_at=None))


extensions.marks["portal"] = has_people
VERBS.update(
    {
        "portal_invited": (gettext_lazy("sent an invitation into the portal"), "mail-forward"),
        "portal_revoked": (gettext_lazy("ended the access to the portal"), "door-off"),
        "portal_entered": (gettext_lazy("signed in"), "door-enter"),
        "portal_left": (gettext_lazy("signed out"), "logout"),
        "portal_code_wrong": (gettext_lazy("typed a wrong code"), "alert-triangle"),
    }
)
