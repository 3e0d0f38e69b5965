"""The page of the forecast: what the deals add up to, and what managers made of it."""

from datetime import date, timedelta

import pytest

from sila.insight.forecast.actions import adjust
from sila.insight.forecast.figures import figures_by
from sila.insight.forecast.reading import read
from sila.insight.models import ForecastAdjustment
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.activity.models import Event
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.models import Opportunity, Stage
from tests.counting import at_most
from tests.people import rule

pytestmark = pytest.mark.django_db
deals = registry["opportunities"]
MOST_QUERIES = 12


def in_quarter():
    """A day of the present quarter that the page opens with."""
    return Period.of(date.today(), "gregorian", 3)


def deal(by, amount, *, category="commit", **more):
    values = {"name": f"Deal {amount}", "amount": str(amount), "expected_close": in_quarter().last}
    return actions.create(deals, {**values, "forecast_category": category, **more}, by=by)


def won(by, amount, **more):
    stage = Stage.objects.get(name_en="Won")
    values = {
        "name": f"Won {amount}",
        "amount": str(amount),
        "stage": stage.id,
        "closed_on": in_quarter().first,
    }
    return actions.create(deals, {**values, **more}, by=by)


def url(tail=""):
    return f"/w/rayyan/forecast?period={in_quarter().key}{tail}"


def sums(by, columns=("org_unit_id", "owner_id")):
    found, _rates = figures_by(columns, in_quarter(), Context(by, Reader.of(by.workspace)))
    return found


@pytest.fixture
def some(alice, bob, charlie):
    deal(alice, 1000)
    deal(alice, 200, category="best_case")
    deal(bob, 300, category="pipeline")
    deal(charlie, 5000)
    deal(charlie, 77777, category="omitted")
    won(alice, 400)


def test_deals_add_up_by_category_and_by_their_day(some, admin, alice):
    won(alice, 9, closed_on=in_quarter().first - timedelta(days=1))
    deal(alice, 8, expected_close=in_quarter().last + timedelta(days=1))
    whole = {}
    for figures in sums(admin).values():
        for column, minor in figures.sums.items():
            whole[column] = whole.get(column, 0) + minor
    assert {name: whole[name] for name in ("closed", "commit", "best_case", "pipeline")} == {
        "closed": 40_000,
        "commit": 600_000,
        "best_case": 20_000,
        "pipeline": 30_000,
    }
    assert whole["weighted"] == (100_000 + 20_000 + 30_000 + 500_000) // 10  # all in the first stage


@pytest.mark.parametrize("by", ["", "&by=unit", "&by=owner", "&by=team", "&by=product", "&by=stage"])
@pytest.mark.parametrize("period", ["g-2026-q4", "g-2026-11", "h-1448-q2", "h-1448-05"])
def test_it_opens_in_both_calendars_and_by_each_dimension(some, browser, by, period):
    page = browser("admin").get(f"/w/rayyan/forecast?period={period}{by}")
    assert page.status_code == 200


def test_it_asks_few_queries_however_many_deals_there_are(some, browser, alice):
    client = browser("admin")
    client.get(url())
    for number in range(10):
        deal(alice, 10 + number, currency="USD")
    with at_most(MOST_QUERIES):
        client.get(url())


@pytest.mark.parametrize(
    "wrong", ["period=x", "period=g-2026-q5", "period=h-9999-q1", "period=g-0000-q1", "by=moon"]
)
def test_what_is_no_period_or_dimension_is_refused(browser, wrong):
    assert browser("admin").get(f"/w/rayyan/forecast?{wrong}").status_code == 400


def test_a_number_leads_to_the_deals_that_it_is_made_of(some, browser):
    client = browser("admin")
    lines = client.get(url("&by=owner")).context["forecast"]["lines"]
    alice = next(line for line in lines if line["label"] == "Alice")
    links = {cell["name"]: cell["url"] for cell in alice["cells"]}
    assert "Deal 1000" in client.get(links["commit"]).content.decode()
    assert "Deal 200" not in client.get(links["commit"]).content.decode()
    listed = client.get(links["closed"]).content.decode()
    assert "Won 400" in listed
    assert "Deal 1000" not in listed


def test_a_unit_rolls_up_what_lies_below_it(some, browser, company):
    lines = browser("admin").get(url("&by=unit")).context["forecast"]["lines"]
    labels = [(line["label"], line["level"]) for line in lines]
    assert labels == [("Rayyan", 0), ("Jeddah", 1), ("Riyadh", 1)]
    top, jeddah, riyadh = ({cell["name"]: str(cell["text"]) for cell in line["cells"]} for line in lines)
    assert "6K" in top["commit"].replace(".00", "")
    assert "5K" in jeddah["commit"].replace(".00", "")
    assert "1K" in riyadh["commit"].replace(".00", "")
    assert [member["label"] for member in lines[2]["members"]] == ["Alice", "Bob"]


