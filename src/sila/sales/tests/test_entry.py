"""What a stage asks of a deal before it lets it in, through every door."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sila.platform.access.links import make_token
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.models import Operation
from sila.platform.entities.registry import registry
from sila.sales import actions
from sila.sales.deal_lines.actions import add_product
from sila.sales.models import Stage, StageTransition
from sila.sales.tests.entering import asks, move_into, now
from sila.work.actions import plan
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
    return lambda who="alice", **more: move_into(deal, quote, browser(who), **more)


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
