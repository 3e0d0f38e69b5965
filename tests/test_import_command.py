"""`./sila import`, as people type it: one clear answer, in their language, and in JSON for machines."""

import csv
import json
from contextvars import Context

import pytest
from django.utils import translation

from sila.platform.entities.models import ImportRefusal, ImportRun
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project import cli
from tests.people import OWN

PEOPLE = "name,email,phone,birth_date\nSaad,saad@example.com,0501234567,2001-02-28\n"


def in_a_terminal(words):
    """In no workspace yet, unlike the test."""
    with translation.override("en"):
        return cli.main(words)


@pytest.fixture
def sila(company, tmp_path, capsys):
    """Type `sila import WORDS` beside a file of people; status, what was printed, what was complained about."""
    (tmp_path / "people.csv").write_text(PEOPLE)

    def type_in(*words, workspace="rayyan"):
        paths = [str(tmp_path / word) if "." in word and "@" not in word else word for word in words]
        status = Context().run(in_a_terminal, ["import", *paths, "--workspace", workspace])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    type_in.folder, type_in.company = tmp_path, company
    return type_in


def rows(sila, slug):
    with scope(sila.company.workspace):
        return list(registry[slug].rows())


def test_a_file_comes_in_and_the_counts_add_up_to_the_rows_that_were_read(sila):
    (sila.folder / "mixed.csv").write_text(
        PEOPLE + "\n,,,\nOmar,nonsense,,\n\nSaad,saad@example.com,,\n,,,\n"
    )
    status, out, _err = sila("people", "mixed.csv", "--json")
    told = json.loads(out)
    assert (status, told["rows"], told["created"], told["refused"]) == (0, 3, 1, 2)
    with scope(sila.company.workspace):
        assert set(ImportRefusal.objects.values_list("row", flat=True)) == {5, 7}


MAPS = {
    'bad_cells = "sometimes"': "bad_cells",
    'distinct = "no"': "distinct",
    "external_id = 7": "external_id",
    'source = "row"': "source",
    'calendar = "lunar"': "calendar",
    "colour = 1": "colour",
    "columns = 5": "columns",
    "[columns]\nname = 5": "columns.name",
    '[columns]\nname = ["name"]': "columns.name",
    '[columns]\nname = "name"\nshoe = "city"': "columns.shoe",
    '[columns]\nname = "nonsense"': "columns.name",
    '[columns]\nname = "name"\nemail = "name"': "columns.email",
    '[columns]\nname = "name"\n[constants]\nname = "x"': "name",
    '[values.shoe]\na = "b"': "values.shoe",
    '[values]\nname = "x"': "values.name",
    '[constants]\nlifecycle = "nonsense"': "constants.lifecycle",
    "[constants]\nlifecycle = [1]": "constants.lifecycle",
    '[templates]\ncity = "{shoe}"': "templates.city",
    '[templates]\ncity = "{name|loud}"': "templates.city",
    '[templates]\ncity = "{name"': "templates.city",
    "[templates]\ncity = 3": "templates.city",
    "[columns": "map",
}


@pytest.mark.parametrize(("text", "place"), MAPS.items())
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_wrong_map_stops_the_import_with_the_place_and_one_message_in_ones_language(
    sila, text, place, language
):
    (sila.folder / "wrong.toml").write_text(text)
    status, out, _err = sila("people", "people.csv", "--map", "wrong.toml", "--json", "--language", language)
    told = json.loads(out)
    assert (status, *told["errors"]) == (1, place)
    arabic = any("ء" <= letter <= "ي" for letter in told["errors"][place])
    assert arabic == (language == "ar")
    with scope(sila.company.workspace):
        assert not ImportRun.objects.exists()
    (sila.folder / "right.toml").write_text('[columns]\nname = "name"\n[constants]\nlifecycle = "customer"\n')
    assert sila("people", "people.csv", "--map", "right.toml")[0] == 0


