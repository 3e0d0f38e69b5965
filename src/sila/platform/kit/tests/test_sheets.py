import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.errors import SheetError
from sila.platform.kit.sheets import read_rows, safe_cell, sniff, unsafe_cell

ARABIC = "الاسم,الهاتف\nأحمد العتيبي,٠٥٠١٢٣٤٥٦٧\nريم الحربي,0507654321\n"
FRENCH = "Prénom,Société,Ville\nHélène,Café de la Gare,Besançon\nFrançois,Éditions Noël,Orléans\n"
GERMAN = "Name;Ort\nMüller;Köln\nGröße;Straße\n"


def rows(source, **limits):
    return list(read_rows(source, **limits))


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_unicode_files_are_recognised_with_and_without_a_mark(codec, name):
    source = ARABIC.encode(codec)
    assert sniff(source).encoding_name == name
    assert rows(source)[1] == (2, ["أحمد العتيبي", "٠٥٠١٢٣٤٥٦٧"])


def test_windows_1256_is_recognised_and_named():
    source = "الاسم;المدينة\nفاطمة الزهراني;الرياض\nمنى عبد الله;جدة\n".encode("cp1256")
    assert sniff(source).encoding_name == "Windows-1256"
    assert rows(source)[2] == (3, ["منى عبد الله", "جدة"])


@pytest.mark.parametrize("text", ["id,name\n1,سعد\n2,Jones\n", "name,note\nأ,و\nب,ي\n", "الاسم\nسعيد\n"])
def test_little_arabic_is_still_windows_1256(text):
    assert sniff(text.encode("cp1256")).encoding == "cp1256"


@pytest.mark.parametrize("text", [FRENCH, GERMAN])
def test_western_files_are_not_read_as_arabic(text):
    source = text.encode("cp1252")
    assert sniff(source).encoding == "cp1252"
    assert [",".join(row) for _, row in rows(source)] == text.replace(";", ",").splitlines()


def test_arabic_far_behind_the_sample_is_still_seen():
    source = b"id,name\n" + b"1,abc\n" * 100_000 + "2,أحمد العتيبي\n".encode("cp1256")
    assert sniff(source).encoding == "cp1256"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_among_quoted_others(mark):
    line = mark.join(['"a, b; c"', "2", "3"]) + "\n"
    assert sniff((line * 5).encode()).delimiter == mark


def test_decimal_commas_do_not_hide_the_semicolon():
    assert sniff(b"name;price;qty\nTable;1,5;2\nChair;2,25;1\n").delimiter == ";"


def test_the_hint_that_excel_writes_is_followed_and_left_out():
    assert rows(b"sep=|\na|b\n1,2|3\n") == [(1, ["a", "b"]), (2, ["1,2", "3"])]


def test_row_numbers_are_those_that_a_spreadsheet_shows():
    source = b'a,b\n"1\n2",x\n\n3,y\r\n4,z'
    assert rows(source) == [(1, ["a", "b"]), (2, ["1\n2", "x"]), (4, ["3", "y"]), (5, ["4", "z"])]


def test_uneven_rows_and_nulls_come_as_they_are():
    assert rows(b"a,b\n1\n1,2,3\nx\x00y,2\n")[1:] == [(2, ["1"]), (3, ["1", "2", "3"]), (4, ["x\x00y", "2"])]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (b"\x1f\x8b\x08 ...", "archive"),
        (b"", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"%PDF-1.7 ...", "text file"),
        (bytes(range(256)) * 40, "text file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("الاسم,المدينة\nأحمد العتيبي,الرياض\n".encode() + b"\xff\xfe broken\n", "damaged"),
    ],
)
def test_what_is_not_csv_is_refused_with_its_reason(source, word):
    with pytest.raises(SheetError, match=word):
        sniff(source)


@pytest.mark.parametrize(
    ("source", "row"),
    [
        (b"a,b\n" + b"1," * 600 + b"2\n", 2),
        (b"a,b\n1,2\n" + b"x" * 100_001 + b",2\n", 3),
        (b'a,b\n"never closed,' + b"x,\n" * 100_000, 2),
        (b"a,b\n" + b"x" * 5_000_000, 2),
    ],
)
def test_a_row_beyond_all_bounds_is_refused_with_its_number(source, row):
    with pytest.raises(SheetError) as refused:
        rows(source)
    assert refused.value.row == row


def test_a_file_on_disk_is_read_without_holding_it(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(ARABIC, encoding="utf-8")
    assert next(iter(read_rows(path))) == (1, ["الاسم", "الهاتف"])


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+966501234567",
        "-5",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "＝1",
        "\ufeff=1",
        '"=1',
        "  =1",
        "'=1",
        "|calc",
    ],
)
def test_formulas_are_made_harmless_and_come_back_whole(text):
    assert safe_cell(text) == "'" + text
    assert unsafe_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["", "Ali", "5", "a=b", "'quoted'", "احمد", "2026-11-22"])
def test_harmless_text_is_left_alone(text):
    assert safe_cell(text) == text
    assert unsafe_cell(text) == text


@given(st.text())
def test_no_text_is_lost_on_its_way_out_and_in(text):
    assert unsafe_cell(safe_cell(text)) == text
