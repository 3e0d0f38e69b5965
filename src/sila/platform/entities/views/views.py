"""Keeping a list under a name, from the tabs over it."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import listing, saved
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Choice, Context, Field, parse_all
from sila.platform.entities.listing import ListState
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done, entity_url, entity_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.platform.entities.views.heads import path_of


def _fields(context: Context, *, existing: bool) -> dict[str, Field]:
    audiences = [
        Choice(value, label)
        for value, label in SavedView.Audience.choices
        if value != SavedView.Audience.EVERYONE or context.actor.is_admin
    ]
    fields = [
        Field("name", KINDS["text"], _("Name"), required=True, max_length=60),
        Field("audience", KINDS["choice"], _("Shown to"), choices=tuple(audiences), required=True),
    ]
    if existing:
        fields.append(Field("as_now", KINDS["bool"], _("Keep the conditions, order and columns of now")))
    return {f.name: f for f in fields}


@entity_view
def new(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    state, fields = ListState.read(request.GET), _fields(context, existing=False)
    ask = partial(
        dialog, request, _("Keep this view"), fields, context=context, action=request.get_full_path()
    )
    if request.method != "POST":
        return ask(given={"audience": "mine"})
    values = given_values(request.POST, fields)
    try:
        listing.matching(entity, state, context)
        parsed = parse_all(fields, values, context)
        view = saved.keep(entity, parsed["name"], state, audience=parsed["audience"], by=context.actor)
    except Invalid as error:
        return ask(given=values, errors=error.errors)
    return _open(request, entity, state, view)


@entity_view
def edit(request: WorkspaceRequest, entity: Entity, context: Context, view_id: UUID) -> HttpResponse:
    view, fields = _one(entity, context, view_id), _fields(context, existing=True)
    if not (context.actor.is_admin or view.owner_id == context.actor.member_id):
        raise NotAllowed
    ask = partial(
        dialog,
        request,
        view.name,
        fields,
        context=context,
        action=request.get_full_path(),
        remove_url=entity_url(request, entity, tail=f"views/{view.id}/remove"),
    )
    if request.method != "POST":
        return ask(given={"name": view.name, "audience": view.audience, "as_now": "1"})
    values = given_values(request.POST, fields)
    state = ListState.read(request.GET)
    try:
        parsed: dict[str, Any] = parse_all(fields, values, context)
        now = state if parsed.pop("as_now") else None
        saved.change(view, by=context.actor, state=now, **parsed)
    except Invalid as error:
        return ask(given=values, errors=error.errors)
    kept = ListState.read(QueryDict(view.query))
    return _open(request, entity, replace(kept, day=state.day, look=kept.look or state.look), view)


def _open(request: WorkspaceRequest, entity: Entity, state: ListState, view: SavedView) -> HttpResponse:
    """The records in this view, in the layout that it keeps."""
    to = entity_url(request, entity, tail=path_of(state.look)) + state.url(look="", view=str(view.id))
    return HttpResponse(status=204, headers={"HX-Redirect": to})


@require_POST
@entity_view
def remove(request: WorkspaceRequest, entity: Entity, context: Context, view_id: UUID) -> HttpResponse:
    view = _one(entity, context, view_id)
    saved.remove(view, by=context.actor)
    undo = entity_url(request, entity, tail=f"views/{view.id}/restore")
    return done(_("Removed: %(title)s") % {"title": view.name}, undo_url=undo)


@require_POST
@entity_view
def restore(request: WorkspaceRequest, entity: Entity, context: Context, view_id: UUID) -> HttpResponse:
    view = _one(entity, context, view_id, removed=True)
    saved.change(view, by=context.actor, deleted_at=None)
    return done(_("Restored."))


def _one(entity: Entity, context: Context, view_id: UUID, *, removed: bool = False) -> SavedView:
    view = saved.views_of(entity, context.actor, removed=removed).filter(id=view_id).first()
    if view is None:
        raise NotFound
    return view
