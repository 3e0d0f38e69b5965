"""The few pages that belong to no workspace: the way in, and the person's own choices."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.links import accept, open_invitation, use_up_link, user_of_link
from sila.platform.access.middleware import seats
from sila.platform.access.models import User
from sila.platform.tenancy.current import scope

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
PREFERENCES = {
    "theme": ("auto", "light", "dark"),
    "density": ("compact", "comfortable"),
    "language": ("ar", "en"),
    "calendar": ("", "gregorian", "hijri", "both"),
    "digits": ("", "latn", "arab"),
}


def _sign_in(request: HttpRequest, user: User) -> None:
    """Sign in, and list the session among the person's own, so that it can be ended from there."""
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Straight into the only workspace, else the choice of them."""
    mine = seats(request.user)
    if len(mine) == 1:
        return redirect(f"/w/{mine[0].tenant.slug}/")
    return redirect("/workspaces")


@login_required
@require_GET
def workspaces(request: HttpRequest) -> HttpResponse:
    choices = [
        {"name": seat.tenant.name, "url": f"/w/{seat.tenant.slug}/", "member": str(seat)}
        for seat in seats(request.user)
    ]
    return render(request, "account/workspaces.html", {"workspaces": choices})


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link that `./sila up` prints. A click confirms it, so that link previews do not use it up."""
    user = user_of_link(token)
    if user is None:
        return render(request, "account/link_expired.html", status=410)
    if request.method == "POST":
        if not use_up_link(user):
            return render(request, "account/link_expired.html", status=410)
        _sign_in(request, user)
        return redirect("/")
    return render(request, "account/enter.html", {"user_name": str(user), "action": request.path})


def join(request: HttpRequest, token: str) -> HttpResponse:
    """Taking the seat that an invitation holds: a new person chooses a password, a known one signs in."""
    found = open_invitation(token)
    if found is None:
        return render(request, "account/link_expired.html", status=410)
    workspace, invitation = found
    email = invitation.member.email.lower()
    known = User.objects.filter(email=email).first()
    context = {
        "workspace": workspace.name,
        "name": invitation.member.name,
        "email": email,
        "known": known is not None,
        "errors": [],
        "action": request.path,
    }
    if request.user.is_authenticated and request.user.email == email:
        if request.method == "POST":
            return _seat(request, request.user, workspace, invitation)
        return render(request, "account/join.html", context | {"signed_in": True})
    if known is not None:
        return redirect(f"{settings.LOGIN_REDIRECT_URL}accounts/login/?next={request.path}")
    if request.method != "POST":
        return render(request, "account/join.html", context)
    password = request.POST.get("password", "")
    try:
        validate_password(password, User(email=email, name=invitation.member.name))
    except ValidationError as error:
        return render(request, "account/join.html", context | {"errors": error.messages}, status=422)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, name=invitation.member.name, language=request.LANGUAGE_CODE
            )
            return _seat(request, user, workspace, invitation)
    except IntegrityError:  # the form was sent twice at once: the other one has made the user
        return redirect(request.path)


def _seat(request: HttpRequest, user: User, workspace: object, invitation: object) -> HttpResponse:
    with scope(workspace):  # type: ignore[arg-type]
        try:
            accept(invitation, user)  # type: ignore[arg-type]
        except ValueError:
            raise Http404(_("This invitation was used already.")) from None
    _sign_in(request, user)
    return redirect(f"/w/{workspace.slug}/")  # type: ignore[attr-defined]


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme, density, calendar, digits. 204 for htmx, else back to where the person was."""
    chosen = {
        name: request.POST[name] for name, known in PREFERENCES.items() if request.POST.get(name) in known
    }
    if request.user.is_authenticated and chosen:
        User.objects.filter(pk=request.user.pk).update(**chosen)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = redirect(target if safe else "/")
    if "language" in chosen:
        response.set_cookie(
            "sila_language",
            chosen["language"],
            max_age=31536000,
            samesite="Lax",
            secure=settings.HTTPS,
            httponly=True,
        )
    return response
