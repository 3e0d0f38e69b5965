"""A password that is common stays common when it is written with other digits or capitals."""

import re
from itertools import pairwise
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sila.platform.kit.folding import latin_digits

# Parts that breached lists hold in endless combinations: the word with digits or signs around it.
WORDS = (
    "password",
    "qwerty",
    "welcome",
    "admin",
    "letmein",
    "iloveyou",
    "sila",
    "riyadh",
    "cairo",
    "saudi",
    "allah",
    "bismillah",
    "123456",
)
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "12345678901",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
)
FEWEST = 5
SWAPS = str.maketrans("@$!013457", "asioleast")


class FoldedCommonPasswordValidator(CommonPasswordValidator):
    def validate(self, password: str, user: Any = None) -> None:
        latin = latin_digits(password).lower()
        bare = latin.translate(SWAPS)
        letters = "".join(character for character in bare if character.isalpha())
        for form in {latin, bare, letters, latin.strip("0123456789!@#$._- ")}:
            super().validate(form, user)
        rest = latin
        for word in (*WORDS, *_own_words(user)):
            rest = rest.replace(word, "")
        if len(rest) < FEWEST or len(set(latin)) < FEWEST or _surprises(latin) < FEWEST:
            raise ValidationError(_("This password is easy to guess."), code="password_too_common")


def _own_words(user: Any) -> list[str]:
    """Name and address of the person, and so mostly the company's name."""
    known = f"{getattr(user, 'email', '')} {getattr(user, 'name', '')}".lower()
    return [word for word in re.split(r"[^\w]+", known) if len(word) >= 4]


def _surprises(password: str) -> int:
    """How often the next character neither repeats the last one nor stands beside it (abcdef, 987654, qwerty)."""
    return sum(not _beside(first, second) for first, second in pairwise(password))


def _beside(first: str, second: str) -> bool:
    return first == second or any(first + second in row or second + first in row for row in ROWS)
