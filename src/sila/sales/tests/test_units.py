"""Lines in units: the price of a unit, what is refused, what stays when the unit changes, and sums in the base."""

from decimal import Decimal

import pytest

from sila.catalog.models import Measure
from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.assets.actions import left_of
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.invoices.actions import credit, issue
from sila.sales.invoices.rules import WORK as INVOICES
from sila.sales.orders.models import OrderLine
from sila.sales.orders.rules import WORK as ORDERS
from sila.sales.purchases.habits import whole_of
from sila.sales.purchases.reading import lines_of, purchases_of
from sila.sales.quotes.actions import make_quote, set_lines
from sila.sales.quotes.models import Quote, QuoteLine
from sila.sales.quotes.paper import data_of

lines = registry["quote-lines"]


def unit(name: str) -> str:
    return str(Measure.objects.get(name=name).id)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def asked(by) -> Context:
    return Context(by, Reader.of(by.workspace))


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def water(admin):
    piece = {"measure": unit("حبة")}
    return add("products", admin, name="ماء", name_en="Water", code="W", price="1.25", cost="0.80", **piece)


@pytest.fixture
def quote(alice, customer, water) -> Quote:
    made = add("quotes", alice, name="توريد", party=customer.id)
    row = {"product": str(water.id), "quantity": "10", "measure": unit("دزينة")}
    return set_lines(made, [("n", row)], by=alice, context=asked(alice))


def test_a_line_in_dozens_costs_what_a_dozen_does(quote):
    line = QuoteLine.objects.get()
    assert (line.unit, line.unit_en, line.factor) == ("دزينة", "Dozen", 12)
    assert (line.price, line.cost, line.net, line.in_base) == (15_00, 9_60, 150_00, 120)
    assert (quote.cost, quote.margin) == (96_00, Decimal("36.0"))


def test_a_line_without_a_unit_is_in_that_of_its_product(quote, water, alice):
    line = add("quote-lines", alice, quote=quote.id, product=water.id)
    assert (line.unit, line.factor, line.price) == ("حبة", 1, 1_25)


def test_in_another_unit_price_and_cost_follow_unless_they_are_said(quote, alice):
    line = QuoteLine.objects.get()
    line = records.update(lines, line.id, {"measure": unit("زوج")}, by=alice)
    assert (line.price, line.cost, line.unit_en, line.net) == (2_50, 1_60, "Pair", 25_00)
    line = records.update(lines, line.id, {"measure": unit("دزينة"), "price": "14"}, by=alice)
    assert (line.price, line.cost, line.net) == (14_00, 9_60, 140_00)


def test_a_line_that_is_to_have_no_unit_is_in_that_of_its_product(quote, alice):
    line = records.update(lines, QuoteLine.objects.get().id, {"measure": ""}, by=alice)
    assert (line.measure.name, line.unit, line.factor, line.price) == ("حبة", "حبة", 1, 1_25)


def test_a_unit_of_another_kind_is_refused_and_nothing_changes(quote, company, water):
    line = QuoteLine.objects.get()
    with pytest.raises(Invalid) as refusal:
        records.update(lines, line.id, {"measure": unit("كيلوغرام")}, by=company.actor("alice"))
    assert "measure" in refusal.value.errors
    line.refresh_from_db()
    assert (line.unit, line.price) == ("دزينة", 15_00)


def test_a_product_that_was_sold_stays_with_units_that_go_together(quote, water, admin):
    products = registry["products"]
    with pytest.raises(Invalid) as refusal:
        records.update(products, water.id, {"measure": unit("لتر")}, by=admin)
    assert "measure" in refusal.value.errors
    assert records.update(products, water.id, {"measure": unit("دزينة")}, by=admin).measure.name == "دزينة"


def test_what_is_sold_keeps_the_unit_as_it_was(quote, admin):
    dozen = Measure.objects.get(name="دزينة")
    records.update(
        registry["measures"], dozen.id, {"name": "دزينة كبيرة", "name_en": "Big", "factor": "13"}, by=admin
    )
    with pytest.raises(Invalid):
        records.trash(registry["measures"], dozen.id, by=admin)
    line = QuoteLine.objects.get()
    line = records.update(lines, line.id, {"quantity": "11"}, by=admin)
    assert (line.unit, line.unit_en, line.factor, line.in_base) == ("دزينة", "Dozen", 12, 132)


