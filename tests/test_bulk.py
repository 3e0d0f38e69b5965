"""Many records are changed from a list in one go, in the background where they are many, and it can be taken back."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import Role, ShareGrant
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions, sharing
from sila.platform.entities.models import Operation, OperationChange, SearchEntry
from sila.platform.entities.operations import bulk, verbs
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from tests.people import OWN
from tests.samples import new_record

pytestmark = pytest.mark.django_db
PEOPLE = registry["people"]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def sellers_change_many(company):
    with scope(company.workspace):
        role = Role.objects.get(code="seller")
        role.grants["people"] = {**role.grants.get("*", {}), **role.grants.get("people", {}), "bulk": "all"}
        role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 7
    )
    company.workspace.refresh_from_db()


def browser(company: Any, name: str) -> Client:
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def people(by: Any, *names: str, **values: Any) -> list[Any]:
    return [actions.create(PEOPLE, {"name": name, **values}, by=by) for name in names]


def cities(records: list[Any]) -> list[str]:
    for record in records:
        record.refresh_from_db()
    return [record.city for record in records]


def test_ticked_records_get_a_value_at_once_and_lose_it_again(company, alice):
    first, second, third = people(alice, "Amal", "Basma", "Dana", city="Jeddah")
    alice_at_work = browser(company, "alice")
    answer = alice_at_work.post(
        "/w/rayyan/people/bulk/edit",
        {"field": "city", "city": "Riyadh", "id": [str(first.id), str(second.id)]},
        headers=HTMX,
    )
    assert answer.status_code == 204
    assert "2 records changed" in answer.headers["HX-Trigger"]
    assert cities([first, second, third]) == ["Riyadh", "Riyadh", "Jeddah"]
    operation = Operation.objects.get()
    assert f"/w/rayyan/operations/{operation.id}/undo" in answer.headers["HX-Trigger"]
    assert alice_at_work.post(f"/w/rayyan/operations/{operation.id}/undo", headers=HTMX).status_code == 204
    assert cities([first, second, third]) == ["Jeddah"] * 3
    assert alice_at_work.post(f"/w/rayyan/operations/{operation.id}/undo", headers=HTMX).status_code == 422


def test_all_that_match_are_changed_in_the_background(company, alice, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)
    wanted = people(alice, *(f"Person {number}" for number in range(5)), city="Jeddah")
    (other,) = people(alice, "Elsewhere", city="Tabuk")
    client = browser(company, "alice")
    answer = client.post(
        "/w/rayyan/people/bulk/edit?f=city:is:Jeddah",
        {"field": "city", "city": "Riyadh", "whole": "1"},
        headers=HTMX,
    )
    operation = Operation.objects.get()
    assert answer.headers["HX-Redirect"] == f"/w/rayyan/operations/{operation.id}/"
    assert "Running" in client.get(answer.headers["HX-Redirect"]).content.decode()
    run(operation)
    assert cities([*wanted, other]) == ["Riyadh"] * 5 + ["Tabuk"]
    assert (operation.status, operation.done, operation.refused) == ("done", 5, 0)
    assert "Undo" in client.get("/w/rayyan/operations/").content.decode()


def run(operation: Any, name: str = bulk.JOB) -> None:
    job = Job.objects.get(name=name, key=str(operation.id))
    assert jobs.run(job.tenant_id, job.id)
    operation.refresh_from_db()


def test_a_killed_worker_goes_on_where_it_was_and_nothing_is_done_twice(company, alice, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)
    wanted = people(alice, *(f"Person {number}" for number in range(5)))
    operation = begun(company, alice, wanted)
    steps = bulk.carry_on(operation, by=alice)
    assert next(steps) == 2
    steps.close()  # the worker dies here
    again = Operation.objects.get(id=operation.id)
    assert list(bulk.carry_on(again, by=alice)) == [4, 5]
    assert cities(wanted) == ["Riyadh"] * 5
    assert OperationChange.objects.filter(operation_id=operation.id).count() == 5


def test_whoever_loses_the_right_half_way_changes_no_more(company, alice, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)
    wanted = people(alice, *(f"Person {number}" for number in range(3)), city="Jeddah")
    operation = begun(company, alice, wanted)
    steps = bulk.carry_on(operation, by=alice)
    next(steps)
    change_people(company, edit="none")
    assert list(steps) == [3]
    assert cities(wanted) == ["Riyadh", "Riyadh", "Jeddah"]
    assert (operation.done, operation.refused) == (2, 1)


def begun(company: Any, by: Any, records: list[Any], **values: Any) -> Any:
    from sila.platform.access.reader import Reader
    from sila.platform.entities.kinds import Context

    selection = bulk.Selection(tuple(record.id for record in records))
    context = Context(by, Reader.of(company.workspace))
    return bulk.begin(PEOPLE, verbs.EDIT, selection, values or {"city": "Riyadh"}, context=context)


def test_it_can_be_stopped_and_what_is_done_can_be_taken_back(company, alice):
    wanted = people(alice, "Amal", city="Jeddah")
    operation = begun(company, alice, wanted)
    client = browser(company, "alice")
    assert client.post(f"/w/rayyan/operations/{operation.id}/stop", headers=HTMX).status_code == 204
    operation.refresh_from_db()
    assert operation.status == "cancelled"
    assert cities(wanted) == ["Jeddah"]


def test_each_record_that_refuses_is_named_with_its_reason(company, alice, charlie):
    with scope(company.workspace):
        (mine,), (his,) = people(alice, "Amal"), people(charlie, "Zaid")
    change_people(company, edit="own")
    client = browser(company, "alice")
    answer = client.post(
        "/w/rayyan/people/bulk/edit",
        {"field": "city", "city": "Riyadh", "id": [str(mine.id), str(his.id)]},
        headers=HTMX,
    )
    page = client.get(answer.headers["HX-Redirect"]).content.decode()
    assert "Zaid" in page
    assert "You may not do this." in page
    assert cities([mine, his]) == ["Riyadh", ""]


def change_people(company: Any, **verbs: str) -> None:
    company.workspace.refresh_from_db()
    with scope(company.workspace):
        role = Role.objects.get(code="seller")
        role.grants["people"] |= verbs
        role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 7
    )


def test_a_value_that_nobody_could_save_is_refused_before_it_begins(company, alice):
    (person,) = people(alice, "Amal")
    answer = browser(company, "alice").post(
        "/w/rayyan/people/bulk/edit",
        {"field": "email", "email": "not-one", "id": str(person.id)},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert Operation.objects.count() == 0


def test_many_go_to_the_trash_and_come_back(company, admin):
    records = [new_record(registry[OWN], admin) for _ in range(3)]
    client = browser(company, "admin")
    ids = {"id": [str(record.id) for record in records]}
    assert client.post(f"/w/rayyan/{OWN}/bulk/trash", ids, headers=HTMX).status_code == 204
    assert registry[OWN].rows().count() == 0
    operation = Operation.objects.get()
    assert client.post(f"/w/rayyan/operations/{operation.id}/undo", headers=HTMX).status_code == 204
    assert registry[OWN].rows().count() == 3


def test_many_go_to_the_trash_as_one_would_and_what_is_not_ones_own_stays(company, alice, charlie):
    with scope(company.workspace):
        mine, (his,) = people(alice, "Amal", "Basma"), people(charlie, "Zaid")
    change_people(company, delete="own")
    client = browser(company, "alice")
    ids = {"id": [str(record.id) for record in (*mine, his)]}
    answer = client.post("/w/rayyan/people/bulk/trash", ids, headers=HTMX)
    page = client.get(answer.headers["HX-Redirect"]).content.decode()
    assert "Zaid" in page
    assert "You may not do this." in page
    with scope(company.workspace):
        assert [record.name for record in PEOPLE.rows()] == ["Zaid"]
        told = Event.objects.filter(kind="trashed")
        assert {event.record_id for event in told} == {record.id for record in mine}
        for record in mine:
            before = record.version
            record.refresh_from_db()
            assert (record.version, record.updated_by_id) == (before + 1, alice.member_id)
            assert record.deleted_at
        found = SearchEntry.objects.filter(entity="people")
        assert [entry.id for entry in found] == [his.id]


def test_nobody_changes_many_without_the_right_or_sees_what_others_did(company, alice, bob, elsewhere):
    (person,) = people(alice, "Amal")
    begun(company, alice, [person])
    operation = Operation.objects.get()
    data = {"field": "city", "city": "Riyadh", "id": str(person.id)}
    assert browser(company, "viewer").post("/w/rayyan/people/bulk/edit", data).status_code == 403
    assert b"s-tick" not in browser(company, "viewer").get("/w/rayyan/people/").content
    assert b"s-tick" in browser(company, "alice").get("/w/rayyan/people/").content
    for name, status in (("bob", 404), ("admin", 200)):
        assert browser(company, name).get(f"/w/rayyan/operations/{operation.id}/").status_code == status
    for ids in (["nonsense"], []):
        answer = browser(company, "alice").post("/w/rayyan/people/bulk/trash", {"id": ids}, headers=HTMX)
        assert answer.status_code == 422


def test_a_hidden_field_cannot_be_changed(company, alice):
    (person,) = people(alice, "Amal")
    with scope(company.workspace):
        role = Role.objects.get(code="seller")
        role.fields["people"] = {"city": "read"}
        role.save()
    change_people(company)
    answer = browser(company, "alice").post(
        "/w/rayyan/people/bulk/edit", {"field": "city", "city": "X", "id": str(person.id)}, headers=HTMX
    )
    assert answer.status_code == 422
    assert cities([person]) == [""]


def test_the_trash_of_a_noun_shows_what_went_and_gives_it_back(company, alice, charlie):
    with scope(company.workspace):
        (mine,), (his,) = people(alice, "Amal"), people(charlie, "Zaid")
        actions.trash(PEOPLE, mine.id, by=alice)
        actions.trash(PEOPLE, his.id, by=charlie)
    change_people(company, delete="own")
    client = browser(company, "alice")
    page = client.get("/w/rayyan/people/trash").content.decode()
    assert "Amal" in page
    assert "Zaid" not in page
    assert client.post(f"/w/rayyan/people/{mine.id}/restore", headers=HTMX).status_code == 204
    assert "Amal" not in client.get("/w/rayyan/people/trash").content.decode()
    assert browser(company, "viewer").get("/w/rayyan/people/trash").status_code == 403


# ---- tags, sharing, pasted cells ---------------------------------------------------------------------
def tags(records: list[Any]) -> list[list[str]]:
    for record in records:
        record.refresh_from_db()
    return [record.tags for record in records]


def undone(client: Client) -> None:
    operation = Operation.objects.latest("id")
    assert client.post(f"/w/rayyan/operations/{operation.id}/undo", headers=HTMX).status_code == 204


def test_tags_are_added_and_taken_away_and_what_else_there_was_stays(company, alice):
    first, second = (choice.value for choice in PEOPLE.fields["tags"].choices[:2])
    records = [
        *people(alice, "Amal", tags=[first]),
        *people(alice, "Basma", tags=[second]),
        *people(alice, "Dana"),
    ]
    client, ids = browser(company, "alice"), [str(record.id) for record in records]
    add = {"field": "tags", "how": "add", "tags": [first], "id": ids}
    answer = client.post("/w/rayyan/people/bulk/edit?field=tags&how=add", add, headers=HTMX)
    assert "2 records changed" in answer.headers["HX-Trigger"]  # one had it
    assert tags(records) == [[first], [second, first], [first]]
    undone(client)
    assert tags(records) == [[first], [second], []]
    take = {"field": "tags", "how": "remove", "tags": [second], "id": ids}
    client.post("/w/rayyan/people/bulk/edit", take, headers=HTMX)
    assert tags(records) == [[first], [], []]


def test_no_tag_a_wrong_one_and_a_hidden_field_change_nothing(company, alice):
    first = PEOPLE.fields["tags"].choices[0].value
    records = people(alice, "Amal", tags=[first])
    client, ids = browser(company, "alice"), [str(records[0].id)]
    for wrong in ({"tags": []}, {"tags": ["nonsense"]}):
        sent = {"field": "tags", "how": "remove", "id": ids, "has-tags": "1", **wrong}
        assert client.post("/w/rayyan/people/bulk/edit", sent, headers=HTMX).status_code == 422
    role = Role.objects.get(code="seller")
    role.fields |= {"people": {"tags": "hidden"}}
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=990)
    assert "how=add" not in client.get("/w/rayyan/people/").content.decode()
    sent = {"field": "tags", "how": "remove", "id": ids, "tags": [first]}
    assert client.post("/w/rayyan/people/bulk/edit", sent, headers=HTMX).status_code == 422
    assert tags(records) == [[first]]
    assert Operation.objects.count() == 0


DEALS = registry["opportunities"]


def opened(company: Any) -> set[str]:
    return set(DEALS.visible_to(company.actor("charlie")).values_list("name", flat=True))


@pytest.fixture
def sold(company, alice):
    role = Role.objects.get(code="seller")
    role.grants["opportunities"] = {"view": "own", "edit": "own", "create": "all", "bulk": "all"}
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=991)
    company.workspace.refresh_from_db()
    return [
        actions.create(DEALS, {"name": name}, by=company.actor("alice")) for name in ("one", "two", "three")
    ]


def test_records_are_shared_with_somebody_and_taken_back(company, sold):
    client = browser(company, "alice")
    to = {
        "member": str(company.members["charlie"].id),
        "level": "view",
        "id": [str(deal.id) for deal in sold[:2]],
    }
    assert opened(company) == set()
    answer = client.post("/w/rayyan/opportunities/bulk/share", to, headers=HTMX)
    assert "2 records shared" in answer.headers["HX-Trigger"]
    assert opened(company) == {"one", "two"}
    again = client.post("/w/rayyan/opportunities/bulk/share", to, headers=HTMX)
    assert "0 records shared" in again.headers["HX-Trigger"]
    client.post("/w/rayyan/opportunities/bulk/share", to | {"level": "edit"}, headers=HTMX)
    assert ShareGrant.objects.filter(level="edit").count() == 2
    undone(client)  # the grants that were there before come back
    assert sorted(ShareGrant.objects.values_list("level", flat=True)) == ["view", "view"]
    assert opened(company) == {"one", "two"}


def test_all_that_match_are_shared_in_the_background_and_what_was_lent_is_refused(
    company, sold, admin, monkeypatch
):
    monkeypatch.setattr(bulk, "BATCH", 2)
    foreign = actions.create(DEALS, {"name": "foreign"}, by=admin)
    sharing.share(DEALS, foreign, by=admin, member=company.members["alice"].id, level="edit")
    client = browser(company, "alice")
    to = {"member": str(company.members["charlie"].id), "level": "view", "whole": "1"}
    assert client.post("/w/rayyan/opportunities/bulk/share", to, headers=HTMX).status_code == 204
    job = Job.objects.get(name="bulk")
    assert jobs.run(job.tenant_id, job.id)
    operation = Operation.objects.latest("id")
    assert (operation.done, operation.refused) == (3, 1)
    assert opened(company) == {"one", "two", "three"}
    undone(client)
    assert opened(company) == set()


@pytest.mark.parametrize("wrong", [{}, {"member": "nonsense"}, {"until": "2020-01-01"}, {"level": "own"}])
def test_a_share_with_nobody_or_wrongly_is_refused_at_once(wrong, company, sold):
    to = {"level": "view", "id": [str(sold[0].id)], **wrong}
    if wrong and "member" not in wrong:
        to["member"] = str(company.members["charlie"].id)
    answer = browser(company, "alice").post("/w/rayyan/opportunities/bulk/share", to, headers=HTMX)
    assert answer.status_code == 422
    assert ShareGrant.objects.count() == Operation.objects.count() == 0


def paste(client: Client, cells: Any) -> Any:
    return client.post("/w/rayyan/people/paste", {"cells": json.dumps(cells)}, headers=HTMX)


def test_pasted_cells_are_one_change_and_each_refused_one_stays_with_its_reason(company, alice):
    first, second = people(alice, "Amal", "Basma", city="Jeddah")
    firm = actions.create(registry["organizations"], {"name": "شركة النور"}, by=alice)
    client = browser(company, "alice")
    answer = paste(
        client,
        {
            str(first.id): {"city": "'=Abha", "birth_date": "1990-05-07", "organization": "شركه النور"},
            str(second.id): {"city": "Tabuk", "birth_date": "no day", "lifecycle": "Nonsense"},
        },
    )
    told = json.loads(answer.headers["HX-Trigger"])
    assert "2 records changed. 2 cells stayed" in told["sila:toast"]["text"]
    (refused,) = told["sila:refused"]["cells"]
    assert refused["id"] == str(second.id)
    assert sorted(refused["fields"]) == ["birth_date", "lifecycle"]
    assert cities([first, second]) == ["=Abha", "Tabuk"]
    assert (first.birth_date.isoformat(), first.organization_id) == ("1990-05-07", firm.id)
    undone(client)
    assert cities([first, second]) == ["Jeddah", "Jeddah"]
    assert first.birth_date is None


def test_cells_of_records_and_fields_that_are_not_ones_own_to_change_stay(company, alice, admin):
    (mine,) = people(alice, "Amal", city="Jeddah")
    gone = "01890000-0000-7000-8000-000000000000"
    answer = paste(
        browser(company, "alice"),
        {str(mine.id): {"city": "Abha", "created_at": "2020-01-01", "nothing": "x"}, gone: {"city": "Abha"}},
    )
    told = json.loads(answer.headers["HX-Trigger"])
    assert sorted(field for one in told["sila:refused"]["cells"] for field in one["fields"]) == [
        "created_at",
        "nothing",
    ]
    assert cities([mine]) == ["Abha"]


def test_a_long_paste_is_written_in_the_background_tells_what_it_refused_and_is_undone(
    company, alice, monkeypatch
):
    monkeypatch.setattr("sila.platform.entities.views.paste.ROWS", 2)
    three = people(alice, "Amal", "Basma", "Cala", city="Jeddah")
    client = browser(company, "alice")
    sent = {str(one.id): {"city": "Tabuk", "birth_date": "1990-05-07"} for one in three}
    sent[str(three[1].id)]["birth_date"] = "no day"
    answer = paste(client, sent)
    operation = Operation.objects.get()
    assert answer.headers["HX-Redirect"] == f"/w/rayyan/operations/{operation.id}/"
    assert cities(three) == ["Jeddah"] * 3
    assert "Running" in client.get(answer.headers["HX-Redirect"]).content.decode()
    run(operation)
    assert cities(three) == ["Tabuk"] * 3
    page = client.get(answer.headers["HX-Redirect"]).content.decode()
    assert "Basma" in page
    assert "Born on: " in page
    undone(client)
    assert cities(three) == ["Jeddah"] * 3


def test_cells_that_have_no_place_in_the_list_are_told(company, alice):
    (one,) = people(alice, "Amal", city="Jeddah")
    for left, said in (
        ("2", "1 record changed. 2 cells had no place in the list."),
        ("-1", "1 record changed."),
    ):
        given = {"cells": json.dumps({str(one.id): {"city": f"Town {left}"}}), "left": left}
        answer = browser(company, "alice").post("/w/rayyan/people/paste", given, headers=HTMX)
        assert json.loads(answer.headers["HX-Trigger"])["sila:toast"]["text"] == said


@pytest.mark.parametrize("name", ["viewer", "charlie"])
def test_who_may_not_change_a_record_pastes_nothing_into_it(name, company, alice):
    (mine,) = people(alice, "Amal", city="Jeddah")
    answer = paste(browser(company, name), {str(mine.id): {"city": "Abha"}})
    assert answer.status_code == 403 or "0 records changed" in answer.headers["HX-Trigger"]
    assert cities([mine]) == ["Jeddah"]


@pytest.mark.parametrize(
    "cells",
    [
        "",
        "[]",
        "[1]",
        "{}",
        '{"x": {}}',
        "null",
        "[" * 100_000,
        '{"%s": [1]}',
        r'{"%s": {"city": "a\u0000b"}}',
        r'{"%s": {"city": "\ud800"}}',
        r'{"%s": {"ci\u0000ty": "x"}}',
        r'{"%s": {"\ud800": "x"}}',
        "many",
    ],
)
def test_hostile_cells_are_refused_in_words(cells, company, alice):
    (mine,) = people(alice, "Amal", city="Jeddah")
    if cells == "many":
        cells = json.dumps({str(uuid4()): {} for _ in range(5_001)})
    sent = {"cells": cells.replace("%s", str(mine.id))}
    answer = browser(company, "alice").post("/w/rayyan/people/paste", sent, headers=HTMX)
    assert answer.status_code == 422
    assert Operation.objects.count() == 0
