"""What an administrator allows to be merged without asking, and what is never merged so."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from sila.parties import automatic, deciding, duplicate_search
from sila.parties.models import DuplicatePair, MergeRule, Party
from sila.platform.access.models import Member
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import Operation
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry
from sila.platform.kit import clock

PEOPLE = registry["people"]


@pytest.fixture
def boss(company, workspace):
    return company.actor("admin")


def person(by, name="أحمد سعد محمد الغامدي", **values):
    return records.create(PEOPLE, {"name": name, "city": "جدة", **values}, by=by)


def look(by):
    job = duplicate_search.begin(by=by)
    assert jobs.run(by.workspace.pk, job.id)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job.result


def live():
    return set(Party.objects.filter(deleted_at=None, kind="person").values_list("id", flat=True))


def test_nothing_is_merged_until_it_is_allowed(boss):
    a, b = person(boss, email="ahmad@example.com"), person(boss, email="ahmad@example.com")
    assert look(boss) == {"found": 1, "merged": 0}
    assert live() == {a.id, b.id}


def test_what_is_allowed_is_merged_told_and_can_be_taken_back(boss):
    a, b = person(boss, email="ahmad@example.com", job_title="محاسب"), person(boss, email="ahmad@example.com")
    automatic.allow("person", {"email"}, by=boss)
    assert look(boss)["merged"] == 1
    assert live() == {a.id}
    event = Event.objects.get(kind="merged")
    assert (event.record_id, event.via, event.member_id) == (b.id, "automation", boss.member_id)
    undo.at_once(Operation.objects.get(kind="merge"), by=boss)
    assert live() == {a.id, b.id}
    assert look(boss)["merged"] == 0
    assert DuplicatePair.objects.get().decision == "later"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"email": "a@example.com"}, {"phone": "0551234567"}),  # the name alone
        (
            {"email": "a@example.com"},
            {"email": "a@example.com", "name": "أحمد سعد الغامدي"},
        ),  # the short form of the name
        (
            {"email": "a@example.com", "birth_date": "1980-01-01"},
            {"email": "a@example.com", "birth_date": "1991-05-05"},
        ),  # another birth date
        (
            {"email": "a@example.com", "name": "أحمد سعد محمد الغامدي"},
            {"email": "a@example.com", "name": "سعد محمد الغامدي"},
        ),
    ],
)
def test_weak_or_disputed_evidence_is_left_to_people(boss, first, second):
    a, b = (
        person(boss, **{"name": "أحمد سعد محمد الغامدي", **first}),
        person(boss, **{"name": "أحمد سعد محمد الغامدي", **second}),
    )
    automatic.allow("person", {"email", "phone", "birth"}, by=boss)
    look(boss)
    assert live() == {a.id, b.id}


def test_what_was_said_to_be_different_is_never_merged(boss):
    a, b = person(boss, email="ahmad@example.com"), person(boss, email="ahmad@example.com")
    look(boss)
    deciding.decide(DuplicatePair.objects.get(), "different", by=boss)
    automatic.allow("person", {"email"}, by=boss)
    assert look(boss)["merged"] == 0
    assert live() == {a.id, b.id}


def test_whoever_was_different_from_a_merged_record_is_so_from_what_it_became(boss):
    a, b, c = (person(boss, email="ahmad@example.com") for _each in range(3))
    look(boss)
    first, second = sorted((b.id, c.id))
    deciding.decide(DuplicatePair.objects.get(first_id=first, second_id=second), "different", by=boss)
    merge(PEOPLE, a.id, [b.id], by=boss)
    DuplicatePair.objects.filter(decision="").delete()
    look(boss)
    assert not DuplicatePair.objects.filter(decision="").exists()


def test_only_administrators_allow_it_and_it_ends_with_their_seat(boss, company):
    for name in ("alice", "manager", "viewer"):
        with pytest.raises(NotAllowed):
            automatic.allow("person", {"email"}, by=company.actor(name))
    assert not MergeRule.objects.exists()
    automatic.allow("person", {"email", "register", "nothing"}, by=boss)
    assert automatic.allowed("person") == ["email"]
    a, b = person(boss, email="ahmad@example.com"), person(boss, email="ahmad@example.com")
    Member.objects.filter(id=boss.member_id).update(active=False)
    assert look(boss)["merged"] == 0
    assert live() == {a.id, b.id}


def test_the_dialog_shows_and_keeps_what_is_allowed(boss, company):
    url = f"/w/{boss.workspace.slug}/duplicates/rules?kind=person"
    admin, alice = Client(), Client()
    admin.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    alice.force_login(company.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert admin.post(url, {"email": "1"}, headers={"HX-Request": "true"}).status_code == 204
    assert automatic.allowed("person") == ["email"]
    assert "checked" in admin.get(url).content.decode()
    assert alice.get(url).status_code == alice.post(url, {"phone": "1"}).status_code == 403
    assert automatic.allowed("person") == ["email"]


def test_each_night_all_are_looked_through_once_if_anybody_was_touched(boss, monkeypatch):
    nights = Job.objects.filter(name=duplicate_search.EVERYTHING)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 1, 12, 30, tzinfo=UTC))  # 15:30 in Riyadh
    person(boss)
    duplicate_search.begin_nightly()
    assert not nights.exists()
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 1, 23, 30, tzinfo=UTC))  # 02:30
    duplicate_search.begin_nightly()
    duplicate_search.begin_nightly()
    assert nights.count() == 1
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 2, 23, 30, tzinfo=UTC))
    duplicate_search.begin_nightly()
    assert nights.count() == 1


def test_a_night_leaves_more_people_than_fit_to_the_search_of_the_touched(boss, monkeypatch):
    a, b = person(boss, email="ahmad@example.com"), person(boss, email="ahmad@example.com")
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 1, 23, 30, tzinfo=UTC))
    Party.objects.filter(id__in=(a.id, b.id)).update(updated_at=clock.now())
    monkeypatch.setattr(duplicate_search, "MOST_AT_NIGHT", 1)
    duplicate_search.begin_nightly()
    monkeypatch.undo()
    job = Job.objects.get(name=duplicate_search.EVERYTHING)
    assert jobs.run(boss.workspace.pk, job.id)
    assert not DuplicatePair.objects.exists()
    assert look(boss)["found"] == 1
