"""Orders: from an accepted quote, billed in parts that add up, and never more than was ordered."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.invoices.actions import credit, issue
from sila.sales.invoices.billing import bill, bill_order, part_of
from sila.sales.invoices.models import Invoice
from sila.sales.invoices.rules import WORK as INVOICES
from sila.sales.orders.actions import cancel, confirm, place, reopen
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.paper import data_of
from sila.sales.orders.rules import WORK
from sila.sales.quotes.actions import accept, send
from sila.sales.quotes.actions import set_lines as set_quote_lines

orders, invoices = registry["orders"], registry["invoices"]
AIR = {"name": "مكيف", "price": "1000", "quantity": "10"}
FITTING = {"name": "تركيب", "price": "333.33", "quantity": "1"}


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def lined(order, by, *rows):
    context = Context(by, Reader.of(by.workspace))
    return WORK.set_lines(order, [(f"n{at}", row) for at, row in enumerate(rows)], by=by, context=context)


def now(record):
    return type(record).objects.get(id=record.id)


def quantities(invoice):
    return [line.quantity for line in INVOICES.lines_of(invoice)]


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def draft(alice, customer) -> SalesOrder:
    return lined(add("orders", alice, name="توريد", party=customer.id), alice, AIR, FITTING)


@pytest.fixture
def order(draft, alice) -> SalesOrder:
    return confirm(draft, by=alice)


@pytest.fixture
def quote(alice, customer):
    quote = add("quotes", alice, name="عرض", party=customer.id, terms="30 يومًا")
    context = Context(alice, Reader.of(alice.workspace))
    quote = send(set_quote_lines(quote, [("n", AIR)], by=alice, context=context), by=alice)
    return accept(quote, by=alice)


# ---- from quote to order -------------------------------------------------------------------------------
def test_an_accepted_quote_becomes_one_confirmed_order_with_the_same_lines(quote, alice, customer):
    order = place(quote, by=alice)
    assert (order.status, order.party_id, order.total, order.unbilled) == (
        "confirmed",
        customer.id,
        quote.total,
        quote.net,
    )
    assert order.number.startswith("ORD-")
    assert [(line.name, line.quantity) for line in WORK.lines_of(order)] == [("مكيف", 10)]
    with pytest.raises(Invalid):
        place(quote, by=alice)


def test_a_quote_that_nobody_accepted_becomes_no_order(alice, customer):
    quote = add("quotes", alice, name="عرض", party=customer.id)
    with pytest.raises(Invalid):
        place(quote, by=alice)
    assert not SalesOrder.objects.exists()


def test_a_quote_is_billed_through_its_order_and_not_beside_it(quote, alice):
    order = place(quote, by=alice)
    invoice = bill(quote, by=alice)
    assert (invoice.sales_order_id, invoice.quote_id) == (order.id, quote.id)


def test_a_quote_that_was_billed_becomes_no_order(quote, alice):
    bill(quote, by=alice)
    with pytest.raises(Invalid):
        place(quote, by=alice)


def test_after_an_order_was_cancelled_its_quote_may_become_another(quote, alice):
    cancel(place(quote, by=alice), by=alice, reason="خطأ")
    assert place(quote, by=alice).status == "confirmed"


# ---- billing -------------------------------------------------------------------------------------------
def test_an_order_is_billed_in_parts_until_nothing_is_left(order, alice):
    first = issue(bill_order(order, by=alice, part="30"), by=alice)
    assert quantities(first) == [3, Decimal("0.3")]
    assert first.net == 3000_00 + 100_00
    half = now(order)
    assert (half.status, half.billed, half.unbilled) == ("confirmed", first.net, order.net - first.net)
    last = issue(bill_order(half, by=alice), by=alice)
    whole = now(order)
    assert quantities(last) == [7, Decimal("0.7")]
    assert (whole.status, whole.unbilled, whole.billed) == ("billed", 0, first.net + last.net)
    with pytest.raises(Invalid):
        bill_order(whole, by=alice)


def test_a_draft_counts_for_nothing_and_there_is_one_at_a_time(order, alice):
    draft = bill_order(order, by=alice)
    assert now(order).billed == 0
    with pytest.raises(Invalid):
        bill_order(order, by=alice)
    records.trash(invoices, draft.id, by=alice)
    assert quantities(bill_order(order, by=alice)) == [10, 1]


def test_no_invoice_bills_more_than_is_open(order, alice):
    draft = bill_order(order, by=alice, part="50")
    line = INVOICES.lines_of(draft)[0]
    records.update(registry["invoice-lines"], line.id, {"quantity": "10.001"}, by=alice)
    with pytest.raises(Invalid) as refusal:
        issue(now(draft), by=alice)
    assert "10" in str(refusal.value.errors[""])
    assert (now(draft).number, now(order).billed) == ("", 0)
    records.update(registry["invoice-lines"], line.id, {"quantity": "10"}, by=alice)
    assert issue(now(draft), by=alice).number


def test_what_a_credit_note_takes_back_can_be_billed_anew(order, alice):
    invoice = issue(bill_order(order, by=alice), by=alice)
    note = credit(invoice, by=alice, reason="إرجاع")
    line = INVOICES.lines_of(note)[0]
    records.update(registry["invoice-lines"], line.id, {"quantity": "2"}, by=alice)
    records.trash(registry["invoice-lines"], INVOICES.lines_of(note)[1].id, by=alice)
    assert now(order).status == "billed"
    issue(now(note), by=alice)
    again = now(order)
    assert (again.status, again.unbilled, again.billed) == ("confirmed", 2000_00, order.net - 2000_00)
    assert quantities(bill_order(again, by=alice)) == [2]


@pytest.mark.parametrize("part", ["0", "-5", "300", "0.0001"])
def test_a_part_lies_between_nothing_and_all(order, alice, part):
    with pytest.raises(Invalid) as refusal:
        bill_order(order, by=alice, part=part)
    assert "part" in refusal.value.errors
    assert not Invoice.objects.exists()


AMOUNTS = st.integers(1, 9_999_999).map(lambda thousandths: Decimal(thousandths) / 1000)


@given(quantity=AMOUNTS, percents=st.lists(st.decimals("0.01", 100, places=2), max_size=8))
def test_parts_of_any_size_come_to_what_was_ordered(quantity, percents):
    left = quantity
    for percent in [*percents, Decimal(100)]:
        part = part_of(quantity, left, percent)
        assert 0 <= part <= left
        left -= part
    assert left == 0


@pytest.mark.parametrize("parts", [("50", "50"), ("33.33", "33.33", ""), ("1", "98", ""), ("0.1", "")])
def test_the_invoices_of_an_order_add_up_to_it_within_their_rounding(order, alice, parts):
    made = [issue(bill_order(now(order), by=alice, part=part), by=alice) for part in parts]
    whole = now(order)
    assert (whole.status, whole.unbilled) == ("billed", 0)
    assert whole.billed == sum(invoice.net for invoice in made)
    assert abs(whole.billed - whole.net) <= len(made)


# ---- what stands ---------------------------------------------------------------------------------------
def test_a_confirmed_order_is_not_changed_but_for_its_dates(order, alice):
    for change in (
        lambda: records.update(orders, order.id, {"name": "آخر"}, by=alice),
        lambda: lined(order, alice, AIR),
        lambda: records.trash(registry["order-lines"], WORK.lines_of(order)[0].id, by=alice),
    ):
        with pytest.raises(Invalid):
            change()
    changed = records.update(orders, order.id, {"wanted_on": "2099-01-01", "reference": "PO-7"}, by=alice)
    assert (changed.reference, now(order).net) == ("PO-7", order.net)


def test_an_order_is_opened_again_while_it_is_on_no_invoice(order, alice):
    opened = reopen(order, by=alice)
    assert (opened.status, opened.unbilled, opened.confirmed_at) == ("draft", 0, None)
    order = confirm(lined(opened, alice, AIR), by=alice)
    draft = bill_order(order, by=alice)
    for refused in (lambda: reopen(now(order), by=alice), lambda: cancel(now(order), by=alice, reason="x")):
        with pytest.raises(Invalid):
            refused()
    with pytest.raises(Invalid):
        records.trash(orders, order.id, by=alice)
    records.trash(invoices, draft.id, by=alice)
    assert reopen(now(order), by=alice).is_draft


def test_a_cancelled_order_keeps_what_was_billed_and_bills_no_more(order, alice):
    invoice = issue(bill_order(order, by=alice, part="20"), by=alice)
    ended = cancel(now(order), by=alice, reason="توقف المشروع")
    assert (ended.status, ended.unbilled, ended.billed) == ("cancelled", 0, invoice.net)
    with pytest.raises(Invalid):
        bill_order(ended, by=alice)


def test_an_empty_order_and_one_for_nobody_are_not_confirmed(alice, customer):
    empty = add("orders", alice, name="فارغ", party=customer.id)
    nobodys = lined(add("orders", alice, name="بلا عميل"), alice, AIR)
    for wrong in (empty, nobodys):
        with pytest.raises(Invalid):
            confirm(wrong, by=alice)
        assert now(wrong).is_draft


def test_the_editor_of_lines_takes_one_piece_of_a_product(alice, admin, customer, browser):
    cooler = add("products", admin, name="مكيف", code="AC", price="1000", currency="SAR")
    order = add("orders", alice, name="أمر", party=customer.id)
    editor = f"/w/{alice.workspace.slug}/order/{order.id}/lines"
    form = {"do": "product", "product": str(cooler.id), "version": str(order.version)}
    page = browser("alice").post(f"{editor}/step", form, headers={"HX-Request": "true"})
    assert page.status_code == 200
    (row,) = page.context["editor"]["rows"]
    assert (row["values"]["quantity"], row["values"]["price"], row["errors"]) == ("1", "1000.00", {})


# ---- whose it is ---------------------------------------------------------------------------------------
def test_an_order_is_hidden_from_strangers_and_billed_by_who_may_bill(order, charlie, dalia):
    for stranger in (charlie, dalia):
        for verb in (confirm, cancel, reopen, bill_order):
            with scope(stranger.workspace), pytest.raises(NotFound):
                verb(order, by=stranger)
    assert not Invoice.objects.exists()


def test_who_may_see_an_order_and_make_no_invoices_makes_none(order, company, browser):
    page = orders.url(company.workspace.slug, order.id)
    assert "do/bill" in browser("alice").get(page).content.decode()
    role = Role.objects.get(code="seller")
    role.grants |= {"invoices": {"view": "all"}}
    role.save()
    workspace = company.workspace
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
    with pytest.raises(NotAllowed):
        bill_order(order, by=company.actor("alice"))
    assert "do/bill" not in browser("alice").get(page).content.decode()
    assert browser("alice").post(f"{page}do/bill", {"part": "100"}).status_code == 403
    assert not Invoice.objects.exists()


def test_an_order_that_moved_on_meanwhile_is_not_cancelled(order, alice):
    records.update(orders, order.id, {"reference": "PO-1"}, by=alice)
    with pytest.raises(Stale):
        cancel(order, by=alice, reason="x")


# ---- what is shown -------------------------------------------------------------------------------------
def test_the_page_of_an_order_shows_what_is_billed_and_its_invoices(order, alice, browser):
    issue(bill_order(order, by=alice, part="30"), by=alice)
    page = browser("alice").get(orders.url(alice.workspace.slug, order.id)).content.decode()
    assert ">3<" in page
    assert "INV-" in page


def test_the_paper_is_called_what_the_order_is(draft, alice):
    workspace = alice.workspace
    assert data_of(draft, workspace)["title"]["en"] == "Draft of an order"
    confirmed = confirm(draft, by=alice)
    assert data_of(confirmed, workspace)["title"]["ar"] == "تأكيد الطلب"
