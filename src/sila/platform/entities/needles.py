"""What is looked for in the texts of the search index: words, each in the spellings of which one must be there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sila.platform.entities.index import KEY_MARK, LATIN_MARK, TRIGRAM, short
from sila.platform.kit.folding import fold, keyed_words, other_keys
from sila.platform.kit.phones import phone_query

MOST_WORDS = 8
NAME = 5  # words
MOST_SPELLINGS = 3
LONGEST_ARABIC, LONGEST_LATIN = 5, 7  # letters of a name with two consonants; more are a typing error
_NO_NAME = re.compile(r"[\d@_/\\]|\w\.\w")  # a number, an address, a code


@dataclass(frozen=True)
class Needle:
    words: tuple[tuple[str, ...], ...]

    def is_in(self, text: str) -> bool:
        return all(any(spelling in text for spelling in word) for word in self.words)

    def covers(self, other: "Needle") -> bool:
        """Whatever holds the other holds this one too."""
        return all(any(set(narrow) <= set(wide) for narrow in other.words) for wide in self.words)


def needles(query: str) -> list[Needle]:
    """The words as names, each as it stands or by its key; the words as they stand; part of a phone number. Of all that
    the first ones hold nothing is lost, so those that they cover need a look only where there is too much."""
    folded = fold(query)
    found = [_names(query), Needle(tuple((word,) for word in words(folded)))]
    if len(folded) < TRIGRAM:
        found.append(Needle(((f"{short(folded)} ",),)))
    if len(digits := phone_query(query)) >= TRIGRAM + 1:
        found.append(Needle(((digits,),)))
    real = (each for each in found if each and any(word.strip() for spelt in each.words for word in spelt))
    return list(dict.fromkeys(real))


def words(folded: str) -> list[str]:
    """Each is looked for by itself, but for the groups of a number. Words too short for trigrams («بن») narrow nothing
    beside longer ones: to look for them takes a second among a million."""
    found = [word for word in dict.fromkeys(folded.split()) if len(word) >= TRIGRAM][:MOST_WORDS]
    return found if found and any(letter.isalpha() for letter in folded) else [folded]


def _names(query: str) -> Needle | None:
    parts = query.split()
    codes = [(fold(part),) for part in parts if _NO_NAME.search(part) and len(part) >= TRIGRAM]
    keyed = keyed_words(" ".join(part for part in parts if not _NO_NAME.search(part)))
    spelt = [tuple(_spellings(word, key, alone=len(parts) == 1)) for word, key in keyed]
    if len(keyed) > NAME or not any(spelt):
        return None
    return Needle(tuple(dict.fromkeys(filter(None, (*spelt, *codes))))[:MOST_WORDS])


def _spellings(word: str, key: str, *, alone: bool) -> Iterable[str]:
    if len(word) >= TRIGRAM:
        yield word
    others = other_keys(word)[:MOST_SPELLINGS] if alone else []
    yield from filter(None, (_marked(word, each) for each in (key, *others)))


def _marked(word: str, key: str) -> str:
    """Of a short key the whole word, of a long one its beginning: somebody may still be typing. "": it says too little."""
    if len(key) < 2 or (len(key) == 2 and len(word) > (LONGEST_LATIN if word.isascii() else LONGEST_ARABIC)):
        return ""
    mark = KEY_MARK if word.isascii() else LATIN_MARK + KEY_MARK
    return f"{mark}{key}" if len(key) >= TRIGRAM else f"{mark}{key} "
