"""Dates of records in the calendar of their owner, and in its feed: those that an administrator marked."""

from django.db.models import F

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.work.feeds import write
from tests.counting import at_most


def test_a_marked_date_that_the_role_hides_stands_nowhere(company, browser, workspace):
    admin, alice = company.actor("admin"), company.actor("alice")
    marked = add_field("organizations", "انتهاء العقد", kind="date", in_diary=True, by=admin)
    actions.create(registry["organizations"], {"name": "العقد", marked.key: "2026-11-20"}, by=alice)
    url = "/w/rayyan/calendar?day=2026-11-20"
    assert "العقد" in browser("alice").get(url).content.decode()
    seller = Role.objects.get(code="seller")
    seller.fields["organizations"] = {marked.key: "hidden"}
    seller.save()
    Workspace.objects.filter(pk=workspace.pk).update(access_version=F("access_version") + 1)
    workspace.refresh_from_db()
    assert "العقد" not in browser("alice").get(url).content.decode()
    assert "20261120" not in write(company.members["alice"], workspace).decode()


def test_the_switch_is_asked_for_dates_alone(company, browser, workspace):
    admin = company.actor("admin")
    date, text = (add_field("organizations", kind, kind=kind, by=admin) for kind in ("date", "text"))
    client, base = browser("admin"), "/w/rayyan/settings/fields/"
    assert 'name="in_diary"' in client.get(f"{base}{date.id}/").content.decode()
    assert 'name="in_diary"' not in client.get(f"{base}{text.id}/").content.decode()
    values = {"label": "انتهاء", "in_diary": "1"}
    assert client.post(f"{base}{date.id}/", values, headers={"HX-Request": "true"}).status_code == 204
    date.refresh_from_db()
    assert date.in_diary
    new = {"label": "نص", "kind": "text", "in_diary": "1"}
    client.post(f"{base}new?entity=organizations", new, headers={"HX-Request": "true"})
    assert not type(date).objects.get(label="نص").in_diary


def test_nothing_marked_costs_nothing_and_many_records_no_more_than_one(company, browser, workspace):
    admin, alice = company.actor("admin"), company.actor("alice")
    client, url = browser("alice"), "/w/rayyan/calendar?day=2026-11-20"
    client.get(url)
    with at_most(8):
        client.get(url)
    marked = add_field("organizations", "انتهاء العقد", kind="date", in_diary=True, by=admin)
    for number in range(8):
        values = {"name": f"شركة {number}", marked.key: f"2026-11-{10 + number}"}
        actions.create(registry["organizations"], values, by=alice)
    client.get(url)
    with at_most(11):
        assert client.get(url).content.decode().count("شركة") >= 8
