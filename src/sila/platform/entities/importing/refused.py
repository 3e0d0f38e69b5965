"""The refused rows as a CSV file, with row, column and reason, ready to be mended and imported again."""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.utils import translation

from sila.platform.entities.importing.table import Table, own_titles
from sila.platform.entities.models import ImportRefusal, ImportRun
from sila.platform.kit.sheets import safe_cell


def refused_rows(run: ImportRun) -> Iterator[list[str]]:
    """Header, then a line for each row that was refused, or taken without a cell: that names its record.

    What we add stands in front, and is left out when the file comes back (see Table).
    """
    with translation.override(run.language):
        titles = own_titles()
    yield [*titles, *map(safe_cell, Table(run.path, run.mapping.get("sheet", "")).header)]
    notes = ImportRefusal.objects.filter(run_id=run.id).order_by("row", "id").iterator(chunk_size=500)
    for row, same in groupby(notes, key=lambda note: note.row):
        found = list(same)
        columns = " | ".join(dict.fromkeys(note.column for note in found if note.column))
        reasons = " | ".join(note.reason for note in found)
        own = [str(row), columns, reasons, str(found[0].record_id or "")]
        yield [safe_cell(cell) for cell in (*own, *found[0].cells)]


def write_refused(run: ImportRun, path: Path) -> int:
    """Write the file (UTF-8 with a mark, as spreadsheets want it); the number of rows in it."""
    count = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for line in refused_rows(run):
            writer.writerow(line)
            count += 1
    return count
