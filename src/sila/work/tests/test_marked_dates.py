"""Dates of records in the calendar of their owner, and in its feed: those that an administrator marked."""

import re

from django.db.models import F

from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field, mark_date
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.work.actions import plan
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


def test_a_moment_stands_at_its_hour_among_the_meetings_and_a_midnight_is_a_day(company, browser, workspace):
    admin, alice = company.actor("admin"), company.actor("alice")
    marked = add_field("organizations", "المعاينة", kind="datetime", in_diary=True, by=admin)
    for name, at in (
        ("ظهرا", "2026-11-20T12:30"),
        ("صباحا", "2026-11-20T08:00"),
        ("يوما", "2026-11-20T00:00"),
    ):
        actions.create(registry["organizations"], {"name": name, marked.key: at}, by=alice)
    plan("meeting", {"subject": "لقاء", "starts_at": "2026-11-20T12:40+03:00"}, by=alice)
    client, url = browser("alice"), "/w/rayyan/calendar?day=2026-11-20&layout="
    week = client.get(f"{url}day").content.decode()
    head, body = week.split('class="s-hours-body"')
    assert "يوما" in head and "ظهرا" not in head
    places = re.findall(r'data-from="([\d:]+)" data-to="([\d:]+)" data-lane="(\d)" data-lanes="(\d)"', body)
    assert places == [
        ("08:00", "08:30", "0", "1"),
        ("12:30", "13:00", "0", "2"),
        ("12:40", "13:10", "1", "2"),
    ]
    month = client.get(f"{url}month").content.decode().split('data-day="2026-11-20"')[1]
    shown = re.findall(r's-event-title">(\w+)<', month)
    assert shown[:4] == ["يوما", "صباحا", "ظهرا", "لقاء"]
    feed = write(company.members["alice"], workspace).decode()
    assert "DTSTART;TZID=Asia/Riyadh:20261120T123000" in feed
    assert "DTSTART;VALUE=DATE:20261120" in feed


def test_dates_of_the_code_and_formulas_are_marked_in_the_settings(company, browser, workspace):
    alice, deals = company.actor("alice"), registry["opportunities"]
    actions.create(deals, {"name": "صفقة", "expected_close": "2026-11-20"}, by=alice)
    client, settings = browser("admin"), "/w/rayyan/settings/fields/"
    page = client.get(f"{settings}?entity=opportunities").content.decode()
    assert 'name="date" value="expected_close"' in page
    assert 'value="created_at"' not in page and 'value="updated_at"' not in page
    for noun in ("tasks", "meetings", "people"):
        assert 'name="date"' not in client.get(f"{settings}?entity={noun}").content.decode()
    url = "/w/rayyan/calendar?day=2026-11-20"
    assert "صفقة" not in browser("alice").get(url).content.decode()
    mark = f"{settings}dates?entity=opportunities"
    assert client.post(mark, {"date": ["expected_close", "created_at", "nothing"]}).status_code == 204
    workspace.refresh_from_db()
    assert browser("alice").post(mark, {"date": ["opened_on"]}).status_code in (403, 404)
    assert "صفقة" in browser("alice").get(url).content.decode()
    assert "صفقة" not in browser("bob").get(url).content.decode()
    assert "20261120" in write(company.members["alice"], workspace).decode()
    assert 'value="expected_close" checked' in client.get(f"{settings}?entity=opportunities").content.decode()
    assert client.post(mark, {}).status_code == 204
    workspace.refresh_from_db()
    assert "صفقة" not in browser("alice").get(url).content.decode()
    formula = {"label": "بعد شهر", "text": "add_months([expected_close], 1)", "in_diary": "1"}
    assert client.post(f"{settings}formula/new?entity=opportunities", formula).status_code == 302
    number = {"label": "رقم", "text": "1 + 1", "in_diary": "1"}
    assert client.post(f"{settings}formula/new?entity=opportunities", number).status_code == 302
    workspace.refresh_from_db()
    shown = {str(f.label): f.in_diary for f in deals.own_fields.values()}
    assert shown == {"بعد شهر": True, "رقم": False}
    assert "صفقة" in browser("alice").get("/w/rayyan/calendar?day=2026-12-20").content.decode()


def test_the_role_hides_a_marked_date_of_the_code(company, browser, workspace):
    admin, alice = company.actor("admin"), company.actor("alice")
    actions.create(registry["opportunities"], {"name": "صفقة", "expected_close": "2026-11-20"}, by=alice)
    mark_date("opportunities", "expected_close", "Expected close", by=admin, marked=True)
    url = "/w/rayyan/calendar?day=2026-11-20"
    assert "صفقة" in browser("alice").get(url).content.decode()
    seller = Role.objects.get(code="seller")
    seller.fields["opportunities"] = {"expected_close": "hidden"}
    seller.save()
    Workspace.objects.filter(pk=workspace.pk).update(access_version=F("access_version") + 1)
    assert "صفقة" not in browser("alice").get(url).content.decode()
