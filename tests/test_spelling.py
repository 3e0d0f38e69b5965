"""A name that was mistyped is found, and nobody learns a word that they may not read."""

import pytest

from sila.platform.access.models import Role
from sila.platform.entities import actions, spelling
from sila.platform.entities.models import NearWord, SearchEntry, SearchProgress
from sila.platform.entities.purging import purge
from sila.platform.entities.registry import registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from tests.test_saved_views import browser

pytestmark = pytest.mark.django_db
PEOPLE, DEALS = registry["people"], registry["opportunities"]
LIST = "/w/rayyan/people/"


def gathered(company, by, *names, entity=PEOPLE):
    with scope(company.workspace):
        made = [actions.create(entity, {"name": name}, by=by) for name in names]
    spelling.gather(company.workspace)
    return made


def palette(company, name, query):
    answer = browser(company, name).get("/w/rayyan/palette", {"q": query})
    return answer.context["guess"], {group["label"]: group["options"] for group in answer.context["groups"]}


# ---- distances ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "word", "most", "found"),
    [
        ("zubair", "zubair", 1, 0),
        ("zubiar", "zubair", 1, 1),
        ("zubar", "zubair", 1, 1),
        ("zubaair", "zubair", 1, 1),
        ("zobair", "zubair", 1, 1),
        ("zobiar", "zubair", 1, 2),
        ("alexandrea", "alexander", 2, 2),
        ("غامذي", "غامدي", 1, 1),
        ("x", "zubair", 1, 2),
    ],
)
def test_letters_that_differ_are_counted(typed, word, most, found):
    assert spelling.distance(typed, word, most) == found


def test_words_that_are_near_share_a_key():
    word = "alexandria"
    for at in range(len(word)):
        for typed in {
            word[:at] + word[at + 1 :],
            word[:at] + "x" + word[at:],
            word[:at] + "x" + word[at + 1 :],
        }:
            assert spelling.keys_of(typed, tail=False) & spelling.keys_of(word, tail=False), typed
            for other in range(len(typed)):
                twice = typed[:other] + "y" + typed[other + 1 :]
                assert spelling.keys_of(twice, tail=True) & spelling.keys_of(word, tail=True), twice


# ---- finding -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("أحمد الغامدي", "احمد الغامذي"),
        ("أحمد الغامدي", "الغمادي"),
        ("أحمد الغامدي", "غامذي"),
        ("Zubair Hakimi", "Zubiar"),
        ("Zubair Hakimi", "zubair hakmi"),
        ("Zubair Hakimi", "Zubiar Hakmi"),
        ("Margaret Thorsteinsson", "Thorstinson"),
        ("مؤسسة الإسكندرية", "الاسكنردية"),
    ],
)
def test_a_mistyped_name_is_found_in_the_palette_and_in_the_list(name, typed, company, alice):
    (person,) = gathered(company, alice, name)
    guess, groups = palette(company, "alice", typed)
    assert [option["title"] for options in groups.values() for option in options] == [name]
    assert fold(guess) in fold(name) or all(word in fold(name) for word in guess.split())
    answer = browser(company, "alice").get(LIST, {"q": typed})
    assert str(person.id) in answer.content.decode()
    assert answer.context["page"]["meant"] == guess
    assert f'value="{typed}"' in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["Zub", "Zbr", "Zabiar", "Zuabri", "0501234567", "zubair x", "z u b a i r q q q", "((("]
)
def test_what_is_too_far_or_too_short_is_not_guessed(typed, company, alice):
    gathered(company, alice, "Zubair Hakimi")
    guess, groups = palette(company, "alice", typed)
    found = [option["title"] for options in groups.values() for option in options]
    assert (guess, found) in (("", []), ("", ["Zubair Hakimi"]))


def test_a_few_exact_ones_come_first_and_others_behind_them(company, alice):
    gathered(company, alice, "سميرة ناصر", "سفيرة حداد", "سفيرة عزيز")
    guess, groups = palette(company, "alice", "سميرة")
    assert guess == ""
    assert [option["title"] for option in groups["People"]] == ["سميرة ناصر"]
    assert {option["title"] for option in groups["Did you mean: سفيره"]} == {"سفيرة حداد", "سفيرة عزيز"}


