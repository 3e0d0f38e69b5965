"""A list sorted by several fields: every page right, whatever is equal or empty, in every direction."""

from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.links import make_token
from sila.platform.customfields.actions import add_field, hide_field
from sila.platform.customfields.models import CustomField
from sila.platform.entities import actions as records
from sila.platform.entities import listing
from sila.platform.entities.errors import Invalid
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from tests.counting import at_most

people, deals = registry["people"], registry["opportunities"]
PEOPLE = "/w/rayyan/people/"


def browser(company: Any, name: str = "alice") -> Client:
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def own(company, workspace):
    """Fields that the workspace added: a number and a text."""
    admin = company.actor("admin")
    return [
        add_field("people", label, kind=kind, by=admin).key
        for label, kind in (("Rank", "number"), ("Team", "text"))
    ]


@pytest.fixture
def crowd(company, own):
    """Every mixture of a few values and nothing, so that each key has ties and gaps."""
    alice, (rank, team) = company.actor("alice"), own
    with scope(company.workspace):
        for number, (city, born, place, crew) in enumerate(
            product(("Jeddah", "", "Abha"), ("1990-01-01", None), (1, 2, None), ("red", None))
        ):
            values = {
                "name": f"{'ياسر' if number % 3 else 'Zoe'} {number % 2}",
                "city": city,
                "birth_date": born,
            }
            records.create(people, values | {rank: place, team: crew}, by=alice)
    return alice


def pages(actor: Any, sort: str, *, size: int, arabic_first: bool = False) -> list[Any]:
    fields, rows, after, shown = people.readable(actor), people.visible_to(actor), "", []
    order = listing.order_of(people, fields, sort, actor, arabic_first=arabic_first)
    columns = ("name", "city", "birth_date", "custom")
    while True:
        page = listing.page(people, rows, columns, order, after, size=size)
        assert len(page.rows) <= size
        shown += page.rows
        after = page.next
        if not after:
            return shown


def expected(rows: list[Any], keys: list[tuple[str, bool]]) -> list[Any]:
    """The same by a stable sort for each key, the last key first; empty values at the end."""
    told = sorted(rows, key=lambda row: str(row["id"]), reverse=keys[0][1])
    for name, down in reversed(keys):
        filled = [row for row in told if value(row, name) is not None]
        empty = [row for row in told if value(row, name) is None]
        told = sorted(filled, key=lambda row: value(row, name), reverse=down) + empty
    return [row["id"] for row in told]


def value(row: Any, name: str) -> Any:
    return row["custom"].get(name) if name.startswith("c_") else row[name]


SORTS = [
    ("city", "birth_date"),
    ("-city", "birth_date"),
    ("birth_date", "-city"),
    ("-birth_date", "-city"),
    ("city", "RANK"),
    ("-city", "-RANK", "birth_date"),
    ("RANK", "city"),
    ("-RANK", "-city"),
    ("RANK", "-TEAM", "birth_date"),
    ("-TEAM", "RANK", "-birth_date", "city"),
]


@pytest.mark.parametrize("sort", SORTS, ids=",".join)
def test_pages_of_any_size_show_each_row_once_and_in_order(sort, crowd, own, workspace):
    names = [name.replace("RANK", own[0]).replace("TEAM", own[1]) for name in sort]
    keys = [(name.removeprefix("-"), name.startswith("-")) for name in names]
    whole = pages(crowd, ",".join(names), size=200)
    assert len(whole) == 36
    wanted = expected(whole, keys)
    assert [row["id"] for row in whole] == wanted
    for size in (1, 5, 7):
        assert [row["id"] for row in pages(crowd, ",".join(names), size=size)] == wanted


