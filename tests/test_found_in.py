"""A list says of a row that its search found where the words are, if no column that is shown has them."""

import re
from typing import Any

import pytest

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from tests.counting import at_most

PEOPLE, TASKS = registry["people"], registry["tasks"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def said(browser):
    """Name -> the line below it."""

    def told(query: str, name: str = "alice", noun: str = "people", **more: str) -> dict[str, str]:
        page = browser(name).get(f"/w/rayyan/{noun}/", {"q": query, **more}, headers=HTMX)
        assert page.status_code == 200
        cells = re.findall('<td class="s-name">(.*?)</td>', page.content.decode(), re.S)
        found = {}
        for cell in cells:
            title, _sep, line = cell.partition('<small class="s-found">')
            line = re.sub("[\u2066-\u2069]", "", line.partition("</small>")[0])
            found[re.search("<bdi>(.*?)</bdi>", title)[1]] = line  # type: ignore[index]
        return found

    return told


@pytest.fixture
def reem(alice: Any) -> Any:
    values = {
        "name": "ريم العتيبي",
        "name_latin": "Reem",
        "email": "reem@noor.example",
        "phone": "0551234567",
    }
    return actions.create(PEOPLE, values, by=alice)


def test_what_a_column_shows_needs_no_line(reem, said):
    assert said("ريم") == {"ريم العتيبي": ""}
    assert said("0551234567", cols="name,phone") == {"ريم العتيبي": ""}
    assert said("noor", cols="name,email") == {"ريم العتيبي": ""}


def test_a_field_without_a_column_is_named_with_the_words_around(reem, said, admin, alice):
    assert said("noor", cols="name,city") == {"ريم العتيبي": "E-mail: reem@noor.example"}
    assert said("ريم noor", cols="name,city") == {"ريم العتيبي": "E-mail: reem@noor.example"}
    key = add_field("people", "ملاحظة", label_en="Remark", kind="longtext", by=admin).key
    alice.workspace.refresh_from_db()
    actions.update(
        PEOPLE, reem.id, {key: "one two three <b>falcon</b> four five six seven eight nine"}, by=alice
    )
    assert said("falcon", cols="name") == {
        "ريم العتيبي": "Remark: … two three &lt;b&gt;falcon&lt;/b&gt; four five six seven eight …"
    }
    assert said("falcon", cols=f"name,{key}") == {"ريم العتيبي": ""}


def test_a_name_in_the_other_letters_is_said_to_be_one(reem, said):
    assert said("Otaibi", cols="name") == {"ريم العتيبي": "the name in another spelling"}


def test_what_a_record_was_called_before_it_went_into_another_is_named(reem, said, company, alice, browser):
    other = actions.create(PEOPLE, {"name": "Falcon Lady"}, by=alice)
    merge(PEOPLE, reem.id, [other.id], by=company.actor("admin"))
    assert said("falcon", cols="name") == {"ريم العتيبي": "merged: Falcon Lady"}
    client = browser("alice")
    client.get("/w/rayyan/people/")
    with at_most(13):
        client.get("/w/rayyan/people/?q=falcon&cols=name")


def test_no_field_that_a_role_hides_is_named(reem, said, company, workspace):
    assert said("noor", cols="name")
    Role.objects.filter(code="seller").update(fields={"people": {"email": "hidden"}})
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    assert said("noor", cols="name") == {}
    assert said("ريم noor", cols="name") == {}


def test_a_search_asks_nothing_more_for_the_lines(reem, browser, alice):
    client = browser("alice")
    client.get("/w/rayyan/people/?q=noor&cols=name,email")
    for number in range(20):
        actions.create(PEOPLE, {"name": f"n{number}", "email": f"n{number}@noor.example"}, by=alice)
    with at_most(12):
        client.get("/w/rayyan/people/?q=noor&cols=name,city")


def test_every_noun_that_is_searched_takes_it(reem, browser):
    for noun in registry:
        if noun.search:
            assert browser("admin").get(f"/w/rayyan/{noun.slug}/?q=noor").status_code == 200
