"""Lists that look through a link of the workspace's own: contracts by the city of their estate, deals by that of a
company that an administrator's field leads to. What holds for links of the models holds for these."""

import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import translation

from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.customfields.actions import add_field, hide_field, show_field
from sila.platform.customfields.models import CustomField, RecordType
from sila.platform.customfields.record_types import add_type, hide_type
from sila.platform.entities import actions, leading, sharing
from sila.platform.entities.grouping import By
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import SavedView
from sila.platform.entities.purging import purge
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from tests.counting import at_most
from tests.people import OWN, rule

HTMX = {"HX-Request": "true"}
ROW = re.compile("data-id=")
DEALS = registry["opportunities"]
FIRMS = registry["organizations"]


@pytest.fixture
def let(company, workspace):
    """Two contracts of an estate in Riyadh, one of an estate in Abha, one of an estate without a city, one of none."""
    boss = company.actor("admin")
    city = add_field(OWN, "المدينة", label_en="City", kind="text", by=boss).key
    held = add_field(OWN, "المؤسسة", label_en="Company", kind="link", to="organizations", by=boss).key
    noun = add_type("عقد", "عقود", label_en="Contract", plural_en="Contracts", by=boss).slug
    estate = add_field(noun, "العقار", label_en="Property", kind="link", to=OWN, by=boss).key
    agent = add_field(noun, "الوسيط", label_en="Agent", kind="member", by=boss).key
    rent = add_field(noun, "القيمة", label_en="Rent", kind="money", in_list=True, by=boss).key
    firm = add_field(noun, "المستأجر", label_en="Tenant", kind="link", to="organizations", by=boss).key
    every = dict.fromkeys(("view", "create", "edit", "delete", "share"), "all")
    rule(company, lambda seller: seller.grants.update({OWN: every, noun: every}))
    alice = company.actor("alice")
    tenant = actions.create(FIRMS, {"name": "Beta", "city": "Jeddah"}, by=alice)
    estates = {}
    for name, where, built in (
        ("Villa", "Riyadh", "2026-03-01"),
        ("Flat", "Abha", "2026-03-31"),
        ("Shop", "", None),
    ):
        day = next(f.name for f in registry[OWN].own_fields.values() if f.kind.name == "date")
        estates[name] = actions.create(
            registry[OWN], {"name": name, city: where, day: built, held: str(tenant.id)}, by=alice
        )
    for name, of, amount in (
        ("one", "Villa", "100"),
        ("two", "Villa", "200"),
        ("three", "Flat", "50"),
        ("four", "Shop", "7"),
        ("five", None, "1"),
    ):
        values = {"name": name, rent: amount, agent: str(alice.member_id), firm: str(tenant.id)}
        values[estate] = str(estates[of].id) if of else None
        actions.create(registry[noun], values, by=alice)
    return SimpleNamespace(
        noun=noun, base=f"/w/rayyan/{noun}/", estate=estate, agent=agent, rent=rent, firm=firm,
        city=city, held=held, day=day, estates=estates, tenant=tenant,
    )  # fmt: skip


@pytest.fixture
def page(let, browser):
    def shown(address: str, name: str = "alice") -> str:
        answer = browser(name).get(f"{let.base}?{quote(address, safe='=&~:-|')}", headers=HTMX)
        assert answer.status_code == 200
        return answer.content.decode()

    return shown


def names(html: str) -> list[str]:
    return sorted(re.findall(r'<td class="s-name"><a [^>]*><bdi>(\w+)</bdi>', html))


def grouped(let: Any, actor: Any, by: str, *measures: str) -> Any:
    noun = registry[let.noun]
    with translation.override("en"):
        context, fields = Context(actor, Reader.of(actor.workspace)), noun.readable(actor)
        rows = noun.visible_to(actor)
        return By.read(by, fields, context).groups(rows, [fields[name] for name in measures])


