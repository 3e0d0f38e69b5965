"""What a promotion offers, in the lines of quotes and deals: by itself in new ones, by one press in those of before."""

from datetime import timedelta

import pytest

from sila.catalog.models import Measure
from sila.insight.promotions.actions import add_customers, end
from sila.insight.promotions.applying import apply_offer
from sila.insight.promotions.models import Promotion
from sila.insight.tests.market import products
from sila.insight.tests.test_promotions import Shop, now
from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.models import Opportunity
from sila.sales.quotes.models import Quote
from tests.people import rule

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def shop(company, workspace, admin):
    return Shop(company, admin)


class Counter:
    """A running promotion with a customer to whom it is offered and one of the control group, and quotes of before."""

    def __init__(self, shop, by, **offer):
        self.by, self.shop = by, shop
        with clock.at(clock.now() - timedelta(days=1)):
            self.quotes = {party.id: self.quote(party) for party in shop.customers}
        self.promotion = shop.running(**{"percent": "", **offer})
        self.offered, self.kept = (
            shop.group(self.promotion, treated=each)[0].party for each in (True, False)
        )

    def quote(self, party, product=None):
        quote = add("quotes", self.by, name="Offer", party=str(party.id))
        product = product or self.shop.tea
        add("quote-lines", self.by, quote=str(quote.id), product=str(product.id), quantity="3")
        return quote

    def apply(self, party, by=None):
        return apply_offer(now(self.promotion), "quotes", self.quotes[party.id].id, by=by or self.by)

    def lines(self, party):
        rows = self.quotes[party.id].lines.filter(deleted_at=None).order_by("order", "id")
        return [(line.name, line.price, line.discount, line.net) for line in rows]


@pytest.fixture
def counter(shop, alice):
    return lambda **offer: Counter(shop, alice, **offer)


def net(party, at):
    return Quote.objects.get(id=at.quotes[party.id].id).net


@pytest.fixture
def by_the_dozen(shop, admin):
    """Tea is counted in pieces, and sold in dozens too."""
    piece, dozen = (Measure.objects.get(name=name) for name in ("حبة", "دزينة"))
    shop.tea = records.update(registry["products"], shop.tea.id, {"measure": str(piece.id)}, by=admin)
    return str(dozen.id)


# ---- new lines -----------------------------------------------------------------------------------------
def test_an_amount_is_off_each_piece_of_a_dozen(counter, by_the_dozen, alice):
    at = counter(offer="amount", amount="12.35", family="drinks")
    quote = add("quotes", alice, name="Offer", party=str(at.offered.id))
    line = add("quote-lines", alice, quote=str(quote.id), product=str(at.shop.tea.id), measure=by_the_dozen)
    assert (line.price, line.net) == (12 * 87_65, 12 * 87_65)
    line = at.quotes[at.offered.id].lines.get()
    records.update(registry["quote-lines"], line.id, {"measure": by_the_dozen, "price": "1200"}, by=alice)
    at.apply(at.offered)
    assert at.lines(at.offered)[0][1:] == (12 * 87_65, 0, 36 * 87_65)


def test_an_amount_is_off_each_unit_of_new_lines_to_the_smallest_unit(counter, alice):
    at = counter(offer="amount", amount="12.35", family="drinks")
    (lamp,) = products("lamp", family="light")

    def line(party, product):
        return at.quote(party, product).lines.get()

    assert (line(at.offered, at.shop.tea).price, line(at.offered, at.shop.tea).net) == (87_65, 262_95)
    assert line(at.offered, lamp).price == 100_00
    assert line(at.kept, at.shop.tea).price == 100_00
    with clock.at(clock.now() + timedelta(days=31)):
        assert line(at.offered, at.shop.tea).price == 100_00


def test_an_amount_is_told_in_the_currency_of_the_document(counter, alice, admin):
    add("exchange-rates", admin, currency="USD", rate="4", day="2020-01-01")
    at = counter(offer="amount", amount="10")
    quote = add("quotes", alice, name="Dollars", party=str(at.offered.id), currency="USD")
    line = add("quote-lines", alice, quote=str(quote.id), product=str(at.shop.tea.id))
    assert line.price == 25_00 - 2_50


def test_no_price_falls_below_nothing_and_what_somebody_typed_stands(counter, alice):
    at = counter(offer="amount", amount="500")
    assert at.quote(at.offered).lines.get().price == 0
    quote = add("quotes", alice, name="Typed", party=str(at.offered.id))
    values = {"quote": str(quote.id), "product": str(at.shop.tea.id)}
    assert add("quote-lines", alice, **values, price="70").price == 70_00
    assert add("quote-lines", alice, **values, discount="3").price == 100_00


# ---- lines of before -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("offer", "line"),
    [
        ({"offer": "percent", "percent": "10"}, (100_00, 10, 270_00)),
        ({"offer": "amount", "amount": "12.35"}, (87_65, 0, 262_95)),
    ],
)
def test_one_press_brings_the_offer_into_the_lines_and_a_second_changes_nothing(counter, offer, line):
    at = counter(**offer)
    assert at.lines(at.offered)[0][1:] == (100_00, 0, 300_00)
    at.apply(at.offered)
    assert at.lines(at.offered)[0][1:] == line
    assert net(at.offered, at) == line[2]
    with pytest.raises(Invalid) as refused:
        at.apply(at.offered)
    assert "" in refused.value.errors
    assert at.lines(at.offered)[0][1:] == line


