"""Data quality through the doors that people use: worklist, meter, settings, list, API, import, contact ways."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sila.parties.models import ContactPoint
from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.activity.models import Event
from sila.platform.customfields.models import CustomValue
from sila.platform.entities import actions
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.operations import undo
from sila.platform.entities.quality import verbs
from sila.platform.entities.quality.grading import Flaw
from sila.platform.entities.quality.keeping import regrade
from sila.platform.entities.quality.models import QualityPlan, QualityRule
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.work.actions import log
from tests.counting import at_most
from tests.samples import new_record

pytestmark = pytest.mark.django_db
COMPANIES, PEOPLE, DEALS = registry["organizations"], registry["people"], registry["opportunities"]
WORKLIST, SETTINGS = "/w/rayyan/quality/", "/w/rayyan/settings/quality/"
RULE = {
    "text": "is_blank([City])",
    "message": "المدينة ناقصة",
    "message_en": "No city.",
    "field": "city",
    "refuses": "1",
    "active": "1",
}


def browser(company: Any, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def machine_of(company: Any, name: str = "admin") -> Client:
    with scope(company.workspace):
        token = make_token(company.members[name], "tests")
    return Client(headers={"Authorization": f"Bearer {token}", "accept-language": "en"})


def fresh(record: Any) -> Any:
    return type(record).objects.get(id=record.id)


def made(by: Any, name: str = "Nakheel", **values: Any) -> Any:
    return actions.create(COMPANIES, {"name": name, **values}, by=by)


def grow_old(record: Any, by: Any, days: int = 400) -> None:
    type(record).objects.filter(id=record.id).update(touched_at=timezone.now() - timedelta(days=days))
    regrade(COMPANIES, [record.id], by=by)


# ---- rules -------------------------------------------------------------------------------------------
def test_an_administrator_writes_a_rule_that_every_door_asks(company: Any, admin: Any) -> None:
    answer = browser(company, "admin").post(f"{SETTINGS}rules/new?entity=organizations", RULE)
    assert (answer.status_code, answer.url) == (302, f"{SETTINGS}?entity=organizations")
    assert "No city." in browser(company, "admin").get(answer.url).content.decode()
    seller = browser(company, "alice")
    form = seller.post("/w/rayyan/organizations/new", {"name": "A"})
    assert form.status_code == 422
    assert "No city." in form.content.decode()
    api = machine_of(company).post("/api/v1/organizations", {"name": "A"}, content_type="application/json")
    assert api.status_code == 422
    assert "No city." in api.content.decode()
    assert not COMPANIES.rows().exists()
    there = made(company.actor("alice"), city="Riyadh")
    inline = seller.post(f"/w/rayyan/organizations/{there.id}/fields/city/", {"city": "", "version": "1"})
    assert inline.status_code == 422
    assert "No city." in inline.content.decode()
    assert fresh(there).city == "Riyadh"


def test_an_imported_row_that_breaks_a_rule_is_refused_alone(company: Any, admin: Any, tmp_path: Any) -> None:
    verbs.add_rule(COMPANIES, by=admin, formula="is_blank([City])", **_said())
    file = tmp_path / "companies.csv"
    file.write_text("name,city\nA,Riyadh\nB,\n")
    run = finish(prepare(COMPANIES, file, file.name, Mapping(), by=admin), by=admin)
    assert (run.created, run.refused) == (1, 1)
    assert [row.name for row in COMPANIES.rows()] == ["A"]


def test_a_record_that_keeps_a_rule_is_not_counted_among_those_that_break_it(
    company: Any, admin: Any
) -> None:
    made(company.actor("alice"), "Breaks")
    rule = verbs.add_rule(COMPANIES, by=admin, formula="is_blank([City])", **_said())
    made(company.actor("alice"), "Keeps", city="Riyadh")
    client = browser(company, "admin")
    assert "Broken by <bdi>1</bdi>" in client.get(f"{SETTINGS}?entity=organizations").content.decode()
    worklist = client.get(WORKLIST, {"entity": "organizations", "whose": "all", "rule": rule.key})
    assert "Breaks" in worklist.content.decode()
    assert "Keeps" not in worklist.content.decode()


def test_records_without_a_score_that_break_a_rule_are_found_in_the_worklist(
    company: Any, admin: Any
) -> None:
    tasks, alice, bob = registry["tasks"], company.actor("alice"), company.actor("bob")
    client = browser(company, "alice")
    assert client.get(WORKLIST, {"entity": "tasks"}).status_code == 404
    assert "/quality/?entity=tasks" not in client.get("/w/rayyan/tasks/").content.decode()
    said = _said(message="بلا موعد", message_en="No date.", field="due_at", refuses=False)
    rule = verbs.add_rule(tasks, by=admin, formula="is_blank([Due])", **said)
    mine = actions.create(tasks, {"subject": "Late"}, by=alice)
    actions.create(tasks, {"subject": "Hers"}, by=bob)
    actions.create(tasks, {"subject": "Dated", "due_at": "2030-01-01T09:00"}, by=alice)
    for asked in ({}, {"kind": "breaks"}, {"rule": rule.key}):
        page = client.get(WORKLIST, {"entity": "tasks", **asked}).content.decode()
        assert "Late" in page
        assert "No date." in page
        assert "Dated" not in page
        assert "Hers" not in page
        assert "quality/confirm" not in page
    everyone = {"entity": "tasks", "whose": "all"}
    assert "Hers" in browser(company, "admin").get(WORKLIST, everyone).content.decode()
    assert client.get(WORKLIST, {"entity": "tasks", "kind": "stale"}).status_code == 404
    assert "/quality/?entity=tasks" in client.get("/w/rayyan/tasks/").content.decode()
    settings = browser(company, "admin").get(f"{SETTINGS}?entity=tasks").content.decode()
    assert f"rule={rule.key}" in settings
    assert "No date." in client.get(f"/w/rayyan/tasks/{mine.id}/").content.decode()
    actions.update(tasks, mine.id, {"due_at": "2030-01-01T09:00"}, by=alice)
    assert "Late" not in client.get(WORKLIST, {"entity": "tasks"}).content.decode()
    assert "No date." not in client.get(f"/w/rayyan/tasks/{mine.id}/quality/").content.decode()


def test_what_nobody_owns_has_a_worklist_too_once_it_has_a_rule(company: Any, admin: Any) -> None:
    units = registry["units"]
    verbs.add_rule(units, by=admin, formula="is_blank([Code])", **_said(field="code", refuses=False))
    page = browser(company, "admin").get(WORKLIST, {"entity": "units"}).content.decode()
    assert "Riyadh" in page
    assert "No city." in page
    assert browser(company, "alice").get(WORKLIST, {"entity": "units"}).status_code == 404


def _said(**more: Any) -> dict[str, Any]:
    return {
        "message": "المدينة ناقصة",
        "message_en": "No city.",
        "field": "city",
        "refuses": True,
        "active": True,
    } | more


def test_while_it_is_written_the_page_says_what_is_wrong_and_how_many_break_it(
    company: Any, admin: Any
) -> None:
    made(admin, "A"), made(admin, "B", city="Riyadh")
    page = browser(company, "admin")
    url = f"{SETTINGS}rules/check?entity=organizations"
    said = page.post(url, {"text": "is_blank([City])"}).content.decode()
    assert "Tried on the newest" in said
    assert "record breaks the rule" in said
    assert "no field" in page.post(url, {"text": "is_blank([Nothing])"}).content.decode()
    assert "condition" in page.post(url, {"text": "length([City])"}).content.decode()
    assert not QualityRule.objects.exists()


def test_a_rule_that_is_none_stays_in_the_form_and_is_not_kept(company: Any, workspace: Any) -> None:
    for wrong in ({"text": "length([City])"}, {"message": ""}, {"text": ""}):
        answer = browser(company, "admin").post(f"{SETTINGS}rules/new?entity=organizations", RULE | wrong)
        assert answer.status_code == 422
    assert not QualityRule.objects.exists()


def test_a_rule_is_switched_changed_and_removed_on_its_page(company: Any, admin: Any) -> None:
    record, page = made(admin), browser(company, "admin")
    page.post(f"{SETTINGS}rules/new?entity=organizations", RULE)
    rule = QualityRule.objects.get()
    listed = page.get(f"{SETTINGS}?entity=organizations").content.decode()
    assert f"rule={rule.key}" in listed
    assert page.post(f"{SETTINGS}rules/{rule.id}/off").status_code == 204
    assert not fresh(record).flaws & Flaw.BREAKS
    page.post(f"{SETTINGS}rules/{rule.id}/", RULE | {"text": 'is_blank([City]) and [Name] = "B"'})
    assert not CustomValue.objects.filter(field=rule.key).exists()
    assert page.post(f"{SETTINGS}rules/{rule.id}/remove").status_code == 204
    assert page.get(f"{SETTINGS}rules/{rule.id}/").status_code == 404
    audit = page.get("/w/rayyan/settings/audit/").content.decode()
    assert "Validation rule removed" in audit


def test_the_settings_ask_little_of_the_database(company: Any, admin: Any) -> None:
    made(admin)
    for number in range(3):
        verbs.add_rule(COMPANIES, by=admin, formula=f"length([Name]) = {number}", **_said())
    page = browser(company, "admin")
    page.get(f"{SETTINGS}?entity=organizations")
    with at_most(12):
        assert page.get(f"{SETTINGS}?entity=organizations").status_code == 200


def test_settings_are_for_administrators(company: Any, workspace: Any) -> None:
    page = browser(company, "alice")
    for url in (SETTINGS, f"{SETTINGS}rules/new?entity=people"):
        assert page.get(url).status_code == 403
    assert page.post(f"{SETTINGS}weights?entity=people", {"stale_days": "3"}).status_code == 403
    assert not QualityPlan.objects.exists()


def test_weights_are_saved_as_differences_and_the_spread_is_shown(company: Any, admin: Any) -> None:
    record, page = made(admin), browser(company, "admin")
    before = record.quality
    given = {f"w-{name}": "0" for name in COMPANIES.fields} | {"w-city": "5", "stale_days": "30"}
    assert page.post(f"{SETTINGS}weights?entity=organizations", given).status_code == 204
    assert (before > 0, fresh(record).quality) == (True, 0)
    shown = page.get(f"{WORKLIST}?entity=organizations&whose=all").content.decode()
    assert "All records" in shown
    assert (
        "All records"
        not in browser(company, "alice").get(f"{WORKLIST}?entity=organizations").content.decode()
    )
    assert page.post(f"{SETTINGS}weights?entity=organizations", {"reset": "1"}).status_code == 204
    assert fresh(record).quality == before
    refused = page.post(f"{SETTINGS}weights?entity=organizations", {"w-city": "9"})
    assert refused.status_code == 400
    assert fresh(record).quality == before


# ---- the worklist ------------------------------------------------------------------------------------
def test_the_worklist_shows_the_worst_first_by_kind_and_by_whose_they_are(company: Any, admin: Any) -> None:
    alice, bob, charlie = (company.actor(name) for name in ("alice", "bob", "charlie"))
    stale, bare = made(alice, "Stale one", city="Riyadh", phone="0114445566"), made(alice, "Bare one")
    made(bob, "Of Bob"), made(charlie, "Of Charlie")
    grow_old(stale, admin)
    page = browser(company, "alice")

    def names(query: str = "") -> list[str]:
        text = page.get(f"{WORKLIST}?entity=organizations{query}").content.decode()
        found = [name for name in ("Stale one", "Bare one", "Of Bob", "Of Charlie") if f">{name}<" in text]
        return sorted(found, key=lambda name: text.index(f">{name}<"))

    assert set(names()) == {"Stale one", "Bare one"}
    scores = {record.name: fresh(record).quality for record in (stale, bare)}
    assert names() == sorted(scores, key=lambda name: scores[name])
    assert names("&kind=stale") == ["Stale one"]
    assert set(names("&whose=all")) == {"Stale one", "Bare one"}  # Alice may put no others right
    page = browser(company, "admin")
    assert (names(), set(names("&whose=all"))) == ([], {"Stale one", "Bare one", "Of Bob", "Of Charlie"})
    assert names("&kind=unreachable") == []
    assert page.get(f"{WORKLIST}?entity=nothing").status_code == 404
    assert page.get(f"{WORKLIST}?entity=organizations&kind=odd").status_code == 404


def test_a_record_is_confirmed_put_off_and_both_are_taken_back(company: Any, admin: Any) -> None:
    alice = company.actor("alice")
    record = made(alice)
    grow_old(record, admin)
    page, base = browser(company, "alice"), f"/w/rayyan/organizations/{record.id}/quality/"
    answer = page.post(base + "confirm")
    undo = json.loads(answer.headers["HX-Trigger"])["sila:toast"]["undo_url"]
    assert (answer.status_code, fresh(record).verified_by_id) == (204, alice.member_id)
    assert not fresh(record).flaws & Flaw.STALE
    assert page.post(undo).status_code == 204
    assert fresh(record).verified_at is None
    assert fresh(record).flaws & Flaw.STALE
    undo = json.loads(page.post(base + "later/week").headers["HX-Trigger"])["sila:toast"]["undo_url"]
    assert "Nakheel" not in page.get(f"{WORKLIST}?entity=organizations").content.decode()
    assert "Nakheel" in page.get(f"{WORKLIST}?entity=organizations&kind=later").content.decode()
    assert page.post(undo).status_code == 204
    assert "Nakheel" in page.get(f"{WORKLIST}?entity=organizations").content.decode()
    assert page.post(base + "later/century").status_code == 404
    viewer = browser(company, "viewer").post(base + "confirm")
    assert viewer.status_code == 403
    assert fresh(record).verified_at is None


def test_the_worklist_asks_no_more_for_twenty_records_than_for_one(company: Any, admin: Any) -> None:
    page = browser(company, "admin")
    for number in range(25):
        made(admin, f"Company {number}")
    url = f"{WORKLIST}?entity=organizations"
    page.get(url)
    with at_most(12):
        shown = page.get(url).content.decode()
    assert shown.count('class="s-care"') == 20
    more = page.get(
        shown.split('class="s-next-rows" hx-get="')[1]
        .split('"')[0]
        .replace("&amp;", "&")
        .join([WORKLIST, ""])
    )
    assert more.content.decode().count('class="s-care"') == 5


def test_a_rule_over_a_hidden_field_is_not_told_to_those_who_may_not_read_it(
    company: Any, admin: Any
) -> None:
    role = Role.objects.get(code="seller")
    role.fields = {"organizations": {"industry": "hidden"}}
    role.save()
    workspace = company.workspace
    type(workspace).objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
    said = _said(message_en="Secret industry.", refuses=False, field="")
    rule = verbs.add_rule(COMPANIES, by=admin, formula='[Industry] = "arms"', **said)
    record = made(admin, industry="arms", owner=str(company.members["alice"].id))
    page = browser(company, "alice")
    for url in (f"{WORKLIST}?entity=organizations", f"/w/rayyan/organizations/{record.id}/"):
        text = page.get(url).content.decode()
        assert "may not see" in text
        assert "Secret industry." not in text
    assert page.get(f"{WORKLIST}?entity=organizations&rule={rule.key}").status_code == 404
    assert (
        "Secret industry."
        in browser(company, "admin").get(f"{WORKLIST}?entity=organizations&whose=all").content.decode()
    )


# ---- the record, lists, API --------------------------------------------------------------------------
def test_the_page_of_a_record_shows_what_is_missing_to_those_who_can_fill_it_in(
    company: Any, admin: Any
) -> None:
    record = made(admin)
    url = f"/w/rayyan/organizations/{record.id}/"
    text = browser(company, "admin").get(url).content.decode()
    assert 'id="record-quality"' in text
    assert 'data-gap="phone"' in text
    assert "quality/confirm" in text
    viewer = browser(company, "viewer").get(url).content.decode()
    assert 'id="record-quality"' in viewer
    assert "data-gap" not in viewer
    assert 'id="record-quality"' in browser(company, "admin").get(url + "quality/").content.decode()
    task = new_record(registry["tasks"], admin)
    assert (
        "record-quality" not in browser(company, "admin").get(f"/w/rayyan/tasks/{task.id}/").content.decode()
    )


def test_the_score_is_a_field_of_lists_and_of_the_api(company: Any, admin: Any) -> None:
    bare, full = (
        made(admin, "Bare"),
        made(admin, "Full", city="Riyadh", phone="0114445566", email="a@b.example"),
    )
    machine = machine_of(company)
    found = machine.get("/api/v1/organizations?f=quality:lt:40&sort=quality").json()["items"]
    assert [(row["name"], row["quality"]) for row in found] == [("Bare", bare.quality)]
    ordered = machine.get("/api/v1/organizations?sort=-quality").json()["items"]
    assert [row["name"] for row in ordered] == ["Full", "Bare"]
    assert full.quality > bare.quality
    refused = machine.patch(
        f"/api/v1/organizations/{bare.id}",
        {"quality": 100},
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    assert refused.status_code == 422
    assert fresh(bare).quality == bare.quality
    shown = browser(company, "admin").get("/w/rayyan/organizations/?sort=quality&cols=quality,city")
    assert shown.status_code == 200


def test_a_number_that_does_not_work_does_not_work_in_the_record_that_it_is_merged_into(
    company: Any, admin: Any
) -> None:
    stays, goes = made(admin, "A"), made(admin, "B", phone="0114445566")
    browser(company, "admin").post(
        f"/w/rayyan/organizations/{goes.id}/contact-points/{ContactPoint.objects.get().id}/unreachable"
    )
    assert fresh(goes).flaws & Flaw.UNREACHABLE
    operation = merge(COMPANIES, stays.id, [goes.id], by=admin)
    assert fresh(stays).flaws & Flaw.UNREACHABLE
    assert undo.at_once(operation, by=admin) == 0
    assert not fresh(stays).flaws & Flaw.UNREACHABLE
    assert fresh(goes).flaws & Flaw.UNREACHABLE


def test_a_way_of_contact_that_does_not_work_is_said_by_people_and_programs(company: Any, admin: Any) -> None:
    record = made(admin, email="old@b.example")
    point = ContactPoint.objects.get(party_id=record.id)
    base = f"/w/rayyan/organizations/{record.id}/contact-points/{point.id}/"
    page = browser(company, "admin")
    assert page.post(base + "unreachable").status_code == 204
    assert fresh(record).flaws & Flaw.UNREACHABLE
    assert "unreachable since" in page.get(f"/w/rayyan/organizations/{record.id}/").content.decode()
    assert "Nakheel" in page.get(f"{WORKLIST}?entity=organizations&kind=unreachable").content.decode()
    read = machine_of(company).get(f"/api/v1/organizations/{record.id}/contact-points").json()["items"]
    assert (read[0]["bounce"], bool(read[0]["bounced_at"])) == ("hard", True)
    answer = machine_of(company).post(
        f"/api/v1/organizations/{record.id}/contact-points/{point.id}/reachable"
    )
    assert answer.status_code in (200, 204)
    assert not fresh(record).flaws & Flaw.UNREACHABLE
    page.post(base + "unreachable")
    actions.update(COMPANIES, record.id, {"email": "new@b.example"}, by=admin)
    assert not fresh(record).flaws & Flaw.UNREACHABLE
    assert Event.objects.filter(record_id=record.id, kind="contact_lost").count() == 2


def test_a_change_of_many_at_once_freshens_nothing_but_an_edit_and_a_call_do(
    company: Any, admin: Any
) -> None:
    record = made(admin)
    for touch, fresh_after in (
        (
            lambda: actions.update(COMPANIES, record.id, {"city": "A"}, by=company.actor("admin", "bulk")),
            False,
        ),
        (lambda: actions.update(COMPANIES, record.id, {"city": "B"}, by=admin), True),
        (lambda: log("call", {"subject": "Hello"}, by=admin, about=[("organizations", record.id)]), True),
    ):
        grow_old(record, admin)
        touch()
        assert bool(fresh(record).flaws & Flaw.STALE) is not fresh_after
