"""Products that fit, on the pages of customers and deals: what is named and why, to whom, and what is answered."""

from datetime import timedelta
from random import Random

import pytest
from django.conf import settings

from sila.catalog.models import BundleItem, PriceBook, Product
from sila.insight.fitting import working
from sila.insight.fitting.actions import accept, reject
from sila.insight.fitting.choosing import choose
from sila.insight.fitting.models import ProductRule, Suggestion
from sila.insight.tests.market import buy, customers, products
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.sales.quotes.models import QuoteLine
from tests.counting import at_most
from tests.people import rule

pytestmark = pytest.mark.django_db


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


class Market:
    """Twenty customers with a till, of whom sixteen have the licence too; forty others; and Sami, who has the till alone."""

    def __init__(self, company, alice):
        self.company, self.alice = company, alice
        member = company.members["alice"]
        self.till, self.licence, self.chair, self.lamp = products("till", "licence", "chair", "lamp")
        now = clock.now()
        for place, party in enumerate(customers(20, member, industry="retail")):
            bought = [self.till, *([self.licence] if place < 16 else [])]
            buy(party, now - timedelta(days=100 + place), bought, member)
        for place, party in enumerate(customers(40, member)):
            buy(party, now - timedelta(days=50), [self.chair if place % 2 else self.lamp], member)
        self.sami = add("organizations", alice, name="Sami", industry="retail")
        buy(self.sami, now - timedelta(days=30), [self.till], member)
        self.deal = add("opportunities", alice, name="Shop", party=str(self.sami.id))
        self.count()

    def count(self):
        working.count(self.company.workspace)

    def named(self, by=None, deal=None):
        return [fit.product for fit in choose(self.sami, by=by or self.alice, deal=deal).fits]


@pytest.fixture
def market(company, workspace, alice):
    return Market(company, alice)


def address(market, tail=""):
    return f"/w/rayyan/fit/customer/{market.sami.id}{tail}"


# ---- what is named -----------------------------------------------------------------------------------------
def test_what_others_with_the_same_product_bought_is_named_with_its_reason(market, browser):
    page = browser("alice").get(address(market)).content.decode()
    assert "licence" in page
    assert "16" in page
    assert "of the 20 customers most like this one" in page
    assert "80%" in page
    assert "expected margin" in page
    assert "chair" not in page


def test_both_pages_fetch_it_when_they_are_there(market, browser):
    for slug, record, of in (
        ("organizations", market.sami, "customer"),
        ("opportunities", market.deal, "deal"),
    ):
        page = browser("alice").get(f"/w/rayyan/{slug}/{record.id}/").content.decode()
        assert f"/w/rayyan/fit/{of}/{record.id}" in page
        shown = browser("alice").get(f"/w/rayyan/fit/{of}/{record.id}").content.decode()
        assert "licence" in shown


def test_who_bought_nothing_has_no_card(market, alice, browser):
    nobody = add("organizations", alice, name="Nobody")
    page = browser("alice").get(f"/w/rayyan/organizations/{nobody.id}/").content.decode()
    assert "/fit/customer/" not in page


def test_before_the_first_count_it_says_so(market, browser):
    working.ModelRun.objects.all().delete()
    assert "Nothing was counted yet" in browser("alice").get(address(market)).content.decode()


def test_a_deal_about_a_product_is_reason_enough(market, alice):
    fresh = add("organizations", alice, name="Fresh")
    deal = add("opportunities", alice, name="Till", party=str(fresh.id), product=str(market.till.id))
    assert [fit.product for fit in choose(fresh, by=alice, deal=deal).fits] == [market.licence.id]
    assert choose(fresh, by=alice).fits == []


def test_nothing_is_named_that_is_off_sale_offered_bought_in_a_bundle_or_without_a_price(
    market, alice, admin
):
    assert market.named() == [market.licence.id]
    licence = Product.objects.filter(id=market.licence.id)
    licence.update(active=False)
    assert market.named() == []
    licence.update(active=True, price=None)
    assert market.named() == []
    licence.update(price=50_00)
    book = add("price-books", admin, name="Other branch", currency="SAR", active=False)
    assert PriceBook.objects.filter(id=book.id).exists()
    quote = add("quotes", alice, name="Offer", party=str(market.sami.id))
    line = add("quote-lines", alice, quote=str(quote.id), product=str(market.licence.id))
    assert market.named() == []
    records.trash(registry["quote-lines"], line.id, by=alice)
    assert market.named() == [market.licence.id]
    (kit,) = products("kit", kind="bundle")
    BundleItem.objects.create(bundle_id=kit.id, product_id=market.licence.id)
    buy(market.sami, clock.now(), [kit], market.company.members["alice"])
    assert market.named() == []


