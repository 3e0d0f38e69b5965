"""How hot a lead is: points by rules, with their reasons, that fade with time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sila.platform.access.links import make_token
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.leads.models import Lead
from sila.sales.leads.scoring import work
from sila.sales.leads.scoring.models import ScoringRule
from sila.work.actions import log
from tests.people import rule as change_sellers

pytestmark = pytest.mark.django_db


def new_rule(by, points, **values):
    return records.create(
        registry["scoring-rules"], {"name": "قاعدة", "points": str(points), **values}, by=by
    )


def new_lead(by, *, days=0, **values):
    with clock.at(timezone.now() - timedelta(days=days)):
        return records.create(registry["leads"], {"name": "Visitor", **values}, by=by)


def score(lead):
    lead.refresh_from_db()
    return lead.score


def talked(lead, by, *, days=0, kind="call"):
    with clock.at(timezone.now() - timedelta(days=days)):
        log(kind, {"subject": "x"}, by=by, about=[("leads", lead.id)])


def run_jobs(workspace):
    while due := [job for tenant, job in jobs.due() if tenant == workspace.pk]:
        for job in due:
            jobs.run(workspace.pk, job)


# ---- points ----------------------------------------------------------------------------------------------
def test_a_lead_has_the_points_of_the_rules_that_it_meets(admin, alice):
    new_rule(admin, 20, conditions=["amount:gte:100000"])
    new_rule(admin, 15, conditions=["origin:any:referral|partner"])
    new_rule(admin, -10, conditions=["phone:empty"])
    assert score(new_lead(alice, amount="150000", origin="referral")) == 25
    assert score(new_lead(alice, origin="partner", phone="0551234567")) == 15
    assert score(new_lead(alice)) == 0


def test_the_score_follows_what_is_changed(admin, alice):
    new_rule(admin, 30, conditions=["city:is:جدة"])
    lead = new_lead(alice)
    assert score(lead) == 0
    records.update(registry["leads"], lead.id, {"city": "جدة"}, by=alice)
    assert score(lead) == 30
    records.update(registry["leads"], lead.id, {"city": "الرياض"}, by=alice)
    assert (score(lead), lead.score_reasons) == (0, [])


def test_a_score_stays_between_nothing_and_a_hundred(admin, alice):
    new_rule(admin, 80)
    new_rule(admin, 70)
    hot = new_lead(alice)
    assert score(hot) == 100
    new_rule(admin, -100)
    new_rule(admin, -100)
    assert score(hot) == 0


def test_points_are_worth_half_after_their_half_life(admin, alice):
    new_rule(admin, 40, half_life="10")
    assert score(new_lead(alice)) == 40
    assert score(new_lead(alice, days=10)) == 40  # as it was then
    run = new_rule(admin, 0)  # all are scored anew
    assert run.points == 0
    assert sorted(Lead.objects.values_list("score", flat=True)) == [20, 40]


def test_what_was_done_counts_from_its_own_day_and_only_the_newest(admin, alice, workspace):
    new_rule(admin, 20, happened="meeting", half_life="30")
    lead = new_lead(alice, days=90)
    talked(lead, alice, days=60, kind="meeting")
    talked(lead, alice, days=12, kind="meeting")
    talked(lead, alice, days=1, kind="call")
    work.look(workspace)
    assert score(lead) == 15
    assert lead.score_reasons[0]["points"] == 20


def test_what_is_longer_ago_than_the_rule_says_counts_for_nothing(admin, alice, workspace):
    new_rule(admin, 25, happened="any", within_days="7")
    lead = new_lead(alice, days=30)
    talked(lead, alice, days=8)
    work.look(workspace)
    assert score(lead) == 0
    talked(lead, alice, days=2, kind="visit")
    work.look(workspace)
    assert score(lead) == 25


def test_conditions_may_ask_own_fields(admin, alice, workspace):
    own = add_field("leads", "الفروع", kind="number", by=admin)
    workspace.refresh_from_db()
    new_rule(admin, 12, conditions=[f"{own.key}:gte:3"])
    assert score(new_lead(alice, **{own.key: "5"})) == 12
    assert score(new_lead(alice, **{own.key: "2"})) == 0


# ---- rules -----------------------------------------------------------------------------------------------
def test_when_a_rule_changes_all_leads_are_scored_anew(admin, alice):
    lead = new_lead(alice)
    rule = new_rule(admin, 10)
    assert score(lead) == 10
    records.update(registry["scoring-rules"], rule.id, {"points": "35"}, by=admin)
    assert score(lead) == 35
    records.update(registry["scoring-rules"], rule.id, {"active": False}, by=admin)
    assert score(lead) == 0


def test_a_rule_that_is_thrown_away_counts_no_more_until_it_comes_back(admin, alice, workspace):
    lead = new_lead(alice)
    rule = new_rule(admin, 10)
    assert score(lead) == 10
    records.trash(registry["scoring-rules"], rule.id, by=admin)
    assert (score(lead), lead.score_reasons) == (0, [])
    records.restore(registry["scoring-rules"], rule.id, by=admin)
    assert score(lead) == 10


def test_many_leads_are_scored_in_the_background(admin, alice, workspace, monkeypatch):
    monkeypatch.setattr(work, "FEW", 2)
    monkeypatch.setattr(work, "BATCH", 2)
    leads = [new_lead(alice) for _ in range(5)]
    new_rule(admin, 10)
    assert [score(lead) for lead in leads] == [0] * 5
    run_jobs(workspace)
    assert [score(lead) for lead in leads] == [10] * 5
    assert Job.objects.get(name=work.ALL).result == {"scored": 5}


def test_much_that_was_done_at_once_is_looked_at_in_parts(admin, alice, workspace, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 2)
    new_rule(admin, 10, happened="any")
    leads = [new_lead(alice) for _ in range(5)]
    for lead in leads:
        talked(lead, alice)
    work.look(workspace)
    assert [score(lead) for lead in leads] == [10] * 5


def test_each_night_open_leads_fade(admin, alice, workspace):
    new_rule(admin, 40, half_life="10")
    lead = new_lead(alice)
    later = timezone.now() + timedelta(days=20)
    with clock.at(later):
        jobs.run(workspace.pk, jobs.enqueue(work.NIGHT, "later", {}, by=admin).id)
    assert score(lead) == 10


def test_what_comes_from_a_file_is_scored_with_the_next_look(admin, alice, workspace, tmp_path):
    new_rule(admin, 10, conditions=["city:is:جدة"])
    file = tmp_path / "leads.csv"
    file.write_text("Name,City\nA,جدة\nB,الرياض\n")
    finish(prepare(registry["leads"], file, file.name, Mapping(), by=admin), by=admin)
    work.look(workspace)
    run_jobs(workspace)
    assert dict(Lead.objects.values_list("name", "score")) == {"A": 10, "B": 0}
    assert not Lead.objects.filter(scored_at=None).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"points": "101"}, "points"),
        ({"points": "-101"}, "points"),
        ({"half_life": "0"}, "half_life"),
        ({"conditions": ["score:gte:5"]}, "conditions"),
        ({"conditions": ["nonsense:is:1"]}, "conditions"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(admin, wrong, field):
    with pytest.raises(Invalid) as refused:
        records.create(registry["scoring-rules"], {"name": "x", "points": "5", **wrong}, by=admin)
    assert field in refused.value.errors
    assert not ScoringRule.objects.exists()


# ---- what people see of it -------------------------------------------------------------------------------
def test_the_page_of_a_lead_says_why(admin, alice, browser):
    new_rule(admin, 20, name="Asked for a quotation", half_life="30", conditions=["origin:any:form"])
    new_rule(admin, -5, name="No phone", conditions=["phone:empty"])
    lead = new_lead(alice, days=12, origin="form")
    records.update(registry["leads"], lead.id, {"city": "جدة"}, by=alice)
    page = browser("alice").get(f"/w/rayyan/leads/{lead.id}/").content.decode()
    assert score(lead) == 10
    assert "Asked for a quotation" in page
    assert "+20" in page
    assert "12 days ago" in page
    assert "+15" in page
    assert "−5" in page
    assert "&lt;" not in page.split('id="related-score"')[1].split("</section>")[0]


def test_a_rule_about_a_hidden_field_is_not_named_and_a_hidden_score_not_shown(
    admin, alice, browser, company
):
    new_rule(admin, 20, name="Rich", conditions=["amount:gte:1"])
    lead = new_lead(alice, amount="5000")
    change_sellers(company, lambda role: role.fields.update({"leads": {"amount": "hidden"}}))
    page = browser("alice").get(f"/w/rayyan/leads/{lead.id}/").content.decode()
    assert "Rich" not in page
    assert "Something that you may not see" in page
    change_sellers(company, lambda role: role.fields.update({"leads": {"score": "hidden"}}))
    page = browser("alice").get(f"/w/rayyan/leads/{lead.id}/").content.decode()
    assert "Something that you may not see" not in page


def test_lists_sort_and_filter_by_score_and_nobody_writes_it(admin, alice, company):
    new_rule(admin, 50, conditions=["city:is:جدة"])
    cold, hot = new_lead(alice, name="Cold"), new_lead(alice, name="Hot", city="جدة")
    machine = Client(headers={"Authorization": f"Bearer {make_token(company.members['admin'], 'x')}"})
    listed = machine.get("/api/v1/leads", {"sort": "-score"}).json()["items"]
    assert [item["name"] for item in listed] == ["Hot", "Cold"]
    assert [item["score"] for item in listed] == [50, 0]
    found = machine.get("/api/v1/leads", {"f": "score:gte:10"}).json()["items"]
    assert [item["id"] for item in found] == [str(hot.id)]
    refused = machine.post("/api/v1/leads", {"name": "x", "score": 99}, content_type="application/json")
    assert refused.status_code == 422
    assert score(cold) == 0


def test_a_save_of_a_lead_asks_few_questions_for_its_score(admin, alice, django_assert_max_num_queries):
    for number in range(10):
        new_rule(admin, number, conditions=[f"city:is:{number}"], happened="call" if number % 2 else "")
    lead = new_lead(alice)
    with django_assert_max_num_queries(3):  # the rules, the lead, what was done with it: nothing is written
        work.score_one(lead, by=alice)
    Lead.objects.filter(id=lead.id).update(score=77)
    with django_assert_max_num_queries(4):
        work.score_one(lead, by=alice)
    assert lead.score == score(lead) == 0
