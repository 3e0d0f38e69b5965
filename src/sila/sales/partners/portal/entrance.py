"""Coming in and going out: an address, a mail with a link and a code, and nothing to remember."""

from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sila.platform.access.actor import Actor
from sila.platform.tenancy.models import Workspace
from sila.sales.partners.portal import door
from sila.sales.partners.portal.access import (
    ASKED,
    ask,
    behind_link,
    by_code,
    come_in,
    leave,
    session_of,
)
from sila.sales.partners.portal.door import Visit, inner_page, open_page, place_of, show, too_many
from sila.sales.partners.portal.models import PortalEntry

SALT = "portal code"
pages = require_http_methods(["GET", "HEAD", "POST"])


@pages
@open_page
def sign_in(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """Whoever asks is told the same: if we know the address, a mail is on its way."""
    if request.method != "POST":
        if session_of(request.COOKIES.get(door.COOKIE, "")):
            return redirect(door.base_of(workspace))
        return show(request, "sign_in.html", workspace=workspace)
    address = request.POST.get("email", "").strip()
    try:
        validate_email(address)
        wrong = "" if len(address) <= 254 else _("This is no e-mail address.")
    except ValidationError:
        wrong = _("This is no e-mail address.")
    if wrong:
        return show(request, "sign_in.html", workspace=workspace, http=422, error=wrong, email=address[:254])
    wait = door.letters.take(place_of(request))[1] or door.whole.take(str(workspace.pk))[1]
    if wait:
        return too_many(request, workspace, wait)
    entry = ask(address, by=Actor.system(workspace, "portal"))
    return redirect(f"{door.base_of(workspace)}code/{signing.dumps(entry.hex, salt=SALT)}")


@pages
@open_page
def code(request: HttpRequest, workspace: Workspace, token: str) -> HttpResponse:
    """The six digits of the mail. The address of this page is known only to the browser that asked."""
    try:
        entry_id = UUID(signing.loads(token, salt=SALT, max_age=ASKED))
    except (signing.BadSignature, ValueError, TypeError):
        return show(request, "ended.html", workspace=workspace, http=410)
    if request.method != "POST":
        return show(request, "code.html", workspace=workspace)
    if wait := door.codes.take(place_of(request))[1]:
        return too_many(request, workspace, wait)
    entry = by_code(entry_id, request.POST.get("code", "")[:40])
    if entry is None:
        wrong = _(
            "This code is not right, or not good any more. After five tries only the link in the mail opens."
        )
        return show(request, "code.html", workspace=workspace, http=422, error=wrong)
    return _in(request, workspace, entry)


@pages
@open_page
def enter(request: HttpRequest, workspace: Workspace, secret: str) -> HttpResponse:
    """The link of a mail. A click confirms it: programs look at links before people do."""
    entry = behind_link(secret)
    if entry is None:
        return show(request, "ended.html", workspace=workspace, http=410)
    if request.method != "POST":
        chosen = request.GET.get("language", "")
        with translation.override(chosen if chosen in ("ar", "en") else entry.user.language):
            user = entry.user
            return show(request, "enter.html", workspace=workspace, name=user.name, email=user.email)
    return _in(request, workspace, entry)


def _in(request: HttpRequest, workspace: Workspace, entry: PortalEntry) -> HttpResponse:
    secret = come_in(entry)
    if secret is None:
        return show(request, "ended.html", workspace=workspace, http=410)
    door.end_other_session(request)
    rotate_token(request)
    response = redirect(door.base_of(workspace))
    door.give_cookie(response, workspace, secret)
    return response


@require_POST
@inner_page
def sign_out(request: HttpRequest, visit: Visit) -> HttpResponse:
    leave(visit.session, everywhere=bool(request.POST.get("everywhere")))
    response = redirect(f"{visit.base}sign-in")
    door.take_cookie(response, visit.user.tenant)
    return response
