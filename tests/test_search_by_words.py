"""Words are looked for each by itself, in any order, on both databases."""

from typing import Any

import pytest
from django.utils import translation

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.entities import actions, search
from sila.platform.entities.index import tenant_code
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.registry import registry
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import current, scope
from sila.platform.tenancy.models import Workspace
from tests.people import make_company

PEOPLE = registry["people"]


@pytest.fixture
def ahmad(alice: Any) -> Any:
    with translation.override("en"):
        actions.create(PEOPLE, {"name": "سعد الغامدي", "phone": "0551234568"}, by=alice)
        return actions.create(
            PEOPLE,
            {"name": "أحمد بن سعد محمد الغامدي", "phone": "0551234567", "email": "ahmad@noor.example"},
            by=alice,
        )


@pytest.mark.parametrize(
    "query",
    [
        "احمد الغامدي",
        "الغامدي أحمد",
        "أحمد محمد الغامدى",
        "احمد بن الغامدي",
        "احمد noor",
        'احمد "غامدي"',
        "أحمد بن سعد",
        "055 123 4567",
        "0551234567",
        "احمد",
    ],
)
def test_what_holds_every_word_is_found(ahmad, alice, query):
    assert search.matching_ids(query, entity=PEOPLE, by=alice) == [ahmad.id]
    assert [hit.id for hit in search.find(query, by=alice)] == [ahmad.id]


@pytest.mark.parametrize("nearest", [4_000, 1, 0])
def test_words_that_many_records_hold_together_find_the_same_and_never_those_of_another_workspace(
    ahmad, alice, company, monkeypatch, nearest
):
    with scope(make_company("other").workspace):
        theirs = Actor.system(current(), "test")
        for name in ("أحمد بن سعد الغامدي", "الغامدي محمد أحمد سعد"):
            actions.create(PEOPLE, {"name": name}, by=theirs)
    monkeypatch.setattr(search, "NEAREST", nearest)
    for query in ("احمد الغامدي", "الغامدي محمد أحمد", "ahmad alghamdi", "سعد بن أحمد"):
        assert search.matching_ids(query, entity=PEOPLE, by=alice) == [ahmad.id]
        assert [found for found, _slug in search.candidates(query)] == [ahmad.id]
    assert search.matching_ids("الغامدي خالد", entity=PEOPLE, by=alice) == []


@pytest.mark.parametrize("query", ["احمد العتيبي", 'احمد "عتيبي"', "احمد سعد_محمد", "\x1f احمد \x1f خالد"])
def test_what_lacks_a_word_is_not(ahmad, alice, query):
    assert search.matching_ids(query, entity=PEOPLE, by=alice) == []


def test_a_word_of_a_hidden_field_finds_nothing(ahmad, company, workspace):
    Role.objects.filter(code="seller").update(fields={"people": {"email": "hidden"}})
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    alice = company.actor("alice")
    assert search.matching_ids("احمد noor", entity=PEOPLE, by=alice) == []
    assert search.matching_ids("احمد الغامدي", entity=PEOPLE, by=alice) == [ahmad.id]


def test_a_flat_is_found_by_its_landlord_as_far_as_the_reader_may_see_him(company: Any, admin: Any) -> None:
    from sila.platform.entities.search import find, matching_ids
    from tests.people import OWN

    landlord = actions.create(
        registry["people"], {"name": "لطيفة العجمي", "name_latin": "Latifa Al Ajmi"}, by=admin
    )
    flats = registry[OWN]
    link = next(name for name, f in flats.fields.items() if f.custom and f.to == "people")
    flat = actions.create(flats, {"name": "شقة الملقا", link: str(landlord.id)}, by=admin)
    for query in ("لطيفه", "latifa", "Lateefa Ajmi"):
        assert matching_ids(query, entity=flats, by=admin, files=True) == [flat.id]
        hit = next(hit for hit in find(query, by=admin) if hit.id == flat.id)
        assert "لطيفة العجمي" in hit.behind
    assert matching_ids("سعاد", entity=flats, by=admin, files=True) == []
    seller = Role.objects.get(code="seller")
    seller.grants |= {"people": {**seller.grants.get("people", {}), "view": "own"}, OWN: {"view": "all"}}
    seller.save()
    Workspace.objects.filter(pk=company.workspace.pk).update(access_version=900)
    company.workspace.refresh_from_db()
    narrow = Actor.of(company.workspace, company.members["alice"])
    assert registry[OWN].visible_to(narrow).filter(id=flat.id).exists()
    assert matching_ids("لطيفه", entity=flats, by=narrow, files=True) == []


def test_who_is_spelt_so_comes_before_newer_ones_that_only_sound_alike(alice: Any) -> None:
    khan = actions.create(PEOPLE, {"name": "Peter Khan"}, by=alice)
    others = [
        actions.create(PEOPLE, {"name": name}, by=alice).id for name in ("سلمان خان", "نورة خان", "ريم خان")
    ]
    found = [record_id for record_id, _slug in search.candidates("khan", limit=2)]
    assert found[0] == khan.id
    assert set(found[1:]) <= set(others)
    assert {record_id for record_id, _slug in search.candidates("khan")} == {khan.id, *others}


def test_words_of_both_scripts_in_one_name_are_found_from_either(alice: Any) -> None:
    mixed = actions.create(PEOPLE, {"name": "Mohammed القحطاني"}, by=alice)
    for query in ("محمد القحطاني", "muhammad alqahtani", "القحطاني mohamed"):
        assert [hit.id for hit in search.find(query, by=alice)] == [mixed.id]


@pytest.mark.parametrize(
    ("holds", "limit"),
    [
        (lambda place: place < 5, 300),  # the oldest alone
        (lambda place: place % 2 == 0, 300),  # enough among the newest
        (lambda place: place % 30 == 0, 300),  # enough only in all
        (lambda place: place in (1, 2, 14_000, 14_900), 3),
        (lambda place: place % 40 == 0, 300),
    ],
)
def test_among_thousands_the_newest_are_found_each_once(alice: Any, holds: Any, limit: int) -> None:
    entries = [
        SearchEntry(id=uuid7(), entity="people", position=place, title="", text=text, code=tenant_code())
        for place in range(15_000)
        for text in ["zanzibar harbour " if holds(place) else "somewhere else "]
    ]
    SearchEntry.objects.bulk_create(entries)
    wanted = [entry.id for entry in reversed(entries) if holds(entry.position)][:limit]
    assert [record_id for record_id, _slug in search.candidates("zanzibar harbour", limit=limit)] == wanted
