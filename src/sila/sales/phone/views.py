"""What phones ask for: the day to be kept, and a place for what was logged on the way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Refusal
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import workspace_view
from sila.platform.kit.ids import uuid_in
from sila.sales.phone.day import day_of
from sila.sales.phone.entry import KINDS, NOUNS, Entry, Picture, take

TEXT = 5000


@require_GET
@workspace_view
def day(request: WorkspaceRequest, context: Context) -> HttpResponse:
    return JsonResponse(day_of(context))


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """`on`: noun and record that it is about, as slug:id. Raises NotFound."""
    actor = context.actor
    if not any(actor.can(f"{kind}s", "create") for kind in KINDS):
        raise NotAllowed
    about = _about(request.GET.get("on", ""))
    shown = {"title": _("Quick log"), "about": request.GET.get("on", "") if about else "", "name": ""}
    shown["card_url"] = f"/w/{context.reader.slug}/lead-card" if actor.can("leads", "create") else ""
    if about:
        noun = registry[about[0]]
        row = noun.visible_to(actor).filter(id=about[1]).values(*noun.title).first()
        if row is None:
            raise NotFound
        shown["name"] = noun.title_of(row)
    return render(request, "sales/quick_log.html", {"page": shown})


@require_POST
def log(request: WorkspaceRequest, workspace: str) -> HttpResponse:
    """One entry. Answers as JSON, for the phone keeps what was refused: `state` is sent, with where it is, or refused, with
    the reasons."""
    context = Context(request.actor, request.reader)
    try:
        sent, fresh = take(_entry(request.POST), by=context.actor, picture=_picture(request))
    except Refusal as error:
        return JsonResponse({"state": "refused", "reasons": _reasons(error)}, status=422)
    url = registry[sent.entity].url(context.reader.slug, sent.record_id)
    return JsonResponse({"state": "sent", "url": url}, status=201 if fresh else 200)


def _reasons(error: Refusal) -> list[str]:
    if isinstance(error, Invalid):
        return list(error.errors.values())
    if isinstance(error, NotFound):
        return [_("The record that it is about is not there any more, or you may not see it.")]
    return [_("You may not add records here.")]


def _entry(data: Any) -> Entry:
    try:
        at = datetime.fromisoformat(data.get("at", ""))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid({"at": _("The time of the entry is missing.")})
    text = data.get("text", "")
    if len(text) > TEXT:
        raise Invalid({"text": _("That is too long: %(most)d characters at most.") % {"most": TEXT}})
    return Entry(data.get("key", ""), data.get("kind", ""), text, _about(data.get("about", "")), at)


def _about(text: str) -> tuple[str, UUID] | None:
    if not text:
        return None
    slug, _colon, found = text.partition(":")
    record_id = uuid_in(found)
    if slug not in NOUNS or record_id is None:
        raise NotFound
    return slug, record_id


def _picture(request: WorkspaceRequest) -> Picture | None:
    given = request.FILES.get("picture")
    return (given.name or "picture.jpg", given.chunks()) if given else None
