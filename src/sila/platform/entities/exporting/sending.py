"""An export as an answer: streamed where its kind allows, noted in the audit log, in flat memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, StreamingHttpResponse
from django.utils import translation

from sila.platform.activity import log
from sila.platform.entities import listing
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.table import Table

Sent = FileResponse | StreamingHttpResponse


def send(table: Table, kind: str) -> Sent:
    """`kind`: one of formats_of the noun."""
    number, _more = listing.count(table.matching())
    name, form = formats.file_name(table, kind), formats.FORMATS[kind]
    log.record(
        "exported",
        by=table.context.actor,
        entity=table.entity.slug,
        title=name,
        count=number,
        conditions=[
            *map(str, table.state.conditions),
            *([f"first:{table.state.first}"] if table.state.first else []),
        ],
    )
    if form.pieces is None:
        return FileResponse(
            _workbook(table), as_attachment=True, filename=name, content_type=form.content_type
        )
    language = translation.get_language() or table.context.reader.language
    response = StreamingHttpResponse(_spoken(form.pieces(table), language), content_type=form.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _workbook(table: Table) -> object:
    """A file that is gone from the folder already: it lives as long as the answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        formats.write_xlsx(table, path)
        return path.open("rb")


def _spoken(pieces: Iterator[bytes], language: str) -> Iterator[bytes]:
    """In the language of the request, though it is over when the pieces are made."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
