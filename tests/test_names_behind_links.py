"""A record may lead to one that its reader does not see. Its name then is on no page, and nothing is found by it."""

import json

import pytest
from django.test import Client

from sila.parties import actions as party_verbs
from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.entities import actions, sharing
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.sales.actions import give_part
from tests.counting import at_most

people, deals, companies = registry["people"], registry["opportunities"], registry["organizations"]
HIDDEN, BASE = "الغامض", "/w/rayyan/opportunities/"


@pytest.fixture(autouse=True)
def narrow(company, workspace):
    """Salespeople see their own customers only; to the administrator all are open."""
    seller = Role.objects.get(code="seller")
    for slug in ("people", "organizations", "groups"):
        seller.grants[slug] = {**seller.grants.get(slug, {}), "view": "own", "edit": "own"}
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=900)
    company.workspace.refresh_from_db()


@pytest.fixture
def lent(alice, company):
    """A deal of Alice with a customer and a contact; Charlie was lent the deal alone."""
    customer = actions.create(companies, {"name": f"شركة {HIDDEN}", "name_latin": "Ghamed"}, by=alice)
    contact = actions.create(people, {"name": f"سالم {HIDDEN}", "phone": "0551234567"}, by=alice)
    values = {"name": "مضخات", "party": customer.id, "contact": contact.id, "amount": "100"}
    deal = actions.create(deals, values, by=alice)
    give_part(deal, contact.id, "decides", by=alice)
    sharing.share(deals, deal, by=alice, member=company.members["charlie"].id, level="edit")
    return deal


@pytest.fixture
def machine(company, workspace):
    def of(name):
        return Client(headers={"Authorization": f"Bearer {make_token(company.members[name], 't')}"})

    return of


PAGES = [
    "{base}",
    "{base}?cols=name,party,contact",
    "{base}?sort=party",
    "{base}?sort=-contact",
    "{base}board",
    "{base}{deal}/",
    "{base}{deal}/peek",
    "{base}{deal}/edit",
    "{base}{deal}/timeline",
    "{base}{deal}/fields/party/",
    "{base}pick?q=",
    "{base}?f=party:any:{customer}",
    "/w/rayyan/palette?q=مضخات",
    "/w/rayyan/today",
    "/w/rayyan/calendar",
]


@pytest.mark.parametrize("address", PAGES)
def test_the_name_is_on_no_page_of_who_was_lent_the_deal_alone(address, lent, browser):
    url = address.format(base=BASE, deal=lent.id, customer=lent.party_id)
    answer = browser("charlie").get(url)
    assert answer.status_code == 200, url
    assert HIDDEN not in answer.content.decode()
    assert "Ghamed" not in answer.content.decode()


def test_it_shows_as_no_access_without_a_way_there(lent, browser):
    for address in (BASE, f"{BASE}board", f"{BASE}{lent.id}/"):
        shown = browser("charlie").get(address).content.decode()
        assert "No access" in shown, address
        assert f"/{lent.party_id}/" not in shown
        assert HIDDEN in browser("alice").get(address).content.decode()


@pytest.mark.parametrize("query", [HIDDEN, "Ghamed", "غامض"])
@pytest.mark.parametrize("door", [BASE + "?q={}", "/w/rayyan/palette?q={}", BASE + "pick?q={}"])
def test_the_deal_is_not_found_by_the_name_behind_it(lent, browser, door, query):
    assert "مضخات" in browser("alice").get(door.format(query)).content.decode()
    assert "مضخات" not in browser("charlie").get(door.format(query)).content.decode()
    assert "مضخات" in browser("charlie").get(door.format("مضخات")).content.decode()
    assert "مضخات" in browser("charlie").get(door.format(lent.number)).content.decode()


def test_where_the_customer_is_open_too_the_deal_is_found_by_it(lent, company, alice, browser):
    customer = actions.get(companies, lent.party_id, by=alice)
    sharing.share(companies, customer, by=alice, member=company.members["charlie"].id)
    assert "مضخات" in browser("charlie").get(f"{BASE}?q={HIDDEN}").content.decode()
    assert f"شركة {HIDDEN}" in browser("charlie").get(BASE).content.decode()


