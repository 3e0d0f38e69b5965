"""Names of people as Arabs use them."""

import re
import zlib

from .folding import fold

_ZWNJ_HAIR_SPACE = "\u200c\u200a"  # ZWNJ alone leaves the two letters touching at small sizes
_HUES = 6

_TITLES = (
    "الشيخ شيخ الشيخة شيخة الدكتور دكتور الدكتورة دكتورة د المهندس مهندس المهندسة مهندسة م الأستاذ أستاذ "
    "الأستاذة أستاذة أ السيد السيدة الآنسة معالي سعادة سمو فضيلة صاحب صاحبة الأمير الأميرة الحاج الحاجة "
    "الأخ الأخت العميد العقيد اللواء الفريق المحامي المستشار البروفيسور بروفيسور القاضي "
    "mr mrs ms miss mme mlle madame mademoiselle monsieur dr pr prof eng "
    "sheikh sheikha shaikh sh haj hajj sir engineer doctor capt"
)
_TITLE_WORDS = frozenset(map(fold, _TITLES.split()))
# Family and given names as often as titles: these count as titles only with a full name behind them.
_OFTEN_NAMES = "السيد الأمير شيخ الشيخ شيخة الحاج القاضي العميد sheikh sheikha shaikha"
_NAMES_TOO = frozenset(map(fold, _OFTEN_NAMES.split()))
_SKIPPED = frozenset(
    map(fold, ("عبد", "بن", "ابن", "بنت", "ال", "آل", "bin", "ibn", "ben", "bint", "al", "el"))
)
_ARTICLE = re.compile(r"^(?:ال(?=..)(?!له$)|(?:al|el)-)", re.IGNORECASE)


def strip_honorific(name: str) -> str:
    """The name without titles in front: «م. ريم الحربي» is «ريم الحربي»."""
    words = name.split()
    while len(words) > 1 and _is_title(words):
        words.pop(0)
    return " ".join(words)


def _is_title(words: list[str]) -> bool:
    title = fold(words[0]).strip("./")
    # One letter is a title only with its dot or slash: «م.», «د/».
    if len(title) == 1 and not words[0].endswith((".", "/")):
        return False
    return title in _TITLE_WORDS and (title not in _NAMES_TOO or len(words) > 2)


def initials(name: str) -> str:
    """First letters of the first and the last word: «ع ق», not joined; "KH" in Latin; "" for no name."""
    letters = list(filter(None, map(_first_letter, strip_honorific(name).split())))
    if not letters:
        return ""
    chosen = [letters[0], letters[-1]] if len(letters) > 1 else letters
    arabic = any("ء" <= letter <= "ي" for letter in chosen)
    return (_ZWNJ_HAIR_SPACE if arabic else "").join(chosen).upper()


def _first_letter(word: str) -> str:
    """The letter a word is known by; "" for words that are passed over (عبد, بن, ال)."""
    if fold(word) in _SKIPPED:
        return ""
    return next((letter for letter in _ARTICLE.sub("", word) if letter.isalnum()), "")


def hue(text: str) -> int:
    """1 to 6, always the same for the same text: the colour of an avatar."""
    return zlib.crc32(fold(text).encode()) % _HUES + 1


def four_part(given: str = "", father: str = "", grandfather: str = "", family: str = "") -> str:
    """The parts that are known, in their order (الاسم الرباعي)."""
    return " ".join(" ".join((given, father, grandfather, family)).split())
