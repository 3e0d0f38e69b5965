"""Quotes through the verbs and doors that people use: lines and sums, versions, the customer's answer."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sila.catalog.models import Measure, Tax
from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.access.rules import compile_anew
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import changes_sentence
from sila.platform.kit import clock
from sila.sales.quotes.actions import accept, decline, new_version, send, set_lines
from sila.sales.quotes.links import current_link
from sila.sales.quotes.models import Quote, QuoteLine

quotes, lines = registry["quotes"], registry["quote-lines"]


@pytest.fixture
def machine(company, workspace):
    token = make_token(company.members["admin"], "tests")
    return Client(headers={"Authorization": f"Bearer {token}"})


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def piece():
    return Measure.objects.get(name="حبة").id


def lined(quote, by, *rows):
    context = Context(by, Reader.of(by.workspace))
    return set_lines(quote, [(f"new-{at}", row) for at, row in enumerate(rows)], by=by, context=context)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def chiller(admin):
    return add(
        "products",
        admin,
        name="مكيف",
        name_en="Chiller",
        code="A",
        price="4850",
        cost="3000",
        measure=piece(),
    )


@pytest.fixture
def quote(alice, customer, chiller) -> Quote:
    made = add("quotes", alice, name="توريد مكيفات", party=customer.id)
    return lined(made, alice, {"product": chiller.id, "quantity": "12", "discount": "7.5"})


def test_a_line_takes_from_its_product_what_it_does_not_say(quote):
    line = QuoteLine.objects.get()
    assert (line.name, line.name_en, line.unit, line.price, line.cost) == (
        "مكيف",
        "Chiller",
        "حبة",
        4850_00,
        3000_00,
    )
    assert (line.tax_rate, line.net, line.tax, line.total, line.saved) == (
        15,
        53835_00,
        8075_25,
        61910_25,
        4365_00,
    )


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "2.5 × مكيف"), ("en", "2.5 × Chiller"), ("both", "2.5 × مكيف · Chiller")]
)
def test_a_bundle_names_its_parts_in_the_languages_of_the_document(
    alice, admin, customer, chiller, language, said
):
    bundle = add("products", admin, name="باقة", code="B", kind="bundle", price="9000")
    add("bundle-items", admin, bundle=bundle.id, product=chiller.id, quantity="2.5")
    paper = add("quotes", alice, name="باقات", party=customer.id, language=language)
    lined(paper, alice, {"product": bundle.id})
    assert paper.lines.get().details == said


def test_a_quote_is_the_sum_of_its_lines(quote, alice):
    lined(
        quote,
        alice,
        {"name": "تركيب", "price": "3200"},
        {"name": "Fibre", "quantity": "250.5", "price": "45"},
    )
    quote.refresh_from_db()
    assert (quote.net, quote.tax, quote.total) == (14472_50, 2170_88, 16643_38)
    assert quote.cost is None  # of these nobody knows what they cost, so there is no margin either
    assert quote.margin is None


def test_the_margin_is_told_where_every_cost_is_known(quote):
    assert quote.cost == 36000_00
    assert quote.margin == Decimal("33.1")


def test_a_change_of_all_lines_is_one_event(quote):
    assert Event.objects.filter(record_id=quote.id, kind="lines_changed").count() == 1


def test_lines_come_by_the_api_as_well(quote, machine, admin):
    made = machine.post(
        "/api/v1/quote-lines",
        {"quote": str(quote.id), "name": "تركيب", "price": "3200", "quantity": 2},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    quote.refresh_from_db()
    assert quote.net == 53835_00 + 6400_00
    line = f"/api/v1/quote-lines/{made.json()['id']}"
    changed = machine.patch(
        line, {"quantity": 1}, content_type="application/json", headers={"If-Match": made.headers["ETag"]}
    )
    assert changed.status_code == 200, changed.content
    quote.refresh_from_db()
    assert quote.net == 53835_00 + 3200_00
    assert machine.delete(line).status_code == 204
    quote.refresh_from_db()
    assert quote.net == 53835_00


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": "x", "price": "1", "quantity": "0"}, "quantity"),
        ({"name": "x", "price": "1", "quantity": "-2"}, "quantity"),
        ({"name": "x", "price": "1", "discount": "300"}, "discount"),
        ({"name": "x", "price": "1", "discount": "-5"}, "discount"),
        ({"name": "x", "price": "-1"}, "price"),
        ({"name": "x"}, "price"),
        ({"price": "1"}, "name"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_changes(quote, alice, row, field):
    with pytest.raises(Invalid):
        lined(quote, alice, row)
    with pytest.raises(Invalid) as refusal:
        records.create(lines, {"quote": quote.id, **row}, by=alice)
    assert field in refusal.value.errors
    quote.refresh_from_db()
    assert quote.net == 53835_00
    assert QuoteLine.objects.filter(deleted_at=None).count() == 1


def test_an_amount_beyond_all_bounds_is_refused(quote, alice):
    with pytest.raises(Invalid):
        lined(quote, alice, {"name": "x", "price": "9999999999999999", "quantity": "99999999999"})


def test_prices_with_tax_in_them_come_to_the_same_total(quote, alice):
    records.update(quotes, quote.id, {"tax_included": True}, by=alice)
    quote.refresh_from_db()
    assert (quote.total, quote.net, quote.tax) == (53835_00, 46813_04, 7021_96)
    assert QuoteLine.objects.get().net == 46813_04


def test_the_editor_tells_with_tax_what_is_said_to_be_with_tax(alice, customer, browser):
    paper = add("quotes", alice, name="a", party=customer.id, tax_included=True)
    typed = {"line": "k", "k.name": "سطر", "k.quantity": "2", "k.price": "115", "discount_sum": ""}
    tried = browser("alice").post(f"/w/rayyan/quote/{paper.id}/lines/try", typed).content.decode()
    line = tried.split('hx-target="#line-k-total"')[1].split("</hx-partial>")[0]
    assert "230.00" in line  # and not the 200.00 before tax


def test_a_workspace_may_round_the_tax_once_for_the_document(alice, customer, workspace):
    rows = [{"name": f"سطر {at}", "price": "0.10"} for at in range(5)]
    by_line = lined(add("quotes", alice, name="a", party=customer.id), alice, *rows)
    assert by_line.tax == 10  # five times 1.5 halalas, each up to 2
    workspace.tax_rounding = "document"
    by_document = lined(add("quotes", alice, name="b", party=customer.id), alice, *rows)
    assert by_document.tax == 8  # 7.5 halalas, up to 8
    assert sum(line.tax for line in by_document.lines.all()) == 8


def test_amounts_are_read_in_the_currency_of_the_quote(alice, customer):
    dinars = add("quotes", alice, name="d", party=customer.id, currency="KWD")
    lined(dinars, alice, {"name": "x", "price": "1.255", "quantity": "3"})
    assert (dinars.lines.get().price, Quote.objects.get(id=dinars.id).net) == (1255, 3765)
    yen = add("quotes", alice, name="y", party=customer.id, currency="JPY")
    with pytest.raises(Invalid):
        lined(yen, alice, {"name": "x", "price": "1.5"})


def test_the_timeline_tells_amounts_in_the_currency_that_each_was_in(alice, customer):
    dinars = add("quotes", alice, name="d", party=customer.id, currency="KWD")
    lined(dinars, alice, {"name": "x", "price": "1.255", "quantity": "3"})
    lined(Quote.objects.get(id=dinars.id), alice)
    records.update(quotes, dinars.id, {"currency": "SAR", "price_book": None}, by=alice)
    lined(Quote.objects.get(id=dinars.id), alice, {"name": "x", "price": "9.50"})
    reader = in_english(alice)
    told = [
        changes_sentence(quotes, each.payload["changes"], reader, {})
        for each in Event.objects.filter(record_id=dinars.id).exclude(kind="created").order_by("id")
    ]
    assert "<bdi>KWD\u00a00.000</bdi> → <bdi>KWD\u00a03.765</bdi>" in told[0]
    assert "<bdi>KWD\u00a03.765</bdi> → <bdi>KWD\u00a00.000</bdi>" in told[1]
    assert "<bdi>SAR\u00a00.00</bdi> → <bdi>SAR\u00a09.50</bdi>" in told[-1]


def in_english(by):
    return Context(by, replace(Reader.of(by.workspace), language="en"))


def test_a_quantity_that_no_column_takes_is_refused_and_the_largest_is_kept(alice, customer):
    paper = add("quotes", alice, name="d", party=customer.id)
    with pytest.raises(Invalid) as wrong:
        lined(paper, alice, {"name": "x", "price": "0.01", "quantity": "100000000000"})
    assert wrong.value.errors
    assert not paper.lines.exists()
    lined(paper, alice, {"name": "x", "price": "0.01", "quantity": "99999999999.999"})
    assert Quote.objects.get(id=paper.id).net == 100_000_000_000


def test_a_product_without_a_rate_into_the_currency_asks_for_its_price(alice, customer, chiller):
    dollars = add("quotes", alice, name="d", party=customer.id, currency="USD")
    with pytest.raises(Invalid):
        lined(dollars, alice, {"product": chiller.id})
    lined(dollars, alice, {"product": chiller.id, "price": "1300"})
    assert dollars.lines.get().cost is None  # nor is its cost known in dollars


# ---- versions ------------------------------------------------------------------------------------------
def test_what_was_sent_is_not_changed_by_any_door(quote, alice, machine):
    sent = send(quote, by=alice)
    line = QuoteLine.objects.get()
    for change in (
        lambda: lined(sent, alice, {"name": "x", "price": "1"}),
        lambda: records.update(quotes, quote.id, {"name": "آخر"}, by=alice),
        lambda: records.update(quotes, quote.id, {"terms": "x"}, by=alice),
        lambda: records.update(lines, line.id, {"price": "1"}, by=alice),
        lambda: records.trash(lines, line.id, by=alice),
        lambda: records.create(lines, {"quote": quote.id, "name": "x", "price": "1"}, by=alice),
    ):
        with pytest.raises(Invalid):
            change()
    quote.refresh_from_db()
    assert (quote.name, quote.net) == ("توريد مكيفات", 53835_00)


def test_who_wants_to_change_what_a_colleague_has_sent_reads_why_it_cannot_be(quote, alice, browser):
    send(quote, by=alice)
    answer = browser("alice").get(f"/w/rayyan/quote/{quote.id}/lines")
    assert answer.status_code == 400
    assert "This quote was sent." in answer.content.decode()


def test_a_new_version_takes_over_everything_and_replaces_the_old_one_when_it_is_sent(quote, alice):
    first = send(quote, by=alice)
    second = new_version(first, by=alice)
    assert (second.number, second.revision, second.status) == (f"{first.number}-2", 2, "draft")
    assert (second.net, second.tax, second.total, second.party_id) == (
        first.net,
        first.tax,
        first.total,
        first.party_id,
    )
    assert [line.net for line in second.lines.all()] == [53835_00]
    first.refresh_from_db()
    assert first.status == "sent"  # what the customer holds counts until then
    send(second, by=alice)
    first.refresh_from_db()
    assert first.status == "replaced"
    assert current_link(first) is None
    with pytest.raises(Invalid):
        accept(first, by=alice)


def test_there_is_one_newer_version_only(quote, alice):
    sent = send(quote, by=alice)
    new_version(sent, by=alice)
    with pytest.raises(Invalid):
        new_version(Quote.objects.get(id=sent.id), by=alice)


@pytest.mark.parametrize("lacks", ["customer", "lines", "days"])
def test_half_a_quote_is_not_sent(lacks, alice, customer):
    values = {} if lacks == "customer" else {"party": customer.id}
    if lacks == "days":
        yesterday = (clock.now() - timedelta(days=2)).date()
        values |= {"issued_on": yesterday, "valid_until": yesterday}
    made = add("quotes", alice, name="x", **values)
    if lacks != "lines":
        made = lined(made, alice, {"name": "x", "price": "1"})
    with pytest.raises(Invalid):
        send(made, by=alice)
    assert Quote.objects.get(id=made.id).status == "draft"


def test_two_who_change_the_lines_are_told(quote, alice, bob, company):
    admin = company.actor("admin")
    context = Context(admin, Reader.of(admin.workspace))
    before = quote.version
    lined(quote, alice, {"name": "x", "price": "1"})
    with pytest.raises(Stale):
        set_lines(Quote.objects.get(id=quote.id), [], by=admin, context=context, version=before)


def test_a_deleted_product_stays_on_the_quotes_that_name_it(quote, admin, chiller, browser):
    records.trash(registry["products"], chiller.id, by=admin)
    page = browser("admin").get(f"/w/rayyan/quotes/{quote.id}/").content.decode()
    assert "مكيف" in page
    assert QuoteLine.objects.get().price == 4850_00


# ---- the answer ----------------------------------------------------------------------------------------
def test_the_deal_is_worth_what_was_accepted_and_its_other_offers_end(alice, customer, chiller):
    deal = add("opportunities", alice, name="صفقة", party=customer.id, amount="1000")
    both = [
        send(
            lined(add("quotes", alice, name=name, opportunity=deal.id), alice, {"product": chiller.id}),
            by=alice,
        )
        for name in ("أ", "ب")
    ]
    assert both[0].party_id == customer.id  # from the deal
    accept(both[0], by=alice, who="أ. خالد")
    deal.refresh_from_db()
    assert deal.amount == 4850_00
    other = Quote.objects.get(id=both[1].id)
    assert other.status == "replaced"
    with pytest.raises(Invalid):
        decline(other, by=alice)


def test_a_quote_is_answered_once(quote, alice):
    sent = send(quote, by=alice)
    declined = decline(sent, by=alice, reason="السعر")
    assert (declined.status, declined.decline_reason) == ("declined", "السعر")
    with pytest.raises(Invalid):
        accept(declined, by=alice)


def test_quotes_follow_their_owner_and_lines_their_quote(quote, alice, bob, charlie, company):
    viewer = company.actor("viewer")
    assert quotes.visible_to(charlie).count() == 0
    assert lines.visible_to(charlie).count() == 0
    with pytest.raises(NotFound):
        records.get(quotes, quote.id, by=charlie)
    assert lines.visible_to(bob).count() == 1  # of the team
    with pytest.raises(NotAllowed):
        lined(quote, bob, {"name": "x", "price": "1"})
    with pytest.raises(NotAllowed):
        records.create(lines, {"quote": quote.id, "name": "x", "price": "1"}, by=bob)
    with pytest.raises(NotAllowed):
        send(quote, by=viewer)
    with pytest.raises(Invalid):  # as if there were no such quote
        records.create(lines, {"quote": quote.id, "name": "x", "price": "1"}, by=charlie)


@pytest.mark.usefixtures("print_fonts")
def test_a_closed_price_is_on_no_page_and_no_paper(quote, browser, admin, company):
    seller = Role.objects.get(code="seller")
    page = f"/w/rayyan/quotes/{quote.id}/"
    assert browser("alice").get(f"/w/rayyan/quote/{quote.id}/pdf").status_code == 200
    open_page = browser("alice").get(page).content.decode()
    assert "33.1%" in open_page
    assert "3,000" not in open_page  # the cost stands on no page
    seller.fields = {"quote-lines": {"price": "hidden"}, "quotes": {"margin": "hidden"}}
    seller.save()
    compile_anew(seller, {}, admin)
    shown = browser("alice").get(page).content.decode()
    assert "4,850" not in shown
    assert "33.1%" not in shown
    assert browser("alice").get(f"/w/rayyan/quote/{quote.id}/pdf").status_code == 403


def test_papers_do_not_become_one(quote, machine, alice, customer):
    other = add("quotes", alice, name="آخر", party=customer.id)
    answer = machine.post(
        f"/api/v1/quotes/{quote.id}/merges", {"others": [str(other.id)]}, content_type="application/json"
    )
    assert answer.status_code in (403, 404, 405)
    assert Quote.objects.filter(deleted_at=None).count() == 2


def test_another_tax_in_the_editor_counts_at_once(quote, browser, admin):
    line, zero = QuoteLine.objects.get(), Tax.objects.get(treatment="zero")
    typed = {"line": str(line.id), "version": quote.version, f"{line.id}.tax_kind": str(zero.id)}
    assert browser("alice").post(f"/w/rayyan/quote/{quote.id}/lines", typed).status_code == 302
    line.refresh_from_db()
    quote.refresh_from_db()
    assert (line.tax_kind, line.tax_rate, line.tax, quote.tax) == (zero, 0, 0, 0)
