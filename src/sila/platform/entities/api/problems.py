"""Refusals as RFC 9457 problem documents."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sila.platform.entities.errors import Invalid, Moved, NotAllowed, NotFound, Refusal, Stale

READS_ONLY = gettext_noop(
    "This token is for reading only. One that writes as well is made under Settings, API tokens: “May: Read and write”."
)
TITLES = {
    307: "Merged into another record",
    400: "Bad request",
    401: "Token needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Not JSON",
    422: "Invalid",
    428: "Version needed",
    429: "Too many requests",
}


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail, **more}
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/problem+json", headers=headers
    )


def of_refusal(error: Refusal, *, reads_only: bool = False) -> HttpResponse:
    """`reads_only`: the request would change something, with a token that may not, whatever its owner may."""
    if isinstance(error, Moved):
        return problem(404, str(error), merged_into=str(error.into))
    if isinstance(error, NotFound):
        return problem(404, str(error))
    if isinstance(error, NotAllowed):
        return problem(403, _(READS_ONLY) if reads_only else str(error))
    if isinstance(error, Stale):
        return problem(412, str(error), headers={"ETag": f'"{error.record.version}"'})
    assert isinstance(error, Invalid)
    return problem(422, str(error), errors=error.errors)
