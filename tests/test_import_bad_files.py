"""What broken, hostile and odd files do to an import: a word in the person's language, nothing by halves, bounds on memory
and time. Through the page and the command."""

import io
import resource
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.customfields.actions import add_field, hide_field
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import carry_on, prepare
from sila.platform.entities.models import ImportRun
from sila.platform.entities.purge_jobs import purge_field
from sila.platform.entities.registry import registry
from sila.platform.kit.sheets import read_rows
from sila.platform.tenancy.current import scope
from sila.project import cli
from tests.samples import new_record

pytestmark = pytest.mark.django_db
START = "/w/rayyan/people/import"


# ---- making files ------------------------------------------------------------------------------------
def book(fill: Callable[[Any], Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as made:
        fill(made)
    return buffer.getvalue()


def table(*rows: list[Any], **options: Any) -> bytes:
    def fill(made: Any) -> None:
        sheet = made.add_worksheet("People")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)

    return book(fill, **options)


PLAIN = table(["name", "city"], ["Amal", "Jeddah"])


def repacked(content: bytes, **parts: Callable[[bytes], bytes]) -> bytes:
    """The workbook with changed parts; a double underscore in a name is a slash."""
    changes = {name.replace("__", "/") + ".xml": change for name, change in parts.items()}
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, changes.get(name, lambda text: text)(source.read(name)))
    return out.getvalue()


def far(made: Any) -> None:
    sheet = made.add_worksheet()
    sheet.write(0, 0, "name")
    sheet.write(1_048_575, 16_383, "x")


def formulas(made: Any) -> None:
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["name", "city"])
    sheet.write(1, 0, "Amal")
    sheet.write_formula(1, 1, '="Jed"&"dah"', None, "Jeddah")


def merged(made: Any) -> None:
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["name", "city", "about"])
    sheet.write_column(1, 0, ["Amal", "Badr", "Cyrine"])
    sheet.merge_range(1, 1, 2, 1, "Jeddah")
    sheet.merge_range(3, 1, 3, 2, "Cairo")


def days(made: Any) -> None:
    sheet, form = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["name", "birth_date"])
    sheet.write(1, 0, "Amal")
    sheet.write_datetime(1, 1, datetime(1985, 4, 12), form)


def laughs(text: bytes) -> bytes:
    entities = b'<!ENTITY a "Ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)
    )
    return text.replace(b"<sst", b"<!DOCTYPE sst [" + entities + b"]><sst").replace(b"Amal", b"&j;")


def archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return buffer.getvalue()


# ---- the two doors -----------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def page(company: Any) -> Client:
    type(company.user("admin")).objects.filter(pk=company.user("admin").pk).update(language="en")
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def hand_in(page: Client, content: bytes, name: str) -> Any:
    return page.post(START, {"file": SimpleUploadedFile(name, content)})


@pytest.fixture
def sila(company: Any, folder: Any, capsys: Any) -> Any:
    def type_in(content: bytes, name: str, *words: str, language: str = "en") -> tuple[int, str]:
        (folder / name).write_bytes(content)
        with translation.override("en"):
            status = cli.main(
                ["import", "people", str(folder / name), "-w", "rayyan", "--language", language, *words]
            )
        told = capsys.readouterr()
        return status, told.out + told.err

    return type_in


def people(company: Any, *fields: str) -> list[Any]:
    with scope(company.workspace):
        rows = registry["people"].rows().order_by("name")
        return (
            list(rows.values_list(*fields)) if len(fields) > 1 else list(rows.values_list("name", flat=True))
        )