CONDITIONS = [
    ("{estate}~{city}:is:Riyadh", ["one", "two"]),
    ("{estate}~{city}:is_not:Riyadh", ["four", "three"]),
    ("{estate}~{city}:empty", ["four"]),
    ("{estate}~{city}:is:Mecca", []),
    ("{estate}~name:contains:sho", ["four"]),
    ("{estate}~{day}:lte:2026-03-15", ["one", "two"]),
    ("{estate}~owner:any:me", ["four", "one", "three", "two"]),
    ("{estate}~{held}:any:{tenant}", ["four", "one", "three", "two"]),
    ("{firm}~city:is:Jeddah", ["five", "four", "one", "three", "two"]),
    ("{firm}~city:is:Abha", []),
    ("{agent}~active:yes", ["five", "four", "one", "three", "two"]),
    ("{agent}~active:no", []),
    ("a.{estate}~{city}:is:Abha&f=a.name:is:one", ["one", "three"]),
]


@pytest.mark.parametrize("few", [500, 0])
def test_a_list_is_filtered_by_what_stands_behind_an_own_link(few, let, page, monkeypatch):
    monkeypatch.setattr(leading, "FEW", few)
    told = {"tenant": let.tenant.id}
    for condition, found in CONDITIONS:
        assert (condition, names(page("f=" + condition.format(**vars(let) | told)))) == (condition, found)


