"""What a noun can do from its first minute. Run by test_adding_a_noun.py, in an installation that has vehicles."""

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities import actions
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope

pytestmark = pytest.mark.django_db
PAGE, API = "/w/rayyan/vehicles/", "/api/v1/vehicles"


@pytest.fixture
def person(company):
    client = Client()
    client.force_login(company.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def machine(company):
    with scope(company.workspace):
        token = make_token(company.members["admin"], "tests")
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(autouse=True)
def sellers_drive(company):
    """The administrator opens the new noun to sellers, as on the page of roles."""
    from sila.platform.access.models import Role
    from sila.platform.tenancy.models import Workspace

    with scope(company.workspace):
        seller = Role.objects.get(code="seller")
        seller.grants["vehicles"] = {"view": "all", "create": "own", "edit": "own", "delete": "own"}
        seller.save()
    version = company.workspace.access_version + 1
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=version)


@pytest.fixture
def customer(admin):
    return actions.create(registry["organizations"], {"name": "شركة الأفق"}, by=admin)


@pytest.fixture
def truck(admin, customer):
    values = {
        "name": "شاحنة الرياض",
        "price": "185000.50",
        "bought_on": "2026-03-01",
        "condition": "worn",
        "party": str(customer.id),
        "insured": True,
    }
    return actions.create(registry["vehicles"], values, by=admin)


def test_the_list_shows_it(truck, person):
    page = person.get(PAGE).content.decode()
    assert "شاحنة الرياض" in page
    assert "شركة الأفق" in page


def test_it_stands_in_the_navigation(person):
    assert f'href="{PAGE}"' in person.get("/w/rayyan/today").content.decode()


def test_a_form_makes_one_and_the_audit_trail_says_so(person, customer, workspace):
    assert person.get(PAGE + "new").status_code == 200
    values = {
        "name": "رافعة",
        "price": "١٢٠٠",
        "currency": "SAR",
        "condition": "good",
        "party": str(customer.id),
    }
    response = person.post(PAGE + "new", values)
    assert response.status_code == 302, response.content.decode()[-2000:]
    made = registry["vehicles"].rows().get(name="رافعة")
    assert made.price == 120000
    event = Event.objects.get(record_id=made.id)
    assert (event.kind, event.entity, event.via) == ("created", "vehicles", "page")


def test_a_form_without_a_name_is_refused_and_makes_none(person, workspace):
    response = person.post(PAGE + "new", {"name": "", "condition": "good"})
    assert "name" in response.content.decode()
    assert response.status_code != 302
    assert not registry["vehicles"].rows().exists()


def test_it_has_a_page_with_a_timeline(truck, person):
    page = person.get(f"{PAGE}{truck.id}/")
    assert page.status_code == 200
    assert "شاحنة الرياض" in page.content.decode()
    assert person.get(f"{PAGE}{truck.id}/timeline", headers={"HX-Request": "true"}).status_code == 200


def test_the_api_creates_lists_and_changes_it(machine, customer):
    sent = {
        "name": "Van",
        "price": "900.25",
        "bought_on": "2026-01-31",
        "condition": "good",
        "party": str(customer.id),
    }
    made = machine.post(API, sent, content_type="application/json")
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in sent} == sent
    assert [item["name"] for item in machine.get(API).json()["items"]] == ["Van"]
    one = f"{API}/{made.json()['id']}"
    changed = machine.patch(
        one,
        {"condition": "broken"},
        content_type="application/json",
        headers={"If-Match": made.headers["ETag"]},
    )
    assert changed.json()["condition"] == "broken"
    stale = machine.patch(
        one,
        {"condition": "good"},
        content_type="application/json",
        headers={"If-Match": made.headers["ETag"]},
    )
    assert stale.status_code == 412
    wrong = machine.post(API, {"name": "X", "condition": "flying"}, content_type="application/json")
    assert "condition" in wrong.json()["errors"]


def test_the_openapi_document_describes_it(machine):
    document = machine.get("/api/v1/openapi.json").json()
    assert {"get", "post"} <= set(document["paths"][API])
    assert document["components"]["schemas"]["vehicles.new"]["required"] == ["name"]


def test_it_can_be_filtered_by_each_kind(truck, machine):
    for condition in (
        "condition:any:worn",
        f"party:any:{truck.party_id}",
        "price:gt:100000",
        "bought_on:between:2026-02-01|2026-04-01",
        "insured:yes",
        "name:contains:شاحنة",
    ):
        items = machine.get(API, {"f": condition}).json()["items"]
        assert [item["id"] for item in items] == [str(truck.id)], condition
    for condition in ("condition:any:good", "price:lt:100000", "insured:no", "party:empty"):
        assert machine.get(API, {"f": condition}).json()["items"] == [], condition


def test_search_finds_it_by_its_name_and_its_customers(truck, person, machine):
    assert len(machine.get(API, {"q": "شاحنه"}).json()["items"]) == 1
    assert len(machine.get(API, {"q": "الافق"}).json()["items"]) == 1
    assert str(truck.id) in person.get("/w/rayyan/palette", {"q": "شاحنة"}).content.decode()


def test_a_file_brings_some_in_and_refuses_the_rest(tmp_path, admin, customer):
    path = tmp_path / "vehicles.csv"
    path.write_text(
        "Name,Customer,Price,Bought on,Condition\n"
        "حافلة,شركة الافق,350000,31/01/2026,Good\n"
        "دراجة,شركة الأفق,4000,31/02/2026,Good\n",
        encoding="utf-8",
    )
    run = finish(prepare(registry["vehicles"], path, path.name, Mapping(), by=admin), by=admin)
    assert (run.created, run.refused) == (1, 1)
    bus = registry["vehicles"].rows().get()
    assert (bus.name, bus.party_id, bus.price) == ("حافلة", customer.id, 35000000)


def test_another_workspace_knows_nothing_of_it(truck, elsewhere):
    stranger = Client()
    stranger.force_login(elsewhere.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert stranger.get(f"{PAGE}{truck.id}/").status_code == 404
    assert stranger.get(f"/w/delta/vehicles/{truck.id}/").status_code == 404
    with scope(elsewhere.workspace):
        token = make_token(elsewhere.members["admin"], "tests")
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get(f"{API}/{truck.id}").status_code == 404
    assert program.get(API).json()["items"] == []


def test_who_has_no_right_to_it_is_refused(truck, company):
    viewer = Client()
    viewer.force_login(company.user("viewer"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert viewer.get(f"{PAGE}{truck.id}/").status_code == 200
    assert viewer.post(PAGE + "new", {"name": "X", "condition": "good"}).status_code == 403
