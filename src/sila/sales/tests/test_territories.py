"""Customers, leads and deals stand in the territory that the rules of the tree say, or where a person put them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sila.parties.models import Party
from sila.parties.territories import reassigning
from sila.parties.territories.models import Territory, TerritoryMove
from sila.platform.access.links import make_token
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.writing import together
from sila.sales.leads.models import Lead
from sila.sales.models import Opportunity
from tests.people import rule as change_role

pytestmark = pytest.mark.django_db


def territory(by, name, parent=None, **values):
    above = {"parent": str(parent.id)} if parent else {}
    return records.create(registry["territories"], {"name": name, **above, **values}, by=by)


@pytest.fixture
def west(admin):
    return territory(admin, "الغربية", territory(admin, "المملكة"), places="جدة\nمكة المكرمة")


@pytest.fixture
def large(admin, west):
    """A part of the west: its large companies."""
    return territory(admin, "كبار الغربية", west, company_rule=["size:any:large"])


def company_in(by, city, **values):
    return records.create(registry["organizations"], {"name": f"شركة {city}", "city": city, **values}, by=by)


def where(record):
    return type(record).objects.get(id=record.id).territory_id


def in_english(browser, name):
    client = browser(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def moves_of(record):
    rows = TerritoryMove.objects.filter(record_id=record.id).order_by("id")
    return list(rows.values_list("from_territory_id", "to_territory_id", "why"))


# ---- where a record comes to stand -----------------------------------------------------------------------
def test_the_deepest_territory_whose_rule_is_met_has_the_record(admin, west, large):
    assert where(company_in(admin, "جدّة")) == west.id
    assert where(company_in(admin, "مكة المكرمة", size="large")) == large.id
    assert where(company_in(admin, "الدمام", size="large")) is None


def test_people_and_leads_stand_by_the_same_places_and_by_rules_of_their_own(admin, west):
    young = territory(admin, "عملاء محتملون كبار", west, order="1", lead_rule=["amount:gte:100000"])
    person = records.create(registry["people"], {"name": "ليلى", "city": "جدة"}, by=admin)
    lead = records.create(registry["leads"], {"name": "زائر", "city": "جدة", "amount": "500000"}, by=admin)
    small = records.create(registry["leads"], {"name": "زائر", "city": "جدة", "amount": "5"}, by=admin)
    assert (where(person), where(lead), where(small)) == (west.id, young.id, west.id)


def test_a_deal_stands_with_its_customer_and_goes_along(admin, west, large):
    customer = company_in(admin, "جدة")
    deal = records.create(registry["opportunities"], {"name": "أثاث", "party": str(customer.id)}, by=admin)
    assert where(deal) == west.id
    records.update(registry["organizations"], customer.id, {"size": "large"}, by=admin)
    assert where(customer) == where(deal) == large.id
    assert moves_of(deal) == [(None, west.id, "customer"), (west.id, large.id, "customer")]
    records.update(registry["opportunities"], deal.id, {"party": ""}, by=admin)
    assert where(deal) is None


def test_what_a_person_chose_stays_until_it_is_released(admin, west, large):
    customer = company_in(admin, "جدة", territory=str(large.id))
    deal = records.create(
        registry["opportunities"],
        {"name": "أثاث", "party": str(customer.id), "territory": str(west.id)},
        by=admin,
    )
    records.update(registry["organizations"], customer.id, {"city": "مكة المكرمة"}, by=admin)
    assert (where(customer), where(deal)) == (large.id, west.id)
    records.update(registry["organizations"], customer.id, {"territory": ""}, by=admin)
    assert (where(customer), where(deal)) == (west.id, west.id)
    records.update(registry["opportunities"], deal.id, {"territory": ""}, by=admin)
    assert where(deal) == west.id
    assert not Opportunity.objects.get(id=deal.id).territory_chosen


def test_a_move_stands_in_the_history_of_its_record(browser, admin, west, large):
    customer = company_in(admin, "جدة")
    records.update(registry["organizations"], customer.id, {"size": "large"}, by=admin)
    assert moves_of(customer) == [(None, west.id, "rule"), (west.id, large.id, "rule")]
    row = TerritoryMove.objects.filter(record_id=customer.id).last()
    assert row.member_id == admin.member_id
    page = (
        in_english(browser, "admin").get(f"/w/rayyan/organizations/{customer.id}/timeline").content.decode()
    )
    assert "كبار الغربية" in page
    assert "moved this record to a territory" in page


def test_a_save_that_no_rule_looks_at_asks_nothing(admin, west, large):
    customer = company_in(admin, "جدة")

    def asked(values):
        with CaptureQueriesContext(connection) as queries:
            records.update(registry["organizations"], customer.id, values, by=admin)
        return [query["sql"] for query in queries if "CASE WHEN" in query["sql"]]

    asked({"industry": "تجارة"})
    assert asked({"industry": "صناعة"}) == []
    assert len(asked({"size": "small"})) == 1


def test_a_merge_takes_the_history_and_the_deals_along(admin, west, large):
    one, other = company_in(admin, "جدة", size="large"), company_in(admin, "مكة المكرمة")
    deal = records.create(registry["opportunities"], {"name": "أثاث", "party": str(other.id)}, by=admin)
    assert where(deal) == west.id
    merge(registry["organizations"], one.id, [other.id], by=admin)
    assert TerritoryMove.objects.filter(record_id=one.id).count() == 2
    assert where(one) == where(deal) == large.id


# ---- the tree --------------------------------------------------------------------------------------------
def test_a_tree_has_no_circles_and_no_orphans(admin, west, large):
    with pytest.raises(Invalid):
        records.update(registry["territories"], west.id, {"parent": str(large.id)}, by=admin)
    with pytest.raises(Invalid):
        records.trash(registry["territories"], west.id, by=admin)
    with pytest.raises(Invalid):
        records.update(registry["territories"], west.id, {"company_rule": ["territory:filled"]}, by=admin)
    records.trash(registry["territories"], large.id, by=admin)
    records.trash(registry["territories"], west.id, by=admin)
    assert where(company_in(admin, "جدة")) is None


# ---- a changed tree --------------------------------------------------------------------------------------
def test_what_a_changed_tree_would_move_is_seen_before_it_is_moved(browser, company, admin, west):
    customers = [company_in(admin, "الخبر") for _number in range(3)]
    deal = records.create(
        registry["opportunities"], {"name": "أثاث", "party": str(customers[0].id)}, by=admin
    )
    east = territory(admin, "الشرقية", places="الخبر")
    found = {(each["noun"], each["before"], each["now"]): each["number"] for each in reassigning.look_now()}
    assert found == {("organizations", None, str(east.id)): 3, ("opportunities", None, str(east.id)): 1}
    client = in_english(browser, "admin")
    page = client.get("/w/rayyan/territory-tree/").content.decode()
    assert "4 records would move" in page
    assert "شركة الخبر" in page
    assert all(where(each) is None for each in customers)
    assert client.post("/w/rayyan/territory-tree/apply").status_code == 204
    run_jobs(company)
    assert all(where(each) == east.id for each in [*customers, deal])
    assert moves_of(customers[0]) == [(None, east.id, "tree")]
    assert moves_of(deal) == [(None, east.id, "customer")]
    assert (
        "Every record stands where the rules say" in client.get("/w/rayyan/territory-tree/").content.decode()
    )


def run_jobs(company):
    for job in Job.objects.filter(state=Job.State.WAITING, name__in=(reassigning.LOOK, reassigning.APPLY)):
        jobs.run(company.workspace.pk, job.id)
        assert Job.objects.get(id=job.id).state == Job.State.DONE


def test_of_many_records_a_job_takes_the_look(browser, company, admin, west, monkeypatch):
    company_in(admin, "الخبر")
    territory(admin, "الشرقية", places="الخبر")
    monkeypatch.setattr(reassigning, "AT_ONCE", 0)
    monkeypatch.setattr(reassigning, "CHUNK", 1)
    client = in_english(browser, "admin")
    page = client.get("/w/rayyan/territory-tree/").content.decode()
    assert "Look at all records" in page
    assert "would move" not in page.replace("What the rules would move", "")
    assert client.post("/w/rayyan/territory-tree/look").status_code == 204
    run_jobs(company)
    assert "1 record would move" in client.get("/w/rayyan/territory-tree/").content.decode()
    territory(admin, "أخرى", places="تبوك")  # the tree is another: what was seen says nothing any more
    assert "would move" not in client.get("/w/rayyan/territory-tree/").content.decode().replace(
        "What the rules would move", ""
    )


def test_who_may_not_change_the_tree_sees_it_and_moves_nothing(browser, company, admin, west):
    company_in(admin, "الخبر")
    territory(admin, "الشرقية", places="الخبر")
    alice = browser("alice")
    page = alice.get("/w/rayyan/territory-tree/")
    assert page.status_code == 200
    assert "would move" not in page.content.decode()
    for verb in ("look", "apply"):
        assert alice.post(f"/w/rayyan/territory-tree/{verb}").status_code == 403
    assert not Job.objects.filter(name__in=(reassigning.LOOK, reassigning.APPLY)).exists()
    change_role(company, lambda role: role.grants.update({"territories": {}}))
    assert browser("alice").get("/w/rayyan/territory-tree/").status_code == 403


def test_a_tree_of_another_workspace_decides_nothing_here(company, elsewhere, admin):
    with scope(elsewhere.workspace):
        territory(elsewhere.actor("admin"), "Theirs", places="جدة")
        assert Territory.objects.count() == 1
    with scope(company.workspace):
        assert where(company_in(admin, "جدة")) is None


# ---- what goes by it -------------------------------------------------------------------------------------
def test_a_lead_goes_to_whoever_is_in_charge_of_its_territory(company, admin, bob, west):
    """The west names nobody: the territory above it does."""
    records.update(registry["territories"], west.parent_id, {"member": str(bob.member_id)}, by=admin)
    records.create(registry["assignment-rules"], {"name": "المناطق", "by_territory": True}, by=admin)
    machine = Client(headers={"Authorization": f"Bearer {make_token(company.members['admin'], 'site')}"})
    for city, owner in (("جدة", bob.member_id), ("الدمام", admin.member_id)):
        answer = machine.post(
            "/api/v1/leads", {"name": "زائر", "city": city}, content_type="application/json"
        )
        assert Lead.objects.get(id=answer.json()["id"]).owner_id == owner


def test_lists_and_the_forecast_go_by_territory(browser, admin, west):
    customer = company_in(admin, "جدة")
    company_in(admin, "الدمام")
    records.create(
        registry["opportunities"],
        {"name": "أثاث", "party": str(customer.id), "amount": "1000", "expected_close": "2026-12-01"},
        by=admin,
    )
    client = in_english(browser, "admin")
    page = client.get(f"/w/rayyan/organizations/?f=territory:any:{west.id}").content.decode()
    assert "شركة جدة" in page
    assert "شركة الدمام" not in page
    deals = client.get(f"/w/rayyan/opportunities/?f=territory~parent:any:{west.parent_id}").content.decode()
    assert "أثاث" in deals
    assert "الغربية" in client.get("/w/rayyan/forecast?by=territory&period=g-2026-q4").content.decode()


def test_an_import_places_its_rows(company, admin, west):
    with together():
        made = [company_in(admin, "جدة") for _number in range(3)]
    assert all(where(each) == west.id for each in made)
    assert Party.objects.filter(territory_id=west.id).count() == 3
    assert Event.objects.filter(kind="territory_moved").count() == 3