@pytest.mark.parametrize("text", ["[1, 2]", "3", '{"columns": null}', '{"distinct": 1}', "{", "[" * 5000])
def test_a_wrong_map_in_json_is_told_as_well(sila, text):
    (sila.folder / "wrong.json").write_text(text)
    status, _out, err = sila("people", "people.csv", "--map", "wrong.json")
    assert (status, err.count("\n")) == (1, 1)
    assert not rows(sila, "people")


def test_numbers_and_days_in_a_map_stand_for_what_the_cell_would_say(sila):
    (sila.folder / "map.toml").write_text("[constants]\nbirth_date = 2001-02-28\ncity = 7\n")
    (sila.folder / "names.csv").write_text("name\nSaad\n")
    assert sila("people", "names.csv", "--map", "map.toml")[0] == 0
    (saad,) = rows(sila, "people")
    assert (str(saad.birth_date), saad.city) == ("2001-02-28", "7")


@pytest.mark.parametrize(
    ("dates", "guessed", "days"),
    [
        (["12/06/1448", "1 رمضان 1446"], "hijri", ["2026-11-22", "2025-03-01"]),
        (["12/06/1448", "31/01/2026"], "both", ["2026-11-22", "2026-01-31"]),
        (["31/01/2026", ""], "", ["2026-01-31", "None"]),
    ],
)
def test_the_calendar_of_the_dates_is_found_out_and_told(sila, dates, guessed, days):
    lines = [f"P{number},{day}" for number, day in enumerate(dates)]
    (sila.folder / "days.csv").write_text("\n".join(["name,birth_date", *lines]) + "\n")
    status, out, _err = sila("people", "days.csv")
    assert status == 0
    assert (f"calendar: {guessed}" in out) == bool(guessed)
    assert [str(person.birth_date) for person in sorted(rows(sila, "people"), key=lambda p: p.name)] == days


def test_a_stray_date_of_the_other_calendar_is_refused_unless_one_says_otherwise(sila):
    lines = [f"P{number},{number % 28 + 1}/01/2000" for number in range(60)]
    (sila.folder / "days.csv").write_text("\n".join(["name,birth_date", *lines, "Stray,12/06/1448"]) + "\n")
    _status, out, _err = sila("people", "days.csv", "--json")
    assert (json.loads(out)["created"], json.loads(out)["refused"]) == (60, 1)
    _status, out, _err = sila("people", "days.csv", "--json", "--calendar", "both")
    assert json.loads(out)["created"] == 1


def test_reasons_are_in_the_language_that_was_asked_for_or_the_workspaces(sila):
    (sila.folder / "bad.csv").write_text("name,email\nOmar,nonsense\n")
    for words, expected in ((("--language", "en"), "e-mail"), ((), "بريد")):
        sila("people", "bad.csv", *words)
        with scope(sila.company.workspace):
            assert expected in ImportRefusal.objects.order_by("-id")[0].reason
    assert (sila.folder / "bad.refused.csv").read_text("utf-8-sig").startswith("الصف,العمود,السبب")


@pytest.mark.parametrize(
    ("slug", "member"), [("parties", ""), ("activities", ""), ("people", "alice"), ("people", "viewer")]
)
def test_what_the_page_would_not_import_the_command_does_not_either(sila, slug, member):
    rights = ("--as", f"{member}@rayyan.example") if member else ()
    status, _out, err = sila(slug, "people.csv", *rights, "--language", "en")
    assert status == 1
    assert "import" in err.lower()
    assert not rows(sila, "people")
    assert sila("people", "people.csv", "--as", "manager@rayyan.example")[0] == 0


def test_with_json_every_error_is_json(sila, capsys):
    for words, workspace in (
        (("people", "nowhere.csv"), "rayyan"),
        (("people", "people.csv"), "nowhere"),
        (("nothing", "people.csv"), "rayyan"),
        (("people", "people.csv", "--as", "nobody@rayyan.example"), "rayyan"),
    ):
        status, out, err = sila(*words, "--json", workspace=workspace)
        assert (status, err) == (1, "")
        assert json.loads(out)["error"]
    with pytest.raises(SystemExit) as ended:
        cli.main(["import", "--json"])
    assert ended.value.code == 2
    assert "file" in json.loads(capsys.readouterr().out)["error"]


