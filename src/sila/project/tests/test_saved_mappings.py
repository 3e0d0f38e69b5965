"""A mapping of columns is kept under a name and offered again; a sheet of a workbook can be chosen."""

import io
import json
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field, hide_field
from sila.platform.entities.importing import saved_mappings
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.models import SavedMapping
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project import cli
from sila.project.administration.actions import roles
from sila.project.tests.test_administration_pages import browser
from sila.project.tests.test_import_pages import START, columns_of, files, go, hand_in

CSV = b"Who,Where,Note\nHuda,Cairo,x\n"
AS = {"col-0": "name", "col-1": "city", "col-2": "about", "save_as": "Old system"}
__all__ = ["files"]


def chosen(client: Any, address: str) -> dict[str, str]:
    return {name: value for name, value in columns_of(client, address).items() if name.startswith("col-")}


def kept(company: Any) -> SavedMapping:
    with scope(company.workspace):
        return SavedMapping.objects.get()


def workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name, rows in (
            ("People", [["name"], ["Amal"]]),
            ("الموظفون", [["name", "city"], ["Badr", "Giza"], ["Cyrine", "Tunis"]]),
        ):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return buffer.getvalue()


# ---- in the browser ----------------------------------------------------------------------------------
def test_a_kept_mapping_is_offered_to_others_when_the_headings_come_again(company: Any) -> None:
    go(company, browser(company, "manager"), CSV, **AS)
    admin = browser(company, "admin")
    again = hand_in(admin, b"note,WHO,where\ny,Omar,Giza\n").url
    assert chosen(admin, again) == {"col-0": "about", "col-1": "name", "col-2": "city"}
    assert admin.get(again).context["import"]["mapped_as"] == "Old system"
    assert chosen(admin, f"{again}?mapping=none") == {"col-0": "", "col-1": "", "col-2": ""}
    other = hand_in(admin, b"Who,Where\nOmar,Giza\n").url
    assert admin.get(other).context["import"]["mapped_as"] == ""
    assert chosen(admin, f"{other}?mapping={kept(company).id}") == {"col-0": "name", "col-1": "city"}
    assert "Note" in admin.get(f"{other}?mapping={kept(company).id}").context["import"]["remarks"][0]


def test_an_import_that_does_not_begin_keeps_no_mapping(company: Any) -> None:
    admin = browser(company, "admin")
    address = hand_in(admin, CSV).url
    for wrong in ({"col-1": "name"}, {"save_as": "x" * 61}):
        answer = admin.post(address, columns_of(admin, address, **(AS | wrong)))
        assert answer.status_code == 422
        assert answer.context["import"]["posted"]["save_as"] == (AS | wrong)["save_as"]
    with scope(company.workspace):
        assert not SavedMapping.objects.exists()


