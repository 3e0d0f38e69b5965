import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.folding import fold, latin_digits, latin_key, other_layout


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("فاطمة", "فاطمه"),
        ("مصطفى", "مصطفي"),
        ("مؤمن", "مومن"),
        ("رئيس", "رييس"),
        ("علی", "علي"),
        ("کریم", "كريم"),
        ("ﷲ", "الله"),
        ("ﻻ", "لا"),
        ("رحمٰن", "رحمن"),
        ("عبد الله", "عبدالله"),
        ("عَبْد  الرحمن", "عبدالرحمن"),
        ("أبو عبد الله", "ابوعبدالله"),
        ("أبو ظبي", "أبوظبي"),
        ("١٢٣", "123"),
        ("۴۵۶", "456"),
        ("José  Müller", "jose muller"),
        ("Straße", "STRASSE"),
        ("Øystein Łukasz", "oystein lukasz"),
        ("\u202eعلي\u202c", "علي"),
        ("ع\u200cلي\u200d", "علي"),
        ("آمنة", "امنه"),
        ("ا\u0654حمد", "احمد"),
        ("  Acme\tInc\n", "acme inc"),
    ],
)
def test_spellings_of_one_word_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("علي", "عالي"), ("عبد", "عابد"), ("سالم", "سلم"), ("مدرسة", "مدرس")]
)
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


def test_the_article_goes_only_when_asked():
    assert fold("شركة النور") == "شركه النور"
    assert fold("شركة النور", article=True) == "شركه نور"
    assert fold("فضل الله", article=True) == "فضل الله"


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_digits_become_latin_and_letters_stay():
    assert latin_digits("فاتورة ١٢٣ و ۴۵") == "فاتورة 123 و 45"


@pytest.mark.parametrize(
    "spellings",
    [
        ["محمد", "مُحمّد", "Mohamed", "Mohammed", "Muhammad", "Mohammad", "Mouhamed", "MOHAMAD"],
        ["عبدالرحمن", "عبد الرحمن", "Abdulrahman", "Abdel Rahman", "Abdurrahman", "Abd al-Rahman"],
        ["عبدالرحمن", "Abd ar-Rahman", "Abdel-Rahman", "Abdul Rahman", "Abderrahmane", "Abd ul Rahman"],
        ["عبدالله", "عبد الله", "Abdullah", "Abdallah", "Abdulla", "Abd Allah"],
        ["عبدالعزيز", "Abdulaziz", "Abdel Aziz", "Abd el-Aziz"],
        ["عبداللطيف", "Abdullatif", "Abdel Latif", "Abdul Lateef"],
        ["يوسف", "Yousef", "Youssef", "Yusuf", "Yousuf"],
        ["خالد", "Khalid", "Khaled"],
        ["حسين", "Hussein", "Husain", "Hussain"],
        ["فاطمة", "Fatima", "Fatimah", "Fatma"],
        ["جمال", "Gamal", "Jamal", "Djamel"],
        ["قاسم", "Qasim", "Kassem", "Kacem"],
        ["شريف", "Sherif", "Sharif", "Chérif"],
        ["غانم", "Ghanem", "Ghanim"],
        ["عثمان", "Othman", "Uthman", "Osman"],
        ["وليد", "Walid", "Waleed", "Oualid"],
        ["مروان", "Marwan", "Merwan"],
        ["يحيى", "Yahya", "Yehia"],
        ["سعيد", "Sa'eed", "Said", "Saeed"],
        ["رمضان", "Ramadan", "Ramadhan"],
        ["ممدوح", "Mamdouh", "Mamduh"],
        ["الحربي", "Al-Harbi", "Alharbi", "Al Harbi", "El Harby"],
        ["العتيبي", "Alotaibi", "Al-Otaibi", "Al Otaiby"],
        ["الشهري", "Alshehri", "Al-Shehri", "ash-Shihri"],
        ["السيد", "Elsayed", "El-Sayed", "as-Sayyid"],
        ["محمد بن سلمان", "Mohammed bin Salman", "Muhammad ibn Salman", "محمد سلمان"],
        ["إلهام", "Elham"],
        ["أبو بكر", "Abubakr", "Abou Bakr", "Abu Bakr"],
        ["علي", "Ali", "Aly"],
        ["طه", "Taha"],
    ],
)
def test_spellings_of_a_name_meet_in_both_scripts(spellings):
    assert len({latin_key(spelling) for spelling in spellings}) == 1, list(map(latin_key, spellings))


@pytest.mark.parametrize(
    ("one", "other"),
    [("محمد", "أحمد"), ("خالد", "وليد"), ("عمران", "مروان"), ("Sami", "Shami"), ("سعد", "سعيد العتيبي")],
)
def test_different_names_keep_different_keys(one, other):
    assert latin_key(one) != latin_key(other)


def test_the_key_of_a_full_name_keeps_the_order_of_its_words():
    assert latin_key("خالد أحمد العتيبي") == "xld ahmd atb"


@given(st.text())
def test_any_text_has_a_key(text):
    assert isinstance(latin_key(text), str)


@pytest.mark.parametrize(("typed", "meant"), [("ncfh", "ىؤبا"), ("lpl]", "محمد"), ("ughx", "علاء")])
def test_latin_letters_typed_for_arabic_are_read_back(typed, meant):
    assert other_layout(typed) == meant


@pytest.mark.parametrize(("typed", "meant"), [("ىؤبا", "ncfh"), ("سشمثس", "sales"), ("لاخى", "bon")])
def test_arabic_letters_typed_for_latin_are_read_back(typed, meant):
    assert other_layout(typed) == meant


def test_caps_lock_does_not_matter():
    assert other_layout("LPL]") == "محمد"
