"""Phones, addresses, days and numbers of registers. A weight is log2(m/u), see scoring."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from sila.parties.matching.evidence import Reason
from sila.parties.matching.lexicon import MAILBOXES
from sila.parties.matching.profile import Profile, domains
from sila.parties.matching.words import alike, is_arabic

_SWITCHBOARD = re.compile(r"\+966(?:92000|9200|800|811)|\+971(?:800|600)|\+20(?:16|19)|\+1800")


def phones(a: Profile, b: Profile) -> list[Reason]:
    if not a.phones or not b.phones:
        return []
    shared = set(a.phones) & set(b.phones)
    if not shared:
        if any(_of_one_line(one, other) for one in a.phones for other in b.phones):
            return [Reason("phone", 11.0)]
        if any(_slipped(one, other) for one in a.phones for other in b.phones):
            return [Reason("phone_near", 2.0 if a.company else 4.0)]
        return [Reason("phone_differs", -3.0 if a.company else -5.0)]
    if all(map(_SWITCHBOARD.match, shared)):
        return [Reason("switchboard", 3.0)]
    return [Reason("phone", 13.0)]


def _of_one_line(one: str, other: str) -> bool:
    """The same number, once with its country's code and once taken for one at home."""
    return one[-8:] == other[-8:] and one[:4] != other[:4]


def _slipped(one: str, other: str) -> bool:
    """One digit wrong, or two exchanged: not even one in ten million of other numbers is so near. But families
    buy theirs side by side and firms rent theirs in a row, so it says less than a slip alone would."""
    alike_but = len(one) == len(other) and one[:4] == other[:4]
    return alike_but and DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1


def emails(a: Profile, b: Profile) -> list[Reason]:
    if not a.emails or not b.emails:
        return _domain(a, b)
    shared = set(a.emails) & set(b.emails)
    if any(not is_role(mail) for mail in shared):
        return [Reason("email", 14.0)]
    if shared:
        return [Reason("email_role", 9.0 if a.company and domains(a) & domains(b) else 3.0)]
    near = max((_near(one, other) for one in a.emails for other in b.emails), default=0.0)
    if near:
        return [Reason("email_near", near)]
    if a.company:
        return _domain(a, b) or [Reason("email_differs", -2.0)]
    return [Reason("email_differs", -2.0 if domains(a) & domains(b) else -4.0)]


def is_role(mail: str) -> bool:
    """A mailbox that many read; it stands for a company and for nobody."""
    return mail.partition("@")[0] in MAILBOXES


def _near(a: str, b: str) -> float:
    """The same mailbox at another provider, or a slip in the address."""
    (local, _at, domain), (other, _at, elsewhere) = a.partition("@"), b.partition("@")
    if local == other and len(local) >= 6 and not is_role(a):
        slip = DamerauLevenshtein.distance(domain, elsewhere) <= 2
        return 10.0 if slip else 2.0  # most mailboxes are called after the name, which is counted already
    long = domain == elsewhere and min(len(local), len(other)) >= 7
    if not long or DamerauLevenshtein.distance(local, other, score_cutoff=1) != 1:
        return 0.0
    return 6.0 if re.sub(r"\d", "", local) != re.sub(r"\d", "", other) else 0.0


def _domain(a: Profile, b: Profile) -> list[Reason]:
    """Colleagues share it, so it says nothing of people; of companies little, since groups share it too."""
    return [Reason("domain", 5.0)] if a.company and domains(a) & domains(b) else []


_UNREACHED = (["phone_differs", "email_differs"], ["phone_near", "email_differs"])


def reached(a: Profile, b: Profile) -> list[Reason]:
    """By phone and e-mail. Both known and both other: they fail together less often than each does alone."""
    found = phones(a, b) + emails(a, b)
    if not a.company and [reason.code for reason in found] in _UNREACHED:
        found.append(Reason("reach_differs", -7.0))
    return found


