"""The forecast from history in a workspace: its job, what it leaves behind, who sees it, and who is told."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from sila.insight.forecast import working
from sila.insight.forecast.reading import read
from sila.insight.models import ModelRun, Prediction
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.notifications.models import Notification
from sila.platform.tenancy.current import scope, today
from sila.platform.tenancy.models import Workspace
from sila.sales.actions import move
from sila.sales.models import Opportunity, Stage
from tests.counting import at_most
from tests.people import rule

pytestmark = pytest.mark.django_db
NUMBERS = iter(range(1, 10**9))


def sell(company, *, days=400, a_day=0.6, seed=1, who=("alice", "charlie"), currency="SAR", until=None):
    """Deals as they came and ended over the last days, as an older file would have brought them."""
    chance, until = Random(seed), until or today()
    stages = {stage.category: stage.id for stage in Stage.objects.filter(category__in=("won", "lost"))}
    first = Stage.objects.get(name_en="New").id
    rows = []
    for back in range(days, 0, -1):
        for _each in range(int(a_day) + (chance.random() < a_day % 1)):
            opened = until - timedelta(days=back)
            closed = opened + timedelta(days=int(chance.expovariate(1 / 25)))
            over = closed < until
            end = ("won" if chance.random() < 0.5 else "lost") if over else "open"
            member = company.members[chance.choice(who)]
            rows.append(
                Opportunity(
                    number=f"T-{next(NUMBERS)}",
                    name="Deal",
                    owner_id=member.id,
                    org_unit_id=member.unit_id,
                    stage_id=stages.get(end, first),
                    category=end,
                    forecast_category={"won": "closed", "lost": "omitted", "open": "commit"}[end],
                    amount=round(chance.expovariate(1 / 100_000)),
                    currency=currency,
                    opened_on=opened,
                    closed_on=closed if over else None,
                )
            )
    Opportunity.objects.bulk_create(rows)


def work(company):
    with scope(company.workspace):
        job = jobs.enqueue(working.JOB, f"test {next(NUMBERS)}", {}, by=company.actor("admin"))
    assert jobs.run(company.workspace.pk, job.id)
    with scope(company.workspace):
        done = Job.objects.get(id=job.id)
    assert done.state == Job.State.DONE, done.error


def quarter():
    return Period.of(today(), "gregorian", 3)


def url(tail=""):
    return f"/w/rayyan/forecast?period={quarter().key}{tail}"


def test_a_run_foretells_the_present_and_the_next_period_of_each_kind(company, workspace, browser):
    sell(company)
    work(company)
    present = [
        Period.of(today(), calendar, length) for calendar in ("gregorian", "hijri") for length in (1, 3)
    ]
    keys = {period.step(n).key for period in present for n in (0, 1)}
    assert set(ModelRun.objects.values_list("key", flat=True)) == keys
    told = Prediction.objects.get(run__key=quarter().key, unit_id=None)
    assert told.reasons["so_far"] <= told.value
    assert told.low < told.value < told.high
    client = browser("admin")
    client.get(url())
    with at_most(12):
        history = client.get(url()).context["forecast"]["history"]
    assert len(history["lines"]) >= 3
    assert history["chart"]["bars"]
    assert [each["value"] for each in history["errors"]] != ["–"] * 4


def test_the_same_deals_give_the_same_numbers_and_a_day_is_kept_once(company, workspace):
    sell(company, days=200)
    told = []
    for _time in range(2):
        work(company)
        rows = Prediction.objects.order_by("run__key", "unit_id")
        told.append(list(rows.values_list("run__key", "unit_id", "value", "low", "high", "reasons")))
    assert told[0] == told[1]
    assert ModelRun.objects.count() == 8


def test_where_there_is_too_little_the_page_says_so_and_shows_no_number(company, workspace, browser):
    sell(company, days=20)
    work(company)
    assert Prediction.objects.count() == 0
    history = browser("admin").get(url()).context["forecast"]["history"]
    assert "60" in history["why"]
    assert "value" not in history


def test_before_the_first_run_the_page_says_when_it_comes(company, workspace, browser):
    assert browser("admin").get(url()).context["forecast"]["history"]["why"]
    past = browser("admin").get(f"/w/rayyan/forecast?period={quarter().step(-1).key}")
    assert (
        past.context["forecast"]["history"]["why"]
        != browser("admin").get(url()).context["forecast"]["history"]["why"]
    )


def test_each_sees_the_forecast_of_what_they_see_as_a_whole(company, workspace, browser):
    sell(company, a_day=1.2)
    work(company)
    riyadh, jeddah = company.members["alice"].unit_id, company.members["charlie"].unit_id
    assert Prediction.objects.filter(unit_id=jeddah).exists()
    admin = browser("admin").get(url()).context["forecast"]["history"]
    assert len(admin["whose"]) == 4  # the whole, the company, two branches
    assert (
        browser("admin").get(url(f"&of={jeddah}")).context["forecast"]["history"]["value"] != admin["value"]
    )
    manager = browser("manager")
    assert manager.get(url()).context["forecast"]["history"]["whose"] == []
    assert manager.get(url(f"&of={riyadh}")).status_code == 200
    assert manager.get(url(f"&of={jeddah}")).status_code == 404
    assert "value" not in browser("alice").get(url()).context["forecast"]["history"]
    assert browser("alice").get(url(f"&of={riyadh}")).status_code == 404


def test_another_workspace_is_not_part_of_it(company, elsewhere, browser):
    with scope(elsewhere.workspace):
        sell(elsewhere, who=("dalia",))
    work(company)
    with scope(company.workspace):
        assert Prediction.objects.count() == 0
        assert {run.metrics["won"] for run in ModelRun.objects.all()} == {0}
    with scope(elsewhere.workspace):
        assert ModelRun.objects.count() == 0


def test_what_has_no_rate_or_no_day_is_counted_and_said(company, workspace, admin, browser):
    sell(company)
    sell(company, days=30, a_day=1, currency="USD", seed=2)
    made = actions.create(registry["opportunities"], {"name": "Undated"}, by=company.actor("admin", "import"))
    found = read()
    assert found.undated == 1
    assert found.unpriced == Opportunity.objects.filter(category="won", currency="USD").count() > 0
    assert Event.objects.get(record_id=made.id, kind="created").via == "import"
    work(company)
    notes = browser("admin").get(url()).context["forecast"]["history"]["notes"]
    assert len(notes) == 2


def test_a_deal_that_is_typed_in_is_as_old_as_its_record_and_tells_its_stages(company, workspace, alice):
    deal = actions.create(registry["opportunities"], {"name": "New", "amount": "10"}, by=alice)
    move(deal, by=alice, stage=Stage.objects.get(name_en="Quote").id)
    (found,) = read().deals
    assert found.opened == today().toordinal()
    assert [Stage.objects.get(id=stage).name_en for _day, stage in found.path] == ["New", "Quote"]
    assert found.amount == 1000


def test_night_and_import_each_ask_for_one_run(company, workspace, admin):
    working.run_everywhere()
    working.run_everywhere()
    assert Job.objects.filter(name=working.JOB).count() == 1
    Event.objects.create(kind="import ended", via="import", payload={})
    working.run_everywhere()
    working.run_everywhere()
    assert Job.objects.filter(name=working.JOB).count() == 2


# ---- what was not to be expected ---------------------------------------------------------------------
@pytest.fixture
def mid_quarter(monkeypatch):
    """The fiftieth day of a quarter."""
    first = Period.of(date.today(), "gregorian", 3).first
    moment = datetime(first.year, first.month, first.day, 9, tzinfo=UTC) + timedelta(days=50)
    monkeypatch.setattr("sila.platform.kit.clock.now", lambda: moment)
    return moment.date()


def test_who_leads_all_selling_is_told_once_of_what_was_not_to_be_expected(company, workspace, mid_quarter):
    sell(company, until=mid_quarter)
    big = Opportunity.objects.filter(category="won", closed_on__gte=quarter().first).first()
    Opportunity.objects.filter(id=big.id).update(amount=10**9)
    work(company)
    work(company)
    told = Notification.objects.filter(kind="unexpected sales")
    assert {row.member_id for row in told} == {company.members["admin"].id}
    assert [row.data["direction"] for row in told] == ["above"]


def test_less_than_expected_is_told_too_and_the_bell_says_it(company, workspace, mid_quarter, browser):
    sell(company, until=mid_quarter, a_day=2)
    Opportunity.objects.filter(category="won", closed_on__gte=quarter().first).update(amount=0)
    work(company)
    assert [row.data["direction"] for row in Notification.objects.filter(kind="unexpected sales")] == [
        "below"
    ]
    bell = browser("admin").get("/w/rayyan/notifications/").content.decode()
    assert quarter().label(Reader.of(workspace)) in bell


def test_a_month_or_a_calendar_that_is_not_ours_tells_nobody(company, workspace, mid_quarter):
    Workspace.objects.filter(pk=company.workspace.pk).update(calendar="hijri")
    sell(company, until=mid_quarter, a_day=2)
    Opportunity.objects.filter(category="won", closed_on__gte=quarter().first).update(amount=10**8)
    work(company)
    periods = {row.data["period"][0] for row in Notification.objects.filter(kind="unexpected sales")}
    assert periods <= {"h"}


def test_who_may_not_see_the_deals_reads_no_figure_in_the_bell(company, workspace, mid_quarter):
    sell(company, until=mid_quarter, a_day=2)
    Opportunity.objects.filter(category="won", closed_on__gte=quarter().first).update(amount=10**8)
    rule(company, lambda role: role.grants.update({"opportunities": {"view": "own"}}))
    work(company)
    assert company.members["alice"].id not in set(Notification.objects.values_list("member_id", flat=True))
