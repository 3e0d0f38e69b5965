"""A list in groups: counts and totals over all matching rows, in SQL; each group gives its rows by page."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from sila.platform.access.reader import Reader
from sila.platform.customfields.actions import add_field, hide_field
from sila.platform.customfields.models import CustomField
from sila.platform.entities import actions, grouping, listing, sharing
from sila.platform.entities.grouping import By
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import registry
from tests.counting import at_most
from tests.people import rule

people, deals, firms = registry["people"], registry["opportunities"], registry["organizations"]
PEOPLE, DEALS = "/w/rayyan/people/", "/w/rayyan/opportunities/"
HTMX = {"HX-Request": "true"}


def browser(company: Any, name: str = "alice") -> Client:
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def groups(entity: Any, by: str, actor: Any, *measures: str, query: str = "") -> grouping.Grouped:
    with translation.override("en"):
        context = Context(actor, Reader.of(actor.workspace))
        fields = entity.readable(actor)
        state = listing.ListState.read(QueryDict(query))
        rows = listing.matching(entity, state, context)
        return By.read(by, fields, context).groups(rows, [fields[name] for name in measures])


def told(found: grouping.Grouped) -> list[tuple[str, int]]:
    return [(group.label, group.count) for group in found.groups]


def opened(company: Any, base: str, by: str, key: str, name: str = "alice") -> str:
    page = browser(company, name).get(f"{base}?group={quote(by)}&in={quote(key)}", headers=HTMX)
    assert page.status_code == 200
    return page.content.decode()


@pytest.fixture
def sold(alice):
    """Deals in two currencies, in three months, for two customers and for none."""
    buyers = [actions.create(firms, {"name": name}, by=alice) for name in ("Beta", "Alpha")]
    for name, amount, currency, day, buyer in (
        ("one", "100", "SAR", "2026-03-01", 0),
        ("two", "200.50", "SAR", "2026-03-31", 1),
        ("three", "50", "USD", "2026-04-01", 1),
        ("four", None, "SAR", None, None),
    ):
        party = {"party": buyers[buyer].id} if buyer is not None else {}
        values = {"name": name, "amount": amount, "currency": currency, "expected_close": day, **party}
        actions.create(deals, values, by=alice)
    return buyers


def test_counts_and_totals_are_over_all_rows_and_currencies_stay_apart(sold, alice):
    found = groups(deals, "party", alice, "amount")
    assert told(found) == [("Alpha", 2), ("Beta", 1), ("Not filled in", 1)]
    assert found.groups[0].sums == {"amount": {"SAR": 20050, "USD": 5000}}
    assert found.groups[2].sums == {}
    assert found.whole.count == 4
    assert found.whole.sums == {"amount": {"SAR": 30050, "USD": 5000}}


def test_the_page_says_each_total_in_its_currency_under_its_column(sold, company):
    page = browser(company).get(f"{DEALS}?group=party").content.decode()
    alpha = page[page.index("Alpha") : page.index("Beta")]
    assert "200.50" in alpha and "50.00" in alpha and " + " in alpha
    assert page.count("data-group=") == 3
    assert "<tfoot>" in page


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("expected_close:gregorian", [("March 2026", 2), ("April 2026", 1), ("Not filled in", 1)]),
        ("expected_close:hijri", [("Ramadan 1447 AH", 1), ("Shawwal 1447 AH", 2), ("Not filled in", 1)]),
    ],
)
def test_days_are_grouped_by_the_months_of_either_calendar(by, wanted, sold, company, alice):
    found = groups(deals, by, alice)
    assert [(label.replace("\u00a0", " "), count) for label, count in told(found)] == wanted
    rows = [len(re.findall("data-id=", opened(company, DEALS, by, group.key))) for group in found.groups]
    assert rows == [group.count for group in found.groups]


def test_moments_fall_into_the_months_of_the_workspace_and_old_days_into_gregorian_ones(alice):
    actions.create(people, {"name": "old", "birth_date": "1850-05-07"}, by=alice)
    actions.create(people, {"name": "new", "birth_date": "1990-05-07"}, by=alice)
    old = groups(people, "birth_date:hijri", alice).groups[0]
    assert (old.key, old.label) == ("=g1850-05", "May 1850")
    today = Reader.of(alice.workspace).today
    assert groups(people, "created_at:gregorian", alice).groups[0].key == f"={today:%Y-%m}"


@pytest.fixture
def own(admin):
    choices = [
        {"value": "red", "label": "أحمر", "label_en": "Red"},
        {"value": "blue", "label": "أزرق", "label_en": "Blue"},
    ]
    more = {"choice": {"choices": choices}, "link": {"to": "organizations"}}
    return {
        kind: add_field("people", kind, kind=kind, by=admin, **more.get(kind, {})).key
        for kind in ("choice", "bool", "text", "date", "number", "money", "link", "member")
    }


@pytest.fixture
def coloured(own, alice, admin):
    firm = actions.create(firms, {"name": "Beta"}, by=alice)
    fields = people.readable(admin)
    red = fields[own["choice"]].choices[0].value
    filled = {
        own["choice"]: red,
        own["bool"]: True,
        own["text"]: "Nine Lives",
        own["date"]: "2026-03-05",
        own["number"]: 2.5,
        own["money"]: "10.00",
        own["link"]: str(firm.id),
        own["member"]: str(alice.member_id),
    }
    for name in ("a", "b"):
        actions.create(people, {"name": name, "city": "Jeddah", **filled}, by=alice)
    actions.create(people, {"name": "c", "city": "Abha"}, by=alice)
    return filled


@pytest.mark.parametrize("kind", ["choice", "text", "date", "link", "member"])
def test_fields_of_the_workspaces_own_group_and_add_up_like_all_others(kind, coloured, own, company, alice):
    found = groups(people, own[kind], alice, own["number"], own["money"])
    assert [group.count for group in found.groups] == [2, 1]
    label = {"choice": "Red", "text": "Nine Lives", "date": "March 2026", "link": "Beta"}
    assert found.groups[0].label == label.get(kind, found.groups[0].label)
    assert {name: float(held[""]) for name, held in found.groups[0].sums.items()} == {
        own["number"]: 5,
        own["money"]: 2000,
    }
    for group in found.groups:
        rows = re.findall('data-id="', opened(company, PEOPLE, own[kind], group.key))
        assert len(rows) == group.count


def test_yes_and_no_and_choices_stand_in_their_own_order(coloured, own, company, alice):
    assert [label for label, _count in told(groups(people, own["bool"], alice))] == ["Yes", "No"]
    assert len(re.findall("data-id=", opened(company, PEOPLE, own["bool"], "=0"))) == 1
    actions.create(people, {"name": "d", "lifecycle": "customer"}, by=alice)
    keys = [group.key for group in groups(people, "lifecycle", alice).groups]
    assert keys == ["=lead", "=customer"]


def test_a_group_opens_page_by_page_in_the_order_of_the_list(alice, company):
    for number in range(60):
        actions.create(
            people, {"name": f"n{number:02}", "city": "Abha" if number % 2 else "Jeddah | x"}, by=alice
        )
    for number in range(60):
        actions.create(people, {"name": f"m{number:02}", "city": "Abha"}, by=alice)
    first = opened(company, PEOPLE, "city", "=Abha")
    assert len(re.findall("data-id=", first)) == 50
    following = re.search('hx-get="([^"]*after=[^"]*)"', first)
    assert following and "in=%3DAbha" in following[1]
    assert 'id="next-rows"' not in first  # each group has a line of its own that loads more
    second = browser(company).get(following[1].replace("&amp;", "&"), headers=HTMX).content.decode()
    assert len(re.findall("data-id=", second)) == 40
    assert len(re.findall("data-id=", opened(company, PEOPLE, "city", "=Jeddah | x"))) == 30


def test_conditions_count_and_the_order_of_groups_follows_the_list(coloured, alice, company):
    assert told(groups(people, "city", alice, query="f=name:is:a")) == [("Jeddah", 1)]
    page = browser(company).get(f"{PEOPLE}?group=city&sort=-city").content.decode()
    assert page.index('data-group="=Jeddah"') < page.index('data-group="=Abha"')


def test_very_many_groups_show_the_largest_and_say_so(alice, company, monkeypatch):
    monkeypatch.setattr(grouping, "SHOWN", 3)
    for number in range(7):
        for copy in range(1 + (number == 6)):
            actions.create(people, {"name": f"n{number} {copy}", "city": f"city {number}"}, by=alice)
    found = groups(people, "city", alice)
    assert (len(found.groups), found.of, found.more, found.whole.count) == (3, 7, False, 8)
    assert told(found)[0] == ("city 6", 2)
    monkeypatch.setattr(grouping, "READ", 5)
    found = groups(people, "city", alice)
    assert (len(found.groups), found.more, found.whole.count) == (3, True, 8)
    assert 'role="note"' in browser(company).get(f"{PEOPLE}?group=city").content.decode()


def test_a_grouped_page_costs_one_question_more_at_most(sold, alice, company):
    plain, client = browser(company), browser(company)
    client.get(f"{DEALS}?group=party"), plain.get(DEALS)
    with at_most(12):
        client.get(f"{DEALS}?group=party&cols=name,amount")


def test_what_the_reader_may_not_see_behind_a_link_is_one_group_without_names(company, alice, charlie):
    own = {"view": "own", "edit": "own"}
    rule(
        company, lambda seller: seller.grants.update(organizations={**seller.grants["organizations"], **own})
    )
    for name in ("Secret one", "Secret two"):
        firm = actions.create(firms, {"name": name}, by=alice)
        deal = actions.create(deals, {"name": f"deal of {name[-3:]}", "party": firm.id}, by=alice)
        sharing.share(deals, deal, by=alice, member=company.members["charlie"].id)
    page = browser(company, "charlie").get(f"{DEALS}?group=party").content.decode()
    assert "Secret" not in page
    assert page.count("data-group=") == 1
    shown = opened(company, DEALS, "party", "!", "charlie")
    assert len(re.findall("data-id=", shown)) == 2
    assert "Secret" not in shown


@pytest.mark.parametrize(
    "address",
    [
        "group=password",
        "group=phone",
        "group=owner__user",
        "group=owner~user",
        "group=organization~phone",
        "group=organization~city&near=riyadh",
        "group=organization~city&in=Abha",
        "group=organization~owner&in=%3Dnonsense",
        "group=nothing~city",
        "group=birth_date:julian",
        "group=city&in=Abha",
        "group=city&in=%3DAbha&after=nonsense",
        "group=owner&in=%3Dnonsense",
        "group=birth_date&in=%3D2026-13",
        "group=birth_date&in=%3Dnonsense",
        "group=birth_date:hijri&in=%3D9999-01",
        "group=birth_date&in=%3D99999-01",
    ],
)
def test_a_hostile_address_is_refused_in_words(address, alice, company):
    actions.create(people, {"name": "a", "city": "Abha"}, by=alice)
    assert browser(company).get(f"{PEOPLE}?{address}", headers=HTMX).status_code == 422


def test_a_hidden_field_groups_and_sorts_as_if_it_did_not_exist(coloured, company, admin):
    client = browser(company)
    for address in ("group=city", "group=city&in=%3DAbha", "sort=name,city"):
        assert client.get(f"{PEOPLE}?{address}", headers=HTMX).status_code == 200
    rule(company, lambda seller: seller.fields.update(people={"city": "hidden"}))
    for address in ("group=city", "group=city&in=%3DAbha", "sort=name,city"):
        hidden = client.get(f"{PEOPLE}?{address}", headers=HTMX)
        unknown = client.get(f"{PEOPLE}?{address.replace('city', 'nothing')}", headers=HTMX)
        assert hidden.status_code == unknown.status_code == 422
        assert hidden.headers["HX-Trigger"].replace("city", "nothing") == unknown.headers["HX-Trigger"]
    assert "group=city" not in client.get(f"{PEOPLE}group", headers=HTMX).content.decode()


def test_a_kept_view_holds_the_groups_and_loses_them_with_their_field(coloured, own, company, admin):
    client = browser(company, "admin")
    client.post(
        f"{PEOPLE}views/new?group={own['choice']}",
        {"name": "By colour", "audience": "everyone"},
        headers=HTMX,
    )
    view = SavedView.objects.get()
    assert view.query == f"group={own['choice']}"
    assert "data-group=" in browser(company).get(f"{PEOPLE}?{view.query}&view={view.id}").content.decode()
    hide_field(CustomField.objects.get(key=own["choice"]), by=admin)
    page = browser(company).get(f"{PEOPLE}?{view.query}&view={view.id}")
    assert page.status_code == 200
    assert "data-group=" not in page.content.decode()


def test_the_popover_offers_months_of_both_calendars(coloured, own, company):
    shown = browser(company).get(f"{PEOPLE}group?sort=name", headers=HTMX).content.decode()
    assert "?sort=name&amp;group=birth_date%3Ahijri" in shown
    assert f"group={own['choice']}" in shown
    assert "group=phone" not in shown


# ---- one link away -----------------------------------------------------------------------------------
@pytest.fixture
def employed(alice):
    """Deals of customers in two cities, of one without a city, and of nobody."""
    for name, city, amounts in (("Beta", "Abha", "100 200"), ("Alpha", "Jeddah", "50"), ("Gamma", "", "7")):
        firm = actions.create(firms, {"name": name, "city": city, "phone": "0551234567"}, by=alice)
        for amount in amounts.split():
            deal = {"name": f"{name} {amount}", "amount": amount, "party": str(firm.id)}
            actions.create(deals, deal, by=alice)
    actions.create(deals, {"name": "nobody's", "amount": "1"}, by=alice)


def test_a_list_is_grouped_by_what_stands_behind_a_link_with_totals_over_all_rows(employed, alice, company):
    found = groups(deals, "party~city", alice, "amount")
    assert told(found) == [("Abha", 2), ("Jeddah", 1), ("Not filled in", 2)]
    assert [group.sums["amount"]["SAR"] for group in found.groups] == [30000, 5000, 800]
    assert (found.whole.count, found.whole.sums) == (5, {"amount": {"SAR": 35800}})
    for group in found.groups:
        rows = re.findall("data-id=", opened(company, DEALS, "party~city", group.key))
        assert len(rows) == group.count
    page = browser(company).get(f"{DEALS}?group=party~city&sort=-party~city", headers=HTMX)
    assert page.status_code == 422  # a list is not sorted by it
    page = browser(company).get(f"{DEALS}?group=party~city").content.decode()
    assert "Customer: City" in page


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("party~owner", [("Alice", 4), ("Not filled in", 1)]),
        ("party~lifecycle", [("Lead", 4), ("Not filled in", 1)]),
        ("party~created_at:hijri", None),
        ("owner~active", [("Yes", 5)]),
    ],
)
def test_links_choices_days_and_ticks_behind_a_link_group_too(by, wanted, employed, alice, company):
    found = groups(deals, by, alice)
    if wanted:
        assert told(found) == wanted
    for group in found.groups:
        assert len(re.findall("data-id=", opened(company, DEALS, by, group.key))) == group.count


@pytest.mark.parametrize("kind", ["choice", "text", "date", "link", "member"])
def test_own_fields_behind_a_link_group_too(kind, own, coloured, alice, company):
    reem = people.rows().get(name="a")
    for name, contact in (("one", reem.id), ("two", people.rows().get(name="c").id), ("three", None)):
        actions.create(deals, {"name": name, "amount": "10", "contact": contact and str(contact)}, by=alice)
    found = groups(deals, f"contact~{own[kind]}", alice, "amount")
    assert [group.count for group in found.groups] == [1, 2]
    assert [group.sums["amount"]["SAR"] for group in found.groups] == [1000, 2000]
    for group in found.groups:
        rows = re.findall("data-id=", opened(company, DEALS, f"contact~{own[kind]}", group.key))
        assert len(rows) == group.count


def test_what_is_behind_a_closed_link_is_one_group_and_tells_nothing(company, employed, alice, charlie):
    for verb in ("view", "edit"):
        rule(company, lambda seller, verb=verb: seller.grants.update(
            organizations={**seller.grants["organizations"], verb: "own"}
        ))  # fmt: skip
    firm = actions.create(firms, {"name": "Open", "city": "Tabuk"}, by=company.actor("charlie"))
    actions.create(deals, {"name": "mine", "party": str(firm.id)}, by=company.actor("charlie"))
    for deal in deals.rows().filter(party__isnull=False).exclude(name="mine"):
        sharing.share(deals, deal, by=company.actor("admin"), member=company.members["charlie"].id)
    found = groups(deals, "party~city", company.actor("charlie"), "amount")
    assert told(found) == [("Tabuk", 1), ("No access", 4)]
    shown = opened(company, DEALS, "party~city", "!", "charlie")
    assert len(re.findall("data-id=", shown)) == 4
    assert "Abha" not in shown
    assert not re.findall("data-id=", opened(company, DEALS, "party~city", "=Abha", "charlie"))


def test_only_fields_that_the_reader_may_see_there_are_offered_and_taken(employed, own, company):
    client = browser(company)
    offered = client.get(f"{DEALS}group", headers=HTMX).content.decode()
    assert "group=party~city" in offered.replace("%7E", "~")
    assert f"group=contact~{own['choice']}" in offered.replace("%7E", "~")
    assert "party~phone" not in offered.replace("%7E", "~")
    rule(company, lambda seller: seller.fields.update(parties={"city": "hidden"}))
    hidden = client.get(f"{DEALS}?group=party~city", headers=HTMX)
    unknown = client.get(f"{DEALS}?group=party~nothing", headers=HTMX)
    assert hidden.status_code == unknown.status_code == 422
    assert hidden.headers["HX-Trigger"].replace("city", "nothing") == unknown.headers["HX-Trigger"]
    assert "party~city" not in client.get(f"{DEALS}group", headers=HTMX).content.decode().replace("%7E", "~")


def test_of_colleagues_whom_the_role_closes_no_more_than_the_name_is_told(employed, company):
    client = browser(company)
    assert client.get(f"{DEALS}?group=owner~active", headers=HTMX).status_code == 200
    rule(company, lambda seller: seller.grants.update(members={"view": "none"}))
    assert client.get(f"{DEALS}?group=owner", headers=HTMX).status_code == 200
    closed = client.get(f"{DEALS}?group=owner~active", headers=HTMX)
    unknown = client.get(f"{DEALS}?group=owner~nothing", headers=HTMX)
    assert closed.status_code == unknown.status_code == 422
    assert closed.headers["HX-Trigger"].replace("active", "nothing") == unknown.headers["HX-Trigger"]


def test_a_page_grouped_over_a_link_asks_as_many_questions_as_any_other(employed, company):
    client = browser(company)
    client.get(f"{DEALS}?group=party~city")
    with at_most(12):
        client.get(f"{DEALS}?group=party~city&cols=name,amount")


def test_a_kept_view_holds_a_group_over_a_link_and_loses_it_with_the_field(employed, company):
    client = browser(company, "admin")
    client.post(
        f"{DEALS}views/new?group=party~city", {"name": "By city", "audience": "everyone"}, headers=HTMX
    )
    view = SavedView.objects.get()
    address = f"{DEALS}?{view.query}&view={view.id}"
    assert "data-group=" in browser(company).get(address).content.decode()
    rule(company, lambda seller: seller.fields.update(parties={"city": "hidden"}))
    page = browser(company).get(address)
    assert page.status_code == 200
    assert "data-group=" not in page.content.decode()


# ---- near ------------------------------------------------------------------------------------------
@pytest.fixture
def around(alice):
    """People in cities spelt in many ways, in one that no map knows, and in none."""
    for number, city in enumerate(("الرياض", "Riyadh", "Al-Kharj", "جده", "Atlantis", "")):
        actions.create(people, {"name": f"p{number}", "city": city}, by=alice)


def test_cities_near_one_come_in_the_order_of_their_distance_and_the_unknown_apart(around, alice, company):
    page = browser(company).get(f"{PEOPLE}?group=city&near=riyadh").content.decode()
    keys = re.findall('data-group="([^"]*)"', page)
    assert keys == ["@riyadh", "@kharj", "@jeddah", "=Atlantis", "-"]
    assert "distance unknown" in page
    assert re.search(r"\b(8[3-9]\d|90\d) km", page)  # Jeddah is about 850 km away
    assert len(re.findall("data-id=", near(company, "@riyadh"))) == 2  # both spellings
    assert len(re.findall("data-id=", near(company, "=Atlantis"))) == 1


def near(company: Any, key: str) -> str:
    page = browser(company).get(f"{PEOPLE}?group=city&near=riyadh&in={quote(key)}", headers=HTMX)
    assert page.status_code == 200
    return page.content.decode()


def test_a_kept_view_holds_the_city_and_the_popover_offers_them(around, company):
    client = browser(company)
    client.post(
        f"{PEOPLE}views/new?group=city&near=cairo", {"name": "Egypt", "audience": "mine"}, headers=HTMX
    )
    assert SavedView.objects.get().query == "group=city&near=cairo"
    assert "cities=1" in client.get(f"{PEOPLE}group", headers=HTMX).content.decode()
    assert (
        "group=city&amp;near=berlin" in client.get(f"{PEOPLE}group?cities=1", headers=HTMX).content.decode()
    )


@pytest.mark.parametrize("address", ["group=city&near=atlantis", "group=owner&near=riyadh", "near=riyadh"])
def test_a_place_that_is_none_is_refused(address, company, alice):
    assert browser(company).get(f"{PEOPLE}?{address}", headers=HTMX).status_code == 422
