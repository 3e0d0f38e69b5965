"""The pages of those who are in."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sila.platform.entities.errors import Invalid, Stale
from sila.platform.entities.registry import registry
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.models import Workspace
from sila.sales.lines.views import as_file
from sila.sales.partners.portal import doing, reading
from sila.sales.partners.portal import papers as files
from sila.sales.partners.portal.access import speak
from sila.sales.partners.portal.door import (
    Visit,
    base_of,
    inner_page,
    nowhere,
    open_page,
    papers,
    show,
    too_many,
)
from sila.sales.partners.portal.visibility import ASKED

pages = require_http_methods(["GET", "HEAD", "POST"])
TYPES = {"phone": "tel", "email": "email", "expected_close": "date"}
LTR = ("phone", "email", "amount", "expected_close")


@require_GET
@inner_page
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(request, "home.html", visit, **reading.home(visit.context, visit.actor))


# ---- registrations -------------------------------------------------------------------------------------
@require_GET
@inner_page
def registrations(request: HttpRequest, visit: Visit) -> HttpResponse:
    found = reading.registrations(visit.context, visit.actor, request.GET.get("before", ""))
    return show(request, "registrations.html", visit, **found)


@pages
@inner_page
def registration(request: HttpRequest, visit: Visit, registration_id: UUID) -> HttpResponse:
    """GET: what became of it. POST: a file more for whoever decides."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            files.send(registration_id, request.FILES.get("file"), visit.context, by=visit.actor)
            return redirect(f"{visit.base}registrations/{registration_id}")
        except Invalid as error:
            errors = error.errors
    found = reading.registration(registration_id, visit.context, visit.actor)
    found |= {"files": files.sent(registration_id, visit.context), "errors": list(errors.values())}
    return show(request, "registration.html", visit, http=422 if errors else 200, **found)


@pages
@inner_page
def register(request: HttpRequest, visit: Visit) -> HttpResponse:
    """GET: the form, which may begin with a product of the price list. POST: the registration."""
    if request.method != "POST":
        return _form(request, visit, request.GET.get("product", ""), {})
    try:
        made = doing.register(request.POST, by=visit.actor)
    except Invalid as error:
        return _form(request, visit, request.POST.get("product", ""), error.errors)
    return redirect(f"{visit.base}registrations/{made.id}")


def _form(request: HttpRequest, visit: Visit, product: str, errors: dict[str, str]) -> HttpResponse:
    called = reading.product_called(product, visit.actor)
    fields = registry["deal-registrations"].readable(visit.actor)
    asked = [_control(fields[name], request, errors) for name in ASKED if name not in ("product", "currency")]
    beside = [text for name, text in errors.items() if name not in ASKED or name in ("product", "currency")]
    return show(
        request,
        "register.html",
        visit,
        http=422 if errors else 200,
        fields=asked,
        errors=beside,
        product=product if called else "",
        product_name=called,
        currency=visit.context.reader.currency,
    )


def _control(f: Any, request: HttpRequest, errors: dict[str, str]) -> dict[str, Any]:
    return {
        "name": f.name,
        "label": f.label,
        "required": f.required,
        "long": f.kind.name == "longtext",
        "type": TYPES.get(f.name, "text"),
        "dir": "ltr" if f.name in LTR else "auto",
        "longest": f.max_length or 5000,
        "value": _tidy(request.POST.get(f.name, "")),
        "error": errors.get(f.name, ""),
    }


def _tidy(text: str) -> str:
    """What was typed, as a page can show it."""
    try:
        return clean_text(text[:6000], multiline=True)
    except ValueError:
        return ""


# ---- leads ---------------------------------------------------------------------------------------------
@require_GET
@inner_page
def leads(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(
        request,
        "leads.html",
        visit,
        **reading.leads(visit.context, visit.actor, request.GET.get("before", "")),
    )


@pages
@inner_page
def lead(request: HttpRequest, visit: Visit, shared_id: UUID) -> HttpResponse:
    """GET: what they may know of the lead. POST: what they say of it."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            doing.answer(shared_id, request.POST, by=visit.actor)
            gone = request.POST.get("do") == "decline"
            return redirect(f"{visit.base}leads/" + ("" if gone else str(shared_id)))
        except Stale:
            errors = {"": _("This has changed meanwhile. Look at it once more.")}
        except Invalid as error:
            errors = error.errors
    shared = reading.shared_lead(shared_id, visit.actor)
    return show(
        request,
        "lead.html",
        visit,
        http=422 if errors else 200,
        errors=list(errors.values()),
        typed=_tidy(request.POST.get("answer", "")),
        **reading.lead(shared, visit.context),
    )


# ---- documents -----------------------------------------------------------------------------------------
@require_GET
@inner_page
def documents(request: HttpRequest, visit: Visit) -> HttpResponse:
    return show(request, "documents.html", visit, **files.documents(visit.context, visit.actor))


@require_GET
@inner_page
def document(request: HttpRequest, visit: Visit, file_id: UUID) -> HttpResponse:
    if wait := papers.take(str(visit.user.id))[1]:
        return too_many(request, visit.user.tenant, wait)
    return files.download(file_id, visit.actor)


# ---- prices, commission, oneself -------------------------------------------------------------------------
@require_GET
@inner_page
def prices(request: HttpRequest, visit: Visit) -> HttpResponse:
    query = _tidy(request.GET.get("q", "")[:80])
    found = reading.prices(visit.context, visit.actor, query, request.GET.get("after", ""))
    return show(request, "prices.html", visit, query=query, **found)


@require_GET
@inner_page
def commission(request: HttpRequest, visit: Visit) -> HttpResponse:
    found = reading.commission(visit.context, visit.actor, request.GET.get("month", ""))
    return show(request, "commission.html", visit, **found)


@require_GET
@inner_page
def statement(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Their commission in a month, a quarter or a year, as PDF in the language in which they read."""
    if wait := papers.take(str(visit.user.id))[1]:
        return too_many(request, visit.user.tenant, wait)
    key = request.GET.get("period", "")
    name, content = reading.statement(key, visit.context, visit.actor, visit.user.language)
    return as_file(content, name)


@pages
@inner_page
def profile(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method == "POST" and request.POST.get("language") in ("ar", "en"):
        speak(visit.user, request.POST["language"])
        return redirect(f"{visit.base}profile")
    return show(request, "profile.html", visit)


@open_page
def begin(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """The address as people type it."""
    return redirect(base_of(workspace))


@open_page
def elsewhere(request: HttpRequest, workspace: Workspace, rest: str) -> HttpResponse:
    """Any other address of the portal."""
    return nowhere(request)
