"""The page of a form, for anybody who has its address; and the few lines that put it into another site.

It sets no cookie, needs no JavaScript, and may stand only in the sites that the form names. The policy of all other pages
of Sila stays as it is.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csp import get_nonce
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.csp import CSP, build_policy
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Field
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import current, scope
from sila.sales.leads.capture import guarding
from sila.sales.leads.capture.addresses import Visit, form_of, path_of, sites_of
from sila.sales.leads.capture.asking import Question, questions
from sila.sales.leads.capture.models import LeadForm
from sila.sales.leads.capture.receiving import Sent, consent_in, count, receive, wrong_in

LTR = ("phone", "email", "url", "number", "money", "date", "time")
TYPES = {"phone": "tel", "email": "email", "url": "url", "date": "date", "time": "time"}
FILLED_BY = {
    "name": "name",
    "company_name": "organization",
    "job_title": "organization-title",
    "phone": "tel",
    "email": "email",
    "city": "address-level2",
    "country": "country-name",
}


class SeeOther(HttpResponseRedirect):
    status_code = 303


@xframe_options_exempt  # it knows no list of sites: the policy does
@csrf_exempt  # nobody is signed in here; the signed mark is what a form must carry
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    found = form_of(key)
    if found is None:
        raise Http404
    workspace, form = found
    data = request.POST if request.method == "POST" else request.GET
    language = _language(form, data.get("lang", ""))
    with scope(workspace), translation.override(language):
        response = _answer(request, form, language)
        response.headers["Content-Language"] = language
        return _allowed_in(request, response, form)


def _language(form: LeadForm, asked: str) -> str:
    if form.language != LeadForm.Language.BOTH:
        return form.language
    return asked if asked in ("ar", "en") else (translation.get_language() or "ar")[:2]


def _answer(request: HttpRequest, form: LeadForm, language: str) -> HttpResponse:
    if request.method == "POST":
        return _sent(request, form, language)
    if "done" in request.GET:
        return _show(request, form, language, done=True)
    response = _show(request, form, language)
    if request.method == "GET":
        count(form, views=1)  # last: others who open the form wait for this row
    return response


def _sent(request: HttpRequest, form: LeadForm, language: str) -> HttpResponse:
    """Load, check, act, answer. What is refused comes back as it was typed."""
    asked, consent = questions(form), consent_in(form, language)
    place = get_adapter().get_client_ip(request)
    if guarding.too_many(form, place):
        said = _("Too much was sent from here. Please try again in a minute.")
        return _show(request, form, language, errors={"": said}, status=429)
    values = {
        name: value
        for each in asked
        for name, value in each.field.kind.given(each.field, request.POST).items()
    }
    try:
        mark = guarding.read_mark(form, request.POST.get("mark", ""))
        agreed, errors = _agreed(request, form, mark, consent)
        if errors := wrong_in(asked, values) | errors:
            raise Invalid(errors)
        reason = guarding.suspicion(form, mark, request.POST, asked, place)
        receive(form, Sent(values, language, mark.nonce, _visit(request), agreed, reason))
    except guarding.Spent:
        said = _("The form was open for a long time. Please send it once more.")
        return _show(request, form, language, errors={"": said}, status=422)
    except Invalid as error:
        return _show(request, form, language, errors=error.errors, status=422)
    embedded = request.POST.get("embed") == "1"
    if form.redirect_url and not embedded:
        return SeeOther(form.redirect_url)
    query = {"done": "1", "lang": language, **({"embed": "1"} if embedded else {})}
    return SeeOther(f"{path_of(form)}?{urlencode(query)}")


def _agreed(
    request: HttpRequest, form: LeadForm, mark: guarding.Mark, consent: str
) -> tuple[str, dict[str, str]]:
    """The text that was agreed to; and what is wrong: it is missing, or is another by now than the one that was shown."""
    ticked = bool(consent) and request.POST.get("consent") == "1"
    if ticked and mark.consent != guarding.digest(consent):
        return "", {"consent": _("This text has changed. Please read it and agree again.")}
    if consent and form.consent_required and not ticked:
        return "", {"consent": _("Without this we may not take your request.")}
    return (consent if ticked else ""), {}


def _visit(request: HttpRequest) -> Visit:
    query = request.META.get("QUERY_STRING", "")
    return Visit.of(request.POST.get("page", ""), request.POST.get("ref", ""), query)


# ---- showing -------------------------------------------------------------------------------------------
def _show(
    request: HttpRequest,
    form: LeadForm,
    language: str,
    *,
    errors: dict[str, str] | None = None,
    done: bool = False,
    status: int = 200,
) -> HttpResponse:
    errors, asked = errors or {}, questions(form)
    consent = consent_in(form, language)
    embedded = (request.POST if request.method == "POST" else request.GET).get("embed") == "1"
    mark = "" if done else guarding.mark(form, consent)
    names = {each.name for each in asked} | {"consent"}
    shown = {
        "form": form,
        "title": _in(language, form.name, form.name_en),
        "intro": _in(language, form.intro, form.intro_en),
        "thanks": _in(language, form.thanks, form.thanks_en),
        "done": done,
        "go": form.redirect_url if done and embedded else "",
        "workspace": current(),
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "languages": _languages(request, form, language),
        "embedded": embedded,
        "controls": [_control(each, request, language, errors.get(each.name, "")) for each in asked],
        "consent": consent,
        "agreed": request.POST.get("consent") == "1" and "consent" not in errors,
        "consent_error": errors.get("consent", ""),
        "errors": [text for name, text in errors.items() if name not in names],
        "wrong": bool(errors),
        "mark": mark,
        "nonce": guarding.nonce_of(mark) if mark and form.proof else "",
        "zeros": guarding.ZEROS,
        "trap": guarding.TRAP,
        "carried": _carried(request),
        "action": _here(request, form),
    }
    return render(request, "sales/forms/page.html", shown, status=status)


def _in(language: str, arabic: str, english: str) -> str:
    first, second = (english, arabic) if language == "en" else (arabic, english)
    return first or second


def _here(request: HttpRequest, form: LeadForm) -> str:
    """With the campaign that stands in the form's own address."""
    query = request.META.get("QUERY_STRING", "")
    return path_of(form) + (f"?{query}" if query else "")


