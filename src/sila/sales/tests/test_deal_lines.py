"""The products of a deal through the verbs and doors that people use: its amount follows them, wherever it goes."""

from decimal import Decimal

import pytest
from django.test import Client

from sila.catalog.models import PriceBook
from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.access.rules import compile_anew
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.actions import lose, win
from sila.sales.deal_lines.actions import add_product, set_lines
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.models import LossReason, Opportunity
from sila.sales.orders.actions import cancel, confirm, order_deal, place
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import WORK as ORDERS
from sila.sales.quotes.actions import accept, make_quote, send
from sila.sales.quotes.actions import set_lines as set_lines_of_quote
from sila.sales.renewing import renew

deals, lines = registry["opportunities"], registry["opportunity-lines"]


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def lined(deal, by, *rows, verb=set_lines):
    context = Context(by, Reader.of(by.workspace))
    return verb(deal, [(f"new-{at}", row) for at, row in enumerate(rows)], by=by, context=context)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def chiller(admin):
    return add("products", admin, name="مكيف", name_en="Chiller", code="A", price="4850", cost="3000")


@pytest.fixture
def deal(alice, customer, chiller) -> Opportunity:
    made = add("opportunities", alice, name="توريد مكيفات", party=customer.id, amount="1000")
    lined(made, alice, {"product": chiller.id, "quantity": "12", "discount": "7.5"})
    made.refresh_from_db()
    return made


def test_the_amount_of_a_deal_is_what_its_products_come_to_before_tax(deal, chiller):
    assert (deal.amount, deal.net, deal.tax, deal.total, deal.discount) == (
        53835_00,
        53835_00,
        8075_25,
        61910_25,
        4365_00,
    )
    assert (deal.base_amount, deal.margin) == (53835_00, Decimal("33.1"))
    assert deal.product_id == chiller.id  # of the line that is worth most, where nobody has said another


def test_one_change_of_all_products_is_one_event_that_says_what_became_of_the_amount(deal):
    event = Event.objects.get(record_id=deal.id, kind="lines_changed")
    told = {change["field"]: change for change in event.payload["changes"]}
    assert (told["amount"]["old"], told["amount"]["new"]) == (1000_00, 53835_00)


def test_an_amount_beside_the_products_is_refused(deal, alice):
    with pytest.raises(Invalid) as refused:
        records.update(deals, deal.id, {"amount": "7"}, by=alice)
    assert "amount" in refused.value.errors
    records.update(deals, deal.id, {"amount": "53835"}, by=alice)  # the same is no change


def test_without_products_the_amount_is_typed_as_ever(deal, alice):
    lined(deal, alice)
    deal.refresh_from_db()
    assert (deal.amount, deal.net, deal.margin) == (53835_00, None, None)
    records.update(deals, deal.id, {"amount": "7"}, by=alice)


def test_the_currency_stays_while_there_are_products_in_it(deal, alice):
    with pytest.raises(Invalid) as refused:
        records.update(deals, deal.id, {"currency": "USD"}, by=alice)
    assert "currency" in refused.value.errors


def test_prices_with_tax_in_them_come_to_less_before_tax(deal, alice):
    records.update(deals, deal.id, {"tax_included": True}, by=alice)
    deal.refresh_from_db()
    assert (deal.net, deal.tax, deal.total) == (46813_04, 7021_96, 53835_00)
    assert deal.amount == deal.base_amount == 46813_04


def test_the_first_product_brings_the_price_book_that_fits_the_customer(alice, admin, customer, chiller):
    book = add("price-books", admin, name="جملة", currency="SAR", discount="10", tax_included=True)
    made = add("opportunities", alice, name="صفقة", party=customer.id)
    add_product(made, chiller, by=alice)
    made.refresh_from_db()
    assert (made.price_book_id, made.tax_included) == (book.id, True)
    assert OpportunityLine.objects.get().price == 4365_00
    assert made.total == 4365_00
    assert PriceBook.objects.count() == 1


