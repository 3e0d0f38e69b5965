from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.money import (
    CURRENCIES,
    UnreadableMoney,
    format_money,
    from_minor,
    money_html,
    parse_money,
    to_minor,
)

SAR, KWD, JPY, EGP, USD = (CURRENCIES[code] for code in ("SAR", "KWD", "JPY", "EGP", "USD"))


@pytest.mark.parametrize(("code", "decimals"), [("SAR", 2), ("KWD", 3), ("BHD", 3), ("OMR", 3), ("JPY", 0)])
def test_each_currency_has_its_decimals(code, decimals):
    assert CURRENCIES[code].decimals == decimals


def test_currencies_have_names_in_both_languages():
    assert len(CURRENCIES) > 150
    assert all(currency.name_ar and currency.name_en and currency.symbol for currency in CURRENCIES.values())


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("45,250.50", 4525050),
        ("٤٥٬٢٥٠٫٥", 4525050),
        ("⃁ 45,250.50", 4525050),
        ("SAR 100", 10000),
        ("100 sar", 10000),
        ("100 ريال", 10000),
        ("١٠٠ ر.س.", 10000),
        ("100 ر.س", 10000),
        ("ريال سعودي 100", 10000),
        ("ر.س. 100", 10000),
        ("(100)", -10000),
        ("-SAR 5", -500),
        ("(SAR 5.25)", -525),
        ("SAR -5", -500),
        ("5- SAR", -500),
        ("\u200f100\u00a0SAR\u200e", 10000),
    ],
)
def test_amounts_are_read_with_their_currency_beside_them(typed, minor):
    assert parse_money(typed, SAR) == minor


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("1.005", SAR),
        ("1.0005", KWD),
        ("10.5", JPY),
        ("$100", SAR),
        ("100 USD", SAR),
        ("nan", SAR),
        ("1" + "0" * 20, SAR),
        ("", SAR),
        ("SAR", SAR),
        ("hundred 5", SAR),
    ],
)
def test_what_the_currency_cannot_express_is_refused(typed, currency):
    with pytest.raises(InvalidInput):
        parse_money(typed, currency)


def test_zeros_beyond_the_decimals_are_no_harm():
    assert parse_money("1.500", SAR) == 150
    assert parse_money("1.500", KWD) == 1500


def test_minor_units_and_amounts_are_two_faces_of_one_number():
    assert to_minor(Decimal("12.345"), KWD) == 12345
    assert from_minor(12345, KWD) == Decimal("12.345")
    with pytest.raises(UnreadableMoney, match="at most 2 decimals"):
        to_minor(Decimal("0.001"), SAR)


def test_on_pages_the_symbol_stands_left_of_the_number():
    assert money_html(4525050, SAR) == '<bdi dir="ltr">⃁&nbsp;45,250.50</bdi>'
    assert money_html(4525050, SAR, digits="arab") == '<bdi dir="ltr">⃁&nbsp;٤٥٬٢٥٠٫٥٠</bdi>'
    assert money_html(5000, JPY) == '<bdi dir="ltr">¥&nbsp;5,000</bdi>'
    assert money_html(91200000, SAR, whole=True) == '<bdi dir="ltr">⃁&nbsp;912,000</bdi>'
    assert money_html(91200050, SAR, whole=True) == '<bdi dir="ltr">⃁&nbsp;912,000.50</bdi>'


def test_a_symbol_of_arabic_letters_stands_in_arabic_pages_only():
    with override("ar"):
        assert money_html(1250, KWD) == '<bdi dir="ltr">د.ك&nbsp;1.250</bdi>'
        assert money_html(125, SAR) == '<bdi dir="ltr">⃁&nbsp;1.25</bdi>'
    with override("en"):
        assert money_html(1250, KWD) == '<bdi dir="ltr">KWD&nbsp;1.250</bdi>'
        assert money_html(125, SAR) == '<bdi dir="ltr">⃁&nbsp;1.25</bdi>'
        assert money_html(125, USD).startswith('<bdi dir="ltr">$&nbsp;')


@pytest.mark.parametrize(
    ("minor", "shown", "exact"),
    [
        (984000000, "9.84M", "9,840,000.00"),
        (99999999, "1.00M", "999,999.99"),
        (1250000, "12.50K", "12,500.00"),
        (99900, "999.00", ""),
        (-250000000, "-2.50M", "-2,500,000.00"),
    ],
)
def test_large_amounts_can_be_shortened_with_the_exact_one_behind_them(minor, shown, exact):
    title = f' title="⃁&nbsp;{exact}"' if exact else ""
    assert money_html(minor, SAR, compact=True) == f'<bdi dir="ltr"{title}>⃁&nbsp;{shown}</bdi>'


def test_plain_text_uses_words_that_every_font_has():
    assert format_money(4525050, SAR) == "SAR\u00a045,250.50"
    assert format_money(4525050, SAR, language="ar") == "45,250.50\u00a0ر.س"
    assert format_money(100, EGP) == "EGP\u00a01.00"
    assert format_money(100, EGP, language="ar", digits="arab") == "١٫٠٠\u00a0ج.م"
    assert format_money(100, USD) == "$\u00a01.00"


@given(
    st.integers(min_value=-(10**14), max_value=10**14),
    st.sampled_from(sorted(CURRENCIES)),
    st.sampled_from(["latn", "arab"]),
)
def test_what_is_shown_can_be_typed_again(minor, code, digits):
    currency = CURRENCIES[code]
    assert parse_money(format_money(minor, currency, language="ar", digits=digits), currency) == minor
    assert parse_money(format_money(minor, currency, digits=digits), currency) == minor
