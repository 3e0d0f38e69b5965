"""Workbooks of every make become the rows that a person sees."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter

from sila.platform.kit.workbooks import WorkbookError, as_text, is_workbook, read_rows


def workbook(rows, *, begin=(0, 0), hidden_first=False) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        if hidden_first:
            notes = book.add_worksheet("notes")
            notes.write(0, 0, "not this")
            notes.hide()
        sheet = book.add_worksheet("العملاء")
        sheet.activate()
        for number, row in enumerate(rows, begin[0]):
            sheet.write_row(number, begin[1], row)
    return buffer.getvalue()


def test_values_come_as_people_type_them():
    made = workbook(
        [
            ["الاسم", "Phone", "Amount", "Since", "At", "Yes"],
            ["منى", 966501234567, 1250.5, datetime(2026, 3, 1), datetime(2026, 3, 1, 14, 30), True],
            ["=SUM(1)", 9.66501e11, 0.1 + 0.2, "1/3/2026", "", ""],
        ]
    )
    assert is_workbook(made)
    rows = [row for _number, row in read_rows(made)]
    assert rows[0] == ["الاسم", "Phone", "Amount", "Since", "At", "Yes"]
    assert rows[1] == ["منى", "966501234567", "1250.5", "2026-03-01", "2026-03-01 14:30:00", "TRUE"]
    assert rows[2][1:] == ["966501000000", "0.3", "1/3/2026"]


def test_rows_keep_the_numbers_that_the_sheet_shows_and_blank_ones_are_left_out():
    made = workbook([["name"], [], ["Amal"]], begin=(2, 1))
    assert list(read_rows(made)) == [(3, ["", "name"]), (5, ["", "Amal"])]


def test_a_hidden_sheet_gives_way_to_a_visible_one():
    assert list(read_rows(workbook([["name"]], hidden_first=True))) == [(1, ["name"])]


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "made",
    [
        zipped("readme.txt", b"hello"),
        zipped("xl/worksheets/sheet1.xml", b"0" * 20_000_000),  # a bomb
        workbook([["name"]])[:400],
        b"PK\x03\x04" + b"\x00" * 50,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        workbook([]),
        workbook([["x"] * 501]),
        workbook([["x"]] * 3 + [["y" * 32_000]]),
    ],
    ids=["archive", "bomb", "cut off", "no zip", "no ole", "empty", "wide", "long"],
)
def test_what_is_no_table_is_refused_in_words(made):
    with pytest.raises(WorkbookError) as refusal:
        list(read_rows(made, max_cell=30_000))
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        (1e20, "100000000000000000000"),
        (0.000001, "0.000001"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(8, 15), "08:15:00"),
        ("نص", "نص"),
        ("", ""),
    ],
)
def test_numbers_have_no_exponent(cell, text):
    assert as_text(cell) == text
