"""One way of comparing text, behind search, duplicates, uniqueness, import matching and highlight."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = {
    **dict.fromkeys("أإآٱٲٳ", "ا"),
    **dict.fromkeys("ىئیېۍے", "ي"),
    **dict.fromkeys("ةہھەۀۂۃ", "ه"),
    "ؤ": "و",
    **dict.fromkeys("کڪ", "ك"),
    # Latin letters that no decomposition takes apart.
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
}
_REMOVED = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x0300, 0x036F),  # Latin accents
    (0x0610, 0x061C),  # Quranic signs, Arabic letter mark
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),  # tashkeel
    (0x0670, 0x0670),  # small alef
    (0x06D6, 0x06DC),  # more Quranic signs
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x08CA, 0x08E1),
    (0x08E3, 0x08FF),
    (0x1AB0, 0x1ACE),  # more combining marks
    (0x1DC0, 0x1DFF),
    (0x200B, 0x200F),  # zero-width characters and direction marks
    (0x202A, 0x202E),  # bidi embeddings and overrides
    (0x2060, 0x206F),  # word joiner, bidi isolates
    (0xFEFF, 0xFEFF),  # byte order mark
)
_DIGITS = {first + digit: str(digit) for first in (0x0660, 0x06F0, 0xFF10) for digit in range(10)}
_FOLD: dict[int, str | None] = {
    **{ord(letter): plain for letter, plain in _LETTERS.items()},
    **_DIGITS,
    **{point: None for first, last in _REMOVED for point in range(first, last + 1)},
}
_SHORT = 200
_JOINED = re.compile(r"(?<!\S)(ابوعبد|عبد|ابو) (?=[ء-ي])")
_ARTICLE = re.compile(r"(?<!\S)ال(?=\S\S)(?!له(?!\S))")


def latin_digits(text: str) -> str:
    """Arabic-Indic, Persian and full-width digits become 0-9; all else stays."""
    return text if text.isascii() else text.translate(_DIGITS)


def fold(text: str, *, article: bool = False) -> str:
    """Text for comparing, never for showing; `article` also drops the leading ال of each word.

    «عبد الله» equals «عبدالله», and «أبو ظبي» equals «أبوظبي»: both spellings are in daily use.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = _known(text) if len(text) <= _SHORT else _folded(text)
    return _ARTICLE.sub("", folded) if article else folded


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_FOLD).casefold()
    # Accents come off after decomposing; what else was taken apart is put together again.
    folded = unicodedata.normalize("NFKD", folded).translate(_FOLD).casefold()
    return _JOINED.sub(r"\1", " ".join(unicodedata.normalize("NFKC", folded).split()))


_known = lru_cache(maxsize=8192)(_folded)  # a name is compared several times while it is saved
