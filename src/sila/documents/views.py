"""Uploading to a record, downloading, and taking away."""

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sila.documents.actions import attach, find, record_behind, remove
from sila.documents.models import File
from sila.documents.panels import panel
from sila.documents.storage import path_of
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.views.door import done, fragment, refuse


@require_http_methods(["GET", "POST"])
def files_of_record(request: HttpRequest, workspace: str, slug: str, record_id: UUID) -> HttpResponse:
    """GET: the panel, as it is after an upload. POST: a file more."""
    answer = upload if request.method == "POST" else files
    return answer(request, slug, record_id)


def upload(request: HttpRequest, slug: str, record_id: UUID) -> HttpResponse:
    """The bytes come as `file`; a refusal is told in a header that the upload island reads."""
    given = request.FILES.get("file")
    try:
        if given is None:
            raise Invalid({"file": _("No file was sent.")})
        attach(slug, record_id, given.name or "", given.chunks(), by=request.actor)
    except NotFound as error:
        return refuse(request, 404, error)
    except NotAllowed as error:
        return _refusal(403, str(error))
    except Invalid as error:
        return _refusal(422, "; ".join(error.errors.values()))
    return HttpResponse(status=204)


def _refusal(status: int, text: str) -> HttpResponse:
    return HttpResponse(
        text, status=status, content_type="text/plain; charset=utf-8", headers={"X-Refusal": quote(text)}
    )


def files(request: HttpRequest, slug: str, record_id: UUID) -> HttpResponse:
    try:
        entity, record = record_behind(slug, record_id, request.actor)
    except NotFound as error:
        return refuse(request, 404, error)
    groups = panel(entity, record, Context(request.actor, request.reader))
    return fragment(request, "entities/_related.html", {"related": groups})


@require_GET
def download(request: HttpRequest, workspace: str, file_id: UUID) -> HttpResponse:
    try:
        return as_attachment(find(file_id, by=request.actor))
    except (NotFound, FileNotFoundError) as error:
        return refuse(request, 404, error)


def as_attachment(file: File) -> FileResponse:
    """Never a page of ours, whatever it holds. Raises FileNotFoundError where its bytes are gone."""
    content = path_of(file.tenant_id, file.id).open("rb")
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def take_away(request: HttpRequest, workspace: str, file_id: UUID) -> HttpResponse:
    try:
        remove(find(file_id, by=request.actor), by=request.actor)
    except NotFound as error:
        return refuse(request, 404, error)
    except NotAllowed as error:
        return refuse(request, 403, error)
    return done(_("The file was removed."))
