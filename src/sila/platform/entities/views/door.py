"""What the pages of all entities share: load the entity, the context, and answer refusals."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import get_resolver
from django.utils.translation import gettext as _

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import Invalid, Moved, NotAllowed, NotFound, Refusal
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry


def entity_view[Answer: HttpResponseBase](view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Load the entity of the address for the actor. Strangers get 404, readers who may not write get 403."""

    @wraps(view)
    def door(request: WorkspaceRequest, workspace: str, slug: str, **kwargs: Any) -> Any:
        entity = registry.get(slug)
        try:
            if entity is None or not entity.shown_to(request.actor):
                raise NotFound
            return view(request, entity, Context(request.actor, request.reader), **kwargs)
        except Refusal as error:
            return refused(request, error)

    return door


def workspace_view[Answer: HttpResponseBase](view: Callable[..., Answer]) -> Callable[..., Answer]:
    """A page of the workspace that belongs to no noun. Refusals become answers here."""

    @wraps(view)
    def door(request: WorkspaceRequest, workspace: str, **kwargs: Any) -> Any:
        try:
            return view(request, Context(request.actor, request.reader), **kwargs)
        except Refusal as error:
            return refused(request, error)

    return door


def refused(request: WorkspaceRequest, error: Refusal) -> HttpResponse:
    if isinstance(error, Moved) and request.method == "GET" and request.resolver_match:
        gone = str(request.resolver_match.kwargs["record_id"])
        return redirect(request.get_full_path().replace(gone, str(error.into)))
    for kind, status in ((NotFound, 404), (NotAllowed, 403)):
        if isinstance(error, kind):
            return refuse(request, status, error)
    return refuse(request, 422 if is_htmx(request) else 400, error)


def refuse(request: WorkspaceRequest, status: int, error: Exception) -> HttpResponse:
    message = "; ".join(error.errors.values()) if isinstance(error, Invalid) else str(error)
    if is_htmx(request):
        response = HttpResponse(status=status, headers={"HX-Reswap": "none"})
        return toast(response, message, kind="bad") if status == 422 else response
    handler: Any = get_resolver().resolve_error_handler(status if status in (403, 404) else 400)
    answer: HttpResponse = handler(request, exception=error)
    return answer


def version_of(text: str) -> int | None:
    """The version that a form holds."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def is_htmx(request: WorkspaceRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def entity_url(request: WorkspaceRequest, entity: Entity, record_id: Any = None, tail: str = "") -> str:
    return entity.url(request.actor.workspace.slug, record_id, tail)


def toast(
    response: HttpResponse,
    text: str,
    *,
    kind: str = "good",
    undo_url: str = "",
    ask: dict[str, Any] | None = None,
    **events: Any,
) -> HttpResponse:
    """Say it in a toast; more events for the page can go with it. `ask`: a button in it that opens a dialog."""
    said = {"text": text, "kind": kind, "undo_url": undo_url, **({"ask": ask} if ask else {})}
    response.headers["HX-Trigger"] = json.dumps({"sila:toast": said, **events})
    return response


def done(
    text: str = "",
    *,
    undo_url: str = "",
    close: bool = True,
    ask: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """An answer without a body: close the dialog, fetch the page's region anew, say what was done."""
    events: dict[str, Any] = {"sila:refresh": {}, **more}
    if close:
        events["sila:close"] = {}
    response = HttpResponse(status=204)
    return toast(response, text or _("Saved."), undo_url=undo_url, ask=ask, **events)


def fragment(
    request: WorkspaceRequest,
    template: str,
    context: dict[str, Any],
    *,
    push: str = "",
    status: int = 200,
    warning: str = "",
) -> HttpResponse:
    if warning and not is_htmx(request):
        messages.warning(request, warning)
    response = render(request, template, context, status=status)
    if push:
        response.headers["HX-Push-Url"] = push
    return toast(response, warning, kind="warning") if warning and is_htmx(request) else response