@pytest.mark.parametrize("size", [1, 4, 50])
def test_arabic_names_come_first_among_what_another_key_leaves_equal(size, crowd, workspace):
    shown = [(row["city"], row["name"]) for row in pages(crowd, "-city,name", size=size, arabic_first=True)]
    assert [city for city, _name in shown] == sorted((city for city, _name in shown), reverse=True)
    for city in ("Jeddah", "Abha", ""):
        letters = [name[0] for there, name in shown if there == city]
        assert letters == sorted(letters, reverse=True)  # every ي before every Z


def test_a_page_deep_in_the_list_costs_as_many_questions_as_the_first(crowd, own, workspace):
    fields = people.readable(crowd)
    for sort in ("city,-birth_date", f"city,{own[0]}"):
        order = listing.order_of(people, fields, sort, crowd)
        first = listing.page(people, people.visible_to(crowd), ("name",), order, "", size=5)
        with at_most(1):
            listing.page(people, people.visible_to(crowd), ("name",), order, first.next, size=5)


def test_names_behind_links_sort_beside_others(company, workspace):
    alice = company.actor("alice")
    firms = [
        records.create(registry["organizations"], {"name": name}, by=alice) for name in ("Beta", "Alpha")
    ]
    for name, firm in (("c", 0), ("a", 0), ("b", 1), ("d", None)):
        values = {"name": name, "organization": str(firms[firm].id) if firm is not None else None}
        records.create(people, values, by=alice)
    shown = [row["name"] for row in pages(alice, "organization,-name", size=1)]
    assert shown == ["b", "c", "a", "d"]


def test_shift_on_a_heading_adds_a_key_then_turns_it_then_takes_it_away(crowd, company):
    alice = browser(company)
    page = alice.get(f"{PEOPLE}?sort=city").content.decode()
    assert 'data-also="/w/rayyan/people/?sort=city%2Cname"' in page
    page = alice.get(f"{PEOPLE}?sort=city%2Cname").content.decode()
    assert 'data-also="/w/rayyan/people/?sort=city%2C-name"' in page
    assert page.count('class="s-place"') == 2
    assert (
        'data-also="/w/rayyan/people/?sort=city"' in alice.get(f"{PEOPLE}?sort=city%2C-name").content.decode()
    )


def test_a_kept_view_holds_all_keys_and_loses_those_of_fields_that_are_gone(crowd, company, own):
    admin = browser(company, "admin")
    admin.post(
        f"{PEOPLE}views/new?sort=city,-{own[0]},name",
        {"name": "By city", "audience": "everyone"},
        headers={"HX-Request": "true"},
    )
    with scope(company.workspace):
        view = SavedView.objects.get()
        assert view.query == f"sort=city%2C-{own[0]}%2Cname"
        hide_field(CustomField.objects.get(key=own[0]), by=company.actor("admin"))
    page = browser(company).get(f"{PEOPLE}?{view.query}&view={view.id}")
    assert page.status_code == 200
    assert "sort=city%2Cname" in page.content.decode()


@pytest.mark.parametrize(
    "sort", ["name,password", "city,owner__user__password", "name,city,birth_date,phone,email"]
)
def test_what_cannot_be_sorted_by_is_refused_in_any_place(sort, crowd, company, workspace):
    assert browser(company).get(PEOPLE, {"sort": sort}).status_code == 400
    with pytest.raises(Invalid):
        pages(crowd, sort, size=5)


def test_the_api_sorts_by_several_fields_and_refuses_the_cursor_of_another_order(crowd, company, client):
    with scope(company.workspace):
        token = make_token(company.members["alice"], "sync")
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    answer = client.get("/api/v1/people?sort=-city,birth_date&limit=5&fields=city,birth_date").json()
    cities = [item["city"] for item in answer["items"]]
    assert cities == ["Jeddah"] * 5
    after = answer["next"]
    more = client.get(f"/api/v1/people?sort=-city,birth_date&limit=5&fields=city&after={after}")
    assert more.status_code == 200
    assert client.get(f"/api/v1/people?sort=-city,-birth_date&after={after}").status_code == 422
