"""The page behind a customer's link. The signed address is the proof; nobody signs in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.lines.paper import letterhead_for
from sila.sales.lines.showing import rows, sums
from sila.sales.quotes.customer import Ended, Hand, decline, note_opening, quote_behind, sign
from sila.sales.quotes.links import read_address
from sila.sales.quotes.models import Quote
from sila.sales.quotes.panels import signature_of
from sila.sales.quotes.paper import file_name, pdf_of
from sila.sales.quotes.rules import lines_of

Page = Callable[..., HttpResponse]


def customer_page(view: Page) -> Page:
    """In the customer's language, inside the workspace of the link; a link that leads nowhere says so."""

    def door(request: HttpRequest, token: str) -> HttpResponse:
        found = read_address(token)
        if found is None:
            return _nowhere(request, request.GET.get("language", ""), "")
        workspace, link_id = found
        with scope(workspace):
            language = request.GET.get("language", "")
            try:
                quote = quote_behind(link_id)
                if language not in ("ar", "en"):
                    language = quote.language if quote.language in ("ar", "en") else _spoken(request)
                with translation.override(language):
                    answer = view(request, workspace, link_id, quote, language)
            except (NotFound, Ended) as error:
                answer = _nowhere(request, language, workspace.name if isinstance(error, Ended) else "")
        answer.headers["Referrer-Policy"] = "same-origin"  # the address is the key, and goes nowhere else
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return door


def _spoken(request: HttpRequest) -> str:
    """The language that the customer's browser asks for."""
    return "en" if translation.get_language_from_request(request).startswith("en") else "ar"


def _nowhere(request: HttpRequest, language: str, company: str) -> HttpResponse:
    with translation.override(language if language in ("ar", "en") else _spoken(request)):
        return render(
            request, "sales/customer_ended.html", {"company": company}, status=410 if company else 404
        )


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def page(
    request: HttpRequest, workspace: Workspace, link_id: UUID, quote: Quote, language: str
) -> HttpResponse:
    """GET: the quote, to be read and answered. POST: the answer."""
    if request.method != "POST":
        if request.method == "GET" and not _is_ours(request):
            note_opening(quote, workspace=workspace)
        return _show(request, workspace, quote, language)
    try:
        if request.POST.get("answer") == "decline":
            decline(link_id, request.POST.get("reason", ""), workspace=workspace)
        else:
            sign(link_id, _hand(request, language), workspace=workspace)
    except Invalid as error:
        return _show(request, workspace, quote, language, errors=error.errors)
    return redirect(f"{request.path}?language={language}#answer")


def _is_ours(request: HttpRequest) -> bool:
    """Colleagues look at it too, and that tells nothing about the customer."""
    return bool(request.user.is_authenticated)


def _hand(request: HttpRequest, language: str) -> Hand:
    post = request.POST
    return Hand(
        name=post.get("name", ""),
        title=post.get("title", ""),
        drawing=post.get("drawing", "") if post.get("manner") == "drawn" else None,
        agreed=bool(post.get("agreed")),
        address=get_adapter().get_client_ip(request),
        agent=request.headers.get("User-Agent", ""),
        language=language,
    )


def _show(
    request: HttpRequest,
    workspace: Workspace,
    quote: Quote,
    language: str,
    *,
    errors: dict[str, Any] | None = None,
) -> HttpResponse:
    reader = Reader.of(workspace)
    context = Context(Actor.system(workspace), reader)
    head = letterhead_for(quote.org_unit_id)
    shown = {
        "company": (head.name_en if head and language == "en" else "")
        or (head.name if head else workspace.name),
        "name": quote.name,
        "number": quote.number,
        "customer": quote.party.name if quote.party_id else "",
        "issued": reader.day(quote.issued_on, calendar=reader.calendar) if quote.issued_on else "",
        "until": reader.day(quote.valid_until, calendar=reader.calendar) if quote.valid_until else "",
        "lines": rows(lines_of(quote), context, registry["quote-lines"]),
        "sums": [each for each in sums(quote, context, registry["quotes"]) if each["key"] != "margin"],
        "tax_included": quote.tax_included,
        "terms": quote.terms,
        "status": quote.status,
        "signature": signature_of(quote, reader),
        "pdf_url": f"{request.path}/pdf",
        "other": {"code": "ar", "label": "العربية"}
        if language == "en"
        else {"code": "en", "label": "English"},
        "language": language,
        "typed": request.POST,
        "errors": errors or {},
    }
    return render(request, "sales/customer_quote.html", {"quote": shown}, status=422 if errors else 200)


@require_GET
@customer_page
def paper(
    request: HttpRequest, workspace: Workspace, link_id: UUID, quote: Quote, language: str
) -> HttpResponse:
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{file_name(quote)}"}
    return HttpResponse(pdf_of(quote, workspace), content_type="application/pdf", headers=headers)
