"""The key under which محمد, Mohamed, Mohammed and Muhammad meet: the consonants of a name, in Latin.

Its letters: x for خ, c for ش, g for غ, j for ج (and g), k for ق and ك, a for a vowel or ع that opens a word.
"""

import re
from functools import lru_cache

from .plain import fold

_ARABIC = str.maketrans(
    {
        **dict.fromkeys("اءعوي", ""),
        **dict(zip("بپتطةثجگحخدضذرزظسصشچغفڤقكلمنه", "bbttttjjhxdddrzzssccgffkklmnh", strict=True)),
    }
)
_CLUSTERS = {"dj": "j", "kh": "X", "sh": "C", "ch": "C", "gh": "G", "th": "t", "dh": "d", "ph": "f"}
_LATIN = str.maketrans(
    {
        **dict.fromkeys("aeiouyw", ""),
        "g": "j",
        "q": "k",
        "c": "k",
        "v": "f",
        "p": "b",
        "x": "ks",
        "X": "x",
        "C": "c",
        "G": "g",
    }
)
_CLUSTER = re.compile("|".join(_CLUSTERS))
_QUOTES = re.compile(r"['’‘ʼʿʾ`´]")
_SUN_ARTICLE = re.compile(r"(?<![^\W_])(?:[ae](?:[lrnsdtz]|sh|dh|th)|u[lrds])-", re.IGNORECASE)
# What is written for one letter, and another that it may stand for.
_SAID_OTHERWISE = (("g(?!h)", "q"), ("g(?!h)", "gh"), ("dh|th", "z"), ("th", "s"))
_WORD = re.compile(r"[^\W_]+")
_SOFT_C = re.compile(r"c(?=[eiy])")
_FRENCH_W = re.compile(r"^ou(?=[aei])")
_LATIN_ARTICLE = re.compile(r"^[ae]l(?=[^aeiou].{3}|.{5})")
_DOUBLES = re.compile(r"(.)\1+")
_SERVANT_OF = re.compile(r"^abdl(?=.)")
_SKIPPED = frozenset({"al", "el", "ul", "ال", "bin", "ibn", "ben", "bint", "بن", "ابن", "بنت"})
# Words that make one name with the word after them.
_JOINING = frozenset(
    {"عبد", "abd", "abdul", "abdel", "abdal", "abdur", "abder", "abdu", "abu", "abou", "abo"}
)
# Names whose first letters are no article.
_NO_ARTICLE = frozenset(
    {"الهام", "الياس", "الين", "الفت", "الاء", "اليزابيث"}
    | {"elizabeth", "alexander", "alexandra", "alessandro", "alejandro", "alfred"}
)
# Spellings that the rules would not bring together.
_ALIASES = {"osman": "othman", "dhabi": "zabi", "طه": "طها", "mohd": "mohamed", "mhd": "mohamed"}


def latin_key(text: str) -> str:
    """Consonants of each word of a name; two people may share it, so it only says whom to compare.

    Vowels, doubled letters, articles and بن fall away: خالد, Khalid and Khaled are all "xld".
    """
    return " ".join(key for _word, key in keyed_words(text))


def keyed_words(text: str) -> list[tuple[str, str]]:
    """Each folded word of a name that has a key, with it."""
    words = _words(fold(_SUN_ARTICLE.sub("", _QUOTES.sub("", text))))
    return [(word, key) for word in words if (key := _word_key(word))]


def other_keys(word: str) -> list[str]:
    """The keys that a Latin word may have besides, since ق is also written g, غ too, and ذ, ظ and ث are said in two ways."""
    if not word.isascii():
        return []
    spelt = (re.sub(one, other, word) for one, other in _SAID_OTHERWISE)
    return [key for key in dict.fromkeys(map(_word_key, spelt)) if key and key != _word_key(word)]


def _words(folded: str) -> list[str]:
    """Words without articles and بن, with "abd" and "abu" joined to the word after them."""
    words: list[str] = []
    for word in _WORD.findall(folded):
        if word in _SKIPPED:
            continue
        if words and words[-1] in _JOINING:
            words[-1] += word
        else:
            words.append(word)
    return words


@lru_cache(maxsize=20_000)
def _word_key(word: str) -> str:
    word = _ALIASES.get(word, word)
    consonants = _latin_consonants(word) if word.isascii() else _arabic_consonants(word)
    return _SERVANT_OF.sub("abd", _DOUBLES.sub(r"\1", consonants))


def _arabic_consonants(word: str) -> str:
    if word.startswith("ال") and len(word) > 3 and word not in _NO_ARTICLE:
        word = word[2:]
    opening = {"و": "w", "ي": "y", "ا": "a", "ع": "a", "ء": "a"}.get(word[0], "")
    return opening + _silent_end(word, "هح").translate(_ARABIC)


def _latin_consonants(word: str) -> str:
    word = _FRENCH_W.sub("w", word)
    if word not in _NO_ARTICLE:
        word = _LATIN_ARTICLE.sub("", word)
    opening = word[0] if word[0] in "wy" else "a" if word[0] in "aeiou" else ""
    word = _SOFT_C.sub("s", _silent_end(word, "h"))
    return opening + _CLUSTER.sub(lambda found: _CLUSTERS[found[0]], word).translate(_LATIN)


def _silent_end(word: str, letters: str) -> str:
    """Without a last h: Fatima is also Fatimah, and Latin cannot tell ه from ح. A cluster ("sh") stays."""
    return word[:-1] if word[-1] in letters and word[-2:] not in _CLUSTERS else word