def test_a_noun_of_the_workspaces_own_is_imported_by_its_name(sila):
    (sila.folder / "towers.csv").write_text("الاسم\nبرج النخيل\n", "utf-8")
    status, out, err = sila(OWN, "towers.csv")
    assert status == 0, err
    assert f"{OWN}: 1 created" in out


def test_without_a_noun_the_header_tells_it_or_the_possible_ones_are_listed(sila):
    (sila.folder / "deals.csv").write_text("اسم الصفقة,العميل,المرحلة\nتجديد,,\n")
    status, out, _err = sila("deals.csv")
    assert (status, out.splitlines()[0]) == (0, "the rows look like opportunities")
    (sila.folder / "who.csv").write_text("name,email\nX,x@example.com\n")
    status, _out, err = sila("who.csv")
    assert status == 1
    assert "people" in err and "organizations" in err
    assert not rows(sila, "people") and not rows(sila, "organizations")


def test_refused_rows_can_be_mended_and_dropped_again_twice(sila):
    (sila.folder / "notes.csv").write_text(
        'name,=total,email,about\nOmar,,nonsense,=1+1\nHuda,,worse,"+966 call, please"\nReem,,reem@example.com,x\n'
    )
    assert sila("people", "notes.csv")[0] == 0
    refused = sila.folder / "notes.refused.csv"
    text = refused.read_text("utf-8-sig").replace("nonsense", "omar@example.com")
    refused.write_text(text, "utf-8-sig")
    status, out, _err = sila("people", "notes.refused.csv", "--json")
    told = json.loads(out)
    assert (status, told["created"], told["refused"], told["ignored_columns"]) == (0, 1, 1, ["=total"])
    again = sila.folder / "notes.refused.refused.csv"
    with again.open(newline="", encoding="utf-8-sig") as file:
        header, row = csv.reader(file)
    assert header[4:] == ["name", "'=total", "email", "about"]
    assert (row[0], row[4:]) == ("3", ["Huda", "", "worse", "'+966 call, please"])
    again.write_text(again.read_text("utf-8-sig").replace("worse", "huda@example.com"), "utf-8-sig")
    assert json.loads(sila("people", "notes.refused.refused.csv", "--json")[1])["created"] == 1
    assert {person.about for person in rows(sila, "people")} == {"=1+1", "+966 call, please", "x"}


def test_a_row_taken_without_a_cell_is_told_whole_and_mended_it_is_the_same_person(sila):
    (sila.folder / "map.toml").write_text('bad_cells = "skip"\n')
    (sila.folder / "some.csv").write_text("name,email,city\nOmar,nonsense,Riyadh\n")
    status, out, _err = sila("people", "some.csv", "--map", "map.toml", "--json")
    told = json.loads(out)
    assert (status, told["created"], told["warned"], told["refused"]) == (0, 1, 1, 0)
    (omar,) = rows(sila, "people")
    assert (omar.email, omar.city) == ("", "Riyadh")
    refused = sila.folder / "some.refused.csv"
    with refused.open(newline="", encoding="utf-8-sig") as file:
        _header, row = csv.reader(file)
    assert row[:2] == ["2", "email"]
    assert "nonsense" in row[2]
    assert row[3:] == [str(omar.id), "Omar", "nonsense", "Riyadh"]
    refused.write_text(
        refused.read_text("utf-8-sig").replace(",nonsense,", ",omar@example.com,"), "utf-8-sig"
    )
    assert json.loads(sila("people", "some.refused.csv", "--json")[1])["updated"] == 1
    (omar,) = rows(sila, "people")
    assert omar.email == "omar@example.com"
