"""Units of measure: what goes with what, by which factor, and what it makes of a price."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.catalog.models import Measure, Product
from sila.catalog.pricing import cost_of, offer, price_list, ratio_of
from sila.platform.access.links import make_token
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit.lines import half_up

TENANT = UUID(int=1)
DAY = date(2026, 3, 1)
measures, products = registry["measures"], registry["products"]


def unit(name: str) -> Measure:
    return Measure.objects.get(name=name)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def water(admin) -> Product:
    return add(
        "products", admin, name="ماء", code="W", price="1.25", cost="0.80", measure=str(unit("حبة").id)
    )


def test_a_new_workspace_has_units_with_names_in_both_languages_and_a_code(company, workspace):
    box = unit("صندوق 12 حبة")
    assert (box.name_en, box.code, box.factor, box.base.name) == ("Box of 12", "BX", 12, "حبة")
    assert not Measure.objects.filter(name_en="").exists()
    assert not Measure.objects.filter(code="").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"factor": "0", "base": "حبة"}, "factor"),
        ({"factor": "-3", "base": "حبة"}, "factor"),
        ({"factor": "12"}, "factor"),
        ({"factor": "2", "base": "دزينة"}, "base"),
        ({"code": "ق١"}, "code"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_by_name(values, field, admin):
    base = {"base": str(unit(values["base"]).id)} if "base" in values else {}
    with pytest.raises(Invalid) as refusal:
        add("measures", admin, name="كرتون", **values | base)
    assert field in refusal.value.errors
    assert not Measure.objects.filter(name="كرتون").exists()


def test_a_factor_is_kept_to_the_last_decimal(admin):
    pound = add("measures", admin, name="رطل", base=str(unit("كيلوغرام").id), factor="0.45359237", code="lbr")
    pound.refresh_from_db()
    assert (pound.factor, pound.code) == (Decimal("0.45359237"), "LBR")


def test_a_unit_in_use_is_neither_thrown_away_nor_moved_to_another_base(water, admin):
    piece, spare = unit("حبة"), unit("متر مربع")
    for used in (piece, unit("كيلوغرام")):  # by a product, by other units
        with pytest.raises(Invalid):
            records.trash(measures, used.id, by=admin)
        with pytest.raises(Invalid) as refusal:
            records.update(measures, used.id, {"base": str(unit("متر").id), "factor": "2"}, by=admin)
        assert "base" in refusal.value.errors
        assert measures.visible_to(admin).get(id=used.id).base_id is None
    records.trash(measures, spare.id, by=admin)
    assert not measures.visible_to(admin).filter(id=spare.id).exists()


def test_a_price_follows_from_the_unit_by_the_factor(water):
    for name, price, cost in (("حبة", 125, 80), ("دزينة", 1500, 960), ("زوج", 250, 160)):
        found = offer(water, quantity=Decimal(1), currency="SAR", on=DAY, measure=unit(name))
        assert (found.price, cost_of(water, "SAR", DAY, unit(name))) == (price, cost)


def test_the_product_may_be_priced_in_a_unit_that_is_no_base(water, admin):
    records.update(products, water.id, {"measure": str(unit("دزينة").id), "price": "15.05"}, by=admin)
    water.refresh_from_db()
    one = offer(water, quantity=Decimal(1), currency="SAR", on=DAY, measure=unit("حبة"))
    assert one.price == 125  # 1505 ÷ 12 = 125.4
    assert offer(water, quantity=Decimal(1), currency="SAR", on=DAY).price == 1505


def test_what_a_book_takes_off_and_a_factor_are_rounded_once(water, admin):
    book = add("price-books", admin, name="جملة", currency="SAR", discount="7.5")
    dozen = offer(water, quantity=Decimal(1), currency="SAR", on=DAY, book=book, measure=unit("دزينة"))
    assert dozen.price == 1388  # 1387.5; 12 times the rounded 116 would be 1392


def test_a_price_from_a_quantity_on_counts_in_the_unit_of_the_price(water, admin):
    book = add("price-books", admin, name="جملة", currency="SAR")
    add("prices", admin, book=book.id, product=water.id, price="1", from_quantity="24")
    asked = {"currency": "SAR", "on": DAY, "book": book}
    assert offer(water, quantity=Decimal(1), measure=unit("دزينة"), **asked).price == 1500
    two = offer(water, quantity=Decimal(2), measure=unit("دزينة"), **asked)
    assert (two.price, two.reason) == (1200, "quantity")
    assert offer(water, quantity=Decimal(23), **asked).price == 125


def test_a_book_may_have_a_price_of_its_own_for_a_unit(water, admin):
    book = add("price-books", admin, name="جملة", discount="20")
    of = {"book": str(book.id), "product": str(water.id)}
    dozen, box = unit("دزينة"), unit("صندوق 12 حبة")
    add("prices", admin, price="1", **of)
    add("prices", admin, price="11", measure=str(dozen.id), **of)
    add("prices", admin, price="9.99", measure=str(dozen.id), from_quantity="10", **of)
    add("prices", admin, price="0.70", from_quantity="100", **of)

    def cost(quantity, measure=None):
        asked = {"currency": "SAR", "on": DAY, "book": book, "measure": measure}
        return offer(water, quantity=Decimal(quantity), **asked).price

    assert [cost(1), cost(99), cost(100)] == [100, 100, 70]
    assert [cost(1, dozen), cost(9, dozen), cost(10, dozen)] == [1100, 1100, 999]
    assert [cost(8, box), cost(9, box)] == [1200, 840]  # 96 pieces, 108 pieces
    steps = price_list([water], book, DAY)[water.id]
    told = [(str(step.measure or ""), int(step.least), step.price) for step in steps]
    assert told == [("", 0, 100), ("", 100, 70), ("دزينة", 0, 1100), ("دزينة", 10, 999)]


def test_a_customers_own_price_goes_before_that_of_the_unit(water, admin):
    book, party = add("price-books", admin, name="جملة"), add("organizations", admin, name="الراجحي")
    of = {"book": str(book.id), "product": str(water.id)}
    dozen = unit("دزينة")
    add("prices", admin, price="11", measure=str(dozen.id), **of)
    add("prices", admin, price="0.50", party=str(party.id), **of)
    asked = {"quantity": Decimal(1), "currency": "SAR", "on": DAY, "book": book, "measure": dozen}
    assert offer(water, party_id=party.id, **asked).price == 600
    assert offer(water, **asked).price == 1100


def test_a_price_is_of_a_unit_that_goes_with_the_product(water, admin):
    book = add("price-books", admin, name="جملة")
    of = {"book": str(book.id), "product": str(water.id), "price": "5"}
    with pytest.raises(Invalid) as refusal:
        add("prices", admin, measure=str(unit("كيلوغرام").id), **of)
    assert list(refusal.value.errors) == ["measure"]
    assert add("prices", admin, measure=str(unit("حبة").id), **of).measure_id is None  # its own says nothing


@given(
    price=st.integers(0, 10**9),
    factors=st.tuples(*[st.decimals("0.00000001", 9_999_999, places=8)] * 2),
)
def test_a_price_by_factor_is_the_exact_quotient_rounded_half_up(price, factors):
    own, sold = (Measure(tenant_id=TENANT, factor=factor) for factor in factors)
    product = Product(tenant_id=TENANT, price=price, currency="SAR", measure=own)
    exact = Fraction(price) * Fraction(sold.factor) / Fraction(own.factor)
    rounded = half_up(price * ratio_of(product, sold))
    assert rounded - Fraction(1, 2) <= exact < rounded + Fraction(1, 2)


def test_sellers_see_units_and_managers_keep_them(company, alice):
    assert measures.visible_to(alice).exists()
    with pytest.raises(NotAllowed):
        add("measures", alice, name="كرتون")
    assert add("measures", company.actor("manager"), name="كرتون").factor == 1


def test_the_api_refuses_a_factor_below_zero_and_takes_one_above(company, workspace, client):
    headers = {"Authorization": f"Bearer {make_token(company.members['admin'], 'tests')}"}
    box = {"name": "كرتون 24", "base": str(unit("حبة").id), "factor": -24}
    send = {"content_type": "application/json", "headers": headers}
    refused = client.post("/api/v1/measures", box, **send)
    assert (refused.status_code, "factor" in refused.json()["errors"]) == (422, True)
    made = client.post("/api/v1/measures", box | {"factor": 24}, **send)
    assert made.status_code == 201, made.content
    assert unit("كرتون 24").factor == 24
