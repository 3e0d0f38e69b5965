"""What an import does with rows whose record is there: it changes it, leaves it, adds another, or asks."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sila.parties.matching import compare
from sila.platform.access.models import Role
from sila.platform.activity.models import Event
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.importing.answering import answer, waiting
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.models import ImportRun
from sila.platform.entities.operations.undo import at_once
from sila.platform.entities.registry import registry

PEOPLE = registry["people"]
HEADER = "name,phone,email,city\n"
KNOWN = "محمد العتيبي,0551234567,m@x.example,جدة\n"  # the same key
ALIKE = "محمد عبد الله العتيبي,0551234567,,جدة\n"  # the same to the matcher: a longer name, one phone
NEW = "سارة الحربي,0509876543,s@x.example,أبها\n"


@pytest.fixture
def mohammed(admin: Any) -> Any:
    values = {"name": "محمد العتيبي", "phone": "0551234567", "email": "m@x.example", "city": "الرياض"}
    return actions.create(PEOPLE, values, by=admin)


def brought_in(text: str, by: Any, folder: Path, **settings: Any) -> ImportRun:
    path = folder / "people.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    return finish(prepare(PEOPLE, path, path.name, Mapping(**settings), by=by), by=by)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.refused


def cities() -> dict[str, str]:
    return {person.name: person.city for person in PEOPLE.rows()}


@pytest.mark.parametrize(
    ("policy", "expected", "city"),
    [
        ("update", (2, 1, 0, 0), "جدة"),  # by its key; the matcher's pair goes to the queue of duplicates
        ("skip", (1, 0, 2, 0), "الرياض"),
        ("create", (3, 0, 0, 0), "الرياض"),
        ("ask", (1, 0, 0, 2), "الرياض"),
    ],
)
def test_the_importer_says_what_becomes_of_those_who_are_there(
    policy: str, expected: tuple[int, ...], city: str, mohammed: Any, admin: Any, tmp_path: Path
) -> None:
    run = brought_in(KNOWN + ALIKE + NEW, admin, tmp_path, duplicates=policy)
    assert counts(run) == expected, list(run.refusals.values_list("reason", flat=True))
    mohammed.refresh_from_db()
    assert mohammed.city == city
    assert waiting(run).count() == (2 if policy == "ask" else 0)


def test_twins_within_a_file_are_asked_about_too(admin: Any, tmp_path: Path) -> None:
    run = brought_in(NEW + "سارة سعد الحربي,0509876543,,أبها\n", admin, tmp_path, duplicates="ask")
    assert counts(run) == (1, 0, 0, 1)
    assert "سارة الحربي" in waiting(run).get().reason


def test_a_row_is_the_same_another_or_left_out_as_somebody_answers(
    mohammed: Any, admin: Any, tmp_path: Path
) -> None:
    brother = "محمد سعد العتيبي,0551234567,,مكة\n"
    run = brought_in(KNOWN + ALIKE + brother + NEW, admin, tmp_path, duplicates="ask")
    assert [note.row for note in waiting(run)] == [2, 3, 4]
    assert {note.record_id for note in waiting(run)} == {mohammed.id}

    assert answer(run, "same", [2], by=admin) == 1
    assert answer(run, "other", [4], by=admin) == 1
    assert answer(run, "out", None, by=admin) == 1

    run.refresh_from_db()
    assert counts(run) == (2, 1, 0, 1)
    assert not waiting(run).exists()
    assert cities() == {"محمد العتيبي": "جدة", "محمد سعد العتيبي": "مكة", "سارة الحربي": "أبها"}
    at_once(run.operation, by=admin)
    assert cities() == {"محمد العتيبي": "الرياض"}


def test_twins_word_for_word_can_be_two_people(mohammed: Any, admin: Any, tmp_path: Path) -> None:
    run = brought_in(ALIKE + ALIKE, admin, tmp_path, duplicates="ask")
    assert answer(run, "other", None, by=admin) == 2
    run.refresh_from_db()
    assert counts(run) == (2, 0, 0, 0)
    assert PEOPLE.rows().count() == 3


def test_nobody_answers_twice_nor_after_it_was_taken_back(mohammed: Any, admin: Any, tmp_path: Path) -> None:
    run = brought_in(KNOWN + ALIKE, admin, tmp_path, duplicates="ask")
    assert answer(run, "same", [2], by=admin) == 1
    assert answer(run, "same", [2], by=admin) == 0
    at_once(run.operation, by=admin)
    run.refresh_from_db()
    with pytest.raises(Invalid):
        answer(run, "other", None, by=admin)
    with pytest.raises(Invalid):
        answer(run, "whatever", None, by=admin)
    assert cities() == {"محمد العتيبي": "الرياض"}


def test_who_is_gone_by_now_is_not_the_same(mohammed: Any, admin: Any, tmp_path: Path) -> None:
    run = brought_in(KNOWN, admin, tmp_path, duplicates="ask")
    actions.trash(PEOPLE, mohammed.id, by=admin)
    assert answer(run, "same", None, by=admin) == 0
    assert waiting(run).count() == 1
    assert answer(run, "other", None, by=admin) == 1


def test_those_who_are_gone_do_not_keep_the_others_waiting(
    mohammed: Any, admin: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    actions.create(PEOPLE, {"name": "سارة الحربي", "phone": "0509876543", "email": "s@x.example"}, by=admin)
    run = brought_in(KNOWN + NEW, admin, tmp_path, duplicates="ask")
    assert waiting(run).count() == 2
    actions.trash(PEOPLE, mohammed.id, by=admin)
    monkeypatch.setattr("sila.platform.entities.importing.answering.AT_ONCE", 1)
    assert answer(run, "same", None, by=admin) == 1
    assert cities() == {"سارة الحربي": "أبها"}


def test_answers_wait_for_imports_in_the_order_in_which_imports_wait(
    mohammed: Any, admin: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,phone,company\nمحمد العتيبي,0551234567,شركة الأفق\n", encoding="utf-8")
    columns = {"name": "name", "phone": "phone", "company": "organizations.name"}
    run = finish(
        prepare(PEOPLE, path, path.name, Mapping(columns=columns, duplicates="ask"), by=admin), by=admin
    )
    assert waiting(run).count() == 1
    turns: list[str] = []
    for place in ("answering", "rows"):
        monkeypatch.setattr(
            f"sila.platform.entities.importing.{place}.take_turns", turns.append, raising=False
        )
    assert answer(run, "same", None, by=admin) == 1
    assert turns[:2] == ["import organizations", "import people"]


def test_whom_the_importer_may_not_see_is_not_told(mohammed: Any, company: Any, tmp_path: Path) -> None:
    role = Role.objects.get(code="seller")
    role.grants["people"] = {"view": "own", "create": "own", "edit": "own", "bulk": "own"}
    role.save()
    alice = company.actor("alice")
    assert not PEOPLE.visible_to(alice).filter(id=mohammed.id).exists()

    run = brought_in(ALIKE, alice, tmp_path, duplicates="ask")

    assert counts(run) == (1, 0, 0, 0)


def test_a_name_that_very_many_have_is_compared_with_none_of_them(
    mohammed: Any, admin: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("sila.parties.crowd.MOST_IN_A_BLOCK", 3)
    for number in range(4):
        actions.create(PEOPLE, {"name": "محمد العتيبي", "phone": f"05022222{number:02}"}, by=admin)
    compared: list[Any] = []
    monkeypatch.setattr(
        "sila.parties.crowd.compare", lambda one, other: compared.append(other) or compare(one, other)
    )
    namesake = "محمد العتيبي,0533333333,,جدة\n"
    run = brought_in(namesake + ALIKE, admin, tmp_path, duplicates="ask")
    assert len(compared) < 4
    assert counts(run) == (1, 0, 0, 1)
    assert waiting(run).get().record_id == mohammed.id


def test_a_question_costs_no_query(mohammed: Any, admin: Any, tmp_path: Path) -> None:
    def asked(rows: int) -> int:
        text = "".join(f"سارة الحربي {number},05044444{number:02},,أبها\n" for number in range(rows))
        with CaptureQueriesContext(connection) as queries:
            run = brought_in(text, admin, tmp_path, duplicates="ask")
        assert waiting(run).count() == rows
        return len(queries)

    for number in range(20):
        values = {"name": f"سارة سعد الحربي {number}", "phone": f"05044444{number:02}"}
        actions.create(PEOPLE, values, by=admin)
    assert asked(20) <= asked(2) + 2


def test_only_who_may_import_answers(mohammed: Any, admin: Any, alice: Any, tmp_path: Path) -> None:
    run = brought_in(KNOWN, admin, tmp_path, duplicates="ask")
    with pytest.raises(NotAllowed):
        answer(run, "same", None, by=alice)
    assert waiting(run).count() == 1


def test_a_trial_counts_the_questions_and_has_none_to_answer(
    mohammed: Any, admin: Any, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADER + KNOWN + NEW, encoding="utf-8")
    run = finish(
        prepare(PEOPLE, path, path.name, Mapping(duplicates="ask"), by=admin, dry_run=True), by=admin
    )
    assert counts(run) == (1, 0, 0, 1)
    with pytest.raises(Invalid):
        answer(run, "same", None, by=admin)


def test_the_page_of_the_import_asks_and_takes_the_answers(mohammed: Any, admin: Any, company: Any) -> None:
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    file = SimpleUploadedFile("people.csv", (HEADER + ALIKE + NEW).encode())
    page = client.post("/w/rayyan/people/import", {"file": file}).headers["Location"]
    columns = {f"col-{at}": name for at, name in enumerate(HEADER.strip().split(","))}
    page = client.post(page, {**columns, "duplicates": "ask"}).headers["Location"]
    finish(ImportRun.objects.latest("id"), by=admin)

    told = Event.objects.filter(kind="import ended").latest("id").payload
    assert (told["created"], told["refused"], told["asked"]) == (1, 0, 1)
    asked = client.get(page).content.decode()
    assert "محمد عبد الله العتيبي" in asked
    assert "Same phone" in asked or "phone" in asked
    refused = client.post(f"{page}/answer", {"how": "same", "row": "٢"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    far = client.post(f"{page}/answer", {"how": "same", "row": "9" * 30}, headers={"HX-Request": "true"})
    assert far.status_code == 422
    assert PEOPLE.rows().count() == 2
    answered = client.post(f"{page}/answer", {"how": "same", "row": "2"}, headers={"HX-Request": "true"})
    assert answered.status_code == 204
    assert "محمد عبد الله العتيبي" not in client.get(page).content.decode()
    assert cities() == {"محمد عبد الله العتيبي": "جدة", "سارة الحربي": "أبها"}


def test_whom_the_reader_may_not_see_any_more_is_not_named_by_a_question(
    mohammed: Any, admin: Any, company: Any, tmp_path: Path
) -> None:
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    run = brought_in(ALIKE, admin, tmp_path, duplicates="ask")
    page = f"/w/rayyan/people/import/{run.id}"
    assert "محمد العتيبي" in client.get(page).content.decode()
    actions.trash(PEOPLE, mohammed.id, by=admin)
    assert "محمد العتيبي" not in client.get(page).content.decode()


def test_the_page_says_for_how_many_an_answer_goes(
    mohammed: Any, admin: Any, company: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    run = brought_in(KNOWN + ALIKE, admin, tmp_path, duplicates="ask")
    page = f"/w/rayyan/people/import/{run.id}"
    assert "يسري هذا على كل الصفوف المنتظرة." in client.get(page).content.decode()
    monkeypatch.setattr("sila.project.administration.import_questions.AT_ONCE", 1)
    assert "يسري هذا على أول 1 من الصفوف المنتظرة." in client.get(page).content.decode()
