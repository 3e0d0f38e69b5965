"""What a role hides is hidden on the pages that are not made by the engine too; what was lent is not given away."""

import pytest
from django.test import Client

from sila.parties import actions as party_verbs
from sila.platform.access.links import make_token
from sila.platform.access.models import Role, ShareGrant
from sila.platform.entities import actions, sharing
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.work.actions import log as log_work
from sila.work.actions import plan

people, deals, companies = registry["people"], registry["opportunities"], registry["organizations"]


def hide(company, **fields):
    """Hide these fields from salespeople: people=("phone",)."""
    seller = Role.objects.get(code="seller")
    seller.fields |= {slug: dict.fromkeys(names, "hidden") for slug, names in fields.items()}
    seller.save()
    _anew(company)


def _anew(company):
    company.workspace.refresh_from_db()
    version = company.workspace.access_version + 1
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=version)


def page(client, record, entity):
    return client.get(entity.url("rayyan", record.id)).content.decode()


def test_a_hidden_phone_is_on_no_button(alice, company, browser):
    reem = actions.create(people, {"name": "ريم", "phone": "0551234567"}, by=alice)
    deal = actions.create(deals, {"name": "توريد", "contact": reem.id}, by=alice)
    assert "551234567" in page(browser("alice"), deal, deals)
    hide(company, people=("phone",))
    for record, entity in ((reem, people), (deal, deals)):
        assert "551234567" not in page(browser("alice"), record, entity)
    assert "551234567" not in browser("alice").get("/w/rayyan/today").content.decode()


def test_hidden_amounts_are_not_on_the_customers_page_nor_on_today(alice, company, browser):
    customer = actions.create(companies, {"name": "عميل"}, by=alice)
    actions.create(deals, {"name": "توريد", "amount": "98765", "party": customer.id}, by=alice)
    assert "98,765" in page(browser("alice"), customer, companies)
    hide(company, opportunities=("amount",))
    assert "98,765" not in page(browser("alice"), customer, companies)
    today = browser("alice").get("/w/rayyan/today").content.decode()
    assert "98.7" not in today
    assert "98,765" not in today


def test_the_timeline_holds_only_work_that_the_reader_may_see(alice, company, browser):
    reem = actions.create(people, {"name": "ريم"}, by=alice)
    log_work("call", {"subject": "مكالمة سرية"}, by=alice, about=[("people", reem.id)], outcome="نتيجة")
    plan("task", {"subject": "مهمة سرية"}, by=alice, about=[("people", reem.id)])
    assert "مكالمة سرية" in page(browser("alice"), reem, people)
    seller = Role.objects.get(code="seller")
    for slug in ("calls", "tasks"):
        seller.grants[slug] = {"view": "own"}
    seller.save()
    _anew(company)
    shown = page(browser("bob"), reem, people)
    assert "مكالمة سرية" not in shown
    assert "مهمة سرية" not in shown
    assert "مكالمة سرية" in page(browser("alice"), reem, people)


def test_who_was_lent_a_record_neither_lends_it_on_nor_takes_it(alice, company, charlie):
    deal = actions.create(deals, {"name": "توريد"}, by=alice)
    sharing.share(deals, deal, by=alice, member=company.members["charlie"].id, level="edit", until=None)
    borrower = company.actor("charlie")
    actions.update(deals, deal.id, {"next_step": "زيارة"}, by=borrower)
    with pytest.raises(NotAllowed):
        sharing.share(deals, deal, by=borrower, member=company.members["bob"].id, level="edit", until=None)
    with pytest.raises(NotAllowed):
        actions.update(deals, deal.id, {"owner": str(borrower.member_id)}, by=borrower)
    deal.refresh_from_db()
    assert deal.owner_id == alice.member_id
    assert ShareGrant.objects.count() == 1
    actions.update(deals, deal.id, {"owner": str(borrower.member_id)}, by=company.actor("alice"))


def test_a_record_that_is_shared_is_open_to_whoever_has_no_role_for_its_kind(alice, company, browser):
    deal, other = (actions.create(deals, {"name": name}, by=alice) for name in ("توريد", "صيانة"))
    seller = Role.objects.get(code="seller")
    seller.grants["opportunities"] = {"view": "none", "edit": "none"}
    seller.save()
    _anew(company)
    charlie = browser("charlie")
    machine = Client(headers={"Authorization": f"Bearer {make_token(company.members['charlie'], 't')}"})
    api = "/api/v1/opportunities"
    assert charlie.get(deals.url("rayyan", deal.id)).status_code == 404
    assert machine.get(f"{api}/{deal.id}").status_code == 403
    sharing.share(deals, deal, by=company.actor("admin"), member=company.members["charlie"].id)
    assert charlie.get(deals.url("rayyan", deal.id)).status_code == 200
    assert machine.get(f"{api}/{deal.id}").json()["name"] == "توريد"
    assert [row["id"] for row in machine.get(api).json()["items"]] == [str(deal.id)]
    assert charlie.get(deals.url("rayyan", other.id)).status_code == 404
    assert machine.get(f"{api}/{other.id}").status_code == 404
    assert charlie.get("/w/rayyan/opportunities/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/people?after=WyJzIiw1LDVd",
        "/api/v1/people?f=created_at:gte:0001-01-01T00:00:00",
        "/w/rayyan/settings/audit/?from=1600-01-01&to=9999-12-31",
        "/w/rayyan/opportunities/board?lane=zz",
        "/w/rayyan/people/?after=WyJEIiwiTmFOIiwiMDFhMjEyMWItNDNmMC03Nzg0LWEyMzEtODk4YjYyNmE0NTNjIiwiaWQiXQ",
    ],
)
def test_what_nobody_types_is_refused_without_a_crash(address, company, browser, admin):
    from sila.platform.access.links import make_token

    token = make_token(company.members["admin"], "t")
    client = Client(headers={"Authorization": f"Bearer {token}"}) if "/api/" in address else browser("admin")
    assert client.get(address).status_code in (200, 400, 404, 422)


