"""Goals: whose they are, how far they are, and that nothing counts twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import OrgUnit, Team
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.actions import win
from sila.sales.credits import split_credit
from sila.sales.invoices.actions import issue, pay
from sila.sales.invoices.rules import WORK
from sila.sales.models import Opportunity
from sila.sales.rules import today
from sila.team.goals.attainment import attainment, pace, working_days
from sila.team.goals.metrics import METRICS, Metric, declare
from sila.work.actions import complete

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = NOW.date()


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


def goal(by, metric="won_revenue", aim="1000", **of):
    how = {"target": aim} if METRICS[metric].money else {"number": aim}
    return add("goals", by, metric=metric, every="quarter", begins="2026-02-15", **how, **of)


def won(by, amount="100", at=NOW, **values):
    with clock.at(at):
        party = add("organizations", by, name=f"عميل {amount}")
        deal = add("opportunities", by, name="صفقة", amount=amount, party=party.id, **values)
        return win(deal, by=by)


def done(*goals):
    return [each.done for each in attainment(goals, DAY)]


@pytest.fixture
def browse(company):
    def browse(name):
        client = Client()
        client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return browse


def test_a_goal_is_of_the_whole_period_and_belongs_to_its_person(admin, company):
    alice = company.members["alice"]
    made = goal(admin, member=alice.id)
    assert (made.begins, made.ends, made.period) == (date(2026, 1, 1), date(2026, 3, 31), "g-2026-q1")
    assert (made.owner_id, made.org_unit_id) == (alice.id, alice.unit_id)
    hijri = add(
        "goals",
        admin,
        member=alice.id,
        metric="paid",
        target="5",
        every="month",
        calendar="hijri",
        begins="2026-06-20",
    )
    assert hijri.period == "h-1448-01"


def test_it_is_of_one_person_team_or_unit_in_its_measure(admin, company):
    alice, root = company.members["alice"].id, OrgUnit.objects.get(parent_id=None).id
    for wrong in (
        {},
        {"member": alice, "unit": root},
        {"member": alice, "metric": "won_deals", "target": "5"},
        {"member": alice, "metric": "won_revenue", "number": "5"},
    ):
        values = {"metric": "won_revenue", "target": "100", "begins": "2026-01-01", **wrong}
        if "number" in wrong:
            values.pop("target")
        with pytest.raises(Invalid):
            add("goals", admin, **values)
    goal(admin, member=alice)
    with pytest.raises(Invalid):
        goal(admin, member=alice)


def test_a_unit_adds_up_what_lies_below_it_and_counts_nothing_twice(admin, alice, charlie):
    root = OrgUnit.objects.get(parent_id=None)
    riyadh, jeddah = (OrgUnit.objects.get(name=name) for name in ("Riyadh", "Jeddah"))
    won(alice, "100")
    won(alice, "50")
    won(charlie, "7")
    goals = [goal(admin, unit=unit.id) for unit in (root, riyadh, jeddah)]
    goals.append(goal(admin, team=Team.objects.get().id))
    assert done(*goals) == [157_00, 150_00, 7_00, 150_00]


def test_a_split_deal_counts_for_each_by_their_share(admin, alice, company):
    deal = won(alice, "100.01")
    people = [company.members[name].id for name in ("alice", "bob")]
    deal = Opportunity.objects.get(id=deal.id)
    split_credit(deal, by=alice, member_1=people[0], percent_1=25, member_2=people[1], percent_2=75)
    goals = [goal(admin, member=person) for person in people]
    assert done(*goals) == [25_00, 75_01]
    assert done(goal(admin, unit=OrgUnit.objects.get(parent_id=None).id)) == [100_01]


def test_a_new_customer_counts_once_and_an_old_one_not(admin, alice, company):
    first = won(alice, "100", at=NOW - timedelta(days=200))
    with clock.at(NOW):
        again = add("opportunities", alice, name="ثانية", amount="5", party=first.party_id)
        win(again, by=alice)
    won(alice, "9")
    assert done(goal(admin, "new_customers", "3", member=company.members["alice"].id)) == [1]


def test_what_was_paid_counts_before_tax_and_its_margin_where_the_cost_is_known(admin, alice, company):
    """2 × 1,000.00 less 600.00 each: of 2,300.00 with tax one half is paid."""
    with clock.at(NOW):
        invoice = add("invoices", alice, name="توريد", party=add("organizations", alice, name="شركة").id)
        context = Context(alice, Reader.of(alice.workspace))
        row = {"name": "مكيف", "price": "1000", "quantity": "2", "cost": "600"}
        invoice = issue(WORK.set_lines(invoice, [("n", row)], by=alice, context=context), by=alice)
        pay(invoice, by=alice, amount=1150_00)
    alice_id = company.members["alice"].id
    assert done(goal(admin, "paid", member=alice_id), goal(admin, "margin", member=alice_id)) == [
        1000_00,
        400_00,
    ]


def test_activities_count_when_they_are_done_and_by_the_clock_of_the_workspace(admin, alice, company):
    for moment in (datetime(2026, 3, 31, 20, 59, tzinfo=UTC), datetime(2026, 3, 31, 21, 1, tzinfo=UTC)):
        with clock.at(moment):
            complete(add("calls", alice, subject="متابعة"), by=alice)
    add("calls", alice, subject="لم تتم")
    assert done(goal(admin, "activities_done", "3", member=company.members["alice"].id)) == [1]


def test_the_pace_goes_by_working_days(workspace):
    """The weekend is Friday and Saturday: March 2026 has 23 working days, 6 of them before the 9th."""
    assert working_days(date(2026, 3, 1), date(2026, 3, 31)) == 23
    assert pace(date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 9)) == 600 // 23
    assert [
        pace(date(2026, 3, 1), date(2026, 3, 31), day) for day in (date(2026, 2, 1), date(2026, 4, 1))
    ] == [0, 100]


def test_nobody_sets_goals_for_people_whom_they_do_not_lead(company, workspace):
    manager = company.actor("manager")
    assert goal(manager, member=company.members["alice"].id).aim == 1000_00
    with pytest.raises(Invalid):
        goal(manager, member=company.members["charlie"].id)


def test_the_page_shows_ones_own_goals_and_those_of_ones_team_and_no_colleagues(
    admin, company, browse, django_assert_max_num_queries
):
    values = {"metric": "won_deals", "number": "4", "begins": today(admin).isoformat()}
    for name in ("alice", "bob"):
        add("goals", admin, member=company.members[name].id, **values)
    add("goals", admin, team=Team.objects.get().id, **values)
    add("goals", admin, unit=OrgUnit.objects.get(name="Jeddah").id, **values)
    client = browse("alice")
    client.get("/w/rayyan/attainment")
    with django_assert_max_num_queries(14):
        page = client.get("/w/rayyan/attainment").content.decode()
    assert "<bdi>Alice</bdi></strong>" in page
    assert "<bdi>Riyadh sales</bdi></strong>" in page
    assert "<bdi>Bob</bdi></strong>" not in page
    assert "<bdi>Jeddah</bdi></strong>" not in page
    assert "<bdi>Bob</bdi></strong>" in browse("manager").get("/w/rayyan/attainment").content.decode()
    assert client.get("/w/rayyan/attainment?when=never").status_code == 400


def test_another_app_may_declare_a_metric_once(admin, company):
    mine = Metric("smiles", "Smiles", lambda first, last: {(company.members["alice"].id, None): 3})
    declare(mine)
    try:
        assert done(goal(admin, "smiles", "6", member=company.members["alice"].id)) == [3]
        with pytest.raises(ValueError, match="declared twice"):
            declare(mine)
    finally:
        METRICS.pop("smiles")
