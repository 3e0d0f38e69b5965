"""A lead becomes a person, a company and a deal: once, never twice, by those who may, and back again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sila.parties.models import Party
from sila.platform.access.models import Role
from sila.platform.activity.models import Event
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.record_types import add_type
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.sales.leads import actions
from sila.sales.leads.converting import convert, take_back
from sila.sales.leads.models import Lead, LeadTransition
from sila.sales.models import Opportunity
from sila.work import actions as work
from tests.counting import BOOKKEEPING, at_most

leads, people, organizations = registry["leads"], registry["people"], registry["organizations"]
deals = registry["opportunities"]
REEM = {"name": "ريم الشهراني", "phone": "0551234567", "email": "reem@lamsa.example"}
PAGE = "/w/rayyan/leads/"


@pytest.fixture
def lead(alice):
    values = {**REEM, "company_name": "مؤسسة لمسة", "city": "الرياض", "amount": "12,500", "interest": "أثاث"}
    return records.create(leads, values, by=alice)


def counts():
    kinds = list(Party.objects.filter(deleted_at=None).values_list("kind", flat=True))
    open_deals = Opportunity.objects.filter(deleted_at=None).count()
    return kinds.count("person"), kinds.count("organization"), open_deals


def allow(company, **grants):
    """What sellers may do from now on."""
    role = Role.objects.get(code="seller")
    role.grants = {**role.grants, **grants}
    role.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(
        access_version=company.workspace.access_version + 1
    )


# ---- what it becomes -----------------------------------------------------------------------------------
def test_it_becomes_a_person_at_a_company_with_a_deal(lead, alice):
    lead = convert(lead, by=alice, deal=True, deal_name="أثاث مكتبي")
    person, firm, deal = lead.converted_contact, lead.converted_party, lead.converted_opportunity
    assert (person.name, person.phone, person.organization_id) == ("ريم الشهراني", "+966551234567", firm.id)
    assert (firm.kind, firm.name, firm.city) == ("organization", "مؤسسة لمسة", "الرياض")
    assert (deal.name, deal.party_id, deal.contact_id) == ("أثاث مكتبي", firm.id, person.id)
    assert (deal.amount, deal.currency, deal.description) == (1_250_000, "SAR", "أثاث")
    assert (lead.status, lead.party_id, lead.matched_company_id) == ("converted", person.id, firm.id)
    assert lead.converted_at is not None
    assert LeadTransition.objects.order_by("-id").first().to_status == "converted"


def test_those_who_are_there_are_taken_and_nobody_is_added(lead, alice):
    firm = records.create(organizations, {"name": "مؤسسة لمسة"}, by=alice)
    person = records.create(people, REEM, by=alice)
    lead = convert(lead, by=alice, person=person.id, company=firm.id)
    assert counts() == (1, 1, 0)
    assert (lead.converted_contact_id, lead.converted_party_id) == (person.id, firm.id)
    assert Party.objects.get(id=person.id).organization_id == firm.id
    assert Event.objects.filter(record_id=person.id, kind="lead_converted").count() == 1


def test_without_a_company_the_person_is_the_customer(lead, alice):
    lead = convert(lead, by=alice, without_company=True, deal=True)
    assert counts() == (1, 0, 1)
    assert lead.converted_party_id == lead.converted_contact_id == lead.converted_opportunity.party_id


def test_the_form_begins_with_whom_it_matches_and_converts(alice, browser):
    person = records.create(people, REEM, by=alice)
    lead = records.create(leads, {**REEM, "amount": "1,234.50"}, by=alice)
    form = browser("alice").get(f"{PAGE}{lead.id}/do/convert").content.decode()
    assert str(person.id) in form
    assert "1234.5" in form.replace(",", "")
    given = {
        "person": str(person.id),
        "without_company": "1",
        "deal": "1",
        "deal_name": "طلب",
        "amount": "99.50",
    }
    assert browser("alice").post(f"{PAGE}{lead.id}/do/convert", given).status_code < 300
    assert Lead.objects.get(id=lead.id).converted_contact_id == person.id
    assert Opportunity.objects.get().amount == 9950
    page = browser("alice").get(f"{PAGE}{lead.id}/").content.decode()
    assert f"/w/rayyan/people/{person.id}/" in page


def test_a_program_converts_and_reads_what_came_of_it(lead, company, alice, client):
    from sila.platform.access.links import make_token

    token = {"Authorization": f"Bearer {make_token(company.members['alice'], 'test')}"}
    url, body = f"/api/v1/leads/{lead.id}/convert", {"deal": True, "deal_name": "من برنامج"}
    answer = client.post(url, body, content_type="application/json", headers=token)
    assert answer.status_code == 200, answer.content
    now = Lead.objects.get(id=lead.id)
    assert answer.json()["status"] == "converted"
    assert now.converted_opportunity.name == "من برنامج"


# ---- never twice ---------------------------------------------------------------------------------------
def test_pressed_twice_it_is_converted_once(lead, alice, browser):
    first = convert(lead, by=alice, deal=True)
    second = convert(lead, by=alice, deal=True)
    assert (second.converted_contact_id, second.converted_opportunity_id) == (
        first.converted_contact_id,
        first.converted_opportunity_id,
    )
    assert browser("alice").post(f"{PAGE}{lead.id}/do/convert", {"deal": "1"}).status_code < 300
    assert counts() == (1, 1, 1)
    assert Operation.objects.filter(kind="conversion").count() == 1


def test_pressed_by_two_who_saw_it_open_both_get_the_same(lead, company, alice):
    seen = [Lead.objects.get(id=lead.id), Lead.objects.get(id=lead.id)]
    first = convert(seen[0], by=alice, deal=True)
    second = convert(seen[1], by=company.actor("admin"), deal=True, deal_name="مرة أخرى")
    assert second.converted_opportunity_id == first.converted_opportunity_id
    assert counts() == (1, 1, 1)


def test_somebody_who_was_added_meanwhile_is_named_and_not_added_again(lead, alice):
    records.create(people, REEM, by=alice)
    with pytest.raises(Invalid) as refusal:
        convert(lead, by=alice)
    assert "ريم الشهراني" in refusal.value.errors["person"]
    assert counts() == (1, 0, 0)
    assert Lead.objects.get(id=lead.id).status == "new"
    convert(lead, by=alice, even_so=True)
    assert counts() == (2, 1, 0)


def test_a_company_of_this_very_name_is_not_added_again(lead, alice):
    records.create(organizations, {"name": "مؤسسه لمسه"}, by=alice)
    with pytest.raises(Invalid) as refusal:
        convert(lead, by=alice)
    assert set(refusal.value.errors) == {"company"}
    assert counts() == (0, 1, 0)


def test_who_may_not_see_the_one_that_is_there_is_told_whom_to_ask(lead, company, admin):
    records.create(people, {**REEM, "owner": str(company.members["charlie"].id)}, by=admin)
    allow(company, people={"view": "own", "create": "own"})
    alice = company.actor("alice")
    with pytest.raises(Invalid) as refusal:
        convert(lead, by=alice)
    said = refusal.value.errors["person"]
    assert company.members["charlie"].name in said
    assert "ريم" not in said
    assert counts() == (1, 0, 0)


# ---- by those who may ----------------------------------------------------------------------------------
@pytest.mark.parametrize("noun", ["people", "organizations", "opportunities"])
def test_who_may_not_add_one_part_is_refused_and_nothing_is_half_done(noun, lead, company):
    allow(company, **{noun: {"view": "all"}})
    with pytest.raises(NotAllowed) as refusal:
        convert(lead, by=company.actor("alice"), deal=True)
    assert str(refusal.value)
    assert counts() == (0, 0, 0)
    assert Lead.objects.get(id=lead.id).status == "new"
    assert not Operation.objects.exists()


def test_a_refusal_late_in_the_work_leaves_nothing_behind(lead, alice):
    with pytest.raises(Invalid):
        convert(lead, by=alice, deal=True, stage=lead.id)
    assert counts() == (0, 0, 0)
    assert not Operation.objects.exists()


def test_colleagues_who_may_only_look_do_not_convert(lead, bob, browser):
    with pytest.raises(NotAllowed):
        convert(lead, by=bob)
    assert browser("bob").get(f"{PAGE}{lead.id}/do/convert").status_code == 403
    assert browser("charlie").get(f"{PAGE}{lead.id}/do/convert").status_code == 404
    assert counts() == (0, 0, 0)


def test_what_is_hidden_on_the_lead_does_not_come_out_by_converting(lead, company):
    Role.objects.filter(code="seller").update(fields={"leads": {"phone": "hidden", "amount": "hidden"}})
    allow(company)
    now = convert(lead, by=company.actor("alice"), deal=True)
    assert (now.converted_contact.phone, now.converted_opportunity.amount) == ("", None)
    assert now.converted_contact.email == REEM["email"]


def test_a_disqualified_lead_is_taken_up_again_first(lead, alice):
    from sila.sales.leads.models import DisqualifyReason

    lead = actions.disqualify(lead, by=alice, reason=DisqualifyReason.objects.first().id)
    with pytest.raises(Invalid):
        convert(lead, by=alice)
    assert counts() == (0, 0, 0)


# ---- its history goes along ----------------------------------------------------------------------------
def test_what_was_done_about_the_lead_is_told_where_it_went(lead, alice, browser, tmp_path):
    about = [("leads", lead.id)]
    work.log("note", {"subject": "يفضّل الاتصال مساءً", "body": "يفضّل الاتصال مساءً"}, by=alice, about=about)
    lead = convert(Lead.objects.get(id=lead.id), by=alice, deal=True)
    for url in (
        people.url("rayyan", lead.converted_contact_id),
        organizations.url("rayyan", lead.converted_party_id),
        deals.url("rayyan", lead.converted_opportunity_id),
    ):
        page = browser("alice").get(url).content.decode()
        assert "يفضّل الاتصال مساءً" in page, url
        assert f"{PAGE}{lead.id}/" in page, url


@pytest.mark.parametrize("who", ["admin", "alice"])
def test_a_history_that_goes_along_costs_one_question(who, lead, alice, browser):
    """The page of the lead itself keeps to twelve."""
    firm = records.create(organizations, {"name": "شركة سابقة"}, by=alice)
    known = records.create(people, {"name": "سابق", "organization": str(firm.id)}, by=alice)
    of_them = {"name": "سابقة", "party": str(firm.id), "contact": str(known.id)}
    plain = {
        "people": known.id,
        "organizations": firm.id,
        "opportunities": records.create(deals, of_them, by=alice).id,
    }
    before = {slug: questions(browser(who), registry[slug], each) for slug, each in plain.items()}
    work.log("note", {"subject": "ملاحظة", "body": "ملاحظة"}, by=alice, about=[("leads", lead.id)])
    lead = convert(Lead.objects.get(id=lead.id), by=alice, deal=True)
    assert questions(browser(who), people, lead.converted_contact_id) <= before["people"] + 1
    assert questions(browser(who), organizations, lead.converted_party_id) <= before["organizations"] + 1
    assert questions(browser(who), deals, lead.converted_opportunity_id) <= before["opportunities"] + 1
    assert questions(browser(who), leads, lead.id) <= 12


def questions(client, entity, record_id):
    """How many the record's page asks of the database, once it is warm."""
    client.get(entity.url("rayyan", record_id))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(entity.url("rayyan", record_id)).status_code == 200
    return len([each for each in captured.captured_queries if not each["sql"].startswith(BOOKKEEPING)])


