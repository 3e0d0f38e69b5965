"""Which noun a typed question is about: by its names in both languages, by what else people call it, by a near spelling."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from sila.platform.access.actor import Actor
from sila.platform.entities.asking.words import LONGEST, bare, loosened, stem, stems
from sila.platform.entities.importing.guessing import words_for
from sila.platform.entities.listing import Condition
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.spelling import distance
from sila.platform.kit.folding import fold

LONG_ENOUGH = 4  # letters of a word that may be mistyped


@dataclass(frozen=True)
class Called:
    """Further words for a noun, or for those of its records that meet the conditions (as in the address bar)."""

    slug: str
    words: tuple[str, ...]
    conditions: tuple[str, ...] = ()


called: list[Called] = []  # higher apps add to it


@dataclass(frozen=True)
class Noun:
    entity: Entity
    at: int  # of the words
    length: int
    conditions: tuple[Condition, ...]


Meaning = tuple[Entity, tuple[Condition, ...]]


def noun_of(words: list[str], actor: Actor) -> Noun | None:
    """The noun that stands first, by the longest of its names; a mistyped one only where no other stands."""
    open_ones = {entity.slug: entity for entity in registry if _open(entity, actor)}
    names = _names(open_ones)
    others: dict[tuple[str, ...], Meaning] = {
        stems(word): (entity, ()) for slug, entity in open_ones.items() for word in words_for(slug)
    }
    return _first(words, names) or _first(words, others) or _mistyped(words, names)


def _first(words: list[str], names: dict[tuple[str, ...], Meaning]) -> Noun | None:
    for at in range(len(words)):
        for length in range(LONGEST, 0, -1):
            span = words[at : at + length]
            if len(span) < length:
                continue
            loose = [[each, *span[1:]] for each in loosened(span[0])]
            keys = [
                tuple(map(stem, span)),
                tuple(map(bare, span)),
                *(tuple(map(stem, each)) for each in loose),
            ]
            if found := next((names[key] for key in keys if key in names), None):
                return Noun(found[0], at, length, found[1])
    return None


def _names(open_ones: dict[str, Entity]) -> dict[tuple[str, ...], Meaning]:
    names: dict[tuple[str, ...], Meaning] = {}
    for language in ("en", "ar"):
        with override(language):
            for entity in open_ones.values():
                if entity.menu:
                    names |= _spelt((entity.plural, entity.name), (entity, ()))
    for one in called:
        if one.slug in open_ones:
            entity = open_ones[one.slug]
            conditions = tuple(Condition.read(text) for text in one.conditions)
            names |= _spelt(one.words, (entity, conditions))
    return names


def _spelt(words: Iterable[Any], meaning: Meaning) -> dict[tuple[str, ...], Meaning]:
    """By their stems, and as they are: for what is mistyped, the ending counts too."""
    return {key: meaning for word in words for key in (stems(word), _plain(word))}


def _plain(word: Any) -> tuple[str, ...]:
    return tuple(each.removeprefix("ال") for each in fold(str(word)).split())


def _open(entity: Entity, actor: Actor) -> bool:
    parts = entity.slices() if entity.narrow else [entity]
    return any(actor.can(part.slug, "view") for part in parts)


def _mistyped(words: list[str], names: dict[tuple[str, ...], Meaning]) -> Noun | None:
    known = {key[0]: meaning for key, meaning in names.items() if len(key) == 1}
    for at, word in enumerate(words):
        if near := nearest(word, known):
            return Noun(known[near][0], at, 1, known[near][1])
    return None


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of the stems from which the word is a letter away; "" if there is none, or if several are."""
    if len(word) < LONG_ENOUGH + word.isascii() or not word.isalpha():
        return ""
    found: dict[str, str] = {}  # by the stem: deal and deals are one
    for each in known:
        begins, ends = each[:1] == word[0], each[-1:] == word[-1] and len(each) > LONG_ENOUGH
        likely = len(each) >= LONG_ENOUGH and (begins or ends)
        if likely and any(distance(spelt, each, 1) == 1 for spelt in {word, stem(word)}):
            found.setdefault(stem(each), each)
    return found.popitem()[1] if len(found) == 1 else ""
