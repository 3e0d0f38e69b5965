"""How likely two records are one: the weights of the fields, added up.

Fellegi and Sunter, "A Theory for Record Linkage", JASA 64 (1969): a field that agrees weighs log2(m/u), one that
differs log2((1-m)/(1-u)), where m is the share of agreement among records of one person and u among those of two.
Partial agreement weighs a share of it (Winkler 1990), and rare names weigh more than common ones (Newcombe 1959).
m is taken as .9 to .95; u as one in the number of usual values: phones 1 in 8,000 and more, since families share
them, birth dates 1 in 20,000, cities 1 in 6, names as in `lexicon.rarity`. Differences that tell people of one
family or branches of one chain apart weigh more than the formula gives, since candidates are full of those.
"""

from sila.parties.matching import contacts
from sila.parties.matching.companies import compare_companies
from sila.parties.matching.evidence import Match, Reason
from sila.parties.matching.people import MOST_OF_A_NAME, compare_people
from sila.parties.matching.profile import Profile
from sila.parties.matching.words import is_arabic

# From here on two records are shown as one. In bits; two strangers from one block begin near -12.
MATCH = 11.5
# From here on a form warns while somebody types: less is known then.
HINT = 3.0
# Of a large base many share a whole name by chance, and nothing else.
NAME_ALONE = -3.0
# What another given name weighs at most, where a number says that it is one person.
SOFTENED = -6.0

NONE = Match(-99.0, ())


def compare(a: Profile, b: Profile, *, least: float = NONE.score) -> Match:
    """Both must be of one kind: a person is never a company. What cannot reach `least` is NONE: names take most of the
    time, so they are looked at last, and only if the best of names would do."""
    if a.company != b.company:
        return NONE
    reasons = contacts.reached(a, b) + contacts.registers(a, b) + contacts.birth(a, b) + contacts.place(a, b)
    if sum([reason.bits for reason in reasons]) + MOST_OF_A_NAME < least:
        return NONE
    names = _names(a, b)
    if names and not a.company and _names_alone(reasons):
        reasons.append(Reason("name_alone", NAME_ALONE))
    reasons += _softened(names) if not a.company and _one_by_number(reasons) else names
    reasons.sort(key=lambda reason: -abs(reason.bits))
    return Match(round(sum(reason.bits for reason in reasons), 1), tuple(reasons))


def _names(a: Profile, b: Profile) -> list[Reason]:
    """The names as they are written; in two scripts the best of the readings, with what is written beside."""
    if a.name and b.name:
        firms = [(x, y) for x in (a.name, a.other_name) for y in (b.name, b.other_name) if x and y]
        read = [compare_companies(x, y) for x, y in _readings(firms, a.name.core[:1], b.name.core[:1])]
    else:
        words = [(x, y) for x in (a.words, a.other_words) for y in (b.words, b.other_words) if x and y]
        read = [compare_people(x, y) for x, y in _readings(words, a.words, b.words)]
    return max(read, key=lambda reasons: sum(reason.bits for reason in reasons), default=[])


def _names_alone(reasons: list[Reason]) -> bool:
    """Namesakes share a city as well; only where nothing speaks against it does that count."""
    shared = {reason.code for reason in reasons if reason.bits > 0}
    return not shared or (shared == {"city"} and any(reason.code == "phone_differs" for reason in reasons))


def _one_by_number(reasons: list[Reason]) -> bool:
    """A number of a register is nobody else's, and hardly two are born on one day in one house. That speaks louder
    than a name, which may be full of slips, one of marriage, or in the wrong field."""
    codes = {reason.code for reason in reasons}
    born_there = (
        "birth" in codes and codes & {"street", "street_near"} and codes & {"postcode", "number", "district"}
    )
    return "id" in codes or bool(born_there) or ("id_near" in codes and "birth_differs" not in codes)


def _softened(names: list[Reason]) -> list[Reason]:
    """The first that speaks against it counts for half of what it would, the next ones for less."""
    against = [reason for reason in names if reason.bits < 0]
    kept = [Reason(reason.code, max(reason.bits, SOFTENED)) for reason in against[:1]] + [
        Reason(reason.code, reason.bits / 4) for reason in against[1:]
    ]
    return [reason for reason in names if reason.bits >= 0] + kept


def _readings[Name](pairs: list[Name], a: tuple[str, ...], b: tuple[str, ...]) -> list[Name]:
    """In one script the first alone: the Latin form is often a short one, and two people may share that."""
    one_script = a and b and is_arabic(a[0]) == is_arabic(b[0])
    return pairs[:1] if one_script else pairs
