"""Names of people: word against word, in their order. A weight is log2(m/u), see scoring."""

import re
from collections.abc import Sequence

from sila.parties.matching.evidence import Reason
from sila.parties.matching.lexicon import canonical, rarity
from sila.parties.matching.words import INITIAL, KNOWN, NEAR, NONE, SAME, SOUND, TYPO, alike, strangers

_SON = re.compile(r"(?:ben|bin|بن)(..{2,})")
# Of the weight of a word, what is left when it is spelt otherwise.
SHARE = {SAME: 1.0, KNOWN: 0.9, SOUND: 0.8, TYPO: 0.65, NEAR: 0.4, INITIAL: 0.15}
_MIDDLE = 0.6  # the name of a father says less than one's own: brothers share it
MOST_OF_A_NAME = 24.0
# Brothers, and father and son, share all the rest: a given name that is known to be another outweighs it.
OTHER_GIVEN, UNLIKE_GIVEN = -20.0, -10.0
OTHER_FAMILY, OTHER_MIDDLE = -10.0, -8.0
OTHER_FATHER = -14.0  # cousins called after one grandfather, in one house: two names that are known to be two


def compare_people(a: Sequence[str], b: Sequence[str]) -> list[Reason]:
    """The best reading of two names; nothing if one is missing."""
    if not a or not b:
        return []
    if a[-1].isdigit() != b[-1].isdigit():  # it counts copies: «Ahmed Haddad 2»
        a, b = ([word for word in words if not word.isdigit()] or words for words in (a, b))
    ways = [(x, y) for x in _ways(a) for y in _ways(b)]
    return _best_way(ways) if len(ways) > 1 else _compare(a, b)


def _ways(words: Sequence[str]) -> list[Sequence[str]]:
    """«M. Karim Idrissi» may be Monsieur as well as an initial."""
    return [words, words[1:]] if words[0] == "m" and len(words) > 2 else [words]


def _best_way(ways: list[tuple[Sequence[str], Sequence[str]]]) -> list[Reason]:
    return max((_compare(a, b) for a, b in ways), key=_total)


def _compare(a: Sequence[str], b: Sequence[str]) -> list[Reason]:
    if len(a) > len(b):
        a, b = b, a
    if len(a) < len(b):
        b = _joined(a, b)
    read = _in_order(a, b)
    turned_round = len(a) > 1 and _total(read) < 0 and (alike(a[0], b[-1]) or alike(a[-1], b[0]))
    if turned_round and not _all_given(a, b):
        turned = _in_order((*a[1:], a[0]), b)
        if len(b) > 2:
            turned = max(turned, _in_order((a[-1], *a[:-1]), b), key=_total)
        if _total(turned) > 0:
            return [Reason("name_turned", sum(each.bits for each in turned) - 1)]
        return max(read, turned, key=_total)
    return read


def _joined(a: Sequence[str], b: Sequence[str]) -> Sequence[str]:
    """`b` with two of its words written as one, if `a` has that one: «Rama dan» of «Ramadan»."""
    for place in range(len(b) - 1):
        whole = b[place] + b[place + 1]
        if any(len(word) > len(whole) - 2 and alike(word, whole) >= SOUND for word in a):
            return (*b[:place], whole, *b[place + 2 :])
    return b


def _family(a: str, b: str) -> float:
    """The Maghreb writes «بن علي» as one word in Latin letters, Benali, and often in Arabic as well."""
    found = alike(a, b)
    if found:
        return found
    short, long = sorted((a, b), key=len)
    son = _SON.fullmatch(long) or _SON.fullmatch(short)
    return min(TYPO, alike(son[1], short if son.string == long else long)) if son else found


def _total(reasons: list[Reason]) -> float:
    return sum(reason.bits for reason in reasons)


def _all_given(a: Sequence[str], b: Sequence[str]) -> bool:
    """سالم محمد and محمد سالم are father and son; العتيبي محمد is a name turned round."""
    return all(map(canonical, (*a, *b)))


def _in_order(a: Sequence[str], b: Sequence[str]) -> list[Reason]:
    """`a` is the shorter one."""
    if len(a) == 1:
        return _one_word(a[0], b)
    against: list[Reason] = []
    steps: list[float] = []
    bits = 0.0
    first = alike(a[0], b[0])
    if first not in (NEAR, NONE):
        bits += rarity(a[0]) * SHARE[first]
        steps.append(first)
    else:  # children of one house are often given names that are near each other
        other = (canonical(a[0]) and canonical(b[0])) or strangers(a[0], b[0])
        against.append(Reason("given_differs", OTHER_GIVEN if other else UNLIKE_GIVEN))
    last = _family(a[-1], b[-1])
    middle = list(b[1:-1])
    if last:
        bits += rarity(a[-1]) * SHARE[last]
        steps.append(last)
    elif len(a) < len(b) and (kept := _take(a[-1], middle)):
        bits += rarity(a[-1]) * _MIDDLE * SHARE[kept]  # «محمد سعد» of «محمد سعد العتيبي»
        steps.append(kept)
    else:
        against.append(Reason("family_differs", OTHER_FAMILY))
    for word in a[1:-1]:
        if kept := _take(word, middle):
            bits += rarity(word) * _MIDDLE * SHARE[kept]
            steps.append(kept)
        else:
            two = canonical(word) and all(canonical(each) and strangers(word, each) for each in b[1:-1])
            against.append(Reason("middle_differs", OTHER_FATHER if two else OTHER_MIDDLE))
            break
    if any(reason.code == "given_differs" for reason in against):
        return against  # brothers share all the rest, so it says nothing
    return [*_praise(steps, bits, shorter=len(a) < len(b), against=bool(against)), *against]


def _take(word: str, words: list[str]) -> float:
    """How much it is like the first of these that it is like; they go on from behind that one."""
    for place, other in enumerate(words):
        if found := alike(word, other):
            del words[: place + 1]
            return found
    return 0.0


def _one_word(word: str, b: Sequence[str]) -> list[Reason]:
    found = max(alike(word, other) for other in b)
    if not found:
        return [Reason("name_differs", UNLIKE_GIVEN)]
    share = 1.0 if len(b) == 1 else _MIDDLE
    return [Reason(_called(found) if len(b) == 1 else "name_part", rarity(word) * SHARE[found] * share)]


def _praise(steps: list[float], bits: float, *, shorter: bool, against: bool) -> list[Reason]:
    if not steps:
        return []
    if against:
        return [Reason("name_near", min(bits, MOST_OF_A_NAME) / 2)]
    return [Reason("name_part" if shorter else _called(min(steps)), min(bits, MOST_OF_A_NAME))]


def _called(step: float) -> str:
    if step >= SAME:
        return "name"
    return "name_sound" if step >= SOUND else "name_typo"
