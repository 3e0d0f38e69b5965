"""Tables as they come out of other programs, CSV or workbooks: found out, read row by row, written without danger."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from . import cards, workbooks
from .encoding import DamagedText, detect
from .errors import SheetError

_SAMPLE = 1 << 18
_MAX_LINE = 4_000_000
_SNIFFED_LINES = 60
_DELIMITERS = ",;\t|"
_HINT = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # the first line that Excel itself understands
_FORMULA = re.compile(r"""[\s\ufeff"'“”‘’]*[=+\-@|%＝＋－＠]|[\t\r\n]""")
_BINARY = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_ARCHIVES = (b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format 3", b"\x7fELF", b"{\\rtf")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
_NAMES = {
    "workbook": "Excel",
    "cards": "vCard",
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "cp1256": "Windows-1256",
    "cp1252": "Windows-1252",
}

Source = Path | str | bytes


@dataclass(frozen=True, slots=True)
class Sniffed:
    """How the file is to be read."""

    encoding: str
    delimiter: str
    cards: bool = False

    @property
    def encoding_name(self) -> str:
        """As people know it: UTF-8, UTF-16, Windows-1256."""
        if self.cards:
            return _NAMES["cards"]
        return _NAMES.get(self.encoding, "UTF-16")


WORKBOOK = Sniffed("workbook", "")


def _open(source: Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")


def sniff(source: Source) -> Sniffed:
    """Encoding and delimiter; SheetError for what has only the name of a CSV file."""
    with _open(source) as file:
        sample = file.read(_SAMPLE)
        if workbooks.is_workbook(sample):
            return WORKBOOK
        _refuse_foreign(sample)
        try:
            encoding = detect(sample, file)
        except DamagedText:
            raise SheetError(_("The file is damaged: parts of it are not in its encoding, UTF-8.")) from None
    if not encoding.startswith("utf-16") and len(_BINARY.findall(sample)) > len(sample) // 100:
        raise _not_text()
    # The sample may end in the middle of a character.
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    if cards.is_cards(text):
        return Sniffed(encoding, "", cards=True)
    return Sniffed(encoding, _delimiter(text))


def _refuse_foreign(sample: bytes) -> None:
    if not sample.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise SheetError(_("The file is empty."))
    if sample.startswith(_ARCHIVES):
        message = _("This is an archive, not a table. Unpack it first.")
        raise SheetError(message)
    if sample[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise SheetError(_("This is a web page or an XML file, not CSV."))
    if sample.startswith(_PICTURES):
        raise _not_text()


def _not_text() -> SheetError:
    return SheetError(_("This is not a text file, so it cannot be read as CSV."))


def _delimiter(text: str) -> str:
    """The mark that cuts most lines into one and the same number of cells."""
    lines = text.splitlines(keepends=True)
    hint = _HINT.fullmatch(lines[0]) if lines else None
    if hint:
        return hint[1]
    return max(_DELIMITERS, key=lambda mark: _evenness(lines, mark))


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How large a share of the rows has the commonest number of cells, and that number."""
    reader = csv.reader(iter(lines), delimiter=delimiter)
    try:
        widths = [len(row) for row, _line in zip(reader, range(_SNIFFED_LINES), strict=False) if row]
    except csv.Error:
        return 0.0, 0
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0, 0
    width, count = wide.most_common(1)[0]
    return round(count / len(widths), 2), width


def read_rows(
    source: Source,
    sniffed: Sniffed | None = None,
    *,
    sheet: str = "",
    max_columns: int = 500,
    max_cell: int = 100_000,
) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number that a spreadsheet shows beside them, header first; blank lines are left out.

    Cells come as they are: uneven rows, nulls and formulas are for the caller to judge. Memory stays
    flat however large the file is; SheetError for a row beyond the limits.
    """
    sniffed = sniffed or sniff(source)
    if sniffed == WORKBOOK:
        yield from workbooks.read_rows(source, sheet=sheet, max_columns=max_columns, max_cell=max_cell)
        return
    if sniffed.cards:
        with _open(source) as raw, io.TextIOWrapper(raw, encoding=sniffed.encoding) as text:
            yield from _card_rows(text)
        return
    with _open(source) as raw, io.TextIOWrapper(raw, encoding=sniffed.encoding, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=sniffed.delimiter, strict=True)
        while True:
            lines.row += 1
            try:
                row = next(reader, None)
            except (csv.Error, UnicodeDecodeError) as error:
                raise _broken_row(error, lines.row) from error
            if row is None:
                return
            if lines.count == 1 and _HINT.fullmatch(sniffed.delimiter.join(row)):
                lines.row = 0  # a spreadsheet does not show it
            elif row:
                _check_size(row, lines.row, max_columns, max_cell)
                yield lines.row, row


def _card_rows(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from cards.read_rows(_Lines(text))
    except UnicodeDecodeError as error:
        raise _broken_row(error, 1) from error


class _Lines:
    """The lines of a file, counted, none of them longer than memory should hold; `row`: which they are part of."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self.file = file
        self.count = self.row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.file.readline(_MAX_LINE)
        if not line:
            raise StopIteration
        self.count += 1
        if len(line) >= _MAX_LINE:
            raise SheetError(_("Row %(row)d is too long.") % {"row": self.row}, self.row)
        return line


def _broken_row(error: Exception, row: int) -> SheetError:
    if isinstance(error, UnicodeDecodeError):
        message = _("From row %(row)d on the file is not in the encoding it began with.")
    else:
        message = _("Row %(row)d cannot be read: a quotation mark may be missing, or a cell is too long.")
    return SheetError(message % {"row": row}, row)


def _check_size(row: list[str], number: int, max_columns: int, max_cell: int) -> None:
    if len(row) > max_columns:
        message = _("Row %(row)d has more than %(limit)d columns.") % {"row": number, "limit": max_columns}
        raise SheetError(message, number)
    if max(map(len, row)) > max_cell:
        message = _("A cell in row %(row)d has more than %(limit)d characters.")
        raise SheetError(message % {"row": number, "limit": max_cell}, number)


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; `unsafe_cell` gives the original back."""
    return "'" + text if _FORMULA.match(text) else text


def unsafe_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
