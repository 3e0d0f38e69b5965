"""A sum off a whole document: shared out over its lines exactly, approved as other discounts are, billed in parts."""

from decimal import Decimal

import pytest

from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, Wanting
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.invoices.actions import credit, issue
from sila.sales.invoices.billing import bill_order
from sila.sales.invoices.models import Invoice
from sila.sales.orders.actions import place
from sila.sales.quotes.actions import LIMITS, accept, make_quote, new_version, send, set_lines
from sila.sales.quotes.models import Quote
from sila.sales.quotes.paper import data_of

ROWS = (
    {"name": "مكيف", "price": "100", "quantity": "1"},
    {"name": "تركيب", "price": "100", "quantity": "2"},
    {"name": "شحن", "price": "33.35", "quantity": "1", "discount": "10"},
)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def lined(paper, by, *rows, verb=set_lines, **more):
    context = Context(by, Reader.of(by.workspace))
    return verb(paper, [(f"new-{at}", row) for at, row in enumerate(rows)], by=by, context=context, **more)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def quote(alice, customer) -> Quote:
    made = add("quotes", alice, name="توريد", party=customer.id)
    return lined(made, alice, *ROWS, discount_sum="50")


def shares(paper):
    return [line.share for line in paper.lines.filter(deleted_at=None).order_by("order")]


def test_the_sum_is_shared_out_exactly_and_the_tax_is_that_of_what_is_left(quote):
    worth = (100_00, 200_00, 30_02)  # 33.35 less 10 % is 30.015
    assert shares(quote) == [15_15, 30_30, 4_55]
    assert [line.net for line in quote.lines.order_by("order")] == [
        whole - share for whole, share in zip(worth, shares(quote), strict=True)
    ]
    assert (quote.discount_sum, quote.net, quote.discount) == (50_00, 280_02, 53_33)
    assert quote.tax == sum(line.tax for line in quote.lines.all()) == 12_73 + 25_46 + 3_82
    assert quote.total == quote.net + quote.tax


def test_in_prices_with_tax_the_total_is_that_much_less(quote, alice):
    records.update(registry["quotes"], quote.id, {"tax_included": True}, by=alice)
    quote.refresh_from_db()
    assert (quote.total, quote.net + quote.tax) == (280_02, 280_02)


def test_another_sum_by_the_form_or_the_api_moves_all_lines(quote, company, client):
    headers = {"Authorization": f"Bearer {make_token(company.members['alice'], 'tests')}"}
    address = f"/api/v1/quotes/{quote.id}"
    mark = client.get(address, headers=headers).headers["ETag"]
    send_ = {"content_type": "application/json", "headers": headers | {"If-Match": mark}}
    for wrong in ("330.03", "-1"):
        refused = client.patch(address, {"discount_sum": wrong}, **send_)
        assert (refused.status_code, "discount_sum" in refused.json()["errors"]) == (422, True)
    assert client.patch(address, {"discount_sum": "330.02"}, **send_).status_code == 200
    quote.refresh_from_db()
    assert (quote.net, quote.tax, sum(shares(quote))) == (0, 0, 330_02)


def test_a_line_less_is_refused_where_it_would_leave_less_than_the_sum(quote, alice):
    records.update(registry["quotes"], quote.id, {"discount_sum": "300"}, by=alice)
    line = quote.lines.order_by("order")[1]
    with pytest.raises(Invalid):
        records.trash(registry["quote-lines"], line.id, by=alice)
    with pytest.raises(Invalid):
        lined(Quote.objects.get(), alice, ROWS[0])
    quote.refresh_from_db()
    assert (quote.net, quote.lines.filter(deleted_at=None).count()) == (30_02, 3)


def test_the_editor_tries_it_and_says_when_it_is_too_much(quote, browser):
    client, base = browser("alice"), f"/w/rayyan/quote/{quote.id}/lines"
    assert 'name="discount_sum" value="50.00"' in client.get(base).content.decode()
    typed = {"line": [str(line.id) for line in quote.lines.order_by("order")], "version": quote.version}
    tried = client.post(f"{base}/try", typed | {"discount_sum": "80"}).content.decode()
    assert "250.02" in tried
    assert (
        "more than the lines come to"
        in client.post(f"{base}/try", typed | {"discount_sum": "400"}).content.decode()
    )
    assert client.post(base, typed | {"discount_sum": "400"}).status_code == 422
    assert client.post(base, typed | {"discount_sum": "x"}).status_code == 422
    assert client.post(base, typed | {"discount_sum": "٨٠"}).status_code == 302
    quote.refresh_from_db()
    assert (quote.discount_sum, quote.net) == (80_00, 250_02)


