"""Leads: their path with its history, and whom they match."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sila.platform.activity.models import Event
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, Stale
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.leads import actions
from sila.sales.leads.models import DisqualifyReason, Lead, LeadTransition
from tests.people import rule

leads, people, organizations = registry["leads"], registry["people"], registry["organizations"]
REEM = {"name": "ريم الشهراني", "phone": "0551234567", "email": "reem@lamsa.example"}
PAGE = "/w/rayyan/leads/"


@pytest.fixture
def lead(alice):
    return records.create(leads, {**REEM, "company_name": "مؤسسة لمسة", "amount": "12,500"}, by=alice)


@pytest.fixture
def reason(workspace):
    return DisqualifyReason.objects.order_by("order").first()


# ---- the path ------------------------------------------------------------------------------------------
def test_a_lead_is_new_with_a_number_and_the_base_currency(lead, alice):
    second = records.create(leads, {"name": "أخرى"}, by=alice)
    year = timezone.now().year
    assert (lead.number, second.number) == (f"LEAD-{year}-00001", f"LEAD-{year}-00002")
    assert (lead.status, lead.currency, lead.amount) == ("new", "SAR", 1_250_000)


def test_each_step_is_kept_with_the_time_that_the_last_one_took(lead, alice):
    with clock.at(timezone.now() + timedelta(days=2, hours=1)):
        lead = actions.contact(lead, by=alice)
    with clock.at(timezone.now() + timedelta(days=5, hours=2)):
        lead = actions.qualify(lead, by=alice, budget="yes", note="لديه اعتماد")
    rows = LeadTransition.objects.order_by("id").values_list("from_status", "to_status", "seconds_in_status")
    assert [(before, after, seconds // 86400) for before, after, seconds in rows] == [
        ("", "new", 0),
        ("new", "contacted", 2),
        ("contacted", "qualified", 3),
    ]
    assert (lead.budget, lead.need, lead.qualification_note) == ("yes", "unknown", "لديه اعتماد")
    assert Event.objects.filter(record_id=lead.id, kind="qualified").count() == 1


@pytest.mark.parametrize("group", ["التأهيل", "Qualification"])
def test_a_workspace_adds_to_the_checklist_with_fields_of_its_own(lead, admin, browser, company, group):
    given = {"group": group, "by": admin}
    when = add_field("leads", "موعد الميزانية", kind="date", **given).key
    size = add_field("leads", "حجم الفريق", kind="number", **given).key
    add_field("leads", "لون", kind="text", by=admin)
    seller, door = browser("alice"), f"{PAGE}{lead.id}/do/qualify"
    asked = [when, size]
    form = seller.get(door).content.decode()
    assert ("موعد الميزانية" in form, "حجم الفريق" in form, "لون" in form) == (True, True, False)
    refused = seller.post(door, {"budget": "yes", "asked": asked, when: "2026-13-40", size: "7"})
    assert refused.status_code == 422
    assert "7" in refused.content.decode()
    seller.post(door, {"budget": "yes", "asked": asked, when: "2026-12-01", size: "٧"})
    lead.refresh_from_db()
    assert (lead.status, lead.budget) == ("qualified", "yes")
    assert (lead.custom[when], float(lead.custom[size])) == ("2026-12-01", 7)


def test_what_is_closed_to_a_seller_is_not_in_the_checklist(lead, admin, browser, company):
    key = add_field("leads", "حجم الفريق", kind="number", group="التأهيل", by=admin).key
    rule(company, lambda role: role.fields.update({"leads": {key: "read"}}))
    door = f"{PAGE}{lead.id}/do/qualify"
    assert "حجم الفريق" not in browser("alice").get(door).content.decode()
    browser("alice").post(door, {"budget": "yes", "asked": [key], key: "9"})
    lead.refresh_from_db()
    assert (lead.status, key in lead.custom) == ("qualified", False)


def test_disqualifying_needs_a_reason_by_every_door(lead, alice, reason):
    with pytest.raises(Invalid) as refusal:
        actions.disqualify(lead, by=alice)
    assert "reason" in refusal.value.errors
    with pytest.raises(Invalid):
        records.update(leads, lead.id, {"status": "disqualified"}, by=alice)
    assert Lead.objects.get(id=lead.id).status == "new"
    assert actions.disqualify(lead, by=alice, reason=reason.id).disqualify_reason_id == reason.id


def test_taken_up_again_it_is_where_it_was_and_the_reason_is_gone(lead, alice, reason):
    lead = actions.disqualify(actions.contact(lead, by=alice), by=alice, reason=reason.id, note="لا رد")
    with pytest.raises(Invalid):
        actions.qualify(lead, by=alice)
    lead = actions.reopen(lead, by=alice)
    assert (lead.status, lead.disqualify_reason_id, lead.disqualify_note) == ("contacted", None, "")


def test_a_reason_is_not_typed_on_a_lead_that_is_open(lead, alice):
    with pytest.raises(Invalid) as refusal:
        records.update(leads, lead.id, {"disqualify_note": "لا رد"}, by=alice)
    assert "disqualify_note" in refusal.value.errors


def test_no_door_but_the_verb_converts(lead, alice, browser):
    with pytest.raises(Invalid) as refusal:
        records.update(leads, lead.id, {"status": "converted"}, by=alice)
    assert "status" in refusal.value.errors
    answer = browser("alice").post(f"{PAGE}{lead.id}/stage/", {"stage": "converted", "version": lead.version})
    assert answer.status_code == 409  # the board asks what it becomes
    assert 'name="person"' in answer.content.decode()
    assert Lead.objects.get(id=lead.id).status == "new"


def test_what_others_moved_meanwhile_is_not_moved_again(lead, alice, bob):
    actions.contact(lead, by=alice)
    with pytest.raises(Stale):
        actions.contact(lead, by=alice)
    with pytest.raises(NotAllowed):
        actions.contact(Lead.objects.get(id=lead.id), by=bob)
    assert LeadTransition.objects.count() == 2


def test_the_page_shows_the_path_and_moves_along_it(lead, alice, browser):
    page = browser("alice").get(f"{PAGE}{lead.id}/").content.decode()
    assert 'id="stage-contacted"' in page
    assert 'id="stage-converted"' not in page
    answer = browser("alice").post(f"{PAGE}{lead.id}/stage/", {"stage": "contacted", "version": lead.version})
    assert answer.status_code < 300
    assert Lead.objects.get(id=lead.id).status == "contacted"


def test_the_form_of_qualifying_begins_with_what_is_known(lead, alice, browser):
    records.update(leads, lead.id, {"budget": "no"}, by=alice)
    form = browser("alice").get(f"{PAGE}{lead.id}/do/qualify").content.decode()
    assert '<option value="no" selected' in form


def test_history_from_elsewhere_knows_how_it_went_and_not_always_why(company, workspace):
    importer = company.actor("alice", "import")
    assert (
        records.create(leads, {"name": "قديم", "status": "disqualified"}, by=importer).status
        == "disqualified"
    )
    assert records.create(leads, {"name": "أقدم", "status": "converted"}, by=importer).status == "converted"


def test_untouched_for_two_days_is_a_list(lead, alice, browser):
    old = records.create(leads, {"name": "منسيّة"}, by=alice)
    Lead.objects.filter(id=old.id).update(touched_at=timezone.now() - timedelta(days=3))
    view = "?f=status:any:new|contacted&f=touched_at:within:before_yesterday"
    shown = browser("alice").get(PAGE + view).content.decode()
    assert "منسيّة" in shown
    assert lead.name not in shown


# ---- whom it matches -----------------------------------------------------------------------------------
def test_a_lead_points_at_the_person_whose_phone_it_gives(alice):
    person = records.create(people, REEM, by=alice)
    lead = records.create(leads, {"name": "ريم الشهراني", "phone": "+966551234567"}, by=alice)
    assert (lead.party_id, lead.matched_company_id) == (person.id, None)


def test_it_points_at_them_as_soon_as_it_is_changed_so(alice):
    person = records.create(people, REEM, by=alice)
    lead = records.create(leads, {"name": "ريم الشهراني"}, by=alice)
    assert lead.party_id is None  # a name alone is no evidence
    lead = records.update(leads, lead.id, {"email": "Reem@Lamsa.example"}, by=alice)
    assert lead.party_id == person.id
    lead = records.update(leads, lead.id, {"email": "someone@else.example"}, by=alice)
    assert lead.party_id is None


def test_the_same_phone_under_another_name_is_somebody_else(alice):
    records.create(people, {**REEM, "email": ""}, by=alice)
    assert records.create(leads, {"name": "خالد العتيبي", "phone": "0551234567"}, by=alice).party_id is None


def test_the_company_is_the_one_of_its_name_and_its_e_mail_or_the_persons_own(alice):
    firm = records.create(
        organizations, {"name": "شركة الأفق للتقنية", "email": "info@alofoq.example"}, by=alice
    )
    by_mail = {"name": "سعد", "company_name": "شركة الأفق للتقنية", "email": "saad@alofoq.example"}
    assert records.create(leads, by_mail, by=alice).matched_company_id == firm.id
    assert (
        records.create(
            leads, {"name": "سعد", "company_name": "شركة الأفق للتقنية"}, by=alice
        ).matched_company_id
        is None
    )
    records.create(people, {**REEM, "organization": str(firm.id)}, by=alice)
    lead = records.create(leads, {**REEM, "company_name": "شركة الأفق للتقنية"}, by=alice)
    assert lead.matched_company_id == firm.id


def test_what_a_person_chose_stays_also_that_it_is_nobody(alice):
    records.create(people, REEM, by=alice)
    other = records.create(people, {"name": "ريم أخرى"}, by=alice)
    lead = records.create(leads, REEM, by=alice)
    lead = records.update(leads, lead.id, {"party": str(other.id)}, by=alice)
    assert records.update(leads, lead.id, {"city": "جدة"}, by=alice).party_id == other.id
    lead = actions.part(Lead.objects.get(id=lead.id), by=alice)
    assert Lead.objects.get(id=lead.id).party_id is None
    assert records.update(leads, lead.id, {"phone": "0551234567", "city": "أبها"}, by=alice).party_id is None


def test_the_page_says_whom_it_matches_to_those_who_may_see_them(company, alice, admin, browser):
    person = records.create(people, REEM, by=alice)
    lead = records.create(leads, REEM, by=alice)
    assert f"/w/rayyan/people/{person.id}/" in browser("alice").get(f"{PAGE}{lead.id}/").content.decode()
    shut_people(company)
    page = browser("alice").get(f"{PAGE}{lead.id}/").content.decode()
    assert f"/w/rayyan/people/{person.id}/" not in page


def test_where_the_phone_of_people_is_hidden_it_finds_nobody(company, alice):
    records.create(people, {**REEM, "email": ""}, by=alice)
    with_rules(company, {"people": {"phone": "hidden"}})
    lead = records.create(leads, {**REEM, "email": ""}, by=company.actor("alice"))
    assert lead.party_id is None


def shut_people(company):
    """Sellers see their own people only, and Alice's are Charlie's by now."""
    from sila.parties.models import Party
    from sila.platform.access.models import Role
    from sila.platform.tenancy.models import Workspace

    role = Role.objects.get(code="seller")
    role.grants = {**role.grants, **{slug: {"view": "own"} for slug in ("people", "parties")}}
    role.save()
    Party.objects.update(
        owner_id=company.members["charlie"].id, org_unit_id=company.members["charlie"].unit_id
    )
    version = company.workspace.access_version + 1
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=version)


def with_rules(company, fields):
    from sila.platform.access.models import Role
    from sila.platform.tenancy.models import Workspace

    Role.objects.filter(code="seller").update(fields=fields)
    version = company.workspace.access_version + 1
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=version)


# ---- who sees what, and files --------------------------------------------------------------------------
def test_a_lead_of_another_branch_is_found_by_no_door(lead, company, browser, client):
    from sila.platform.access.links import make_token

    one, charlie = f"{PAGE}{lead.id}/", browser("charlie")
    assert browser("bob").get(one).status_code == 200  # her team sees it
    for tail in ("", "peek", "edit", "timeline", "fields/name/", "do/qualify"):
        assert charlie.get(one + tail).status_code == 404, tail
    for url in (PAGE, f"{PAGE}board", f"{PAGE}?q=ريم", f"{PAGE}pick?q=ريم", "/w/rayyan/palette?q=ريم"):
        assert lead.name not in charlie.get(url).content.decode(), url
    assert charlie.post(f"{one}do/contact").status_code == 404
    assert charlie.post(f"{one}stage/", {"stage": "contacted"}).status_code == 404
    token = {"Authorization": f"Bearer {make_token(company.members['charlie'], 'test')}"}
    assert client.get("/api/v1/leads", headers=token).json()["items"] == []
    assert client.post(f"/api/v1/leads/{lead.id}/contact", headers=token).status_code == 404
    assert Lead.objects.get(id=lead.id).status == "new"


def test_what_a_role_hides_of_leads_shows_nowhere(lead, company, browser):
    page = browser("alice").get(f"{PAGE}{lead.id}/").content.decode()
    assert "551234567" in page
    assert 'id="stage-contacted"' in page
    with_rules(company, {"leads": {"phone": "hidden", "status": "hidden", "amount": "hidden"}})
    for tail in ("", "do/convert", "edit", "timeline"):
        page = browser("alice").get(f"{PAGE}{lead.id}/{tail}").content.decode()
        assert "551234567" not in page, tail
        assert "12,500" not in page, tail
        assert "12500" not in page, tail
        assert 'id="stage-contacted"' not in page, tail


def test_leads_of_another_program_come_in_by_the_names_of_its_columns(tmp_path, company, workspace):
    from sila.platform.entities.importing.mapping import Mapping
    from sila.platform.entities.importing.run import finish, prepare

    file = tmp_path / "leads.csv"
    file.write_text(
        "Lead Name,Company,Title,Mobile,Email,Lead Source,Lead Status,Annual Revenue\n"
        "Priya Nair,Meridian Labs,Buyer,0551234500,priya@meridian.example,Referral,Qualified,250000\n"
        "Best SEO,Rank First,,,seo@rank.example,Other,Disqualified,\n"
    )
    by = company.actor("admin")
    run = finish(prepare(leads, file, file.name, Mapping(), by=by), by=by)
    assert (run.created, run.refused) == (2, 0)
    priya = Lead.objects.get(name="Priya Nair")
    assert (priya.company_name, priya.job_title, priya.origin, priya.status, priya.amount) == (
        "Meridian Labs",
        "Buyer",
        "referral",
        "qualified",
        25_000_000,
    )
    assert LeadTransition.objects.filter(lead_id=priya.id).count() == 1
