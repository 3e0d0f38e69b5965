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
    if not context.actor.can("portal-users", "view"):
        return []
    shown = _around(partner, context)
    if partner.told.get("portal"):
        shown |= {"lazy": f"/w/{context.reader.slug}/partner/{partner.id}/portal", "note": "…"}
    return [shown]


def card(partner: Partner, context: Context) -> dict[str, Any]:
    """The same with the people of the partner."""
    rows = registry["portal-users"].visible_to(context.actor).filter(partner_id=partner.id)
    may_edit = context.actor.may("partners", "edit", partner)
    people = rows.order_by("state", "-id")[:SHOWN]
    return _around(partner, context) | {"items": [_item(user, context, may_edit) for user in people]}


def _around(partner: Partner, context: Context) -> dict[str, Any]:
    noun, slug = registry["portal-users"], context.reader.slug
    may_add = context.actor.may("partners", "edit", partner) and partner.active
    query = urlencode({"partner": partner.id})
    return {
        "key": "portal",
        "label": _("Portal"),
        "icon": noun.icon,
        "url": noun.url(slug, tail=f"?f=partner:any:{partner.id}"),
        "add_url": noun.url(slug, tail=f"new?{query}") if may_add else "",
        "add_label": _("Invite a person"),
        "items": [],
    }


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
