"""The program that reads a workbook. Workbooks come from anybody, and a cell in the last corner of a sheet makes its reader
ask for half a terabyte and take its whole process along; so `workbooks` starts this module as a process of its own, with
bounds on time and memory.

The workbook is its standard input; it answers in lines of JSON. Inside: values, no formulas, no macros, no entities.
"""

import html
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any, BinaryIO

import orjson
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 3 << 30  # bytes
SECONDS = 300  # of CPU; a million rows take thirty
ZIP = b"PK\x03\x04"
UNPACKED = 600_000_000  # bytes: a sheet of a million rows stays below
RATIO = 200  # what XML of a real sheet packs to, and more
PARTS = 10_000
PIECE = 1 << 18  # characters in an answer, about
SIGNIFICANT = 15  # digits: further ones are noise of binary fractions
NOT_CALCULATED = "\x00="  # stands for the value of a formula that no program has calculated
# A number as a program wrote it that keeps few digits: 9.66501E+11. What follows them is lost, so it stays as it is written.
SHORTENED = "\x00~"  # stands before that text
_ODD = re.compile(
    rb'<c\b(?P<more>[^>]*\br="(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})"[^>]*)>\s*(?:'
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?"
    rb"|(?:<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*)?<v>\s*(?P<value>[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2})\s*</v>"
    rb")\s*</c>"
)
_LONG, _ZEROS = 11, 6  # digits of such a number, and of its zeros at the end

Rows = list[tuple[int, list[str]]]


class Refused(Exception):
    """`why` is a word that `workbooks` explains to people."""

    def __init__(self, why: str, row: int = 0, names: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.answer = {"why": why, "row": row, "names": names}


# ---- opening -----------------------------------------------------------------------------------------
def book_of(file: BinaryIO) -> CalamineWorkbook:
    try:
        _weigh(file)
        return CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise Refused("locked") from error
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("damaged") from error


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
    if whole > UNPACKED or (whole > 10_000_000 and whole > packed * RATIO) or len(parts) > PARTS:
        raise Refused("large")


# ---- sheets ------------------------------------------------------------------------------------------
def sheet_of(book: CalamineWorkbook, name: str) -> Any:
    """The sheet of this name, or of this number among the tabs from 1 on, or the first one with cells."""
    wanted = _numbered(book, name)
    for sheet in sheets(book, wanted):
        return sheet
    if not name:
        raise Refused("empty")
    raise Refused("no sheet", names=tuple(sheet.name for sheet in sheets(book)))


def _numbered(book: CalamineWorkbook, number: str) -> str:
    """The name of the tab at this place as a person counts them: the visible ones first. A tab's own name wins."""
    tabs = [about.name for about in _tabs(book)]
    counts = number.isascii() and number.isdigit() and number not in tabs
    return tabs[int(number) - 1] if counts and 1 <= int(number[:6]) <= len(tabs) else number


def _tabs(book: CalamineWorkbook) -> list[Any]:
    return sorted(book.sheets_metadata, key=lambda about: about.visible != SheetVisibleEnum.Visible)


def sheets(book: CalamineWorkbook, name: str = "") -> Iterator[Any]:
    """The sheets with cells, the visible ones first; if it has a name, that one."""
    for about in _tabs(book):
        if name not in ("", about.name):
            continue
        try:
            sheet = book.get_sheet_by_name(about.name)
        except CalamineError:  # a chart, or a macro's own sheet
            continue
        if sheet.height:
            yield sheet


# ---- rows --------------------------------------------------------------------------------------------
def rows_of(
    sheet: Any, instead: dict[int, dict[int, str]], max_columns: int, max_cell: int
) -> Iterator[tuple[int, list[str]]]:
    """`instead`: row -> column (from 0) -> what stands there in place of the value."""
    # rows come from the first one on, columns from the first used
    left = [""] * (sheet.start or (0, 0))[1]
    merged = _merged(sheet)
    repeated: dict[int, tuple[str, int]] = {}  # column -> the value of a merged cell, and its last row
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = left + [as_text(cell) for cell in cells]
        for place, text in instead.get(number, {}).items():
            row += [""] * (place + 1 - len(row))
            row[place] = text
        for place, (text, last) in repeated.items():
            if number <= last and place < len(row):
                row[place] = row[place] or text
        for place, last in merged.get(number, ()):
            repeated[place] = (row[place] if place < len(row) else "", last)
        while row and not row[-1]:
            row.pop()
        if len(row) > max_columns:
            raise Refused("columns", number)
        if any(len(cell) > max_cell for cell in row):
            raise Refused("cell", number)
        if row:
            yield number, row


def _merged(sheet: Any) -> dict[int, list[tuple[int, int]]]:
    """First row -> (column from 0, last row) of the cells that are merged down several rows: a value belongs to each of
    them. Across columns it belongs to the first."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            found.setdefault(top + 1, []).append((left, bottom + 1))
    return found


# ---- what the reader of values does not say ----------------------------------------------------------
def instead_of_values(file: BinaryIO, sheet: str) -> dict[int, dict[int, str]]:
    """Row -> column (from 0) of an XLSX sheet where a formula stands that no program has calculated, or a number that one
    has shortened. To the reader of values they look empty, or whole, and nothing must be lost in silence."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return {}
    with zipfile.ZipFile(file) as archive:
        part = _part_of(archive, sheet)
        if not part:
            return {}
        found: dict[int, dict[int, str]] = {}
        with archive.open(part) as stream:
            for match in _in_pieces(stream, _ODD):
                if text := _odd(match):
                    found.setdefault(int(match["row"]), {})[_place(match["column"].decode())] = text
        return found


def _odd(match: re.Match[bytes]) -> str:
    if match["value"] is None:
        return "" if b't="str"' in match["more"] else NOT_CALCULATED  # that one is calculated: an empty text
    text = match["value"].decode()
    digits = f"{Decimal(text):f}"
    lost = (
        len(digits) >= _LONG
        and digits.endswith("0" * _ZEROS)
        and b't="' not in match["more"].replace(b't="n"', b"")
    )
    return SHORTENED + text if lost else ""


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


# ---- the program -------------------------------------------------------------------------------------
def _main(task: str, sheet: str, max_columns: str, max_cell: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        file = sys.stdin.buffer
        with book_of(file) as book:
            if task == "rows":
                _say_rows(file, sheet_of(book, sheet), int(max_columns), int(max_cell))
            else:
                found = [sheet_of(book, sheet)] if task == "one" else sheets(book)
                _say([(each.name, int(each.height), bool(_merged(each))) for each in found])
        _say("end")
    except Refused as error:
        _say(error.answer)
    except MemoryError:
        _say(Refused("large").answer)
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError):
        _say(Refused("damaged").answer)


def _say_rows(file: BinaryIO, sheet: Any, max_columns: int, max_cell: int) -> None:
    some: Rows = []
    size = 0
    try:
        for number, row in rows_of(sheet, instead_of_values(file, sheet.name), max_columns, max_cell):
            some.append((number, row))
            size += sum(map(len, row)) + 8 * len(row)
            if size > PIECE:
                _say(some)
                some, size = [], 0
    finally:  # what stands before the trouble is good
        if some:
            _say(some)


def _say(answer: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
