"""The door of the portal: who is in, by a cookie of its own that opens nothing else; and what all its pages share.

A member of staff is a stranger here, and a partner's person is one everywhere else: neither cookie is looked at on the
other side.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from sila.platform.access.reader import Reader
from sila.platform.entities.api.limits import Buckets
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.lines.paper import letterhead_for
from sila.sales.partners.portal.access import LONGEST, leave, locked_user, note_visit, session_of
from sila.sales.partners.portal.models import PortalSession, PortalUser
from sila.sales.partners.portal.visibility import PartnerActor, actor_of

COOKIE = "__Secure-portal" if settings.HTTPS else "sila_portal"
Page = Callable[..., HttpResponse]


class Visit:
    """A request of somebody who is in."""

    def __init__(self, session: PortalSession, user: PortalUser) -> None:
        self.session, self.user = session, user
        self.actor: PartnerActor = actor_of(user)
        self.context = Context(self.actor, Reader.of(user.tenant))
        self.base = base_of(user.tenant)


def base_of(workspace: Workspace) -> str:
    return f"/portal/{workspace.slug}/"


# ---- cookies -------------------------------------------------------------------------------------------
def give_cookie(response: HttpResponse, workspace: Workspace, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LONGEST.total_seconds()),
        path=base_of(workspace),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def take_cookie(response: HttpResponse, workspace: Workspace) -> None:
    response.delete_cookie(COOKIE, path=base_of(workspace), samesite="Lax")


# ---- doors ---------------------------------------------------------------------------------------------
def open_page(view: Page) -> Page:
    """A page for those who are not in yet: `view(request, workspace, …)`. A workspace that has let nobody into its portal
    has none."""

    def door(request: HttpRequest, workspace: str, **more: Any) -> HttpResponse:
        request.user = AnonymousUser()
        found = Workspace.objects.filter(slug=workspace).first()
        chosen = request.GET.get("language", "")
        with translation.override(chosen if chosen in ("ar", "en") else translation.get_language()):
            if found is None:
                return _sealed(nowhere(request))
            with scope(found):
                there = PortalUser.objects.exists()
                answer = view(request, found, **more) if there else nowhere(request)
        if chosen in ("ar", "en"):
            _remember(answer, found, chosen)
        return _sealed(answer)

    return door


def _remember(answer: HttpResponse, workspace: Workspace, language: str) -> None:
    """Of somebody who is not in: the language that they have just chosen, in this portal."""
    day = 24 * 3600
    path = base_of(workspace)
    answer.set_cookie(
        "sila_language",
        language,
        max_age=day,
        path=path,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def inner_page(view: Page) -> Page:
    """A page for those who are in: `view(request, visit, …)`. What they send is done while their access is held, so that
    ending it comes before or after, and never between."""

    @open_page
    def door(request: HttpRequest, workspace: Workspace, **more: Any) -> HttpResponse:
        session = session_of(request.COOKIES.get(COOKIE, ""))
        if session is None:
            return to_sign_in(request, workspace)
        with translation.override(session.user.language):
            if request.method != "POST":
                note_visit(session)
                answer = _answered(view, request, Visit(session, session.user), more)
            else:
                answer = _changed(view, request, session, more)
            answer.headers["Content-Language"] = session.user.language
            return answer

    return door


def _changed(view: Page, request: HttpRequest, session: PortalSession, more: dict[str, Any]) -> HttpResponse:
    if wait := forms.take(str(session.user_id))[1]:
        return too_many(request, session.user.tenant, wait)
    with transaction.atomic():
        user = locked_user(session.user_id)
        live = PortalSession.objects.filter(id=session.id, ended_at=None).exists()
        if user is None or not live:
            return to_sign_in(request, session.user.tenant)
        return _answered(view, request, Visit(session, user), more)


def _answered(view: Page, request: HttpRequest, visit: Visit, more: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, visit, **more)
    except (NotFound, NotAllowed):  # what is not theirs does not exist
        return nowhere(request, visit)


def to_sign_in(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    response = redirect(f"{base_of(workspace)}sign-in")
    if COOKIE in request.COOKIES:
        take_cookie(response, workspace)
    return response


def end_other_session(request: HttpRequest) -> None:
    """Whoever comes in through a new door has left by the old one: no secret lives on through a sign-in."""
    if session := session_of(request.COOKIES.get(COOKIE, "")):
        leave(session)


def nowhere(request: HttpRequest, visit: Visit | None = None) -> HttpResponse:
    return show(request, "nowhere.html", visit, http=404)


def _sealed(answer: HttpResponse) -> HttpResponse:
    """Nothing of it is kept, listed, or told to other sites."""
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    patch_vary_headers(answer, ("Cookie",))
    return answer


# ---- pages ---------------------------------------------------------------------------------------------
def show(
    request: HttpRequest,
    template: str,
    visit: Visit | None = None,
    *,
    workspace: Workspace | None = None,
    http: int = 200,
    **shown: Any,
) -> HttpResponse:
    whose = visit.user.tenant if visit else workspace
    language = translation.get_language() or "ar"
    around = {
        "other": {"code": "en", "label": "English"}
        if language == "ar"
        else {"code": "ar", "label": "العربية"},
        "company": _company(whose, visit) if whose else "",
        "base": base_of(whose) if whose else "",
        "user": visit.user if visit else None,
        "partner": visit.user.partner.name if visit else "",
    }
    return render(request, f"sales/portal/{template}", {"portal": around, "shown": shown}, status=http)


def _company(workspace: Workspace, visit: Visit | None) -> str:
    """As its papers call it."""
    head = letterhead_for(visit.user.partner.org_unit_id if visit else None)
    english = translation.get_language() == "en"
    return (head.name_en if head and english else "") or (head.name if head else workspace.name)


# ---- how often -----------------------------------------------------------------------------------------
letters, whole, codes = Buckets(10), Buckets(600), Buckets(20)  # a minute
forms, papers = Buckets(60), Buckets(30)  # of one person


def place_of(request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def too_many(request: HttpRequest, workspace: Workspace, wait: int) -> HttpResponse:
    answer = show(request, "wait.html", workspace=workspace, http=429)
    answer.headers["Retry-After"] = str(wait)
    return answer
