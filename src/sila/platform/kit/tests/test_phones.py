import random

import phonenumbers
import pytest
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from sila.platform.kit import phones
from sila.platform.kit.phones import UnreadablePhone, format_phone, normalise_phone, phone_query, tel_uri


@pytest.mark.parametrize(
    "typed",
    [
        "0501234567",
        "050 123 4567",
        "501234567",
        "+966501234567",
        "00966501234567",
        "+966 (50) 123-4567",
        "(+966) 501234567",
        "(00966) 50 123 4567",
        "٠٥٠١٢٣٤٥٦٧",
        "۰۵۰۱۲۳۴۵۶۷",
        "tel:+966-50-123-4567",
        "Tel: +966 50 123 4567",
        "جوال: 0501234567",
        "'+966501234567",
        "966501234567.0",
        "+966 (0) 50 123 4567",
        "\u202a+966 50 123 4567\u202c",
    ],
)
def test_one_number_however_it_is_typed(typed):
    assert normalise_phone(typed, "SA") == "+966501234567"


def test_a_number_without_country_code_belongs_to_the_country_given():
    assert normalise_phone("010 1234 5678", "EG") == "+201012345678"
    assert normalise_phone("00966501234567", "US") == "+966501234567"


def test_a_number_of_another_country_may_have_lost_its_plus_if_it_is_one_of_its_plan():
    assert normalise_phone("962791234567", "SA") == "+962791234567"
    assert normalise_phone("٩٦٥٦٦٧٠٠٨٠٠", "SA") == "+96566700800"
    for nobodys in ("962111234567", "999123456789", "96650123456789"):
        with pytest.raises(UnreadablePhone):
            normalise_phone(nobodys, "SA")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "123",
        "05012",
        "050123456789012",
        "0501234567 x",
        "x5",
        "0501234567 x1234567",
        "+999501234567",
        "call me",
        "0501234567,0551234567",
        "=0501234567",
        "+",
        "1" * 60,
    ],
)
def test_what_cannot_be_dialled_is_refused(typed):
    with pytest.raises(UnreadablePhone):
        normalise_phone(typed, "SA")


def test_numbers_of_the_country_are_shown_as_they_are_dialled_there():
    assert format_phone("+966501234567", "SA") == "050 123 4567"
    assert format_phone("+966501234567", "AE") == "+966 50 123 4567"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("050123", "50123"),
        ("٠٥٠ ١٢٣", "50123"),
        ("00966 50", "96650"),
        ("+966 50", "96650"),
        ("4567", "4567"),
        ("ali", ""),
        ("", ""),
        ("+44 (0) 20", "4420"),
    ],
)
def test_a_fragment_is_looked_for_by_its_digits(typed, digits):
    assert phone_query(typed) == digits
    assert not digits or digits in "966501234567" or digits == "4420"


@pytest.mark.parametrize(
    "typed",
    [
        "011 444 5566 تحويلة ١٢",
        "0114445566 تحويله 12",
        "0114445566 ext 12",
        "0114445566 ext. 12",
        "011-444-5566, extension 12",
        "0114445566x12",
        "0114445566 #12",
        "tel:+966114445566;ext=12",
        "+966114445566x12",
    ],
)
def test_an_extension_is_kept_behind_the_number(typed):
    kept = normalise_phone(typed, "SA")
    assert kept == "+966114445566x12"
    assert format_phone(kept, "SA") == "011 444 5566 x12"
    assert tel_uri(kept) == "tel:+966114445566;ext=12"
    assert phone_query(typed) in kept


def as_the_library_reads(typed, country):
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        return ""
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if possible else ""


def scribbles(country):
    """Numbers like a mobile one of the country: right ones, wrong ones, with all that may stand before and between."""
    dice = random.Random(country)
    code = str(phonenumbers.country_code_for_region(country))
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    usual = str(example.national_number) if example else "51111111"
    for _n in range(150):
        digits = "".join(dice.choice("0123456789") if dice.random() < 0.3 else digit for digit in usual)
        digits += dice.choice(["", "", "", "7"])
        before = dice.choice(["", "", "0", f"+{code}", f"+{code}", code, f"+{code}(0)", f"+{code}0", "+1"])
        yield "".join(sign + dice.choice(["", "", "", " ", "-"]) for sign in before + digits).strip()


def test_the_short_way_reads_mobile_numbers_as_the_library_does():
    short = [
        (typed, country, found)
        for country in sorted(phonenumbers.SUPPORTED_REGIONS)
        for typed in scribbles(country)
        if (found := phones._mobile(typed, country))
    ]

    assert len(short) > 5000
    assert [each for each in short if as_the_library_reads(*each[:2]) != each[2]] == []
