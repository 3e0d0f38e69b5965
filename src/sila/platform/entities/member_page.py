"""What a member's page shows beside its fields: invitation, roles, teams."""

from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.models import Member, MemberRole, TeamMember
from sila.platform.entities.kinds import Context
from sila.platform.entities.membership import invitation_state


def may_be_invited(member: Member) -> bool:
    return member.active and member.user_id is None


def flags(member: Member, context: Context) -> list[dict[str, Any]]:
    if not member.active:
        return [{"text": _("This member is deactivated and cannot sign in here."), "kind": "warn"}]
    state, _last = invitation_state(member)
    text = {
        "none": _("This member has not been invited yet."),
        "invited": _("The invitation is waiting to be accepted."),
        "expired": _("The invitation has expired. Send a new one."),
    }.get(state)
    return [{"text": text, "kind": "info" if state == "invited" else "warn"}] if text else []


def panels(member: Member, context: Context) -> list[dict[str, Any]]:
    base = f"/w/{context.reader.slug}/"
    here = f"{base}members/{member.id}/"
    admin = context.actor.is_admin
    roles = [
        holding.role for holding in MemberRole.objects.filter(member_id=member.id).select_related("role")
    ]
    teams = [place.team for place in TeamMember.objects.filter(member_id=member.id).select_related("team")]
    return [
        _panel("invitation", _("Invitation"), "mail", [_invitation(member, context)], ""),
        _panel(
            "roles",
            _("Roles"),
            "shield-lock",
            [
                {
                    "title": str(role),
                    "url": f"{base}access/?role={role.id}" if admin else "",
                    "icon": "shield-lock",
                    "hint": "",
                }
                for role in roles
                if role.deleted_at is None
            ],
            here + "roles" if admin else "",
        ),
        _panel(
            "teams",
            _("Teams"),
            "users-group",
            [
                {"title": str(team), "url": f"{base}teams/{team.id}/", "icon": "users-group", "hint": ""}
                for team in teams
            ],
            here + "teams" if admin else "",
        ),
    ]


def _panel(key: str, label: str, icon: str, items: list[dict[str, Any]], add_url: str) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "icon": icon,
        "count": "",
        "url": "",
        "add_url": add_url,
        "items": items,
    }


def _invitation(member: Member, context: Context) -> dict[str, Any]:
    state, last = invitation_state(member)
    titles = {
        "joined": _("Joined"),
        "invited": _("Invited"),
        "expired": _("Invitation expired"),
        "none": _("Not invited yet"),
    }
    moment = (last.used_at if state == "joined" else last.expires_at) if last else None
    hint = ""
    if moment:
        reader = context.reader
        day = reader.day(moment.astimezone(reader.tz).date(), calendar=reader.calendar)
        hint = (_("on %(day)s") if state == "joined" else _("until %(day)s")) % {"day": day}
    return {"title": titles[state], "hint": hint, "url": "", "icon": "mail"}