# ---- refused as a whole ------------------------------------------------------------------------------
REFUSED: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "a zip bomb": ("a.xlsx", lambda: archive("xl/x.xml", b"0" * 20_000_000), "too large", "كبير"),
    "an archive": ("a.zip", lambda: archive("readme.txt", b"hello"), "archive", "أرشيف"),
    "shared strings that swell": (
        "a.xlsx",
        lambda: repacked(
            PLAIN,
            xl__sharedStrings=lambda t: t.replace(b"</sst>", b"<si><t>x</t></si>" * 1_000_000 + b"</sst>"),
        ),
        "too large",
        "كبير",
    ),
    "a cell in the last corner": ("a.xlsx", lambda: book(far), "too large", "كبير"),
    "entities that grow": ("a.xlsx", lambda: repacked(PLAIN, xl__sharedStrings=laughs), "damaged", "تالف"),
    "too many columns": ("a.xlsx", lambda: table([f"c{at}" for at in range(5_000)]), "500 columns", "500"),
    "too many columns of CSV": ("a.csv", lambda: b",".join(b"c%d" % at for at in range(5_000)), "500", "500"),
    "half of a workbook": ("a.xlsx", lambda: PLAIN[: len(PLAIN) // 2], "damaged", "تالف"),
    "a workbook without cells": ("a.xlsx", lambda: table(), "empty", "فارغ"),
    "a cell of ten megabytes": ("a.csv", lambda: b"name\n" + b"x" * 10_000_000, "too long", "طويل"),
    "nothing": ("a.csv", lambda: b"", "empty", "فارغ"),
    "blank lines": ("a.csv", lambda: b"\n\n,,\n", "empty", "فارغ"),
    "a picture by another name": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "not a text", "نصي"),
    "broken bytes": ("a.csv", lambda: "name\nأمل\nبدر\n".encode() + b"\xff\xfe\xd8\n", "damaged", "تالف"),
    "two encodings": (
        "a.csv",
        lambda: "name\nأمل العتيبي\n".encode() * 9 + "بدر\n".encode("cp1256"),
        "damaged",
        "تالف",
    ),
    "columns of one name": ("a.csv", lambda: b"name,city,city\nAmal,a,b\n", "Two columns", "عمودان"),
    "no known column": ("a.csv", lambda: b"colour\nred\n", "None of the columns", "عمود"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_table_is_refused_with_a_word_and_nothing_is_kept(case, sila, company, folder):
    name, make, english, arabic = REFUSED[case]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for language, word in (("en", english), ("ar", arabic)):
        status, told = sila(content, name, language=language)
        assert (status, word in told) == (1, True), told
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB
    assert people(company) == []
    with scope(company.workspace):
        runs = ImportRun.objects.all()
        assert all(run.error and not run.created for run in runs)


@pytest.mark.parametrize(
    "case", [case for case in REFUSED if not case.startswith(("columns of", "no known", "a cell of"))]
)
def test_the_page_refuses_it_too(case, page, company, folder):
    name, make, english, arabic = REFUSED[case]
    content = make()
    user = company.user("admin")
    for user.language, word in (("en", english), ("ar", arabic)):
        user.save()
        answer = hand_in(page, content, name)
        assert answer.status_code == 422
        assert word in answer.context["import"]["error"]
    assert not list(folder.rglob("*.csv"))


# ---- odd, but meant ----------------------------------------------------------------------------------
TAKEN: dict[str, tuple[str, bytes, list[tuple[str, str]]]] = {
    "a sheet that says it is endless": (
        "a.xlsx",
        repacked(PLAIN, xl__worksheets__sheet1=lambda t: t.replace(b"A1:B2", b"A1:XFD1048576")),
        [("Amal", "Jeddah")],
    ),
    "three hundred sheets": (
        "a.xlsx",
        book(
            lambda made: [
                made.add_worksheet(f"s{at}").write_column(0, 0, ["name", "Amal"]) for at in range(300)
            ]
        ),
        [("Amal", "")],
    ),
    "a workbook with macros": ("a.xlsm", PLAIN, [("Amal", "Jeddah")]),
    "a workbook by another name": ("a.csv", PLAIN, [("Amal", "Jeddah")]),
    "CSV by another name": ("a.xlsx", b"name,city\nAmal,Jeddah\n", [("Amal", "Jeddah")]),
    "values of formulas": ("a.xlsx", book(formulas), [("Amal", "Jeddah")]),
    "merged cells": ("a.xlsx", book(merged), [("Amal", "Jeddah"), ("Badr", "Jeddah"), ("Cyrine", "Cairo")]),
    "a title above": (
        "a.xlsx",
        table(["تقرير العملاء"], [], ["name", "city"], ["Amal", "Jeddah"]),
        [("Amal", "Jeddah")],
    ),
    "a title above CSV": ("a.csv", b"Customers\n2026\nname,city\nAmal,Jeddah\n", [("Amal", "Jeddah")]),
    "ends of lines of an old Mac": (
        "a.csv",
        b"name,city\rAmal,Jeddah\rBadr,Cairo\r",
        [("Amal", "Jeddah"), ("Badr", "Cairo")],
    ),
    "Windows-1256": ("a.csv", "الاسم,المدينة\nأمل,جدة\n".encode("cp1256"), [("أمل", "جدة")]),
    "UTF-16 without a mark": ("a.csv", "الاسم,المدينة\nأمل,جدة\n".encode("utf-16-le"), [("أمل", "جدة")]),
    "a nameless column": ("a.csv", b"name,,city\nAmal,x,Jeddah\n", [("Amal", "Jeddah")]),
    "only headers": ("a.csv", b"name,city\n", []),
}


@pytest.mark.parametrize("case", TAKEN)
def test_an_odd_file_comes_in_as_a_person_reads_it(case, sila, company):
    name, content, rows = TAKEN[case]
    status, told = sila(content, name)
    assert status == 0, told
    assert people(company, "name", "city") == rows
    assert f"{len(rows)} created" in told


@pytest.mark.parametrize(("case", "word"), [("merged cells", "merged"), ("a title above", "title")])
def test_how_an_odd_file_is_read_is_said(case, word, sila, page):
    name, content, _rows = TAKEN[case]
    assert word in sila(content, name)[1]
    shown = page.get(hand_in(page, content, name).url).context["import"]
    assert word in shown["remarks"][0]
    assert shown["header"][0] == "name"


def test_a_comma_in_a_file_of_one_column_makes_no_header(sila, company):
    status, told = sila(b"name\nAmal\nBadr, Cairo\nCyrine\n", "a.csv")
    assert (status, people(company)) == (0, ["Amal", "Cyrine"])
    assert "1 refused" in told


def test_a_macro_is_never_run_and_its_values_are_read(folder):
    macro = folder / "ran"
    content = io.BytesIO(PLAIN)
    with zipfile.ZipFile(content, "a") as made:
        made.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + str(macro).encode() * 50)
    assert [row for _number, row in read_rows(content.getvalue())] == [["name", "city"], ["Amal", "Jeddah"]]
    assert not macro.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (book(days), "a.xlsx"),
        (book(days, date_1904=True), "a.xlsx"),
        *(
            (f"name,birth_date\nAmal,{day}\nBadr,25/12/1990\n".encode(), "a.csv")
            for day in (
                "12/04/1985",
                "12-4-1985",
                "1985-04-12",
                "12.04.1985",
                "12 أبريل 1985",
                "12 April 1985",
                "١٢/٤/١٩٨٥",
            )
        ),
    ],
)
def test_a_day_is_that_day_however_it_is_written(content, name, sila, company):
    assert sila(content, name)[0] == 0
    assert str(people(company, "name", "birth_date")[0][1]) == "1985-04-12"