def test_it_is_not_told_to_those_who_may_not_see_the_lead(lead, alice, browser):
    work.log("note", {"subject": "سر", "body": "سرّ العميل المحتمل"}, by=alice, about=[("leads", lead.id)])
    lead = convert(Lead.objects.get(id=lead.id), by=alice)
    page = browser("charlie").get(people.url("rayyan", lead.converted_contact_id))
    assert page.status_code == 200
    assert "سرّ العميل المحتمل" not in page.content.decode()
    assert f"{PAGE}{lead.id}/" not in page.content.decode()


# ---- back again ----------------------------------------------------------------------------------------
def test_taken_back_all_that_was_made_goes_to_the_trash_and_the_lead_is_as_before(lead, alice, browser):
    before = {name: getattr(lead, name) for name in ("status", "party_id", "matched_company_id", "amount")}
    convert(lead, by=alice, deal=True)
    assert browser("alice").post(f"{PAGE}{lead.id}/do/undo-conversion").status_code < 300
    now = Lead.objects.get(id=lead.id)
    assert {name: getattr(now, name) for name in before} == before
    assert (now.converted_at, now.converted_contact_id, now.converted_opportunity_id) == (None, None, None)
    assert counts() == (0, 0, 0)
    assert Event.objects.filter(record_id=lead.id, kind="conversion_undone").count() == 1
    assert convert(now, by=alice, deal=True).status == "converted"


