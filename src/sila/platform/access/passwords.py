"""A password that is common stays common when it is written with other digits or capitals."""

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
SWAPS = str.maketrans("@$!013457", "asioleast")


class FoldedCommonPasswordValidator(CommonPasswordValidator):
    def validate(self, password: str, user: Any = None) -> None:
        latin = latin_digits(password).lower()
        bare = latin.translate(SWAPS)
        letters = "".join(character for character in bare if character.isalpha())
        for form in {latin, bare, letters, latin.strip("0123456789!@#$._- ")}:
            super().validate(form, user)
        rest = latin
        for word in WORDS:
            rest = rest.replace(word, "")
        if len(rest) < 5 or len(set(latin)) < 5:
            raise ValidationError(_("This password is easy to guess."), code="password_too_common")