def test_the_editor_offers_the_units_of_the_product_and_prices_follow(quote, browser):
    client, key = browser("alice"), QuoteLine.objects.get().id
    base = f"/w/rayyan/quote/{quote.id}/lines"
    page = client.get(base).content.decode()
    assert ">Pair</option>" in page and ">Kilogram</option>" not in page
    typed = {
        "line": str(key),
        f"{key}.product": str(quote.lines.get().product_id),
        f"{key}.quantity": "10",
        f"{key}.asked": "10",
        f"{key}.price": "15.00",
        f"{key}.cost": "9.60",
        f"{key}.measured": unit("دزينة"),
        f"{key}.measure": unit("زوج"),
        f"{key}.name": "ماء",
    }
    tried = client.post(f"{base}/try", typed).content.decode()
    assert 'value="2.50"' in tried and 'value="1.60"' in tried
    own = client.post(f"{base}/try", typed | {f"{key}.price": "3", f"{key}.cost": "1"}).content.decode()
    assert 'value="2.50"' not in own and 'value="1.60"' not in own  # what somebody typed stays
    refused = client.post(base, typed | {"version": quote.version, f"{key}.measure": unit("شهر")})
    assert refused.status_code == 422
    saved = client.post(
        base, typed | {"version": quote.version, f"{key}.price": "2.50", f"{key}.cost": "1.60"}
    )
    assert saved.status_code == 302
    line = QuoteLine.objects.get()
    assert (line.unit, line.factor, line.price, line.cost) == ("زوج", 2, 2_50, 1_60)


@pytest.mark.parametrize(
    ("language", "said", "other"), [("ar", "دزينة", ""), ("en", "Dozen", ""), ("both", "دزينة", "Dozen")]
)
def test_the_paper_has_the_unit_in_its_language(quote, language, said, other, alice, workspace):
    records.update(registry["quotes"], quote.id, {"language": language}, by=alice)
    row = data_of(Quote.objects.get(), workspace)["rows"][0]
    assert (row["unit"]["t"], row["unit-other"]["t"]) == (said, other)


def test_the_unit_goes_along_from_deal_to_quote(water, customer, alice):
    deal = add("opportunities", alice, name="صفقة", party=str(customer.id))
    row = {"product": str(water.id), "quantity": "2", "measure": unit("دزينة")}
    DEALS.set_lines(deal, [("n", row)], by=alice, context=asked(alice))
    line = make_quote(deal, by=alice).lines.get()
    assert (line.unit, line.unit_en, line.factor, line.measure.name) == ("دزينة", "Dozen", 12, "دزينة")


def test_purchases_are_added_up_in_the_base(water, customer, alice):
    def sell(quantity: str, measure: str):
        invoice = add("invoices", alice, name="توريد", party=customer.id)
        row = {"product": str(water.id), "quantity": quantity, "measure": unit(measure)}
        return issue(INVOICES.set_lines(invoice, [("n", row)], by=alice, context=asked(alice)), by=alice)

    sell("5", "حبة")
    issue(credit(sell("2", "دزينة"), by=alice, reason="تالف"), by=alice)
    whole = whole_of(purchases_of(lines_of(customer.id, alice), Reader.of(alice.workspace)))
    assert (whole.bought, whole.returned) == (29, 24)


def test_a_box_of_twelve_is_twelve_pieces_to_register(water, customer, alice):
    order = add("orders", alice, name="توريد", party=customer.id)
    row = {"product": str(water.id), "quantity": "2", "measure": unit("صندوق 12 حبة")}
    ORDERS.set_lines(order, [("n", row)], by=alice, context=asked(alice))
    assert left_of(OrderLine.objects.get()) == 24


def test_lines_by_the_api_name_their_unit(quote, company, client, water):
    headers = {"Authorization": f"Bearer {make_token(company.members['alice'], 'tests')}"}
    send = {"content_type": "application/json", "headers": headers}
    values = {"quote": str(quote.id), "product": str(water.id), "measure": unit("زوج"), "unit": "x"}
    assert client.post("/api/v1/quote-lines", values, **send).status_code == 422  # what is printed follows
    values.pop("unit")
    made = client.post("/api/v1/quote-lines", values, **send).json()
    assert (made["unit"], made["unit_en"], Decimal(made["factor"])) == ("زوج", "Pair", 2)
    wrong = client.post("/api/v1/quote-lines", values | {"measure": unit("طن")}, **send)
    assert (wrong.status_code, "measure" in wrong.json()["errors"]) == (422, True)
