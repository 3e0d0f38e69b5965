"""What a role hides of work and of birthdays is hidden on the day, in the calendar and in the feed as well."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sila.parties import actions as party_verbs
from sila.platform.access.links import make_token
from sila.platform.access.models import Role
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.work.actions import plan
from sila.work.feeds import open_feed

people, companies = registry["people"], registry["organizations"]


@pytest.fixture
def browser(company):
    client = Client()
    client.force_login(company.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def machine(company, workspace):
    return Client(headers={"Authorization": f"Bearer {make_token(company.members['alice'], 't')}"})


def hide(company, **fields):
    seller = Role.objects.get(code="seller")
    seller.fields |= {slug: dict.fromkeys(names, "hidden") for slug, names in fields.items()}
    seller.save()
    company.workspace.refresh_from_db()
    version = company.workspace.access_version + 1
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=version)


@pytest.fixture
def doors(alice, browser):
    """Every place that shows Alice's meeting of today."""
    now = timezone.now()
    reem = actions.create(people, {"name": "ريم"}, by=alice)
    values = {
        "subject": "موضوع سري",
        "body": "نص سري",
        "location": "مكان سري",
        "starts_at": now,
        "ends_at": now + timedelta(minutes=50),
    }
    meeting = plan("meeting", values, by=alice, about=[("people", reem.id)])
    feed = open_feed(by=alice)
    pages = (
        "/w/rayyan/today",
        "/w/rayyan/calendar",
        "/w/rayyan/calendar?layout=day",
        feed,
        f"/w/rayyan/people/{reem.id}/",
        f"/w/rayyan/meetings/{meeting.id}/",
    )

    def text():
        found = ""
        for page in pages:
            answer = browser.get(page)
            assert answer.status_code == 200, page
            found += answer.content.decode().replace("\r\n ", "")
        return found

    return text


@pytest.mark.parametrize(("field", "words"), [("location", "مكان سري"), ("body", "نص سري")])
def test_a_hidden_place_or_text_of_a_meeting_is_nowhere(company, doors, field, words):
    assert words in doors()
    hide(company, meetings=(field,))
    assert words not in doors()
    assert "موضوع سري" in doors()


def test_where_the_subject_is_hidden_the_day_says_what_it_is(company, doors, browser):
    hide(company, meetings=("subject",))
    for page in ("/w/rayyan/today", "/w/rayyan/calendar"):
        shown = browser.get(page).content.decode()
        assert "موضوع سري" not in shown
        assert "Meeting" in shown


def test_where_the_time_is_hidden_it_stands_on_no_day(company, doors, browser):
    assert "موضوع سري" in browser.get("/w/rayyan/calendar").content.decode()
    hide(company, meetings=("starts_at",))
    assert "موضوع سري" not in browser.get("/w/rayyan/calendar").content.decode()


@pytest.mark.parametrize("field", ["birth_date", "dates"])
def test_a_hidden_day_of_birth_is_no_birthday_anywhere(company, alice, browser, machine, field):
    born = date.today().replace(year=1990, day=min(date.today().day, 28)) + timedelta(days=1)
    reem = actions.create(people, {"name": "ريم الحربي", "birth_date": born.isoformat()}, by=alice)
    party_verbs.add_important_date(reem, born, by=alice, kind="birthday")
    rows = f"/api/v1/people/{reem.id}/dates"
    assert [row["kind"] for row in machine.get(rows).json()["items"]] == ["birthday"]
    page = f"/w/rayyan/people/{reem.id}/"
    assert "Birthday" in browser.get("/w/rayyan/today").content.decode()
    assert "Birthday" in browser.get(page).content.decode()
    row = machine.get(rows).json()["items"][0]["id"]
    hide(company, people=(field,))
    assert machine.get(rows).json()["items"] == []
    assert "Birthday" not in browser.get("/w/rayyan/today").content.decode()
    assert "Birthday" not in browser.get(page).content.decode()  # nor in the timeline
    new = {"kind": "birthday", "day": "1991-01-01", "calendar": "gregorian"}
    assert machine.post(rows, new, content_type="application/json").status_code == 403
    assert machine.delete(f"{rows}/{row}").status_code == 404


def test_the_api_describes_every_kind_of_day_that_a_company_may_have(alice, machine):
    """A company of former days has a birthday; forms offer it no more."""
    nakheel = actions.create(companies, {"name": "نخيل"}, by=alice)
    party_verbs.add_important_date(nakheel, date(1990, 3, 1), by=alice, kind="birthday")
    rows = f"/api/v1/organizations/{nakheel.id}/dates"
    row = machine.get(rows).json()["items"][0]
    described = machine.get("/api/v1/openapi.json").json()["paths"]["/api/v1/organizations/{id}/dates"][
        "post"
    ]
    body = described["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert row["kind"] in body["kind"]["enum"]
    again = {name: row[name] for name in body if name in row and row[name] is not None}
    assert (
        machine.post(rows, again | {"day": "1991-03-01"}, content_type="application/json").status_code == 201
    )


def test_a_phone_that_is_hidden_is_not_found_out_by_asking_for_duplicates(company, alice, browser):
    actions.create(people, {"name": "ريم الحربي", "phone": "0551234567"}, by=alice)
    ask = "/w/rayyan/people/duplicates?name=x&phone=0551234567"
    assert "ريم الحربي" in browser.get(ask, headers={"HX-Request": "true"}).content.decode()
    hide(company, people=("phone",))
    assert "ريم الحربي" not in browser.get(ask, headers={"HX-Request": "true"}).content.decode()
