"""Numbers as people type and read them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from .errors import InvalidInput
from .folding import latin_digits

MAX_DIGITS = 30

_TO_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_TO_ARABIC_NUMBER = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"))
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
_SPACED = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")


class NotANumber(InvalidInput):
    """The text is not a number, or not one in a way that leaves no doubt."""


class NumberTooLong(InvalidInput):
    """More digits than any quantity has."""


def parse_decimal(text: str) -> Decimal:
    """The number, exactly. Takes ١٢٣٫٥, 1,234.50, 1.234,50, 1 234,50, 5-, −5 and (5).

    A lone comma before three digits groups ("1,234"); before another count it is the decimal mark
    ("1,5"); a lone point is always the decimal mark.
    """
    plain = latin_digits(text.translate(INVISIBLE)).strip()
    if sum(map(str.isdigit, plain)) > MAX_DIGITS:
        raise NumberTooLong(_("A number may have at most %(limit)d digits.") % {"limit": MAX_DIGITS})
    sign, digits = _split_sign(plain.replace("−", "-"))
    number = _with_decimal_point(digits)
    if number is None:
        raise NotANumber(_("“%(text)s” is not a number.") % {"text": text[:40]})
    return Decimal(sign + number)


def _split_sign(text: str) -> tuple[str, str]:
    if text.startswith("(") and text.endswith(")"):
        return "-", text[1:-1].strip()
    if text[:1] in {"-", "+"}:
        return text[0], text[1:].lstrip()
    if text.endswith("-"):
        return "-", text[:-1].rstrip()
    return "", text


def _with_decimal_point(text: str) -> str | None:
    """The digits with a point for the decimal mark and no grouping; None if they make no number."""
    text = _SPACED.sub("", text)
    if "٫" in text:
        text = re.sub("[٬،,]", ",", text).replace("٫", ".")
    else:
        text = _latin_marks(text.replace("٬", ",").replace("،", ","), grouped="٬" in text)
    whole, point, fraction = text.partition(".")
    if _GROUPED.fullmatch(whole):
        whole = whole.replace(",", "")
    number = whole + point + fraction
    return number if _PLAIN.fullmatch(number) else None


def _latin_marks(text: str, *, grouped: bool) -> str:
    """The same number in the style 1,234.5, whichever of the two styles it was in."""
    commas, points = text.count(","), text.count(".")
    swap = text.maketrans(".,", ",.")
    if commas == 1 and points and text.index(",") > text.rindex("."):
        return text.translate(swap)  # 1.234,50
    if not commas and points > 1:
        return text.translate(swap)  # 1.234.567
    if commas == 1 and not points and not grouped and not _groups(text):
        return text.translate(swap)  # 1,5
    return text


def _groups(text: str) -> bool:
    """Whether the one comma stands for thousands; a group never starts with a lone zero."""
    return bool(_GROUPED.fullmatch(text)) and not text.startswith("0")


def format_number(value: Decimal | int, *, digits: str = "latn", decimals: int | None = None) -> str:
    """1,234.50 or ١٬٢٣٤٫٥٠; all decimals that the value has, unless told how many."""
    shown = f"{Decimal(value):,f}" if decimals is None else f"{Decimal(value):,.{decimals}f}"
    return shown.translate(_TO_ARABIC_NUMBER) if digits == "arab" else shown


def plain_number(value: Decimal | int) -> str:
    """As it is typed: 2, 2.5, 0.125, no zeros that say nothing."""
    return f"{Decimal(value).normalize():f}"


def digits_for(text: str, digits: str) -> str:
    """The text with its digits as the reader wants them; for showing only."""
    return text.translate(_TO_ARABIC) if digits == "arab" else text
