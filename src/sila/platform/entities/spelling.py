"""Words that were meant, where search finds little: names within a letter or two of what was typed.

The worker gathers the words of titles into `NearWord` each minute, past the newest entry that it has seen, so that no save
and no import waits for it. A word stands there under keys: its first letters, its last letters, and both once more for
each letter left out. Two words that differ by one letter more, less, or other, or by two that changed places, share a key
of that end (after the symmetric deletes of W. Garbe's SymSpell); of two that differ in two places, one end differs in at
most one. No extension of the database is needed.

A correction is shown only where search with it finds something for the actor: it tells nobody a word that they may not read.
"""

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import product
from uuid import UUID

from sila.platform.entities import extensions
from sila.platform.entities.models import NearWord, SearchEntry, SearchProgress
from sila.platform.entities.registry import Entity
from sila.platform.entities.search import candidates
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace

SHORTEST, LONGEST, LONG = 4, 24, 8  # letters; of LONG ones two may be wrong
END = 5  # letters of an end
BOTH_ENDS = LONG - 2  # a word of LONG letters may have been typed for one of these
EXACT, HEAD, TAIL = "=", "^", "$"
MOST_WORDS = 300_000  # of a workspace
LOOKED_AT = 3_000  # words that share a key with what was typed
OPTIONS, TRIES = 3, 3
STEP, OVERLAP = (
    5_000,
    120 * 10**9,
)  # entries; nanoseconds in which a transaction that began earlier may commit
SECONDS = 3.0  # of a minute
_WORD = re.compile(r"[^\W\d_]+")


# ---- keys --------------------------------------------------------------------------------------------
def words_of(title: str) -> set[str]:
    """The words of a folded title; of those with an article also what follows it."""
    found = {word for word in _WORD.findall(title) if SHORTEST <= len(word) <= LONGEST}
    bare = {word.removeprefix("ال") for word in found}
    return found | {word for word in bare if len(word) >= SHORTEST}


def keys_of(word: str, *, tail: bool) -> set[str]:
    """Under which a word stands, or is looked for."""
    found = {HEAD + each for each in _with_one_left_out(word[:END])}
    if tail:
        found |= {TAIL + each for each in _with_one_left_out(word[-END:])}
    return found


def _with_one_left_out(end: str) -> set[str]:
    return {end, *(end[:place] + end[place + 1 :] for place in range(len(end)))}


def distance(typed: str, word: str, most: int) -> int:
    """How many letters are more, less or other, or have changed places with their neighbour (optimal string
    alignment); `most` + 1 for all that is beyond."""
    if abs(len(typed) - len(word)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, a in enumerate(typed, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(word, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == word[j - 2] and typed[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


# ---- asking ------------------------------------------------------------------------------------------
def corrected(query: str, finds: Callable[[str], bool]) -> str:
    """The likeliest other spelling of the query with which something is found, or ""."""
    return next((each for each in _variants(query) if finds(each)), "")


def _variants(query: str) -> Iterator[str]:
    """Words that no title has are the wrong ones; if all are there, any of them may be."""
    words = fold(query).split()
    able = [at for at, word in enumerate(words) if _WORD.fullmatch(word) and SHORTEST <= len(word) <= LONGEST]
    if not able or len(words) > 8:
        return
    known = _known({words[at] for at in able})
    wrong = [at for at in able if words[at] not in known]
    places = [wrong] if wrong else [[at] for at in able]
    tried = 0
    for some in places:
        options = {at: _nearest(words[at]) for at in some}
        some = [at for at in some if options[at]]
        for chosen in product(*(options[at] for at in some)) if some else ():
            other = dict(zip(some, chosen, strict=True))
            yield " ".join(other.get(at, word) for at, word in enumerate(words))
            tried += 1
            if tried == TRIES:
                return


def _nearest(typed: str) -> list[str]:
    most = 2 if len(typed) >= LONG else 1
    keys = keys_of(typed, tail=most == 2)
    found = NearWord.objects.filter(key__in=keys).values_list("word", flat=True).distinct()[:LOOKED_AT]
    near = [(distance(typed, word, most), word) for word in found if word != typed]
    near = [pair for pair in near if pair[0] <= most]
    near.sort(key=lambda pair: (pair[0], pair[1][0] != typed[0], abs(len(pair[1]) - len(typed)), pair[1]))
    return [word for _distance, word in near[:OPTIONS]]


def _known(words: Iterable[str]) -> set[str]:
    exact = [EXACT + word for word in words]
    return set(NearWord.objects.filter(key__in=exact).values_list("word", flat=True))


# ---- gathering ---------------------------------------------------------------------------------------
def gather_everyone() -> None:
    """Looked at each minute: the words of what has been added and changed."""
    until = time.monotonic() + SECONDS
    for workspace in Workspace.objects.all():
        while time.monotonic() < until and gather(workspace):
            pass


def gather(workspace: Workspace) -> int:
    """One step; how many entries it went through. 0: there are none but those of the last minutes."""
    with scope(workspace):
        progress = SearchProgress.objects.first() or SearchProgress.objects.create()
        entries = SearchEntry.objects.filter(position__gt=progress.position).order_by("position")
        rows = list(entries.values_list("position", "title")[:STEP])
        if rows:
            learn(title for _position, title in rows)
            settled = time.time_ns() - OVERLAP
            reached = rows[-1][0] if rows[-1][0] <= settled else max(progress.position, settled)
            SearchProgress.objects.update(position=reached)
            return len(rows) if rows[-1][0] <= settled or len(rows) == STEP else 0
    return 0


def forget(entity: Entity, ids: Collection[UUID]) -> None:
    """Words of records that go for ever, but for those that something else still says."""
    rows = entity.rows(trashed=True).filter(id__in=ids).values("id", *entity.title)
    words = set().union(*(words_of(fold(entity.title_of(row))) for row in rows))
    gone = {word for word in _known_of_many(words) if not candidates(word, limit=1)}
    keys = {key for word in gone for key in (EXACT + word, *keys_of(word, tail=True))}
    NearWord.objects.filter(key__in=keys, word__in=gone).delete()


def forget_all() -> None:
    """The words are gathered anew from the next minute on."""
    NearWord.objects.all().delete()
    SearchProgress.objects.all().delete()


def learn(titles: Iterable[str]) -> None:
    words = set().union(*map(words_of, titles))
    words -= _known_of_many(words)
    if not words or _full():
        return
    rows = [
        NearWord(key=key, word=word)
        for word in sorted(words)
        for key in (EXACT + word, *keys_of(word, tail=len(word) >= BOTH_ENDS))
    ]
    NearWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _known_of_many(words: set[str]) -> set[str]:
    some, found = sorted(words), set()
    for start in range(0, len(some), 500):
        found |= _known(some[start : start + 500])
    return found


def _full() -> bool:
    """A workspace whose titles are codes rather than names has no end of words."""
    exact = NearWord.objects.filter(key__gte=EXACT, key__lt=chr(ord(EXACT) + 1))
    return exact[: MOST_WORDS + 1].count() > MOST_WORDS


extensions.purged.append(forget)
