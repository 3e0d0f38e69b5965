"""The search over the stored base, the queue that it fills, and what people decide there."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from sila.parties import actions, deciding, duplicate_search
from sila.parties.duplicate_queue import queue
from sila.parties.matching import REASONS
from sila.parties.models import ContactPoint, DuplicatePair
from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from tests.counting import at_most

people, organizations = registry["people"], registry["organizations"]


def person(by, name="أحمد سعد الغامدي", **values):
    return records.create(people, {"name": name, "city": "جدة", **values}, by=by)


@pytest.fixture
def twins(alice):
    return person(alice, phone="0551234567"), person(alice, "احمد سعد الغامدى", phone="+966551234567")


def look(by):
    job = duplicate_search.begin(by=by)
    assert jobs.run(by.workspace.pk, job.id)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def pair_of(*two):
    first, second = sorted(party.id for party in two)
    return DuplicatePair.objects.filter(first_id=first, second_id=second).first()


def browser(company, name):
    client = Client()
    client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_the_whole_base_is_looked_through_and_the_pair_has_its_reasons(twins, alice):
    person(alice, "خالد سعد الغامدي", phone="0551234568")
    assert look(alice).result == {"found": 1, "merged": 0}
    pair = pair_of(*twins)
    assert {code for code, _bits in pair.reasons} == {"name", "phone", "city"}
    assert pair.score == pytest.approx(sum(bits for _code, bits in pair.reasons), abs=0.2)


def test_nothing_is_merged_and_looking_twice_makes_no_second_pair(twins, alice):
    look(alice)
    look(alice)
    assert DuplicatePair.objects.count() == 1
    assert people.rows().count() == 2


def test_a_second_search_waits_for_the_first(alice):
    assert duplicate_search.begin(by=alice).id == duplicate_search.begin(by=alice).id


def test_what_is_not_the_same_never_comes_back(twins, alice):
    look(alice)
    deciding.decide(pair_of(*twins), "different", by=alice)
    look(alice)
    duplicate_search.look_at("person", [twins[0].id])
    assert pair_of(*twins).decision == "different"
    assert DuplicatePair.objects.count() == 1
    assert {event.record_id for event in Event.objects.filter(kind="told_apart")} == {
        each.id for each in twins
    }


def test_a_pair_that_is_none_any_more_goes_unless_it_was_decided(twins, alice):
    look(alice)
    records.update(people, twins[0].id, {"name": "سلمى العمري", "phone": ""}, by=alice)
    duplicate_search.look_at("person", [twins[0].id])
    assert pair_of(*twins) is None


def test_what_is_saved_is_looked_at_soon_by_one_job(twins, alice):
    waiting = Job.objects.filter(name=duplicate_search.TOUCHED)
    assert 1 <= waiting.count() <= 2  # two saves may fall on both sides of a border
    waiting.update(run_at=timezone.now() - timedelta(seconds=1))
    for job in waiting:
        assert jobs.run(alice.workspace.pk, job.id)
    assert pair_of(*twins) is not None


def test_after_thousands_were_touched_all_are_looked_through_once(twins, alice, monkeypatch):
    monkeypatch.setattr(duplicate_search, "CROWD", 1)
    everything = Job.objects.filter(name=duplicate_search.EVERYTHING)
    for _again in range(2):
        touched = Job.objects.filter(name=duplicate_search.TOUCHED)
        touched.update(state=Job.State.WAITING, run_at=timezone.now() - timedelta(seconds=1))
        for job in touched:
            assert jobs.run(alice.workspace.pk, job.id)
        assert everything.count() == 1
    assert pair_of(*twins) is None
    everything.update(run_at=timezone.now() - timedelta(seconds=1))
    assert jobs.run(alice.workspace.pk, everything.get().id)
    assert pair_of(*twins) is not None


def test_a_change_of_something_else_asks_for_no_search(twins, alice):
    Job.objects.filter(name=duplicate_search.TOUCHED).delete()
    records.update(people, twins[0].id, {"job_title": "محاسب"}, by=alice)
    assert not Job.objects.filter(name=duplicate_search.TOUCHED).exists()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("أحمد الغامدي", {}),  # the short form
        ("أحمد سعد محمد الغامدي", {}),  # the long one
        ("Ahmed Saad Alghamdi", {}),
        ("أحمد س. الغامدي", {"phone": "0551234567"}),
    ],
)
def test_the_touched_meet_other_forms_of_the_name(alice, name, values):
    known = person(alice, phone="0551234567")
    new = person(alice, name, **values)
    duplicate_search.look_at("person", [new.id])
    assert pair_of(known, new) is not None


@pytest.fixture
def chain(alice):
    """The first and the last are found through the one between alone."""
    mail = "s.ghamdi@corp.example"
    return (
        person(alice, "سعد الغامدي", phone="0551234567"),
        person(alice, "سعد فهد الغامدي", phone="0551234567", email=mail),
        person(alice, "سعد فهد الغامدى", email=mail, city="الدمام"),
    )


def test_a_third_record_holds_two_together_however_they_are_looked_at(chain, alice):
    first, _between, last = chain
    look(alice)
    pair = pair_of(first, last)
    assert pair.reasons[0][0] == "third"
    for touched in chain:
        DuplicatePair.objects.filter(id=pair_of(first, last).id).delete()
        duplicate_search.look_at("person", [touched.id])
        assert pair_of(first, last).score == pair.score
    shown = [pair["reasons"] for pair in queue("person", Context(alice, Reader.of(alice.workspace)))]
    assert any(reason["text"] == REASONS["third"] for reasons in shown for reason in reasons)


def test_what_was_told_apart_from_the_third_is_held_by_it_no_more(chain, alice):
    first, between, last = chain
    look(alice)
    deciding.decide(pair_of(first, between), "different", by=alice)
    look(alice)
    assert pair_of(first, last) is None
    duplicate_search.look_at("person", [first.id])
    assert pair_of(first, last) is None


def test_a_second_phone_counts_as_the_first(alice):
    known = person(alice, phone="0551234567")
    actions.add_contact_point(known, by=alice, kind="phone", value="0557654321")
    assert ContactPoint.objects.filter(party_id=known.id).count() == 2
    new = person(alice, phone="0557654321")
    look(alice)
    assert "phone" in {code for code, _bits in pair_of(known, new).reasons}


def test_companies_have_their_own_queue(alice):
    a, b = (
        records.create(organizations, {"name": name, "phone": "0112223344", "city": "الرياض"}, by=alice)
        for name in ("شركة النور للتجارة", "Al Noor Trading Co.")
    )
    look(alice)
    assert pair_of(a, b).kind == "organization"


def test_what_is_in_the_trash_is_in_no_queue(twins, alice, company):
    look(alice)
    records.trash(people, twins[1].id, by=company.actor("admin"))
    assert queue("person", Context(alice, Reader.of(alice.workspace))) == []


def test_the_page_shows_both_side_by_side_and_takes_a_decision(twins, alice, company):
    look(alice)
    client, base = browser(company, "alice"), f"/w/{alice.workspace.slug}/duplicates/"
    text = client.get(base).content.decode()
    assert "أحمد سعد الغامدي" in text
    assert "احمد سعد الغامدى" in text
    pair = pair_of(*twins)
    assert client.post(f"{base}{pair.id}/later", headers={"HX-Request": "true"}).status_code == 204
    assert "أحمد سعد الغامدي" not in client.get(base).content.decode()
    assert "أحمد سعد الغامدي" in client.get(f"{base}?kind=person&later").content.decode()
    assert client.post(f"{base}{pair.id}/different", headers={"HX-Request": "true"}).status_code == 204
    assert pair_of(*twins).decision == "different"
    assert client.post(f"{base}{pair.id}/same").status_code == 404


def test_a_pair_is_shown_only_to_who_may_see_both(twins, alice, company, workspace):
    Role.objects.filter(code="seller").update(
        grants={"people": {"view": "own", "create": "own", "edit": "own"}}
    )
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    charlie = company.actor("charlie")
    hers, his = twins[0], person(charlie, phone="0551234567")
    look(company.actor("admin"))
    base = f"/w/{workspace.slug}/duplicates/"
    assert pair_of(hers, his) is not None
    for name in ("alice", "charlie"):
        client = browser(company, name)
        assert str(pair_of(hers, his).id) not in client.get(base).content.decode()
        assert client.post(f"{base}{pair_of(hers, his).id}/different").status_code == 404
    assert str(pair_of(*twins).id) in browser(company, "alice").get(base).content.decode()
    assert pair_of(hers, his).decision == ""


def test_who_may_only_read_has_no_queue(twins, company, workspace):
    look(company.actor("admin"))
    client, base = browser(company, "viewer"), f"/w/{workspace.slug}/duplicates/"
    assert client.get(base).status_code == 403
    assert client.post(f"{base}{pair_of(*twins).id}/different").status_code == 403
    with pytest.raises(NotAllowed):
        deciding.decide(pair_of(*twins), "different", by=company.actor("viewer"))
    assert pair_of(*twins).decision == ""


def test_a_hidden_field_shows_neither_its_value_nor_its_reason(twins, alice, company, workspace):
    look(alice)
    Role.objects.filter(code="seller").update(fields={"people": {"phone": "hidden"}})
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    shown = queue("person", Context(company.actor("alice"), Reader.of(workspace)))[0]
    assert len(shown["reasons"]) == 2
    assert "1234567" not in str(shown).replace(" ", "")


def test_the_queue_takes_as_many_queries_for_one_as_for_many(twins, alice):
    look(alice)
    context = Context(alice, Reader.of(alice.workspace))
    with at_most(3):
        assert len(queue("person", context)) == 1
    for number in range(6):
        for _twice in range(2):
            person(alice, f"زائر العنزي {number}", phone=f"055700000{number}")
    look(alice)
    with at_most(3):
        assert len(queue("person", context)) > 6


def test_the_link_stands_over_the_list_and_in_the_palette(company, workspace):
    client, link = browser(company, "alice"), f"/w/{workspace.slug}/duplicates/?kind=person"
    assert link in client.get(f"/w/{workspace.slug}/people/").content.decode()
    assert link in client.get(f"/w/{workspace.slug}/palette?q=مكرر").content.decode()
    assert link not in browser(company, "viewer").get(f"/w/{workspace.slug}/people/").content.decode()
