"""Call lists: who is on them, who gets which number, what may not be called, and what comes of a call."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from sila.parties import reachable
from sila.parties.models import ContactPoint
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.calling.actions import HELD, add_records, held, let_go, say_outcome, take_next
from sila.sales.calling.figures import outcomes, progress
from sila.sales.calling.models import CallListEntry, CallOutcome, DoNotCall
from sila.work.models import Activity, ActivityLink

people, leads, lists = registry["people"], registry["leads"], registry["call-lists"]


@contextmanager
def later(**span):
    with clock.at(timezone.now() + timedelta(**span)):
        yield


@pytest.fixture
def persons(alice):
    return [
        records.create(people, {"name": f"شخص {number}", "phone": f"+96655000010{number}"}, by=alice)
        for number in range(3)
    ]


@pytest.fixture
def call_list(alice):
    values = {"name": "حملة الشتاء", "script": "السلام عليكم {name}، معك {caller}."}
    return records.create(lists, values, by=alice)


@pytest.fixture
def full(call_list, persons, alice):
    assert add_records(call_list, "people", [each.id for each in persons], by=alice) == 3
    return call_list


def outcome(english):
    return CallOutcome.objects.get(name_en=english).id


def state_of(entry):
    return CallListEntry.objects.get(id=entry.id).state


# ---- who is on it --------------------------------------------------------------------------------------
def test_nobody_is_on_a_list_twice(full, persons, alice):
    assert add_records(full, "people", [each.id for each in persons], by=alice) == 0
    assert CallListEntry.objects.count() == 3


def test_a_kept_view_brings_all_that_it_shows(call_list, persons, browser, alice):
    view = SavedView.objects.create(
        entity="people", name="الأوائل", query="f=name:contains:1", owner_id=alice.member_id
    )
    answer = browser("alice").post(f"/w/rayyan/calling/{call_list.id}/add", {"view": str(view.id)})
    assert answer.status_code in (200, 204)
    assert [entry.party_id for entry in CallListEntry.objects.all()] == [persons[1].id]


def test_only_those_who_may_change_the_list_add_to_it(call_list, persons, bob, charlie):
    for actor, error in ((bob, NotAllowed), (charlie, NotFound)):
        with pytest.raises(error):
            add_records(call_list, "people", [persons[0].id], by=actor)
    assert not CallListEntry.objects.exists()


def test_records_that_are_not_seen_are_not_added(call_list, alice, charlie):
    lead = records.create(leads, {"name": "عميل محتمل", "phone": "+966550000777"}, by=charlie)
    assert add_records(call_list, "leads", [lead.id], by=alice) == 0


def test_two_who_become_one_are_on_the_list_once(full, persons, admin):
    merge(people, persons[0].id, [persons[1].id], by=admin)
    left = CallListEntry.objects.filter(deleted_at=None).values_list("party_id", flat=True)
    assert sorted(left) == sorted([persons[0].id, persons[2].id])


# ---- the next number -----------------------------------------------------------------------------------
def test_two_callers_get_different_numbers_and_each_keeps_theirs(full, alice, bob):
    first, second = take_next(full, by=alice), take_next(full, by=bob)
    assert first.id != second.id
    assert take_next(full, by=alice).id == first.id
    assert held(full, by=bob).id == second.id


def test_a_number_that_is_held_too_long_is_free_again(full, alice, bob):
    first = take_next(full, by=alice)
    with later(minutes=HELD.total_seconds() / 60 + 1):
        assert take_next(full, by=bob).id == first.id
        with pytest.raises(Invalid):
            say_outcome(first, outcome("Interested"), by=alice)
    assert not Activity.objects.filter(kind="call").exists()


def test_what_somebody_else_holds_is_refused(full, alice, bob):
    entry = take_next(full, by=alice)
    for verb in (lambda: say_outcome(entry, outcome("Interested"), by=bob), lambda: let_go(entry, by=bob)):
        with pytest.raises(Invalid):
            verb()
    assert held(full, by=alice).id == entry.id


def test_a_strangers_number_is_not_found(full, browser, elsewhere, alice):
    entry = take_next(full, by=alice)
    said = {"outcome": str(outcome("Interested"))}
    base = f"/w/rayyan/calling/{full.id}/"
    assert browser("charlie").post(f"{base}{entry.id}/outcome", said).status_code == 404
    assert browser("charlie").get(base).status_code == 404
    assert state_of(entry) == "waiting"


def test_who_is_let_go_goes_to_the_end(full, alice):
    first = take_next(full, by=alice)
    with later(seconds=5):
        let_go(first, by=alice)
        assert take_next(full, by=alice).id != first.id


def test_there_is_nothing_to_call_from_a_list_that_is_not_in_use(full, alice):
    records.update(lists, full.id, {"active": ""}, by=alice)
    with pytest.raises(Invalid):
        take_next(full, by=alice)


# ---- who may not be called -----------------------------------------------------------------------------
def test_a_number_that_nobody_calls_is_never_shown(full, persons, alice, browser):
    records.create(registry["do-not-call"], {"phone": "+966550000100"}, by=alice)
    entry = take_next(full, by=alice)
    assert entry.party_id == persons[1].id
    blocked = CallListEntry.objects.get(party_id=persons[0].id)
    assert (blocked.state, bool(blocked.note)) == ("blocked", True)
    browser("alice").post(f"/w/rayyan/calling/{full.id}/next")
    page = browser("alice").get(f"/w/rayyan/calling/{full.id}/").content.decode()
    assert "966550000101" in page
    assert "966550000100" not in page


def test_whoever_asks_for_it_is_not_called_again_from_any_list(full, persons, alice):
    entry = take_next(full, by=alice)
    say_outcome(entry, outcome("Asked not to be called"), by=alice)
    assert DoNotCall.objects.get().phone == entry.party.phone
    other = records.create(lists, {"name": "أخرى"}, by=alice)
    add_records(other, "people", [entry.party_id], by=alice)
    assert take_next(other, by=alice) is None


def test_a_number_without_consent_is_not_called_where_the_list_asks_for_it(call_list, alice):
    records.update(lists, call_list.id, {"needs_consent": "1"}, by=alice)
    silent = records.create(leads, {"name": "بلا موافقة", "phone": "+966550000201"}, by=alice)
    agreed = records.create(
        leads,
        {"name": "بموافقة", "phone": "+966550000202", "consented_at": "2026-01-05T10:00:00+03:00"},
        by=alice,
    )
    add_records(call_list, "leads", [silent.id, agreed.id], by=alice)
    assert take_next(call_list, by=alice).lead_id == agreed.id
    assert CallListEntry.objects.get(lead_id=silent.id).state == "blocked"


def test_trashed_people_dead_numbers_and_none_at_all_are_passed_over(full, persons, alice):
    records.trash(people, persons[0].id, by=alice)
    point = ContactPoint.objects.get(party_id=persons[1].id, kind="phone")
    reachable.mark_unreachable(point, by=alice)
    records.update(people, persons[2].id, {"phone": ""}, by=alice)
    assert take_next(full, by=alice) is None
    assert progress(full)["blocked"] == 3


# ---- what came of it -----------------------------------------------------------------------------------
def test_a_call_stands_on_the_timeline_and_the_next_number_comes(full, alice, browser):
    client = browser("alice")
    base = f"/w/rayyan/calling/{full.id}/"
    client.post(f"{base}next")
    entry = held(full, by=alice)
    said = {"outcome": str(outcome("Interested")), "note": "يريد عرض سعر"}
    assert client.post(f"{base}{entry.id}/outcome", said)["Location"] == base
    call = Activity.objects.get(kind="call")
    assert (call.status, call.direction, call.body) == ("done", "out", "يريد عرض سعر")
    assert ActivityLink.objects.filter(
        activity_id=call.id, entity="people", record_id=entry.party_id
    ).exists()
    assert state_of(entry) == "done"
    assert held(full, by=alice).id != entry.id


def test_who_does_not_answer_is_tried_again_later_and_not_for_ever(full, persons, alice):
    CallListEntry.objects.exclude(party_id=persons[0].id).delete()
    for attempt in range(1, 4):
        with later(hours=5 * attempt):
            say_outcome(take_next(full, by=alice), outcome("No answer"), by=alice)
            assert take_next(full, by=alice) is None
    entry = CallListEntry.objects.get()
    assert (entry.state, entry.attempts) == ("unreached", 3)


def test_a_call_back_comes_first_when_its_time_has_come(full, alice):
    entry = take_next(full, by=alice)
    with pytest.raises(Invalid):
        say_outcome(entry, outcome("Call back"), by=alice)
    with pytest.raises(Invalid):
        say_outcome(entry, outcome("Call back"), by=alice, callback_at=timezone.now() - timedelta(hours=1))
    moment = timezone.now() + timedelta(hours=2)
    say_outcome(entry, outcome("Call back"), by=alice, callback_at=moment)
    assert take_next(full, by=alice).id != entry.id
    let_go(held(full, by=alice), by=alice)
    with later(hours=3):
        assert take_next(full, by=alice).id == entry.id


def test_an_outcome_that_is_none_is_refused_with_the_form_as_it_was(full, alice, browser):
    client = browser("alice")
    base = f"/w/rayyan/calling/{full.id}/"
    client.post(f"{base}next")
    entry = held(full, by=alice)
    answer = client.post(f"{base}{entry.id}/outcome", {"note": "مهم جدًا"})
    assert answer.status_code == 422
    assert "مهم جدًا" in answer.content.decode()
    assert not Activity.objects.filter(kind="call").exists()


def test_the_script_speaks_to_the_person(full, persons, alice, browser):
    client = browser("alice")
    client.post(f"/w/rayyan/calling/{full.id}/next")
    page = client.get(f"/w/rayyan/calling/{full.id}/").content.decode()
    assert "السلام عليكم شخص 0، معك Alice." in page
    assert 'href="tel:+966550000100"' in page


def test_the_figures_count_numbers_calls_and_outcomes(full, alice):
    for english in ("Interested", "Interested", "No answer"):
        say_outcome(take_next(full, by=alice), outcome(english), by=alice)
    told = progress(full)
    assert (told["all"], told["done"], told["waiting"], told["calls"]) == (3, 2, 1, 3)
    assert [(row["outcome__name_en"], row["number"]) for row in outcomes(full)] == [
        ("Interested", 2),
        ("No answer", 1),
    ]


def test_the_page_asks_few_questions(full, alice, browser, django_assert_max_num_queries):
    client = browser("alice")
    client.post(f"/w/rayyan/calling/{full.id}/next")
    client.get(f"/w/rayyan/calling/{full.id}/")
    with django_assert_max_num_queries(16):
        client.get(f"/w/rayyan/calling/{full.id}/")