def registers(a: Profile, b: Profile) -> list[Reason]:
    if not a.ids or not b.ids:
        return []
    if set(a.ids) & set(b.ids):
        return [Reason("id", 18.0 if a.company else 22.0)]  # of a person: seven digits and more
    least = min(DamerauLevenshtein.distance(one, other) for one in a.ids for other in b.ids)
    if least == 1 and not a.company:  # companies of one group have neighbouring numbers
        return [Reason("id_near", 11.0)]
    if least == 2 and not a.company:
        return [Reason("id_near", 4.0)]
    return [Reason("id_differs", -8.0 if a.company else -6.0)]


def birth(a: Profile, b: Profile) -> list[Reason]:
    if not a.birth or not b.birth:
        return []
    if a.birth == b.birth:
        return [Reason("birth", 13.0)]
    turned = a.birth[:4] + a.birth[6:] + a.birth[4:6] == b.birth
    if turned or DamerauLevenshtein.distance(a.birth, b.birth) == 1:
        return [Reason("birth_near", 7.0)]
    return [Reason("birth_differs", -7.0)]


def place(a: Profile, b: Profile) -> list[Reason]:
    """A whole address is worth 31: less than its parts would be alone, since they go together."""
    return [*(_address(a, b) if a.streets or a.postcode or a.district else ()), *_region(a, b)]


def _address(a: Profile, b: Profile) -> list[Reason]:
    return [
        *_streets(a, b),
        *_text(a.number, b.number, "number", "house_differs", 4.0, 0.0, -1.0),
        *_district(a, b),
        *_text(a.postcode, b.postcode, "postcode", "postcode_differs", 7.0, 3.0, -2.0),
    ]


def _region(a: Profile, b: Profile) -> list[Reason]:
    return [
        *_text(a.region, b.region, "region", "region_differs", 1.0, 0.0, -1.0),
        *_city(a, b),
        *_text(a.employer, b.employer, "employer", "employer_differs", 5.0, 0.0, -2.0),
    ]


def _streets(a: Profile, b: Profile) -> list[Reason]:
    if not a.streets or not b.streets:
        return []
    if set(a.streets) & set(b.streets):
        same = len(set(a.streets) & set(b.streets))
        return [Reason("street", 8.0 if same == 1 else 13.0)]
    best = _best(a.streets, b.streets)
    if best >= 0.9:
        return [Reason("street_near", 5.0)]
    return [Reason("street_differs", -2.0)]


def _district(a: Profile, b: Profile) -> list[Reason]:
    """A district that the other one has among its streets has only slipped into another field."""
    found = _text(a.district, b.district, "district", "district_differs", 6.0, 4.0, -2.0)
    crossed = [(x, y) for x, y in ((a.district, b.streets), (b.district, a.streets)) if x and y]
    if not any(reason.bits > 0 for reason in found) and any(_best((x,), y) >= 0.93 for x, y in crossed):
        return [Reason("district_near", 4.0)]
    return found


def _best(one: Iterable[str], other: Iterable[str]) -> float:
    others = tuple(other)
    return max(JaroWinkler.similarity(a, b) for a in one for b in others)


def _text(a: str, b: str, same: str, differs: str, bits: float, near: float, against: float) -> list[Reason]:
    if not a or not b:
        return []
    if a == b:
        return [Reason(same, bits)]
    if near and (DamerauLevenshtein.distance(a, b) == 1 or JaroWinkler.similarity(a, b) >= 0.93):
        return [Reason(f"{same}_near", near)]
    return [Reason(differs, against)]


def _city(a: Profile, b: Profile) -> list[Reason]:
    if not a.city or not b.city:
        return []
    if same_city(a.city, b.city):
        return [Reason("city", 2.5)]
    if is_arabic(a.city) != is_arabic(
        b.city
    ):  # one of them is none that we know: it may be its name in translation
        return []
    return [Reason("city_differs", -14.0 if a.company else -3.0)]


def same_city(a: str, b: str) -> bool:
    return a == b or bool(alike(a, b))
