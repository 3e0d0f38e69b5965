"""The board of an entity, and moving a card."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions, boards, extensions, listing
from sila.platform.entities.boards import Face
from sila.platform.entities.errors import Invalid, NotFound, Stale, Wanting
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import Action, Entity
from sila.platform.entities.views import filters, wanting
from sila.platform.entities.views.changes import act
from sila.platform.entities.views.conflicts import conflict
from sila.platform.entities.views.door import (
    done,
    entity_url,
    entity_view,
    fragment,
    is_htmx,
    toast,
)
from sila.platform.entities.views.heads import head, opened
from sila.platform.entities.views.records import row_of
from sila.platform.kit.text import isolate


@require_GET
@entity_view
def board_page(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    state, warning = opened(request, entity, context)
    base = entity_url(request, entity) + "board"
    rows = listing.matching(entity, state, context)
    shown = board_of(request, entity, context, state, rows)
    if request.GET.get("lane") and not shown["lanes"]:
        raise NotFound
    if request.GET.get("lane"):
        return fragment(request, "entities/_cards.html", {"board": shown, "lane": shown["lanes"][0]})
    page = head(request, entity, context, state, "board", rows) | shown["page"]
    page["columns_url"] = entity_url(request, entity) + "columns" + state.url(look="board")
    page["columns_label"] = _("Fields of the cards")
    template = "entities/_board_region.html" if is_htmx(request) else "entities/board.html"
    bar = filters.bar(request, entity, context, state, base, layout="board")
    push = base + state.url() if is_htmx(request) else ""
    return fragment(
        request, template, {"page": page, "board": shown, "filters": bar}, push=push, warning=warning
    )


def board_of(
    request: WorkspaceRequest, entity: Entity, context: Context, state: ListState, rows: QuerySet[Any]
) -> dict[str, Any]:
    """The board that the noun declares, or the one by the choices of the field that `by` names."""
    fields = entity.readable(context.actor)
    own = entity.board if entity.board_by in fields else None
    chosen = boards.chosen_field(entity, fields, state.by)
    face = face_of(entity, state, context)
    if chosen and not (own and chosen.name == entity.board_by):
        filtered = [condition.field for condition in state.conditions]
        shown = boards.board(entity, chosen, rows, context, request.GET, filtered, face=face)
    elif own:
        chosen, shown = None, own(entity, rows, context, request.GET, face=face)
    else:
        raise NotFound
    base = entity_url(request, entity) + "board"
    may_add = entity.creatable and context.actor.can(entity.slug, "create")
    for lane in shown["lanes"]:
        lane["add_url"] = lane["add_url"] if may_add else ""
        lane["more_url"] = _and(base + state.url(), lane["more"]) if lane["more"] else ""
    ways = shown.get("page", {})
    shown["page"] = ways | _switch(
        ways, base, state, boards.fields_of(entity, fields), chosen, own is not None
    )
    return shown


def face_of(entity: Entity, state: ListState, context: Context) -> Face:
    """What the cards show, by the columns of the view or of the reader's role."""
    fields, actor = entity.readable(context.actor), context.actor
    names = listing.columns_of(entity, fields, state, actor)
    return Face.of(entity, fields, names, chosen=listing.chose_columns(entity, state, actor))


def _switch(
    page: dict[str, Any],
    base: str,
    state: ListState,
    added: Sequence[Field],
    chosen: Field | None,
    own: bool,
) -> dict[str, Any]:
    """What the board can be made by: the noun's own ways, and each field with choices."""
    ways = page.get("boards") or ([{"label": _("Stages"), "query": {}, "active": not chosen}] if own else [])
    ways = [
        way
        | {
            "url": _and(base + state.url(by=""), way["query"]),
            "active": way["active"] and not chosen,
        }
        for way in ways
    ]
    ways += [
        {
            "label": _("By “%(field)s”") % {"field": f.label},
            "url": base + state.url(by=f.name),
            "active": f is chosen,
        }
        for f in added
    ]
    now = next((way["label"] for way in ways if way["active"]), "")
    return {"boards": ways if len(ways) > 1 else [], "board": now}


def _and(url: str, more: Mapping[str, Any]) -> str:
    return url + ("" if url.endswith("?") else "&") + urlencode(more) if more else url


@require_POST
@entity_view
def stage(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    """Move a record along its board, from the stepper, the board's drag and keys, or the move menu."""
    by = boards.chosen_field(entity, entity.readable(context.actor), request.GET.get("by", ""))
    name = by.name if by else entity.board_by
    if not name:
        raise NotFound
    target = request.POST.get("stage", "")
    values: dict[str, Any] = {name: target}
    if ask := _verb_into(entity, name, target, zones=by is None):
        return _dialog(request, entity, record_id, ask)

    def move(version: int | None) -> None:
        actions.update(
            entity, record_id, values, by=context.actor, context=context, version=version, merging=True
        )

    try:
        instead = wanting.carry_out(request, entity, record_id, context, move)
    except Stale as stale:
        return conflict(request, entity, stale, values, context)
    except Wanting as error:
        record = actions.get(entity, record_id, by=context.actor)
        return wanting.ask(request, entity, record, error, context, values=[("stage", target)])
    except Invalid as error:
        return _refused(request, error)
    record = actions.get(entity, record_id, by=context.actor)
    said = instead or _moved(entity, record, name, context)
    what_next = next(
        (way for source in extensions.what_next if (way := source(entity, record, context))), None
    )
    if wanting.was_asked(request):
        return done(said, ask=what_next)
    if "/board" in request.headers.get("HX-Current-URL", ""):
        state = _state_behind(request)
        rows = listing.matching(entity, state, context)
        shown = {"board": board_of(request, entity, context, state, rows)}
        return toast(fragment(request, "entities/_board.html", shown), said, ask=what_next)
    return done(said, close=False, ask=what_next)


def _verb_into(entity: Entity, name: str, target: str, *, zones: bool) -> Action | None:
    """The verb by which a card gets there: the won and lost zones are called as theirs, a lane is what one leads to."""
    if zones:
        return next((action for action in entity.actions if action.name == target), None)
    into = (action for action in entity.actions if action.leads_to and action.leads_to == target)
    return next(into, None) if name == entity.board_by else None


def _moved(entity: Entity, record: Any, name: str, context: Context) -> str:
    """Where the record stands now, in plain words."""
    f = entity.readable(context.actor)[name]
    now = f.kind.plain(f, row_of(entity, record.id, context), context.reader)
    return _("%(title)s: %(value)s") % {"title": isolate(entity.title_of(record)), "value": isolate(now)}


def _dialog(request: WorkspaceRequest, entity: Entity, record_id: UUID, ask: Any) -> HttpResponse:
    """A verb that asks for something opens its dialog; one that does not is done at once."""
    place = {
        "workspace": request.actor.workspace.slug,
        "slug": entity.slug,
        "record_id": record_id,
        "name": ask.name,
    }
    if not ask.fields:
        request.POST = QueryDict("")
        return act(request, **place)
    request.method = "GET"
    response = act(request, **place)
    response.status_code = 409
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _refused(request: WorkspaceRequest, error: Invalid) -> HttpResponse:
    response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
    return toast(response, "; ".join(error.errors.values()), kind="bad")


def _state_behind(request: WorkspaceRequest) -> ListState:
    """The filters of the board that the card was moved on, from the address of the page."""
    try:
        query = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    except ValueError:
        query = QueryDict("")
    request.GET = query
    return ListState.read(query)
