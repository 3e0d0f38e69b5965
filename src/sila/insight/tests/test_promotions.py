"""Promotions: the lot, what is offered to whom, and what it brought."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from sila.insight.models import ModelRun
from sila.insight.promotions import views, working
from sila.insight.promotions.actions import (
    add_customers,
    clear_customers,
    end,
    make_call_list,
    measure,
    start,
)
from sila.insight.promotions.drawing import draw
from sila.insight.promotions.models import Promotion, PromotionCustomer
from sila.insight.tests.market import buy, customers, products
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import registry
from sila.platform.entities.saved import keep
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope, today
from sila.sales.calling.models import CallListEntry
from sila.sales.quotes.models import QuoteLine
from tests.counting import at_most
from tests.people import rule

pytestmark = pytest.mark.django_db


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def now(promotion):
    return Promotion.objects.get(id=promotion.id)


class Shop:
    """Forty customers; each bought for a hundred last month."""

    def __init__(self, company, admin):
        self.company, self.admin = company, admin
        self.member = company.members["alice"]
        self.customers = customers(40, self.member)
        (self.tea,) = products("tea", family="drinks")
        for party in self.customers:
            buy(party, clock.now() - timedelta(days=20), [self.tea], self.member)

    def rows(self):
        return registry["organizations"].visible_to(self.admin).filter(name__startswith="Customer")

    def promotion(self, **more):
        day = today()
        values = {
            "name": "Autumn",
            "begins": day.isoformat(),
            "ends": (day + timedelta(days=30)).isoformat(),
            "percent": "10",
            "control_share": "25",
        }
        return add("promotions", self.admin, **(values | more))

    def running(self, **more):
        promotion = self.promotion(**more)
        add_customers(promotion, self.rows(), by=self.admin)
        return start(now(promotion), by=self.admin)

    def group(self, promotion, *, treated):
        rows = PromotionCustomer.objects.filter(promotion_id=promotion.id, treated=treated)
        return list(rows.select_related("party").order_by("id"))


@pytest.fixture
def shop(company, workspace, admin):
    return Shop(company, admin)


# ---- from draft to measured --------------------------------------------------------------------------------
def test_the_lot_is_drawn_once_and_can_be_drawn_again(shop, admin):
    promotion = shop.running()
    control = {row.party_id for row in shop.group(promotion, treated=False)}
    assert len(control) == 10
    rows = PromotionCustomer.objects.filter(promotion_id=promotion.id)
    spent = dict(rows.values_list("party_id", "before"))
    assert set(spent.values()) == {100_00}
    assert draw(spent, 25, now(promotion).seed) == control
    with pytest.raises(Invalid):
        start(now(promotion), by=admin)
    assert {row.party_id for row in shop.group(promotion, treated=False)} == control


def test_what_runs_stands_as_it_is(shop, admin):
    promotion = shop.running()
    for values in ({"percent": "20"}, {"control_share": "50"}, {"ends": today().isoformat()}):
        with pytest.raises(Invalid):
            records.update(registry["promotions"], promotion.id, values, by=admin)
    with pytest.raises(Invalid):
        add_customers(now(promotion), shop.rows(), by=admin)
    with pytest.raises(Invalid):
        clear_customers(now(promotion), by=admin)
    with pytest.raises(Invalid):
        records.trash(registry["promotions"], promotion.id, by=admin)
    records.update(registry["promotions"], promotion.id, {"name": "Autumn offer"}, by=admin)
    assert (now(promotion).percent, now(promotion).name) == (Decimal(10), "Autumn offer")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends": "2020-01-01"}, "ends"),
        ({"control_share": "4"}, "control_share"),
        ({"control_share": "51"}, "control_share"),
        ({"percent": "101"}, "percent"),
        ({"cost": "-1"}, "cost"),
    ],
)
def test_what_makes_no_sense_is_refused(shop, values, field):
    with pytest.raises(Invalid) as refused:
        shop.promotion(**values)
    assert field in refused.value.errors
    assert not Promotion.objects.exists()


def test_it_starts_with_an_offer_and_customers_alone(shop, admin):
    bare = shop.promotion(percent="")
    add_customers(bare, shop.rows(), by=admin)
    with pytest.raises(Invalid) as refused:
        start(now(bare), by=admin)
    assert "percent" in refused.value.errors
    lonely = shop.promotion(name="Lonely")
    with pytest.raises(Invalid):
        start(now(lonely), by=admin)
    assert {each.status for each in Promotion.objects.all()} == {"draft"}


def test_it_ends_by_itself_after_its_last_day(shop, workspace):
    promotion = shop.running()
    with clock.at(clock.now() + timedelta(days=30)):
        working.look(workspace)
        assert now(promotion).status == "running"
    with clock.at(clock.now() + timedelta(days=31)):
        working.look(workspace)
        working.look(workspace)
        assert now(promotion).status == "ended"
        assert now(promotion).ends == promotion.ends


# ---- what it brought ---------------------------------------------------------------------------------------
def finished(shop, *, more: int) -> Promotion:
    """Treated customers buy for `more` more than the others, each for a little more or less."""
    promotion = shop.running(cost="10")
    for treated in (True, False):
        for place, row in enumerate(shop.group(promotion, treated=treated)):
            net = 100_00 + 100 * (place % 7) + more * treated
            day = clock.now() + timedelta(days=2)
            buy(row.party, day, [shop.tea], shop.member, net=net, cost=60_00)
    with clock.at(clock.now() + timedelta(days=32)):
        done = end(now(promotion), by=shop.admin)
        measure(done, by=shop.admin)
    return now(promotion)


def test_an_effect_is_told_with_its_interval_cost_and_return(shop, browser):
    promotion = finished(shop, more=50_00)
    found = ModelRun.objects.get(kind="promotion").metrics
    assert 49_00 < found["revenue"]["value"] < 51_00
    assert found["revenue"]["low"] < 50_00 < found["revenue"]["high"]
    assert found["revenue"]["low"] > 0
    assert found["margin"]["value"] == pytest.approx(found["revenue"]["value"])
    assert found["cost"] == 10_00
    page = browser("alice").get(f"/w/rayyan/promotions/{promotion.id}/").content.decode()
    assert "more than the control group" in page
    assert "Return on its cost" in page
    compared = browser("alice").get("/w/rayyan/promotions-compared").content.decode()
    assert "Autumn" in compared
    assert "more than the control group" in compared


def test_without_an_effect_none_is_claimed_and_nothing_is_summed_up(shop, browser):
    promotion = finished(shop, more=0)
    page = browser("alice").get(f"/w/rayyan/promotions/{promotion.id}/").content.decode()
    assert "No effect on revenue can be told from chance" in page
    assert "Revenue it brought" not in page
    assert "Return on its cost" not in page


def test_what_was_measured_stands(shop, admin):
    promotion = finished(shop, more=50_00)
    before = ModelRun.objects.get(kind="promotion").metrics
    buy(shop.customers[0], clock.now() + timedelta(days=3), [shop.tea], shop.member, net=900_000_00)
    with pytest.raises(Invalid):
        measure(promotion, by=admin)
    assert ModelRun.objects.get(kind="promotion").metrics == before


def test_what_came_as_measured_without_its_measure_is_measured_once(shop, admin, browser):
    """A file brings the status along, and no figures."""
    promotion = finished(shop, more=50_00)
    ModelRun.objects.filter(kind="promotion").delete()

    def page():
        return browser("admin").get(f"/w/rayyan/promotions/{promotion.id}/").content.decode()

    assert "/measure" in page()
    measure(now(promotion), by=admin)
    assert ModelRun.objects.filter(kind="promotion").count() == 1
    assert "/measure" not in page()


def test_with_too_few_customers_it_says_so_before_and_after(shop, admin, browser):
    promotion = shop.promotion()
    add_customers(promotion, shop.rows().filter(id__in=[party.id for party in shop.customers[:12]]), by=admin)
    path = f"/w/rayyan/promotions/{promotion.id}/"
    assert "Too few customers" in browser("alice").get(path).content.decode()
    start(now(promotion), by=admin)
    measure(end(now(promotion), by=admin), by=admin)
    page = browser("alice").get(path).content.decode()
    assert "Too few customers" in page
    assert "With 95 % confidence" not in page


def test_before_it_starts_the_page_says_what_can_be_seen(shop, admin, browser):
    for party in shop.customers[:7]:
        buy(party, clock.now() - timedelta(days=5), [shop.tea], shop.member, net=400_00)
    promotion = shop.promotion()
    add_customers(promotion, shop.rows(), by=admin)
    page = browser("alice").get(f"/w/rayyan/promotions/{promotion.id}/").content.decode()
    assert "An effect under" in page
    assert "will not be seen" in page


# ---- to whom it is offered ---------------------------------------------------------------------------------
def test_nobody_hears_of_the_control_group(shop, browser):
    promotion = shop.running()
    offered, kept = shop.group(promotion, treated=True), shop.group(promotion, treated=False)
    for who in ("alice", "admin"):
        listed = browser(who).get(f"/w/rayyan/promotion/{promotion.id}/customers").content.decode()
        assert all(f">{row.party.name}<" in listed for row in offered)
        assert not any(f">{row.party.name}<" in listed for row in kept)
        for row, told in ((offered[0], True), (kept[0], False)):
            page = browser(who).get(f"/w/rayyan/organizations/{row.party_id}/").content.decode()
            card = browser(who).get(f"/w/rayyan/promotions-of/{row.party_id}").content.decode()
            assert (f"/promotions-of/{row.party_id}" in page) == told
            assert ("Autumn" in card) == told


def test_the_list_of_those_to_whom_it_is_offered_goes_on_by_key(shop, browser, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 12)
    promotion, client = shop.running(), browser("alice")
    client.get(url := f"/w/rayyan/promotion/{promotion.id}/customers")
    found = []
    while url:
        with at_most(8):
            page = client.get(url).context["page"]
        found += [each["name"] for each in page["customers"]]
        url = page["next_url"]
    names = [row.party.name for row in shop.group(promotion, treated=True)]
    assert (sorted(found), len(found)) == (sorted(names), 30)
    assert client.get(f"/w/rayyan/promotion/{promotion.id}/customers?after=x").status_code == 400


def test_a_call_list_is_of_those_to_whom_it_is_offered(shop, alice):
    promotion = shop.running()
    called = make_call_list(now(promotion), by=alice)
    on_it = set(CallListEntry.objects.filter(call_list_id=called.id).values_list("party_id", flat=True))
    assert on_it == {row.party_id for row in shop.group(promotion, treated=True)}


def quoted(party, by, product):
    quote = add("quotes", by, name="Offer", party=str(party.id))
    add("quote-lines", by, quote=str(quote.id), product=str(product.id))
    return QuoteLine.objects.get(quote_id=quote.id)


def test_its_percentage_is_off_for_those_to_whom_it_is_offered_while_it_runs(shop, alice):
    promotion = shop.running(family="drinks")
    offered, kept = (shop.group(promotion, treated=each)[0].party for each in (True, False))
    (lamp,) = products("lamp", family="light")
    assert quoted(offered, alice, shop.tea).discount == 10
    assert quoted(offered, alice, lamp).discount == 0
    assert quoted(kept, alice, shop.tea).discount == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert quoted(offered, alice, shop.tea).discount == 0
    quote = add("quotes", alice, name="Own", party=str(offered.id))
    line = add("quote-lines", alice, quote=str(quote.id), product=str(shop.tea.id), discount="3")
    assert line.discount == 3  # what somebody typed stands


def test_its_price_book_counts_for_them_alone(shop, admin, alice):
    book = add("price-books", admin, name="Autumn prices", currency="SAR", discount="30")
    records.update(registry["price-books"], book.id, {"active": False}, by=admin)
    promotion = shop.running(offer="book", percent="", price_book=str(book.id))
    offered, kept = (shop.group(promotion, treated=each)[0].party for each in (True, False))
    assert quoted(offered, alice, shop.tea).price == 70_00
    assert quoted(kept, alice, shop.tea).price == 100_00


# ---- rights, doors, questions ------------------------------------------------------------------------------
def test_sellers_see_promotions_and_change_none(shop, alice, browser):
    promotion = shop.promotion()
    assert browser("alice").get(f"/w/rayyan/promotions/{promotion.id}/").status_code == 200
    with pytest.raises(NotAllowed):
        start(now(promotion), by=alice)
    with pytest.raises(NotAllowed):
        add_customers(now(promotion), shop.rows(), by=alice)
    assert browser("alice").get(f"/w/rayyan/promotion/{promotion.id}/add").status_code == 403
    assert not PromotionCustomer.objects.exists()


def test_who_sees_no_invoices_sees_no_amounts(shop, browser, company):
    promotion = finished(shop, more=50_00)
    assert (
        "more than the control group"
        in browser("alice").get(f"/w/rayyan/promotions/{promotion.id}/").content.decode()
    )
    rule(company, lambda role: role.grants.update(invoices={"view": "none"}))
    page = browser("alice").get(f"/w/rayyan/promotions/{promotion.id}/").content.decode()
    assert "control group" not in page
    assert browser("alice").get("/w/rayyan/promotions-compared").status_code == 403


def test_customers_are_added_from_a_kept_view_by_a_manager(shop, admin, browser):
    promotion = shop.promotion()
    view = keep(registry["organizations"], "All of them", ListState(), audience="all", by=admin)
    path = f"/w/rayyan/promotion/{promotion.id}/add"
    assert "All of them" in browser("admin").get(path).content.decode()
    assert browser("admin").post(path, {}).status_code == 422
    assert browser("admin").post(path, {"view": str(view.id)}).status_code == 204
    assert PromotionCustomer.objects.filter(promotion_id=promotion.id).count() == 40
    assert browser("admin").post(path, {"organizations": str(shop.customers[0].id)}).status_code == 204
    assert PromotionCustomer.objects.count() == 40


def test_another_workspace_has_promotions_of_its_own(shop, elsewhere, client):
    promotion = shop.running()
    with scope(elsewhere.workspace):
        assert not Promotion.objects.exists()
        assert not PromotionCustomer.objects.exists()
    client.force_login(elsewhere.user("dalia"), backend=settings.AUTHENTICATION_BACKENDS[0])
    for path in (
        f"promotions/{promotion.id}/",
        f"promotion/{promotion.id}/customers",
        f"promotion/{promotion.id}/add",
    ):
        assert client.get(f"/w/rayyan/{path}").status_code == 404


def test_pages_ask_few_questions_however_many_customers(shop, browser):
    promotion = finished(shop, more=50_00)
    other = shop.running(name="Winter")
    party = shop.group(other, treated=True)[0].party_id
    client = browser("admin")
    for path in (
        f"promotions/{promotion.id}/",
        f"promotions/{other.id}/",
        "promotions/",
        f"promotion/{other.id}/customers",
        "promotions-compared",
        f"organizations/{party}/",
    ):
        client.get(f"/w/rayyan/{path}")
        with at_most(12):
            assert client.get(f"/w/rayyan/{path}").status_code == 200
