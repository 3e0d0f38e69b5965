"""Sold assets: registered from orders, under warranty until a day, claimed, maintained by visits that plan themselves."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sila.platform.access.actor import Actor
from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.sales.assets.actions import approve, plan_due, refuse, register_assets, reopen, settle
from sila.sales.assets.models import Asset, MaintenancePlan, MaintenanceVisit, WarrantyClaim
from sila.sales.assets.replacing import order_replacement
from sila.sales.assets.rules import cover_of
from sila.sales.orders.actions import cancel, confirm
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import WORK
from sila.work.actions import complete
from sila.work.models import Activity, ActivityLink

NOON = datetime(2026, 3, 1, 9, tzinfo=UTC)  # a Sunday, which is a working day in Riyadh


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def on(year, month, day):
    return clock.at(datetime(year, month, day, 9, tzinfo=UTC))


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def cooler(admin):
    return add("products", admin, name="مكيف", code="AC", price="1000", currency="SAR")


@pytest.fixture
def line(alice, customer, cooler):
    order = add("orders", alice, name="توريد", party=customer.id, ordered_on="2026-03-01")
    context = Context(alice, Reader.of(alice.workspace))
    rows = [("n", {"product": str(cooler.id), "quantity": "3"})]
    order = confirm(WORK.set_lines(order, rows, by=alice, context=context), by=alice)
    return WORK.lines_of(order)[0]


@pytest.fixture
def term(admin):
    return add("warranty-terms", admin, name="سنتان", months="24")


@pytest.fixture
def asset(alice, customer, term):
    return add("assets", alice, name="مكيف", serial="S-1", party=customer.id, sold_on="2026-03-01")


def now(record):
    return type(record).objects.get(id=record.id)


# ---- from orders ---------------------------------------------------------------------------------------
def test_each_serial_number_of_a_line_is_an_asset_of_the_customer(line, alice, customer, cooler, term):
    made = register_assets(line, by=alice, serials="A-1\n\n A-2 \n", place="الدور الثالث")
    assert [(each.serial, each.name, each.party_id) for each in made] == [
        ("A-1", "مكيف", customer.id),
        ("A-2", "مكيف", customer.id),
    ]
    assert {(each.warranty_from, each.warranty_until) for each in made} == {
        (date(2026, 3, 1), date(2028, 2, 29))
    }
    (rest,) = register_assets(line, by=alice)
    assert (rest.serial, rest.sales_order_id, rest.product_id) == ("", line.sales_order_id, cooler.id)
    with pytest.raises(Invalid):
        register_assets(line, by=alice)


@pytest.mark.parametrize("serials", ["1\n2\n3\n4", "1\n1", "x" * 81])
def test_wrong_numbers_register_nothing(line, alice, serials):
    with pytest.raises(Invalid) as refusal:
        register_assets(line, by=alice, serials=serials)
    assert "serials" in refusal.value.errors
    assert not Asset.objects.exists()


def test_a_serial_number_is_one_products_once(line, alice):
    register_assets(line, by=alice, serials="A-1")
    with pytest.raises(Invalid):
        register_assets(line, by=alice, serials="A-2\nA-1")
    assert [asset.serial for asset in Asset.objects.all()] == ["A-1"]


def test_of_a_draft_and_of_a_strangers_order_nothing_is_registered(line, alice, charlie, dalia):
    for stranger in (charlie, dalia):
        with scope(stranger.workspace), pytest.raises(NotFound):
            register_assets(line, by=stranger)
    registry["orders"].model.objects.update(status="draft")
    with pytest.raises(Invalid):
        register_assets(line, by=alice)
    assert not Asset.objects.exists()


# ---- warranty ------------------------------------------------------------------------------------------
def test_the_last_day_of_a_warranty_is_covered_and_the_next_is_not(asset):
    assert asset.warranty_until == date(2028, 2, 29)
    states = [cover_of(asset, date(2026, 2, 28)), cover_of(asset, asset.warranty_until)]
    states.append(cover_of(asset, asset.warranty_until + timedelta(1)))
    assert [cover.state for cover in states] == ["early", "full", "expired"]


def test_a_warranty_may_begin_with_the_installation_and_cover_parts_alone(alice, admin, customer, cooler):
    add("warranty-terms", admin, name="عام", months="12")
    own = add(
        "warranty-terms", admin, name="قطع", product=cooler.id, months="6", begins="installed", labour=False
    )
    asset = add("assets", alice, product=cooler.id, party=customer.id, sold_on="2026-03-01")
    assert (asset.term_id, asset.warranty_until) == (own.id, None)
    asset = records.update(registry["assets"], asset.id, {"installed_on": "2026-08-31"}, by=alice)
    assert (asset.warranty_from, asset.warranty_until) == (date(2026, 8, 31), date(2027, 2, 27))
    assert cover_of(asset, date(2027, 1, 1)).state == "parts"


def test_days_that_somebody_typed_stay(alice, customer, term):
    asset = add(
        "assets", alice, name="م", party=customer.id, sold_on="2026-03-01", warranty_until="2030-01-01"
    )
    assert asset.warranty_until == date(2030, 1, 1)
    asset = records.update(registry["assets"], asset.id, {"place": "جدة"}, by=alice)
    assert asset.warranty_until == date(2030, 1, 1)
    with pytest.raises(Invalid):
        records.update(
            registry["assets"],
            asset.id,
            {"warranty_from": "2031-01-01", "warranty_until": "2030-01-01"},
            by=alice,
        )


@pytest.mark.parametrize("values", [{"months": "0"}, {"months": "601"}, {"parts": False, "labour": False}])
def test_a_term_that_promises_nothing_is_refused(admin, values):
    with pytest.raises(Invalid):
        add("warranty-terms", admin, name="خطأ", **values)


# ---- claims --------------------------------------------------------------------------------------------
def test_a_claim_says_what_the_warranty_says_and_keeps_it(asset, alice, admin, term):
    with on(2027, 1, 1):
        claim = add("warranty-claims", alice, name="لا يبرد", asset=asset.id)
        assert (claim.coverage, claim.status, claim.party_id) == ("full", "open", asset.party_id)
        assert claim.number.startswith("WC-2027/")
        records.update(registry["assets"], asset.id, {"warranty_until": "2026-12-31"}, by=alice)
        claim = settle(approve(now(claim), by=alice), by=alice, result="استبدال الضاغط")
    assert (claim.coverage, claim.status, claim.settled_on) == ("full", "done", date(2027, 1, 1))


def test_beyond_the_warranty_a_claim_is_approved_with_a_reason_only(asset, alice):
    with on(2028, 3, 1):
        claim = add("warranty-claims", alice, name="لا يبرد", asset=asset.id)
        assert claim.coverage == "expired"
        with pytest.raises(Invalid) as refusal:
            approve(claim, by=alice, reason="  ")
        assert "reason" in refusal.value.errors
        assert approve(now(claim), by=alice, reason="عميل قديم").decision == "عميل قديم"


def test_an_approved_claim_orders_its_replacement_free_of_charge_and_once(
    asset, cooler, alice, client, company
):
    claim = add("warranty-claims", alice, name="لا يبرد", asset=asset.id)
    with pytest.raises(Invalid):
        order_replacement(claim, by=alice, product=cooler.id)
    claim = approve(now(claim), by=alice, reason="عميل قديم")
    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"}
    url, body = f"/api/v1/warranty-claims/{claim.id}/order", {"product": str(cooler.id), "quantity": 2}
    assert client.post(url, body, content_type="application/json", headers=token).status_code == 200
    order = SalesOrder.objects.get(id=now(claim).replacement_id)
    [line] = order.lines.all()
    assert (order.party_id, order.status, order.total) == (asset.party_id, "draft", 0)
    assert (line.product_id, line.quantity, line.discount) == (cooler.id, 2, 100)
    assert claim.number in line.details
    assert client.post(url, body, content_type="application/json", headers=token).status_code == 422
    cancel(confirm(order, by=alice), by=alice)
    again = order_replacement(now(claim), by=alice, product=cooler.id)
    assert again.id != order.id


def test_where_the_warranty_covers_labour_only_a_replacement_has_its_price(asset, cooler, alice):
    claim = approve(add("warranty-claims", alice, name="لا يبرد", asset=asset.id), by=alice, reason="عميل")
    WarrantyClaim.objects.filter(id=claim.id).update(coverage="labour")
    order = order_replacement(now(claim), by=alice, product=cooler.id)
    assert order.lines.get().discount == 0


def test_a_replacement_of_no_known_product_or_of_nothing_is_refused(asset, cooler, alice):
    claim = approve(add("warranty-claims", alice, name="لا يبرد", asset=asset.id), by=alice, reason="عميل")
    before = SalesOrder.objects.count()
    with pytest.raises(NotFound):
        order_replacement(claim, by=alice, product=asset.id)
    with pytest.raises(Invalid):
        order_replacement(now(claim), by=alice, product=cooler.id, quantity=Decimal(0))
    assert (SalesOrder.objects.count(), now(claim).replacement_id) == (before, None)


def test_a_claim_is_decided_once_and_opened_again(asset, alice):
    claim = refuse(add("warranty-claims", alice, name="كسر", asset=asset.id), by=alice, reason="سوء استعمال")
    for verb in (approve, lambda each, by: settle(each, by=by, result="x")):
        with pytest.raises(Invalid):
            verb(now(claim), by=alice)
    with pytest.raises(Invalid):
        records.update(registry["warranty-claims"], claim.id, {"reported_on": "2026-01-01"}, by=alice)
    assert (reopen(now(claim), by=alice).status, now(claim).decision) == ("open", "")


# ---- maintenance ---------------------------------------------------------------------------------------
@pytest.fixture
def plan(asset, alice):
    with clock.at(NOON):
        return add(
            "maintenance-plans",
            alice,
            name="صيانة",
            asset=asset.id,
            every="3",
            starts_on="2026-03-31",
            ahead="10",
        )


def planned():
    return [
        (row.due_on, row.activity.starts_at.astimezone(UTC).date())
        for row in MaintenanceVisit.objects.order_by("due_on").select_related("activity")
    ]


def look(workspace):
    return plan_due(Actor.system(workspace, "job"))


def test_a_visit_is_planned_in_time_once_and_on_a_working_day(plan, workspace, alice):
    assert (plan.next_due, plan.plan_on) == (date(2026, 3, 31), date(2026, 3, 21))
    with on(2026, 3, 20):
        assert look(workspace) == 0
    with on(2026, 3, 21):
        assert look(workspace) == 1
        assert look(workspace) == 0
    assert planned() == [(date(2026, 3, 31), date(2026, 3, 31))]
    visit = MaintenanceVisit.objects.get().activity
    assert (visit.kind, visit.owner_id, visit.status) == ("visit", alice.member_id, "open")
    about = set(ActivityLink.objects.filter(activity_id=visit.id).values_list("entity", flat=True))
    assert about == {"assets", "maintenance-plans", "organizations"}
    assert now(plan).next_due == date(2026, 6, 30)  # the last day of the shorter month
    with on(2026, 9, 28):  # the worker was down over June: that visit is still to be made
        assert look(workspace) >= 1
        look(workspace)
    assert [due for due, _day in planned()] == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]


def test_a_day_off_becomes_the_next_working_day(asset, alice, workspace):
    with on(2026, 3, 1):
        add(
            "maintenance-plans",
            alice,
            name="ص",
            asset=asset.id,
            every="12",
            starts_on="2026-04-03",
            ahead="30",
        )
    with on(2026, 3, 10):
        look(workspace)
    assert planned() == [(date(2026, 4, 3), date(2026, 4, 5))]  # from Friday to Sunday


def test_a_plan_ends_and_one_of_an_asset_out_of_use_plans_nothing(asset, alice, workspace):
    with on(2026, 3, 1):
        values = {"asset": asset.id, "every": "1", "starts_on": "2026-03-05", "ahead": "7"}
        short = add("maintenance-plans", alice, name="قصيرة", ends_on="2026-04-04", **values)
        records.update(registry["assets"], asset.id, {"status": "retired"}, by=alice)
        look(workspace)
    assert (planned(), now(short).next_due) == ([], None)


def test_what_came_of_a_visit_stands_on_the_plan(plan, workspace, alice, browser):
    with on(2026, 3, 25):
        look(workspace)
    complete(Activity.objects.get(), by=alice, outcome="غُيّر المرشح")
    for slug, record in (("maintenance-plans", plan), ("assets", plan.asset)):
        page = browser("alice").get(registry[slug].url(workspace.slug, record.id)).content.decode()
        assert "غُيّر المرشح" in page, slug


@pytest.mark.parametrize(
    "values", [{"every": "0"}, {"every": "121"}, {"ahead": "366"}, {"ends_on": "2026-01-01"}]
)
def test_a_plan_that_cannot_be_is_refused(asset, alice, values):
    with pytest.raises(Invalid):
        add(
            "maintenance-plans",
            alice,
            **{"name": "خ", "asset": asset.id, "starts_on": "2026-03-31", **values},
        )
    assert not MaintenancePlan.objects.exists()


# ---- pages ---------------------------------------------------------------------------------------------
def test_pages_of_orders_customers_and_assets_tell_of_each_other(
    line, alice, customer, workspace, browser, term
):
    client = browser("alice")
    order = registry["orders"].url(workspace.slug, line.sales_order_id)
    assert "0 of 3" in client.get(order).content.decode()
    answer = client.post(
        f"{registry['order-lines'].url(workspace.slug, line.id)}do/register",
        {"serials": "A-9", "sold_on": "2026-03-01"},
    )
    assert answer.status_code < 400
    assert "1 of 3" in client.get(order).content.decode()
    assert "A-9" in client.get(registry["organizations"].url(workspace.slug, customer.id)).content.decode()
    asset = Asset.objects.get()
    assert (
        "warranty-claims/new?asset="
        in client.get(registry["assets"].url(workspace.slug, asset.id)).content.decode()
    )


def test_claims_of_a_foreign_asset_are_not_made(asset, dalia):
    with scope(dalia.workspace), pytest.raises(Invalid):
        add("warranty-claims", dalia, name="x", asset=asset.id)
    assert not WarrantyClaim.objects.exists()
