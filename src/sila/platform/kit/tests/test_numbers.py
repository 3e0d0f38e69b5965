from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.numbers import NotANumber, NumberTooLong, digits_for, format_number, parse_decimal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", "5"),
        ("007", "7"),
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234", "1234"),
        ("1,5", "1.5"),
        ("0,125", "0.125"),
        ("12,34", "12.34"),
        ("1 234 567,8", "1234567.8"),
        ("1\u00a0234.5", "1234.5"),
        ("1'234'567.8", "1234567.8"),
        ("١٢٣٤٫٥", "1234.5"),
        ("١٬٢٣٤٬٥٦٧٫٨٩", "1234567.89"),
        ("۱۲۳", "123"),
        ("١٬٢٣٤", "1234"),
        ("-5", "-5"),
        ("5-", "-5"),
        ("−5", "-5"),
        ("(5.25)", "-5.25"),
        ("+5", "5"),
        (" \u200f٥\u200e ", "5"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    assert parse_decimal(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "nan",
        "inf",
        "-",
        "1e5",
        "1E400",
        "1,2,3",
        "1.2.3",
        "12 34",
        "1,23,4.5",
        "--5",
        "0x10",
        "1_000",
        "5%",
        "1,234,56",
        "1.234.56",
        "5 5",
        "१२",
        "²",
        "1.",
        "(5",
        "1,234.567,8",
        "٫",
        "½",
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(NotANumber):
        parse_decimal(typed)


def test_a_number_of_boundless_length_is_refused():
    assert parse_decimal("9" * 30) == Decimal("9" * 30)
    with pytest.raises(NumberTooLong):
        parse_decimal("9" * 31)


def test_numbers_are_shown_with_groups_in_either_digits():
    assert format_number(Decimal("1234567.50")) == "1,234,567.50"
    assert format_number(Decimal("1234.5"), decimals=2, digits="arab") == "١٬٢٣٤٫٥٠"
    assert format_number(Decimal("1E+3")) == "1,000"
    assert format_number(-1234) == "-1,234"


def test_other_text_keeps_all_but_its_digits():
    assert digits_for("Q4 2026", "arab") == "Q٤ ٢٠٢٦"
    assert digits_for("Q4 2026", "latn") == "Q4 2026"


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, places=3, allow_nan=False),
    st.sampled_from(["latn", "arab"]),
)
def test_what_is_shown_can_be_typed_again(number, digits):
    assert parse_decimal(format_number(number, digits=digits)) == number
