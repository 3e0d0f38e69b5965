"""What every request passes: health checks, headers, unusable text, the reader's language."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from sila.project import errors

LAST = "sila_workspace"  # the cookie that says where somebody was last
Answer = Callable[[HttpRequest], HttpResponse]


def health(answer: Answer) -> Answer:
    """/livez and /readyz, before anything that could fail or redirect."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            fine = ready()
            return HttpResponse("ok" if fine else "", status=200 if fine else 503, content_type="text/plain")
        return answer(request)

    return respond


def ready() -> bool:
    """The database answers and has no migration waiting. It is asked each time: the one behind may be another by now,
    after a restore or a slip of the hand."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return newest_migrations() <= set(cursor.fetchall())
    except Exception:  # any failure of the database means: not ready, and no detail for strangers
        return False


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last of each app, as the program knows them: reading them takes a while, and they stay."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def headers(answer: Answer) -> Answer:
    def respond(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def refuse_bad_text(answer: Answer) -> Answer:
    """U+0000 can be stored nowhere; it is refused before any code meets it."""

    def respond(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        return answer(request)

    return respond


def language(answer: Answer) -> Answer:
    """The signed-in person's language, else the cookie's, else the browser's, else Arabic."""

    def respond(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get("sila_language", "")
        if chosen not in ("ar", "en"):
            chosen = "en" if request.headers.get("Accept-Language", "ar").lower().startswith("en") else "ar"
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = answer(request)
            if getattr(response, "is_rendered", True) is False:
                response.render()  # type: ignore[attr-defined]
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", chosen)
        return response

    return respond


def last_workspace(answer: Answer) -> Answer:
    """Remember in which workspace somebody is: an installed Sila starts there."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        actor = getattr(request, "actor", None)
        if actor is None or request.method != "GET" or response.status_code != 200:
            return response
        slug = actor.workspace.slug
        if request.COOKIES.get(LAST) != slug:
            options: dict[str, Any] = {"max_age": 31_536_000, "samesite": "Lax", "httponly": True}
            response.set_cookie(LAST, slug, secure=settings.HTTPS, **options)
        return response

    return respond
