import pytest

from sila.platform.kit.currency_names import currency_called


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("دينار كويتي", "KWD"),
        ("الدينار الكويتي", "KWD"),
        ("Kuwaiti Dinar", "KWD"),
        ("kuwaiti dinars", "KWD"),
        ("د.ك", "KWD"),
        (" kd ", "KWD"),
        ("sar", "SAR"),
        ("ر.س.", "SAR"),
        ("ريال قطري", "QAR"),
        ("دولار أمريكي", "USD"),
        ("دولار أميركي", "USD"),
        ("U.S. Dollars", "USD"),
        ("€", "EUR"),
        ("د.إ", "AED"),
        ("د.أ", "JOD"),
    ],
)
@pytest.mark.parametrize("base", ["SAR", "EGP", "JOD"])
def test_a_currency_is_known_by_its_names_in_both_languages_wherever_one_is(words, code, base):
    assert currency_called(words, base) == code


@pytest.mark.parametrize(
    ("word", "base", "code"),
    [
        ("ريال", "SAR", "SAR"),
        ("ريال", "OMR", "OMR"),
        ("riyal", "QAR", "QAR"),
        ("دينار", "KWD", "KWD"),
        ("جنيه", "EGP", "EGP"),
        ("£", "EGP", "EGP"),
        ("$", "CAD", "CAD"),
        ("$", "SAR", "USD"),
        ("£", "SAR", "GBP"),
    ],
)
def test_a_word_that_several_share_is_the_readers_own_and_a_sign_else_the_one_we_write(word, base, code):
    assert currency_called(word, base) == code


@pytest.mark.parametrize("word", ["ريال", "دينار", "dollar", "درهم", "", "silver", "د.ا"])
def test_a_word_that_several_share_is_never_guessed(word):
    assert currency_called(word, "TRY") is None
