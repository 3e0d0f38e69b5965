"""Up to which discount and down to which margin somebody decides alone: at quotes, orders and invoices alike."""

from decimal import Decimal

import pytest

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, Wanting
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.invoices.actions import issue
from sila.sales.invoices.billing import bill_order
from sila.sales.invoices.rules import WORK as INVOICES
from sila.sales.orders.actions import confirm, place, reopen
from sila.sales.orders.rules import WORK as ORDERS
from sila.sales.partners import pricing
from sila.sales.quotes.actions import LIMITS, accept, new_version, send
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import WORK as QUOTES
from sila.work.approvals.actions import approve
from sila.work.approvals.models import Approval

HTMX = {"hx-request": "true"}


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def typed(work, paper, by, *rows):
    """The lines of a document of whichever noun."""
    context = Context(by, Reader.of(by.workspace))
    return work.set_lines(paper, [(f"new-{at}", row) for at, row in enumerate(rows)], by=by, context=context)


def lined(quote, by, *rows):
    return typed(QUOTES, quote, by, *rows)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def quote(alice, customer) -> Quote:
    made = add("quotes", alice, name="توريد مكيفات", party=customer.id)
    return lined(made, alice, {"name": "مكيف", "price": "4850", "quantity": "12", "discount": "7.5"})


# ---- quotes --------------------------------------------------------------------------------------------
@pytest.fixture
def limited(admin) -> None:
    """Sellers decide up to 5 %, managers up to 20 %."""
    for code, most in (("seller", "5"), ("manager", "20")):
        role = Role.objects.get(code=code)
        add("authority-limits", admin, role=role.id, kind="discount", most=most)


def test_a_discount_beyond_ones_limit_waits_for_approval(quote, alice, company, limited):
    with pytest.raises(Wanting) as wanting:
        send(quote, by=alice)
    assert Quote.objects.get().status == "draft"
    wanting.value.supply({"approval_note": "عميل قديم"}, by=alice)
    with pytest.raises(Invalid):  # it waits
        send(quote, by=alice)
    approval = Approval.objects.get()
    manager = company.actor("manager")
    with pytest.raises(NotAllowed):
        approve(approval, by=alice)
    approve(approval, by=manager)
    assert send(quote, by=alice).status == "sent"


def test_a_yes_is_one_to_these_lines_alone(quote, alice, company, limited):
    with pytest.raises(Wanting) as wanting:
        send(quote, by=alice)
    wanting.value.supply({}, by=alice)
    approve(Approval.objects.get(), by=company.actor("manager"))
    changed = lined(quote, alice, {"name": "مكيف", "price": "4850", "discount": "7.5", "quantity": "99"})
    with pytest.raises(Wanting):
        send(changed, by=alice)
    small = lined(changed, alice, {"name": "مكيف", "price": "4850", "discount": "5"})
    assert send(small, by=alice).status == "sent"  # within her own limit


def test_a_price_typed_below_the_one_on_offer_is_a_discount(quote, alice, admin, limited):
    product = add("products", admin, name="مضخة", code="P", price="1000", cost="100")
    cheap = lined(quote, alice, {"product": str(product.id), "price": "500", "quantity": "1"})
    with pytest.raises(Wanting) as wanting:
        send(cheap, by=alice)
    assert "50" in str(wanting.value.title)
    near = lined(cheap, alice, {"product": str(product.id), "price": "960", "quantity": "1"})
    both = lined(near, alice, {"product": str(product.id), "price": "960", "discount": "2", "quantity": "1"})
    assert LIMITS.discount_of(both, alice)["discount"] == "5.92"
    dear = lined(both, alice, {"product": str(product.id), "price": "1200", "quantity": "1"})
    assert send(dear, by=alice).status == "sent"


def test_a_margin_below_ones_limit_waits_for_approval(quote, alice, admin, company):
    """Sellers decide alone as long as what is sold costs at most 80 % of what it brings."""
    role = Role.objects.get(code="seller")
    add("authority-limits", admin, role=role.id, kind="cost of a quote", most="80")
    product = add("products", admin, name="مضخة", code="P", price="1000", cost="850")
    thin = lined(quote, alice, {"product": str(product.id), "price": "1000", "quantity": "2"})
    with pytest.raises(Wanting) as wanting:
        send(thin, by=alice)
    assert "85" not in str(wanting.value.title)
    wanting.value.supply({}, by=alice)
    assert Approval.objects.get().kind == "cost of a quote"
    approve(Approval.objects.get(), by=admin)
    sent = send(thin, by=alice)
    assert sent.status == "sent"
    fair = lined(
        new_version(sent, by=alice), alice, {"product": str(product.id), "price": "1100", "quantity": "1"}
    )
    assert LIMITS.cost_of(fair, alice)["cost"] == "77.28"
    assert send(fair, by=alice).status == "sent"


