"""Ways to reach a party, its relations, roles, facts and dates, over the API."""

import pytest
from django.test import Client

from sila.parties.models import ContactPoint
from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry

people, organizations = registry["people"], registry["organizations"]


@pytest.fixture
def reem(alice):
    return records.create(
        people, {"name": "ريم الحربي", "phone": "0551234567", "email": "r@c.example"}, by=alice
    )


@pytest.fixture
def machine(company):
    def of(name):
        token = make_token(company.members[name], name)
        return Client(headers={"Authorization": f"Bearer {token}"})

    return of


def send(machine, url, **values):
    return machine.post(f"/api/v1/people/{url}", values, content_type="application/json")


def items(machine, url):
    answer = machine.get(f"/api/v1/people/{url}")
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_a_second_phone_is_added_made_primary_and_removed(reem, machine):
    alice = machine("alice")
    added = send(alice, f"{reem.id}/contact-points", kind="phone", value="٠٥٠ ١٢٣ ٤٥٦٧", label="منزل")
    assert added.status_code == 201
    row = added.json()
    assert (row["value"], row["primary"], row["label"]) == ("+966501234567", False, "منزل")
    points = send(alice, f"{reem.id}/contact-points/{row['id']}/primary").json()["items"]
    assert [point["id"] for point in points if point["primary"] and point["kind"] == "phone"] == [row["id"]]
    assert alice.get(f"/api/v1/people/{reem.id}").json()["phone"] == "+966501234567"
    assert alice.delete(f"/api/v1/people/{reem.id}/contact-points/{row['id']}").status_code == 204
    assert alice.get(f"/api/v1/people/{reem.id}").json()["phone"] == "+966551234567"


def test_a_national_address_is_kept_in_its_parts(reem, machine):
    alice = machine("alice")
    parts = {"building_number": "2929", "street": "طريق الملك فهد", "city": "الرياض", "postal_code": "12211"}
    added = send(alice, f"{reem.id}/addresses", **parts, additional_number="8118", country="السعودية")
    assert added.status_code == 201, added.content
    assert added.json()["postal_code"] == "12211"
    assert items(alice, f"{reem.id}/addresses")[0]["primary"] is True
    wrong = send(alice, f"{reem.id}/addresses", **parts | {"postal_code": "1"})
    assert wrong.status_code == 422
    assert "postal_code" in wrong.json()["errors"]


def test_a_relation_reads_from_either_end_and_ends(reem, alice, machine):
    firm = records.create(organizations, {"name": "مؤسسة الأفق"}, by=alice)
    client = machine("alice")
    added = send(
        client, f"{reem.id}/relations", relation="works_for", other=str(firm.id), begins="2024-01-01"
    )
    assert added.status_code == 201, added.content
    mirrored = client.get(f"/api/v1/organizations/{firm.id}/relations").json()["items"]
    assert [(row["relation"], row["other"]) for row in mirrored] == [("~works_for", str(reem.id))]
    ended = send(client, f"{reem.id}/relations/{added.json()['id']}/end").json()["items"]
    assert ended[0]["ends"]


def test_roles_facts_and_dates_are_added_and_read(reem, machine):
    alice = machine("alice")
    assert send(alice, f"{reem.id}/roles", role="supplier").status_code == 201
    assert (
        send(alice, f"{reem.id}/dates", kind="birthday", day="1990-03-01", calendar="gregorian").status_code
        == 201
    )
    fact = send(alice, f"{reem.id}/facts", topic="taste", key="قهوة", value="بلا سكر", sensitivity="private")
    assert fact.status_code == 201
    assert items(alice, f"{reem.id}/roles")[0]["role"] == "supplier"
    assert items(alice, f"{reem.id}/dates")[0]["next_on"]
    assert [row["value"] for row in items(alice, f"{reem.id}/facts")] == ["بلا سكر"]
    assert items(machine("bob"), f"{reem.id}/facts") == []


