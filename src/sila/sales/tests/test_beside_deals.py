"""What stands beside a deal: its channel, its competitors, whose credit it is, and what renews it."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from sila.parties.models import PartyRole
from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.sales import actions
from sila.sales.competing import add_competitor, remove_competitor
from sila.sales.credits import share_out, split_credit
from sila.sales.models import LossReason, Opportunity, OpportunityCompetitor, OpportunityCredit
from sila.sales.renewing import months_after, renew
from tests.counting import at_most

deals, organizations = registry["opportunities"], registry["organizations"]


@pytest.fixture
def customer(alice):
    return records.create(organizations, {"name": "مستشفى السلامة"}, by=alice)


@pytest.fixture
def rival(alice):
    return records.create(organizations, {"name": "شركة الأفق"}, by=alice)


@pytest.fixture
def deal(alice, customer):
    return records.create(deals, {"name": "توريد", "party": customer.id, "amount": "1000"}, by=alice)


@pytest.fixture
def reason(workspace):
    return LossReason.objects.order_by("order").first()


def now(deal):
    return Opportunity.objects.get(id=deal.id)


# ---- the channel ---------------------------------------------------------------------------------------
def test_a_deal_says_through_whom_it_is_sold(deal, alice, rival, browser):
    changed = records.update(deals, deal.id, {"channel": "reseller", "partner": rival.id}, by=alice)
    assert changed.partner_id == rival.id
    listed = browser("alice").get(f"/w/rayyan/opportunities/?f=channel:any:reseller&f=partner:any:{rival.id}")
    assert "توريد" in listed.content.decode()
    assert browser("alice").get("/w/rayyan/opportunities/?group=channel").status_code == 200


@pytest.mark.parametrize(
    ("channel", "field"), [("direct", "partner"), ("", "partner"), ("reseller", "branch")]
)
def test_a_reseller_or_a_branch_goes_with_its_channel(deal, alice, rival, channel, field, company):
    given = rival.id if field == "partner" else company.members["alice"].unit_id
    with pytest.raises(Invalid) as refused:
        records.update(deals, deal.id, {"channel": channel, field: given}, by=alice)
    assert list(refused.value.errors) == [field]
    assert now(deal).channel == ""


def test_the_customer_is_not_their_own_reseller(deal, alice, customer):
    with pytest.raises(Invalid):
        records.update(deals, deal.id, {"channel": "reseller", "partner": customer.id}, by=alice)


# ---- competitors ---------------------------------------------------------------------------------------
def test_a_competitor_is_added_on_the_page_and_known_as_one_from_then_on(deal, rival, browser):
    base = f"/w/rayyan/opportunities/{deal.id}/competitors/"
    assert browser("alice").get(f"{base}new").status_code == 200
    given = {"party": rival.id, "strength": "strong", "note": "سعر أقل"}
    assert browser("alice").post(f"{base}new", given).status_code == 204
    assert PartyRole.objects.get(party_id=rival.id).role == "competitor"
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "شركة الأفق" in page
    assert "سعر أقل" in page
    assert browser("alice").post(f"{base}new", given).status_code == 422
    row = OpportunityCompetitor.objects.get()
    assert browser("alice").post(f"{base}{row.id}/remove").status_code == 204
    assert not OpportunityCompetitor.objects.exists()


def test_who_won_it_is_asked_when_it_is_lost_and_forgotten_when_it_goes_on(deal, alice, rival, reason):
    other = records.create(organizations, {"name": "شركة المدى"}, by=alice)
    add_competitor(deal, other.id, by=alice)
    lost = actions.lose(now(deal), by=alice, reason=reason.id, winner=rival.id)
    assert OpportunityCompetitor.objects.get(won=True).party_id == rival.id
    actions.reopen(lost, by=alice)
    assert not OpportunityCompetitor.objects.filter(won=True).exists()
    assert OpportunityCompetitor.objects.count() == 2


def test_those_who_may_not_change_the_deal_change_no_competitor(deal, alice, bob, charlie, rival, customer):
    row = add_competitor(deal, rival.id, by=alice)
    with pytest.raises(NotAllowed):
        remove_competitor(row, by=bob)
    with pytest.raises(NotFound):
        remove_competitor(row, by=charlie)
    with pytest.raises(NotFound):
        add_competitor(deal, uuid4(), by=alice)
    with pytest.raises(Invalid):
        add_competitor(deal, customer.id, by=alice)
    assert OpportunityCompetitor.objects.count() == 1


def test_a_competitor_of_another_workspace_or_in_the_trash_is_not_found(deal, alice, elsewhere, dalia, rival):
    with scope(elsewhere.workspace):
        foreign = records.create(organizations, {"name": "غريب"}, by=dalia)
    records.trash(organizations, rival.id, by=alice)
    for party in (foreign.id, rival.id):
        with pytest.raises(NotFound):
            add_competitor(deal, party, by=alice)


def test_programs_read_and_add_competitors(deal, rival, company, client):
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    url = f"/api/v1/opportunities/{deal.id}/competitors"
    body = {"party": str(rival.id), "strength": "weak"}
    assert client.post(url, body, content_type="application/json", headers=token).status_code == 201
    told = client.get(url, headers=token).json()["items"]
    assert [(row["strength"], row["won"]) for row in told] == [("weak", False)]


# ---- credit --------------------------------------------------------------------------------------------
def split(deal, by, *shares):
    given = {}
    for place, (member, percent) in enumerate(shares, start=1):
        given |= {f"member_{place}": member, f"percent_{place}": percent}
    return split_credit(deal, by=by, **given)


def test_a_deal_is_split_in_shares_that_make_a_hundred(deal, alice, bob, browser):
    split(deal, alice, (alice.member_id, Decimal("66.67")), (bob.member_id, Decimal("33.33")))
    assert OpportunityCredit.objects.count() == 2
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "66.67%" in page
    assert "Alice 66.67%" in Event.objects.get(kind="credit_split").payload["text"]
    form = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/do/split-credit").content.decode()
    assert "33.33" in form
    split(now(deal), alice)
    assert not OpportunityCredit.objects.exists()


@pytest.mark.parametrize(
    "shares", [(60, 30), (100, 0), (150, -50), (300,), (99.99,), (50, 25), (33.333, 66.667)]
)
def test_shares_that_make_no_sense_are_explained(deal, alice, bob, shares):
    given = list(zip((alice.member_id, bob.member_id), shares, strict=False))
    with pytest.raises(Invalid):
        split(deal, alice, *given)
    assert not OpportunityCredit.objects.exists()


def test_each_has_one_share_and_strangers_have_none(deal, alice, bob, dalia):
    for other in (alice.member_id, dalia.member_id):
        with pytest.raises(Invalid):
            split(deal, alice, (alice.member_id, 50), (other, 50))
    with pytest.raises(NotAllowed):
        split(deal, bob, (bob.member_id, 100))


def test_programs_split_too(deal, company, client):
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    url = f"/api/v1/opportunities/{deal.id}/split-credit"
    body = {"member_1": str(company.members["alice"].id), "percent_1": 40}
    answer = client.post(url, body, content_type="application/json", headers=token)
    assert answer.status_code == 422
    body |= {"member_2": str(company.members["bob"].id), "percent_2": 60}
    assert client.post(url, body, content_type="application/json", headers=token).status_code == 200


@pytest.mark.parametrize(
    ("amount", "percents", "parts"),
    [
        (100, ("33.33", "33.33", "33.34"), (33, 33, 34)),
        (1, ("50", "50"), (1, 0)),
        (10, ("33.34", "33.33", "33.33"), (4, 3, 3)),
        (-7, ("50", "50"), (-3, -4)),
        (0, ("50", "50"), (0, 0)),
        (999_999_999_999_999, ("0.01", "99.99"), (100_000_000_000, 999_899_999_999_999)),
    ],
)
def test_no_halala_is_lost_or_made(amount, percents, parts):
    members = [UUID(int=number) for number in range(len(percents))]
    shared = share_out(amount, [(m, Decimal(p)) for m, p in zip(members, percents, strict=True)])
    assert tuple(shared[member] for member in members) == parts
    assert sum(shared.values()) == amount


# ---- renewal -------------------------------------------------------------------------------------------
def test_a_won_deal_is_renewed_once_with_the_same_customer(deal, alice, customer, browser):
    with pytest.raises(Invalid):
        renew(deal, by=alice, term_months=12)
    records.update(deals, deal.id, {"term_months": 12}, by=alice)
    won = actions.win(now(deal), by=alice)
    renewal = renew(won, by=alice)
    assert (renewal.party_id, renewal.amount, renewal.term_months) == (customer.id, won.amount, 12)
    assert renewal.expected_close == months_after(won.closed_on, 12)
    assert renewal.category == "open"
    with pytest.raises(Invalid):
        renew(now(deal), by=alice)
    for each, other in ((won, renewal), (renewal, won)):
        page = browser("alice").get(f"/w/rayyan/opportunities/{each.id}/").content.decode()
        assert f"/w/rayyan/opportunities/{other.id}/" in page
        assert "related-renewals" in page


def test_the_renewal_is_renewed_in_turn_and_a_thrown_away_one_makes_room(deal, alice):
    won = actions.win(deal, by=alice)
    first = renew(won, by=alice, term_months=6)
    second = renew(actions.win(first, by=alice), by=alice, term_months=6)
    assert second.renewal_of_id == first.id
    records.trash(deals, second.id, by=alice)
    assert renew(now(first), by=alice, term_months=6).id != second.id


def test_a_term_that_makes_no_sense_is_refused(deal, alice):
    won = actions.win(deal, by=alice)
    for months in (None, 0, 5000):
        with pytest.raises(Invalid):
            renew(won, by=alice, term_months=months)
    with pytest.raises(Stale):
        renew(deal, by=alice, term_months=1)


def test_a_month_ends_where_it_ends():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert months_after(date(2026, 11, 15), 14) == date(2028, 1, 15)


# ---- the page ------------------------------------------------------------------------------------------
def test_the_page_of_a_deal_with_all_of_it_asks_little(deal, alice, bob, rival, browser):
    person = records.create(registry["people"], {"name": "ريم"}, by=alice)
    actions.give_part(deal, person.id, "decides", by=alice)
    add_competitor(deal, rival.id, by=alice)
    split(deal, alice, (alice.member_id, 50), (bob.member_id, 50))
    renew(actions.win(deal, by=alice), by=alice, term_months=12)
    client = browser("alice")
    client.get(f"/w/rayyan/opportunities/{deal.id}/")
    with at_most(12):
        client.get(f"/w/rayyan/opportunities/{deal.id}/")
