"""The forecast by what is sold: a deal with lines counts each product with its own, and nothing of it is lost."""

from datetime import date

import pytest

from sila.insight.forecast import figures
from sila.insight.forecast.figures import COLUMNS, figures_by
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.sales.actions import win
from sila.sales.deal_lines.actions import set_lines
from sila.sales.models import Opportunity
from tests.counting import at_most
from tests.people import rule

pytestmark = pytest.mark.django_db


def quarter():
    return Period.of(date.today(), "gregorian", 3)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def deal(by, *rows, name="Deal", category="commit", **more):
    """With these lines: a product and its price; no product is a line of its own words."""
    values = {"name": name, "expected_close": quarter().last, "forecast_category": category}
    made = add("opportunities", by, **values, **more)
    lines = [
        (
            f"new-{at}",
            {"product": product.id if product else "", "name": "" if product else "خدمة", "price": price},
        )
        for at, (product, price) in enumerate(rows)
    ]
    set_lines(made, lines, by=by, context=Context(by, Reader.of(by.workspace)))
    return Opportunity.objects.get(id=made.id)


def told(by, column="product_id"):
    found, _rates = figures_by((column,), quarter(), Context(by, Reader.of(by.workspace)))
    return {key[0]: each.sums for key, each in found.items()}


def whole(by, columns=("owner_id",)):
    found, _rates = figures_by(columns, quarter(), Context(by, Reader.of(by.workspace)))
    return {column: sum(each.sums[column] for each in found.values()) for column in COLUMNS}


def lines_of(page):
    return {
        line["label"]: {cell["name"]: cell for cell in line["cells"]}
        for line in page.context["forecast"]["lines"]
    }


@pytest.fixture
def chiller(admin):
    return add("products", admin, name="مكيف", name_en="Chiller", code="A", price="4850", family="تبريد")


@pytest.fixture
def visit(admin):
    return add("products", admin, name="زيارة", name_en="Visit", code="B", price="150", family="خدمات")


def test_each_product_counts_with_its_own_lines(alice, chiller, visit):
    deal(alice, (chiller, "1000"), (visit, "150"), (chiller, "500"), (None, "70"))
    deal(alice, (visit, "20"), category="best_case")
    add(
        "opportunities",
        alice,
        name="Plain",
        amount="9",
        expected_close=quarter().last,
        product=chiller.id,
        forecast_category="commit",
    )
    sums = told(alice)
    assert (sums[chiller.id]["commit"], sums[visit.id]["commit"], sums[None]["commit"]) == (
        150900,
        15000,
        7000,
    )
    assert (sums[visit.id]["best_case"], sums[chiller.id]["best_case"]) == (2000, 0)


def test_the_main_product_of_a_deal_with_lines_counts_with_its_lines_alone(alice, chiller, visit):
    made = deal(alice, (visit, "150"))
    records.update(registry["opportunities"], made.id, {"product": chiller.id}, by=alice)
    assert {key: sums["commit"] for key, sums in told(alice).items()} == {visit.id: 15000}


def test_what_is_won_and_what_is_weighted_is_told_by_product_too(alice, chiller, visit):
    won = deal(alice, (chiller, "1000"), (visit, "150"))
    win(won, by=alice)
    deal(alice, (chiller, "333.33"), (visit, "33.31"))  # 10 %: 33.333 and 3.331, of 36.66
    sums = told(alice)
    assert (sums[chiller.id]["closed"], sums[visit.id]["closed"]) == (100000, 15000)
    assert (sums[chiller.id]["weighted"], sums[visit.id]["weighted"]) == (3333, 333)
    assert whole(alice)["weighted"] == 3666


@pytest.mark.parametrize("rate", ["3.751", "0.333333", "12.5"])
def test_what_is_converted_comes_to_the_whole_exactly_however_it_is_told(alice, admin, chiller, visit, rate):
    add("exchange-rates", admin, currency="USD", rate=rate, day="2020-01-01")
    add("exchange-rates", admin, currency="KWD", rate="12.2171", day="2020-01-01")
    for number in range(7):
        currency = ("USD", "KWD")[number % 2]
        made = deal(alice, (chiller, "0.35"), (visit, "0.17"), (None, "0.31"), currency=currency)
        if number > 3:
            win(made, by=alice)
    for columns in (("product_id",), ("family",), ("owner_id",), ("stage_id",), ("org_unit_id", "owner_id")):
        assert whole(alice, columns) == whole(alice, ()), columns
    assert (
        told(alice)[chiller.id]["closed"] > told(alice)[None]["closed"] > told(alice)[visit.id]["closed"] > 0
    )


def test_an_amount_beyond_the_lines_is_sold_without_a_product(alice, chiller):
    made = deal(alice, (chiller, "100"))
    Opportunity.objects.filter(id=made.id).update(amount=12_000)  # as two that were merged long ago
    assert {key: sums["commit"] for key, sums in told(alice).items()} == {chiller.id: 10_000, None: 2_000}


def test_families_of_products_add_theirs_up(alice, chiller, visit, browser):
    deal(alice, (chiller, "1000"), (visit, "150"), (None, "70"))
    assert {key: sums["commit"] for key, sums in told(alice, "family").items()} == {
        "تبريد": 100000,
        "خدمات": 15000,
        None: 7000,
    }
    page = browser("alice").get(f"/w/rayyan/forecast?period={quarter().key}&by=family")
    assert "Deal" in browser("alice").get(lines_of(page)["تبريد"]["commit"]["url"]).content.decode()


def test_a_number_leads_to_the_deals_that_sell_the_product(alice, chiller, visit, browser):
    deal(alice, (chiller, "1000"), (visit, "150"), name="Both things")
    deal(alice, (visit, "150"), (None, "7"), name="Mere visit", product=chiller.id)
    add(
        "opportunities",
        alice,
        name="Plain one",
        amount="9",
        expected_close=quarter().last,
        product=chiller.id,
        forecast_category="commit",
    )
    client = browser("alice")
    lines = lines_of(client.get(f"/w/rayyan/forecast?period={quarter().key}&by=product"))
    names = ("Both things", "Mere visit", "Plain one")

    def listed(label):
        text = client.get(lines[label]["commit"]["url"]).content.decode()
        return [name for name in names if name in text]

    assert listed("Chiller") == ["Both things", "Plain one"]
    assert listed("Visit") == ["Both things", "Mere visit"]
    assert listed("Not filled in") == ["Mere visit"]


def test_who_may_not_see_products_of_lines_sees_the_main_product(alice, chiller, visit, browser, company):
    deal(alice, (visit, "150"), product=chiller.id)
    rule(company, lambda role: role.fields.update({"opportunity-lines": {"product": "hidden"}}))
    lines = lines_of(browser("alice").get(f"/w/rayyan/forecast?period={quarter().key}&by=product"))
    assert list(lines) == ["Chiller"]


def test_it_asks_as_many_queries_however_many_lines_there_are(alice, chiller, visit, browser):
    client, url = browser("alice"), f"/w/rayyan/forecast?period={quarter().key}&by=product"
    client.get(url)
    for number in range(6):
        deal(alice, (chiller, "10"), (visit, str(number + 1)), (None, "3"))
    with at_most(12):
        client.get(url)


def test_a_dimension_that_is_none_is_still_refused(browser):
    assert "family" in figures.DIMENSIONS
    assert browser("admin").get("/w/rayyan/forecast?by=families").status_code == 400
