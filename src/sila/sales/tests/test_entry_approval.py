"""Large deals enter a stage with somebody's approval: who is asked, who decides, for what a yes holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.registry import registry
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Notification
from sila.sales import actions
from sila.sales.entry import ENTRY, facts_of
from sila.sales.models import Stage
from sila.sales.tests.entering import asks, move_into, now
from sila.work.approvals import actions as approvals
from sila.work.approvals.models import Approval

deals, stages = registry["opportunities"], registry["stages"]
HTMX = {"hx-request": "true"}


@pytest.fixture
def quote(workspace):
    return Stage.objects.get(name_en="Quote")


@pytest.fixture
def deal(alice):
    return records.create(deals, {"name": "توريد", "amount": "80000"}, by=alice)


@pytest.fixture
def move(deal, browser, quote):
    return lambda who="alice", **more: move_into(deal, quote, browser(who), **more)


@pytest.fixture
def guarded(admin, quote):
    """Deals from 50,000 riyals on enter with the approval of sales managers."""
    role = Role.objects.get(code="manager")
    return asks(admin, quote, approval_above="50000", approval_role=role.id)


@pytest.fixture
def manager(company):
    return company.actor("manager")


def ask(deal, stage, by):
    return approvals.ask(ENTRY, deal, facts_of(deal, stage), by=by)


def test_a_large_deal_is_put_to_the_manager_and_a_yes_moves_it(deal, guarded, move, browser, quote):
    asked = move()
    assert asked.status_code == 409
    assert 'name="approval_note"' in asked.content.decode()
    assert move(asked_more="approval_note", approval_note="عميل مهم").status_code == 204
    assert now(deal).stage_id != quote.id
    approval = Approval.objects.get()
    assert (approval.state, approval.note) == ("waiting", "عميل مهم")
    page = browser("manager").get("/w/rayyan/approvals/").content.decode()
    assert "80,000" in page
    assert "عميل مهم" in page
    record = browser("manager").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert f"/w/rayyan/approvals/{approval.id}/approve" in record
    assert browser("manager").post(f"/w/rayyan/approvals/{approval.id}/approve").status_code == 204
    assert now(deal).stage_id == quote.id
    assert Approval.objects.get().state == "approved"


def test_below_the_amount_nobody_is_asked(alice, guarded, quote):
    small = records.create(deals, {"name": "صغيرة", "amount": "49999.99"}, by=alice)
    assert actions.move(small, by=alice, stage=quote.id).stage_id == quote.id


def test_a_yes_holds_for_what_was_asked_and_nothing_more(deal, alice, guarded, manager, quote):
    approval = ask(deal, quote, alice)
    records.update(deals, deal.id, {"amount": "900000"}, by=alice)
    approvals.approve(approval, by=manager)
    assert now(deal).stage_id != quote.id
    with pytest.raises(Invalid):
        actions.move(now(deal), by=alice, stage=quote.id)
    records.update(deals, deal.id, {"amount": "80000"}, by=alice)
    assert actions.move(now(deal), by=alice, stage=quote.id).stage_id == quote.id


def test_nobody_approves_their_own_and_strangers_decide_nothing(
    deal, alice, bob, guarded, manager, charlie, quote
):
    approval = ask(deal, quote, alice)
    for who in (alice, bob):
        with pytest.raises(NotAllowed):
            approvals.approve(approval, by=who)
    with pytest.raises(NotFound):
        approvals.approve(approval, by=charlie)
    assert Approval.objects.get().state == "waiting"
    approvals.refuse(approval, by=manager, note="الهامش ضعيف")
    with pytest.raises(Invalid):
        approvals.approve(approval, by=manager)
    assert now(deal).stage_id != quote.id


def test_a_refusal_says_why_and_what_is_asked_twice_is_told(deal, alice, guarded, manager, quote, browser):
    approval = ask(deal, quote, alice)
    with pytest.raises(Invalid):
        ask(deal, quote, alice)
    url = f"/w/rayyan/approvals/{approval.id}/refuse"
    assert browser("manager").post(url, {"note": " "}).status_code == 422
    assert browser("manager").post(url, {"note": "الهامش ضعيف"}).status_code == 204
    page = browser("alice").get("/w/rayyan/approvals/?show=asked").content.decode()
    assert "الهامش ضعيف" in page


def test_who_asked_withdraws_and_a_new_amount_withdraws_by_itself(deal, alice, bob, guarded, quote):
    first = ask(deal, quote, alice)
    with pytest.raises(NotAllowed):
        approvals.withdraw(first, by=bob)
    changed = records.update(deals, deal.id, {"amount": "90000"}, by=alice)
    second = ask(changed, quote, alice)
    assert Approval.objects.get(id=first.id).state == "withdrawn"
    approvals.withdraw(second, by=alice)
    assert not Approval.objects.filter(state="waiting").exists()


def test_authority_limits_say_who_needs_to_ask_and_who_decides(deal, alice, admin, manager, quote, company):
    asks(admin, quote, approval_above="50000")
    limits = registry["authority-limits"]
    seller, boss = (Role.objects.get(code=code) for code in ("seller", "manager"))
    low = records.create(limits, {"role": seller.id, "kind": "stage", "most": "60000"}, by=admin)
    records.create(limits, {"role": boss.id, "kind": "stage", "most": "500000"}, by=admin)
    with pytest.raises(Invalid):
        actions.move(deal, by=alice, stage=quote.id)
    approval = ask(deal, quote, alice)
    approvals.approve(approval, by=manager)
    assert now(deal).stage_id == quote.id
    other = records.create(deals, {"name": "أخرى", "amount": "100000"}, by=alice)
    records.update(limits, low.id, {"most": "100000"}, by=admin)
    assert actions.move(other, by=alice, stage=quote.id).stage_id == quote.id


def test_many_requests_in_another_currency_are_compared_at_rates_that_are_read_once(
    alice, admin, quote, browser
):
    asks(admin, quote, approval_above="1")
    rate = {"currency": "USD", "rate": "3.75", "day": "2020-01-01"}
    records.create(registry["exchange-rates"], rate, by=admin)
    boss = {"role": Role.objects.get(code="manager").id, "kind": "stage", "most": "500000"}
    records.create(registry["authority-limits"], boss, by=admin)
    client = browser("manager")

    def queries(number):
        for _each in range(number):
            values = {"name": "$", "amount": "10", "currency": "USD"}
            ask(records.create(deals, values, by=alice), quote, alice)
        with CaptureQueriesContext(connection) as caught:
            page = client.get("/w/rayyan/approvals/").content.decode()
        assert page.count("/approve") == Approval.objects.count()
        return len(caught)

    queries(1)
    assert queries(1) == queries(6)


def test_without_a_rate_to_compare_approval_is_needed(alice, guarded, quote):
    dollars = records.create(deals, {"name": "$", "amount": "10", "currency": "USD"}, by=alice)
    with pytest.raises(Invalid):
        actions.move(dollars, by=alice, stage=quote.id)


def test_those_who_can_decide_are_told_and_then_who_asked(deal, alice, guarded, manager, quote, company):
    approval = ask(deal, quote, alice)
    gather(company.workspace)
    told = set(Notification.objects.filter(kind="approval asked").values_list("member_id", flat=True))
    assert told == {company.members["manager"].id, company.members["admin"].id}
    approvals.approve(approval, by=manager)
    gather(company.workspace)
    decided = Notification.objects.get(kind="approval decided")
    assert decided.member_id == alice.member_id


def test_programs_ask_and_decide(deal, alice, guarded, quote, company, client):
    def token(name):
        return {"Authorization": f"Bearer {make_token(company.members[name], 't')}"}

    body = {"kind": "stage", "record": str(deal.id), "given": {"stage": str(quote.id)}, "note": "x"}
    send = {"content_type": "application/json"}
    asked = client.post("/api/v1/approvals", body, headers=token("alice"), **send)
    assert asked.status_code == 201, asked.content
    one = f"/api/v1/approvals/{asked.json()['id']}"
    mine = client.get("/api/v1/approvals?show=waiting", headers=token("manager")).json()["items"]
    assert [item["id"] for item in mine] == [asked.json()["id"]]
    assert client.post(f"{one}/approve", {}, headers=token("alice"), **send).status_code == 403
    assert client.get(one, headers=token("charlie")).status_code == 404
    assert client.post(f"{one}/refuse", {}, headers=token("manager"), **send).status_code == 422
    assert (
        client.post(f"{one}/approve", {"note": "نعم"}, headers=token("manager"), **send).json()["state"]
        == "approved"
    )
    assert now(deal).stage_id == quote.id
    wrong = {**body, "given": {"stage": "x"}}
    assert client.post("/api/v1/approvals", wrong, headers=token("alice"), **send).status_code == 422
    assert (
        client.post("/api/v1/approvals", {**body, "kind": "no"}, headers=token("alice"), **send).status_code
        == 422
    )
