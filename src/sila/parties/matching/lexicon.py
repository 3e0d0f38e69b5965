"""What the matcher knows of names: spellings of given names, words of companies, how common a name is.

The words themselves are in `lists/`. Two different given names are two different people, however near their letters
are: محمد, أحمد, حمد.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sila.platform.kit.folding import fold, latin_key

BITS_VERY_COMMON, BITS_COMMON, BITS_RARE = 4.0, 6.0, 8.5

_LISTS = Path(__file__).parent / "lists"


def _lines(name: str) -> Iterator[list[str]]:
    """The folded words of each line."""
    for line in (_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [fold(word) for word in line.split()]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line)


def _first_of_line(name: str) -> dict[str, str]:
    """Each word leads to the first one of its line."""
    found: dict[str, str] = {}
    for line in _lines(name):
        for word in line:
            found.setdefault(word, line[0])
    return found


def _lines_of(name: str) -> dict[str, frozenset[str]]:
    """Each word leads to the first ones of all lines that have it."""
    found: dict[str, set[str]] = {}
    for line in _lines(name):
        for word in line:
            found.setdefault(word, set()).add(line[0])
    return {word: frozenset(firsts) for word, firsts in found.items()}


@lru_cache(maxsize=100_000)
def key_of(word: str) -> str:
    """The Latin key of one word; asked for again and again."""
    return latin_key(word)


# ---- people ------------------------------------------------------------------------------------------
_GIVEN = _first_of_line("given")
_MEANT = _lines_of("given")
_SPELT = {line[0]: line for line in _lines("given")}
_VERY_COMMON = _words("very_common")
_COMMON = _words("common")
_FAMILIES = frozenset(map(latin_key, _words("families")))


@lru_cache(maxsize=100_000)
def canonical(word: str) -> str:
    """One spelling for all spellings of a known given name, or "". Names with عبد are known by their key."""
    if found := _GIVEN.get(word):
        return found
    key = key_of(word)
    return key if key.startswith("abd") and len(key) > 3 and key != "abdl" else ""


@lru_cache(maxsize=100_000)
def names_of(word: str) -> frozenset[str]:
    """All given names that it may spell: Rashid is راشد and رشيد."""
    return _MEANT.get(word) or frozenset(filter(None, (canonical(word),)))


def spellings_of(word: str) -> list[str]:
    """All that the lists have for it, in both letters."""
    return [each for first in names_of(word) for each in _SPELT.get(first, ())]


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """log2(1/u): what it says that two people share this part of a name. Three steps, after the share of the
    name among people of the Gulf: about one in 16 for محمد, in 60 for a common name, in 360 for any other."""
    known = canonical(word)
    if known in _VERY_COMMON:
        return BITS_VERY_COMMON
    if known or word in _COMMON or key_of(word) in _FAMILIES:
        return BITS_COMMON
    return BITS_RARE


# ---- companies ---------------------------------------------------------------------------------------
LEGAL = _words("legal")
CONCEPTS = {word: line[0] for line in reversed(list(_lines("concepts"))) for word in line[1:]}
TRANSLATED = {word.replace("ء", ""): first for word, first in _first_of_line("translated").items()}
BRANCH = frozenset(map(fold, ("فرع", "branch", "معرض", "showroom", "outlet")))
MAILBOXES = _words("mailboxes")
FREE_MAIL = _words("free_mail")
_BRANDS = frozenset(map(latin_key, _words("brands")))
# Words of companies that are names of people as well, or too short to say anything.
_OF_PEOPLE_TOO = frozenset(
    map(fold, ("the", "and", "for", "cie", "law", "gas", "ماء", "ذهب", "بناء", "أول", "أولى"))
)
COMPANY_WORDS = frozenset(
    word for word in LEGAL | CONCEPTS.keys() | BRANCH if len(word) > 2 and word not in _OF_PEOPLE_TOO
) | {"co", "ذمم"}


@lru_cache(maxsize=100_000)
def brand_rarity(word: str) -> float:
    """The same as `rarity` for the word that a company is known by."""
    return BITS_COMMON if canonical(word) or key_of(word) in _BRANDS else BITS_RARE


# What stands in a cell that has nothing to say; a dash is taken off before.
NOT_SAID = frozenset(
    map(fold, ("", "na", "n/a", "nan", "null", "none", "nil", "unknown", "غير محدد", "غير معروف", "لا يوجد"))
)

# ---- places ------------------------------------------------------------------------------------------
CITIES = {
    fold(word, article=True): fold(city, article=True) for word, city in _first_of_line("cities").items()
}