def test_what_the_role_hides_is_hidden_here_too(reem, company, machine):
    Role.objects.filter(code="seller").update(fields={"people": {"phone": "hidden", "email": "read"}})
    bob = machine("bob")
    assert {row["kind"] for row in items(bob, f"{reem.id}/contact-points")} == {"email"}
    refused = send(bob, f"{reem.id}/contact-points", kind="email", value="new@c.example")
    assert refused.status_code == 403
    assert not ContactPoint.objects.filter(value="new@c.example").exists()


def test_unknown_parts_rows_and_verbs_are_not_there(reem, machine):
    alice = machine("alice")
    point = ContactPoint.objects.get(party_id=reem.id, kind="email")
    assert alice.get(f"/api/v1/people/{reem.id}/secrets").status_code == 404
    assert send(alice, f"{reem.id}/contact-points/{point.id}/end").status_code == 404
    assert send(alice, f"{reem.id}/roles/{point.id}/end").status_code == 404
    assert alice.delete(f"/api/v1/people/{reem.id}/relations/{point.id}").status_code == 404
    assert alice.get(f"/api/v1/people/{reem.id}/contact-points/{point.id}").status_code == 405


def test_a_row_of_another_record_cannot_be_reached_through_this_one(reem, alice, machine):
    other = records.create(people, {"name": "سعد", "email": "s@c.example"}, by=alice)
    point = ContactPoint.objects.get(party_id=other.id)
    client = machine("alice")
    assert client.delete(f"/api/v1/people/{reem.id}/contact-points/{point.id}").status_code == 404
    assert ContactPoint.objects.filter(id=point.id).exists()


def test_the_document_describes_them(machine, workspace):
    document = machine("alice").get("/api/v1/openapi.json").json()
    assert {"get", "post"} <= set(document["paths"]["/api/v1/people/{id}/contact-points"])
    assert "people.facts" in document["components"]["schemas"]


def own_address(party):
    party.refresh_from_db()
    return party.street, party.district, party.city, party.country


def test_an_address_that_stands_in_the_companys_own_fields_is_not_lost_to_a_second_one(alice, machine):
    """It becomes a row, stays the first, and comes back when one that was put before it is removed."""
    own = {"street": "طريق الملك فهد", "district": "العليا", "city": "الرياض", "country": "السعودية"}
    nakheel = records.create(organizations, {"name": "نخيل", **own}, by=alice)
    client, base = machine("alice"), f"/api/v1/organizations/{nakheel.id}/addresses"

    def add(**parts):
        answer = client.post(base, parts, content_type="application/json")
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    def shown():
        return {row["street"]: row["primary"] for row in client.get(base).json()["items"]}

    second = add(street="شارع التحلية", city="جدة")
    assert own_address(nakheel) == tuple(own.values())
    assert shown() == {"طريق الملك فهد": True, "شارع التحلية": False}
    third = add(street="Corniche", city="Manama", country="Bahrain", primary=True)
    assert own_address(nakheel) == ("Corniche", "", "Manama", "Bahrain")
    assert client.delete(f"{base}/{third}").status_code == 204
    assert own_address(nakheel) == tuple(own.values())
    assert client.post(f"{base}/{second}/primary").status_code == 200
    assert own_address(nakheel) == ("شارع التحلية", "", "جدة", "")
    assert client.delete(f"{base}/{second}").status_code == 204
    assert own_address(nakheel) == tuple(own.values())
    assert shown() == {"طريق الملك فهد": True}


def test_the_address_that_is_there_already_is_filled_in_not_doubled(alice, machine):
    nakheel = records.create(
        organizations, {"name": "نخيل", "street": "طريق الملك فهد", "city": "الرياض"}, by=alice
    )
    client, base = machine("alice"), f"/api/v1/organizations/{nakheel.id}/addresses"
    same = {"street": "طريق الملك فهد", "city": "الرياض", "label": "المقر"}
    assert client.post(base, same, content_type="application/json").status_code == 201
    rows = client.get(base).json()["items"]
    assert [(row["label"], row["primary"]) for row in rows] == [("المقر", True)]
    records.update(organizations, nakheel.id, {"street": "", "city": ""}, by=alice)
    assert client.get(base).json()["items"] == []