def _carried(request: HttpRequest) -> dict[str, str]:
    """The page that shows the form, and the one before it: as the script says it, else as the browser does."""
    if request.method == "POST":
        return {"page": request.POST.get("page", "")[:4000], "ref": request.POST.get("ref", "")[:4000]}
    own = settings.ADDRESS + request.get_full_path()
    page = request.GET.get("page", "") or (own if request.GET.get("embed") != "1" else "")
    referrer = request.GET.get("ref", "") if "page" in request.GET else request.headers.get("Referer", "")
    return {"page": page[:4000], "ref": referrer[:4000]}


def _languages(request: HttpRequest, form: LeadForm, language: str) -> list[dict[str, Any]]:
    if form.language != LeadForm.Language.BOTH:
        return []
    query = request.GET.copy()
    query.pop("lang", None)
    names = {"ar": "العربية", "en": "English"}
    return [
        {
            "code": code,
            "name": name,
            "now": code == language,
            "url": f"{path_of(form)}?{urlencode([('lang', code), *query.lists()], doseq=True)}",
        }
        for code, name in names.items()
    ]


def _control(each: Question, request: HttpRequest, language: str, error: str) -> dict[str, Any]:
    """A plain control of the browser: it works without scripts."""
    f, name = each.field, each.name
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.getlist(name)
    return {
        "name": name,
        "label": each.label(language),
        "help": f.help if f.custom else "",
        "required": each.required,
        "error": error,
        "kind": {"longtext": "textarea", "choice": "choice", "choices": "choices", "bool": "bool"}.get(
            f.kind.name, "input"
        ),
        "type": TYPES.get(f.kind.name, "text"),
        "mode": "decimal" if f.kind.name in ("number", "money") else "",
        "dir": "ltr" if f.kind.name in LTR else "auto",
        "filled_by": FILLED_BY.get(name, "off" if f.custom else "on"),
        "longest": f.max_length or (10_000 if f.kind.name == "longtext" else 1000),
        "value": _tidy(chosen[0]) if chosen else "",
        "choices": _choices(f, chosen),
    }


def _tidy(text: str) -> str:
    """What was typed, as a page can show it."""
    try:
        return clean_text(text[:20_000], multiline=True)
    except ValueError:
        return ""


def _choices(f: Field, chosen: list[str]) -> list[tuple[str, Any, bool]]:
    return [(choice.value, choice.label, choice.value in chosen) for choice in f.choices]


def _allowed_in(request: HttpRequest, response: HttpResponse, form: LeadForm) -> HttpResponse:
    """Only the form's own sites may show it; after it was sent the browser may go to the page that the form names."""
    sites, _wrong = sites_of(form.sites)
    then = urlsplit(form.redirect_url)
    policy = {
        **settings.SECURE_CSP,
        "frame-ancestors": sites or [CSP.NONE],
        "form-action": [CSP.SELF, *([f"{then.scheme}://{then.netloc}"] if then.netloc else [])],
    }
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(policy, get_nonce(request))
    if not sites:
        response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def embed(request: HttpRequest, key: str) -> HttpResponse:
    """The script that other sites name: it puts the form where it stands. It keeps nothing and sets no cookie."""
    found = form_of(key)
    if found is None:
        raise Http404
    _workspace, form = found
    shown = {"origin": settings.ADDRESS, "address": settings.ADDRESS + path_of(form), "title": form.name}
    text = render_to_string("sales/forms/embed.js", shown)
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)