def test_products_come_by_the_api_as_well(deal, company):
    token = make_token(company.members["admin"], "tests")
    machine = Client(headers={"Authorization": f"Bearer {token}"})
    made = machine.post(
        "/api/v1/opportunity-lines",
        {"opportunity": str(deal.id), "name": "تركيب", "price": "3200", "quantity": 2},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    deal.refresh_from_db()
    assert deal.amount == 53835_00 + 6400_00
    assert machine.delete(f"/api/v1/opportunity-lines/{made.json()['id']}").status_code == 204
    deal.refresh_from_db()
    assert deal.amount == 53835_00


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": "x", "price": "1", "quantity": "0"}, "quantity"),
        ({"name": "x", "price": "1", "quantity": "-2"}, "quantity"),
        ({"name": "x", "price": "1", "discount": "300"}, "discount"),
        ({"name": "x"}, "price"),
        ({"price": "1"}, "name"),
    ],
)
def test_what_no_line_may_be_is_refused_and_the_deal_stays_as_it_was(deal, alice, row, field):
    with pytest.raises(Invalid) as refused:
        records.create(lines, {"opportunity": str(deal.id), **row}, by=alice)
    assert field in refused.value.errors
    deal.refresh_from_db()
    assert deal.amount == 53835_00


def test_a_quote_begins_with_the_products_of_its_deal_at_their_prices(deal, alice):
    quote = make_quote(deal, by=alice)
    assert (quote.party_id, quote.opportunity_id) == (deal.party_id, deal.id)
    assert (quote.net, quote.total, quote.margin) == (deal.net, deal.total, deal.margin)
    (line,) = quote.lines.all()
    assert (line.quantity, line.price, line.discount, line.net) == (12, 4850_00, Decimal("7.5"), 53835_00)


def test_a_price_book_that_came_since_does_not_change_what_a_quote_takes_from_its_deal(deal, alice, admin):
    add("price-books", admin, name="شاملة", currency="SAR", tax_included=True)
    quote = make_quote(deal, by=alice)
    assert (quote.price_book_id, quote.tax_included, quote.net) == (None, False, 53835_00)


def test_an_accepted_quote_says_what_was_sold_in_the_deal(deal, alice):
    quote = make_quote(deal, by=alice)
    lined(
        quote,
        alice,
        {"name": "مكيف", "price": "4000", "quantity": "10"},
        {"name": "تركيب", "price": "3200"},
        verb=set_lines_of_quote,
    )
    quote.refresh_from_db()
    send(quote, by=alice)
    quote.refresh_from_db()
    accept(quote, by=alice, who="خالد")
    deal.refresh_from_db()
    assert (deal.amount, deal.net, deal.total) == (43200_00, 43200_00, 49680_00)
    sold = deal.lines.filter(deleted_at=None).order_by("order")
    assert [(line.name, line.net) for line in sold] == [("مكيف", 40000_00), ("تركيب", 3200_00)]


def test_a_renewal_begins_with_the_same_products(deal, alice):
    win(deal, by=alice)
    deal.refresh_from_db()
    renewal = renew(deal, by=alice, term_months=12)
    renewal.refresh_from_db()
    assert (renewal.amount, renewal.net) == (53835_00, 53835_00)
    assert [line.quantity for line in renewal.lines.all()] == [12]


def test_a_product_in_the_trash_stays_on_the_deals_that_have_it(deal, admin, chiller, browser):
    records.trash(registry["products"], chiller.id, by=admin)
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "مكيف" in page


def test_the_page_of_a_deal_shows_its_products_and_the_way_to_change_them(deal, browser):
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "Chiller" in page
    assert f"/w/rayyan/deal/{deal.id}/lines" in page
    assert f"/w/rayyan/opportunities/{deal.id}/do/quote" in page
    editor = browser("alice").get(f"/w/rayyan/deal/{deal.id}/lines")
    assert editor.status_code == 200


def test_the_editor_saves_all_lines_at_once(deal, browser, chiller):
    client = browser("alice")
    answer = client.post(
        f"/w/rayyan/deal/{deal.id}/lines",
        {
            "version": deal.version,
            "line": ["new-1"],
            "new-1.product": str(chiller.id),
            "new-1.quantity": "2",
        },
    )
    assert answer.status_code == 302, answer.content
    deal.refresh_from_db()
    assert deal.amount == 9700_00


def test_a_reader_from_another_branch_neither_sees_nor_changes_them(deal, browser):
    for path in (f"deal/{deal.id}/lines", f"opportunities/{deal.id}/"):
        assert browser("charlie").get(f"/w/rayyan/{path}").status_code == 404


