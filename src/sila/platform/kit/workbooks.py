"""Workbooks (XLSX, XLSM, XLS, ODS) read as rows of text: the values that a person sees, no formulas, no macros."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from .errors import SheetError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED = 600_000_000  # bytes: a sheet of a million rows stays below
RATIO = 200  # what XML of a real sheet packs to, and more
SIGNIFICANT = 15  # digits: further ones are noise of binary fractions

Source = Path | str | bytes


class WorkbookError(SheetError):
    """A file that only looks like a workbook, or one that cannot be opened."""


def is_workbook(sample: bytes) -> bool:
    """From its first bytes; a zip archive is told from a workbook when it is opened."""
    return sample.startswith((ZIP, OLE))


def read_rows(
    source: Source, *, max_columns: int = 500, max_cell: int = 100_000
) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first visible sheet that has any, with the numbers that the sheet shows; blank rows are left out.

    Raises WorkbookError.
    """
    with _open(source) as file, _book(file) as book:
        sheet = _sheet(book)
        if sheet is None:
            raise WorkbookError(_("The file is empty."))
        left = [""] * (sheet.start or (0, 0))[
            1
        ]  # rows come from the first one on, columns from the first used
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row = left + [as_text(cell) for cell in cells]
            while row and not row[-1]:
                row.pop()
            if len(row) > max_columns:
                message = _("Row %(row)d has more than %(limit)d columns.")
                raise WorkbookError(message % {"row": number, "limit": max_columns})
            if any(len(cell) > max_cell for cell in row):
                message = _("A cell in row %(row)d has more than %(limit)d characters.")
                raise WorkbookError(message % {"row": number, "limit": max_cell})
            if row:
                yield number, row


def count_rows(source: Source) -> int:
    """How many rows the sheet has, blank ones and the header with them. Raises WorkbookError."""
    with _open(source) as file, _book(file) as book:
        sheet = _sheet(book)
        return int(sheet.height) if sheet else 0


def _open(source: Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")


def _book(file: BinaryIO) -> CalamineWorkbook:
    try:
        _weigh(file)
        return CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise WorkbookError(
            _("The workbook is locked with a password. Save it without one first.")
        ) from error
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise WorkbookError(
            _("This is an archive or a damaged workbook. Save the sheet as XLSX or CSV.")
        ) from error


def _weigh(file: BinaryIO) -> None:
    """A small file that would fill the memory once it is unpacked is refused before it is."""
    packed_at_all = file.read(4).startswith(ZIP)
    file.seek(0)
    if not packed_at_all:
        return
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    file.seek(0)
    whole, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if whole > UNPACKED or (whole > 10_000_000 and whole > packed * RATIO):
        raise WorkbookError(_("The workbook is too large once it is unpacked. Save the sheet as CSV."))


def _sheet(book: CalamineWorkbook) -> Any:
    """The first sheet with cells, a visible one if there is any."""
    names = sorted(book.sheets_metadata, key=lambda about: about.visible != SheetVisibleEnum.Visible)
    for about in names:
        try:
            sheet = book.get_sheet_by_name(about.name)
        except CalamineError:  # a chart, or a macro's own sheet
            continue
        if sheet.height:
            return sheet
    return None


def as_text(cell: Any) -> str:
    """A value as a person would type it: whole numbers without a point, days without an hour, never 9.66501E+11."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.{SIGNIFICANT}g}').normalize():f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(cell).strip("\x00")
