"""Which price a sale has: the customer's own, that of the quantity, the book's rule, the list price, another currency."""

from datetime import date
from decimal import Decimal

import pytest

from sila.catalog.models import PriceBook, Product, Tax
from sila.catalog.pricing import Offer, book_for, cost_of, offer, tax_of
from sila.platform.access.models import OrgUnit
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry

DAY = date(2026, 11, 26)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def chiller(admin) -> Product:
    return add("products", admin, name="وحدة تبريد", code="HVAC-1", price="1000", cost="700")


@pytest.fixture
def wholesale(admin) -> PriceBook:
    return add("price-books", admin, name="الجملة", name_en="Wholesale", currency="SAR", discount="10")


@pytest.fixture
def rajhi(admin):
    return add("organizations", admin, name="شركة الراجحي", tags=["key"])


def price(product, quantity="1", currency="SAR", on=DAY, **more) -> Offer:
    return offer(product, quantity=Decimal(quantity), currency=currency, on=on, **more)


def test_a_product_costs_its_own_price_where_nothing_says_otherwise(chiller):
    assert price(chiller) == Offer(1000_00, "list")


def test_a_book_takes_its_discount_off_the_list_price(chiller, wholesale):
    assert price(chiller, book=wholesale) == Offer(900_00, "book")


def test_larger_quantities_cost_less_from_their_step_on(chiller, wholesale, admin):
    for quantity, amount in (("0", "880"), ("10", "800"), ("100", "750.5")):
        add("prices", admin, book=wholesale.id, product=chiller.id, price=amount, from_quantity=quantity)
    assert price(chiller, "9.999", book=wholesale) == Offer(880_00, "book")
    assert price(chiller, "10", book=wholesale) == Offer(800_00, "quantity")
    assert price(chiller, "250", book=wholesale) == Offer(750_50, "quantity")


def test_a_customers_own_price_goes_before_that_of_the_quantity(chiller, wholesale, rajhi, admin):
    add("prices", admin, book=wholesale.id, product=chiller.id, price="700", from_quantity="10")
    add("prices", admin, book=wholesale.id, product=chiller.id, price="820", party=rajhi.id)
    assert price(chiller, "50", book=wholesale, party_id=rajhi.id) == Offer(820_00, "customer")
    assert price(chiller, "50", book=wholesale) == Offer(700_00, "quantity")


def test_a_price_counts_on_its_days_alone(chiller, wholesale, admin):
    values = {"begins": "2026-12-01", "ends": "2026-12-31"}
    add("prices", admin, book=wholesale.id, product=chiller.id, price="500", **values)
    assert price(chiller, book=wholesale).price == 900_00
    assert price(chiller, book=wholesale, on=date(2026, 12, 31)).price == 500_00
    assert price(chiller, book=wholesale, on=date(2027, 1, 1)).price == 900_00


def test_another_currency_is_reached_by_the_rate_of_the_day_or_not_at_all(chiller, admin):
    assert price(chiller, currency="USD") == Offer(None, "no rate")
    add("exchange-rates", admin, currency="USD", rate="3.75", day="2026-11-01")
    add("exchange-rates", admin, currency="KWD", rate="12.2", day="2026-11-01")
    assert price(chiller, currency="USD") == Offer(266_67, "rate")
    assert price(chiller, currency="KWD") == Offer(81_967, "rate")  # three decimals
    assert price(chiller, currency="USD", on=date(2026, 10, 31)) == Offer(None, "no rate")


def test_what_has_no_price_has_none(admin):
    assert price(add("products", admin, name="استشارة", code="C")) == Offer(None, "none")


def test_the_first_book_by_order_that_fits_is_taken(wholesale, rajhi, admin):
    branch = OrgUnit.objects.get(name="Riyadh")
    key = add("price-books", admin, name="كبار العملاء", segment="key", order="0")
    local = add("price-books", admin, name="الرياض", org_unit=branch.id, order="0", begins="2027-01-01")
    records.update(registry["price-books"], wholesale.id, {"order": "5"}, by=admin)
    assert book_for(currency="SAR", on=DAY, party=rajhi) == key
    assert book_for(currency="SAR", on=DAY) == wholesale
    assert book_for(currency="USD", on=DAY) is None
    assert book_for(currency="SAR", on=date(2027, 2, 1), unit_id=branch.id) == local
    records.update(registry["price-books"], local.id, {"active": False}, by=admin)
    assert book_for(currency="SAR", on=date(2027, 2, 1), unit_id=branch.id) == wholesale