def test_what_was_there_before_stays_and_is_unlinked(lead, alice):
    person = records.create(people, REEM, by=alice)
    firm = records.create(organizations, {"name": "شركة أخرى"}, by=alice)
    take_back(convert(lead, by=alice, person=person.id, company=firm.id, deal=True), by=alice)
    assert counts() == (1, 1, 0)
    assert Party.objects.get(id=person.id).organization_id is None
    assert Event.objects.filter(record_id=person.id, kind="lead_parted").count() == 1


def test_what_somebody_went_on_with_stays_and_is_named(lead, alice):
    lead = convert(lead, by=alice, deal=True)
    records.update(deals, lead.converted_opportunity_id, {"next_step": "عرض"}, by=alice)
    take_back(lead, by=alice)
    assert counts() == (1, 1, 1)  # the deal, and whom it is with
    assert Event.objects.filter(record_id=lead.id, kind="deal_stayed").count() == 1
    kept = OperationChange.objects.filter(outcome="kept").values_list("entity", flat=True)
    assert set(kept) == {"people", "organizations", "opportunities"}
    assert Lead.objects.get(id=lead.id).status == "new"


def test_a_note_on_what_was_made_lets_it_stay(lead, alice):
    lead = convert(lead, by=alice)
    work.log(
        "note",
        {"subject": "ملاحظة", "body": "ملاحظة"},
        by=alice,
        about=[("people", lead.converted_contact_id)],
    )
    take_back(lead, by=alice)
    assert counts()[0] == 1


