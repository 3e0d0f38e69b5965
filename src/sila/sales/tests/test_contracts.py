"""Contracts: how they begin and end, what is prepared before the last day for notice, and what is owed in them."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales import actions as deal_verbs
from sila.sales.contracts import actions, working
from sila.sales.contracts.days import end_of_term, last_day_for_notice, months_of
from sila.sales.contracts.models import Contract
from sila.sales.models import Opportunity
from sila.sales.renewing import renew
from sila.work.actions import complete
from sila.work.models import Activity

contracts, deals, organizations = (
    registry["contracts"],
    registry["opportunities"],
    registry["organizations"],
)
SIGNED = date(2026, 1, 4)


@contextmanager
def on(day, hour=9):
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
        yield


@pytest.fixture
def customer(alice):
    return records.create(organizations, {"name": "مستشفى السلامة"}, by=alice)


@pytest.fixture
def make(alice, customer):
    def contract(**values):
        given = {
            "name": "صيانة المصاعد",
            "party": customer.id,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "notice": "3",
            "notice_unit": "months",
            "amount": "120,000",
            **values,
        }
        with on(SIGNED):
            return records.create(contracts, given, by=alice)

    return contract


@pytest.fixture
def signed(make, alice):
    def contract(**values):
        with on(SIGNED):
            return actions.sign(make(**values), by=alice)

    return contract


def now(contract):
    return Contract.objects.get(id=contract.id)


def look(workspace, day, hour=9):
    with on(day, hour):
        working.look(workspace)


def tasks():
    return list(Activity.objects.filter(kind="task", deleted_at=None).order_by("id"))


# ---- days ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ends", "notice", "unit", "last"),
    [
        (date(2026, 12, 31), 30, "days", date(2026, 12, 1)),
        (date(2026, 12, 31), 3, "months", date(2026, 9, 30)),
        (date(2027, 3, 31), 1, "months", date(2027, 2, 28)),
        (date(2028, 3, 31), 1, "months", date(2028, 2, 29)),
        (date(2026, 12, 31), 0, "months", date(2026, 12, 31)),
        (date(2027, 1, 15), 2, "months", date(2026, 11, 15)),
    ],
)
def test_the_last_day_for_notice_is_the_end_less_the_notice(make, ends, notice, unit, last):
    contract = make(ends_on=ends.isoformat(), notice=str(notice), notice_unit=unit)
    assert contract.notice_by == last == last_day_for_notice(ends, notice, unit)


@pytest.mark.parametrize(
    ("ended", "months", "next_end"),
    [
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 2, 28), 1, date(2026, 3, 31)),
        (date(2026, 11, 14), 3, date(2027, 2, 14)),
    ],
)
def test_a_term_that_ends_with_a_month_is_followed_by_one_that_does(ended, months, next_end):
    assert end_of_term(ended, months) == next_end


def test_a_term_is_counted_in_whole_months():
    assert months_of(date(2026, 1, 1), date(2026, 12, 31)) == 12
    assert months_of(date(2026, 1, 15), date(2026, 2, 14)) == 1
    assert months_of(date(2026, 1, 15), date(2026, 1, 20)) == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ends_on", {"ends_on": "2025-12-31"}),
        ("notice", {"notice": "-1"}),
        ("notice", {"notice": "4000", "notice_unit": "days"}),
        ("renew_months", {"auto_renew": "1"}),
        ("renew_months", {"renew_months": "0"}),
        ("lead_days", {"lead_days": "9999"}),
    ],
)
def test_days_that_cannot_be_are_refused(make, field, values):
    with pytest.raises(Invalid) as refused:
        make(**values)
    assert field in refused.value.errors
    assert not Contract.objects.exists()


# ---- the path ------------------------------------------------------------------------------------------
def test_a_contract_is_signed_once_and_not_before_its_day(make, alice):
    contract = make()
    with on(SIGNED):
        with pytest.raises(Invalid):
            actions.sign(contract, by=alice, signed_on="2026-01-05")
        contract = actions.sign(contract, by=alice, signed_on="2026-01-03")
        with pytest.raises(Invalid):
            actions.sign(contract, by=alice)
    assert (contract.status, contract.signed_on) == ("active", date(2026, 1, 3))


def test_others_neither_see_nor_sign_it(make, alice, bob, charlie):
    contract = make()
    with pytest.raises(NotAllowed):
        actions.sign(contract, by=bob)
    with pytest.raises(NotFound):
        actions.sign(contract, by=charlie)
    assert now(contract).status == "draft"


def test_a_renewal_is_a_row_of_its_own_and_made_once(signed, alice):
    contract = signed()
    with on(date(2026, 12, 20)):
        following = actions.renew(contract, by=alice)
        assert (following.starts_on, following.ends_on) == (date(2027, 1, 1), date(2027, 12, 31))
        assert (following.number, following.term, following.status) == (f"{contract.number}-2", 2, "active")
        assert following.renewed_from_id == contract.id
        with pytest.raises(Invalid):
            actions.renew(now(contract), by=alice)
        third = actions.renew(following, by=alice, term_months=6)
    assert (third.number, third.ends_on) == (f"{contract.number}-3", date(2028, 6, 30))
    assert now(contract).status == "renewed"


def test_what_is_over_is_not_changed_any_more(signed, alice):
    contract = signed()
    records.update(contracts, contract.id, {"amount": "90,000"}, by=alice)
    with on(date(2026, 5, 1)):
        ended = actions.end(now(contract), by=alice, reason="انتقلوا إلى مبنى آخر")
    with pytest.raises(Invalid):
        records.update(contracts, contract.id, {"amount": "1"}, by=alice)
    assert (now(ended).amount, now(ended).end_reason) == (9_000_000, "انتقلوا إلى مبنى آخر")


# ---- what is prepared ----------------------------------------------------------------------------------
def test_the_renewal_is_prepared_before_the_last_day_for_notice_and_once(signed, workspace, alice):
    """30 September less 30 days is 31 August 2026, a Monday."""
    contract = signed()
    look(workspace, date(2026, 8, 30))
    assert (tasks(), Opportunity.objects.count()) == ([], 0)
    for _round in range(2):
        look(workspace, date(2026, 8, 31))
    (task,), deal = tasks(), Opportunity.objects.get()
    assert task.owner_id == deal.owner_id == alice.member_id
    assert task.due_at == datetime(2026, 8, 31, 6, tzinfo=UTC)  # nine in Riyadh
    assert (deal.party_id, deal.amount, deal.expected_close) == (
        contract.party_id,
        12_000_000,
        date(2026, 9, 30),
    )
    assert now(contract).renewal_id == deal.id


def test_the_day_comes_by_the_clock_of_the_workspace(signed, workspace):
    signed()
    with clock.at(datetime(2026, 8, 30, 20, 59, tzinfo=UTC)):
        working.look(workspace)
    assert tasks() == []
    with clock.at(datetime(2026, 8, 30, 21, 0, tzinfo=UTC)):  # midnight in Riyadh
        working.look(workspace)
    assert len(tasks()) == 1


def test_a_task_on_a_weekend_is_put_on_the_working_day_before(signed, workspace):
    """2 October less 30 days is 2 September; 90 days before is Saturday 4 July: Thursday the 2nd has passed by then."""
    signed(ends_on="2026-10-02", notice="0", lead_days="90")
    look(workspace, date(2026, 7, 4))
    assert tasks()[0].due_at.date() == date(2026, 7, 5)  # Sunday


def test_after_a_renewal_the_next_term_is_prepared_too(signed, workspace, alice):
    contract = signed()
    look(workspace, date(2026, 8, 31))
    with on(date(2026, 9, 10)):
        following = actions.renew(now(contract), by=alice)
    assert Activity.objects.get(id=now(contract).activity_id).status == "done"
    look(workspace, date(2026, 9, 11))
    assert len(tasks()) == 1
    look(workspace, date(2027, 8, 31))
    look(workspace, date(2027, 9, 1))
    assert len(tasks()) == 2
    assert now(following).renewal_id not in (None, now(contract).renewal_id)


def test_the_renewal_of_a_won_deal_goes_on_from_it(signed, workspace, alice, customer):
    deal = records.create(
        deals, {"name": "صيانة", "party": customer.id, "amount": "100,000", "term_months": "12"}, by=alice
    )
    deal = deal_verbs.win(deal, by=alice)
    contract = signed(opportunity=deal.id)
    look(workspace, date(2026, 8, 31))
    renewal = Opportunity.objects.get(renewal_of_id=deal.id)
    assert (renewal.id, renewal.amount) == (now(contract).renewal_id, 12_000_000)
    assert renewal.expected_close == date(2026, 9, 30)


def test_a_deal_that_was_renewed_by_hand_is_taken_and_no_second_one_made(signed, workspace, alice, customer):
    deal = records.create(deals, {"name": "صيانة", "party": customer.id, "term_months": "12"}, by=alice)
    renewal = renew(deal_verbs.win(deal, by=alice), by=alice)
    contract = signed(opportunity=deal.id)
    look(workspace, date(2026, 8, 31))
    assert now(contract).renewal_id == renewal.id
    assert Opportunity.objects.count() == 2


def test_a_day_that_is_moved_takes_the_open_task_along(signed, workspace, alice):
    contract = signed()
    look(workspace, date(2026, 8, 31))
    with on(date(2026, 9, 1)):
        records.update(contracts, contract.id, {"ends_on": "2027-01-31"}, by=alice)
    (task,) = tasks()
    assert task.due_at.date() == date(2026, 10, 1)  # 31 October less 30 days
    look(workspace, date(2026, 10, 1))
    assert len(tasks()) == 1


def test_a_task_that_is_done_stays_and_the_new_day_gets_its_own_with_the_same_deal(signed, workspace, alice):
    contract = signed()
    look(workspace, date(2026, 8, 31))
    with on(date(2026, 9, 1)):
        complete(tasks()[0], by=alice, outcome="يرغبون في التمديد")
        records.update(contracts, contract.id, {"ends_on": "2027-12-31"}, by=alice)
    look(workspace, date(2026, 9, 2))
    assert len(tasks()) == 1
    look(workspace, date(2027, 8, 31))
    first, second = tasks()
    assert (first.status, first.due_at.date()) == ("done", date(2026, 8, 31))
    assert second.due_at.date() == date(2027, 8, 31)
    assert Opportunity.objects.count() == 1


def test_ending_a_contract_calls_off_what_was_planned(signed, workspace, alice):
    contract = signed()
    look(workspace, date(2026, 8, 31))
    with on(date(2026, 9, 1)):
        actions.end(now(contract), by=alice)
    assert tasks()[0].status == "cancelled"
    look(workspace, date(2026, 9, 2))
    assert len(tasks()) == 1
    with on(date(2026, 9, 3)):
        actions.reopen(now(contract), by=alice)
    look(workspace, date(2026, 9, 3))
    assert [task.status for task in tasks()] == ["cancelled", "open"]
    assert Opportunity.objects.count() == 1


def test_a_term_that_has_passed_is_not_taken_up_again(signed, alice):
    contract = signed()
    with on(date(2026, 5, 1)):
        actions.end(contract, by=alice)
    with on(date(2027, 1, 2)), pytest.raises(Invalid):
        actions.reopen(now(contract), by=alice)
    assert now(contract).status == "ended"


def test_a_deal_that_cannot_be_made_is_left_to_the_task_and_holds_no_other_up(signed, workspace):
    first, second = signed(), signed()
    Contract.objects.filter(id=first.id).update(name="")  # a deal needs one
    look(workspace, date(2026, 8, 31))
    assert (now(first).renewal_id, len(tasks())) == (None, 2)
    assert now(second).renewal_id is not None


def test_nothing_is_prepared_for_a_customer_in_the_trash_until_it_is_back(signed, workspace, admin, customer):
    signed()
    records.trash(organizations, customer.id, by=admin)
    look(workspace, date(2026, 8, 31))
    assert tasks() == []
    records.restore(organizations, customer.id, by=admin)
    look(workspace, date(2026, 9, 1))
    assert len(tasks()) == 1


def test_a_contract_follows_its_customer_into_a_merge(signed, workspace, admin, customer):
    other = records.create(organizations, {"name": "مستشفى السلامة الطبي"}, by=admin)
    contract = signed()
    merge(organizations, other.id, [customer.id], by=admin)
    look(workspace, date(2026, 8, 31))
    assert now(contract).party_id == Opportunity.objects.get().party_id == other.id


# ---- how terms end -------------------------------------------------------------------------------------
def test_a_term_that_has_passed_expires_or_is_followed_by_the_next(signed, workspace):
    ends, goes_on = signed(), signed(auto_renew="1", renew_months="6")
    look(workspace, date(2026, 12, 31))
    assert (now(ends).status, now(goes_on).status) == ("active", "active")
    for _round in range(2):
        look(workspace, date(2027, 1, 1))
    assert (now(ends).status, now(goes_on).status) == ("expired", "renewed")
    following = Contract.objects.get(renewed_from_id=goes_on.id)
    assert (following.starts_on, following.ends_on) == (date(2027, 1, 1), date(2027, 6, 30))


# ---- what is owed --------------------------------------------------------------------------------------
@pytest.fixture
def obligation(signed, alice):
    contract = signed()
    values = {"contract": contract.id, "name": "زيارة صيانة وقائية", "side": "ours", "due_on": "2026-04-01"}
    return records.create(registry["obligations"], values, by=alice)


def test_the_owner_is_reminded_of_what_is_owed_on_its_day_and_once(obligation, workspace, alice):
    look(workspace, date(2026, 3, 31))
    assert not Event.objects.filter(kind="reminder").exists()
    for _round in range(2):
        look(workspace, date(2026, 4, 1))
    event = Event.objects.get(kind="reminder")
    assert (event.entity, event.payload["member"]) == ("contracts", str(alice.member_id))
    records.update(registry["obligations"], obligation.id, {"due_on": "2026-05-01"}, by=alice)
    look(workspace, date(2026, 5, 2))
    assert Event.objects.filter(kind="reminder").count() == 2


def test_what_is_done_is_not_reminded_of_and_can_be_taken_up_again(obligation, workspace, alice):
    with on(date(2026, 3, 1)):
        done = actions.fulfil(obligation, by=alice)
        with pytest.raises(Invalid):
            actions.fulfil(done, by=alice)
    look(workspace, date(2026, 4, 2))
    assert not Event.objects.filter(kind="reminder").exists()
    open_again = actions.take_up(done, by=alice)
    assert open_again.done_on is None


def test_what_is_overdue_stands_on_the_page_of_the_contract(obligation, browser):
    page = browser("alice").get(f"/w/rayyan/contracts/{obligation.contract_id}/").content.decode()
    assert "زيارة صيانة وقائية" in page
    assert "Overdue since" in page
    assert "1 obligation is overdue." in page


def test_contracts_stand_on_the_pages_of_their_customer_and_deal(signed, browser, customer):
    contract = signed()
    page = browser("alice").get(f"/w/rayyan/organizations/{customer.id}/").content.decode()
    assert f"/w/rayyan/contracts/{contract.id}/" in page
    assert (
        f"/w/rayyan/contracts/{contract.id}/"
        not in browser("charlie").get(f"/w/rayyan/organizations/{customer.id}/").content.decode()
    )


def test_the_calendar_goes_by_the_last_day_for_notice_too(signed, browser):
    signed()
    page = browser("alice").get("/w/rayyan/contracts/calendar?by=notice_by&day=2026-09-30").content.decode()
    assert "صيانة المصاعد" in page
    assert (
        "صيانة المصاعد"
        not in browser("alice")
        .get("/w/rayyan/contracts/calendar?by=notice_by&day=2026-06-30")
        .content.decode()
    )