def test_the_order_by_a_link_does_not_tell_the_names_behind_it(company, alice, machine):
    """All that Charlie may not see stand together at the end, in both directions, and no cursor carries a name."""
    for letter in "بأجثت":  # not in the order of the letters
        party = actions.create(companies, {"name": f"{letter} {HIDDEN}"}, by=alice)
        deal = actions.create(deals, {"name": f"صفقة {letter}", "party": party.id}, by=alice)
        sharing.share(deals, deal, by=alice, member=company.members["charlie"].id)
    charlie = machine("charlie")
    by_age = [row["name"] for row in charlie.get("/api/v1/opportunities?sort=id").json()["items"]]
    assert names_in_order(charlie, "party") == by_age
    assert names_in_order(charlie, "-party") == by_age[::-1]
    assert names_in_order(machine("alice"), "party") == [f"صفقة {letter}" for letter in "أبتثج"]


def names_in_order(client, sort):
    names, after = [], ""
    while True:
        page = client.get(f"/api/v1/opportunities?sort={sort}&limit=2&after={after}").json()
        names += [row["name"] for row in page["items"]]
        after = page["next"] or ""
        assert HIDDEN not in json.dumps(page, ensure_ascii=False)
        if not after:
            return names


def test_a_total_for_each_customer_calls_the_hidden_one_no_access(lent, machine):
    def labels(name):
        groups = machine(name).get("/api/v1/opportunities/summary?by=party&sum=amount").json()["groups"]
        return [group["label"] for group in groups]

    assert labels("charlie") == ["No access"]
    assert labels("alice") == [f"شركة {HIDDEN}"]


def test_a_form_that_sends_the_hidden_link_back_keeps_it(lent, browser, machine, company):
    page = {"name": "مضخات كبيرة", "party": str(lent.party_id), "version": lent.version}
    assert browser("charlie").post(f"{BASE}{lent.id}/edit", page).status_code in (200, 204, 302)
    lent.refresh_from_db()
    assert (lent.name, lent.party_id is None) == ("مضخات كبيرة", False)
    elsewhere = {"party": str(lent.contact_id)}
    answer = machine("charlie").patch(
        f"/api/v1/opportunities/{lent.id}",
        elsewhere,
        content_type="application/json",
        headers={"If-Match": f'"{lent.version}"'},
    )
    assert answer.status_code == 422


def test_a_relation_is_not_told_in_the_timeline_to_who_sees_one_end_only(alice, company, browser):
    shown = actions.create(people, {"name": "ريم"}, by=alice)
    other = actions.create(people, {"name": f"سالم {HIDDEN}"}, by=alice)
    party_verbs.relate(shown, other.id, "friend", by=alice)
    sharing.share(people, shown, by=alice, member=company.members["charlie"].id)
    for address in (f"/w/rayyan/people/{shown.id}/", f"/w/rayyan/people/{shown.id}/timeline"):
        assert HIDDEN in browser("alice").get(address).content.decode()
        assert HIDDEN not in browser("charlie").get(address).content.decode()


def test_what_i_worked_on_is_off_my_day_when_i_may_see_it_no_more(company, alice, browser):
    deal = actions.create(deals, {"name": "صفقة قديمة"}, by=alice)
    assert "صفقة قديمة" in browser("alice").get("/w/rayyan/today").content.decode()
    actions.update(
        deals,
        deal.id,
        {
            "owner": str(company.members["charlie"].id),
            "org_unit": str(company.members["charlie"].unit_id),
        },
        by=company.actor("admin"),
    )
    assert "صفقة قديمة" not in browser("alice").get("/w/rayyan/today").content.decode()


@pytest.mark.parametrize("name", ["alice", "charlie", "admin"])
def test_a_page_keeps_its_budget_of_queries(company, alice, browser, name):
    for number in range(12):
        party = actions.create(companies, {"name": f"شركة {number}"}, by=alice)
        contact = actions.create(people, {"name": f"شخص {number}"}, by=alice)
        values = {"name": f"صفقة {number}", "party": party.id, "contact": contact.id}
        deal = actions.create(deals, values, by=alice)
        sharing.share(deals, deal, by=alice, member=company.members["charlie"].id)
    client = browser(name)
    for address in (
        f"{BASE}?cols=name,party,contact",
        f"{BASE}board",
        "/w/rayyan/today",
        f"{BASE}?sort=party",
    ):
        client.get(address)
        with at_most(12):
            client.get(address)
