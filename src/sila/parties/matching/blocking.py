"""Whom to compare at all: records that share a key. A pair that shares none is never looked at.

Several narrow keys in place of one wide one (Hernández and Stolfo, "The Merge/Purge Problem", 1995): a slip in one
field leaves the others. A block that many share tells nothing and is passed over; its pairs meet in narrower ones.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from sila.parties.matching.lexicon import key_of
from sila.parties.matching.profile import Profile, domains, name_key
from sila.parties.matching.scoring import MATCH, compare
from sila.parties.matching.thirds import Found, Pair, by_a_third

MOST_IN_A_BLOCK = 60


def keys(profile: Profile) -> set[str]:
    """Of one record, a letter first that says of which kind they are."""
    found = {f"p{phone}" for phone in profile.phones}
    found |= {f"e{mail}" for mail in profile.emails}
    found |= {f"l{local}" for mail in profile.emails if len(local := mail.partition("@")[0]) >= 6}
    found |= {f"i{number}" for number in profile.ids}
    if profile.birth:
        found.add(f"b{profile.birth}")
    found |= {f"o{domain}" for domain in domains(profile)} if profile.company else set()
    found.update(_names(profile))
    found.update(_places(profile))
    return found


def _names(profile: Profile) -> Iterator[str]:
    if len(whole := name_key(profile)) >= 3:
        yield f"n{whole}"
    for words in (profile.words, profile.other_words):
        parts = [key for key in map(key_of, words) if key]
        if len(parts) > 1:
            yield f"f{' '.join(sorted((parts[0], parts[-1])))}"
            yield f"g{parts[0]} {parts[1]} {profile.city}"
            # a slip in the family name leaves its beginning or its end
            yield f"m{parts[0]} {words[-1][:3]} {profile.city}"
            yield f"t{parts[0]} {words[-1][-3:]} {profile.city}"
    for name in (profile.name, profile.other_name):
        if name and name.core:
            yield f"j{key_of(''.join(name.core))}"
            yield f"h{key_of(name.core[0])} {key_of(name.core[-1])}"
            yield f"c{key_of(name.core[0])} {profile.city}"


def _places(profile: Profile) -> Iterator[str]:
    if profile.company:
        return
    day = profile.birth
    streets = ["".join(key_of(street).split()) for street in profile.streets]
    street = streets[0] if streets else ""
    for word in profile.words:
        key = key_of(word)
        for where in (profile.postcode, profile.district, *streets):
            if where and key:
                yield f"w{key} {where}"
            if where:
                yield f"k{word[:3]} {where}"
        if day:
            yield f"y{key} {day[:4]} {profile.postcode or day[6:]}"
            yield f"d{key} {day[4:]}"
    if street and profile.postcode:
        yield f"s{street} {profile.postcode}"
    if profile.number and (street or profile.postcode):
        yield f"u{profile.number} {street or profile.postcode}"
        yield f"v{profile.number} {profile.postcode or profile.district}"
    for where in filter(None, (profile.postcode, profile.district, *streets)):
        if day:
            yield f"q{day[:4]} {where}"
            yield f"r{day[4:]} {where}"
    for number in profile.ids:
        # without any one digit: two numbers that differ by a slip share one of these
        yield from (f"i{number[:place]}{number[place + 1 :]}" for place in range(len(number)))
        half = len(number) // 2
        if half >= 3 and day:
            yield f"x{number[:half]} {day[:4]}"
            yield f"z{number[half:]} {day[:4]}"


Told = Callable[[int], None]


def find_pairs(
    profiles: Sequence[Profile], *, apart: frozenset[Pair] = frozenset(), told: Told = lambda done: None
) -> Iterator[Found]:
    """The pairs that are one, each once; those that only a third holds together come last, see thirds.py. `apart` has
    the ids of pairs that people know to be two. `told` hears at every thousandth record how many are done.

    Of keys only their hashes are kept: memory is that of the profiles, of the pairs found, and a little more.
    """
    found = []
    for pair in _alike(profiles, told):
        found.append(pair)
        yield pair
    yield from by_a_third(found, apart)


def _alike(profiles: Sequence[Profile], told: Told) -> Iterator[Found]:
    hashes, ends = _hashes(profiles)
    blocks, begin = _blocks(hashes, ends), 0
    for place, profile in enumerate(profiles):
        if place % 1000 == 0:
            told(place)
        own, begin = hashes[begin : ends[place]], ends[place]
        for other in _later(place, own, blocks):
            match = compare(profile, profiles[other], least=MATCH)
            if match.score >= MATCH:
                yield profile, profiles[other], match


def _hashes(profiles: Iterable[Profile]) -> tuple["array[int]", "array[int]"]:
    """The keys of all records, one after the other, and where those of each end."""
    hashes, ends = array("q"), array("q")
    for profile in profiles:
        hashes.extend(map(hash, keys(profile)))
        ends.append(len(hashes))
    return hashes, ends


def _blocks(hashes: "array[int]", ends: "array[int]") -> dict[int, list[int]]:
    """The places of the records of each key, of keys that at least two have and not too many."""
    ordered = sorted(hashes)
    blocks: dict[int, list[int]] = {one: [] for one, other in pairwise(ordered) if one == other}
    del ordered
    begin = 0
    for place, end in enumerate(ends):
        for each in hashes[begin:end]:
            if each in blocks:
                blocks[each].append(place)
        begin = end
    return {key: places for key, places in blocks.items() if len(places) <= MOST_IN_A_BLOCK}


def _later(place: int, own: Iterable[int], blocks: dict[int, list[int]]) -> set[int]:
    """Those behind this one: each pair is met once."""
    return {other for key in own for other in blocks.get(key, ()) if other > place}
