"""Lists are filtered by what belongs to their records: deals and quotes by the products of their lines."""

import pytest

from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.deal_lines.actions import set_lines
from tests.people import rule

pytestmark = pytest.mark.django_db


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def visit(admin):
    return add("products", admin, name="زيارة", code="B", price="150")


@pytest.fixture
def some(alice, admin, visit):
    other = add("products", admin, name="مكيف", code="A", price="4850")
    context = Context(alice, Reader.of(alice.workspace))
    for name, products in (("With a visit", [visit, other]), ("Without one", [other]), ("Bare", [])):
        deal = add("opportunities", alice, name=name)
        rows = [{"product": product.id} for product in products] or [{"name": "أخرى", "price": "1"}]
        set_lines(deal, [(f"new-{at}", row) for at, row in enumerate(rows)], by=alice, context=context)


def listed(client, condition):
    text = client.get("/w/rayyan/opportunities/", {"f": condition}).content.decode()
    return [name for name in ("With a visit", "Without one", "Bare") if name in text]


def test_a_list_is_filtered_by_the_products_of_lines(some, visit, browser):
    client, product = browser("alice"), "opportunity-lines~product"
    assert listed(client, f"{product}:any:{visit.id}") == ["With a visit"]
    assert listed(client, f"{product}:none:{visit.id}") == ["Without one", "Bare"]
    assert listed(client, f"{product}:empty") == ["Bare"]
    assert listed(client, "opportunity-lines~net:gte:200") == ["With a visit", "Without one"]


def test_the_builder_of_a_list_offers_it_and_its_chip_says_it(some, visit, browser):
    client = browser("alice")
    builder = client.get("/w/rayyan/opportunities/filter").content.decode()
    assert "opportunity-lines~product" in builder
    asked = client.get("/w/rayyan/opportunities/filter", {"field": "opportunity-lines~product"})
    assert asked.status_code == 200
    page = client.get("/w/rayyan/opportunities/", {"f": f"opportunity-lines~product:any:{visit.id}"})
    assert "Products of deals: Product" in page.content.decode()


def test_the_api_asks_it_too(some, visit, company, client):
    condition = f"opportunity-lines~product:any:{visit.id}"
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    answer = client.get("/api/v1/opportunities", {"f": condition}, headers=token).json()
    assert [item["name"] for item in answer["items"]] == ["With a visit"]


def test_what_the_reader_may_not_see_of_lines_is_asked_by_nobody(some, visit, browser, company):
    url, asked = "/w/rayyan/opportunities/", {"f": f"opportunity-lines~product:any:{visit.id}"}
    assert browser("alice").get(url, asked).status_code == 200
    rule(company, lambda role: role.fields.update({"opportunity-lines": {"product": "hidden"}}))
    assert browser("alice").get(url, asked).status_code == 400
    assert "opportunity-lines~product" not in browser("alice").get(f"{url}filter").content.decode()


def test_lines_of_another_noun_are_no_condition(some, visit, browser):
    asked = {"f": f"quote-lines~product:any:{visit.id}"}
    assert browser("alice").get("/w/rayyan/opportunities/", asked).status_code == 400
    assert browser("alice").get("/w/rayyan/quotes/", asked).status_code == 200


def test_a_rule_that_is_kept_does_not_ask_it(some, visit, admin):
    """Lines change without a save of the deal, so that it would hold of yesterday."""
    from sila.platform.entities.conditions import asked
    from sila.platform.entities.errors import Invalid

    with pytest.raises(Invalid):
        asked("opportunities", [f"opportunity-lines~product:any:{visit.id}"])
