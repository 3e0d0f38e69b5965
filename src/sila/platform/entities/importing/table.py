"""A file as a table of people's own cells, without what Sila or a spreadsheet has put around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from sila.platform.kit.errors import SheetError
from sila.platform.kit.folding import fold
from sila.platform.kit.sheets import read_rows, unsafe_cell
from sila.platform.kit.workbooks import Sheet

LEADING = 12  # rows in which the header is looked for

Cells = list[str]


def own_titles() -> list[str]:
    """The columns that stand in front of refused rows; they are left out when the file comes back."""
    return [_("Row"), _("Column"), _("Reason"), _("Record")]


@dataclass(frozen=True)
class Line:
    """One row: its number as a spreadsheet shows it, and the record that it says it is (a mended row)."""

    number: int
    cells: Cells
    record: UUID | None = None


class Table:
    """The header, and the rows as often as they are asked for. Raises SheetError."""

    def __init__(self, path: Path | str, sheet: str = "") -> None:
        self.path, self.sheet = path, sheet
        rows = (cells for _number, cells in read_rows(path, sheet=sheet) if _filled(cells))
        first = next(rows, None)
        if first is None:
            raise SheetError(_("The file is empty."))
        above = [] if _many(first) else _above(first, rows)
        self.above = max(len(above) - 1, 0)
        titles = [unsafe_cell(cell).strip() for cell in (above or [first])[-1]]
        self._own = len(own_titles()) if _is_own(titles) else 0
        self.header = _named(titles)[self._own :]

    def __iter__(self) -> Iterator[Line]:
        """The rows below the header; those in which nothing stands are no rows."""
        rows = ((number, cells) for number, cells in read_rows(self.path, sheet=self.sheet) if _filled(cells))
        for number, cells in islice(rows, self.above + 1, None):
            own, rest = cells[: self._own], [unsafe_cell(cell) for cell in cells[self._own :]]
            if _filled(rest):
                yield Line(number, rest, _record(own))


def notes_of(table: Table, sheet: Sheet | None = None) -> list[str]:
    """What a person should know of how the file is read."""
    notes = []
    if table.above:
        message = _("The header stands below a title: rows left out above it: %(count)d.")
        notes.append(message % {"count": table.above})
    if sheet and sheet.merged:
        notes.append(
            _("Cells are merged here: their value counts in each of their rows, and in their first column.")
        )
    return notes


def _above(first: Cells, rows: Iterator[Cells]) -> list[Cells]:
    """The rows down to the header, where titles stand above it, each alone in its row; else none. It is one if the rows
    below it have several cells too: a comma in a file of one column makes no header."""
    found, below = [first], 0
    try:
        for cells in islice(rows, LEADING):
            if not _many(cells) and _many(found[-1]):
                return []
            if _many(found[-1]):
                below += 1
            else:
                found.append(cells)
    except SheetError:  # told when that row is reached
        pass
    return found if below else []


def _many(cells: Cells) -> bool:
    return sum(1 for cell in cells if cell.strip()) > 1


def _filled(cells: Cells) -> bool:
    return any(cell.strip() for cell in cells)


def _is_own(titles: Cells) -> bool:
    found = [fold(title) for title in titles]
    for language in ("ar", "en"):
        with override(language):
            own = [fold(title) for title in own_titles()]
        if found[: len(own)] == own:
            return True
    return False


def _named(titles: Cells) -> Cells:
    """Nameless columns behind the last name are none; one between the others is called by its letter."""
    while titles and not titles[-1]:
        titles = titles[:-1]
    return [title or f"({_letter(place)})" for place, title in enumerate(titles)]


def _letter(place: int) -> str:
    """As spreadsheets call their columns: A, B, …, Z, AA."""
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _record(own: Cells) -> UUID | None:
    try:
        return UUID(own[-1].strip()) if own else None
    except ValueError:
        return None
