"""Merging as people do it: from the list, from a record, from the queue; and through the API."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sila.parties.models import DuplicatePair
from sila.platform.access.links import make_token
from sila.platform.access.models import User
from sila.platform.entities import actions
from sila.platform.entities.models import Merged, Operation
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope

pytestmark = pytest.mark.django_db
PEOPLE, DEALS = registry["people"], registry["opportunities"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss(company: Any) -> Any:
    return company.actor("admin")


@pytest.fixture
def twins(company: Any, boss: Any) -> list[Any]:
    with scope(company.workspace):
        two = [
            actions.create(
                PEOPLE, {"name": "أحمد سعد الغامدي", "city": "جدة", "phone": "0551234567"}, by=boss
            ),
            actions.create(PEOPLE, {"name": "أحمد الغامدي", "city": "أبها"}, by=boss),
        ]
        actions.create(DEALS, {"name": "تجهيز المكاتب", "party": str(two[1].id)}, by=boss)
        return two


def browser(company: Any, name: str) -> Client:
    User.objects.filter(id=company.user(name).id).update(language="en")
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def address(*records: Any) -> str:
    return "/w/rayyan/people/merge?" + "&".join(f"id={record.id}" for record in records)


def test_the_page_shows_both_and_what_moves_and_merges_as_chosen(company, twins):
    a, b = twins
    admin = browser(company, "admin")
    text = admin.get(address(b, a)).content.decode()
    assert text.index("أحمد سعد الغامدي") < text.index("أبها")  # the fuller one stays
    assert "Deals" in text
    form = {"id": [str(a.id), str(b.id)], "into": str(a.id), "from-city": str(b.id)}
    form |= {f"version-{each.id}": each.version for each in twins}
    answer = admin.post("/w/rayyan/people/merge", form, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/w/rayyan/people/{a.id}/"
    page = admin.get(f"/w/rayyan/people/{a.id}/").content.decode()
    assert "أبها" in page
    assert "Take the merge back" in page
    moved = admin.get(f"/w/rayyan/people/{b.id}/")
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/w/rayyan/people/{a.id}/")
    with scope(company.workspace):
        operation = Operation.objects.get(kind="merge")
    undone = admin.post(f"/w/rayyan/operations/{operation.id}/undo", headers=HTMX)
    assert undone.status_code == 204
    toast = json.loads(undone.headers["HX-Trigger"])["sila:toast"]["text"]
    assert toast.startswith("The merge was undone. These records stand again: ")
    assert "أحمد الغامدي" in toast
    assert admin.get(f"/w/rayyan/people/{b.id}/").status_code == 200
    assert "Take the merge back" not in admin.get(f"/w/rayyan/people/{a.id}/").content.decode()


def test_what_changed_meanwhile_is_said_on_the_page_and_nothing_is_merged(company, twins):
    a, b = twins
    form = {"id": [str(a.id), str(b.id)], "into": str(a.id), f"version-{b.id}": b.version + 3}
    answer = browser(company, "admin").post("/w/rayyan/people/merge", form, headers=HTMX)
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    with scope(company.workspace):
        assert not Merged.objects.exists()


@pytest.mark.parametrize("query", ["", "?id=nonsense", "?id=1&id=2"])
def test_an_address_with_too_little_is_refused(company, query):
    assert browser(company, "admin").get(f"/w/rayyan/people/merge{query}").status_code == 400


def test_strangers_and_readers_find_no_way_in(company, twins):
    a, b = twins
    viewer = browser(company, "viewer")
    assert viewer.get(address(a, b)).status_code == 403
    assert viewer.post(address(a, b), {"id": [str(a.id), str(b.id)]}).status_code == 403
    alice = browser(company, "alice")  # she sees both, but they are not hers
    assert (
        alice.post("/w/rayyan/people/merge", {"id": [str(a.id), str(b.id)]}, headers=HTMX).status_code == 403
    )
    with scope(company.workspace):
        assert not Merged.objects.exists()


def test_the_ways_to_the_page(company, twins):
    a, b = twins
    admin, ids = browser(company, "admin"), {"id": [str(a.id), str(b.id)]}
    assert admin.post("/w/rayyan/people/bulk/merge", ids, headers=HTMX).headers["HX-Redirect"] == address(
        a, b
    )
    one = {"id": [str(a.id)]}
    assert admin.post("/w/rayyan/people/bulk/merge", one, headers=HTMX).status_code == 422
    url = f"/w/rayyan/people/{a.id}/merge"
    assert "Compare" in admin.get(url, headers=HTMX).content.decode()
    assert admin.post(url, {"other": str(b.id)}, headers=HTMX).headers["HX-Redirect"] == address(a, b)
    assert admin.post(url, {"other": str(a.id)}, headers=HTMX).status_code == 422
    with scope(company.workspace):
        first, second = sorted(each.id for each in twins)
        DuplicatePair.objects.create(kind="person", first_id=first, second_id=second, score=30, reasons=[])
    assert "people/merge?id=" in admin.get("/w/rayyan/duplicates/?kind=person").content.decode()
    page = admin.get(f"/w/rayyan/people/{a.id}/").content.decode()
    assert "May be the same as" in page
    assert "أحمد الغامدي" in page


def test_the_api_merges_tells_and_parts(company, twins, boss, client):
    a, b = twins
    with scope(company.workspace):
        token = make_token(boss.member, "test")
    headers = {"Authorization": f"Bearer {token}"}
    url = f"/api/v1/people/{a.id}/merges"

    def post(body: Any) -> Any:
        return client.post(url, body, content_type="application/json", headers=headers)

    assert post({"others": []}).status_code == 422
    assert post({"others": [str(b.id)], "values": {"nothing": str(a.id)}}).status_code == 422
    made = post({"others": [str(b.id)], "values": {"city": str(b.id)}})
    assert made.status_code == 201, made.content
    assert client.get(f"/api/v1/people/{a.id}", headers=headers).json()["city"] == "أبها"
    gone = client.get(f"/api/v1/people/{b.id}", headers=headers)
    assert (gone.status_code, gone.headers["Location"]) == (307, f"/api/v1/people/{a.id}")
    change = client.patch(
        f"/api/v1/people/{b.id}",
        {"city": "x"},
        content_type="application/json",
        headers=headers | {"If-Match": '"1"'},
    )
    assert (change.status_code, change.json()["merged_into"]) == (404, str(a.id))
    assert [row["id"] for row in client.get(url, headers=headers).json()["items"]] == [made.json()["id"]]
    assert client.delete(f"{url}/{made.json()['id']}", headers=headers).status_code == 204
    assert client.get(f"/api/v1/people/{b.id}", headers=headers).json()["city"] == "أبها"
    assert client.delete(f"{url}/{made.json()['id']}", headers=headers).status_code == 422