def test_what_has_no_rate_is_said_and_not_dropped(browser, alice):
    deal(alice, 100)
    deal(alice, 55, currency="USD")
    page = browser("admin").get(url()).content.decode()
    assert "USD" in page
    assert "55.00" in page


def test_what_has_a_rate_is_told_in_the_currency_of_the_workspace(alice, admin):
    rate = {"currency": "USD", "rate": "4", "day": "2020-01-01"}
    actions.create(registry["exchange-rates"], rate, by=admin)
    deal(alice, 55, currency="USD")
    assert [each.sums["commit"] for each in sums(admin).values()] == [22_000]


def test_a_deal_that_is_won_counts_at_the_rate_of_its_day(alice, admin, workspace):
    first, rate = in_quarter().first, {"currency": "USD", "rate": "4", "day": "2020-01-01"}
    actions.create(registry["exchange-rates"], rate, by=admin)
    won(alice, 10, currency="USD", closed_on=first)
    won(alice, 1, closed_on=first)
    later = {**rate, "rate": "5", "day": (first + timedelta(days=1)).isoformat()}
    actions.create(registry["exchange-rates"], later, by=admin)
    assert [each.sums["closed"] for each in sums(admin).values()] == [4_100]
    assert sum(deal.amount for deal in read().deals) == 4_100


def test_a_negative_amount_counts_as_it_is(admin, alice):
    deal(alice, 100)
    owed = deal(alice, 30)
    Opportunity.objects.filter(id=owed.id).update(amount=-3_000)  # as from an older file
    assert [each.sums["commit"] for each in sums(admin).values()] == [7_000]


# ---- who sees what -----------------------------------------------------------------------------------
def only_own(role):
    role.grants = {**role.grants, "opportunities": {"view": "own", "create": "own", "edit": "own"}}


def test_who_sees_own_deals_sees_own_figures_only(some, company, browser, admin):
    adjust(company.members["bob"], in_quarter(), "commit", 123_456_00, by=admin)
    rule(company, only_own)
    page = browser("alice").get(url("&by=owner"))
    assert [line["label"] for line in page.context["forecast"]["lines"]] == ["Alice"]
    assert "123.46K" not in page.content.decode()
    assert page.context["forecast"]["history"]["why"]


def test_what_is_said_of_the_whole_unit_is_not_told_to_who_sees_a_part(some, company, browser, admin):
    riyadh = company.members["alice"].unit
    adjust(riyadh, in_quarter(), "commit", 777_000_00, by=admin)
    assert "777.00K" in browser("manager").get(url()).content.decode()
    assert "777.00K" not in browser("alice").get(url()).content.decode()


def test_another_workspace_sees_nothing_of_it(some, company, elsewhere, admin, browser):
    adjust(company.members["alice"], in_quarter(), "commit", 100, by=admin)
    with scope(elsewhere.workspace):
        assert sums(elsewhere.actor("admin")) == {}
        assert ForecastAdjustment.objects.count() == 0
    assert browser("admin").get("/w/delta/forecast").status_code == 404


@pytest.mark.parametrize("field", ["amount", "expected_close", "forecast_category", "closed_on"])
def test_who_may_not_see_what_it_adds_up_does_not_see_the_sums(some, company, browser, field):
    rule(company, lambda role: role.fields.update({"opportunities": {field: "hidden"}}))
    assert browser("alice").get(url()).status_code == 403
    assert browser("admin").get(url()).status_code == 200


def test_a_hidden_probability_leaves_out_what_is_weighted_by_it(some, company, browser):
    assert "Weighted" in browser("alice").get(url()).content.decode()
    rule(company, lambda role: role.fields.update({"opportunities": {"probability": "hidden"}}))
    assert "Weighted" not in browser("alice").get(url()).content.decode()


# ---- adjusting ---------------------------------------------------------------------------------------
def say(client, target, **values):
    kind = "unit" if "unit" in target else "member"
    address = f"/w/rayyan/forecast/adjust/{kind}/{target[kind]}?period={in_quarter().key}"
    return client.post(
        address, {"category": "commit", "amount": "", "note": "", **values}, headers={"HX-Request": "true"}
    )