def test_the_api_takes_the_same_conditions_over_links_of_both_sorts(let, company, client, alice):
    token = make_token(company.members["alice"], "test")
    actions.create(DEALS, {"name": "sale", "party": str(let.tenant.id)}, by=alice)

    def items(noun: str, condition: str) -> Any:
        answer = client.get(
            f"/api/v1/{noun}",
            {"f": condition, "fields": "name"},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.content
        return sorted(item["name"] for item in answer.json()["items"])

    assert items(let.noun, f"{let.estate}~{let.city}:is:Riyadh") == ["one", "two"]
    assert items("opportunities", "party~city:is:Jeddah") == ["sale"]
    assert items("opportunities", "party~city:is:Riyadh") == []


GROUPS = [
    ("{estate}~{city}", [("Abha", 1, 5000), ("Riyadh", 2, 30000), ("Not filled in", 2, 800)]),
    ("{estate}~{day}:gregorian", [("March 2026", 3, 35000), ("Not filled in", 2, 800)]),
    ("{estate}~owner", [("Alice", 4, 35700), ("Not filled in", 1, 100)]),
    ("{estate}~{held}", [("Beta", 4, 35700), ("Not filled in", 1, 100)]),
    ("{firm}~city", [("Jeddah", 5, 35800)]),
    ("{firm}~lifecycle", [("Lead", 5, 35800)]),
    ("{agent}~active", [("Yes", 5, 35800)]),
]


def test_groups_over_an_own_link_are_added_up_and_open(let, alice, page):
    for by, wanted in GROUPS:
        by = by.format(**vars(let))
        found = grouped(let, alice, by, let.rent)
        told = [(group.label, group.count, int(group.sums[let.rent][""])) for group in found.groups]
        assert [(label.replace("\u00a0", " "), *rest) for label, *rest in told] == wanted
        assert (found.whole.count, int(found.whole.sums[let.rent][""])) == (5, 35800)
        for group in found.groups:
            assert len(ROW.findall(page(f"group={by}&in={group.key}"))) == group.count
        assert page(f"group={by}").count("data-group=") == len(wanted)


def test_deals_look_through_an_own_link_as_through_their_own(let, company, alice, browser):
    key = add_field(
        "opportunities",
        "الشريك",
        label_en="Partner",
        kind="link",
        to="organizations",
        by=company.actor("admin"),
    ).key
    company.workspace.refresh_from_db()
    for name, partner in (("with", str(let.tenant.id)), ("without", None)):
        actions.create(DEALS, {"name": name, key: partner}, by=alice)
    client = browser("alice")
    found = client.get(f"/w/rayyan/opportunities/?f={key}~city:is:Jeddah", headers=HTMX).content.decode()
    assert names(found) == ["with"]
    assert "Partner: City" in found  # the chip
    listed = client.get("/w/rayyan/opportunities/filter", headers=HTMX).content.decode()
    assert "Partner: City" in listed
    assert "Partner: City" in client.get("/w/rayyan/opportunities/group", headers=HTMX).content.decode()
    assert client.get(f"/w/rayyan/opportunities/filter?field={key}~city", headers=HTMX).status_code == 200


def test_a_field_that_is_hidden_behind_or_before_the_link_is_none_at_all(let, company, browser):
    client = browser("alice")
    addresses = [f"f={let.estate}~{let.city}:is:Riyadh", f"group={let.estate}~{let.city}"]
    for address in addresses:
        assert client.get(f"{let.base}?{address}", headers=HTMX).status_code == 200
    for closed, name in ((OWN, let.city), (let.noun, let.estate)):
        rule(
            company, lambda seller, closed=closed, name=name: seller.fields.update({closed: {name: "hidden"}})
        )
        for address in addresses:
            hidden = client.get(f"{let.base}?{address}", headers=HTMX)
            unknown = client.get(f"{let.base}?{address.replace(name, 'c_00000000')}", headers=HTMX)
            assert hidden.status_code == unknown.status_code == 200  # left out, whether hidden or gone
            assert hidden.headers.get("HX-Trigger") == unknown.headers.get("HX-Trigger")
            assert ROW.findall(hidden.content.decode()) == ROW.findall(unknown.content.decode())
        for popover in ("filter", "group"):
            told = client.get(let.base + popover, headers=HTMX).content.decode().replace("%7E", "~")
            assert f"{let.estate}~{let.city}" not in told
        rule(company, lambda seller, closed=closed: seller.fields.update({closed: {}}))
        assert client.get(f"{let.base}?{addresses[0]}", headers=HTMX).status_code == 200


def test_records_that_the_reader_may_not_see_are_neither_found_nor_counted_over_the_link(
    let, company, alice, page
):
    rule(company, lambda seller: seller.grants.update({OWN: {"view": "own"}, let.noun: {"view": "all"}}))
    condition, by = f"f={let.estate}~{let.city}:is:Riyadh", f"group={let.estate}~{let.city}"
    assert names(page(condition)) == ["one", "two"]
    assert len(ROW.findall(page("", "charlie"))) == 5
    assert names(page(condition, "charlie")) == []
    assert names(page(f"f={let.estate}~{let.city}:is_not:Mecca", "charlie")) == []
    found = grouped(let, company.actor("charlie"), f"{let.estate}~{let.city}", let.rent)
    assert [(group.label, group.count) for group in found.groups] == [("No access", 4), ("Not filled in", 1)]
    shown = page(by, "charlie")
    assert "Riyadh" not in shown and "Villa" not in shown
    assert len(ROW.findall(page(f"{by}&in=!", "charlie"))) == 4
    assert not ROW.findall(page(f"{by}&in==Riyadh", "charlie"))
    sharing.share(registry[OWN], let.estates["Villa"], by=alice, member=company.members["charlie"].id)
    assert names(page(condition, "charlie")) == ["one", "two"]
    shared = grouped(let, company.actor("charlie"), f"{let.estate}~{let.city}").groups
    assert [(group.key, group.count) for group in shared] == [("=riyadh", 2), ("!", 2), ("-", 1)]


HOSTILE = [
    "f={estate}~nothing:is:a",
    "f={estate}~owner:any:nonsense",
    "f={estate}~{held}~city:is:Jeddah",
    "f=nothing~{city}:is:a",
    "f={rent}~{city}:is:a",
    "group={estate}~nothing",
    "group={estate}~{city}&in=Riyadh",
    "group={estate}~owner&in=%3Dnonsense",
    "group={estate}~{city}&near=riyadh",
    "group={firm}~city&near=riyadh",
    "group={rent}~city",
    "sort={estate}~{city}",
]


def test_a_hostile_address_over_an_own_link_is_refused_in_words(let, browser):
    client = browser("alice")
    for address in HOSTILE:
        told = client.get(f"{let.base}?{address.format(**vars(let))}", headers=HTMX)
        assert (address, told.status_code) == (address, 422)


def test_an_own_field_that_is_not_behind_the_link_is_left_out_and_that_is_said(let, browser):
    told = browser("alice").get(f"{let.base}?f={let.estate}~{let.estate}:filled", headers=HTMX)
    assert told.status_code == 200
    assert "warning" in told.headers["HX-Trigger"]
    assert len(ROW.findall(told.content.decode())) == 5


def test_a_strangers_id_finds_nothing_and_tells_nothing(let, page, dalia):
    with scope(dalia.workspace):
        theirs = actions.create(FIRMS, {"name": "Theirs", "city": "Jeddah"}, by=dalia)
    shown = page(f"f={let.estate}~{let.held}:any:{theirs.id}")
    assert names(shown) == [] and "Theirs" not in shown


def test_what_was_merged_is_found_under_the_record_that_it_went_into(let, company, alice, page):
    boss = company.actor("admin")
    other = actions.create(FIRMS, {"name": "Beta again", "city": "Abha"}, by=alice)
    merge(FIRMS, other.id, [let.tenant.id], by=boss)
    assert len(names(page(f"f={let.firm}~city:is:Abha"))) == 5
    assert names(page(f"f={let.firm}~city:is:Jeddah")) == []
    assert len(names(page(f"f={let.estate}~{let.held}:any:{let.tenant.id}"))) == 4
    assert [group.key for group in grouped(let, alice, f"{let.firm}~city").groups] == ["=Abha"]


def test_an_estate_in_the_trash_groups_its_contracts_but_finds_none(let, alice, page):
    actions.trash(registry[OWN], let.estates["Flat"].id, by=alice)
    assert names(page(f"f={let.estate}~name:contains:flat")) == []
    by = f"{let.estate}~name"
    found = grouped(let, alice, by)
    assert sum(group.count for group in found.groups) == 5
    for group in found.groups:
        assert len(ROW.findall(page(f"group={by}&in={group.key}"))) == group.count


def test_what_leads_to_nothing_any_more_is_one_group_that_opens(let, company, alice, page):
    contracts, estates, boss = registry[let.noun], registry[OWN], company.actor("admin")
    three = contracts.rows().get(name="three")
    actions.trash(contracts, three.id, by=alice)
    actions.trash(estates, let.estates["Flat"].id, by=alice)
    purge(estates, let.estates["Flat"].id, by=boss)
    actions.restore(contracts, three.id, by=alice)
    found = grouped(let, alice, f"{let.estate}~{let.city}")
    assert [(group.label, group.count) for group in found.groups] == [
        ("Riyadh", 2), ("No access", 1), ("Not filled in", 2),
    ]  # fmt: skip
    for group in found.groups:
        shown = page(f"group={let.estate}~{let.city}&in={group.key}")
        assert len(ROW.findall(shown)) == group.count


def test_a_kept_view_holds_both_and_loses_them_with_the_link_or_the_noun_behind_it(let, company, browser):
    boss, client = company.actor("admin"), browser("admin")
    kept = f"f={let.estate}~{let.city}:is:Riyadh&group={let.estate}~{let.city}"
    client.post(f"{let.base}views/new?{kept}", {"name": "Riyadh", "audience": "everyone"}, headers=HTMX)
    view = SavedView.objects.get()
    address = f"{let.base}?{view.query}&view={view.id}"
    assert browser("alice").get(address).content.decode().count("data-group=") == 1
    row = CustomField.objects.get(key=let.estate)
    hide_field(row, by=boss)
    told = browser("alice").get(address)
    assert told.status_code == 200
    assert len(ROW.findall(told.content.decode())) == 5
    show_field(row, by=boss)
    assert browser("alice").get(address).content.decode().count("data-group=") == 1
    hide_type(RecordType.objects.get(slug=OWN), by=boss)
    told = browser("alice").get(address)
    assert told.status_code == 200
    assert len(ROW.findall(told.content.decode())) == 5


def test_looking_through_an_own_link_asks_no_more_than_one_question_more(let, browser):
    client = browser("alice")
    client.get(let.base)
    for address in (f"group={let.estate}~{let.city}", f"f={let.estate}~{let.city}:is:Riyadh"):
        with at_most(13):
            client.get(f"{let.base}?{address}")