@pytest.fixture
def rival(company: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody else keeps a mapping under the name between the look and the writing of the next who saves: their look
    does not see it yet."""
    look, write = saved_mappings.mappings_of, saved_mappings._save

    def comes(owner: str, name: str = "Old system") -> None:
        def written(kept: SavedMapping, by: Any) -> None:
            monkeypatch.setattr(saved_mappings, "mappings_of", look)
            write(kept, by)

        with scope(company.workspace):
            member = company.members[owner].id
            SavedMapping.objects.create(entity="people", name=name, owner_id=member, headings=["x"])

        def blind(entity: Any, **more: Any) -> Any:
            return look(entity, **more).exclude(name=name)

        monkeypatch.setattr(saved_mappings, "mappings_of", blind)
        monkeypatch.setattr(saved_mappings, "_save", written)

    return comes


def test_of_two_who_save_under_one_name_at_once_the_second_saves_over_their_own(
    company: Any, rival: Any
) -> None:
    rival("manager")
    go(company, browser(company, "manager"), CSV, **AS)
    assert kept(company).headings == ["Who", "Where", "Note"]
    assert kept(company).owner_id == company.members["manager"].id


def test_of_two_who_save_under_one_name_at_once_the_second_is_told_whose_it_is(
    company: Any, rival: Any
) -> None:
    manager = browser(company, "manager")
    address = hand_in(manager, CSV).url
    sent = columns_of(manager, address, **AS)
    rival("admin")
    answer = manager.post(address, sent)
    assert answer.status_code == 422
    assert "There is a saved mapping" in answer.content.decode()
    assert not kept(company).mapping


def test_a_name_that_somebody_takes_while_another_is_renamed_is_refused(company: Any, rival: Any) -> None:
    manager = browser(company, "manager")
    go(company, manager, CSV, **AS)
    mine = kept(company)
    rival("admin", "New system")
    answer = manager.post(f"{START}/mappings/{mine.id}", {"name": "New system"})
    assert answer.status_code == 422
    assert "There is a saved mapping" in answer.content.decode()
    with scope(company.workspace):
        assert SavedMapping.objects.get(id=mine.id).name == "Old system"


def test_whoever_kept_it_or_an_administrator_renames_and_removes_it(company: Any) -> None:
    admin, manager = browser(company, "admin"), browser(company, "manager")
    go(company, admin, CSV, **AS)
    url = f"{START}/mappings/{kept(company).id}"
    assert "edit_url" in manager.get(START).context["import"]["mappings"][0]
    for answer in (
        manager.get(url),
        manager.post(url, {"name": "Mine"}),
        manager.post(f"{url}/remove"),
        browser(company, "alice").get(url),
    ):
        assert answer.status_code == 403
    again = hand_in(manager, CSV).url
    refused = manager.post(again, columns_of(manager, again, **AS))
    assert "Old system" in refused.context["import"]["errors"][0]
    assert kept(company).name == "Old system"
    assert admin.post(url, {"name": "Older"}).status_code == 204
    assert admin.post(f"{url}/remove").status_code == 204
    assert manager.get(again).context["import"]["mapped_as"] == ""
    assert admin.post(f"{url}/restore").status_code == 204
    assert manager.get(again).context["import"]["mapped_as"] == "Older"


def test_two_mappings_have_two_names_and_ones_own_is_replaced(company: Any) -> None:
    admin = browser(company, "admin")
    go(company, admin, CSV, **AS)
    go(company, admin, CSV, **(AS | {"col-2": ""}))
    assert kept(company).mapping["columns"] == {"Who": "name", "Where": "city"}
    go(company, admin, CSV, **(AS | {"save_as": "Second"}))
    with scope(company.workspace):
        second = SavedMapping.objects.get(name="Second")
    answer = admin.post(f"{START}/mappings/{second.id}", {"name": "Old system"})
    assert answer.status_code == 422
    assert b"Old system" in answer.content


def test_a_name_is_cleaned_as_any_other_text(company: Any) -> None:
    go(company, browser(company, "admin"), CSV, **(AS | {"save_as": " Old\u202e\nsystem "}))
    assert kept(company).name == "Old system"


def test_a_field_that_is_gone_leaves_its_column_out_and_that_is_said(company: Any) -> None:
    by, admin = company.actor("admin"), browser(company, "admin")
    with scope(company.workspace):
        field = add_field("people", "Size", kind="text", by=by)
    go(company, admin, CSV, **(AS | {"col-2": field.key}))
    with scope(company.workspace):
        hide_field(field, by=company.actor("admin"))
    again = hand_in(admin, CSV).url
    assert chosen(admin, again) == {"col-0": "name", "col-1": "city", "col-2": ""}
    assert "Note" in admin.get(again).context["import"]["remarks"][0]
    assert b"not here any more" in admin.get(again).content


def test_a_field_that_is_closed_to_the_reader_is_left_out_of_what_another_kept(company: Any) -> None:
    go(company, browser(company, "admin"), CSV, **AS)
    with scope(company.workspace):
        roles.set_field_access(
            Role.objects.get(code="manager"), registry["people"], "city", "hidden", by=company.actor("admin")
        )
    manager = browser(company, "manager")
    again = hand_in(manager, CSV).url
    assert chosen(manager, again)["col-1"] == ""
    assert "Where" in manager.get(again).context["import"]["remarks"][0]


def test_another_workspace_sees_none_of_it(company: Any, elsewhere: Any) -> None:
    go(company, browser(company, "admin"), CSV, **AS)
    theirs = browser(elsewhere, "admin")
    url = f"/w/delta/people/import/mappings/{kept(company).id}"
    assert theirs.get("/w/delta/people/import").context["import"]["mappings"] == []
    assert theirs.post(url, {"name": "x"}).status_code == 404
    assert theirs.post(f"{url}/remove").status_code == 404
    assert kept(company).name == "Old system"


def test_a_sheet_is_chosen_before_its_columns(company: Any) -> None:
    admin = browser(company, "admin")
    address = hand_in(admin, workbook(), "staff.xlsx").url
    page = admin.get(address).context["import"]
    assert (page["header"], page["rows"]) == (["name"], "1")
    assert [name for name, _label, _yes in page["sheets"]] == ["People", "الموظفون"]
    page = admin.get(address, {"sheet": "الموظفون"}).context["import"]
    assert (page["header"], page["rows"]) == (["name", "city"], "2")
    form = columns_of(admin, f"{address}?sheet=الموظفون") | {"sheet": "الموظفون", "dry_run": "1"}
    assert admin.get(admin.post(address, form).url).context["import"]["run"]["total"] == "2"


def a_cover_and_a_table() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        cover, table = book.add_worksheet("Cover"), book.add_worksheet("People")
        cover.write_row(0, 0, ["Printed by", "On"])
        cover.write_row(1, 0, ["Badr", "Monday"])
        table.write_row(0, 0, ["name", "city"])
        table.write_row(1, 0, ["Cyrine", "Tunis"])
    return file.getvalue()


def test_a_sheet_of_which_no_column_is_known_gives_way_to_one_that_is(company: Any) -> None:
    admin = browser(company, "admin")
    address = hand_in(admin, a_cover_and_a_table(), "staff.xlsx").url
    page = admin.get(address).context["import"]
    assert page["header"] == ["name", "city"]
    assert [name for name, _label, yes in page["sheets"] if yes] == ["People"]
    assert admin.get(address, {"sheet": "Cover"}).context["import"]["header"] == ["Printed by", "On"]


# ---- by the command ----------------------------------------------------------------------------------
def test_the_command_passes_over_a_cover(sila: Any, company: Any) -> None:
    (sila.folder / "covered.xlsx").write_bytes(a_cover_and_a_table())
    assert sila("covered.xlsx")[0] == 0
    assert people(company) == {("Cyrine", "Tunis")}


@pytest.fixture
def sila(company: Any, tmp_path: Any, capsys: Any) -> Any:
    (tmp_path / "people.csv").write_bytes(CSV)
    (tmp_path / "staff.xlsx").write_bytes(workbook())

    def type_in(name: str, *words: str, noun: str = "people") -> tuple[int, str, str]:
        with translation.override("en"):
            status = cli.main(
                ["import", noun, str(tmp_path / name), "--workspace", "rayyan", "--language", "en", *words]
            )
        told = capsys.readouterr()
        return status, told.out, told.err

    type_in.folder = tmp_path  # type: ignore[attr-defined]
    return type_in


def people(company: Any) -> set[tuple[str, str]]:
    with scope(company.workspace):
        return set(registry["people"].rows().values_list("name", "city"))


def test_the_command_takes_a_mapping_by_its_name_and_keeps_one(sila: Any, company: Any) -> None:
    (sila.folder / "map.toml").write_text('dates = "mdy"\n[columns]\nWho = "name"\nWhere = "city"\n')
    status, _out, _err = sila(
        "people.csv", "--map", str(sila.folder / "map.toml"), "--save-mapping", "Old", "--dry-run"
    )
    assert (status, kept(company).mapping["dates"]) == (0, "mdy")
    (sila.folder / "later.csv").write_text("Where,Who\nOran,Samir\n")
    assert sila("later.csv", "--mapping", "Old")[0] == 0
    assert people(company) == {("Samir", "Oran")}


def test_a_mapping_that_is_not_there_and_two_at_once_are_refused(sila: Any, company: Any) -> None:
    admin = company.actor("admin")
    with scope(company.workspace):
        saved_mappings.keep(
            registry["people"], "Old", Mapping(columns={"Who": "name"}).as_json(), ["Who"], by=admin
        )
    assert "Old" in sila("people.csv", "--mapping", "New")[2]
    assert "either" in sila("people.csv", "--mapping", "Old", "--map", str(sila.folder / "m.toml"))[2]
    assert "1 to 60" in sila("people.csv", "--mapping", "Old", "--save-mapping", " ")[2]
    assert people(company) == set()


def test_the_command_says_what_of_a_mapping_does_not_fit(sila: Any, company: Any) -> None:
    admin = company.actor("admin")
    said = Mapping(columns={"Who": "name", "Where": "c_gone", "Fax": "phone"}).as_json()
    with scope(company.workspace):
        saved_mappings.keep(registry["people"], "Old", said, ["Who", "Where", "Fax"], by=admin)
    status, out, told = sila("people.csv", "--mapping", "Old", "--json")
    assert (status, json.loads(out)["created"]) == (0, 1)
    assert "“Where” is left out" in told
    assert "no column “Fax”" in told
    assert json.loads(out)["ignored_columns"] == ["Where", "Note"]
    with scope(company.workspace):
        said["only"] = {"Kind": "person"}
        saved_mappings.keep(registry["people"], "Old", said, ["Who"], by=admin)
    status, _out, told = sila("people.csv", "--mapping", "Old")
    assert (status, "Kind" in told) == (1, True)


@pytest.mark.parametrize("sheet", ["الموظفون", "2"])
def test_the_command_takes_a_sheet_by_name_or_number(sila: Any, company: Any, sheet: str) -> None:
    assert sila("staff.xlsx", "--sheet", sheet)[0] == 0
    assert people(company) == {("Badr", "Giza"), ("Cyrine", "Tunis")}


@pytest.mark.parametrize(
    ("file", "sheet"), [("staff.xlsx", "3"), ("staff.xlsx", "None"), ("people.csv", "1")]
)
def test_a_sheet_that_is_not_there_is_refused(sila: Any, company: Any, file: str, sheet: str) -> None:
    status, _out, told = sila(file, "--sheet", sheet)
    assert (status, "sheet" in told) == (1, True)
    assert people(company) == set()
