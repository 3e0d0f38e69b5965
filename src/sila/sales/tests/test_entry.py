"""What a stage asks of a deal before it lets it in, through every door; and approval of large ones."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.models import Operation
from sila.platform.entities.registry import registry
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Notification
from sila.sales import actions
from sila.sales.deal_lines.actions import add_product
from sila.sales.entry import ENTRY, facts_of
from sila.sales.models import Opportunity, Stage, StageTransition
from sila.work.actions import plan
from sila.work.approvals import actions as approvals
from sila.work.approvals.models import Approval
from sila.work.models import Activity

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
    def move(who="alice", **more):
        url = f"/w/rayyan/opportunities/{deal.id}/stage/"
        return browser(who).post(url, {"stage": quote.id, **more}, headers=HTMX)

    return move


def asks(admin, stage, **rules):
    return records.update(stages, stage.id, rules, by=admin)


def now(deal):
    return Opportunity.objects.get(id=deal.id)


# ---- fields, a role, an activity -----------------------------------------------------------------------
def test_no_door_lets_a_deal_in_without_what_the_stage_asks_for(deal, alice, admin, quote, company, client):
    asks(admin, quote, required_fields=["expected_close"])
    with pytest.raises(Invalid) as refused:
        actions.move(deal, by=alice, stage=quote.id)
    assert "عرض سعر" in refused.value.errors["expected_close"]
    with pytest.raises(Invalid):
        records.update(deals, deal.id, {"stage": quote.id}, by=alice)
    with pytest.raises(Invalid):
        records.create(deals, {"name": "أخرى", "stage": quote.id}, by=alice)
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    url, body = f"/api/v1/opportunities/{deal.id}/move", {"stage": str(quote.id)}
    answer = client.post(url, body, content_type="application/json", headers=token)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["expected_close"])
    assert StageTransition.objects.filter(to_stage_id=quote.id).count() == 0
    moved = records.update(deals, deal.id, {"stage": quote.id, "expected_close": "2026-12-01"}, by=alice)
    assert moved.stage_id == quote.id


def test_dropped_on_the_board_it_asks_for_just_what_is_missing_and_moves(deal, admin, quote, move):
    asks(admin, quote, required_fields=["expected_close", "next_step", "amount"])
    asked = move()
    form = asked.content.decode()
    assert (asked.status_code, asked.headers["HX-Retarget"]) == (409, "#dialog")
    assert 'name="expected_close"' in form
    assert 'name="next_step"' in form
    assert form.count('class="s-required"') == 2  # both are marked as needed
    assert 'name="amount"' not in form
    assert now(deal).stage_id != quote.id
    marks = {"asked": ["expected_close", "next_step"], "asked_more": ""}
    half = move(**marks, expected_close="2026-12-01", next_step="")
    assert half.status_code == 422
    assert 'name="next_step"' in half.content.decode()
    wrong = move(**marks, expected_close="the day after", next_step="عرض")
    assert wrong.status_code == 422
    assert now(deal).stage_id != quote.id
    assert move(**marks, expected_close="2026-12-01", next_step="عرض").status_code == 204
    assert (now(deal).stage_id, now(deal).next_step) == (quote.id, "عرض")


def test_a_role_and_a_next_activity_are_asked_for_in_the_same_dialog(deal, alice, admin, quote, move):
    asks(admin, quote, required_role="decides", needs_activity=True)
    form = move().content.decode()
    assert 'name="entry_person"' in form
    assert 'name="entry_subject"' in form
    person = records.create(registry["people"], {"name": "ريم"}, by=alice)
    given = {"entry_kind": "call", "entry_subject": "اتصال", "entry_when": "2026-12-01 10:00"}
    more = ["entry_person", "entry_kind", "entry_subject", "entry_when"]
    assert move(asked_more=more, entry_person="", **given).status_code == 422
    assert not Activity.objects.exists()
    assert move(asked_more=more, entry_person=person.id, **given).status_code == 204
    assert now(deal).stage_id == quote.id
    assert deal.roles.get().role == "decides"
    assert Activity.objects.get().kind == "call"


@pytest.fixture
def chiller(admin):
    return records.create(registry["products"], {"name": "مكيف", "code": "A", "price": "4850"}, by=admin)


def test_products_are_asked_for_and_added_in_the_dialog(deal, admin, quote, chiller, move):
    asks(admin, quote, needs_products=True)
    records.update(deals, deal.id, {"product": chiller.id}, by=admin)
    asked = move()
    assert (asked.status_code, now(deal).stage_id == quote.id) == (409, False)
    assert 'name="entry_product"' in asked.content.decode()
    assert f'value="{chiller.id}"' in asked.content.decode()  # its main product is offered
    more = ["entry_product", "entry_quantity"]
    wrong = move(asked_more=more, entry_product=chiller.id, entry_quantity="0")
    assert (wrong.status_code, deal.lines.count()) == (422, 0)
    assert move(asked_more=more, entry_product=chiller.id, entry_quantity="2.5").status_code == 204
    moved = now(deal)
    assert (moved.stage_id, moved.amount, moved.incomplete) == (quote.id, 12125_00, True)  # no customer yet
    assert [(line.product_id, line.quantity) for line in moved.lines.all()] == [(chiller.id, Decimal("2.5"))]


def test_a_product_without_a_price_is_given_one_in_the_dialog(deal, admin, quote, move):
    asks(admin, quote, needs_products=True)
    service = records.create(registry["products"], {"name": "تركيب", "code": "S"}, by=admin)
    more = ["entry_product", "entry_quantity", "entry_price"]
    given = {"asked_more": more, "entry_product": service.id, "entry_quantity": "2"}
    bare = move(**given)
    assert (bare.status_code, deal.lines.count()) == (422, 0)
    assert "This line has no price yet." in bare.content.decode()
    assert move(**given, entry_price="-5").status_code == 422
    assert move(**given, entry_price="750.50").status_code == 204
    assert (now(deal).stage_id, now(deal).amount) == (quote.id, 1501_00)


def test_no_door_lets_a_deal_without_products_in(
    deal, alice, admin, quote, chiller, company, client, browser
):
    asks(admin, quote, needs_products=True)
    with pytest.raises(Invalid) as refused:
        actions.move(deal, by=alice, stage=quote.id)
    assert "عرض سعر" in refused.value.errors["entry_product"]
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    url, body = f"/api/v1/opportunities/{deal.id}/move", {"stage": str(quote.id)}
    answer = client.post(url, body, content_type="application/json", headers=token)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["entry_product"])
    many = {"field": "stage", "stage": quote.id, "id": [deal.id]}
    browser("admin").post("/w/rayyan/opportunities/bulk/edit", many, headers=HTMX)
    assert (Operation.objects.get().done, Operation.objects.get().refused) == (0, 1)
    assert now(deal).stage_id != quote.id
    add_product(now(deal), chiller, by=alice)
    assert actions.move(now(deal), by=alice, stage=quote.id).stage_id == quote.id


def test_an_import_without_products_is_incomplete_until_its_lines_come_in(
    company, admin, alice, quote, chiller, browser
):
    asks(admin, quote, needs_products=True)
    customer = records.create(registry["organizations"], {"name": "عميل"}, by=alice)
    values = {
        "name": "قديمة",
        "party": customer.id,
        "stage": quote.id,
        "amount": "4850",
        "product": chiller.id,
    }
    deal = records.create(deals, values, by=company.actor("alice", "import"))
    assert (deal.stage_id, deal.incomplete) == (quote.id, True)
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "lacks what its stage asks for: Products." in page
    line = add_product(now(deal), chiller, by=alice)
    assert not now(deal).incomplete
    records.trash(registry["opportunity-lines"], line.id, by=alice)
    assert now(deal).incomplete


def test_what_is_there_already_is_not_asked_for(deal, alice, admin, quote, move):
    asks(admin, quote, needs_activity=True)
    when = timezone.now() + timedelta(days=1)
    plan("task", {"subject": "x", "due_at": when}, by=alice, about=[("opportunities", deal.id)])
    assert move().status_code in (200, 204)
    assert now(deal).stage_id == quote.id


def test_own_fields_are_asked_for_too_and_one_that_is_gone_no_more(deal, alice, admin, quote):
    field = add_field("opportunities", "رقم المنافسة", kind="text", by=admin)
    asks(admin, quote, required_fields=[field.key])
    with pytest.raises(Invalid) as refused:
        actions.move(deal, by=alice, stage=quote.id)
    assert "رقم المنافسة" in refused.value.errors[field.key]
    Stage.objects.filter(id=quote.id).update(required_fields=["gone"])
    assert actions.move(deal, by=alice, stage=quote.id).stage_id == quote.id


def test_the_verb_that_wins_asks_for_what_the_stage_of_winning_wants(deal, admin, browser):
    asks(admin, Stage.objects.get(category="won"), required_fields=["expected_close"])
    url = f"/w/rayyan/opportunities/{deal.id}/do/win"
    asked = browser("alice").post(url, {"reason": "السعر"}, headers=HTMX)
    assert (asked.status_code, now(deal).category) == (409, "open")
    assert 'name="expected_close"' in asked.content.decode()
    given = {"reason": "السعر", "asked": "expected_close", "asked_more": "", "expected_close": "2026-12-01"}
    assert browser("alice").post(url, given, headers=HTMX).status_code == 204
    assert (now(deal).category, now(deal).won_reason) == ("won", "السعر")


def test_going_back_and_taking_up_again_is_free(deal, alice, admin, quote):
    new = Stage.objects.get(name_en="New")
    moved = actions.move(deal, by=alice, stage=quote.id)
    asks(admin, new, required_fields=["expected_close"], needs_activity=True)
    asks(admin, quote, required_fields=["expected_close"])
    won = actions.win(moved, by=alice)
    again = actions.reopen(won, by=alice)
    assert actions.move(again, by=alice, stage=new.id).stage_id == new.id


def test_an_ending_is_no_way_round_what_a_stage_asks_for(deal, alice, admin, quote):
    asks(admin, quote, required_fields=["expected_close"])
    won = actions.win(deal, by=alice)
    with pytest.raises(Invalid):
        actions.move(won, by=alice, stage=quote.id)
    assert now(deal).category == "won"


def test_an_import_is_let_in_and_marked_as_incomplete(company, admin, alice, quote, browser):
    asks(admin, quote, required_fields=["expected_close"])
    customer = records.create(registry["organizations"], {"name": "عميل"}, by=alice)
    values = {"name": "قديمة", "party": customer.id, "stage": quote.id}
    deal = records.create(deals, values, by=company.actor("alice", "import"))
    assert (deal.stage_id, deal.incomplete) == (quote.id, True)
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert "lacks what its stage asks for: Expected close." in page
    assert "has no customer yet" not in page
    assert not records.update(deals, deal.id, {"expected_close": "2026-12-01"}, by=alice).incomplete


def test_a_stage_in_the_trash_lets_nobody_in(deal, alice, admin, quote, move):
    records.trash(stages, quote.id, by=admin)
    with pytest.raises(Invalid) as refused:
        actions.move(deal, by=alice, stage=quote.id)
    assert "stage" in refused.value.errors
    assert move().status_code == 422
    assert now(deal).stage_id != quote.id


def test_the_form_of_a_stage_offers_the_fields_of_deals_and_only_administrators_rule(admin, browser, quote):
    page = browser("admin").get(f"/w/rayyan/stages/{quote.id}/edit").content.decode()
    assert 'value="expected_close"' in page
    with pytest.raises(Invalid) as refused:
        asks(admin, quote, required_fields=["no_such_field"])
    assert "required_fields" in refused.value.errors


# ---- approval ------------------------------------------------------------------------------------------
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
