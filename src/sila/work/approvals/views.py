"""The page of approvals, and the buttons that ask and decide."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.views.door import done, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.work.approvals import actions
from sila.work.approvals.authority import Limits
from sila.work.approvals.models import Approval
from sila.work.approvals.showing import asked_by_me, base_url, line, waiting_for_me

NOTE = Field("note", KINDS["longtext"], pgettext_lazy("label", "Note"), required=True, max_length=500)


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    mine, base = request.GET.get("show") == "asked", base_url(context)
    known = Limits()
    rows = asked_by_me(context) if mine else waiting_for_me(context, known)
    shown = {
        "title": Approval._meta.verbose_name_plural,
        "mine": mine,
        "tabs": [
            {"label": _("Waiting for me"), "url": base, "active": not mine},
            {"label": _("Asked by me"), "url": f"{base}?show=asked", "active": mine},
        ],
        "rows": [line(row, context, known) for row in rows],
        "limits_url": f"/w/{context.reader.slug}/authority-limits/" if context.actor.is_admin else "",
    }
    return render(request, "approvals/page.html", {"page": shown})


@require_POST
@workspace_view
def approve(request: WorkspaceRequest, context: Context, approval_id: UUID) -> HttpResponse:
    return _decided(actions.approve, approval_id, context, _("Approved."))


@require_POST
@workspace_view
def withdraw(request: WorkspaceRequest, context: Context, approval_id: UUID) -> HttpResponse:
    return _decided(actions.withdraw, approval_id, context, _("Withdrawn"))


@workspace_view
def refuse(request: WorkspaceRequest, context: Context, approval_id: UUID) -> HttpResponse:
    """GET: why? POST: it is refused, and whoever asked is told."""
    approval, fields = found(approval_id), {NOTE.name: NOTE}
    given = given_values(request.POST, fields) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            actions.refuse(approval, by=context.actor, **parse_all(fields, given, context))
            return done(_("Refused."))
        except Invalid as error:
            errors = error.errors
    said = _("Refuse approval: %(title)s") % {"title": approval.title}
    return dialog(
        request,
        said,
        fields,
        given,
        context,
        action=request.path,
        submit=pgettext("verb", "Refuse"),
        errors=errors,
    )


def _decided(verb: Callable[..., Any], approval_id: UUID, context: Context, text: str) -> HttpResponse:
    verb(found(approval_id), by=context.actor)
    return done(text)


def found(approval_id: UUID) -> Approval:
    """Whether its record may be seen the verbs ask themselves. Raises NotFound."""
    approval: Approval | None = Approval.objects.filter(id=approval_id).first()
    if approval is None:
        raise NotFound
    return approval
