"""The funnel: what became of deals in each stage, from the history of their moves, and of those that ended."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sila.platform.access.models import OrgUnit, Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.models import Workspace
from sila.sales import actions
from sila.sales.competing import add_competitor
from sila.sales.credits import split_credit
from sila.sales.funnel.figures import Outcome, begun, credited, outcome
from sila.sales.funnel.period import Period
from sila.sales.funnel.reckoning import deals_of, passages_of
from sila.sales.models import LossReason, Opportunity, Pipeline, Stage
from tests.counting import at_most
from tests.samples import new_record

deals = registry["opportunities"]
START = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Asia/Riyadh"))
QUARTER = {"unit": "quarter", "calendar": "gregorian", "of": "2026-3"}
PAGE = "/w/rayyan/funnel/?unit=quarter&calendar=gregorian&of=2026-3"


def stage(name):
    return Stage.objects.get(name_en=name)


@pytest.fixture
def story(alice):
    """`story("New 0", "Quote 5", "lost 9")`: a deal that begins, moves and ends on these days of the quarter."""
    reason = LossReason.objects.order_by("order").first()

    def tell(*steps, by=alice, **values):
        deal = None
        for step in steps:
            name, days = step.rsplit(" ", 1)
            with clock.at(START + timedelta(days=float(days))):
                if deal is None:
                    given = {
                        "name": " ".join(steps)[:90],
                        "amount": "1000",
                        "stage": stage(name).id,
                        **values,
                    }
                    opened = clock.now().date().isoformat()
                    deal = records.create(deals, {**given, "opened_on": opened}, by=by)
                elif name == "won":
                    deal = actions.win(deal, by=by)
                elif name == "lost":
                    deal = actions.lose(deal, by=by, reason=reason.id)
                elif name == "reopen":
                    deal = actions.reopen(deal, by=by)
                else:
                    deal = actions.move(deal, by=by, stage=stage(name).id)
        return deal

    return tell


def read(actor, days=(0, 92)):
    pipeline = Pipeline.objects.get()
    moments = START + timedelta(days=days[0]), START + timedelta(days=days[1])
    found = passages_of(deals.visible_to(actor), pipeline.id, moments, Stage.objects.all())
    return {each.stage.name_en: each for each in found}


# ---- the stages ----------------------------------------------------------------------------------------
def test_each_fate_is_told_and_they_add_up(story, alice):
    story("New 0", "Qualification 2")
    story("New 0", "Qualification 4", "New 5")
    story("New 1", "lost 3")
    story("New 1", "won 4")
    story("New 2")
    new, qualification = read(alice)["New"], read(alice)["Qualification"]
    assert (new.entered, new.fates) == (5, {"moved_on": 1, "back": 0, "won": 1, "lost": 1, "stays": 2})
    assert (qualification.entered, qualification.fates["back"], qualification.fates["stays"]) == (2, 1, 1)
    for passage in read(alice).values():
        assert passage.entered == sum(passage.fates.values())


def test_a_stage_that_was_skipped_was_not_entered_and_holds_nobody_back(story, alice):
    story("New 0", "Negotiation 3", "won 9")
    told = read(alice)
    assert (told["New"].further, told["Negotiation"].further) == (1, 1)
    assert told["Qualification"].entered == told["Quote"].entered == 0


def test_a_deal_that_came_back_counts_once_with_all_its_days(story, alice):
    story("New 0", "Quote 3", "New 4", "Quote 9", "lost 10")
    told = read(alice)
    assert (told["New"].entered, told["New"].fates["moved_on"], told["New"].further) == (1, 1, 1)
    assert told["New"].days(0.5) == 8.0
    assert (told["Quote"].entered, told["Quote"].fates["lost"], told["Quote"].further) == (1, 1, 0)


def test_a_loss_that_was_taken_up_again_and_won_got_further(story, alice):
    story("New 0", "Quote 2", "lost 4", "reopen 6", "won 8")
    quote = read(alice)["Quote"]
    assert (quote.entered, quote.fates["won"], quote.fates["lost"], quote.further) == (1, 1, 0, 1)


def test_what_happened_after_the_period_tells_the_fate_but_entering_then_does_not_count(story, alice):
    story("New 0", "Quote 50", "won 80")
    early, late = read(alice, (0, 30)), read(alice, (30, 60))
    assert (early["New"].entered, early["New"].fates["moved_on"], early["Quote"].entered) == (1, 1, 0)
    assert (late["New"].entered, late["Quote"].fates["won"]) == (0, 1)


def test_days_are_the_median_and_nine_of_ten_of_those_that_left(story, alice):
    for days in (1, 2, 3, 4, 30):
        story("New 0", f"Quote {days}")
    story("New 0")
    new = read(alice)["New"]
    assert (new.days(0.5), new.days(0.9)) == (3.0, 30.0)
    assert read(alice)["Quote"].days(0.5) is None


def test_the_deals_behind_a_number_are_those_that_it_counts(story, alice):
    lost = story("New 0", "lost 3")
    story("New 0", "Quote 3")
    moments = START, START + timedelta(days=92)
    known = list(Stage.objects.all())
    for fate, passage in [(name, read(alice)["New"].fates[name]) for name in ("lost", "moved_on", "stays")]:
        found = deals_of(deals.visible_to(alice), moments, known, stage("New"), fate)
        assert len(found) == passage
    assert deals_of(deals.visible_to(alice), moments, known, stage("New"), "lost") == [lost.id]


def test_others_deals_and_the_trash_are_not_counted(story, alice, charlie):
    story("New 0")
    story("New 0", by=charlie)
    gone = story("New 0")
    records.trash(deals, gone.id, by=alice)
    assert read(alice)["New"].entered == 1
    assert read(charlie)["New"].entered == 1


def test_what_begins_in_another_pipeline_has_not_begun_in_this_one(story, alice, admin):
    other = records.create(registry["pipelines"], {"name": "ثانٍ", "name_en": "Second"}, by=admin)
    elsewhere = {"name": "بداية", "name_en": "Start", "pipeline": str(other.id), "probability": 10}
    records.create(registry["stages"], elsewhere, by=admin)
    story("New 0", "Quote 1")
    story("Start 0")
    for pipeline in Pipeline.objects.all():
        assert begun(deals.visible_to(alice), pipeline.id, *in_quarter()) == 1


def in_quarter():
    period = Period("quarter", "gregorian", 2026, 3)
    first, last = period.days()
    return (first, last), (START.replace(hour=0), START.replace(month=10, hour=0))


def test_what_was_brought_along_begins_on_the_day_on_which_it_was_opened(story, alice):
    """Not on that of its import, or the velocity of years before would be nothing."""
    given = {"name": "x", "amount": "5", "stage": stage("New").id, "opened_on": "2025-03-02"}
    with clock.at(START):
        records.create(deals, given, by=alice)
    story("New 0")
    pipeline, (days, moments) = Pipeline.objects.get().id, in_quarter()
    assert begun(deals.visible_to(alice), pipeline, days, moments) == 1
    before = tuple(day.replace(year=2025, month=3, day=1 if day == days[0] else 31) for day in days)
    assert begun(deals.visible_to(alice), pipeline, before, moments) == 1
    Opportunity.objects.update(opened_on=None)
    assert begun(deals.visible_to(alice), pipeline, days, moments) == 2


# ---- what ended ----------------------------------------------------------------------------------------
def test_the_velocity_is_the_formula_that_the_page_tells():
    told = Outcome(won=3, lost=1, value=30_000, without_rate=0, days=15.0)
    assert (told.win_rate, told.average) == (0.75, 10_000)
    assert told.velocity(begun=8) == 4_000  # 8 × 0.75 × 100.00 ÷ 15 = 40.00 a day
    assert Outcome(0, 0, 0, 0, None).velocity(begun=5) is None
    assert Outcome(2, 0, 500, 1, 0.0).average == 500


def test_the_page_tells_it_all_and_each_number_leads_to_its_deals(story, alice, bob, browser):
    rival = records.create(registry["organizations"], {"name": "شركة الأفق"}, by=alice)
    won = story("New 0", "Quote 5", "won 10", amount="3000")
    lost = story("New 1", "lost 8")
    add_competitor(Opportunity.objects.get(id=lost.id), rival.id, by=alice)
    given = {"member_1": alice.member_id, "percent_1": 75, "member_2": bob.member_id, "percent_2": 25}
    split_credit(Opportunity.objects.get(id=won.id), by=alice, **given)
    page = browser("alice").get(PAGE).content.decode()
    for text in ("Quarter 3 of 2026", "50%", "شركة الأفق", "Price", "2,250", "750"):
        assert text in page, text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(deals\?[^"]*)"', page)}
    assert links
    for link in links:
        assert browser("alice").get(f"/w/rayyan/funnel/{link}").status_code == 200
    behind = next(link for link in links if "fate=lost" in link)
    shown = browser("alice").get(f"/w/rayyan/funnel/{behind}").content.decode()
    assert f"/w/rayyan/opportunities/{lost.id}/" in shown
    assert f"/w/rayyan/opportunities/{won.id}/" not in shown
    for link in re.findall(r'href="(/w/rayyan/opportunities/\?[^"]*)"', page):
        listed = browser("alice").get(link.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert ("New 0 Quote 5" in listed.content.decode()) == ("any%3Awon" in link)


def test_the_win_rate_of_many_is_told_to_two_places_and_by_product(story, alice, admin, browser):
    products = [new_record(registry["products"], admin, name=name) for name in ("مضخة", "صمام")]
    for place in range(7):
        ending = "won 1" if place < 4 else "lost 1"
        story("New 0", ending, product=str(products[place % 2].id), amount="1234.50")
    page = browser("alice").get(PAGE).content.decode()
    assert "57.14%" in page
    assert "4,938" in page
    assert "1,234.50" in page
    one = browser("alice").get(f"{PAGE}&product={products[0].id}").content.decode()
    assert "50%" in one
    assert "2,469" in one
    assert f"product%3Aany%3A{products[0].id}" in one


def test_a_unit_counts_with_all_below_it(story, alice, browser):
    story("New 0", "won 1", amount="777")
    deal = Opportunity.objects.get()
    branch = OrgUnit.objects.get(id=deal.org_unit_id)
    for unit in (branch.id, branch.parent_id):
        page = browser("alice").get(f"{PAGE}&org_unit={unit}").content.decode()
        assert "777.00" in page, unit
        link = next(
            each for each in re.findall(r'href="(/w/rayyan/opportunities/\?[^"]*)"', page) if "won" in each
        )
        assert "New 0 won 1" in browser("alice").get(link.replace("&amp;", "&")).content.decode()
    other = (
        OrgUnit.objects.exclude(id__in=[branch.id, branch.parent_id])
        .filter(parent_id=branch.parent_id)
        .first()
    )
    assert "777.00" not in browser("alice").get(f"{PAGE}&org_unit={other.id}").content.decode()


def test_everybody_who_won_something_is_listed(story, admin, browser):
    for _place in range(22):
        member = new_record(registry["members"], admin)
        deal = story("New 0", "won 1", amount="1000", by=admin)
        Opportunity.objects.filter(id=deal.id).update(owner_id=member.id)
    page = browser("admin").get(PAGE).content.decode()
    assert page.count("⃁&nbsp;1,000</bdi></b>") == 22


def test_the_parts_of_several_people_add_up_to_what_was_won(story, alice, bob):
    deal = story("New 0", "won 1", amount="0.05")
    story("New 0", "won 1", amount="10")
    halves = {"member_1": alice.member_id, "percent_1": 50, "member_2": bob.member_id, "percent_2": 50}
    split_credit(Opportunity.objects.get(id=deal.id), by=alice, **halves)
    parts = dict(credited(deals.visible_to(alice)))
    assert parts == {alice.member_id: 1003, bob.member_id: 2}


def test_days_to_win_begin_by_the_clock_of_the_workspace(alice):
    with clock.at(datetime(2026, 7, 2, 0, 30, tzinfo=START.tzinfo)):  # 1 July in Greenwich
        deal = records.create(deals, {"name": "x", "amount": "1", "stage": stage("New").id}, by=alice)
    Opportunity.objects.update(opened_on=None)
    with clock.at(START + timedelta(days=4)):
        actions.win(Opportunity.objects.get(id=deal.id), by=alice)
    assert outcome(deals.visible_to(alice)).days == 3


def test_what_was_reckoned_in_a_former_base_currency_is_in_no_sum(story, alice, company):
    story("New 0", "won 1", amount="10")
    story("New 0", "won 1", amount="5")
    Opportunity.objects.filter(amount=500).update(base_currency="USD")
    told = outcome(deals.visible_to(alice))
    assert (told.won, told.value, told.without_rate) == (2, 1000, 1)
    assert credited(deals.visible_to(alice)) == [(alice.member_id, 1000)]


def test_filters_narrow_and_nonsense_in_the_address_is_no_error(story, alice, browser):
    story("New 0", channel="online")
    story("New 0", channel="direct")
    both, one = (browser("alice").get(PAGE + more).content.decode() for more in ("", "&channel=online"))
    assert 'max="2"' in both
    assert 'max="1"' in one
    for nonsense in (
        "owner=x",
        "of=2026-9",
        "of=x",
        "of=99999-1",
        "unit=z",
        "pipeline=7",
        "calendar=mayan",
        "org_unit=1",
    ):
        assert browser("alice").get(f"/w/rayyan/funnel/?{nonsense}").status_code == 200
    for nonsense in ("", "stage=x&fate=lost", f"stage={stage('New').id}&fate=z", "rival=x"):
        assert browser("alice").get(f"/w/rayyan/funnel/deals?{nonsense}").status_code == 404


def test_who_may_not_read_amounts_or_stages_reads_none_here(story, alice, browser, company):
    story("New 0", "won 2", amount="987000")

    def hide(**fields):
        role = Role.objects.get(code="seller")
        role.fields = {"opportunities": dict.fromkeys(fields, "hidden")}
        role.save()
        version = Workspace.objects.get(pk=company.workspace.pk).access_version
        Workspace.objects.filter(pk=company.workspace.pk).update(access_version=version + 1)

    assert "987,000" in browser("alice").get(PAGE).content.decode()
    hide(amount=1, base_amount=1)
    page = browser("alice").get(PAGE).content.decode()
    assert "987,000" not in page
    assert "velocity" not in page
    hide(stage=1)
    assert browser("alice").get(PAGE).status_code == 403


def test_the_page_asks_the_same_for_many_deals(story, alice, browser):
    for number in range(12):
        story("New 0", f"Quote {number + 1}", "won 20")
    client = browser("alice")
    client.get(PAGE)
    with at_most(16):
        client.get(PAGE)


# ---- the period ----------------------------------------------------------------------------------------
def test_periods_of_both_calendars(workspace):
    reader = Reader.of(workspace)
    assert Period.read(QUARTER, reader).days() == (date(2026, 7, 1), date(2026, 9, 30))
    hijri = Period.read({"unit": "year", "calendar": "hijri", "of": "1448-1"}, reader)
    assert hijri.days()[0] == date(2026, 6, 16)
    assert (hijri.days()[1] - hijri.days()[0]).days in (353, 354)
    month = Period.read({"unit": "month", "calendar": "gregorian", "of": "2026-12"}, reader)
    assert (month.beside(1)["of"], month.beside(-1)["of"]) == ("2027-1", "2026-11")
    assert Period.read({"unit": "quarter", "of": "2026-5"}, reader).query()["unit"] == "quarter"


def test_a_deal_in_another_currency_counts_at_the_rate_of_its_day(story, alice, admin, browser):
    values = {"currency": "USD", "day": "2026-07-01", "rate": "3.75"}
    records.create(registry["exchange-rates"], values, by=admin)
    won = story("New 0", "won 2", amount="1000", currency="USD")
    assert won.rate == Decimal("3.75")
    story("New 0", "won 2", amount="9", currency="EUR")
    page = browser("alice").get(PAGE).content.decode()
    assert "3.75K" in page
    assert "Won without amount or rate" in page
