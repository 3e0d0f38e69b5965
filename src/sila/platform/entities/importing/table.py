"""A file as a table of people's own cells, without what Sila or a spreadsheet has put around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from sila.platform.kit.errors import SheetError
from sila.platform.kit.folding import fold
from sila.platform.kit.sheets import read_rows, unsafe_cell

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
        first = next((cells for _number, cells in read_rows(path, sheet=sheet) if _filled(cells)), None)
        if first is None:
            raise SheetError(_("The file is empty."))
        titles = [unsafe_cell(cell).strip() for cell in first]
        self._own = len(own_titles()) if _is_own(titles) else 0
        self.header = _named(titles)[self._own :]

    def __iter__(self) -> Iterator[Line]:
        """The rows below the header; those in which nothing stands are no rows."""
        rows = ((number, cells) for number, cells in read_rows(self.path, sheet=self.sheet) if _filled(cells))
        next(rows, None)
        for number, cells in rows:
            own, rest = cells[: self._own], [unsafe_cell(cell) for cell in cells[self._own :]]
            if _filled(rest):
                yield Line(number, rest, _record(own))


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
