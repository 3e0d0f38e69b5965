"""Answers to what went wrong. Pages for people, problem documents (RFC 9457) for machines."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid

TITLES = {
    400: "Bad request",
    401: "Sign-in needed",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid",
    428: "Version needed",
    429: "Too many requests",
    500: "Server error",
}


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(status: int, detail: str = "", **more: Any) -> JsonResponse:
    """An RFC 9457 document."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        **more,
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def page(request: HttpRequest, status: int, message: str = "", *, template: str = "") -> HttpResponse:
    if wants_json(request):
        return problem(status, message)
    shown = {"message": message, "status": status}
    html = render_to_string(f"errors/{template or status}.html", shown, request=request)
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, Invalid):
        return page(request, 400, "; ".join(exception.errors.values()), template="refused")
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return page(request, 400, _("This is more than can be sent at once. Send it in parts, or as a file."))
    return page(request, 400, _("The request cannot be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, _("You may not do this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404, _("This page was not found."))


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500, _("Something went wrong on our side. It has been noted."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, _("This form is too old or comes from elsewhere. Load the page again."))