def test_a_phone_that_lost_its_digits_is_refused_and_one_that_has_them_is_read(sila, company):
    rows = "Amal,9.66501E+11\nBadr,9.66501234567E+11\nCyrine,501234568\nDina,5E+08\n"
    _status, told = sila(f"name,phone\n{rows}".encode(), "a.csv")
    assert people(company, "name", "phone") == [("Badr", "+966501234567"), ("Cyrine", "+966501234568")]
    assert "2 refused" in told
    with scope(company.workspace):
        assert "last digits are lost" in ImportRun.objects.get().refusals.first().reason


def test_a_phone_that_is_a_number_of_a_workbook_has_all_its_digits(sila, company):
    assert sila(table(["name", "phone"], ["Amal", 966501234567], ["Badr", 501234568]), "a.xlsx")[0] == 0
    assert [phone for _name, phone in people(company, "name", "phone")] == ["+966501234567", "+966501234568"]


def shortened(*rows: list[Any]) -> bytes:
    """966501000000 as a program writes it that keeps six digits."""
    content = table(*rows)
    return repacked(
        content,
        xl__worksheets__sheet1=lambda text: text.replace(b"<v>966501000000</v>", b"<v>9.66501E+11</v>"),
    )


def test_a_number_of_a_workbook_without_its_last_digits_is_no_phone(sila, company):
    content = shortened(["name", "phone"], ["Amal", 966501000000], ["Badr", 966501234567])
    _status, told = sila(content, "a.xlsx")
    assert people(company, "name", "phone") == [("Badr", "+966501234567")]
    assert "1 refused" in told
    with scope(company.workspace):
        assert "last digits are lost" in ImportRun.objects.get().refusals.first().reason


