"""/w/<workspace>/… opens the workspace for its members; to everyone else it does not exist."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_resolver

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, User
from sila.platform.access.reader import Reader
from sila.platform.tenancy.current import as_person, scope


class WorkspaceRequest(HttpRequest):
    """A request below /w/<workspace>/: the middleware has said who asks, and how they read."""

    user: User
    actor: Actor
    reader: Reader
    LANGUAGE_CODE: str


Answer = Callable[[HttpRequest], HttpResponse]


def workspace(answer: Answer) -> Answer:
    def respond(request: Any) -> HttpResponse:
        if not request.path.startswith("/w/"):
            return answer(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        member = seat(request.user, request.path.split("/")[2])
        if member is None:
            answer_404: Any = get_resolver().resolve_error_handler(404)
            response: HttpResponse = answer_404(request, exception=Http404())
            return response
        with scope(member.tenant):
            request.actor = Actor.of(member.tenant, member)
            request.reader = Reader.of(member.tenant, request.user)
            response = answer(request)
            if getattr(response, "is_rendered", True) is False:
                response.render()  # type: ignore[attr-defined]
        return response

    return respond


def seat(user: User, slug: str) -> Member | None:
    """The user's active seat in the workspace of this address, with the workspace, in one query."""
    with as_person(user.pk):
        return (
            Member.everywhere.filter(user=user, tenant__slug=slug, active=True, deleted_at=None)
            .select_related("tenant")
            .first()
        )


def seats(user: User) -> list[Member]:
    with as_person(user.pk):
        rows = Member.everywhere.filter(user=user, active=True, deleted_at=None)
        return list(rows.select_related("tenant").order_by("created_at"))