def test_a_bundle_costs_us_what_its_parts_do(chiller, admin):
    duct = add("products", admin, name="مجرى", code="D", cost="10.50")
    bundle = add("products", admin, name="حزمة", code="B", kind="bundle", price="2000")
    add("bundle-items", admin, bundle=bundle.id, product=chiller.id, quantity="1")
    add("bundle-items", admin, bundle=bundle.id, product=duct.id, quantity="2.5")
    assert cost_of(bundle, "SAR", DAY) == 726_25
    records.update(registry["products"], duct.id, {"cost": ""}, by=admin)
    assert cost_of(bundle, "SAR", DAY) is None  # what is not known is not taken for nothing


@pytest.mark.parametrize(
    ("slug", "values", "field"),
    [
        ("taxes", {"name": "x", "rate": "101"}, "rate"),
        ("taxes", {"name": "x", "rate": "-1"}, "rate"),
        ("taxes", {"name": "x", "rate": "5", "treatment": "zero"}, "rate"),
        ("taxes", {"name": "x", "rate": "0", "treatment": "exempt"}, "reason"),
        ("price-books", {"name": "x", "discount": "300"}, "discount"),
        ("price-books", {"name": "x", "begins": "2026-02-01", "ends": "2026-01-01"}, "ends"),
        ("products", {"name": "x", "code": "y", "price": "-1"}, "price"),
    ],
)
def test_what_cannot_be_is_refused_by_name(slug, values, field, admin):
    with pytest.raises(Invalid) as refusal:
        add(slug, admin, **values)
    assert field in refusal.value.errors


def test_bundles_hold_products_and_no_bundles(chiller, admin):
    bundle = add("products", admin, name="حزمة", code="B", kind="bundle")
    for values, field in (
        ({"bundle": chiller.id, "product": bundle.id}, "bundle"),
        ({"bundle": bundle.id, "product": bundle.id}, "product"),
        ({"bundle": bundle.id, "product": chiller.id, "quantity": "0"}, "quantity"),
    ):
        with pytest.raises(Invalid) as refusal:
            add("bundle-items", admin, **values)
        assert field in refusal.value.errors
    add("bundle-items", admin, bundle=bundle.id, product=chiller.id)
    with pytest.raises(Invalid) as refusal:
        records.update(registry["products"], bundle.id, {"kind": "goods"}, by=admin)
    assert "kind" in refusal.value.errors


def test_one_tax_is_the_usual_one(chiller, admin):
    assert tax_of(chiller).rate == 15  # of Saudi Arabia
    reduced = add("taxes", admin, name="مخفضة", rate="5", usual=True)
    assert Tax.objects.filter(usual=True).count() == 1
    assert tax_of(chiller) == reduced
    zero = Tax.objects.get(treatment="zero")
    records.update(registry["products"], chiller.id, {"tax": zero.id}, by=admin)
    chiller.refresh_from_db()
    assert tax_of(chiller) == zero


def test_prices_follow_the_rights_on_their_book(chiller, wholesale, admin, alice, company):
    manager = company.actor("manager")
    mine = add("prices", admin, book=wholesale.id, product=chiller.id, price="700")
    assert registry["prices"].visible_to(alice).get() == mine
    with pytest.raises(NotAllowed):
        add("prices", alice, book=wholesale.id, product=chiller.id, price="1")
    with pytest.raises(NotAllowed):
        records.update(registry["prices"], mine.id, {"price": "1"}, by=alice)
    with pytest.raises(NotAllowed):
        records.trash(registry["prices"], mine.id, by=alice)
    records.update(registry["prices"], mine.id, {"price": "650"}, by=manager)
    records.trash(registry["price-books"], wholesale.id, by=manager)
    assert not registry["prices"].visible_to(admin).exists()  # they are with their book in the trash
