"""A role sees pages, lists, short forms and the menu as its layout says; rights stay what they are."""

import re
from typing import Any

import pytest

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.tests.test_administration_pages import browser

COMPANIES = "/w/rayyan/organizations/"
LAYOUT = "/w/rayyan/settings/layout/"


def role(company: Any, code: str) -> Any:
    with scope(company.workspace):
        return Role.objects.get(code=code)


def save(company: Any, part: str, *, noun: str = "organizations", name: str = "admin", **posted: Any) -> Any:
    address = f"{LAYOUT}{role(company, 'seller').id}/{noun}/{part}"
    return browser(company, name).post(address, posted)


def lines(page: str) -> list[str]:
    return re.findall(r'name="line" value="([^"]+)"', page)


@pytest.fixture
def nakheel(company: Any) -> Any:
    with scope(company.workspace):
        values = {"name": "Nakheel", "city": "Riyadh", "industry": "Farming", "phone": "0112345678"}
        return actions.create(registry["organizations"], values, by=company.actor("alice"))


def labels(page: str) -> list[str]:
    return re.findall(r'id="dd-(\w+)"', page)


def test_a_role_without_a_layout_sees_what_the_code_declares(company: Any, nakheel: Any) -> None:
    before = browser(company, "alice").get(f"{COMPANIES}{nakheel.id}/").content.decode()
    assert save(company, "page", line=["#Contact", "city"], shown=["city"]).status_code == 204
    manager = browser(company, "manager").get(f"{COMPANIES}{nakheel.id}/").content.decode()
    assert labels(manager) == labels(before)
    assert save(company, "page", reset="1").status_code == 204
    again = browser(company, "alice").get(f"{COMPANIES}{nakheel.id}/").content.decode()
    assert labels(again) == labels(before)
    assert role(company, "seller").layout == {}


def test_fields_of_a_page_are_moved_ordered_and_left_out(company: Any, nakheel: Any) -> None:
    page = browser(company, "admin").get(f"{LAYOUT}?role={role(company, 'seller').id}&entity=organizations")
    given = lines(page.content.decode().split('/page"')[1].split("</form>")[0])
    names = [line for line in given if not line.startswith("#")]
    first = next(line for line in given if line.startswith("#"))
    given.remove("city")
    given.insert(given.index(first) + 1, "city")  # first of the first section
    shown = [name for name in names if name != "phone"]
    assert save(company, "page", line=given, shown=shown).status_code == 204
    alice = browser(company, "alice")
    record = alice.get(f"{COMPANIES}{nakheel.id}/").content.decode()
    assert labels(record)[0] == "city"
    assert "phone" not in labels(record)
    form = alice.get(f"{COMPANIES}{nakheel.id}/edit").content.decode()
    assert form.index('name="city"') < form.index('name="name"')
    assert 'name="phone"' not in form
    version = re.search(r'name="version" value="(\d+)"', form)
    sent = {"name": "Nakheel 2", "city": "Abha", "version": version[1] if version else ""}
    assert alice.post(f"{COMPANIES}{nakheel.id}/edit", sent).status_code == 302
    with scope(company.workspace):
        after = registry["organizations"].rows().get(id=nakheel.id)
    assert (after.name, after.city, after.phone) == ("Nakheel 2", "Abha", "+966112345678")


def test_the_columns_of_a_list_and_of_its_export_follow_the_role(company: Any, nakheel: Any) -> None:
    assert (
        save(
            company, "columns", line=["name", "city", "owner", "industry"], shown=["name", "city"]
        ).status_code
        == 204
    )
    page = browser(company, "alice").get(COMPANIES).content.decode()
    heads = page.split("<thead")[1].split("</thead>")[0]
    assert "City" in heads
    assert "Industry" not in heads
    assert (
        "Industry"
        in browser(company, "manager").get(COMPANIES).content.decode().split("<thead")[1].split("</thead>")[0]
    )
    asked = browser(company, "alice").get(f"{COMPANIES}?cols=industry").content.decode()
    assert "Industry" in asked.split("<thead")[1].split("</thead>")[0]  # who asks for a column has it


def test_a_new_own_field_joins_a_list_that_was_arranged(company: Any, nakheel: Any) -> None:
    save(company, "columns", line=["name", "city"], shown=["name", "city"])
    with scope(company.workspace):
        add_field(
            "organizations", "لون", label_en="Hue", kind="text", in_list=True, by=company.actor("admin")
        )
    heads = browser(company, "alice").get(COMPANIES).content.decode().split("<thead")[1].split("</thead>")[0]
    assert "Hue" in heads


def test_the_short_form_follows_the_role_and_keeps_what_must_be_given(company: Any) -> None:
    assert save(company, "quick", line=["city", "phone", "name"], shown=["city"]).status_code == 204
    form = browser(company, "alice").get(f"{COMPANIES}new", headers={"hx-request": "true"}).content.decode()
    assert 'name="city"' in form
    assert 'name="name"' in form
    assert 'name="phone"' not in form


def test_the_menu_follows_the_role_and_closes_nothing(company: Any, nakheel: Any) -> None:
    wanted = ["opportunities", "people"]
    saved = save(
        company, "menu", noun="menu", line=[*wanted, "organizations", "products"], shown=[*wanted, "products"]
    )
    assert saved.status_code == 204
    alice = browser(company, "alice")
    rail = alice.get("/w/rayyan/people/").content.decode().split('id="rail"')[1].split("</nav>")[0]
    assert f'href="{COMPANIES}"' not in rail
    assert rail.index("/opportunities/") < rail.index("/people/")
    assert alice.get(COMPANIES).status_code == 200  # it is only not in the menu


def test_a_layout_grants_nothing(company: Any, nakheel: Any) -> None:
    with scope(company.workspace):
        seller = Role.objects.get(code="seller")
        seller.fields = {"organizations": {"phone": "hidden"}}
        seller.save()
        from sila.platform.tenancy.models import Workspace

        changed = Workspace.objects.filter(pk=company.workspace.pk)
        changed.update(access_version=company.workspace.access_version + 5)
    save(company, "columns", line=["name", "phone"], shown=["name", "phone"])
    save(company, "quick", line=["name", "phone"], shown=["name", "phone"])
    alice = browser(company, "alice")
    assert "Phone" not in alice.get(COMPANIES).content.decode().split("<thead")[1].split("</thead>")[0]
    assert 'name="phone"' not in alice.get(f"{COMPANIES}new", headers={"hx-request": "true"}).content.decode()


def test_what_makes_no_sense_is_refused_and_only_administrators_arrange(company: Any, elsewhere: Any) -> None:
    for part, posted in (
        ("page", {"line": ["#No such section", "city"]}),
        ("page", {"line": ["#Contact", "nothing"]}),
        ("columns", {"line": ["nothing"], "shown": ["nothing"]}),
        ("colour", {"line": []}),
    ):
        assert save(company, part, **posted).status_code == 400, part
    assert save(company, "page", noun="nothing").status_code == 404
    assert save(company, "page", noun="parties").status_code == 404
    for name in ("alice", "manager"):
        assert save(company, "columns", name=name, line=["name"], shown=["name"]).status_code == 403
        assert browser(company, name).get(LAYOUT).status_code == 403
    assert browser(elsewhere, "dalia").get(LAYOUT).status_code == 404
    assert role(company, "seller").layout == {}