def test_nor_is_it_a_text_and_a_column_that_is_not_taken_refuses_nothing(sila, company):
    content = shortened(
        ["name", "job title", "other"], ["Amal", 966501000000, 1], ["Badr", "x", 966501000000]
    )
    _status, told = sila(content, "a.xlsx")
    assert (people(company), "1 refused" in told) == (["Badr"], True)
    with scope(company.workspace):
        assert "last digits are lost" in ImportRun.objects.get().refusals.get().reason


def test_quotes_that_are_never_closed_and_nulls_are_told_by_their_row(sila, company):
    status, told = sila(b'name,city\nAmal,x\nBadr,"open\nCyrine,y\n', "a.csv")
    assert (status, "Row 3" in told) == (1, True)
    assert people(company) == ["Amal"]
    assert "1 refused" in sila(b"name,city\nDi\x00na,x\n", "b.csv")[1]


# ---- what changes while an import runs ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("gone", "bad_cells"), [("hidden", "refuse"), ("deleted", "refuse"), ("deleted", "skip")]
)
def test_a_field_that_goes_while_an_import_runs_refuses_the_rows_that_name_it(
    gone, bad_cells, company, folder, monkeypatch
):
    monkeypatch.setattr("sila.platform.entities.importing.run.BATCH", 2)
    by = company.actor("admin")
    path = folder / "a.csv"
    path.write_text("name,email,size\n" + "".join(f"P{at},p{at}@example.com,L\n" for at in range(6)))
    with scope(company.workspace):
        new_record(registry["people"], by, name="P5", email="p5@example.com")  # to be changed by the last row
        field = add_field("people", "Size", kind="text", by=by)
    by = company.actor("admin")
    with scope(company.workspace):
        mapping = Mapping(columns={"name": "name", "email": "email", "size": field.key}, bad_cells=bad_cells)
        run = prepare(registry["people"], path, path.name, mapping, by=by)
    steps = carry_on(run, by=by)
    next(steps)
    with scope(company.workspace):
        hide_field(field, by=company.actor("admin"))
        if gone == "deleted":
            job = purge_field(field, by=company.actor("admin"))
            assert jobs.run(company.workspace.pk, job.id)
    for _step in steps:
        pass
    assert (run.created, run.refused, bool(run.ended_at), run.error) == (2, 4, True, "")
    assert len(people(company)) == 3
    with scope(company.workspace):
        assert {(note.column, note.reason) for note in run.refusals.all()} == {
            ("size", "لا يوجد حقل بهذا الاسم.")
        }


def test_an_import_that_runs_through_the_job_ends_too(page, company):
    address = hand_in(page, b"name\nAmal\n", "a.csv").url
    run = page.post(address, {"col-0": "name", "external_id": "", "dates": "", "bad_cells": "refuse"}).url
    with scope(company.workspace):
        job = Job.objects.get(name="import", key=run.rsplit("/", 1)[1])
    assert jobs.run(company.workspace.pk, job.id)
    assert people(company) == ["Amal"]
