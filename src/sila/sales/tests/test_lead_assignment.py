"""Leads that come in find their owner by rules; what a person chose stays."""

from collections import Counter

import pytest
from django.test import Client

from sila.platform.access.links import make_token
from sila.platform.access.models import Member, OrgUnit, Team, User
from sila.platform.activity.models import Event
from sila.platform.customfields.actions import add_field, hide_field
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Notification
from sila.sales.leads.assigning.actions import assign
from sila.sales.leads.assigning.choosing import active_rules, look_at
from sila.sales.leads.assigning.models import AssignmentRule, AssignmentTurn
from sila.sales.leads.models import Lead
from tests.people import rule as change_sellers

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(company, workspace):
    return Client(headers={"Authorization": f"Bearer {make_token(company.members['admin'], 'site')}"})


@pytest.fixture
def team(workspace):
    return Team.objects.get()


def new_rule(by, **values):
    return records.create(registry["assignment-rules"], {"name": "قاعدة", **values}, by=by)


def capture(machine, **values):
    answer = machine.post("/api/v1/leads", {"name": "Visitor", **values}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return Lead.objects.get(id=answer.json()["id"])


# ---- who gets it -----------------------------------------------------------------------------------------
def test_a_lead_goes_to_the_member_of_the_first_rule_that_it_meets(machine, admin, bob, charlie):
    new_rule(admin, name="Jeddah", member=str(charlie.member_id), conditions=["city:is:جدة"])
    new_rule(admin, name="Rest", member=str(bob.member_id))
    assert capture(machine, city="جدة").owner_id == charlie.member_id
    assert capture(machine, city="الرياض").owner_id == bob.member_id
    assert capture(machine, city="جدة").org_unit_id == charlie.member.unit_id


def test_conditions_ask_any_field_own_ones_too_and_are_joined_by_or(machine, admin, bob, charlie, workspace):
    own = add_field("leads", "الفروع", kind="number", label_en="Branches", by=admin)
    workspace.refresh_from_db()
    asks = [f"g.{own.key}:gte:5", "g.amount:gte:1000000"]
    new_rule(admin, member=str(charlie.member_id), conditions=asks)
    new_rule(admin, member=str(bob.member_id))
    assert capture(machine, **{own.key: 7}).owner_id == charlie.member_id
    assert capture(machine, amount="2000000").owner_id == charlie.member_id
    assert capture(machine, **{own.key: 2}).owner_id == bob.member_id


def test_a_territory_is_a_list_of_cities_and_countries_as_people_spell_them(machine, admin, bob):
    new_rule(admin, member=str(bob.member_id), territory="جدّة\nمكة المكرمة\nKuwait")
    assert capture(machine, city="جده").owner_id == bob.member_id
    assert capture(machine, country="KUWAIT").owner_id == bob.member_id
    assert capture(machine, city="الرياض").owner_id != bob.member_id
    assert capture(machine).owner_id != bob.member_id


def test_a_team_takes_turns(machine, admin, team, alice, bob):
    new_rule(admin, team=str(team.id))
    owners = Counter(capture(machine).owner_id for _ in range(6))
    assert owners == {alice.member_id: 3, bob.member_id: 3}
    assert AssignmentTurn.objects.count() == 2


def test_who_has_the_fewest_open_leads_is_next(machine, admin, team, alice, bob):
    for _ in range(3):
        records.create(registry["leads"], {"name": "Mine"}, by=alice)
    records.create(registry["leads"], {"name": "Lost"}, by=bob)
    new_rule(admin, team=str(team.id), share="load")
    assert [capture(machine).owner_id for _ in range(2)] == [bob.member_id] * 2
    Lead.objects.filter(owner_id=alice.member_id).update(status="disqualified")
    assert capture(machine).owner_id == alice.member_id


def test_a_unit_counts_with_those_below_it(machine, admin, company):
    root = OrgUnit.objects.get(parent_id=None)
    new_rule(admin, unit=str(root.id))
    owners = {capture(machine).owner_id for _ in range(12)}
    assert {company.members[name].id for name in ("alice", "bob", "charlie", "manager")} <= owners


def test_the_leads_language_finds_who_works_in_it(machine, admin, team, alice, bob, company):
    User.objects.filter(pk=company.user("bob").pk).update(language="ar")
    new_rule(admin, team=str(team.id), by_language=True)
    assert {capture(machine, language="ar").owner_id for _ in range(3)} == {bob.member_id}
    assert {capture(machine, language="en").owner_id for _ in range(3)} == {alice.member_id}


def test_only_active_members_who_may_see_leads_get_any(machine, admin, team, alice, bob, company):
    new_rule(admin, team=str(team.id))
    Member.objects.filter(id=bob.member_id).update(active=False)
    assert {capture(machine).owner_id for _ in range(3)} == {alice.member_id}
    change_sellers(company, lambda role: role.grants.update({"leads": {"view": "none"}}))
    assert (
        capture(machine).owner_id == admin.member_id
    )  # nobody is left, so it stays with the machine's member


def test_a_rule_that_is_off_thrown_away_or_broken_is_passed_over(
    machine, admin, alice, bob, charlie, workspace
):
    off = new_rule(admin, member=str(alice.member_id), active=False)
    gone = new_rule(admin, member=str(alice.member_id))
    records.trash(registry["assignment-rules"], gone.id, by=admin)
    own = add_field("leads", "حقل", kind="text", by=admin)
    workspace.refresh_from_db()
    broken = new_rule(admin, member=str(charlie.member_id), conditions=[f"{own.key}:empty"])
    hide_field(own, by=admin)
    workspace.refresh_from_db()
    new_rule(admin, member=str(bob.member_id))
    lead = capture(machine)
    assert lead.owner_id == bob.member_id
    looks = look_at(lead, active_rules())
    assert looks[0].rule.id == broken.id
    assert looks[0].why_not
    assert off.id not in [look.rule.id for look in looks]


# ---- what a person chose ---------------------------------------------------------------------------------
def test_whom_a_person_names_keeps_the_lead(machine, admin, alice, bob):
    new_rule(admin, member=str(bob.member_id))
    named = capture(machine, owner=str(alice.member_id))
    assert named.owner_id == alice.member_id
    with pytest.raises(Invalid):
        assign(named, by=admin)
    named.refresh_from_db()
    assert named.owner_id == alice.member_id


def test_a_lead_that_is_typed_stays_with_who_typed_it_until_they_give_it_to_the_rules(
    admin, alice, bob, browser
):
    new_rule(admin, member=str(bob.member_id))
    lead = records.create(registry["leads"], {"name": "Typed"}, by=alice)
    assert lead.owner_id == alice.member_id
    assert browser("alice").post(f"/w/rayyan/leads/{lead.id}/do/assign").status_code in (204, 302)
    lead.refresh_from_db()
    assert lead.owner_id == bob.member_id


def test_who_may_not_change_a_lead_assigns_it_to_nobody(admin, alice, bob, browser):
    new_rule(admin, member=str(bob.member_id))
    lead = records.create(registry["leads"], {"name": "Typed"}, by=alice)
    assert browser("charlie").post(f"/w/rayyan/leads/{lead.id}/do/assign").status_code == 404
    assert browser("viewer").post(f"/w/rayyan/leads/{lead.id}/do/assign").status_code == 403
    lead.refresh_from_db()
    assert lead.owner_id == alice.member_id


# ---- told ------------------------------------------------------------------------------------------------
def test_the_lead_says_which_rule_gave_it_to_whom_and_the_owner_is_told(
    machine, admin, bob, browser, workspace
):
    new_rule(admin, name="العملاء الكبار", member=str(bob.member_id))
    lead = capture(machine)
    kinds = list(Event.objects.filter(record_id=lead.id).order_by("id").values_list("kind", "via"))
    assert kinds == [("created", "api"), ("assigned", "automation")]
    page = browser("bob").get(f"/w/rayyan/leads/{lead.id}/").content.decode()
    assert "العملاء الكبار" in page
    assert "by a rule" in page
    gather(workspace)
    told = Notification.objects.get(kind="assigned", record_id=lead.id)
    assert told.member_id == bob.member_id


def test_who_would_get_a_lead_is_shown_rule_by_rule_and_nothing_changes(admin, alice, bob, team, browser):
    new_rule(admin, name="Jeddah", member=str(bob.member_id), conditions=["city:is:جدة"])
    new_rule(admin, name="Riyadh people", team=str(team.id))
    lead = records.create(registry["leads"], {"name": "Typed"}, by=alice)
    page = browser("manager").get("/w/rayyan/lead-assignment", {"lead": str(lead.id)}).content.decode()
    assert page.index("Jeddah") < page.index("Its conditions are not met.") < page.index("Riyadh people")
    assert not AssignmentTurn.objects.exists()
    lead.refresh_from_db()
    assert lead.owner_id == alice.member_id


@pytest.mark.parametrize("lead", ["nonsense", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_the_preview_of_an_unknown_lead_is_not_found(browser, workspace, lead):
    assert browser("manager").get("/w/rayyan/lead-assignment", {"lead": lead}).status_code in (400, 404)


# ---- rules -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"conditions": ["nonsense:is:x"]},
        {"conditions": ["city:gt:x"]},
        {"conditions": ["owner:any:me"]},
        {"conditions": ["amount:gte:much"]},
        {"conditions": "city:is:x"},
        {"conditions": ["city:is:x"] * 50},
        {"member": None},
    ],
)
def test_a_rule_that_cannot_be_asked_is_refused(machine, alice, wrong):
    values = {"name": "Wrong", "member": str(alice.member_id), **wrong}
    answer = machine.post("/api/v1/assignment-rules", values, content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert not AssignmentRule.objects.exists()


def test_rules_come_after_the_others_and_say_their_conditions_in_words(admin, bob, browser):
    first = new_rule(admin, member=str(bob.member_id))
    second = new_rule(admin, member=str(bob.member_id), conditions=["city:is:جدة", "amount:gte:1000"])
    assert (first.order, second.order) == (1, 2)
    page = browser("manager").get(f"/w/rayyan/assignment-rules/{second.id}/").content.decode()
    assert "City: جدة" in page
    assert "1,000" in page


def test_sellers_make_no_rules(browser, workspace, alice):
    answer = browser("alice").post(
        "/w/rayyan/assignment-rules/new", {"name": "x", "member": str(alice.member_id)}
    )
    assert answer.status_code == 403
    assert not AssignmentRule.objects.exists()


# ---- the control that asks for conditions ----------------------------------------------------------------
def test_conditions_are_put_together_in_the_form(browser, workspace, bob):
    manager = browser("manager")
    base = "/w/rayyan/leads/conditions"
    shown = {"name": "conditions", "control": "f-conditions"}
    fields = manager.get(f"{base}/build", shown).content.decode()
    assert "field=city" in fields
    asked = manager.get(f"{base}/build", {**shown, "field": "city"}).content.decode()
    assert 'name="operator"' in asked
    assert "<form" not in asked
    chosen = {**shown, "field": "city", "operator": "is", "value": "جدة"}
    one = manager.get(base, chosen).content.decode()
    assert 'name="conditions" value="city:is:جدة"' in one
    two = {**shown, "f": "city:is:جدة", "field": "amount", "operator": "gte", "value": "10", "joiner": "or"}
    both = manager.get(base, two).content.decode()
    assert both.count('name="conditions"') == 2
    wrong = manager.get(base, {**shown, "field": "amount", "operator": "gte", "value": "much"})
    assert "sila:toast" in wrong.headers["HX-Trigger"]
    assert 'name="conditions" value' not in wrong.content.decode()
    assert manager.get(base, {"name": "x<", "control": "y"}).status_code == 404


# ---- the API ---------------------------------------------------------------------------------------------
def test_the_api_takes_campaign_and_consent_and_does_a_request_once(machine, admin, bob):
    new_rule(admin, member=str(bob.member_id), conditions=["utm_source:is:google"])
    values = {
        "name": "Visitor",
        "origin": "partner",
        "utm_source": "google",
        "utm_campaign": "fair",
        "landing_page": "https://www.example.com/a",
        "referrer": "https://www.google.com/",
        "consent_text": "أوافق",
        "consented_at": "2026-11-26T10:00:00+03:00",
        "consent_language": "ar",
    }
    send = {"content_type": "application/json", "headers": {"Idempotency-Key": "visit-1"}}
    first = machine.post("/api/v1/leads", values, **send)
    second = machine.post("/api/v1/leads", values, **send)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert {name: first.json()[name] for name in values} == values | {
        "consented_at": "2026-11-26T07:00:00+00:00"
    }
    lead = Lead.objects.get()
    assert (lead.owner_id, first.json()["owner"]) == (bob.member_id, str(bob.member_id))
    other = machine.post("/api/v1/leads", values | {"name": "Another"}, **send)
    assert other.status_code == 422
    assert Lead.objects.count() == 1
