"""Invoices: numbers without gaps, nothing changed once issued, payments and credits that add up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from sila.catalog.models import Measure
from sila.platform.access.links import make_token
from sila.platform.access.models import OrgUnit
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.invoices import paper
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.invoices.billing import bill
from sila.sales.invoices.models import Invoice, Payment
from sila.sales.invoices.paper import data_of, pdf_of
from sila.sales.invoices.rules import WORK
from sila.sales.lines.paper import letterhead_for
from sila.sales.quotes.actions import accept, send
from sila.sales.quotes.actions import set_lines as set_quote_lines

invoices, payments = registry["invoices"], registry["payments"]


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def lined(invoice, by, *rows):
    context = Context(by, Reader.of(by.workspace))
    return WORK.set_lines(
        invoice, [(f"new-{at}", row) for at, row in enumerate(rows)], by=by, context=context
    )


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق", vat_number="310122393500003")


@pytest.fixture
def draft(alice, customer) -> Invoice:
    made = add("invoices", alice, name="توريد", party=customer.id)
    return lined(made, alice, {"name": "مكيف", "price": "1000", "quantity": "2"})


@pytest.fixture
def issued(draft, alice) -> Invoice:
    return issue(draft, by=alice)


def now(invoice) -> Invoice:
    return Invoice.objects.get(id=invoice.id)


# ---- from quote to invoice -----------------------------------------------------------------------------
def test_an_accepted_quote_is_billed_once_with_the_same_lines(alice, customer):
    quote = add("quotes", alice, name="عرض", party=customer.id, terms="30 يومًا")
    context = Context(alice, Reader.of(alice.workspace))
    rows = [("n", {"name": "مكيف", "price": "1000", "quantity": "3", "discount": "10"})]
    quote = send(set_quote_lines(quote, rows, by=alice, context=context), by=alice)
    with pytest.raises(Invalid):
        bill(quote, by=alice)
    quote = accept(quote, by=alice)
    invoice = bill(quote, by=alice)
    assert (invoice.status, invoice.number, invoice.party_id) == ("draft", "", customer.id)
    assert (
        (invoice.net, invoice.tax, invoice.total)
        == (quote.net, quote.tax, quote.total)
        == (2700_00, 405_00, 3105_00)
    )
    assert [(line.name, line.net) for line in WORK.lines_of(invoice)] == [("مكيف", 2700_00)]
    with pytest.raises(Invalid):
        bill(quote, by=alice)


# ---- numbers -------------------------------------------------------------------------------------------
def test_numbers_run_by_kind_branch_and_year(draft, alice, admin, customer):
    branch = OrgUnit.objects.get(name="Riyadh")
    records.update(registry["units"], branch.id, {"code": "ruh"}, by=admin)
    with clock.at(datetime(2026, 12, 31, 20, 59, tzinfo=UTC)):  # a minute before midnight in Riyadh
        first = issue(draft, by=alice)
    other = lined(add("invoices", alice, name="b", party=customer.id), alice, {"name": "x", "price": "1"})
    with clock.at(datetime(2026, 12, 31, 21, 1, tzinfo=UTC)):
        second = issue(other, by=alice)
    assert (first.number, second.number) == ("INV-RUH-2026-00001", "INV-RUH-2027-00001")
    note = credit(first, by=alice, reason="إرجاع")
    with clock.at(datetime(2027, 1, 2, 9, tzinfo=UTC)):
        assert issue(note, by=alice).number == "CRN-RUH-2027-00001"


def test_a_department_numbers_as_its_branch_does(draft, alice, admin):
    branch = OrgUnit.objects.get(name="Riyadh")
    records.update(registry["units"], branch.id, {"code": "RUH"}, by=admin)
    department = add(
        "units", admin, name="مبيعات الرياض", kind="department", parent=branch.id, code="RUH-SALES"
    )
    records.update(invoices, draft.id, {"org_unit": department.id}, by=admin)
    assert "-RUH-20" in issue(now(draft), by=admin).number


def test_the_only_letterhead_is_that_of_its_branch_and_of_no_other(admin):
    riyadh, jeddah = (OrgUnit.objects.get(name=name) for name in ("Riyadh", "Jeddah"))
    own = add("letterheads", admin, name="فرع الرياض", org_unit=riyadh.id)
    assert letterhead_for(riyadh.id) == own
    assert letterhead_for(jeddah.id) is None
    everywhere = add("letterheads", admin, name="الشركة")
    assert letterhead_for(jeddah.id) == letterhead_for(None) == everywhere
    assert letterhead_for(riyadh.id) == own


def test_an_issue_that_fails_takes_no_number(draft, alice, customer):
    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        issue(draft, by=alice)
        raise Broken
    assert now(draft).number == ""
    empty = add("invoices", alice, name="فارغة", party=customer.id)
    with pytest.raises(Invalid):
        issue(empty, by=alice)
    assert issue(now(draft), by=alice).number.endswith("-00001")


def test_an_invoice_is_issued_once(issued, alice):
    with pytest.raises(Invalid):
        issue(issued, by=alice)
    assert now(issued).number == issued.number


# ---- what stands ---------------------------------------------------------------------------------------
def test_what_was_issued_is_not_changed_nor_thrown_away_by_any_door(issued, alice, admin):
    line = WORK.lines_of(issued)[0]
    for change in (
        lambda: records.update(invoices, issued.id, {"name": "آخر"}, by=alice),
        lambda: records.update(invoices, issued.id, {"due_on": "2027-01-01"}, by=admin),
        lambda: lined(issued, alice, {"name": "x", "price": "1"}),
        lambda: records.update(registry["invoice-lines"], line.id, {"price": "1"}, by=alice),
        lambda: records.trash(registry["invoice-lines"], line.id, by=alice),
        lambda: records.trash(invoices, issued.id, by=admin),
    ):
        with pytest.raises(Invalid):
            change()
    again = now(issued)
    assert (again.name, again.total, again.deleted_at) == ("توريد", 2300_00, None)


def test_a_bulk_trash_leaves_issued_invoices_where_they_are(issued, alice, admin, customer):
    from sila.platform.entities.trashing import trash_many

    draft = add("invoices", alice, name="مسودة", party=customer.id)
    assert set(trash_many(invoices, [issued.id, draft.id], by=admin)) == {draft.id}
    assert now(issued).deleted_at is None


# ---- payments ------------------------------------------------------------------------------------------
def test_payments_bring_the_balance_down_to_nothing(issued, alice):
    assert issued.balance == 2300_00
    pay(issued, by=alice, amount=800_00)
    half = now(issued)
    assert (half.paid, half.balance, half.status) == (800_00, 1500_00, "issued")
    pay(half, by=alice, reference="FT-77")
    whole = now(issued)
    assert (whole.paid, whole.balance, whole.status) == (2300_00, 0, "paid")
    assert whole.settled_on is not None
    with pytest.raises(Invalid):
        pay(whole, by=alice, amount=1)


@pytest.mark.parametrize("amount", ["0", "-5", "2300.01", "9999999"])
def test_no_payment_is_more_than_is_due_or_nothing(issued, alice, amount):
    with pytest.raises(Invalid) as refusal:
        records.create(payments, {"invoice": issued.id, "amount": amount}, by=alice)
    assert "amount" in refusal.value.errors
    assert now(issued).balance == 2300_00


def test_a_payment_is_changed_taken_out_and_put_back(issued, alice):
    payment = pay(issued, by=alice, amount=2300_00)
    records.update(payments, payment.id, {"amount": "300"}, by=alice)
    assert (now(issued).balance, now(issued).status) == (2000_00, "issued")
    records.trash(payments, payment.id, by=alice)
    assert now(issued).balance == 2300_00
    pay(now(issued), by=alice, amount=2200_00)
    with pytest.raises(Invalid):  # it would be more than is due by now
        records.restore(payments, payment.id, by=alice)
    assert now(issued).balance == 100_00


def test_nothing_goes_back_while_nothing_is_owed(issued, alice):
    pay(issued, by=alice, amount=500_00)
    with pytest.raises(Invalid) as refusal:
        records.create(payments, {"invoice": issued.id, "direction": "out", "amount": "1"}, by=alice)
    assert "amount" in refusal.value.errors


def test_drafts_and_days_to_come_take_no_payment(draft, alice):
    with pytest.raises(Invalid):
        records.create(payments, {"invoice": draft.id, "amount": "1"}, by=alice)
    sent = issue(draft, by=alice)
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    with pytest.raises(Invalid) as refusal:
        records.create(payments, {"invoice": sent.id, "amount": "1", "paid_on": tomorrow}, by=alice)
    assert "paid_on" in refusal.value.errors


# ---- credit notes --------------------------------------------------------------------------------------
def test_a_credit_note_takes_back_what_it_says(issued, alice):
    note = credit(issued, by=alice, reason="قطعة معيبة")
    note = lined(note, alice, {"name": "مكيف", "price": "1000", "quantity": "1"})
    assert now(issued).balance == 2300_00  # a draft counts for nothing
    note = issue(note, by=alice)
    assert (note.total, note.balance, note.status) == (1150_00, 0, "paid")
    assert (now(issued).credited, now(issued).balance) == (1150_00, 1150_00)


def test_it_is_settled_on_the_day_of_the_last_payment_or_note_where_the_company_is(issued, alice):
    late = datetime(2027, 1, 31, 21, 30, tzinfo=UTC)  # half past midnight in Riyadh
    with clock.at(late):
        issue(credit(now(issued), by=alice, reason="كلها"), by=alice)
    assert now(issued).settled_on == date(2027, 2, 1)


def test_notes_are_worth_at_most_their_invoice(issued, alice):
    issue(credit(issued, by=alice, reason="كلها"), by=alice)
    assert (now(issued).balance, now(issued).status) == (0, "paid")
    second = credit(now(issued), by=alice, reason="مرة أخرى")
    with pytest.raises(Invalid):
        issue(second, by=alice)
    assert now(issued).credited == 2300_00


def test_after_a_note_on_what_was_paid_we_owe_the_customer(issued, alice):
    pay(issued, by=alice)
    issue(credit(now(issued), by=alice, reason="إرجاع"), by=alice)
    assert now(issued).balance == -2300_00
    with pytest.raises(Invalid):
        records.create(payments, {"invoice": issued.id, "direction": "out", "amount": "2300.01"}, by=alice)
    records.create(payments, {"invoice": issued.id, "direction": "out", "amount": "2300"}, by=alice)
    assert (now(issued).balance, now(issued).status) == (0, "paid")


def test_what_we_owe_is_told_and_refunded_by_a_button(issued, alice, browser):
    page = browser("alice")
    url = f"/w/rayyan/invoices/{issued.id}/"
    assert f"{url}do/refund" not in page.get(url).content.decode()
    pay(issued, by=alice)
    issue(credit(now(issued), by=alice, reason="إرجاع"), by=alice)
    shown = page.get(url).content.decode()
    assert "We owe the customer SAR\u00a02,300.00." in shown
    assert 'value="2300.00"' in page.get(f"{url}do/refund").content.decode()
    assert "2,300.00" in page.post(f"{url}do/refund", {"amount": "2300.01"}).content.decode()
    assert now(issued).balance == -2300_00
    assert page.post(f"{url}do/refund", {"amount": "2300", "reference": "TRF-9"}).status_code in (204, 302)
    assert (now(issued).balance, Payment.objects.latest("id").direction) == (0, "out")
    assert f"{url}do/refund" not in page.get(url).content.decode()


def test_a_note_takes_back_no_more_of_a_thing_than_was_invoiced(issued, alice):
    note = credit(issued, by=alice, reason="إرجاع")
    note = lined(note, alice, {"name": "مكيف", "price": "1", "quantity": "3"})
    with pytest.raises(Invalid) as refusal:
        issue(note, by=alice)
    assert "2" in refusal.value.errors[""]
    note = lined(now(note), alice, {"name": "تخفيض السعر", "price": "1", "quantity": "3"})
    assert issue(note, by=alice).total == 3_45


def test_what_comes_back_may_be_counted_in_another_unit(alice, admin, customer):
    piece, dozen = (str(Measure.objects.get(name=name).id) for name in ("حبة", "دزينة"))
    water = add("products", admin, name="ماء", code="W", price="1", measure=piece)
    sold = {"product": str(water.id), "quantity": "1", "measure": dozen}
    invoice = issue(lined(add("invoices", alice, name="ماء", party=customer.id), alice, sold), by=alice)
    row = {"product": str(water.id), "measure": piece, "price": "0.5"}
    too_many = lined(credit(invoice, by=alice, reason="إرجاع"), alice, {**row, "quantity": "13"})
    with pytest.raises(Invalid) as refusal:
        issue(too_many, by=alice)
    assert "12" in refusal.value.errors[""]
    assert issue(lined(now(too_many), alice, {**row, "quantity": "12"}), by=alice).number


def test_a_note_keeps_the_price_that_was_invoiced_when_less_comes_back(alice, admin, customer, browser):
    book = add("price-books", admin, name="كميات", currency="SAR")
    lamp = add("products", admin, name="مصباح", code="L", price="100")
    add("prices", admin, book=book.id, product=lamp.id, price="80", from_quantity="10")
    sold = lined(
        add("invoices", alice, name="مصابيح", party=customer.id),
        alice,
        {"product": lamp.id, "quantity": "10"},
    )
    tried = {"line": "k", "k.product": str(lamp.id), "k.name": "مصباح", "k.asked": "10", "k.price": "80.00"}

    def editor(paper):
        return (
            browser("alice")
            .post(f"/w/rayyan/invoice/{paper.id}/lines/try", tried | {"k.quantity": "4"})
            .content.decode()
        )

    assert 'value="100.00"' in editor(sold)  # a draft of one's own follows the book
    note = credit(issue(now(sold), by=alice), by=alice, reason="إرجاع")
    assert 'value="100.00"' not in editor(note)
    assert "320.00" in editor(note)


def test_a_note_says_why(issued, alice):
    note = credit(issued, by=alice)
    with pytest.raises(Invalid) as refusal:
        issue(note, by=alice)
    assert "reason" in refusal.value.errors


# ---- currencies ----------------------------------------------------------------------------------------
def test_the_rate_of_the_day_of_issue_is_kept(alice, admin, customer):
    add("exchange-rates", admin, currency="USD", rate="3.75", day="2026-01-01")
    dollars = add("invoices", alice, name="d", party=customer.id, currency="USD")
    sent = issue(lined(dollars, alice, {"name": "x", "price": "100"}), by=alice)
    assert (sent.base, sent.rate, sent.base_total) == ("SAR", Decimal("3.75"), 431_25)
    add("exchange-rates", admin, currency="USD", rate="4", day="2026-01-02")
    assert now(sent).base_total == 431_25


def test_an_invoice_in_another_currency_tells_its_tax_in_that_of_the_books(
    alice, admin, customer, monkeypatch
):
    codes = []
    monkeypatch.setattr(paper, "tax_code", lambda **told: codes.append(told) or "")
    add("letterheads", admin, name="الريان", vat_number="310122393500003")
    add("exchange-rates", admin, currency="KWD", rate="12.2145", day="2026-01-01")
    dinars = add("invoices", alice, name="d", party=customer.id, currency="KWD", language="en")
    sent = issue(lined(dinars, alice, {"name": "x", "price": "50.211"}), by=alice)
    sums = {each["label"].get("en", ""): each["value"] for each in data_of(sent, alice.workspace)["sums"]}
    assert sums["Tax 15%"] == "7.532"
    assert sums["Exchange rate"] == "1 KWD = 12.2145 SAR"
    assert (sums["Tax (SAR)"], sums["Total with tax (SAR)"]) == ("92.00", "705.30")  # 7.532 and 57.743 dinars
    assert sums["Total with tax"] == "KWD 57.743"
    assert (codes[-1]["tax"], codes[-1]["total"], codes[-1]["currency"].code) == (92_00, 705_30, "SAR")
    riyals = issue(
        lined(add("invoices", alice, name="r", party=customer.id), alice, {"name": "x", "price": "1"}),
        by=alice,
    )
    assert not [each for each in data_of(riyals, alice.workspace)["sums"] if "SAR" in str(each["label"])]


def test_without_a_rate_nothing_is_guessed(alice, customer):
    euros = add("invoices", alice, name="e", party=customer.id, currency="EUR")
    sent = issue(lined(euros, alice, {"name": "x", "price": "100"}), by=alice)
    assert (sent.rate, sent.base_total) == (None, None)


# ---- who may, and what is shown ------------------------------------------------------------------------
def test_invoices_follow_their_owner_and_payments_their_invoice(issued, alice, bob, charlie):
    payment = pay(issued, by=alice, amount=100)
    assert payments.visible_to(bob).get() == payment  # of the team
    with pytest.raises(NotAllowed):
        records.create(payments, {"invoice": issued.id, "amount": "1"}, by=bob)
    assert not payments.visible_to(charlie).exists()
    with pytest.raises(NotFound):
        records.get(invoices, issued.id, by=charlie)


def test_a_customers_page_tells_what_is_due_and_how_old_it_is(issued, alice, customer, browser):
    late = lined(
        add("invoices", alice, name="قديمة", party=customer.id), alice, {"name": "x", "price": "100"}
    )
    day = (clock.now() - timedelta(days=45)).date().isoformat()
    records.update(invoices, late.id, {"due_on": day}, by=alice)
    issue(now(late), by=alice)
    page = browser("admin").get(f"/w/rayyan/organizations/{customer.id}/").content.decode()
    assert "2,415.00" in page  # in all
    assert "115.00" in page.split("31–60")[1]


@pytest.mark.usefixtures("print_fonts")
def test_the_paper_is_a_tax_invoice_with_its_code_where_the_law_wants_one(issued, alice, admin):
    words = data_of(issued, alice.workspace)
    assert (words["title"]["ar"], words["qr"]) == ("فاتورة ضريبية", "")  # nobody has said who bills
    add("letterheads", admin, name="الريان", vat_number="300000000000003")
    words = data_of(issued, alice.workspace)
    assert words["qr"].startswith("<?xml")
    assert words["number"] == issued.number
    assert pdf_of(issued, alice.workspace).startswith(b"%PDF")
    pay(issued, by=alice, amount=300_00)
    assert data_of(now(issued), alice.workspace)["sums"][-1]["value"] == "2,000.00"


def test_the_verbs_are_there_by_the_api(draft, company):
    machine = Client(headers={"Authorization": f"Bearer {make_token(company.members['admin'], 'tests')}"})
    base = f"/api/v1/invoices/{draft.id}"

    def do(verb, **values):
        return machine.post(f"{base}/{verb}", values, content_type="application/json")

    assert do("issue").status_code == 200
    assert do("issue").status_code == 422
    assert do("pay", amount="300.00", reference="A-1").status_code == 200
    assert machine.get(base).json()["balance"] == "2000.00"
    assert Payment.objects.get().name == "A-1"


def test_the_form_of_a_payment_begins_with_what_is_due_today(issued, alice, browser):
    url = f"/w/rayyan/invoices/{issued.id}/"
    form = browser("alice").get(f"{url}do/pay", headers={"HX-Request": "true"}).content.decode()
    assert 'value="2300.00"' in form
    assert clock.now().date().isoformat()[:8] in form
    given = {"amount": "300.00", "paid_on": "", "method": "cash", "reference": "A-7"}
    assert browser("alice").post(f"{url}do/pay", given, headers={"HX-Request": "true"}).status_code == 204
    page = browser("alice").get(url).content.decode()
    assert "A-7" in page
    assert "2,000.00" in page


@pytest.mark.parametrize(
    "noun", ["quotes", "orders", "invoices", "assets", "warranty-claims", "maintenance-plans"]
)
def test_every_ready_made_list_opens(noun, browser, issued):
    entity = registry[noun]
    for view in entity.views:
        query = QueryDict(mutable=True)
        query.setlist("f", list(view.conditions))
        query["sort"] = view.sort
        answer = browser("admin").get(f"/w/rayyan/{noun}/?{query.urlencode()}")
        assert answer.status_code == 200, view.key


# ---- from other systems --------------------------------------------------------------------------------
def test_invoices_of_another_system_come_in_paid_and_credited_as_they_were(admin, customer):
    """Paid in full first and credited in part later: the payment is not refused for the credit."""
    brought = replace(admin, via="import")
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        columns = {"issued_at": clock.now(), "status": "paid", "party_id": customer.id}
        invoice = records.create(invoices, {"name": "قديمة"}, by=brought, number="OLD-1", **columns)
        note = records.create(
            invoices, {"name": "رد", "reason": "تالف"}, by=brought, number="OLDC-1", kind="credit",
            credits_id=invoice.id, **columns,
        )  # fmt: skip
        for paper, quantity in ((invoice, "2"), (note, "1")):
            values = {"invoice": paper.id, "name": "مكيف", "price": "1000", "quantity": quantity}
            records.create(registry["invoice-lines"], values, by=brought)
        assert (now(invoice).credited, now(invoice).balance) == (1150_00, 1150_00)
        records.create(payments, {"invoice": invoice.id, "amount": "2300"}, by=brought)
    settled = now(invoice)
    assert (settled.paid, settled.credited, settled.balance, settled.status) == (
        2300_00,
        1150_00,
        -1150_00,
        "paid",
    )
    with pytest.raises(Invalid):  # what is paid here is measured as ever
        records.create(payments, {"invoice": invoice.id, "amount": "1"}, by=admin)
