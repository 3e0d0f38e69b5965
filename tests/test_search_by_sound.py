"""Every word of a name is found by its usual spellings in the other letters, short words as they stand, and old names."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions, index, renewing, search
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import Merged, SearchEntry, SearchProgress
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace

pytestmark = pytest.mark.django_db
PEOPLE, COMPANIES = registry["people"], registry["organizations"]


@pytest.fixture
def boss(company: Any) -> Any:
    with scope(company.workspace), translation.override("en"):
        yield company.actor("admin")


def titles(query: str, by: Any, entity: Any = PEOPLE) -> set[str]:
    """What the box of the list finds; the palette finds the same."""
    ids = search.matching_ids(query, entity=entity, by=by)
    assert {hit.id for hit in search.find(query, by=by, only=entity.slug)} == set(ids)
    return set(entity.visible_to(by).filter(id__in=ids).values_list("name", flat=True))


# ---- by sound ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        "Otaibi",
        "Oteibi",
        "Al-Utaybi",
        "al otaiby",
        "Mohammed",
        "Muhamad",
        "Fahd Otaibi",
        "Otaibi Mohamed",
        "Fahad Muhammad Al Otaibi",
        "محمد Otaibi",
        "Otaibi noor.example",
        "noor.example Muhamad Oteibi",
    ],
)
def test_each_word_of_an_arabic_name_is_found_in_latin_letters(boss, query):
    values = {"name": "فهد محمد العتيبي", "email": "fm@noor.example"}
    actions.create(PEOPLE, values, by=boss)
    actions.create(PEOPLE, {"name": "سلمى حداد"}, by=boss)
    assert titles(query, boss) == {"فهد محمد العتيبي"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("سعد القحطاني", "Gahtani"),
        ("سعد الغامدي", "Gamdi"),
        ("سعد ظافر", "Dhafer"),
        ("ليان عثمان", "Osman"),
        ("دانة هدى", "Huda"),
        ("دانة خديجة", "Khadidja"),
        ("سعد عبد الرحمن", "Abdurrahman"),
        ("Saad Alotaibi", "العتيبي"),
        ("Saad Alotaibi", "Utaybi"),
        ("Dana Mohammed", "محمد"),
    ],
)
def test_a_word_in_any_place_is_found_in_other_letters(boss, name, query):
    actions.create(PEOPLE, {"name": name}, by=boss)
    assert titles(query, boss) == {name}


def test_arabic_words_meet_as_they_are_written_and_not_by_their_consonants_alone(boss):
    for name in ("سعد محمود", "سعد محمد"):
        actions.create(PEOPLE, {"name": name}, by=boss)
    assert titles("محمد", boss) == {"سعد محمد"}
    assert titles("Otaibi Mohammed", boss) == set()


# ---- short words -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "query", "other"),
    [
        ("Jet Li Ming", "li", "Jet Liam"),
        ("سعد بن خالد", "بن", "سعد البنا"),
        ("Block A1 North", "a1", "Block A12"),
        ("Towers 5G", "5G", "Towers 5GX"),
        ("Li Ming", "Li", "Ali Ming"),
    ],
)
def test_an_exact_word_of_one_or_two_letters_is_found_wherever_it_stands(boss, name, query, other):
    for each in (name, other):
        actions.create(PEOPLE, {"name": each}, by=boss)
    assert titles(query, boss) == {name}


# ---- names of what was merged ------------------------------------------------------------------------
@pytest.fixture
def merged_company(boss: Any) -> Any:
    stays = actions.create(COMPANIES, {"name": "المدى"}, by=boss)
    goes = actions.create(COMPANIES, {"name": "Old Trading LLC", "phone": "0551234567"}, by=boss)
    return merge(COMPANIES, stays.id, [goes.id], by=boss)


def hits(query: str, by: Any) -> list[tuple[str, str]]:
    return [(hit.title, hit.once) for hit in search.find(query, by=by)]


def test_the_old_name_leads_to_the_record_that_stayed_until_they_are_apart_again(boss, merged_company):
    assert hits("Old Trading", boss) == [("المدى", "Old Trading LLC")]
    assert hits("0551234567", boss)[0][0] == "المدى"
    hit = search.find("old trad", by=boss)[0]
    assert "Old Trading LLC" in hit.hint(Context(boss, Reader.of(boss.workspace)))
    assert titles("Old Trading", boss, COMPANIES) == {"المدى"}
    operation = merged_company
    with transaction.atomic():
        undo.at_once(operation, by=boss)
    assert hits("Old Trading", boss) == [("Old Trading LLC", "")]
    assert hits("المدى", boss) == [("المدى", "")]


def test_a_record_that_its_own_name_finds_shows_no_old_name(boss, merged_company):
    assert hits("المدى", boss) == [("المدى", "")]


def test_an_old_name_tells_nobody_of_a_record_they_may_not_see(boss, merged_company, company):
    stayed = Merged.objects.get().root
    actions.trash(COMPANIES, stayed, by=boss)
    assert hits("Old Trading", boss) == []


def test_an_old_value_of_a_hidden_field_finds_nothing(boss, merged_company, company, workspace):
    Role.objects.filter(code="seller").update(fields={"organizations": {"phone": "hidden"}})
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 5)
    alice = company.actor("alice")
    assert [title for title, _once in hits("0551234567", alice)] == []


# ---- entries of an older form ------------------------------------------------------------------------
def test_entries_that_an_older_sila_wrote_are_written_anew_in_their_places(boss, merged_company, workspace):
    person = actions.create(PEOPLE, {"name": "فهد محمد العتيبي"}, by=boss)
    gone = Merged.objects.get().id
    SearchEntry.objects.filter(id=gone).delete()
    SearchEntry.objects.filter(id=person.id).update(text="فهد محمد العتيبي жfhd mhmd atb")
    place = SearchEntry.objects.get(id=person.id).position
    assert titles("Otaibi", boss) == set()
    SearchProgress.objects.all().delete()
    renewing.renew(workspace)
    assert titles("Otaibi", boss) == {"فهد محمد العتيبي"}
    assert hits("Old Trading", boss) == [("المدى", "Old Trading LLC")]
    assert SearchEntry.objects.get(id=person.id).position == place
    assert SearchProgress.objects.get().form == index.FORM
    SearchEntry.objects.filter(id=person.id).update(text="فهد")
    renewing.renew(workspace)
    assert SearchEntry.objects.get(id=person.id).text == "فهد"
