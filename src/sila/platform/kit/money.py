"""Amounts as whole minor units (halalas, cents), and how they are typed and shown."""

import re
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .currencies import CURRENCIES as CURRENCIES
from .currencies import Currency as Currency
from .currency_names import currency_called
from .errors import InvalidInput
from .numbers import INVISIBLE, format_number, parse_decimal

_NBSP = "\u00a0"
_MAX_MINOR = 10**18 - 1  # eighteen digits fit the databases' 64-bit integers
# A sign may stand outside the symbol (-$5) or inside (SAR -5); a point begins a number, or ends "ر.س.".
_TYPED = re.compile(
    r"(?P<sign>[-−+(]?)\s*(?P<before>\D*?)\s*"
    r"(?P<number>[-−+(]?\s*(?:(?<!\w)[.٫])?\d(?:.*\d)?\s*[-−)]?)(?P<after>\D*)"
)
# Where the sign has no glyph in common fonts, or no abbreviation people read.
_PLAIN_ARABIC = {"SAR": "ر.س"}
_NEARLY = Decimal("0.999995")  # rounds up to 1.00 of the next letter
_COMPACT = ((10**9, "B"), (10**6, "M"), (10**3, "K"))


class UnreadableMoney(InvalidInput):
    """An amount with the wrong currency beside it, too many decimals, or beyond all bounds."""


def to_minor(amount: Decimal, currency: Currency) -> int:
    """Whole minor units; refuses what the currency cannot express, rather than rounding it away."""
    minor = amount.scaleb(currency.decimals)
    if minor != minor.to_integral_value():
        raise UnreadableMoney(_too_many_decimals(currency))
    if abs(minor) > _MAX_MINOR:
        raise UnreadableMoney(_("The amount is too large."))
    return int(minor)


def from_minor(minor: int, currency: Currency) -> Decimal:
    """The amount in the currency's main unit, exactly."""
    return Decimal(minor).scaleb(-currency.decimals)


def parse_money(text: str, currency: Currency) -> int:
    """Minor units of what was typed, with or without the currency's symbol, code or name beside it."""
    found = _TYPED.fullmatch(text.translate(INVISIBLE).strip())
    if not found:
        return to_minor(parse_decimal(text), currency)
    for beside in (found["before"], found["after"]):
        _check_symbol(beside, currency)
    return to_minor(parse_decimal(found["sign"] + found["number"].strip()), currency)


def _check_symbol(beside: str, currency: Currency) -> None:
    """Refuses what stands beside the number, unless it means this currency."""
    if beside.strip(" .") and currency_called(beside, currency.code) != currency.code:
        message = _("“%(text)s” does not mean %(currency)s.")
        raise UnreadableMoney(message % {"text": beside.strip()[:40], "currency": currency.code})


def _too_many_decimals(currency: Currency) -> str:
    message = ngettext(
        "%(currency)s takes at most %(count)d decimal.",
        "%(currency)s takes at most %(count)d decimals.",
        currency.decimals,
    )
    return message % {"currency": currency.code, "count": currency.decimals}


def format_money(
    minor: int, currency: Currency, *, digits: str = "latn", compact: bool = False, language: str = "en"
) -> str:
    """Plain text for mail, SMS, charts and `title`: "SAR 45,250.50", in Arabic «45,250.50 ر.س»."""
    number = _number(minor, currency, digits, compact)
    if language == "ar":
        return f"{number}{_NBSP}{_PLAIN_ARABIC.get(currency.code, currency.symbol)}"
    return f"{_latin_symbol(currency)}{_NBSP}{number}"


def money_html(
    minor: int, currency: Currency, *, digits: str = "latn", compact: bool = False, whole: bool = False
) -> SafeString:
    """For pages: the symbol at the left of the number in both languages; outside Arabic no Arabic letters.

    `compact` shortens to 9.84M, with the exact amount behind it; `whole` leaves out decimals that are all zeros.
    """
    number, symbol = _number(minor, currency, digits, compact, whole=whole), escape(page_symbol(currency))
    exact = _number(minor, currency, digits, compact=False)
    title = f' title="{symbol}&nbsp;{exact}"' if compact and exact != number else ""
    return mark_safe(f'<bdi dir="ltr"{title}>{symbol}&nbsp;{number}</bdi>')  # noqa: S308 escaped here


def page_symbol(currency: Currency) -> str:
    return symbol_in("ar" if get_language() == "ar" else "en", currency)


def symbol_in(language: str, currency: Currency) -> str:
    """Its symbol; where only English is read, its code in place of Arabic letters."""
    return currency.code if language == "en" and _in_arabic(currency) else currency.symbol


def _latin_symbol(currency: Currency) -> str:
    return currency.code if currency.code == "SAR" or _in_arabic(currency) else currency.symbol


def _in_arabic(currency: Currency) -> bool:
    return "ء" <= currency.symbol[0] <= "ي"


def _number(minor: int, currency: Currency, digits: str, compact: bool, *, whole: bool = False) -> str:
    amount = from_minor(minor, currency)
    if compact:
        for size, letter in _COMPACT:
            if abs(amount) >= size * _NEARLY:
                return format_number(amount / size, digits=digits, decimals=2) + letter
    decimals = 0 if whole and amount == amount.to_integral_value() else currency.decimals
    return format_number(amount, digits=digits, decimals=decimals)