def test_what_is_given_away_is_beyond_every_limit(quote, alice, admin):
    product = add("products", admin, name="مضخة", code="P", price="1000", cost="850")
    gift = lined(quote, alice, {"product": str(product.id), "price": "1000", "discount": "100"})
    assert LIMITS.cost_of(gift, alice)["cost"] == "10000"


def test_a_cost_that_was_typed_or_a_line_without_one_hides_no_margin(quote, alice, admin):
    product = add("products", admin, name="مضخة", code="P", price="1000", cost="850")
    row = {"product": str(product.id), "price": "1000", "cost": "1"}
    thin = lined(quote, alice, row, {"name": "تركيب", "price": "5000"})
    assert LIMITS.cost_of(thin, alice)["cost"] == "85"


def test_without_limits_nobody_is_asked(quote, alice):
    assert send(quote, by=alice).status == "sent"


def test_what_a_promotion_takes_off_is_no_discount_of_the_seller(quote, alice, admin, limited, monkeypatch):
    product = add("products", admin, name="مضخة", code="P", price="1000")
    monkeypatch.setattr(pricing, "DISCOUNTS", [lambda paper, product, on: Decimal(20)])
    offered = lined(quote, alice, {"product": str(product.id), "quantity": "1"})
    assert offered.lines.filter(deleted_at=None).get().discount == 20
    assert LIMITS.discount_of(offered, alice)["discount"] == "0"
    more = lined(offered, alice, {"product": str(product.id), "quantity": "1", "discount": "28"})
    assert LIMITS.discount_of(more, alice)["discount"] == "10"  # 720 of 800
    with pytest.raises(Wanting):
        send(more, by=alice)


# ---- orders and invoices -------------------------------------------------------------------------------
CHEAP = {"name": "مكيف", "price": "4850", "discount": "15"}


def test_an_order_that_no_quote_went_before_has_the_same_limit(customer, alice, company, limited):
    order = typed(ORDERS, add("orders", alice, name="توريد", party=customer.id), alice, CHEAP)
    with pytest.raises(Wanting) as wanting:
        confirm(order, by=alice)
    wanting.value.supply({"approval_note": "عميل قديم"}, by=alice)
    approval = Approval.objects.get()
    assert (approval.kind, approval.entity) == ("discount:orders", "orders")
    with pytest.raises(NotAllowed):
        approve(approval, by=alice)
    approve(approval, by=company.actor("manager"))
    assert confirm(order, by=alice).status == "confirmed"
    assert issue(bill_order(order, by=alice), by=alice).number  # a part of it is agreed already


def test_the_page_of_an_order_asks_for_the_approval(customer, alice, limited, browser):
    order = typed(ORDERS, add("orders", alice, name="توريد", party=customer.id), alice, CHEAP)
    asked = browser("alice").post(f"/w/rayyan/orders/{order.id}/do/confirm", headers=HTMX)
    assert "approval_note" in asked.content.decode()
    assert order.__class__.objects.get(id=order.id).status == "draft"


def test_an_invoice_of_its_own_has_the_same_limit(customer, alice, company, limited):
    invoice = typed(INVOICES, add("invoices", alice, name="توريد", party=customer.id), alice, CHEAP)
    with pytest.raises(Wanting) as wanting:
        issue(invoice, by=alice)
    assert invoice.__class__.objects.get(id=invoice.id).number == ""
    wanting.value.supply({}, by=alice)
    approve(Approval.objects.get(kind="discount:invoices"), by=company.actor("manager"))
    assert issue(invoice, by=alice).number


def test_what_was_agreed_in_a_quote_is_not_asked_about_again_but_what_was_changed_is(
    quote, alice, admin, company, limited
):
    with pytest.raises(Wanting) as wanting:
        send(quote, by=alice)
    wanting.value.supply({}, by=alice)
    approve(Approval.objects.get(), by=company.actor("manager"))
    order = place(accept(send(quote, by=alice), by=alice), by=alice)
    assert confirm(reopen(order, by=alice), by=alice).status == "confirmed"
    cheaper = typed(ORDERS, reopen(order.__class__.objects.get(id=order.id), by=alice), alice, CHEAP)
    with pytest.raises(Wanting):
        confirm(cheaper, by=alice)


def test_the_margin_is_guarded_at_orders_too(customer, alice, admin):
    role = Role.objects.get(code="seller")
    add("authority-limits", admin, role=role.id, kind="cost of a quote", most="80")
    order = add("orders", alice, name="توريد", party=customer.id)
    thin = typed(ORDERS, order, alice, {"name": "مكيف", "price": "100", "cost": "90"})
    with pytest.raises(Wanting):
        confirm(thin, by=alice)


def test_there_is_one_limit_for_all_documents(admin):
    role = Role.objects.get(code="seller")
    with pytest.raises(Invalid):
        add("authority-limits", admin, role=role.id, kind="discount:orders", most="5")
