"""Workbooks (XLSX, XLSM, XLS, ODS) read as rows of text: the values that a person sees, no formulas, no macros.

The reading itself is done by `workbook_reader`, in a process of its own: whatever a file does there, we go on.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.utils.translation import gettext as _

from .errors import SheetError
from .workbook_reader import NOT_CALCULATED, SHORTENED, as_text

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Source = Path | str | bytes


class WorkbookError(SheetError):
    """A file that only looks like a workbook, or one that cannot be opened."""


@dataclass(frozen=True)
class Sheet:
    """A sheet with cells. `rows`: blank ones and the header too; `merged`: whether cells are merged down its rows."""

    name: str
    rows: int
    merged: bool


def is_workbook(sample: bytes) -> bool:
    """From its first bytes; a zip archive is told from a workbook when it is opened."""
    return sample.startswith((ZIP, OLE))


def read_rows(
    source: Source, *, sheet: str = "", max_columns: int = 500, max_cell: int = 100_000
) -> Iterator[tuple[int, list[str]]]:
    """Rows of this sheet (its name, or its number among the tabs), or the first visible one that has any, with the
    numbers that it shows; blank rows are left out. A formula that was never calculated is NOT_CALCULATED, SHORTENED
    stands before a number that lost its last digits; the value of
    a cell that is merged down several rows stands in each of them.

    Raises WorkbookError.
    """
    with _answers(source, "rows", sheet, max_columns, max_cell) as answers:
        for some in answers:
            yield from ((number, row) for number, row in some)


def sheets_of(source: Source) -> list[Sheet]:
    """The sheets with cells, in the order in which one is taken by itself. Raises WorkbookError."""
    with _answers(source, "about") as answers:
        return [Sheet(*about) for about in next(answers, [])]


def sheet_of(source: Source, sheet: str = "") -> Sheet:
    """The one that `read_rows` would read. Raises WorkbookError."""
    with _answers(source, "one", sheet) as answers:
        return Sheet(*next(answers)[0])


# ---- asking the program ------------------------------------------------------------------------------
@contextmanager
def _answers(
    source: Source, task: str, sheet: str = "", max_columns: int = 0, max_cell: int = 0
) -> Iterator[Iterator[Any]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "sila.platform.kit.workbook_reader"]
    words = [task, sheet.replace("\x00", ""), str(max_columns), str(max_cell)]
    with _open(source) as file:
        reader = subprocess.Popen(  # noqa: S603  (our own module; what people say of the sheet is a word of it)
            [*command, *words],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    try:
        yield _heard(reader, sheet, max_columns, max_cell)
    finally:
        reader.kill()
        reader.communicate()


def _open(source: Source) -> BinaryIO:
    if not isinstance(source, bytes):
        return Path(source).open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by whoever asked for it)
    file.write(source)
    file.seek(0)
    return file


def _heard(reader: subprocess.Popen[bytes], sheet: str, max_columns: int, max_cell: int) -> Iterator[Any]:
    """Its answers to the last; WorkbookError for a refusal, and where it fell silent before the end."""
    assert reader.stdout is not None
    for line in reader.stdout:
        answer = orjson.loads(line)
        if answer == "end":
            return
        if isinstance(answer, dict):
            limit = max_columns if answer["why"] == "columns" else max_cell
            raise _refusal(answer["why"], answer["row"], limit, sheet, answer["names"])
        yield answer
    raise _refusal("large", 0, 0, sheet, [])  # its memory or its time was used up


def _refusal(why: str, row: int, limit: int, sheet: str, names: list[str]) -> WorkbookError:
    messages = {
        "empty": _("The file is empty."),
        "locked": _("The workbook is locked with a password. Save it without one first."),
        "damaged": _("This is an archive or a damaged workbook. Save the sheet as XLSX or CSV."),
        "large": _("The workbook is too large once it is unpacked. Save the sheet as CSV."),
        "columns": _("Row %(row)d has more than %(limit)d columns."),
        "cell": _("A cell in row %(row)d has more than %(limit)d characters."),
        "no sheet": _("The workbook has no sheet “%(name)s” with cells; it has: %(names)s."),
    }
    words = {"row": row, "limit": limit, "name": sheet[:60], "names": ", ".join(names)[:500]}
    return WorkbookError(messages[why] % words, row)


__all__ = [
    "NOT_CALCULATED",
    "SHORTENED",
    "Sheet",
    "WorkbookError",
    "as_text",
    "is_workbook",
    "read_rows",
    "sheet_of",
    "sheets_of",
]
