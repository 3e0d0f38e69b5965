"""Telephone numbers: kept as E.164, shown as the reader would dial them.

An extension stands behind an x: +966114445566x12.
"""

import re
from functools import cache, lru_cache

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from .errors import InvalidInput
from .folding import latin_digits

_INVISIBLE = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff]")
_PREFIX = re.compile(r"^(?:(?:tel|phone|mob|mobile)\s*[.:]+|هاتف\s*:|جوال\s*:)\s*", re.IGNORECASE)
# What spreadsheets leave of a number: '+966501234567 kept as text, 966501234567.0 as a figure.
_OF_A_SHEET = re.compile(r"^['’\"]+|[\"']+$|(?<=\d{7})\.0$")
_ALLOWED = re.compile(r"\+?[\d\s().\-–/\u2010-\u2012\u2212]+", re.ASCII)
_EXTENSION = re.compile(
    r"\s*(?:;\s*ext\s*=|[,;]?\s*(?:ext(?:ension)?\b\.?|x|#|تحويلة|تحويله|داخلي)\s*[:.]?)\s*(\d{1,6})\s*$",
    re.IGNORECASE,
)
_CODE_IN_BRACKETS = re.compile(r"^\(\s*(\+|00)\s*(\d{1,3})\s*\)", re.ASCII)
_SHORTENED = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})", re.ASCII)
_NO_DIGIT = re.compile(r"\D")
_LEAST_ABROAD = 11
_MAX_TYPED = 40
_MAX_KEPT = 20  # as PhoneField


class UnreadablePhone(InvalidInput):
    """Not a number that can be dialled."""


@lru_cache(4096)  # a row of an import asks for its phones when it is looked for and when it is written
def normalise_phone(text: str, country: str) -> str:
    """E.164, with its extension; a number without a country code is one of `country` (ISO 3166, "SA").

    Only the length is checked against the numbering plan: plans grow faster than tables of them.
    """
    typed, extension = _apart(_PREFIX.sub("", _unshortened(_plain(text))))
    number = _e164(text, typed, country)
    kept = f"{number}x{extension}" if extension else number
    if len(kept) > _MAX_KEPT:
        raise _refusal(text)
    return kept


def _unshortened(typed: str) -> str:
    """9.66501234567E+11 with all its digits; raises UnreadablePhone where a spreadsheet has lost the last ones."""
    found = _SHORTENED.fullmatch(typed)
    if not found:
        return typed
    digits, power = found[1] + (found[2] or ""), int(found[3])
    if len(digits) != power + 1:
        raise UnreadablePhone(digits_lost(typed))
    return digits


def digits_lost(typed: str) -> str:
    """What is wrong with 9.66501E+11, where it stands for something with digits of its own."""
    message = _("“%(text)s” is a number that a spreadsheet has shortened: its last digits are lost.")
    return message % {"text": typed[:40]}


def _apart(typed: str) -> tuple[str, str]:
    """The number, and its extension or ""."""
    found = _EXTENSION.search(typed)
    return (typed[: found.start()], found[1]) if found else (typed, "")


def without_extension(kept: str) -> str:
    return kept.partition("x")[0]


def tel_uri(kept: str) -> str:
    """What a device dials (RFC 3966)."""
    return "tel:" + kept.replace("x", ";ext=")


def _e164(text: str, typed: str, country: str) -> str:
    typed = _CODE_IN_BRACKETS.sub(r"\1\2 ", typed)
    if len(typed) > _MAX_TYPED or not _ALLOWED.fullmatch(typed):
        raise _refusal(text)
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    if typed.startswith("+"):
        typed = typed.replace("(0)", "")  # dialled at home alone
    number = _parsed(typed, country) or _abroad(typed, country)
    if not number:
        raise _refusal(text)
    return number


@lru_cache(maxsize=4096)  # a number is read several times while it is saved
def _parsed(typed: str, country: str) -> str:
    """ "" if nobody could dial it."""
    if mobile := _mobile(typed, country):
        return mobile
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _mobile(typed: str, country: str) -> str:
    """A mobile number of the country as nearly everybody writes it; "" for any other, which the library reads in
    twenty times the time."""
    code, before, pattern = _mobiles(country)
    digits = _NO_DIGIT.sub("", typed)
    if typed.startswith("+"):
        own = digits.removeprefix(code) if digits.startswith(code) else ""
    else:
        own = "" if digits.startswith(code) else digits.removeprefix(before)
    return f"+{code}{own}" if pattern and pattern.fullmatch(own) else ""


@cache
def _mobiles(country: str) -> tuple[str, str, re.Pattern[str] | None]:
    """The country's code, what stands before a number at home if that is at most a 0, and its mobile numbers."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if not plan or plan.national_prefix_for_parsing not in (None, "0") or plan.leading_digits:
        return "", "", None
    pattern = plan.mobile.national_number_pattern if plan.mobile else None
    compiled = re.compile(pattern) if pattern else None
    return str(plan.country_code), plan.national_prefix_for_parsing or "", compiled


def _abroad(typed: str, country: str) -> str:
    """962791234567, as messengers and spreadsheets write a number of another country: its plus is left out.

    Since that is a guess, the number has to be one of the plan of its country, and of none at home.
    """
    digits = _NO_DIGIT.sub("", typed)
    if typed.startswith("+") or digits.startswith("0") or len(digits) < _LEAST_ABROAD:
        return ""
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except NumberParseException:
        return ""
    home = phonenumbers.country_code_for_region(country)
    if number.country_code == home or not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _plain(text: str) -> str:
    return _OF_A_SHEET.sub("", latin_digits(_INVISIBLE.sub("", text)).replace("\u00a0", " ").strip()).strip()


def _refusal(text: str) -> UnreadablePhone:
    return UnreadablePhone(_("“%(text)s” is not a complete phone number.") % {"text": text.strip()[:40]})


def format_phone(kept: str, country: str) -> str:
    """National form for numbers of `country`, international for others; to be shown left to right."""
    number, _x, extension = kept.partition("x")
    shown = _dialled(number, country)
    return f"{shown} x{extension}" if extension else shown


@lru_cache(maxsize=8192)
def _dialled(e164: str, country: str) -> str:
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(country)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def phone_query(text: str) -> str:
    """Digits to look for inside stored E.164 numbers; "" if the text cannot be part of one.

    Prefixes that E.164 does not have fall away: 00 before the country code, 0 before the area code.
    """
    typed, _extension = _apart(_plain(text))
    if not _ALLOWED.fullmatch(typed):
        return ""
    digits = re.sub(r"\D", "", typed.replace("(0)", ""))
    return digits if typed.startswith("+") else digits.lstrip("0")
