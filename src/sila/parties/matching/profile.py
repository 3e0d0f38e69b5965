"""A record as the matcher compares it: its fields taken apart once, so that a comparison is cheap."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sila.parties.matching.lexicon import (
    BRANCH,
    CITIES,
    COMPANY_WORDS,
    CONCEPTS,
    FREE_MAIL,
    LEGAL,
    NOT_SAID,
    key_of,
)
from sila.parties.matching.words import bare, words_of_person
from sila.platform.kit.folding import fold, latin_digits
from sila.platform.kit.phones import without_extension

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ASIDE = re.compile(r"\s[-–—|]\s|\s*[()،,/]\s*")
_PREFIX = re.compile(r"^(?:ولل|وال|لل|ال|و|ل)(?=..)")
_MADE_UP = re.compile(r"(\d)\1{6}$")  # 0500000000: there because the form wanted one
_AND_THE = re.compile(r"^(?:ولل|وال|لل)(?=...)")
_DOTS = re.compile(r"(?<=\b\w)\.\s?(?=\w\b)|(?<=\b\w)\.(?=\s|$)|['’`]")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """«شركة النور للتجارة المحدودة - فرع جدة»: what it is known by, what it does, which branch, its numbers."""

    core: tuple[str, ...]
    concepts: frozenset[str]
    branch: frozenset[str]
    numbers: frozenset[str]


@dataclass(slots=True)
class Profile:
    """What is compared. Everything is folded or normalised; what is not known is empty."""

    id: Any = None
    company: bool = False
    words: tuple[str, ...] = ()  # of a person's name
    other_words: tuple[str, ...] = ()  # of the name in Latin letters, if it is written beside
    name: CompanyName | None = None  # of a company
    other_name: CompanyName | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    site: str = ""
    ids: tuple[str, ...] = ()  # of a register: commercial, VAT, social security
    birth: str = ""  # YYYYMMDD
    number: str = ""  # of the house
    streets: tuple[str, ...] = ()
    district: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    employer: str = ""


def make_profile(
    name: str,
    *,
    id: Any = None,
    company: bool | None = None,
    name_latin: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    site: str = "",
    ids: Iterable[str] = (),
    birth: str = "",
    number: str = "",
    streets: Iterable[str] = (),
    district: str = "",
    postcode: str = "",
    city: str = "",
    region: str = "",
    employer: str = "",
) -> Profile:
    """`phones` as E.164, `emails` normalised. Whether it is a company is read from its name, if not said."""
    firm = looks_like_company(f"{name} {name_latin}") if company is None else company
    return Profile(
        id=id,
        company=firm,
        words=() if firm else words_of_person(name),
        other_words=words_of_person(name_latin) if name_latin and not firm else (),
        name=name_of_company(name) if firm else None,
        other_name=name_of_company(name_latin) if name_latin and firm else None,
        phones=_distinct(phone for phone in map(without_extension, phones) if not _MADE_UP.search(phone)),
        emails=_distinct(map(_mailbox, emails)),
        site=_host(site),
        ids=_distinct(latin_digits(each).replace(" ", "") for each in ids),
        birth=birth,
        number=_said(number),
        streets=_distinct(map(_said, streets)),
        district=_said(district),
        postcode=_said(postcode),
        city=city_of(_said(city)),
        region=_said(region),
        employer=employer,
    )


def _said(text: str) -> str:
    """Folded, and nothing for what people and programs write in place of nothing."""
    folded = fold(text)
    return "" if folded.strip("-–—_.?*/ ") in NOT_SAID else folded


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _mailbox(address: str) -> str:
    """Without what providers pass over: +tags, and the dots of Gmail."""
    local, _at, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local and domain else ""


def _host(address: str) -> str:
    host = re.sub(r"^[a-z]+://", "", address.strip().lower()).split("/")[0]
    return host.removeprefix("www.")


def domains(profile: Profile) -> set[str]:
    """Of its addresses and its site; not those that everybody has."""
    found = {mail.rpartition("@")[2] for mail in profile.emails} | {profile.site}
    return {domain for domain in found if domain and domain not in FREE_MAIL}


@lru_cache(maxsize=5_000)
def city_of(text: str) -> str:
    """One word for a city in either language; of a longer text the first word that is a city."""
    words = fold(re.sub("['’`]", "", text), article=True).replace("-", " ").split()
    joined = "".join(words)
    if joined in CITIES:
        return CITIES[joined]
    known = next((CITIES[word] for word in words if word in CITIES), "")
    return known or (fold(text) if words else "")


@lru_cache(maxsize=20_000)
def looks_like_company(name: str) -> bool:
    words = _WORD.findall(fold(_DOTS.sub("", name.replace("_", " "))))
    return any(word in COMPANY_WORDS or _PREFIX.sub("", word) in COMPANY_WORDS for word in words)


@lru_cache(maxsize=50_000)
def name_of_company(name: str) -> CompanyName:
    """Taken apart. What stands behind a dash or in brackets is a branch, if it is neither form nor trade."""
    main, *asides = [
        part for part in _ASIDE.split(fold(_DOTS.sub("", name.replace("_", " ")))) if part.strip()
    ] or [""]
    core: list[str] = []
    concepts: set[str] = set()
    branch: set[str] = set()
    numbers: set[str] = set()
    for place, part in enumerate([main, *asides]):
        at_branch = False
        for word in _phrases(_WORD.findall(part)):
            plain = _PREFIX.sub("", word)
            if word.isdigit():
                numbers.add(word.lstrip("0") or "0")
            elif word in BRANCH or plain in BRANCH:
                at_branch = True
            elif word in LEGAL or plain in LEGAL or word in ("al", "el"):
                continue
            elif at_branch or plain in CITIES:
                branch.add(city_of(plain))
            elif word in CONCEPTS or plain in CONCEPTS:
                concepts.add(CONCEPTS.get(word) or CONCEPTS[plain])
            elif place and core:
                branch.add(city_of(plain))
            else:
                core.append(_without_article(word))
    return CompanyName(tuple(dict.fromkeys(core)), frozenset(concepts), frozenset(branch), frozenset(numbers))


def _phrases(words: list[str]) -> Iterator[str]:
    """«Real Estate» is one concept in two words."""
    joined = False
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if joined:
            joined = False
        elif following and word + following in CONCEPTS and word not in CONCEPTS:
            joined = True
            yield word + following
        else:
            yield word


def _without_article(word: str) -> str:
    return re.sub(r"^al(?=.{4})", "", word) if word.isascii() else bare(_AND_THE.sub("", word))


def name_key(profile: Profile) -> str:
    """The Latin keys of the words in alphabetical order: one key for a name and the name turned round."""
    words = profile.name.core if profile.name else profile.words
    return " ".join(sorted(filter(None, map(key_of, words))))
