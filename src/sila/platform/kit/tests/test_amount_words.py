"""Amounts in words, as a cheque has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sila.platform.kit.amount_words import amount_in_words, number_arabic, number_english
from sila.platform.kit.currencies import CURRENCIES


@pytest.mark.parametrize(
    ("minor", "code", "said"),
    [
        (0, "SAR", "صفر ريال سعودي"),
        (1, "SAR", "هللة واحدة"),
        (100, "SAR", "ريال سعودي واحد"),
        (200, "SAR", "ريالان سعوديان"),
        (300, "SAR", "ثلاثة ريالات سعودية"),
        (1000, "SAR", "عشرة ريالات سعودية"),
        (1125, "SAR", "أحد عشر ريالًا سعوديًا وخمس وعشرون هللةً"),
        (1208, "SAR", "اثنا عشر ريالًا سعوديًا وثماني هللات"),
        (118, "SAR", "ريال سعودي واحد وثماني عشرة هللةً"),
        (9900, "EGP", "تسعة وتسعون جنيهًا مصريًا"),
        (10000, "SAR", "مئة ريال سعودي"),
        (10100, "SAR", "مئة ريال سعودي وريال سعودي واحد"),
        (10200, "SAR", "مئة ريال سعودي وريالان سعوديان"),
        (10300, "SAR", "مئة وثلاثة ريالات سعودية"),
        (20000, "SAR", "مئتا ريال سعودي"),
        (20300, "SAR", "مئتان وثلاثة ريالات سعودية"),
        (200000, "SAR", "ألفا ريال سعودي"),
        (300000, "AED", "ثلاثة آلاف درهم إماراتي"),
        (1100000, "SAR", "أحد عشر ألف ريال سعودي"),
        (1100500, "SAR", "أحد عشر ألفًا وخمسة ريالات سعودية"),
        (10200000, "SAR", "مئة ألف وألفا ريال سعودي"),
        (200000000, "SAR", "مليونا ريال سعودي"),
        (
            123456789,
            "SAR",
            "مليون ومئتان وأربعة وثلاثون ألفًا وخمسمئة وسبعة وستون ريالًا سعوديًا وتسع وثمانون هللةً",
        ),
        (1250, "KWD", "دينار كويتي واحد ومئتان وخمسون فلسًا"),
        (3003, "SYP", "ثلاثون ليرةً سوريةً وثلاثة قروش"),
        (800, "SYP", "ثماني ليرات سورية"),
        (5, "JPY", "خمسة ين ياباني"),
        (-500, "SAR", "سالب خمسة ريالات سعودية"),
    ],
)
def test_numerals_agree_with_what_they_count(minor: int, code: str, said: str) -> None:
    assert amount_in_words(minor, CURRENCIES[code], "ar") == f"فقط {said} لا غير"


@pytest.mark.parametrize(
    ("minor", "code", "said"),
    [
        (0, "SAR", "Zero Saudi riyals only"),
        (100, "SAR", "One Saudi riyal only"),
        (101, "EUR", "One euro and one cent only"),
        (
            123456789,
            "SAR",
            "One million two hundred thirty-four thousand five hundred sixty-seven Saudi riyals "
            "and eighty-nine halalas only",
        ),
        (12345, "BHD", "Twelve Bahraini dinars and three hundred forty-five fils only"),
        (-250, "USD", "Minus two US dollars and fifty cents only"),
    ],
)
def test_english_words(minor: int, code: str, said: str) -> None:
    assert amount_in_words(minor, CURRENCIES[code], "en") == said


@given(some.integers(min_value=0, max_value=10**18 - 2))
def test_different_numbers_are_said_differently(number: int) -> None:
    assert number_arabic(number) != number_arabic(number + 1)
    assert number_english(number) != number_english(number + 1)


def test_every_number_below_a_hundred_thousand_has_words_of_its_own() -> None:
    assert len({number_arabic(number) for number in range(100_000)}) == 100_000
    assert len({number_english(number) for number in range(100_000)}) == 100_000


@given(some.integers(min_value=-(10**18) + 1, max_value=10**18 - 1), some.sampled_from(sorted(CURRENCIES)))
def test_every_amount_in_every_currency_has_words(minor: int, code: str) -> None:
    for language in ("ar", "en"):
        said = amount_in_words(minor, CURRENCIES[code], language)
        assert said.endswith((" لا غير", " only"))
        assert "_" not in said
        assert "  " not in said
