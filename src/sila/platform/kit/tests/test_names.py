import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.names import four_part, hue, initials, strip_honorific


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("عبدالله بن سعد القحطاني", "عق"),
        ("عبد الرحمن السالم", "رس"),
        ("م. ريم عبدالعزيز الحربي", "رح"),
        ("الدكتور خالد العتيبي", "خع"),
        ("محمد", "م"),
        ("آل سعود", "س"),
        ("Khalid Al-Harbi", "KH"),
        ("dr. sara bin ali", "SA"),
        ("", ""),
        ("—", ""),
    ],
)
def test_initials_are_of_the_words_that_name_the_person(name, letters):
    assert initials(name).replace("\u200c\u200a", "") == letters


def test_arabic_initials_do_not_join():
    assert initials("خالد العتيبي") == "خ\u200c\u200aع"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("م. ريم الحربي", "ريم الحربي"),
        ("د/ خالد العتيبي", "خالد العتيبي"),
        ("معالي الدكتور خالد العتيبي", "خالد العتيبي"),
        ("Dr. Sara Ali", "Sara Ali"),
        ("Mme Leila Mansouri", "Leila Mansouri"),
        ("شيخة المهيري", "شيخة المهيري"),
        ("السيد أحمد", "السيد أحمد"),
        ("السيد أحمد العتيبي", "أحمد العتيبي"),
        ("Eng. ", "Eng."),
        ("محمد علي", "محمد علي"),
    ],
)
def test_titles_come_off_and_names_stay(name, bare):
    assert strip_honorific(name) == bare


@given(st.text())
def test_every_text_has_a_hue_and_initials(text):
    assert 1 <= hue(text) <= 6
    assert isinstance(initials(text), str)


def test_the_hue_is_stable_across_spellings():
    assert hue("أحمد") == hue("احمد")


def test_the_four_parts_in_order_with_gaps():
    assert four_part("خالد", "", " سعد ", "العتيبي") == "خالد سعد العتيبي"
