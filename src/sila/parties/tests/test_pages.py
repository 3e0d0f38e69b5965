"""The panels and dialogs beside a party."""

from datetime import date
from html import unescape

import pytest
from django.utils.translation import override

from sila.parties.actions import add_contact_point, add_important_date, give_role, relate
from sila.parties.models import ContactPoint, PartyRole
from sila.parties.vocabulary import SYMMETRIC, directed_choices, standing_of_other
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from tests.counting import at_most

people, organizations = registry["people"], registry["organizations"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def reem(alice):
    return records.create(
        people, {"name": "ريم الحربي", "phone": "0551234567", "email": "r@c.example"}, by=alice
    )


@pytest.fixture
def as_member(client, company):
    def sign_in(name):
        client.force_login(company.user(name), backend=BACKEND)
        return client

    return sign_in


def test_the_page_shows_how_to_reach_someone_in_few_queries(reem, alice, as_member):
    browser = as_member("alice")
    browser.get(f"/w/rayyan/people/{reem.id}/")
    with at_most(13):
        page = browser.get(f"/w/rayyan/people/{reem.id}/").content.decode()
    assert "tel:+966551234567" in page
    assert "r@c.example" in page


def test_relations_are_listed_and_drawn(reem, alice, as_member):
    for name in ("أ", "ب"):
        relate(reem, records.create(people, {"name": name * 3}, by=alice).id, "friend", by=alice)
    page = as_member("alice").get(f"/w/rayyan/people/{reem.id}/").content.decode()
    assert 'class="s-graph"' in page
    assert " style=" not in page


@pytest.mark.parametrize("relation", [value for value, _label in directed_choices()])
def test_a_relation_says_on_each_page_what_the_other_one_is(alice, as_member, relation):
    first = records.create(organizations, {"name": "النخيل"}, by=alice)
    second = records.create(organizations, {"name": "الواحة"}, by=alice)
    row = relate(first, second.id, relation, by=alice)
    backwards = row.from_party_id == second.id
    seen = {}
    for company, is_second in ((first, backwards), (second, not backwards)):
        page = as_member("alice").get(f"/w/rayyan/organizations/{company.id}/").content.decode()
        with override("en"):
            seen[company.id] = standing_of_other(row.type, inverse=is_second)
        assert seen[company.id] in unescape(page)
    assert (seen[first.id] == seen[second.id]) == (row.type in SYMMETRIC)


def test_the_subsidiary_stands_as_one_on_the_page_of_its_parent(alice, as_member):
    parent = records.create(organizations, {"name": "القابضة"}, by=alice)
    child = records.create(organizations, {"name": "الفرع"}, by=alice)
    relate(parent, child.id, "parent_company", by=alice)
    of_parent = as_member("alice").get(f"/w/rayyan/organizations/{parent.id}/").content.decode()
    of_child = as_member("alice").get(f"/w/rayyan/organizations/{child.id}/").content.decode()
    assert ("Subsidiary" in of_parent, "Subsidiary" in of_child) == (True, False)


def test_the_timeline_tells_an_address_from_a_phone(reem, alice, as_member):
    add_contact_point(reem, by=alice, kind="address", value="طريق الملك فهد")
    add_contact_point(reem, by=alice, kind="phone", value="0114445566")
    page = as_member("alice").get(f"/w/rayyan/people/{reem.id}/").content.decode()
    assert "added an address: <bdi>طريق الملك فهد" in page
    assert "Remove this address?" in page
    assert 'added a way to reach them: <bdi dir="ltr">011 444 5566' in page


def test_a_role_is_given_in_the_dialog(reem, as_member):
    browser = as_member("alice")
    form = browser.get(f"/w/rayyan/people/{reem.id}/roles/new")
    assert form.status_code == 200
    answer = browser.post(f"/w/rayyan/people/{reem.id}/roles/new", {"role": "customer"})
    assert answer.status_code == 204
    assert PartyRole.objects.get(party_id=reem.id).role == "customer"


def test_a_wrong_number_comes_back_with_the_form(reem, as_member):
    answer = as_member("alice").post(
        f"/w/rayyan/people/{reem.id}/contact-points/new", {"kind": "phone", "value": "12"}
    )
    assert answer.status_code == 422
    assert "12" in answer.content.decode()


def test_readers_may_not_write_and_strangers_see_nothing(reem, as_member, elsewhere, client):
    url = f"/w/rayyan/people/{reem.id}/roles/new"
    assert (
        as_member("viewer").post(url, {"role": "customer"}, headers={"hx-request": "true"}).status_code == 403
    )
    client.force_login(elsewhere.user("dalia"), backend=BACKEND)
    assert client.post(url, {"role": "customer"}).status_code == 404
    assert client.post(url.replace("rayyan", "delta"), {"role": "customer"}).status_code == 404
    assert not PartyRole.objects.exists()


def test_a_button_removes_a_point_only_for_those_who_may_edit(reem, as_member):
    point = ContactPoint.objects.get(party_id=reem.id, kind="email")
    url = f"/w/rayyan/people/{reem.id}/contact-points/{point.id}/remove"
    assert as_member("charlie").post(url, headers={"hx-request": "true"}).status_code == 403
    assert as_member("alice").post(url).status_code == 204
    assert not ContactPoint.objects.filter(id=point.id).exists()


def test_the_chart_shows_the_whole_group_of_companies(alice, as_member):
    top = records.create(organizations, {"name": "القابضة"}, by=alice)
    middle = records.create(organizations, {"name": "الوسطى", "parent": top.id}, by=alice)
    leaf = records.create(organizations, {"name": "الصغرى", "parent": middle.id}, by=alice)
    page = as_member("alice").get(f"/w/rayyan/party/{leaf.id}/chart").content.decode()
    assert page.index("القابضة") < page.index("الوسطى")
    assert 'aria-level="3"' in page


def test_a_mixed_address_leads_to_the_records_own_page(reem, as_member):
    answer = as_member("alice").get(f"/w/rayyan/parties/{reem.id}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/w/rayyan/people/{reem.id}/")


def test_companies_have_no_birthday_and_people_have_one(reem, alice, as_member):
    company = records.create(organizations, {"name": "النخيل"}, by=alice)
    of_company = as_member("alice").get(f"/w/rayyan/organizations/{company.id}/dates/new").content.decode()
    of_person = as_member("alice").get(f"/w/rayyan/people/{reem.id}/dates/new").content.decode()
    assert ("Birthday" in of_company, "Founding day" in of_company) == (False, True)
    assert ("Birthday" in of_person, "Founding day" in of_person) == (True, False)


def test_choices_in_the_timeline_are_in_the_readers_language(reem, alice, as_member, company):
    with override("ar"):
        give_role(reem, "customer", by=alice)
        add_important_date(reem, date(1990, 5, 1), by=alice)
    page = as_member("alice").get(f"/w/rayyan/people/{reem.id}/").content.decode()
    assert "gave a role: <bdi>Customer" in page
    assert "added an important date: <bdi>Birthday" in page