def test_a_price_in_a_book_of_another_branch_is_no_price_for_this_customer(market, admin, company):
    Product.objects.filter(id=market.licence.id).update(price=None)
    jeddah = company.members["charlie"].unit_id
    book = add("price-books", admin, name="Jeddah", currency="SAR", org_unit=str(jeddah))
    add("prices", admin, book=str(book.id), product=str(market.licence.id), price="40")
    assert market.named() == []
    add("price-books", admin, name="All", currency="SAR", order="9")
    everyone = PriceBook.objects.get(name="All")
    add("prices", admin, book=str(everyone.id), product=str(market.licence.id), price="45")
    assert market.named() == [market.licence.id]


# ---- who sees what -----------------------------------------------------------------------------------------
def test_who_sees_no_invoices_sees_nothing_that_follows_from_them(market, browser, company):
    rule(company, lambda role: role.grants.update(invoices={"view": "none"}))
    page = browser("alice").get(f"/w/rayyan/organizations/{market.sami.id}/").content.decode()
    assert "/fit/customer/" not in page
    assert browser("alice").get(address(market)).status_code == 403
    assert browser("alice").get("/w/rayyan/fit").status_code == 403


def test_reasons_do_not_tell_of_invoices_of_another_branch(market, company, charlie):
    assert choose(market.sami, by=charlie).fits == []  # the till was sold by Riyadh
    assert market.named() != []


def test_customers_alike_are_named_to_those_who_see_all_invoices_alone(market, browser):
    assert "الأشبه:" in browser("admin").get(address(market)).content.decode()
    assert "Most alike" not in browser("alice").get(address(market)).content.decode()


