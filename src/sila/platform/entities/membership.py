"""What administrators do with members: invite, give roles, put into teams, deactivate."""

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access import links
from sila.platform.access.actor import Actor
from sila.platform.access.models import Invitation, Member, MemberRole, Role, Team, TeamMember
from sila.platform.access.rules import compile_anew
from sila.platform.activity import log
from sila.platform.entities.computed.keeping import settle
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock

SLUG = "members"
logger = logging.getLogger(__name__)


def administrators_only(record: object, changes: dict[str, object], by: Actor) -> None:
    """Who sits where decides who sees what, so only administrators may change it, whatever a role says."""
    if not by.is_admin:
        raise NotAllowed(_("Only administrators may change this."))


def invite(member: Member, *, by: Actor) -> str:
    """A new single-use link, sent by mail; the older ones end. Raises NotAllowed, Invalid."""
    administrators_only(member, {}, by)
    if member.user_id:
        raise Invalid({"": _("This member has joined already.")})
    if not member.active:
        raise Invalid({"": _("Reactivate the member first.")})
    with transaction.atomic():
        path = links.invite(member)
        _record("invited", member, by)
    return path


def send_invitation(member: Member, address: str, *, by: Actor) -> bool:
    """Mail the link in the workspace's language. False if no mail could be sent; the link is good all the same."""
    with translation.override(by.workspace.language):
        names = {
            "workspace": by.workspace.name,
            "name": member.name,
            "address": address,
            "days": links.INVITATION_DAYS,
        }
        subject = _("Your invitation to %(workspace)s") % names
        text = (
            _(
                "Peace be upon you, %(name)s.\n\nYou are invited to %(workspace)s in Sila. Open this link to join; it works "
                "once, and for %(days)s days:\n\n%(address)s\n"
            )
            % names
        )
    try:
        return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [member.email]))
    except (OSError, SMTPException):
        logger.exception("an invitation could not be mailed")
        return False


def invite_by_mail(member: Member, *, by: Actor) -> Member:
    """The verb as pages and API offer it."""
    send_invitation(member, settings.ADDRESS + invite(member, by=by), by=by)
    return member


def invitation_state(member: Member) -> tuple[str, Invitation | None]:
    """joined, invited, expired or none; with the last invitation."""
    last: Invitation | None = Invitation.objects.filter(member_id=member.id).order_by("-created_at").first()
    if member.user_id:
        return "joined", last
    if last is None:
        return "none", None
    return ("invited" if last.expires_at > clock.now() else "expired"), last


# ---- roles and teams -------------------------------------------------------------------------------
def set_roles(member: Member, wanted: Iterable[UUID], *, by: Actor) -> None:
    """The member's roles are these, and no others. Raises Invalid if nobody would run the workspace any more."""
    administrators_only(member, {}, by)
    with transaction.atomic():
        roles = {role.id: role for role in Role.objects.filter(deleted_at=None)}
        now = set(_role_ids(member))
        new = set(wanted) & roles.keys()
        for role_id in new - now:
            MemberRole.objects.create(member_id=member.id, role_id=role_id)
            _record("role given", member, by, role=str(role_id), text_of=roles[role_id].name)
        for role_id in now - new:
            MemberRole.objects.filter(member_id=member.id, role_id=role_id).delete()
            name = roles[role_id].name if role_id in roles else ""
            _record("role taken", member, by, role=str(role_id), text_of=name)
        _keep_an_administrator()
        compile_anew(member, {}, by)


def give_role(member: Member, role: Role, *, by: Actor) -> None:
    set_roles(member, {*_role_ids(member), role.id}, by=by)


def take_role(member: Member, role: Role, *, by: Actor) -> None:
    set_roles(member, set(_role_ids(member)) - {role.id}, by=by)


def _role_ids(member: Member) -> list[UUID]:
    return list(MemberRole.objects.filter(member_id=member.id).values_list("role_id", flat=True))


def set_teams(member: Member, wanted: Iterable[UUID], *, by: Actor) -> None:
    administrators_only(member, {}, by)
    with transaction.atomic():
        teams = {team.id: team for team in Team.objects.filter(deleted_at=None)}
        now = set(TeamMember.objects.filter(member_id=member.id).values_list("team_id", flat=True))
        new = set(wanted) & teams.keys()
        for team_id in new - now:
            TeamMember.objects.create(member_id=member.id, team_id=team_id)
            _record("team joined", member, by, team=str(team_id), text_of=teams[team_id].name)
        for team_id in now - new:
            TeamMember.objects.filter(member_id=member.id, team_id=team_id).delete()
            _record(
                "team left",
                member,
                by,
                team=str(team_id),
                text_of=teams[team_id].name if team_id in teams else "",
            )
        compile_anew(member, {}, by)


# ---- coming and going ------------------------------------------------------------------------------
def deactivate(member: Member, *, by: Actor) -> Member:
    """The seat stays with its records; the person cannot come in, and is signed out everywhere."""
    administrators_only(member, {}, by)
    if member.id == by.member_id:
        raise Invalid({"": _("You cannot deactivate yourself.")})
    with transaction.atomic():
        _set_active(member, False, by)
        _keep_an_administrator()
        links.end_invitations(member)
        links.end_tokens(member)
        _record("deactivated", member, by)
    for session in UserSession.objects.filter(user_id=member.user_id) if member.user_id else ():
        session.end()
    return member


def reactivate(member: Member, *, by: Actor) -> Member:
    administrators_only(member, {}, by)
    with transaction.atomic():
        _set_active(member, True, by)
        _record("reactivated", member, by)
    return member


def _set_active(member: Member, active: bool, by: Actor) -> None:
    member.active = active
    member.version += 1
    member.updated_at = clock.now()
    watch = settle(registry[SLUG], member, by=by, before=True)
    member.save(update_fields=["active", "version", "updated_at", "name_fold", "custom"])
    watch.spread()
    compile_anew(member, {}, by)


def _keep_an_administrator() -> None:
    """Raises Invalid, and so undoes the step, when no active administrator would be left."""
    runs = MemberRole.objects.filter(role__admin=True, role__deleted_at=None)
    if not runs.filter(member__active=True, member__deleted_at=None, member__user__isnull=False).exists():
        raise Invalid({"": _("The workspace needs an active administrator.")})


def _record(kind: str, member: Member, by: Actor, **more: str) -> None:
    log.record(kind, by=by, entity=SLUG, record_id=member.id, title=member.name, **more)