def test_a_cursor_of_another_order_leads_nowhere(company, admin):
    from sila.platform.access.links import make_token

    token = make_token(company.members["admin"], "t")
    machine = Client(headers={"Authorization": f"Bearer {token}"})
    for number in range(3):
        actions.create(deals, {"name": f"صفقة {number}", "amount": number}, by=admin)
    after = machine.get("/api/v1/opportunities?limit=1&sort=-updated_at").json()["next"]
    assert machine.get(f"/api/v1/opportunities?limit=1&sort=-updated_at&after={after}").status_code == 200
    assert machine.get(f"/api/v1/opportunities?limit=1&sort=amount&after={after}").status_code == 422


def test_a_mixed_noun_is_as_closed_as_the_most_closed_of_its_parts(company, alice):
    hide(company, people=("city",))
    assert "city" not in registry["parties"].readable(company.actor("alice"))
    assert "city" in companies.readable(company.actor("alice"))
    assert "city" in registry["parties"].readable(company.actor("admin"))


def test_search_does_not_find_people_by_a_phone_that_is_hidden(alice, company, browser):
    actions.create(people, {"name": "ريم الحربي", "phone": "0551234567"}, by=alice)
    doors = ("/w/rayyan/people/?q=", "/w/rayyan/palette?q=", "/w/rayyan/people/pick?q=")
    for door in doors:
        assert "ريم الحربي" in browser("alice").get(door + "551234").content.decode()
    hide(company, people=("phone",))
    for door in doors:
        assert "ريم الحربي" not in browser("alice").get(door + "551234").content.decode()
        assert "ريم الحربي" in browser("alice").get(door + "الحربي").content.decode()


def test_the_timeline_tells_neither_a_hidden_phone_nor_a_private_fact(alice, company, browser):
    reem = actions.create(people, {"name": "ريم"}, by=alice)
    party_verbs.add_contact_point(reem, by=alice, kind="phone", value="0559876543")
    party_verbs.add_fact(reem, "سرّ", "قيمة", by=alice, sensitivity="private")
    assert "559876543" in page(browser("alice"), reem, people)
    hide(company, people=("phone",))
    assert "559876543" not in page(browser("alice"), reem, people)
    assert "سرّ" not in page(browser("bob"), reem, people)


def test_a_hidden_stage_is_on_no_page_of_the_deal(alice, company, browser):
    customer = actions.create(companies, {"name": "عميل"}, by=alice)
    deal = actions.create(deals, {"name": "توريد", "party": customer.id}, by=alice)
    stage = str(deal.stage.name_en)
    shown = page(browser("alice"), deal, deals) + page(browser("alice"), customer, companies)
    assert stage in shown
    hide(company, opportunities=("stage", "category", "pipeline"))
    assert f">{stage}<" not in page(browser("alice"), deal, deals)
    assert stage not in page(browser("alice"), customer, companies)


def test_a_hidden_probability_is_not_told_by_a_weighted_sum(alice, company, browser):
    actions.create(deals, {"name": "توريد", "amount": "1000"}, by=alice)
    for address in ("/w/rayyan/opportunities/board", "/w/rayyan/today"):
        assert "Weighted" in browser("alice").get(address).content.decode()
    hide(company, opportunities=("probability",))
    board = browser("alice").get("/w/rayyan/opportunities/board").content.decode()
    assert "Weighted</b>" not in board
    assert "weighted" not in board
    assert "Weighted" not in browser("alice").get("/w/rayyan/today").content.decode()


def test_a_hidden_parent_company_is_in_no_chart(alice, company, browser):
    above = actions.create(companies, {"name": "القابضة"}, by=alice)
    below = actions.create(companies, {"name": "التابعة", "parent": above.id}, by=alice)
    chart = f"/w/rayyan/party/{below.id}/chart"
    assert "القابضة" in page(browser("alice"), below, companies)
    assert "القابضة" in browser("alice").get(chart).content.decode()
    hide(company, organizations=("parent",))
    assert "القابضة" not in page(browser("alice"), below, companies)
    assert "القابضة" not in browser("alice").get(chart).content.decode()