def test_a_discount_on_the_whole_is_one_on_each_line(deal, browser):
    client, key = browser("alice"), deal.lines.get().id
    typed = {"line": [str(key), "new-1"], "new-1.name": "تركيب", "new-1.price": "3200", "new-1.quantity": "1"}
    step = f"/w/rayyan/deal/{deal.id}/lines/step"
    page = client.post(step, typed | {"do": "discount", "all_discount": "١٠"}).content.decode()
    assert page.count('value="10"') == 2
    wrong = client.post(step, typed | {"do": "discount", "all_discount": "300"}).content.decode()
    assert "0" in wrong and "100" in wrong and 'value="300"' not in wrong.replace("all_discount", "")


def test_many_products_are_folded_under_what_they_come_to(deal, alice, browser):
    lined(deal, alice, *({"name": f"بند {place}", "price": "10"} for place in range(7)))
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "s-lines-fold" in page


# ---- an order without a quote --------------------------------------------------------------------------
def test_an_order_begins_with_the_products_of_its_deal_at_their_prices(deal, alice):
    order = order_deal(deal, by=alice)
    assert (order.party_id, order.opportunity_id, order.quote_id) == (deal.party_id, deal.id, None)
    assert (order.net, order.total, order.margin, order.is_draft) == (deal.net, deal.total, deal.margin, True)
    (line,) = order.lines.all()
    assert (line.quantity, line.price, line.discount, line.net) == (12, 4850_00, Decimal("7.5"), 53835_00)
    lined(order, alice, {"name": "تركيب", "price": "3200"}, verb=ORDERS.set_lines)
    order.refresh_from_db()
    assert confirm(order, by=alice).unbilled == 3200_00
    deal.refresh_from_db()
    assert deal.amount == 53835_00


def test_a_deal_is_ordered_once_and_again_after_that_was_cancelled(deal, alice):
    order = order_deal(deal, by=alice)
    with pytest.raises(Invalid):
        order_deal(deal, by=alice)
    assert SalesOrder.objects.count() == 1
    cancel(order, by=alice, reason="تغيّر الطلب")
    assert order_deal(deal, by=alice).id != order.id


def test_a_lost_deal_an_empty_one_and_one_with_an_accepted_quote_are_not_ordered(
    deal, customer, alice, admin
):
    empty = add("opportunities", alice, name="بلا منتجات", party=customer.id)
    with pytest.raises(Invalid):
        order_deal(empty, by=alice)
    lost = add("opportunities", alice, name="خاسرة", party=customer.id)
    lined(lost, alice, {"name": "تركيب", "price": "10"})
    lost.refresh_from_db()
    lost = lose(lost, by=alice, reason=LossReason.objects.first().id)
    with pytest.raises(Invalid):
        order_deal(lost, by=alice)
    quote = make_quote(deal, by=alice)
    accept(send(quote, by=alice), by=alice, who="خالد")
    with pytest.raises(Invalid):
        order_deal(deal, by=alice)
    assert not SalesOrder.objects.exists()


def test_the_page_orders_the_deal_and_shows_the_order(deal, browser):
    client, page = browser("alice"), f"/w/rayyan/opportunities/{deal.id}/"
    button = f'hx-post="{page}do/order"'
    assert button in client.get(page).content.decode().partition("s-lines")[2]
    answer = client.post(f"{page}do/order", headers={"HX-Request": "true"})
    order = SalesOrder.objects.get()
    assert answer.headers["HX-Redirect"] == f"/w/rayyan/orders/{order.id}/"
    after = client.get(page).content.decode()
    assert order.number in after
    assert button not in after.partition("s-lines")[2].partition("</section>")[0]


def test_whoever_may_add_no_orders_orders_no_deal(deal, admin, browser):
    seller = Role.objects.get(code="seller")
    seller.grants = {"opportunities": {"view": "all", "edit": "all"}, "orders": {"view": "all"}}
    seller.save()
    compile_anew(seller, {}, admin)
    refused = browser("alice").post(f"/w/rayyan/opportunities/{deal.id}/do/order")
    assert refused.status_code == 403
    assert not SalesOrder.objects.exists()


def test_what_was_ordered_without_a_quote_is_not_ordered_by_a_quote_again(deal, alice):
    quote = make_quote(deal, by=alice)
    straight = order_deal(deal, by=alice)
    quote = accept(send(quote, by=alice), by=alice)
    with pytest.raises(Invalid):
        place(quote, by=alice)
    assert SalesOrder.objects.get().id == straight.id
    cancel(straight, by=alice)
    quote.refresh_from_db()
    assert place(quote, by=alice).quote_id == quote.id
