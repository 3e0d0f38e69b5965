"""Amounts in other currencies stand in the totals at the newest rate that the administrator has entered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from sila.platform.access.actor import Actor
from sila.platform.access.links import make_token
from sila.platform.activity.models import Job
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import today
from sila.platform.tenancy.models import Workspace
from sila.platform.tenancy.writing import together
from sila.sales.actions import reopen, win
from sila.sales.models import Opportunity, Stage
from sila.sales.rating import rate_anew
from tests.counting import at_most

deals, rates = registry["opportunities"], registry["exchange-rates"]
BOARD, SUMMARY = "/w/rayyan/opportunities/board", "/api/v1/opportunities/summary?sum=amount"


@pytest.fixture
def browser(company):
    client = Client()
    client.force_login(company.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def machine(company, workspace):
    return Client(headers={"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"})


def enter(admin, currency, rate, days_ago=0):
    day = (timezone.localdate() - timedelta(days=days_ago)).isoformat()
    return actions.create(rates, {"currency": currency, "day": day, "rate": rate}, by=admin)


def add(alice, amount, currency):
    return actions.create(
        deals, {"name": f"{currency} {amount}", "amount": amount, "currency": currency}, by=alice
    )


def test_the_board_converts_at_the_newest_rate_and_names_it(alice, admin, browser):
    add(alice, "1000", "SAR")
    add(alice, "100", "USD")
    enter(admin, "USD", "3.60", days_ago=30)
    enter(admin, "USD", "3.75", days_ago=2)
    enter(admin, "USD", "9", days_ago=-2)  # of the day after tomorrow
    shown = browser.get(BOARD).content.decode()
    assert "1.38K" in shown  # 1000 + 100 × 3.75 = 1375
    assert "USD at the rate of" in shown
    assert "3.75" in shown
    assert "no rate" not in shown


def test_what_has_no_rate_stands_beside_the_total_as_it_is(alice, admin, browser, machine):
    add(alice, "1000", "SAR")
    add(alice, "700", "EUR")
    shown = browser.get(BOARD).content.decode()
    assert "Open in EUR, no rate" in shown
    assert "1.00K" in shown
    told = machine.get(SUMMARY).json()
    assert told["sum"] is None
    assert told["converted"] == {"currency": "SAR", "sum": "1000.00", "rates": [], "without_rate": ["EUR"]}


def test_the_day_tells_what_its_figures_leave_out(alice, browser):
    add(alice, "1000", "SAR")
    add(alice, "700", "EUR")
    win(add(alice, "300", "USD"), by=alice)
    shown = browser.get("/w/rayyan/today").content.decode()
    assert "Open in EUR, no rate" in shown
    assert "Won this month in USD, no rate" in shown
    assert "Open in USD, no rate" not in shown


def test_the_api_tells_the_converted_whole_and_the_rates_it_used(alice, admin, machine):
    add(alice, "1000", "SAR")
    add(alice, "100", "USD")
    add(alice, "10.500", "KWD")  # three decimals
    used = [enter(admin, "USD", "3.75"), enter(admin, "KWD", "12.2")]
    told = machine.get(SUMMARY).json()["converted"]
    assert told["sum"] == "1503.10"
    days = {rate.currency: rate.day.isoformat() for rate in used}
    assert told["rates"] == [
        {"currency": "KWD", "day": days["KWD"], "rate": "12.2"},
        {"currency": "USD", "day": days["USD"], "rate": "3.75"},
    ]


def test_my_day_counts_amounts_in_other_currencies_too(alice, admin, browser):
    add(alice, "1000", "SAR")
    add(alice, "100", "USD")
    enter(admin, "USD", "3.75")
    assert "1.38K" in browser.get("/w/rayyan/today").content.decode()


def test_a_rate_of_a_former_base_currency_converts_nothing(alice, admin, workspace):
    enter(admin, "USD", "3.75")
    today = timezone.localdate()
    assert rates_on(today, ["USD"]).convert(100, "USD") == 375
    Workspace.objects.filter(pk=workspace.pk).update(currency="KWD")
    workspace.currency = "KWD"
    assert rates_on(today, ["USD"]).convert(100, "USD") is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"currency": "SAR", "rate": "1"}, "currency"),
        ({"currency": "USD", "rate": "0"}, "rate"),
        ({"currency": "USD", "rate": "-3"}, "rate"),
        ({"currency": "USD"}, "rate"),
        ({"currency": "XXQ", "rate": "1"}, "currency"),
    ],
)
def test_a_rate_that_makes_no_sense_is_explained(admin, values, field):
    with pytest.raises(Invalid) as refused:
        actions.create(rates, {"day": "2026-01-01", **values}, by=admin)
    assert field in refused.value.errors


def test_there_is_one_rate_a_day_and_only_administrators_keep_it(alice, admin):
    row = enter(admin, "USD", "3.75")
    with pytest.raises(Invalid):
        enter(admin, "USD", "3.76")
    with pytest.raises(NotAllowed):
        enter(alice, "EUR", "4")
    with pytest.raises(NotAllowed):
        actions.update(rates, row.id, {"rate": "9"}, by=alice)


def test_where_all_is_in_the_base_currency_no_rate_is_asked_for(alice, workspace):
    with at_most(0):
        assert rates_on(timezone.localdate(), ["SAR", ""]).total({"SAR": 5}) == (5, {})


def test_the_administrator_finds_the_rates_among_the_settings(company, admin):
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    with translation.override("en"):
        assert "/w/rayyan/exchange-rates/" in client.get("/w/rayyan/settings/").content.decode()
    assert client.get("/w/rayyan/exchange-rates/").status_code == 200
    new = {"currency": "USD", "day": "2026-01-01", "rate": "3.75"}
    assert client.post("/w/rayyan/exchange-rates/new", new).status_code == 302


# ---- what a deal is worth in the base currency -------------------------------------------------------
def now(deal):
    return Opportunity.objects.get(id=deal.id)


def test_an_open_deal_follows_the_rate_and_a_closed_one_keeps_that_of_its_day(alice, admin, workspace):
    enter(admin, "USD", "3.60", days_ago=30)
    going, closed = add(alice, "100", "USD"), add(alice, "200", "USD")
    assert (going.rate, going.base_amount, going.base_currency) == (Decimal("3.60"), 36_000, "SAR")
    win(closed, by=alice)
    enter(admin, "USD", "3.75")
    rate_anew(Actor.system(workspace, "job"))
    assert (now(going).base_amount, now(closed).base_amount) == (37_500, 72_000)
    reopen(now(closed), by=alice)
    assert now(closed).base_amount == 75_000


def test_a_deal_closed_in_the_past_takes_the_rate_of_that_day(company, admin):
    enter(admin, "USD", "3.50", days_ago=100)
    enter(admin, "USD", "3.75")
    day = (timezone.localdate() - timedelta(days=40)).isoformat()
    won = Stage.objects.get(category="won").id
    values = {"name": "x", "amount": "100", "currency": "USD", "stage": won, "closed_on": day}
    old = actions.create(deals, values, by=company.actor("alice", "import"))
    assert old.base_amount == 35_000
    changed = actions.update(deals, old.id, {"amount": "200"}, by=company.actor("alice"))
    assert changed.base_amount == 70_000


def test_without_a_rate_there_is_no_amount_and_the_page_says_so(alice, admin, browser, workspace):
    deal = add(alice, "100", "EUR")
    assert (deal.rate, deal.base_amount) == (None, None)
    assert "no exchange rate for EUR" in browser.get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert (
        "EUR 100"
        in browser.get("/w/rayyan/opportunities/?f=base_amount:empty&f=amount:filled").content.decode()
    )
    enter(admin, "EUR", "4")
    rate_anew(Actor.system(workspace, "job"))
    assert now(deal).base_amount == 40_000


def test_a_rate_that_is_entered_sets_the_job_off(admin, alice, workspace):
    enter(admin, "USD", "3.75")
    assert Job.objects.filter(name="rates of deals", state="waiting").count() == 1


def test_many_rates_of_a_file_set_the_job_off_once(admin):
    with transaction.atomic(), together():
        for currency in ("USD", "EUR", "KWD"):
            enter(admin, currency, "3.75")
    assert Job.objects.filter(name="rates of deals").count() == 1


def test_a_new_base_currency_reaches_open_and_closed_deals(admin, alice, workspace):
    going, closed = add(alice, "100", "USD"), add(alice, "200", "SAR")
    win(closed, by=alice)
    workspace.currency = "USD"
    workspace.save()
    rate_anew(Actor.system(workspace, "job"))
    assert (now(going).base_amount, now(going).base_currency) == (10_000, "USD")
    assert (now(closed).base_amount, now(closed).base_currency) == (None, "USD")
    enter(admin, "SAR", "0.25")
    rate_anew(Actor.system(workspace, "job"))
    assert now(closed).base_amount == 5_000


def test_the_base_currency_needs_no_rate(alice, machine):
    add(alice, "1000.25", "SAR")
    add(alice, "1", "SAR")
    told = machine.get("/api/v1/opportunities/summary?sum=base_amount").json()
    assert told["sum"] == "1001.25"


def test_a_rate_says_which_way_it_goes_and_is_of_today_unless_it_says_otherwise(admin, company, workspace):
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    form = client.get("/w/rayyan/exchange-rates/new").content.decode()
    with translation.override("ar"):
        assert str(rates.fields["rate"].help) in form
    rate = actions.create(rates, {"currency": "KWD", "rate": "12.2145"}, by=admin)
    assert rate.day == today()
    assert rates_on(today(), {"KWD"}).convert(1_000, "KWD") == 12_21
