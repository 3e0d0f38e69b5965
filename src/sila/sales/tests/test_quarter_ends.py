"""The end of a quarter where the clock is moved, or the company to another time zone: each deal and each invoice stands in
one quarter, the one in which it was booked, and in no other."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.models import Workspace
from sila.sales import actions
from sila.sales.funnel.figures import begun, ended, outcome
from sila.sales.funnel.period import Period
from sila.sales.invoices.actions import issue, pay
from sila.sales.invoices.models import Invoice
from sila.sales.models import Opportunity, Pipeline
from sila.sales.orders.actions import confirm

QUARTERS = [Period("quarter", "gregorian", 2026, number) for number in (3, 4)]
ZONES = ("Asia/Riyadh", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati")
# The last minute of the third quarter in Riyadh, and the first of the fourth; in Berlin it is the third still.
BEFORE, AFTER = datetime(2026, 9, 30, 20, 59, tzinfo=UTC), datetime(2026, 9, 30, 21, 1, tzinfo=UTC)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def move_to(workspace, zone):
    """As the settings do it."""
    Workspace.objects.filter(pk=workspace.pk).update(timezone=zone)
    workspace.timezone = zone


@pytest.fixture
def won(alice):
    """A deal won in either quarter, each worth its own amount."""
    found = []
    for moment, amount in ((BEFORE, "1000"), (AFTER, "2000")):
        with clock.at(moment):
            found.append(actions.win(add("opportunities", alice, name="توريد", amount=amount), by=alice))
    return found


def won_in(quarter):
    return outcome(ended(Opportunity.objects.filter(deleted_at=None), quarter.days())).value


def test_a_deal_counts_in_the_quarter_of_the_companys_clock(won):
    assert [deal.closed_on for deal in won] == [date(2026, 9, 30), date(2026, 10, 1)]
    assert [won_in(quarter) for quarter in QUARTERS] == [1000_00, 2000_00]


@pytest.mark.parametrize("zone", ZONES)
def test_a_company_that_moves_to_another_zone_keeps_what_was_booked(won, workspace, zone, browser):
    move_to(workspace, zone)
    assert [won_in(quarter) for quarter in QUARTERS] == [1000_00, 2000_00]
    for quarter, amount in zip(QUARTERS, ("1,000", "2,000"), strict=True):
        of = f"?unit=quarter&calendar=gregorian&of={quarter.year}-{quarter.number}"
        page = browser("admin").get(f"/w/rayyan/funnel/{of}").content.decode()
        assert amount in page.replace("&nbsp;", " ")


@pytest.mark.parametrize("zone", ZONES)
def test_quarters_follow_one_another_without_gap_or_overlap_in_each_zone(workspace, alice, zone):
    move_to(workspace, zone)
    quarters = [
        Period("quarter", "gregorian", year, number) for year in (2026, 2027) for number in range(1, 5)
    ]
    bounds = [quarter.moments(Reader.of(workspace)) for quarter in quarters]
    assert all(end == begin for (_begin, end), (begin, _end) in pairwise(bounds))


def test_deals_begin_once_whatever_the_zone(won, workspace):
    deals, pipeline = Opportunity.objects.filter(deleted_at=None), Pipeline.objects.get().id
    for zone in ZONES:
        move_to(workspace, zone)
        reader = Reader.of(workspace)
        counted = [begun(deals, pipeline, each.days(), each.moments(reader)) for each in QUARTERS]
        assert sum(counted) == 2


def billed(by, moment):
    with clock.at(moment):
        party = add("organizations", by, name="شركة الأفق")
        invoice = add("invoices", by, name="توريد", party=str(party.id))
        add("invoice-lines", by, invoice=str(invoice.id), name="مكيف", price="100", quantity="1")
        return issue(Invoice.objects.get(id=invoice.id), by=by)


def test_invoices_are_numbered_on_when_the_clock_is_set_back_over_the_new_year(alice):
    moments = (
        datetime(2026, 12, 31, 20, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 21, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 20, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 0, tzinfo=UTC),
    )
    numbers = [billed(alice, moment).number for moment in moments]
    assert [number[-10:] for number in numbers] == ["2026-00001", "2027-00001", "2026-00002", "2027-00002"]


def test_what_was_paid_stays_on_its_day_when_the_company_moves(alice, workspace):
    invoice = billed(alice, BEFORE)
    with clock.at(AFTER):
        payment = pay(invoice, by=alice)
    before = (payment.paid_on, Invoice.objects.get(id=invoice.id).settled_on, invoice.number)
    move_to(workspace, "America/Los_Angeles")
    after = Invoice.objects.get(id=invoice.id)
    assert (payment.paid_on, after.settled_on, after.number) == before
    assert before[0] == date(2026, 10, 1)


def test_an_order_confirmed_at_the_end_of_a_quarter_keeps_its_day(alice, workspace):
    with clock.at(BEFORE):
        party = add("organizations", alice, name="شركة الأفق")
        order = add("orders", alice, name="توريد", party=str(party.id))
        add("order-lines", alice, sales_order=str(order.id), name="مكيف", price="100", quantity="1")
        order = confirm(type(order).objects.get(id=order.id), by=alice)
    assert order.ordered_on == date(2026, 9, 30)
    move_to(workspace, "Pacific/Kiritimati")
    assert type(order).objects.get(id=order.id).ordered_on == date(2026, 9, 30)
