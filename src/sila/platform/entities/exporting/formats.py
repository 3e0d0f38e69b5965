"""The files that an export can be. Text comes in pieces; a workbook is written to a file first."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.entities.errors import Invalid
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import Entity
from sila.platform.kit.sheets import safe_cell

PIECE = 1 << 16
SHEET_ROWS = 1_048_575  # besides the header
SHEET_TEXT = 32_767  # characters in a cell
_NO_NAME = re.compile(r"[\[\]:*?/\\']")  # what a sheet cannot be called
WIDTHS = {"longtext": 40, "text": 24, "link": 24, "datetime": 18, "bool": 8}


# ---- CSV -------------------------------------------------------------------------------------------
def as_csv(table: Table) -> Iterator[bytes]:
    return csv_of(table.header(), table.cells())


def csv_of(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, without which Excel takes Arabic for something else; no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe_cell(label) for label in header])
    for cells in rows:
        writer.writerow([_text(cell) for cell in cells])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_cell(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


# ---- JSON ------------------------------------------------------------------------------------------
def as_json(table: Table) -> Iterator[bytes]:
    """An array of what the API gives for each record."""
    gap = b"["
    for document in table.documents():
        yield gap + orjson.dumps(document)
        gap = b",\n"
    yield b"[]" if gap == b"[" else b"]"


# ---- XLSX ------------------------------------------------------------------------------------------
def write_xlsx(table: Table, path: Path) -> None:
    """One sheet, right to left where the reader is, with real numbers and dates. Raises Invalid if it is too long."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(_NO_NAME.sub(" ", str(table.entity.plural)).strip()[:31] or None)
        if table.context.reader.language == "ar":
            sheet.right_to_left()
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            Decimal: book.add_format({"num_format": "#,##0.######"}),
        }
        head = book.add_format({"bold": True, "bottom": 1})
        for number, (label, f) in enumerate(zip(table.header(), table.fields, strict=True)):
            sheet.set_column(number, number, WIDTHS.get(f.kind.name, 14))
            sheet.write_string(0, number, label, head)
        sheet.freeze_panes(1, 1)
        number = 0
        for number, cells in enumerate(table.cells(), 1):
            if number > SHEET_ROWS:
                raise Invalid({"": _("A workbook holds at most 1,048,575 rows: choose CSV.")})
            _write_row(sheet, number, cells, formats)
        sheet.autofilter(0, 0, max(number, 1), max(len(table.fields) - 1, 0))


def _write_row(sheet: Any, number: int, cells: list[Any], formats: dict[type, Any]) -> None:
    for column, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            sheet.write_string(number, column, cell[:SHEET_TEXT])
        elif isinstance(cell, Decimal) and len(cell.as_tuple().digits) > 15:  # a sheet's numbers end there
            sheet.write_string(number, column, f"{cell:f}")
        elif isinstance(cell, Decimal | int | float):
            sheet.write_number(number, column, cell, formats.get(type(cell)))
        elif isinstance(cell, datetime) and cell.year >= 1900:  # whole seconds: fractions of days round up
            sheet.write_datetime(number, column, cell.replace(microsecond=0), formats[datetime])
        elif isinstance(cell, date) and cell.year >= 1900:
            sheet.write_datetime(number, column, cell, formats[date])
        else:
            sheet.write_string(number, column, _text(cell))


# ---- which there are ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Format:
    """What a file can be. `pieces` is missing where it has to be whole before it is sent; `nouns`: empty for all;
    `every_field`: it asks for no columns."""

    label: Any
    content_type: str
    pieces: Callable[[Table], Iterator[bytes]] | None
    nouns: frozenset[str] = frozenset()
    every_field: bool = False


FORMATS = {  # those of single nouns are added by their apps
    "csv": Format(gettext_lazy("CSV, for every program"), "text/csv; charset=utf-8", as_csv),
    "xlsx": Format(
        gettext_lazy("Excel workbook"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        None,
    ),
    "json": Format(gettext_lazy("JSON, for programs"), "application/json", as_json),
}


def formats_of(entity: Entity) -> dict[str, Format]:
    return {kind: each for kind, each in FORMATS.items() if not each.nouns or entity.slug in each.nouns}


def write(table: Table, kind: str, path: Path) -> None:
    """The whole export as a file. Raises OSError, Invalid."""
    pieces = FORMATS[kind].pieces
    if pieces is None:
        write_xlsx(table, path)
        return
    with path.open("wb") as file:
        file.writelines(pieces(table))


def file_name(table: Table, kind: str) -> str:
    state: ListState = table.state
    part = "-chosen" if table.ids else "-filtered" if state.conditions or state.query or state.first else ""
    return f"{table.entity.slug}{part}-{table.context.reader.today:%Y-%m-%d}.{kind}"
