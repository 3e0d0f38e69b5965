"""Taking a list out as a file."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.activity import log
from sila.platform.entities import listing
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url, entity_view, fragment
from sila.platform.kit.numbers import format_number


@require_GET
@entity_view
def export(
    request: WorkspaceRequest, entity: Entity, context: Context
) -> HttpResponse | StreamingHttpResponse:
    """Without a format the small form that asks for one; with it the file."""
    state = ListState.read(request.GET)
    kind = request.GET.get("format", "")
    if kind:
        return _file(entity, context, state, kind, every_field=request.GET.get("fields") == "all")
    if not context.actor.can(entity.slug, "export"):
        raise NotAllowed
    table = Table.of(entity, state, context, every_field=False)
    number, more = listing.count(table.matching())
    form = {
        "noun": entity.plural,
        "count": format_number(number, digits=context.reader.digits) + ("+" if more else ""),
        "action": entity_url(request, entity, tail="export"),
        "given": [(name, value) for name in request.GET for value in request.GET.getlist(name)],
        "formats": [(name, label) for name, (label, _type) in formats.FORMATS.items()],
    }
    return fragment(request, "entities/_export.html", {"export": form})


def _file(
    entity: Entity, context: Context, state: ListState, kind: str, *, every_field: bool
) -> HttpResponse | StreamingHttpResponse:
    if kind not in formats.FORMATS:
        raise NotFound
    table = Table.of(entity, state, context, every_field=every_field)
    number, _more = listing.count(table.matching())
    name, (_label, content_type) = formats.file_name(table, kind), formats.FORMATS[kind]
    log.record(
        "exported",
        by=context.actor,
        entity=entity.slug,
        title=name,
        count=number,
        conditions=[str(condition) for condition in state.conditions],
    )
    if kind == "xlsx":
        return FileResponse(_workbook(table), as_attachment=True, filename=name, content_type=content_type)
    pieces = formats.as_csv(table) if kind == "csv" else formats.as_json(table)
    response = StreamingHttpResponse(_spoken(pieces, context.reader.language), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _workbook(table: Table) -> object:
    """A file that is gone from the folder already: it lives as long as the answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        formats.write_xlsx(table, path)
        return path.open("rb")


def _spoken(pieces: Iterator[bytes], language: str) -> Iterator[bytes]:
    """In the reader's language, though the request is over when the pieces are made."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
