"""Inviting members, and choosing their roles and teams, in the dialog of the member's page."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.models import Member, MemberRole, Role, Team, TeamMember
from sila.platform.entities import actions
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.membership import invite, send_invitation, set_roles, set_teams
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import fragment
from sila.project.administration.door import admin_page, dialog


@require_POST
@admin_page
def invitation(request: HttpRequest, context: Context, record_id: UUID) -> HttpResponse:
    """A new link, mailed, and shown this once to be copied."""
    member = _member(record_id, context)
    address = settings.ADDRESS + invite(member, by=context.actor)
    mailed = send_invitation(member, address, by=context.actor) and settings.MAIL_SERVER
    shown = {"member": member, "address": address, "mailed": mailed, "server": settings.MAIL_SERVER}
    response = fragment(request, "administration/_invitation.html", shown)
    response.headers["HX-Retarget"] = "#dialog"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


@admin_page
def roles(request: HttpRequest, context: Context, record_id: UUID) -> HttpResponse:
    member = _member(record_id, context)
    now = MemberRole.objects.filter(member_id=member.id).values_list("role_id", flat=True)
    return _choose(request, context, member, _("Roles"), Role.objects.filter(deleted_at=None), now, set_roles)


@admin_page
def teams(request: HttpRequest, context: Context, record_id: UUID) -> HttpResponse:
    member = _member(record_id, context)
    now = TeamMember.objects.filter(member_id=member.id).values_list("team_id", flat=True)
    return _choose(request, context, member, _("Teams"), Team.objects.filter(deleted_at=None), now, set_teams)


def _choose(
    request: HttpRequest,
    context: Context,
    member: Member,
    label: str,
    rows: Iterable[Any],
    now: Iterable[UUID],
    save: Callable[..., None],
) -> HttpResponse:
    choices = tuple(Choice(str(row.id), str(row)) for row in rows)
    field = Field("chosen", KINDS["choices"], label, choices=choices)
    return dialog(
        request,
        context,
        title=f"{label} · {member}",
        fields=[field],
        submit=_("Save"),
        start={"chosen": [str(each) for each in now]},
        save=lambda values: save(member, map(UUID, values["chosen"]), by=context.actor),
    )


def _member(record_id: UUID, context: Context) -> Member:
    member: Member = actions.get(registry["members"], record_id, by=context.actor)
    return member