def test_a_manager_adjusts_and_the_original_stays_beside_it(some, company, browser):
    riyadh = company.members["alice"].unit_id
    assert say(browser("manager"), {"unit": riyadh}, amount="1500", note="Two are late").status_code == 204
    line = next(
        each for each in browser("admin").get(url()).context["forecast"]["lines"] if each["label"] == "Riyadh"
    )
    cells = {cell["name"]: str(cell["text"]) for cell in line["cells"]}
    assert "1.00K" in cells["commit"]
    (said,) = line["adjusted"]
    assert ("1.50K" in said["text"], said["who"], said["note"]) == (True, "Manager", "Two are late")
    assert Event.objects.filter(kind="forecast adjusted", record_id=riyadh).count() == 1


def test_it_rolls_up_to_the_units_above(some, company, browser, admin):
    adjust(company.members["alice"], in_quarter(), "commit", 150_000, by=admin)
    adjust(company.members["charlie"].unit, in_quarter(), "commit", 400_000, by=admin)
    shown = browser("admin").get(url()).context["forecast"]
    said = {
        line["label"]: [(str(each["text"]), each["who"]) for each in line["adjusted"]]
        for line in shown["lines"]
    }
    assert "5.50K" in said["Rayyan"][0][0]
    assert said["Rayyan"][0][1] == ""
    assert "1.50K" in said["Riyadh"][0][0]
    assert "4.00K" in said["Jeddah"][0][0]
    assert "5.50K" in str(shown["whole"]["adjusted"][0]["text"])


def test_every_adjustment_is_kept_and_the_newest_counts(some, company, browser, admin):
    riyadh = {"unit": company.members["alice"].unit_id}
    manager = browser("manager")
    for amount in ("1500", "1600", ""):
        say(manager, riyadh, amount=amount)
    assert list(ForecastAdjustment.objects.order_by("id").values_list("amount", flat=True)) == [
        150_000,
        160_000,
        None,
    ]
    line = next(each for each in manager.get(url()).context["forecast"]["lines"] if each["label"] == "Riyadh")
    assert line["adjusted"] == []
    dialog = manager.get(
        f"/w/rayyan/forecast/adjust/unit/{riyadh['unit']}?period={in_quarter().key}"
    ).content.decode()
    assert "1,600" in dialog
    assert "taken back" in dialog


def test_who_does_not_lead_is_refused_and_nothing_is_said(some, company, browser, elsewhere):
    bob, charlie = company.members["bob"].id, company.members["charlie"].id
    riyadh, jeddah = company.members["alice"].unit_id, company.members["charlie"].unit_id
    alice, manager = browser("alice"), browser("manager")
    assert say(alice, {"member": bob}, amount="1").status_code == 403
    assert say(alice, {"member": charlie}, amount="1").status_code == 404
    assert say(alice, {"unit": riyadh}, amount="1").status_code == 404
    assert say(manager, {"member": charlie}, amount="1").status_code == 404
    assert say(manager, {"unit": jeddah}, amount="1").status_code == 404
    assert say(browser("viewer"), {"unit": riyadh}, amount="1").status_code == 403
    assert say(manager, {"member": elsewhere.members["dalia"].id}, amount="1").status_code == 404
    assert ForecastAdjustment.objects.count() == 0


def test_who_is_named_as_the_manager_adjusts_their_member(some, company, browser):
    bob = company.members["bob"]
    Member.objects.filter(id=bob.id).update(manager_id=company.members["alice"].id)
    assert say(browser("alice"), {"member": bob.id}, amount="1").status_code == 204
    assert ForecastAdjustment.objects.get().by_id == company.members["alice"].id


@pytest.mark.parametrize("wrong", [{"amount": "many"}, {"category": "closed"}, {"category": ""}])
def test_what_cannot_be_read_is_said_in_the_dialog(some, company, browser, wrong):
    answer = say(browser("manager"), {"unit": company.members["alice"].unit_id}, **{"amount": "5", **wrong})
    assert answer.status_code == 422
    assert ForecastAdjustment.objects.count() == 0


def test_the_verb_itself_refuses_too(company, alice):
    with pytest.raises(NotAllowed):
        adjust(company.members["bob"], in_quarter(), "commit", 1, by=alice)
    with pytest.raises(Invalid):
        adjust(company.members["bob"], in_quarter(), "closed", 1, by=company.actor("admin"))


def test_an_adjustment_in_a_former_currency_of_the_workspace_is_not_added(some, company, browser, admin):
    adjust(company.members["alice"], in_quarter(), "commit", 150_000, by=admin)
    Workspace.objects.filter(pk=company.workspace.pk).update(currency="USD")
    assert all(line["adjusted"] == [] for line in browser("admin").get(url()).context["forecast"]["lines"])
