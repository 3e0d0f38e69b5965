"""Two records that are both one with a third are one: what two hold apart, the third may hold together.

Each of the two is full of other slips, so that little of them agrees; the third has enough of both. It says nothing
where something tells the two apart for certain, as given names of brothers do who share one incomplete record.
"""

from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations

from sila.parties.matching.evidence import Match, Reason
from sila.parties.matching.profile import Profile
from sila.parties.matching.scoring import MATCH, compare

STRONG = 14.0  # bits, of each with the third
FLOOR = -10.0  # what the two must reach without it
APART = -14.0  # one reason of this weight tells two apart, see people.py
OF_ONE = {"id", "id_near", "birth", "birth_near"}  # what brothers do not share
MOST_OF_ONE = 12  # records; what is one with more is no record of anybody

Found = tuple[Profile, Profile, Match]
Pair = frozenset[Hashable]


def by_a_third(found: Iterable[Found], apart: frozenset[Pair] = frozenset()) -> Iterator[Found]:
    """The pairs that are none by themselves, each once. `found` are those that are; `apart` names pairs, by the ids of
    their profiles, of which people have said that they are not the same: they hold nothing together."""
    near: dict[Hashable, list[Profile]] = {}
    known: set[Pair] = set(apart)
    for a, b, match in found:
        pair = frozenset((a.id, b.id))
        if match.score >= STRONG and pair not in known:
            near.setdefault(a.id, []).append(b)
            near.setdefault(b.id, []).append(a)
        known.add(pair)
    for others in near.values():
        for one, other in combinations(others, 2) if len(others) <= MOST_OF_ONE else ():
            pair = frozenset((one.id, other.id))
            if pair not in known and (match := _held(compare(one, other))):
                known.add(pair)
                yield one, other, match


def _held(direct: Match) -> Match | None:
    """The third is named first, and counts for as much as is missing: such a pair is never a certain one."""
    told_apart = any(reason.bits <= APART for reason in direct.reasons)
    one_by_number = any(reason.code in OF_ONE for reason in direct.reasons)
    if not FLOOR <= direct.score < MATCH or (told_apart and not one_by_number):
        return None
    third = Reason("third", round(MATCH - direct.score, 1))
    return Match(MATCH, (third, *direct.reasons))
