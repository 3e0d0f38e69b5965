"""Importing through the page: every encoding, clear refusals, only for those who may, resumable and idempotent."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sila.platform.access.models import Role
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions
from sila.platform.entities.models import ImportRun
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.administration.actions import roles
from sila.project.tests.test_administration_pages import browser

START = "/w/rayyan/people/import"
TEXT = "الاسم,الايميل,جوال,ملاحظة\nسعاد الحمود,s@rawafid.example,0501234567,=1+1\nمازن,not-an-address,,x\n,a@b.example,,\n"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def hand_in(client: Client, content: bytes, name: str = "عملاء 2026.csv") -> Any:
    return client.post(START, {"file": SimpleUploadedFile(name, content)})


def columns_of(client: Client, address: str, **more: str) -> dict[str, str]:
    """The form as the page offers it."""
    shown = client.get(address).context["import"]
    chosen = {
        f"col-{column['at']}": next(value for value, _label, yes in column["options"] if yes)
        for column in shown["columns"]
    }
    return chosen | {"external_id": "", "dates": "", "calendar": "gregorian", "bad_cells": "refuse"} | more


def go(company: Any, client: Client, content: bytes, **more: str) -> str:
    """From the file to the end of the import; the run's address."""
    address = hand_in(client, content).url
    run = client.post(address, columns_of(client, address, **more)).url
    with scope(company.workspace):
        job = Job.objects.get(name="import", key=run.rsplit("/", 1)[1])
    jobs.run(company.workspace.pk, job.id)
    return run


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_a_file_comes_in_whatever_its_encoding(company: Any, encoding: str) -> None:
    admin = browser(company, "admin")
    run = go(company, admin, TEXT.encode(encoding))
    page = admin.get(run)
    counts = {str(each["label"]): each["value"] for each in page.context["import"]["run"]["counts"]}
    assert counts == {
        "Added": "1",
        "Updated": "0",
        "Unchanged": "0",
        "Refused": "2",
        "Taken without a cell": "0",
    }
    with scope(company.workspace):
        assert registry["people"].rows().get().name == "سعاد الحمود"
    refused = list(
        csv.reader(io.StringIO(b"".join(admin.get(f"{run}/refused").streaming_content).decode("utf-8-sig")))
    )
    assert [row[0] for row in refused[1:]] == ["3", "4"]
    again = go(company, admin, TEXT.encode(encoding))
    assert admin.get(again).context["import"]["run"]["counts"][2]["value"] == "1"


def test_a_trial_saves_nothing_and_skipping_takes_the_row_without_its_cell(company: Any) -> None:
    admin = browser(company, "admin")
    run = go(company, admin, TEXT.encode(), dry_run="1")
    with scope(company.workspace):
        assert not registry["people"].rows().exists()
        assert ImportRun.objects.get(id=run.rsplit("/", 1)[1]).created == 1
    go(company, admin, TEXT.encode(), bad_cells="skip")
    with scope(company.workspace):
        assert set(registry["people"].rows().values_list("name", flat=True)) == {"سعاد الحمود", "مازن"}


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"x" * 200,
        b"",
        b"\xef\xbb\xbf",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"<html><body>",
        b"%PDF-1.7",
        b"a" * 5_000_000,
        b"\x00\x01\x02" * 500,
    ],
)
def test_what_is_no_table_is_told_so_and_not_kept(company: Any, files: Any, content: bytes) -> None:
    answer = hand_in(browser(company, "admin"), content)
    assert answer.status_code == 422
    assert answer.context["import"]["error"]
    assert not list(files.rglob("*.csv"))
    with scope(company.workspace):
        assert not ImportRun.objects.exists()