def test_screen_customer_and_paper_show_it_by_itself(quote, browser, workspace, alice):
    page = browser("alice").get(f"/w/rayyan/quotes/{quote.id}/").content.decode()
    assert "Discount on the whole" in page
    assert "50.00" in page
    sums = {row["label"]["en"]: row["value"] for row in data_of(quote, workspace)["sums"]}
    assert (sums["Discount"], sums["Discount on the whole"], sums["Total before tax"]) == (
        "3.33",
        "50.00",
        "280.02",
    )


def test_it_counts_for_the_limit_of_discounts(quote, alice, admin):
    assert Decimal(LIMITS.discount_of(quote, alice)["discount"]) == Decimal(
        "23.65"
    )  # 10 % and 4.55 of 30.02, rounded up
    seller = Role.objects.get(code="seller")
    limit = add("authority-limits", admin, role=str(seller.id), kind="discount", most="23.64")
    with pytest.raises(Wanting):
        send(quote, by=alice)
    records.update(registry["authority-limits"], limit.id, {"most": "23.65"}, by=admin)
    assert send(quote, by=alice).status == "sent"


def test_what_was_sent_keeps_its_sum_and_a_new_version_takes_it_along(quote, alice, admin):
    sent = send(quote, by=admin)
    with pytest.raises(Invalid):
        records.update(registry["quotes"], sent.id, {"discount_sum": "60"}, by=admin)
    fresh = new_version(Quote.objects.get(id=sent.id), by=admin)
    assert (fresh.discount_sum, fresh.net, shares(fresh)) == (50_00, 280_02, shares(quote))


def test_a_deal_has_it_too_and_its_quote_takes_it_over(customer, alice):
    deal = add("opportunities", alice, name="صفقة", party=str(customer.id))
    deal = lined(deal, alice, *ROWS, verb=DEALS.set_lines, discount_sum="50")
    assert (deal.amount, deal.net) == (280_02, 280_02)
    assert (make_quote(deal, by=alice).net, shares(make_quote(deal, by=alice))) == (280_02, shares(deal))
    records.update(registry["opportunities"], deal.id, {"discount_sum": "30.02"}, by=alice)
    deal.refresh_from_db()
    assert (deal.amount, deal.net) == (300_00, 300_00)


@pytest.mark.parametrize("parts", [("100",), ("30", ""), ("33", "33", "")])
def test_the_parts_of_an_order_bill_all_of_it(quote, admin, parts):
    accept(send(quote, by=admin), by=admin, who="خالد")
    order = place(Quote.objects.get(), by=admin)
    assert (order.discount_sum, order.net) == (50_00, 280_02)
    for part in parts:
        issue(bill_order(order, by=admin, part=part), by=admin)
    billed = Invoice.objects.filter(sales_order_id=order.id)
    assert sum(invoice.discount_sum for invoice in billed) == 50_00
    for invoice in billed:
        assert sum(shares(invoice)) == invoice.discount_sum
    assert abs(sum(invoice.net for invoice in billed) - 280_02) <= len(parts) - 1


def test_a_part_that_is_made_smaller_takes_less_of_it_and_the_rest_comes_with_the_last(quote, admin, browser):
    accept(send(quote, by=admin), by=admin, who="خالد")
    order = place(Quote.objects.get(), by=admin)
    draft = bill_order(order, by=admin, part="50")
    assert draft.discount_sum == 25_01  # each line rounds its half
    page = f"/w/rayyan/invoice/{draft.id}/lines"
    assert 'name="discount_sum"' not in browser("admin").get(page).content.decode()
    first, second, third = (str(line.id) for line in draft.lines.order_by("order"))
    typed = {"line": [first, second, third], "version": draft.version, f"{second}.quantity": "0.5"}
    assert browser("admin").post(page, typed).status_code == 302
    draft.refresh_from_db()
    assert draft.discount_sum == sum(shares(draft)) == 17_43  # 25.01 × 115.01 ÷ 165.01
    records.trash(registry["invoice-lines"], third, by=admin)
    draft.refresh_from_db()
    assert draft.discount_sum == 15_16  # 17.43 × 100 ÷ 115.01
    issue(draft, by=admin)
    rest = issue(bill_order(order, by=admin), by=admin)
    assert draft.discount_sum + rest.discount_sum == 50_00


def test_a_credit_note_for_half_gives_back_half_of_it(quote, admin):
    accept(send(quote, by=admin), by=admin, who="خالد")
    invoice = issue(bill_order(place(Quote.objects.get(), by=admin), by=admin), by=admin)
    note = credit(invoice, by=admin, reason="تالف")
    assert (note.discount_sum, note.net) == (50_00, 280_02)
    for line in note.lines.all():
        half = {"quantity": str(line.quantity / 2)}
        records.update(registry["invoice-lines"], line.id, half, by=admin)
    note.refresh_from_db()
    assert (note.discount_sum, note.net) == (25_00, 140_01)
