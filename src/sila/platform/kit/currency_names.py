"""What people call a currency, in both languages: «دينار كويتي», "Kuwaiti dinars", KWD, KD, «د.ك»."""

import re
from collections.abc import Iterator
from functools import cache

from babel.numbers import get_currency_name, get_currency_symbol

from .currencies import CURRENCIES, Currency
from .folding import fold

_ABBREVIATIONS = {
    "SAR": ("ر.س", "sr"),
    "AED": ("dh", "dhs"),
    "EGP": ("le",),
    "KWD": ("kd",),
    "BHD": ("bd",),
    "USD": ("us$", "دولار أميركي"),
}
_ALSO = {"dollar": "$", "pound": "£", "rial": "riyal", "riyal": "rial", "yen": "¥", "yuan": "¥"}
_COUNTS = (1, 2, 5, 11, 100)  # one for each of the Arabic plurals


def currency_called(text: str, base: str) -> str | None:
    """The code of the currency that the words or the sign mean.

    What several are called («ريال», dollar, £) means `base`, the currency that the reader counts in, if it is
    one of them; a sign otherwise means the currency that we write with it, and a word nothing.
    """
    written = text.strip(" .")
    if written.upper() in CURRENCIES:
        return written.upper()
    named, shared = _names()
    word = _plain(text)
    exact = named.get(written, set()) if len(written) > 1 else set()  # folded, د.إ and د.أ are one
    if base in shared.get(word, ()) and len(exact) != 1:
        return base
    codes = exact or named.get(written) or named.get(word) or shared.get(word) or set()
    return min(codes) if len(codes) == 1 else None


@cache
def _names() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Name or sign -> the currencies that are called so and nothing else; and the words that currencies share."""
    named: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for currency in CURRENCIES.values():
        named.setdefault(currency.symbol, set()).add(currency.code)
        for name in _own(currency):
            named.setdefault(_plain(name), set()).add(currency.code)
        for word in _common(currency):
            shared.setdefault(_plain(word), set()).add(currency.code)
    return named, shared


def _own(currency: Currency) -> Iterator[str]:
    yield from (currency.symbol, currency.name_ar, currency.name_en)
    yield from _ABBREVIATIONS.get(currency.code, ())
    for locale in ("ar", "en"):
        yield get_currency_symbol(currency.code, locale)
        yield from (get_currency_name(currency.code, count, locale) for count in (None, *_COUNTS))


def _common(currency: Currency) -> Iterator[str]:
    """«دينار», dinar, dinars, and the sign of all dollars."""
    kind = currency.name_en.split()[-1].lower()
    yield from (currency.name_ar.split()[0], kind, f"{kind}s", _ALSO.get(kind, kind))
    yield from _own(currency)


def _plain(text: str) -> str:
    return re.sub(r"[\s.]", "", fold(text, article=True))