def test_another_workspace_knows_nothing_of_it(market, elsewhere, dalia, browser, client):
    with scope(elsewhere.workspace):
        foreign = add("organizations", dalia, name="Foreign")
        working.count(elsewhere.workspace)
        assert not ProductRule.objects.exists()
        assert choose(foreign, by=dalia).fits == []
    assert browser("alice").get(f"/w/rayyan/fit/customer/{foreign.id}").status_code == 404
    client.force_login(elsewhere.user("dalia"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get(address(market)).status_code == 404
    assert ProductRule.objects.exists()


# ---- answers -----------------------------------------------------------------------------------------------
def test_what_is_accepted_goes_into_the_draft_of_the_deal_with_its_price(market, alice, browser):
    quote = add("quotes", alice, name="Offer", opportunity=str(market.deal.id))
    path = f"/w/rayyan/fit/deal/{market.deal.id}/{market.licence.id}/accept"
    assert browser("alice").post(path).status_code == 204
    line = QuoteLine.objects.get(quote_id=quote.id)
    assert (line.product_id, line.price) == (market.licence.id, 100_00)
    kept = Suggestion.objects.get()
    assert (kept.answer, kept.figures["together"], kept.figures["of"]) == ("accepted", 16, 20)
    event = Event.objects.get(kind="suggestion_accepted")
    assert (event.record_id, event.payload["text"]) == (market.deal.id, "licence")
    assert (
        "licence"
        in browser("alice").get(f"/w/rayyan/opportunities/{market.deal.id}/timeline").content.decode()
    )
    assert browser("alice").post(path).status_code in (400, 422)  # it is not suggested any more
    assert Suggestion.objects.count() == 1


def test_what_is_accepted_goes_into_the_deal_that_counts_its_products(market, alice, browser):
    market.deal.refresh_from_db()
    records.update(registry["opportunities"], market.deal.id, {"amount": ""}, by=alice)
    path = f"/w/rayyan/fit/deal/{market.deal.id}/{market.licence.id}/accept"
    assert browser("alice").post(path).status_code == 204
    market.deal.refresh_from_db()
    assert [line.product_id for line in market.deal.lines.all()] == [market.licence.id]
    assert market.deal.amount == 100_00


def test_what_stands_in_the_deal_is_not_suggested_for_it(market, alice):
    named = [fit.product for fit in choose(market.sami, by=alice, deal=market.deal).fits]
    assert market.licence.id in named
    records.update(registry["opportunities"], market.deal.id, {"amount": ""}, by=alice)
    market.deal.refresh_from_db()
    accept(market.sami, market.licence.id, by=alice, deal=market.deal)
    for deal in (market.deal, None):
        named = [fit.product for fit in choose(market.sami, by=alice, deal=deal).fits]
        assert market.licence.id not in named


def test_an_amount_that_was_typed_is_not_replaced_by_a_suggestion(market, alice):
    records.update(registry["opportunities"], market.deal.id, {"amount": "5000"}, by=alice)
    market.deal.refresh_from_db()
    assert accept(market.sami, market.licence.id, by=alice, deal=market.deal) is None
    assert not market.deal.lines.exists()


def test_without_a_draft_the_interest_is_noted(market, alice):
    assert accept(market.sami, market.licence.id, by=alice) is None
    assert not QuoteLine.objects.exists()
    assert Suggestion.objects.get().answer == "accepted"
    assert market.named() == []


def test_what_is_rejected_is_not_named_to_this_customer_until_its_day(market, alice, browser):
    path = address(market, f"/{market.licence.id}/reject")
    assert "Why does it not fit?" in browser("alice").get(path).content.decode()
    assert browser("alice").post(path, {"why": "", "months": "6"}).status_code == 422
    assert market.named() == [market.licence.id]
    assert browser("alice").post(path, {"why": "price", "months": "3"}).status_code == 204
    assert market.named() == []
    with clock.at(clock.now() + timedelta(days=95)):
        assert market.named() == [market.licence.id]
    assert Event.objects.filter(kind="suggestion_rejected", entity="organizations").exists()


@pytest.mark.parametrize("why", ["", "bored"])
def test_a_rejection_has_a_reason(market, alice, why):
    with pytest.raises(Invalid):
        reject(market.sami, market.licence.id, by=alice, why=why)
    assert not Suggestion.objects.exists()


def test_who_may_not_change_the_customer_does_not_answer(market, bob, browser):
    assert "/accept" not in browser("bob").get(address(market)).content.decode()
    with pytest.raises(NotAllowed):
        accept(market.sami, market.licence.id, by=bob)
    assert not Suggestion.objects.exists()


# ---- the count ---------------------------------------------------------------------------------------------
def test_the_count_is_a_job_of_each_night_and_runs_twice_to_the_same_end(market, company):
    before = set(ProductRule.objects.values_list("basis", "product_id", "then_id", "together", "of"))
    working.count_everywhere()
    working.count_everywhere()
    job = Job.objects.get(name=working.JOB)
    assert jobs.run(company.workspace.pk, job.id)
    assert set(ProductRule.objects.values_list("basis", "product_id", "then_id", "together", "of")) == before
    assert before


def test_drafts_notes_and_what_was_thrown_away_are_no_purchases(market, alice):
    member = market.company.members["alice"]
    for change in ({"status": "draft"}, {"kind": "credit"}, {"deleted_at": clock.now()}):
        invoice = buy(market.sami, clock.now(), [market.licence], member)
        type(invoice).objects.filter(id=invoice.id).update(**change)
    market.count()
    assert market.named() == [market.licence.id]
    assert ProductRule.objects.get(product_id=market.till.id, basis="history").together == 16


# ---- how well it fits --------------------------------------------------------------------------------------
def test_the_page_says_when_there_is_too_little_to_tell(market, browser):
    page = browser("alice").get("/w/rayyan/fit").content.decode()
    assert "Too little to say" in page
    assert "61" in page  # purchases counted


def test_with_enough_purchases_the_page_compares_with_what_most_customers_buy(market, browser):
    member, chance, now = market.company.members["alice"], Random(1), clock.now()
    for party in customers(60, member):
        buy(party, now - timedelta(days=90), [market.till], member)
        later = market.licence if chance.random() < 0.9 else market.lamp
        buy(party, now - timedelta(days=9), [later], member)
    market.count()
    page = browser("alice").get("/w/rayyan/fit").context["page"]
    ours, usual = page["trial"]["rows"]
    assert ours["count"].endswith("of 60")
    assert "%" in ours["between"]
    assert usual["count"].endswith("of 60")


def test_what_was_bought_within_ninety_days_of_an_answer_is_counted(market, alice, browser):
    member = market.company.members["alice"]
    with clock.at(clock.now() - timedelta(days=120)):
        Suggestion.objects.create(
            party_id=market.sami.id, product_id=market.lamp.id, answer="accepted", member_id=member.id
        )
        Suggestion.objects.create(
            party_id=market.sami.id, product_id=market.chair.id, answer="rejected", why="need"
        )
    buy(market.sami, clock.now() - timedelta(days=60), [market.lamp], member)
    buy(market.sami, clock.now() - timedelta(days=1), [market.chair], member)  # too late to count
    rows = browser("alice").get("/w/rayyan/fit").context["page"]["answers"]
    assert [row["count"] for row in rows] == ["1 of 2", "1 of 1", "0 of 1"]


# ---- few questions -----------------------------------------------------------------------------------------
def test_pages_with_the_card_and_the_card_itself_ask_few_questions(market, browser):
    client = browser("alice")
    for path, number in (
        (f"/w/rayyan/organizations/{market.sami.id}/", 12),
        (f"/w/rayyan/opportunities/{market.deal.id}/", 12),
        (f"/w/rayyan/fit/deal/{market.deal.id}", 24),
        ("/w/rayyan/fit", 12),
    ):
        client.get(path)
        with at_most(number):
            assert client.get(path).status_code == 200
