"""A list is kept under a name: for oneself, for the team, or for everyone."""

import re
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field, hide_field
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.administration.actions.roles import set_field_access

pytestmark = pytest.mark.django_db
PEOPLE = "/w/rayyan/people/"
HTMX = {"HX-Request": "true"}
STATE = "?f=city%3Ais%3AJeddah&sort=-updated_at&cols=name%2Ccity"


def browser(company: Any, name: str) -> Client:
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def keep(company: Any, name: str, title: str, audience: str = "mine", state: str = STATE) -> Any:
    return browser(company, name).post(
        f"{PEOPLE}views/new{state}", {"name": title, "audience": audience}, headers=HTMX
    )


def tabs(company: Any, name: str) -> str:
    return browser(company, name).get(PEOPLE).content.decode()


def test_a_view_brings_back_conditions_order_and_columns(company):
    opened = keep(company, "alice", "جدة أولًا").headers["HX-Redirect"]
    asked = parse_qs(urlparse(opened).query)
    assert asked["f"] == ["city:is:Jeddah"]
    assert asked["sort"] == ["-updated_at"]
    assert asked["cols"] == ["name,city"]
    page = browser(company, "alice").get(opened).content.decode()
    assert "جدة أولًا" in page


@pytest.mark.parametrize(
    ("keeper", "audience", "seen_by"),
    [
        ("alice", "mine", {"alice"}),
        ("alice", "team", {"alice", "bob"}),
        ("admin", "everyone", {"alice", "bob", "charlie", "admin"}),
    ],
)
def test_a_view_is_seen_by_those_it_is_meant_for(keeper, audience, seen_by, company):
    assert keep(company, keeper, "Harbour list", audience).status_code == 204
    for name in ("alice", "bob", "charlie", "admin"):
        assert ("Harbour list" in tabs(company, name)) == (name in seen_by), name


def test_only_administrators_show_a_view_to_everyone(company):
    assert keep(company, "alice", "Mine for all", "everyone").status_code == 422
    with scope(company.workspace):
        assert SavedView.objects.count() == 0


def test_it_is_changed_and_removed_by_its_keeper_alone_and_comes_back(company):
    keep(company, "alice", "Harbour list", "team")
    with scope(company.workspace):
        view = SavedView.objects.get()
    one = f"{PEOPLE}views/{view.id}/"
    for name, status in (("bob", 403), ("charlie", 404)):
        assert browser(company, name).get(one).status_code == status
        assert browser(company, name).post(f"{one}remove", headers=HTMX).status_code == status
    alice = browser(company, "alice")
    assert alice.get(one).status_code == 200
    alice.post(
        one + "?f=city%3Ais%3ATabuk", {"name": "Tabuk list", "audience": "mine", "as_now": "1"}, headers=HTMX
    )
    with scope(company.workspace):
        view.refresh_from_db()
    assert (view.name, view.audience, view.query) == ("Tabuk list", "mine", "f=city%3Ais%3ATabuk")
    assert alice.post(f"{one}remove", headers=HTMX).status_code == 204
    assert "Tabuk list" not in tabs(company, "alice")
    for name in ("bob", "charlie"):
        assert browser(company, name).post(f"{one}restore", headers=HTMX).status_code == 404
    assert alice.post(f"{one}restore", headers=HTMX).status_code == 204
    assert "Tabuk list" in tabs(company, "alice")


def test_a_condition_on_a_field_that_is_gone_is_left_out_and_told(company):
    with scope(company.workspace):
        field = add_field("people", "نادٍ", kind="text", by=company.actor("admin"))
    opened = keep(company, "alice", "Club", state=f"?f={field.key}%3Ais%3Ax").headers["HX-Redirect"]
    with scope(company.workspace):
        hide_field(field, by=company.actor("admin"))
    answer = browser(company, "alice").get(opened)
    assert answer.status_code == 200
    assert "they are left out" in answer.content.decode()


@pytest.mark.parametrize("layout", ["", "board", "calendar"])
def test_an_address_that_somebody_was_sent_shows_what_they_may_see(layout, company):
    with scope(company.workspace):
        admin = company.actor("admin")
        field = add_field("people", "نادٍ", kind="text", by=admin)
        closed = add_field("people", "حصن", kind="text", by=admin)
        set_field_access(Role.objects.get(code="seller"), registry["people"], closed.key, "hidden", by=admin)
    alice = browser(company, "alice")
    address = f"{PEOPLE}{layout}?f={closed.key}%3Ais%3Ax&sort={closed.key}"
    gone = f"{PEOPLE}{layout}?f={field.key}%3Ais%3Ax&sort={field.key}"
    assert alice.get(gone).status_code == 200
    with scope(company.workspace):
        hide_field(field, by=admin)
    for asked in (address, gone):
        assert "are left out" in alice.get(asked).content.decode()
        fetched = alice.get(asked, headers=HTMX)
        assert "are left out" in fetched.headers["HX-Trigger"]
        assert not {closed.key, field.key} & set(re.findall(r"\w+", fetched.headers["HX-Push-Url"]))
    never = f"{PEOPLE}{layout}?f=nothing%3Ais%3Ax"
    assert alice.get(never).status_code == alice.get(f"{never}&sort={field.key}").status_code == 400


def test_a_condition_that_is_none_is_not_kept(company):
    assert keep(company, "alice", "x", state="?f=nothing%3Ais%3Ax").status_code == 422
    assert keep(company, "alice", "", state=STATE).status_code == 422


def test_nobody_opens_the_view_of_another_workspace(company, elsewhere):
    keep(company, "alice", "Harbour list", "everyone")
    with scope(company.workspace):
        keep(company, "admin", "Harbour list", "everyone")
        view = SavedView.objects.get()
    client = Client()
    client.force_login(elsewhere.user("dalia"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get(f"/w/delta/people/views/{view.id}/").status_code == 404
