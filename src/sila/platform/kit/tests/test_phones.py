import pytest

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
