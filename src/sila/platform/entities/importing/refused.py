"""The refused rows as a CSV file, with line, column and reason, ready to be mended and imported again."""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _

from sila.platform.entities.models import ImportRefusal, ImportRun
from sila.platform.kit.sheets import read_rows, safe_cell


def refused_rows(run: ImportRun) -> Iterator[list[str]]:
    """Header, then a line for each row that was refused or taken without a cell. Reasons stand in front."""
    header = next(iter(read_rows(run.path)))[1]
    yield [_("Line"), _("Column"), _("Reason"), *map(safe_cell, header)]
    notes = ImportRefusal.objects.filter(run_id=run.id).order_by("row", "id").iterator(chunk_size=500)
    for row, same in groupby(notes, key=lambda note: note.row):
        found = list(same)
        columns = " | ".join(dict.fromkeys(note.column for note in found if note.column))
        yield [str(row), columns, " | ".join(note.reason for note in found), *map(safe_cell, found[0].cells)]


def write_refused(run: ImportRun, path: Path) -> int:
    """Write the file (UTF-8 with a mark, as spreadsheets want it); the number of rows in it."""
    count = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for line in refused_rows(run):
            writer.writerow(line)
            count += 1
    return count
