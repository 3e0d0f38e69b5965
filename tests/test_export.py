"""Lists leave as files: what the reader sees and may take out, safely and without loss."""

import csv
import io
from contextvars import Context
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook

from sila.platform.access.models import Role
from sila.platform.activity.models import Event
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project import cli
from tests.people import OWN
from tests.samples import new_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sellers_may_export(company):
    change_seller(company, grants={slug: {"export": "team"} for slug in ("people", "opportunities")})


def browser(company: Any, name: str) -> Client:
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def taken_out(company: Any, name: str, slug: str, **query: str) -> bytes:
    response = browser(company, name).get(f"/w/rayyan/{slug}/export", {"format": "csv", **query})
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def as_rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_holds_the_columns_the_conditions_and_the_order_of_the_list(company, alice):
    people = registry["people"]
    for name, city in (("Zaid", "Jeddah"), ("Amal", "Jeddah"), ("Basma", "Riyadh")):
        actions.create(people, {"name": name, "city": city}, by=alice)
    rows = as_rows(taken_out(company, "alice", "people", f="city:is:Jeddah", sort="name", cols="city"))
    assert [list(row.values()) for row in rows] == [["Amal", "Jeddah"], ["Zaid", "Jeddah"]]
    assert list(rows[0]) == ["Name", "City"]


def test_a_workbook_has_real_numbers_and_dates_and_runs_from_right_to_left_in_arabic(company, admin):
    deal = new_record(registry["opportunities"], admin, amount="1250.50", expected_close="2026-03-01")
    type(company.user("admin")).objects.filter(pk=company.user("admin").pk).update(language="ar")
    answer = browser(company, "admin").get(
        "/w/rayyan/opportunities/export", {"format": "xlsx", "cols": "amount,expected_close"}
    )
    content = b"".join(answer.streaming_content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    header, row = sheet.to_python()
    assert header[:3] == ["الاسم", "المبلغ", "الإغلاق المتوقع"]
    assert row[:2] == [deal.name, 1250.5]
    assert row[2].isoformat() == "2026-03-01"
    assert b"rightToLeft" in unzipped(content, "xl/worksheets/sheet1.xml")


def test_a_workbook_keeps_the_second_of_a_moment(company, admin):
    """A sheet counts moments in days: what is a hair before a second must not come back as the next."""
    deal = new_record(registry["opportunities"], admin)
    moment = datetime(2026, 3, 1, 9, 30, 58, 999_900, tzinfo=UTC)
    type(deal).objects.filter(pk=deal.pk).update(updated_at=moment)
    answer = browser(company, "admin").get(
        "/w/rayyan/opportunities/export", {"format": "xlsx", "cols": "updated_at"}
    )
    content = b"".join(answer.streaming_content)
    row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1]
    assert row[1].second == 58


def unzipped(content: bytes, name: str) -> bytes:
    import zipfile

    return zipfile.ZipFile(io.BytesIO(content)).read(name)


def test_json_holds_what_the_api_gives(company, admin):
    money = next(f.name for f in registry[OWN].fields.values() if f.kind.name == "money")
    estate = new_record(registry[OWN], admin, **{money: "1250.50"})
    response = browser(company, "admin").get(f"/w/rayyan/{OWN}/export", {"format": "json", "fields": "all"})
    answered = Context()  # the request and its workspace are over when the pieces are made
    (item,) = orjson.loads(answered.run(b"".join, response.streaming_content))
    assert item["id"] == str(estate.id)
    assert item["name"] == estate.name
    assert item[money] == "1250.50"


def test_an_empty_list_is_an_empty_file_of_each_kind(company):
    assert as_rows(taken_out(company, "alice", "people", q="nobody-at-all")) == []
    assert orjson.loads(taken_out(company, "alice", "people", q="nobody-at-all", format="json")) == []


def test_no_cell_is_a_formula(company, alice):
    actions.create(registry["people"], {"name": "=HYPERLINK(1)"}, by=alice)
    assert as_rows(taken_out(company, "alice", "people", cols="name"))[0]["Name"] == "'=HYPERLINK(1)"


def test_nobody_takes_out_more_than_they_may(company, alice, charlie):
    with scope(company.workspace):
        new_record(registry["opportunities"], alice, name="Harbour crane")
        new_record(registry["opportunities"], charlie, name="Quiet well")
    assert b"Harbour" not in taken_out(company, "charlie", "opportunities")
    change_seller(company, grants={"people": {"export": "none"}, "opportunities": {"export": "own"}})
    assert browser(company, "bob").get("/w/rayyan/people/export?format=csv").status_code == 403
    assert b"Export" not in browser(company, "bob").get("/w/rayyan/people/").content
    assert b"Harbour" not in taken_out(company, "bob", "opportunities")  # he sees it, and may not take it
    assert b"Harbour" in taken_out(company, "alice", "opportunities")


def test_a_hidden_field_stays_hidden_in_the_file(company, alice):
    actions.create(registry["people"], {"name": "Amal", "city": "Jeddah"}, by=alice)
    change_seller(company, fields={"people": {"city": "hidden"}})
    for more in ({"fields": "all"}, {"cols": "name,city"}):
        assert b"Jeddah" not in taken_out(company, "alice", "people", **more)


def change_seller(company: Any, *, grants: Any = None, fields: Any = None) -> None:
    company.workspace.refresh_from_db()
    with scope(company.workspace):
        role = Role.objects.get(code="seller")
        for slug, verbs in (grants or {}).items():
            role.grants[slug] = {**role.grants.get("*", {}), **role.grants.get(slug, {}), **verbs}
        role.fields |= fields or {}
        role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 7
    )


def test_the_audit_trail_knows_who_took_what_out(company, workspace):
    taken_out(company, "alice", "people", f="city:is:Jeddah")
    event = Event.objects.get(kind="exported")
    assert event.member_id == company.members["alice"].id
    assert event.payload["conditions"] == ["city:is:Jeddah"]


def test_a_condition_that_is_none_is_refused_before_the_file_begins(company):
    answer = browser(company, "alice").get("/w/rayyan/people/export?format=csv&f=nothing:is:x")
    assert answer.status_code == 400
    assert browser(company, "alice").get("/w/rayyan/people/export?format=exe").status_code == 404


def test_many_rows_leave_page_by_page(company, alice, monkeypatch):
    from sila.platform.entities.exporting import table

    monkeypatch.setattr(table, "AT_ONCE", 3)
    names = {f"Person {number}" for number in range(8)}
    for name in names:
        actions.create(registry["people"], {"name": name}, by=alice)
    rows = as_rows(taken_out(company, "alice", "people", cols="name"))
    assert [row["Name"] for row in rows] == sorted(names)


def test_the_command_writes_a_file_by_its_ending(company, admin, tmp_path, capsys):
    new_record(registry[OWN], admin, name="برج الياسمين")
    for name in ("estates.csv", "estates.xlsx", "estates.json"):
        path = tmp_path / name
        assert in_a_terminal("export", OWN, str(path), "-w", "rayyan") == 0
        assert path.stat().st_size > 50
    assert "برج الياسمين" in (tmp_path / "estates.csv").read_text("utf-8-sig")
    assert in_a_terminal("export", OWN, str(tmp_path / "x.doc"), "-w", "rayyan") != 0
    assert "csv" in capsys.readouterr().err


def in_a_terminal(*words: str) -> int:
    """The terminal speaks English; what comes after it here does not."""
    with translation.override("en"):
        return cli.main(list(words))