def test_after_thirty_days_or_by_others_it_is_not_taken_back(lead, company, alice):
    from datetime import timedelta

    from django.utils import timezone

    records.update(leads, lead.id, {"owner": str(company.members["bob"].id)}, by=company.actor("admin"))
    lead = convert(Lead.objects.get(id=lead.id), by=company.actor("bob"))
    with pytest.raises(NotAllowed):
        take_back(lead, by=company.actor("manager"))
    Operation.objects.update(started_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Invalid):
        take_back(lead, by=company.actor("bob"))
    assert Lead.objects.get(id=lead.id).status == "converted"
    assert counts() == (1, 1, 0)


def test_a_converted_lead_points_where_it_went_until_that_is_taken_back(lead, alice):
    lead = convert(lead, by=alice)
    for values in ({"party": ""}, {"status": "new"}):
        with pytest.raises(Invalid):
            records.update(leads, lead.id, values, by=alice)
    assert records.update(leads, lead.id, {"city": "جدة"}, by=alice).party_id == lead.converted_contact_id


def test_the_pages_of_what_a_lead_became_ask_little(lead, alice, admin, browser):
    contracts = add_type(
        "عقد", "عقود", label_en="Contract", plural_en="Contracts", icon="file", by=admin
    ).slug
    key = add_field(contracts, "الشركة", kind="link", to="organizations", by=admin).key
    lead = convert(lead, by=alice, deal=True, deal_name="أثاث")
    for number in range(3):
        records.create(registry[contracts], {"name": f"{number}", key: lead.converted_party_id}, by=admin)
    client = browser("admin")
    for noun, record in (
        ("opportunities", lead.converted_opportunity_id),
        ("organizations", lead.converted_party_id),
        ("people", lead.converted_contact_id),
    ):
        client.get(f"/w/rayyan/{noun}/{record}/")
        with at_most(12):
            client.get(f"/w/rayyan/{noun}/{record}/")