def test_a_gift_is_a_line_with_a_discount_of_all_of_it(counter, shop):
    (cup,) = products("cup", family="gifts")
    at = counter(offer="gift", gift_product=str(cup.id))
    at.apply(at.offered)
    assert at.lines(at.offered) == [("tea", 100_00, 0, 300_00), ("cup", 100_00, 100, 0)]
    assert net(at.offered, at) == 300_00
    with pytest.raises(Invalid):
        at.apply(at.offered)
    assert len(at.lines(at.offered)) == 2


def test_a_gift_in_words_stands_there_for_nothing(counter):
    at = counter(offer="gift", gift="A cup")
    at.apply(at.offered)
    assert at.lines(at.offered)[1] == ("A cup", 0, 100, 0)


def test_the_control_group_gets_nothing_by_any_door_and_is_not_told_apart(counter, browser, alice, shop):
    at = counter(offer="percent", percent="10")
    stranger = add("organizations", alice, name="Somebody else")
    at.quotes[stranger.id] = at.quote(stranger)
    reasons = []
    for party in (at.kept, stranger):
        with pytest.raises(Invalid) as refused:
            at.apply(party)
        reasons.append(refused.value.errors[""])
        url = f"/w/rayyan/promotions-in/quotes/{at.quotes[party.id].id}"
        assert f"{at.promotion.id}/apply" not in browser("alice").get(url).content.decode()
        answer = browser("alice").post(f"{url}/{at.promotion.id}/apply", headers=HTMX)
        assert (answer.status_code, at.lines(party)[0][2]) == (422, 0)
    assert reasons[0] == reasons[1]


def test_it_is_applied_only_while_it_runs_and_to_what_it_is_for(counter, admin):
    (lamp,) = products("lamp", family="light")
    at = counter(offer="percent", percent="10", product=str(lamp.id))
    with pytest.raises(Invalid):
        at.apply(at.offered)
    other = counter(offer="percent", percent="20")
    end(now(other.promotion), by=admin)
    with pytest.raises(Invalid):
        other.apply(other.offered)
    assert at.lines(at.offered)[0][2] == 0


def test_a_deal_takes_it_too_and_its_amount_follows(shop, alice, browser):
    party = shop.customers[0]
    deal = add("opportunities", alice, name="Supply", party=str(party.id))
    add("opportunity-lines", alice, opportunity=str(deal.id), product=str(shop.tea.id), quantity="2")
    promotion = shop.promotion()
    add_customers(promotion, shop.rows(), by=shop.admin)
    Promotion.objects.filter(id=promotion.id).update(status="running")
    promotion.customers.update(treated=True)
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert f"promotions-in/opportunities/{deal.id}" in page
    card = browser("alice").get(f"/w/rayyan/promotions-in/opportunities/{deal.id}").content.decode()
    url = f"/w/rayyan/promotions-in/opportunities/{deal.id}/{promotion.id}/apply"
    assert url in card
    assert browser("alice").post(url, headers=HTMX).status_code == 204
    assert Opportunity.objects.get(id=deal.id).amount == 180_00
    kinds = Event.objects.filter(record_id__in=[deal.id, promotion.id]).values_list("kind", flat=True)
    assert {"promotion_applied", "promotion_used"} <= set(kinds)


def test_who_may_not_change_the_quote_applies_nothing_and_who_gives_no_discounts_may(counter, company):
    at = counter(offer="percent", percent="10")
    viewer = company.actor("viewer")
    with pytest.raises(NotAllowed):
        at.apply(at.offered, by=viewer)
    assert at.lines(at.offered)[0][2] == 0
    rule(company, lambda role: role.fields.update({"quote-lines": {"discount": "read"}}))
    at.apply(at.offered, by=company.actor("alice"))
    assert at.lines(at.offered)[0][2] == 10


def test_a_quote_that_was_sent_stands(counter, browser, alice):
    from sila.sales.quotes.actions import send

    at = counter(offer="percent", percent="10")
    quote = Quote.objects.get(id=at.quotes[at.offered.id].id)
    send(quote, by=alice)
    with pytest.raises(Invalid):
        at.apply(at.offered)
    card = browser("alice").get(f"/w/rayyan/promotions-in/quotes/{quote.id}").content.decode()
    assert ("Autumn" in card, "/apply" in card) == (True, False)


def test_other_programs_apply_a_promotion_to_a_quote_or_a_deal(counter, company, alice, client):
    at = counter(percent="10")
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    url = f"/api/v1/promotions/{at.promotion.id}/apply"

    def post(**body):
        return client.post(url, body, content_type="application/json", headers=token)

    before = net(at.offered, at)
    assert post(quote=str(at.quotes[at.offered.id].id)).status_code == 200
    assert net(at.offered, at) * 10 == before * 9
    assert post(quote=str(at.quotes[at.kept.id].id)).status_code == 422
    assert post().status_code == 422
    assert post(quote=str(at.promotion.id)).status_code in (404, 422)
    deal = add("opportunities", alice, name="Deal", party=str(at.offered.id))
    add("opportunity-lines", alice, opportunity=str(deal.id), product=str(at.shop.tea.id), quantity="3")
    assert post(opportunity=str(deal.id)).status_code == 422  # new lines have it by themselves
    deal.lines.update(discount=0)
    assert post(opportunity=str(deal.id)).status_code == 200
    assert [line.discount for line in deal.lines.all()] == [10]
