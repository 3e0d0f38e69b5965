"""Workbooks (XLSX, XLSM, XLS, ODS) read as rows of text: the values that a person sees, no formulas, no macros."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from .errors import SheetError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED = 600_000_000  # bytes: a sheet of a million rows stays below
RATIO = 200  # what XML of a real sheet packs to, and more
SIGNIFICANT = 15  # digits: further ones are noise of binary fractions
NOT_CALCULATED = "\x00="  # stands for the value of a formula that no program has calculated
_NOT_CALCULATED = re.compile(
    rb'<c\b([^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)

Source = Path | str | bytes


class WorkbookError(SheetError):
    """A file that only looks like a workbook, or one that cannot be opened."""


def is_workbook(sample: bytes) -> bool:
    """From its first bytes; a zip archive is told from a workbook when it is opened."""
    return sample.startswith((ZIP, OLE))


def read_rows(
    source: Source, *, sheet: str = "", max_columns: int = 500, max_cell: int = 100_000
) -> Iterator[tuple[int, list[str]]]:
    """Rows of this sheet (its name, or its number among the tabs), or the first visible one that has any, with the
    numbers that it shows; blank rows are left out. A formula that was never calculated is NOT_CALCULATED.

    Raises WorkbookError.
    """
    with _open(source) as file, _book(file) as book:
        found = _sheet(book, sheet)
        if found is None:
            raise WorkbookError(_("The file is empty."))
        yield from _rows(found, not_calculated(file, found.name), max_columns, max_cell)


def _rows(
    sheet: Any, missing: dict[int, list[int]], max_columns: int, max_cell: int
) -> Iterator[tuple[int, list[str]]]:
    # rows come from the first one on, columns from the first used
    left = [""] * (sheet.start or (0, 0))[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = left + [as_text(cell) for cell in cells]
        for place in missing.get(number, ()):
            row += [""] * (place + 1 - len(row))
            row[place] = NOT_CALCULATED
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


def count_rows(source: Source, sheet: str = "") -> int:
    """How many rows the sheet has, blank ones and the header with them. Raises WorkbookError."""
    with _open(source) as file, _book(file) as book:
        found = _sheet(book, sheet)
        return int(found.height) if found else 0


def sheet_names(source: Source) -> list[str]:
    """The sheets with cells, in the order in which one is taken by itself. Raises WorkbookError."""
    with _open(source) as file, _book(file) as book:
        return [sheet.name for sheet in _sheets(book)]


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


def _sheet(book: CalamineWorkbook, name: str = "") -> Any:
    """The sheet of this name, or of this number among the tabs from 1 on, or the first one with cells."""
    wanted = _numbered(book, name)
    for sheet in _sheets(book):
        if wanted in ("", sheet.name):
            return sheet
    if not name:
        return None
    raise WorkbookError(
        _("The workbook has no sheet “%(name)s” with cells; it has: %(names)s.")
        % {"name": name[:60], "names": ", ".join(sheet.name for sheet in _sheets(book))}
    )


def _numbered(book: CalamineWorkbook, number: str) -> str:
    """The name of the tab at this place as a person counts them: the visible ones first. A tab's own name wins."""
    tabs = [about.name for about in _tabs(book)]
    counts = number.isascii() and number.isdigit() and number not in tabs
    return tabs[int(number) - 1] if counts and 1 <= int(number[:6]) <= len(tabs) else number


def _tabs(book: CalamineWorkbook) -> list[Any]:
    return sorted(book.sheets_metadata, key=lambda about: about.visible != SheetVisibleEnum.Visible)


def _sheets(book: CalamineWorkbook) -> Iterator[Any]:
    """The sheets with cells, the visible ones first."""
    for about in _tabs(book):
        try:
            sheet = book.get_sheet_by_name(about.name)
        except CalamineError:  # a chart, or a macro's own sheet
            continue
        if sheet.height:
            yield sheet


# ---- formulas without a value ------------------------------------------------------------------------
def not_calculated(file: BinaryIO, sheet: str) -> dict[int, list[int]]:
    """Row -> columns (from 0) of an XLSX sheet where a formula stands that no program has calculated. To the reader of
    values they look empty, and a value must not be lost in silence."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return {}
    with zipfile.ZipFile(file) as archive:
        part = _part_of(archive, sheet)
        if not part:
            return {}
        found: dict[int, list[int]] = {}
        with archive.open(part) as stream:
            for match in _in_pieces(stream, _NOT_CALCULATED):
                if b't="str"' not in match[1]:  # that one is calculated: an empty text
                    found.setdefault(int(match[3]), []).append(_place(match[2].decode()))
        return found


def _in_pieces(stream: IO[bytes], pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """What a cell's pattern finds in a part of any length."""
    rest = b""
    while piece := stream.read(1 << 20):
        text = rest + piece
        end = text.rfind(b"</c>") + 4 if b"</c>" in text else 0
        yield from pattern.finditer(text, 0, end)
        rest = text[end:][-100_000:]  # no formula is longer than 8,192 characters


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where in the archive the cells of the sheet are, or ""."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        named, link = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if named and link and html.unescape(named[1]) == sheet:
            for target in re.findall(r"<Relationship\b[^>]*>", links):
                if f'Id="{link[1]}"' in target and (path := re.search(r'\bTarget="([^"]*)"', target)):
                    part = path[1].removeprefix("/")
                    part = part if part.startswith("xl/") else f"xl/{part}"
                    return part if part in names else ""
    return ""


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


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
