"""Contracts of competitors: the right call or visit on the right day, deals from windows, and the win rate by lead time."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from sila.parties.models import PartyRole
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales import actions as deal_verbs
from sila.sales.models import LossReason, Opportunity, OpportunityCompetitor
from sila.sales.windows import working
from sila.sales.windows.actions import make_deal, set_defaults
from sila.sales.windows.figures import by_lead_time
from sila.sales.windows.models import IncumbentContract, WindowDeal
from sila.work import actions as work
from sila.work.models import Activity, ActivityLink

noun, deals, organizations = (
    registry["incumbent-contracts"],
    registry["opportunities"],
    registry["organizations"],
)
EARLY = date(2026, 9, 1)


@contextmanager
def on(day, hour=9):
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
        yield


def look(workspace, day, hour=9):
    with on(day, hour):
        working.look(workspace)


@pytest.fixture
def customer(alice):
    return records.create(organizations, {"name": "فندق المرسى"}, by=alice)


@pytest.fixture
def rival(alice):
    return records.create(organizations, {"name": "شركة الأفق"}, by=alice)


@pytest.fixture
def make(alice, customer, rival):
    def incumbent(**values):
        given = {
            "name": "صيانة المصاعد",
            "party": customer.id,
            "competitor": rival.id,
            "ends_on": "2026-12-31",
            "notice": "30",
            "notice_unit": "days",
            "amount": "50,000",
            **values,
        }
        return records.create(noun, given, by=alice)

    return incumbent


def planned(incumbent):
    links = ActivityLink.objects.filter(entity="incumbent-contracts", record_id=incumbent.id)
    return list(Activity.objects.filter(id__in=links.values("activity_id"), deleted_at=None).order_by("id"))


def now(incumbent):
    return IncumbentContract.objects.get(id=incumbent.id)


# ---- the right work on the right days ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ends", "notice", "unit", "last", "opens", "call"),
    [  # the window is 30 days, and the call 14 days before it; the weekend is Friday and Saturday
        ("2026-12-31", 30, "days", date(2026, 12, 1), date(2026, 11, 1), date(2026, 10, 18)),
        ("2027-01-31", 2, "months", date(2026, 11, 30), date(2026, 10, 31), date(2026, 10, 15)),
        ("2026-11-15", 0, "days", date(2026, 11, 15), date(2026, 10, 16), date(2026, 10, 1)),
        ("2027-02-28", 3, "months", date(2026, 11, 28), date(2026, 10, 29), date(2026, 10, 15)),
    ],
)
def test_each_notice_puts_the_call_on_its_day(make, workspace, alice, ends, notice, unit, last, opens, call):
    incumbent = make(ends_on=ends, notice=str(notice), notice_unit=unit)
    assert (incumbent.notice_by, incumbent.opens_on) == (last, opens)
    look(workspace, date(2026, 8, 1))
    assert planned(incumbent) == []
    for _round in range(2):
        look(workspace, EARLY)
    (activity,) = planned(incumbent)
    assert (activity.kind, activity.owner_id) == ("call", alice.member_id)
    assert activity.starts_at == datetime(call.year, call.month, call.day, 6, tzinfo=UTC)  # nine in Riyadh


def test_a_holiday_is_no_working_day(make, workspace):
    workspace.holidays = ["2026-10-18"]
    workspace.save()
    incumbent = make()
    look(workspace, EARLY)
    assert planned(incumbent)[0].at.date() == date(2026, 10, 15)  # Thursday


def test_what_comes_late_is_planned_for_the_next_working_day(make, workspace):
    incumbent = make()
    look(workspace, date(2026, 11, 6))  # a Friday; the window is open
    assert planned(incumbent)[0].at.date() == date(2026, 11, 8)


def test_a_window_that_has_passed_is_not_planned_for(make, workspace):
    incumbent = make()
    look(workspace, date(2026, 12, 2))
    assert planned(incumbent) == []


def test_the_kind_and_the_days_are_chosen_for_one_or_for_the_workspace(make, workspace, alice, admin):
    with pytest.raises(NotAllowed):
        set_defaults(by=alice, window_days=60, lead_days=7, plan_kind="visit")
    set_defaults(by=admin, window_days=60, lead_days=7, plan_kind="visit")
    usual, own = make(), make(window_days="10", lead_days="0", plan_kind="call")
    assert (usual.opens_on, own.opens_on) == (date(2026, 10, 2), date(2026, 11, 21))
    look(workspace, date(2026, 9, 25))
    assert [(each.kind, each.at.date()) for each in planned(usual)] == [("visit", date(2026, 9, 27))]
    look(workspace, date(2026, 10, 1))
    assert [(each.kind, each.at.date()) for each in planned(own)] == [("call", date(2026, 11, 19))]


def test_a_day_that_is_moved_takes_along_what_is_planned(make, workspace, alice):
    incumbent = make()
    look(workspace, EARLY)
    with on(EARLY + timedelta(days=1)):
        records.update(noun, incumbent.id, {"ends_on": "2027-01-07"}, by=alice)
    (activity,) = planned(incumbent)
    assert activity.at.date() == date(2026, 10, 25)
    look(workspace, date(2026, 9, 3))
    assert len(planned(incumbent)) == 1


@pytest.mark.parametrize("verb", [work.complete, work.cancel])
def test_what_is_done_or_cancelled_stays_and_the_next_window_gets_its_own(make, workspace, alice, verb):
    incumbent = make(auto_renew="1", renew_months="12")
    look(workspace, EARLY)
    with on(date(2026, 10, 18)):
        verb(planned(incumbent)[0], by=alice, outcome="غير راضين عن الخدمة")
    look(workspace, date(2026, 12, 31))
    assert len(planned(incumbent)) == 1
    look(workspace, date(2027, 1, 1))  # it went on by itself
    assert now(incumbent).ends_on == date(2027, 12, 31)
    look(workspace, date(2027, 9, 1))
    first, second = planned(incumbent)
    assert (first.at.date(), second.at.date()) == (date(2026, 10, 18), date(2027, 10, 18))


def test_an_end_that_is_taken_back_calls_off_the_call(make, workspace, alice):
    incumbent = make()
    look(workspace, EARLY)
    records.update(noun, incumbent.id, {"ends_on": ""}, by=alice)
    assert planned(incumbent)[0].status == "cancelled"


def test_a_new_owner_gets_what_is_planned(make, workspace, alice, admin, bob):
    incumbent = make()
    look(workspace, EARLY)
    records.update(noun, incumbent.id, {"owner": str(bob.member_id)}, by=admin)
    assert planned(incumbent)[0].owner_id == bob.member_id


def test_what_is_thrown_away_is_planned_for_anew_when_it_is_back(make, workspace, alice):
    incumbent = make()
    look(workspace, EARLY)
    records.trash(noun, incumbent.id, by=alice)
    look(workspace, EARLY)
    records.restore(noun, incumbent.id, by=alice)
    look(workspace, EARLY)
    assert [each.status for each in planned(incumbent)] == ["cancelled", "open"]


def test_nothing_is_planned_with_a_customer_in_the_trash(make, workspace, admin, customer):
    incumbent = make()
    records.trash(organizations, customer.id, by=admin)
    look(workspace, EARLY)
    assert planned(incumbent) == []


def test_it_follows_customer_and_competitor_into_a_merge(make, workspace, admin, customer, rival):
    incumbent = make()
    others = [records.create(organizations, {"name": name}, by=admin) for name in ("المرسى", "الأفق")]
    for into, gone in zip(others, (customer, rival), strict=True):
        merge(organizations, into.id, [gone.id], by=admin)
    assert (now(incumbent).party_id, now(incumbent).competitor_id) == (others[0].id, others[1].id)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("notice", {"notice": "-5"}),
        ("window_days", {"window_days": "4000"}),
        ("renew_months", {"auto_renew": "1"}),
        ("learned_on", {"learned_on": "2999-01-01"}),
    ],
)
def test_what_cannot_be_is_refused(make, field, values):
    with pytest.raises(Invalid) as refused:
        make(**values)
    assert field in refused.value.errors
    assert not IncumbentContract.objects.exists()


def test_nobody_supplies_themselves(make, customer):
    with pytest.raises(Invalid):
        make(competitor=customer.id)


def test_whoever_holds_the_contract_is_known_as_a_competitor(make, rival):
    make()
    assert PartyRole.objects.filter(party_id=rival.id, role="competitor", ends=None).count() == 1


# ---- deals ---------------------------------------------------------------------------------------------
def test_a_deal_knows_its_window_and_whom_it_is_against(make, alice, rival):
    incumbent = make()
    with on(EARLY):
        deal = make_deal(incumbent, by=alice)
        with pytest.raises(Invalid):
            make_deal(now(incumbent), by=alice)
    row = WindowDeal.objects.get()
    assert (row.opportunity_id, row.last_day, row.contact_on) == (deal.id, date(2026, 12, 1), EARLY)
    assert OpportunityCompetitor.objects.get(opportunity_id=deal.id).party_id == rival.id
    assert (deal.amount, deal.expected_close) == (5_000_000, date(2026, 12, 1))


def test_a_deal_is_made_by_those_who_may_and_leads_to_its_page(make, browser, alice):
    incumbent = make()
    url = f"/w/rayyan/incumbent-contracts/{incumbent.id}/do/make-deal"
    assert browser("charlie").post(url).status_code == 404
    assert browser("bob").post(url).status_code == 403
    assert not Opportunity.objects.exists()
    browser("alice").post(url)
    deal = Opportunity.objects.get()
    page = browser("alice").get(f"/w/rayyan/opportunities/{deal.id}/").content.decode()
    assert f"/w/rayyan/incumbent-contracts/{incumbent.id}/" in page


def test_the_win_rate_by_lead_time_is_that_of_a_hand_calculation(make, alice, customer, workspace):
    """The last day is 1 December 2026. Begun 61 days before: won, won, lost: 67 %. 60 days before: lost: 0 %.
    10 days before: won, lost, and one that is open: 50 %. Two days after: lost: 0 %."""
    reason = LossReason.objects.first()
    told = [
        (date(2026, 10, 1), "won"),
        (date(2026, 10, 1), "won"),
        (date(2026, 10, 1), "lost"),
        (date(2026, 10, 2), "lost"),
        (date(2026, 11, 21), "won"),
        (date(2026, 11, 21), "lost"),
        (date(2026, 11, 21), "open"),
        (date(2026, 12, 3), "lost"),
    ]
    for begun, end in told:
        with on(begun):
            deal = make_deal(make(), by=alice)
            if end == "won":
                deal_verbs.win(deal, by=alice)
            elif end == "lost":
                deal_verbs.lose(deal, by=alice, reason=reason.id)
    spans = {
        (s.first, s.last): (s.won, s.lost, s.open, s.rate) for s in by_lead_time(Opportunity.objects.all())
    }
    assert spans == {
        (None, -1): (0, 1, 0, 0),
        (0, 14): (1, 1, 1, 50),
        (15, 30): (0, 0, 0, None),
        (31, 60): (0, 1, 0, 0),
        (61, 90): (2, 1, 0, 67),
        (91, 180): (0, 0, 0, None),
        (181, None): (0, 0, 0, None),
    }


def test_the_lead_time_begins_with_the_first_call_that_was_made_about_it(make, alice, workspace):
    incumbent = make()
    look(workspace, EARLY)
    with on(date(2026, 10, 18)):
        work.complete(planned(incumbent)[0], by=alice)
    with on(date(2026, 11, 20)):
        make_deal(now(incumbent), by=alice)
    assert WindowDeal.objects.get().contact_on == date(2026, 10, 18)


# ---- the page ------------------------------------------------------------------------------------------
def test_the_page_shows_the_windows_of_its_month_to_those_who_may_see_them(make, browser):
    make(name="نافذة تشرين"), make(name="نافذة لاحقة", ends_on="2027-03-31")
    november = "/w/rayyan/windows/?unit=month&calendar=gregorian&of=2026-11"
    page = browser("alice").get(november).content.decode()
    assert "نافذة تشرين" in page
    assert "نافذة لاحقة" not in page
    later = browser("alice").get("/w/rayyan/windows/?unit=month&calendar=gregorian&of=2027-1")
    assert "نافذة لاحقة" in later.content.decode()
    assert "نافذة تشرين" not in browser("charlie").get(november).content.decode()


def test_the_page_asks_as_little_for_many_windows_as_for_few(make, browser, django_assert_max_num_queries):
    for number in range(12):
        make(name=f"عقد {number}")
    alice = browser("alice")
    november = "/w/rayyan/windows/?unit=month&calendar=gregorian&of=2026-11"
    alice.get(november)
    with django_assert_max_num_queries(14):
        assert alice.get(november).status_code == 200


def test_the_people_of_windows_become_a_list_that_is_kept(make, browser, alice, customer):
    employee = records.create(
        registry["people"], {"name": "هدى الشمري", "organization": customer.id}, by=alice
    )
    records.create(registry["people"], {"name": "شخص آخر"}, by=alice)
    ticked = {"window": [str(make().id)], "name": "حملة تشرين"}
    answer = browser("alice").post("/w/rayyan/windows/people", ticked, follow=True)
    shown = answer.content.decode()
    assert employee.name in shown
    assert "شخص آخر" not in shown
    assert SavedView.objects.get().name == "حملة تشرين"
    assert browser("alice").post("/w/rayyan/windows/people", {"window": []}).status_code == 400


def test_windows_of_others_are_not_taken_into_a_list(make, browser):
    window = str(make().id)
    assert browser("charlie").post("/w/rayyan/windows/people", {"window": [window]}).status_code == 400
    assert not SavedView.objects.exists()


def test_only_administrators_set_what_new_ones_begin_with(browser):
    given = {"window_days": "45", "lead_days": "10", "plan_kind": "visit"}
    assert browser("alice").post("/w/rayyan/windows/defaults", given).status_code == 403
    assert browser("admin").post("/w/rayyan/windows/defaults", given).status_code in (200, 204)
    wrong = browser("admin").post("/w/rayyan/windows/defaults", {**given, "lead_days": "-1"})
    assert wrong.status_code == 422
