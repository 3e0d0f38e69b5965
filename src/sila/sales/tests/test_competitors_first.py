"""Choosing a competitor: those that are known as one come first, others are found by typing."""

import pytest

from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.sales.competing import add_competitor
from tests.counting import at_most
from tests.people import rule

pytestmark = pytest.mark.django_db
PICK = "/w/rayyan/organizations/pick"


def made(name, by):
    return records.create(registry["organizations"], {"name": name}, by=by)


@pytest.fixture
def rival(alice):
    deal = records.create(registry["opportunities"], {"name": "توريد"}, by=alice)
    rival = made("Rival Cooling", alice)
    add_competitor(deal, rival.id, by=alice)
    for number in range(25):
        made(f"Cooling {number}", alice)
    return rival


def offered(client, **asked):
    return [option["text"] for option in client.get(PICK, asked).json()]


def test_before_anything_is_typed_only_known_competitors_are_offered(rival, browser):
    assert offered(browser("alice"), prefer="competitors") == ["Rival Cooling"]
    assert len(offered(browser("alice"))) == 20


def test_typing_finds_the_others_after_them(rival, browser):
    found = offered(browser("alice"), prefer="competitors", q="Cooling")
    assert (found[0], len(found)) == ("Rival Cooling", 20)
    assert offered(browser("alice"), prefer="competitors", q="Rival") == ["Rival Cooling"]


def test_where_none_is_known_all_are_offered(alice, browser):
    made("Somebody", alice)
    assert offered(browser("alice"), prefer="competitors") == ["Somebody"]


def test_a_competitor_whom_the_reader_may_not_see_is_not_offered(rival, browser, company):
    assert offered(browser("bob"), prefer="competitors") == ["Rival Cooling"]
    rule(company, lambda role: role.grants.update({"organizations": {"view": "own"}}))
    assert offered(browser("bob"), prefer="competitors") == []


def test_all_places_that_ask_for_a_competitor_prefer_them(rival, alice, browser):
    deal = records.create(registry["opportunities"], {"name": "أخرى"}, by=alice)
    base = f"/w/rayyan/opportunities/{deal.id}"
    for url in (f"{base}/competitors/new", f"{base}/do/lose", "/w/rayyan/incumbent-contracts/new"):
        page = browser("alice").get(url, headers={"hx-request": "true"}).content.decode()
        assert f"{PICK}?prefer=competitors" in page or "/parties/pick?prefer=competitors" in page, url


def test_what_nobody_has_declared_is_not_found_and_it_takes_few_queries(rival, browser):
    client = browser("alice")
    assert client.get(PICK, {"prefer": "friends"}).status_code == 404
    client.get(PICK)
    with at_most(10):
        client.get(PICK, {"prefer": "competitors", "q": "Cooling"})