def test_many_exact_ones_ask_for_nothing_else(company, alice):
    gathered(company, alice, *(f"Samir {letter * 4}" for letter in "ABC"), "Samira")
    assert len(palette(company, "alice", "samir")[1]) == 1


def test_a_word_of_a_record_that_is_closed_is_never_told(company, alice, charlie):
    gathered(company, charlie, "Thorsteinsson", entity=DEALS)
    assert palette(company, "charlie", "Thorsteigson")[0] == "thorsteinsson"
    with scope(company.workspace):
        role = Role.objects.get(code="seller")
        role.grants["opportunities"] = {"view": "own", "edit": "own", "create": "all"}
        role.save()
        Workspace.objects.filter(pk=company.workspace.pk).update(access_version=995)
    assert palette(company, "alice", "Thorsteigson") == ("", {})
    assert (
        "thorsteinsson"
        not in browser(company, "alice")
        .get("/w/rayyan/opportunities/?q=Thorsteigson")
        .content.decode()
        .lower()
    )
    assert palette(company, "charlie", "Thorsteigson")[0] == "thorsteinsson"


def test_another_workspace_lends_no_words(company, elsewhere, alice, dalia):
    gathered(elsewhere, dalia, "Thorsteinsson")
    assert palette(company, "alice", "Thorsteigson") == ("", {})


# ---- gathering ---------------------------------------------------------------------------------------
def test_words_are_gathered_once_and_begun_anew(company, alice):
    gathered(company, alice, "Zubair Hakimi")
    with scope(company.workspace):
        before = NearWord.objects.count()
        SearchEntry.objects.update(title="zubair thorsteinsson")
    spelling.gather(company.workspace)
    with scope(company.workspace):
        words = set(NearWord.objects.filter(key__startswith="=").values_list("word", flat=True))
        assert {"zubair", "hakimi", "thorsteinsson"} <= words
        assert NearWord.objects.count() > before
        spelling.forget_all()
        assert not NearWord.objects.exists()
    spelling.gather_everyone()
    with scope(company.workspace):
        assert not NearWord.objects.filter(word="hakimi").exists()
        assert NearWord.objects.filter(word="zubair").exists()


def test_old_entries_are_gone_through_step_by_step(company, alice, monkeypatch):
    monkeypatch.setattr(spelling, "STEP", 3)
    gathered_names = [f"Name{letter * 5}" for letter in "abcdefgh"]
    with scope(company.workspace):
        made = [actions.create(PEOPLE, {"name": name}, by=alice) for name in gathered_names]
        spelling.forget_all()
        for number, record in enumerate(made):
            SearchEntry.objects.filter(id=record.id).update(position=number + 1)
    spelling.gather_everyone()
    with scope(company.workspace):
        words = set(NearWord.objects.filter(key__startswith="=").values_list("word", flat=True))
    assert {name.lower() for name in gathered_names} <= words


def test_a_workspace_of_codes_stops_at_a_bound(company, alice, monkeypatch):
    monkeypatch.setattr(spelling, "MOST_WORDS", 1)
    gathered(company, alice, "Zubair Hakimi", "Samir")
    gathered(company, alice, "Thorsteinsson")
    with scope(company.workspace):
        assert not NearWord.objects.filter(word="thorsteinsson").exists()


def test_a_name_that_is_purged_leaves_no_word_behind_but_what_others_are_called(company, alice, admin):
    one, _other = gathered(company, alice, "زرقعان الدوسري", "نورة الدوسري")
    actions.trash(PEOPLE, one.id, by=alice)
    assert NearWord.objects.filter(word="زرقعان").exists()
    purge(PEOPLE, one.id, by=admin)
    assert not NearWord.objects.filter(word="زرقعان").exists()
    assert NearWord.objects.filter(word="الدوسري").exists()


def test_two_workers_that_began_at_once_do_not_stop_it(company, alice):
    with scope(company.workspace):
        SearchProgress.objects.bulk_create([SearchProgress(), SearchProgress()])
    gathered(company, alice, "Zubair Hakimi")
    with scope(company.workspace):
        assert NearWord.objects.filter(word="zubair").exists()