def test_a_file_beyond_the_limit_is_refused_with_the_limit(company: Any, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000
    answer = hand_in(browser(company, "admin"), b"name\n" + b"x\n" * 600_000)
    assert answer.status_code == 422
    assert "1 MB" in answer.context["import"]["error"]
    assert browser(company, "admin").post(START).status_code == 422


def test_columns_that_cannot_be_meant_are_explained(company: Any) -> None:
    admin = browser(company, "admin")
    address = hand_in(admin, TEXT.encode()).url
    form = columns_of(admin, address)
    for wrong in (
        {"col-1": "name"},
        {"col-0": "tenant"},
        {"external_id": "nothing"},
        {"dates": "xyz"},
        {"col-0": "owner_id"},
        {name: "" for name in form if name.startswith("col-")},
    ):
        answer = admin.post(address, form | wrong)
        assert answer.status_code == 422, wrong
        assert answer.context["import"]["errors"]


def test_columns_of_one_name_are_told_before_anything_is_started(company: Any) -> None:
    admin = browser(company, "admin")
    twice = hand_in(admin, b"name,city,city\na,b,c\n").url
    assert "city" in admin.get(twice).context["import"]["errors"][0]
    assert admin.post(twice, {"col-0": "name", "col-1": "city", "col-2": ""}).status_code == 422
    once = hand_in(admin, b"name,city,\na,b,\n").url
    shown = admin.get(once).context["import"]
    assert (shown["errors"], shown["header"]) == ([], ["name", "city"])


def test_the_rows_that_were_read_are_those_that_were_counted(company: Any) -> None:
    admin = browser(company, "admin")
    run = go(company, admin, b'name,about\nA,"one\ntwo"\n,,\n\nB,x\n,nameless')
    shown = admin.get(run).context["import"]["run"]
    assert (shown["done"], [reason["line"] for reason in shown["reasons"]]) == ("3", [6])


def test_reasons_and_the_refused_file_are_in_the_language_of_the_page(company: Any) -> None:
    admin = browser(company, "admin")
    person = company.user("admin")
    for person.language, reason, title in (("en", "required", "Row"), ("ar", "إلزامي", "الصف")):
        person.save()
        run = go(company, admin, TEXT.encode())
        refused = b"".join(admin.get(f"{run}/refused").streaming_content).decode("utf-8-sig")
        assert refused.startswith(title)
        assert reason in refused


def test_the_refused_file_comes_back_mended(company: Any) -> None:
    admin = browser(company, "admin")
    run = go(company, admin, TEXT.encode())
    refused = b"".join(admin.get(f"{run}/refused").streaming_content).decode("utf-8-sig")
    again = go(company, admin, refused.replace("not-an-address", "mazen@b.example").encode())
    counts = [each["value"] for each in admin.get(again).context["import"]["run"]["counts"]]
    assert counts == ["1", "0", "0", "1", "0"]
    with scope(company.workspace):
        assert registry["people"].rows().filter(email="mazen@b.example").exists()


def test_an_import_can_be_stopped_once(company: Any) -> None:
    admin = browser(company, "admin")
    address = hand_in(admin, TEXT.encode()).url
    run = admin.post(address, columns_of(admin, address)).url
    assert admin.get(run).context["import"]["run"]["state"] == "waiting"
    assert b"hx-trigger" in admin.get(run, headers={"hx-request": "true"}).content
    assert admin.post(f"{run}/cancel").status_code == 204
    assert admin.post(f"{run}/cancel").status_code == 400
    assert admin.get(run).context["import"]["run"]["state"] == "cancelled"
    with scope(company.workspace):
        job = Job.objects.get(name="import")
    assert not jobs.run(company.workspace.pk, job.id)
    with scope(company.workspace):
        assert not registry["people"].rows().exists()


def test_only_those_who_may_change_many_records_import(company: Any, elsewhere: Any) -> None:
    for name in ("alice", "viewer"):
        assert browser(company, name).get(START).status_code == 403
        assert hand_in(browser(company, name), TEXT.encode()).status_code == 403
    assert browser(company, "manager").get(START).status_code == 200
    assert browser(elsewhere, "dalia").get(START).status_code == 404
    assert browser(company, "admin").get("/w/rayyan/parties/import").status_code == 403
    assert browser(company, "admin").get("/w/rayyan/nothing/import").status_code == 404


def test_runs_belong_to_their_workspace_entity_and_person(company: Any, elsewhere: Any) -> None:
    theirs = browser(elsewhere, "admin")
    foreign = theirs.post(
        "/w/delta/people/import", {"file": SimpleUploadedFile("a.csv", TEXT.encode())}
    ).url.rsplit("/", 1)[1]
    admin = browser(company, "admin")
    own = hand_in(admin, TEXT.encode()).url.rsplit("/", 1)[1]
    for path in (f"people/import/{foreign}", f"organizations/import/{own}"):
        assert admin.get(f"/w/rayyan/{path}").status_code == 404
        assert admin.post(f"/w/rayyan/{path}/cancel").status_code == 404
        assert admin.post(f"/w/rayyan/{path}/first-rows").status_code == 404
        assert admin.get(f"/w/rayyan/{path}/refused").status_code == 404
    manager = browser(company, "manager")
    assert manager.get(f"{START}/{own}").status_code == 404
    assert manager.post(f"{START}/{own}/first-rows").status_code == 404
    run = go(company, manager, TEXT.encode())
    assert admin.get(run).status_code == 200
    with scope(company.workspace):
        roles.set_reach(
            Role.objects.get(code="manager"), registry["people"], "bulk", "none", by=company.actor("admin")
        )
    assert manager.get(run).status_code == 403


@pytest.mark.parametrize(
    ("second", "calendar"), [("3/1/1447", "hijri"), ("27/8/2025", "both"), ("قريبًا", "hijri"), ("", "hijri")]
)
def test_a_file_of_an_own_noun_is_known_by_its_headings_and_its_hijri_dates(
    second: str, calendar: str, company: Any
) -> None:
    admin = browser(company, "admin")
    text = f"سجل العقارات\n\nاسم العقار,مساحة العقار (م²),تاريخ البناء\nفيلا,400,1 رمضان 1445هـ\nشقة,90,{second}\n"
    address = admin.post(
        "/w/rayyan/x-estates/import", {"file": SimpleUploadedFile("عقارات.csv", text.encode())}
    ).url
    shown = admin.get(address).context["import"]
    labels = [[str(label) for _value, label, yes in column["options"] if yes] for column in shown["columns"]]
    assert labels == [["الاسم"], ["المساحة"], ["تاريخ البناء"]]
    assert shown["posted"]["calendar"] == calendar


def test_several_choices_may_stand_between_arabic_semicolons_and_a_tick_is_a_yes() -> None:
    from sila.platform.entities.kinds import KINDS, Choice, Context, Field

    pool = (Choice("lift", "مصعد"), Choice("pool", "مسبح"))
    several = Field("a", KINDS["choices"], "المرافق", choices=pool)
    nobody: Any = None
    assert several.parse("مصعد؛ مسبح؛", Context(nobody, nobody)) == ["lift", "pool"]
    assert Field("b", KINDS["bool"], "مؤمن").parse("✓", Context(nobody, nobody)) is True


def test_an_import_that_was_taken_back_says_so(company: Any) -> None:
    admin = browser(company, "admin")
    run = go(company, admin, "الاسم\nسعاد\n".encode())
    operation = admin.get(run).context["import"]["run"]["operation_url"]
    assert admin.post(f"{operation}undo").status_code < 400
    page = admin.get(run)
    assert page.context["import"]["run"]["state"] == "undone"
    assert not page.context["import"]["run"]["undoable"]


FIRST = (
    "الاسم الكامل,الجوال,الشركة,تاريخ الميلاد,البريد\n"
    "منيرة,٠٥٥١٢٣٤٥٦٧,الافق,12/06/1410,\n"
    "John,+44 20 7946 0958,Horizon Ltd,15/3/1990,nonsense\n"
    ",,,,,,زائد\n"
)


def first_rows(answer: Any) -> list[list[str]]:
    """What the preview says: the cell, with ! before what cannot be read and + before what would be added."""
    shown = answer.context["import"]["preview"]
    return [
        [row.wrong and "!"] + [f"{'!' if c.wrong else '+' if c.added else ''}{c.text}" for c in row.cells]
        for row in shown.rows
    ]


def test_the_first_rows_are_shown_as_they_would_be_and_follow_each_choice(company: Any) -> None:
    admin = browser(company, "admin")
    with scope(company.workspace):
        actions.create(registry["organizations"], {"name": "الأفق"}, by=company.actor("admin"))
    address = hand_in(admin, FIRST.encode()).url
    shown = admin.get(address)
    assert [str(label) for label in shown.context["import"]["preview"].labels][:2] == ["Name", "Phone"]
    munira, john, wide = first_rows(shown)
    assert munira[:4] == ["", "منيرة", "055 123 4567", "الأفق"]
    assert "12 Jumada II 1410" in munira[4]
    assert john[:4] == ["", "John", "+44 20 7946 0958", "+Horizon Ltd"]
    assert (john[4].startswith("15 Mar 1990"), john[5]) == (True, "!nonsense")
    assert wide == ["!"]

    form = columns_of(admin, address, calendar="gregorian", missing="refuse") | {"col-4": ""}
    munira, john, _wide = first_rows(admin.post(f"{address}/first-rows", form))
    assert munira[4].startswith("!12/06/1410")
    assert john[3] == "!Horizon Ltd"
    told = admin.post(f"{address}/first-rows", form | {"col-0": "", "col-1": "name"})
    assert first_rows(told)[0][1] == "٠٥٥١٢٣٤٥٦٧"
    none = admin.post(f"{address}/first-rows", form | {f"col-{at}": "" for at in range(5)})
    assert none.context["import"]["no_preview"]
    with scope(company.workspace):
        assert not registry["people"].rows().exists()
        assert registry["organizations"].rows().count() == 1
        assert not ImportRun.objects.exclude(mapping={}).exists()
