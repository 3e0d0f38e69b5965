"""What the words of a typed question may be the value of: colleagues, stages and products by their names, and what
records hold in a field, in the other script too: «جدة» meets Jeddah, «عمر» meets Omar.

Nothing here goes through all records. Members and other small nouns are read whole if they are few; the places that
there are come one by one from the index on them, texts of the workspace's own by theirs (own_texts.py); other texts are
those of the newest records. A place is told only where the reader sees a record of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import takewhile
from operator import or_
from typing import Any

from django.db.models import Exists

from sila.platform.entities import search, through
from sila.platform.entities.asking import own_texts
from sila.platform.entities.asking.distinct import DISTINCT, distinct
from sila.platform.entities.asking.words import LEADING, LONGEST, STOP, loosened, stem, stems
from sila.platform.entities.kinds import LINKS, Context, Field
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.spelling import distance
from sila.platform.kit.folding import fold, keyed_words, latin_key, other_keys
from sila.platform.kit.places import place_of
from sila.platform.tenancy.models import Workspace

COLLEAGUES, FEW = 1_000, 200  # members, and records of a small noun, whose names are all known
LOOKS = 1  # for records of large nouns; each is some questions
CANDIDATES = 60  # of one look
SEVERAL = 5  # colleagues who may be meant by one name
MOST = 60  # spellings of places that are looked for
NEWEST = 1_000  # records whose texts are known
PLACE = "city"  # nouns have an index for it
CLEAR = 3  # consonants of a key that says enough by itself
SHORT_LATIN, SHORT_ARABIC = 7, 5  # letters of a word whose key of two consonants says enough
TYPO = 5  # letters of a name of a place that may be mistyped


def alike(typed: str, held: str, *, clear: int = 2) -> bool:
    """Whether two folded words are one: as they stand, without the article, or in two scripts by their consonants."""
    if typed.removeprefix("ال") == held.removeprefix("ال"):
        return True
    if not typed.isascii() and not held.isascii():
        return False  # Arabic words meet by folding: by their keys too many would
    key, enough = latin_key(held), clear if typed.isascii() != held.isascii() else CLEAR
    if len(key) < enough or (len(key) < CLEAR and not (_short(typed) and _short(held))):
        return False
    return key in (latin_key(typed), *other_keys(typed)) or latin_key(typed) in other_keys(held)


def _short(word: str) -> bool:
    return len(word) <= (SHORT_LATIN if word.isascii() else SHORT_ARABIC)


def name_words(name: str) -> list[str]:
    """Folded, as search takes a name apart: without articles and بن, "abd" with the word after it."""
    return [word for word, _key in keyed_words(name)] or fold(name).split()


class Names:
    """The names of few records, to be looked up by a part of them as well."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        self.titles: dict[tuple[str, ...], list[str]] = {}
        self.words: dict[str, list[list[str]]] = {}  # id -> the words of each of its names
        self.holding: dict[
            str, set[str]
        ] = {}  # a word without its article, or a key behind its script -> ids
        for row_id, name in named:
            self.titles.setdefault(stems(name), []).append(row_id)
            words = name_words(name)
            self.words.setdefault(row_id, []).append(words)
            for word in words:
                for each in (word.removeprefix("ال"), *_keys(word)):
                    self.holding.setdefault(each, set()).add(row_id)

    def holds(self, word: str) -> set[str]:
        """Those one word of whose names may be this one."""
        return set().union(*(self.holding.get(each, ()) for each in (word.removeprefix("ال"), *_keys(word))))

    def _of(self, row_id: str, spoken: list[str]) -> list[list[str]]:
        """Its names; for Arabic words those in Arabic, if there are any."""
        names = self.words[row_id]
        arabic = [name for name in names if not " ".join(name).isascii()]
        return names if " ".join(spoken).isascii() else arabic or names

    def called(self, span: list[str], *, clear: int, partly: bool) -> list[str]:
        """Those that are called so: by the whole name, else, `partly`, by some of it."""
        if whole := self.titles.get(tuple(map(stem, span))):
            return list(dict.fromkeys(whole))
        spoken = name_words(" ".join(span))
        likely = set.intersection(*map(self.holds, spoken)) if spoken else set()
        found = [
            row_id
            for row_id in sorted(likely)
            if any(_meets(spoken, name, clear, partly=partly) for name in self._of(row_id, spoken))
        ]
        first = [row_id for row_id in found if any(alike(spoken[0], name[0]) for name in self.words[row_id])]
        return first or found  # Khaled is somebody's given name before it is somebody's family


def _keys(word: str) -> list[str]:
    """Under which it meets its like in the other script."""
    return [f"={key}" for key in (latin_key(word), *other_keys(word)) if len(key) > 1]


@dataclass
class Values:
    """The values that the words of one question may name."""

    entity: Entity
    fields: dict[str, Field]
    context: Context
    words: list[str]
    few: dict[str, Names] = field(default_factory=dict)  # by the noun
    looked: int = 0  # for records of large nouns

    # ---- colleagues and small nouns ------------------------------------------------------------------
    def linked(self, at: int, links: Iterable[Field], *, named: bool) -> tuple[int, str, list[str]] | None:
        """How many words, which link, and whose ids. `named`: the words before say that a name comes."""
        for f in (f for f in links if not registry[f.to].owned):
            for length in range(LONGEST, 0, -1):
                span = self.words[at : at + length]
                if len(span) < length or span[0] in STOP or span[-1] in STOP:
                    continue
                colleague = f.to == "members"
                sure = named or length > 1 or not span[0].isascii()
                ids = self._names(f).called(span, clear=2 if sure and colleague else CLEAR, partly=colleague)
                if ids and len(ids) <= SEVERAL:
                    return length, f.name, ids
        return None

    def _names(self, f: Field) -> Names:
        target = registry[f.to]
        if target.slug not in self.few:
            most = COLLEAGUES if target.slug == "members" else FEW
            rows = list(target.visible_to(self.context.actor).values("id", *target.title)[: most + 1])
            few = rows if len(rows) <= most else []
            named = ((str(row["id"]), row[column]) for row in few for column in target.title if row[column])
            self.few[target.slug] = Names(named)
        return self.few[target.slug]

    def behind(self, at: int, links: Iterable[Field], *, told: bool) -> tuple[int, str, list[str]] | None:
        """Records of a large noun that are called so, such as a deal's customer. Where the noun's search knows them by that
        name, the words stay with it, unless they stand behind one that leads there: deals of Nakhil."""
        told = told or (at > 0 and self.words[at - 1] in LEADING)
        large = [f for f in links if registry[f.to].owned]
        wanted = [f for f in large if told or f"{f.name}__name" not in self.entity.search]
        run = list(takewhile(lambda word: word not in STOP, self.words[at : at + LONGEST]))
        for length in range(len(run), 0, -1):
            if self.looked >= LOOKS or not wanted or not any(len(word) > 2 for word in run):
                break
            self.looked += 1
            named = self._records(run[:length], 2 if told else CLEAR)
            for f in wanted:
                parts = {part.slug for part in _parts(registry[f.to])}
                ids = [row_id for slug, row_id in named if slug in parts]
                if ids and len(ids) <= SEVERAL:
                    return length, f.name, ids
        return None

    def _records(self, span: list[str], clear: int) -> list[tuple[str, str]]:
        """(noun, id) of what is called so and open to the reader: by the whole name, else by some of it."""
        by_noun: dict[str, list[Any]] = {}
        for row_id, slug in search.candidates(" ".join(span), limit=CANDIDATES):
            by_noun.setdefault(slug, []).append(row_id)
        to = {
            part.slug
            for f in self.fields.values()
            if f.kind.name == "link"
            for part in _parts(registry[f.to])
        }
        hits = [
            (slug, hit)
            for slug, ids in by_noun.items()
            if slug in to
            for hit in search.allowed(registry[slug], ids, self.context.actor)
        ]
        whole = [(slug, str(hit.id)) for slug, hit in hits if fold(hit.title) == " ".join(span)]
        spoken = name_words(" ".join(span))
        return whole or [
            (slug, str(hit.id))
            for slug, hit in hits
            if _meets(spoken, name_words(hit.title), clear, partly=True)
        ]

    def knows(self, word: str) -> bool:
        """Whether it is a word of a value: then it was not mistyped."""
        links = [f for f in self.fields.values() if f.kind.name in LINKS and not registry[f.to].owned]
        said = any(word in own.words for own in self._own)
        if said or any(self._names(f).holds(word) for f in links) or place_of(word):
            return True
        return any(
            alike(word, each)
            for seen in self._seen.values()
            for value in seen
            for each in fold(value).split()
        )

    # ---- what records hold ---------------------------------------------------------------------------
    def text(self, at: int, about: str = "") -> tuple[int, str, list[str]] | None:
        """A place or another text that some record holds: how many words, the field, and how it is written there.
        `about`: the field that was named before, of several that hold it."""
        own = self.own_at(at, about)
        for length in range(LONGEST, 0, -1):
            span = self.words[at : at + length]
            if len(span) < length:
                continue
            sure = len(span[0]) > 2 and not {span[0], span[-1]} & STOP
            if sure and (place := self._place(span)):
                return length, *place
            if own and len(own.words) == length:
                return length, own.name, [own.written]
            if sure and (told := self._text(span)):
                return length, *told
        return None

    def own_at(self, at: int, about: str = "") -> own_texts.Held | None:
        """The longest value of a text field of the workspace's own that begins here."""
        found = [own for own in self._own if own.said_by(self.words[at : at + len(own.words)])]
        longest = [own for own in found if len(own.words) == len(found[0].words)]
        return next((own for own in longest if own.name == about), longest[0] if longest else None)

    def _place(self, span: list[str]) -> tuple[str, list[str]] | None:
        for name, known in self._seen.items():
            if found := [value for value in known if value in self._written(span, name)]:
                return name, found
        return None

    def _text(self, span: list[str]) -> tuple[str, list[str]] | None:
        spoken = tuple(map(stem, span))
        for name, values in self._texts.items():
            if found := [value for value in values if stems(value) == spoken or _says(span, value)]:
                return name, found[:SEVERAL]
        return None

    @cached_property
    def _own(self) -> list[own_texts.Held]:
        return own_texts.held(self.entity, self.fields, self.words, self.context.actor)

    def _written(self, span: list[str], name: str) -> list[str]:
        """How records may write the place that these words name: as the workspace does, and as people do."""
        place = place_of(" ".join(span))
        held = [value for value in self._held.get(name, ()) if _is_place(span, place, value)]
        if not held and len(span) == 1 and len(span[0]) >= TYPO:
            held = [value for value in self._held.get(name, ()) if _mistyped(span[0], value)]
        typed = " ".join(span)
        more = [typed, typed.title()] if typed.isascii() else [typed, f"ال{typed}", typed.removeprefix("ال")]
        names = (place.arabic, place.english, *place.names) if place else ()
        return list(dict.fromkeys([*held, *more, *names]))

    @cached_property
    def _nouns(self) -> dict[str, Entity]:
        """Whose places may be meant: the noun's own, and those of what it links to; by the field."""
        nouns = {PLACE: self.entity} if PLACE in self.fields and not self.fields[PLACE].custom else {}
        for f in through.reached(self.fields, self.context.actor):
            link, _mark, inner = f.name.partition(through.MARK)
            if inner == PLACE and not f.custom:
                nouns[f.name] = registry[self.fields[link].to]
        return nouns

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        """The places that the workspace has, whoever may see them, by the field."""
        parts = {part.slug: part for noun in self._nouns.values() for part in _parts(noun)}
        known = distinct([*parts.values()], PLACE)
        return {
            name: list(dict.fromkeys(value for part in _parts(noun) for value in known[part.slug]))
            for name, noun in self._nouns.items()
        }

    @cached_property
    def _seen(self) -> dict[str, list[str]]:
        """What of all the words is a place where the reader sees a record, by the field."""
        spans = [
            self.words[at : at + length]
            for at in range(len(self.words))
            for length in (3, 2, 1)
            if at + length <= len(self.words) and not {self.words[at], self.words[at + length - 1]} & STOP
        ]
        spans += [[each] for word in self.words for each in loosened(word)]
        asked = {
            (name, value): None
            for name in self._nouns
            for span in spans
            if len(span[0]) > 2
            for value in self._likely(span, name)
        }
        return self._visible([*asked][:MOST])

    def _likely(self, span: list[str], name: str) -> list[str]:
        """What may be written so: where all the places are known, only what is among them."""
        written, held = self._written(span, name), self._held.get(name, [])
        return [value for value in written if value in set(held)] if len(held) < DISTINCT else written

    def _visible(self, asked: list[tuple[str, str]]) -> dict[str, list[str]]:
        """Those of the places where the reader sees a record: one question, answered by the index."""
        if not asked:
            return {}
        rows = {
            name: [part.visible_to(self.context.actor).order_by() for part in _parts(noun)]
            for name, noun in self._nouns.items()
        }
        told = [
            reduce(or_, (Exists(part.filter(**{PLACE: value})) for part in rows[name]))
            for name, value in asked
        ]
        held = Workspace.objects.filter(pk=self.context.actor.workspace.pk).values_list(*told).get()
        seen: dict[str, list[str]] = {}
        for (name, value), there in zip(asked, held, strict=True):
            if there:
                seen.setdefault(name, []).append(value)
        return seen

    @cached_property
    def _texts(self) -> dict[str, set[str]]:
        """What the newest records that the reader sees hold in the texts by which their list is filtered."""
        names = [
            name
            for name in self.entity.filters
            if name in self.fields
            and name != PLACE
            and self.fields[name].kind.name == "text"
            and not self.fields[name].custom
        ]
        if not names:
            return {}
        newest = self.entity.rows().order_by("-id").values("id")[:NEWEST]
        rows = self.entity.visible_to(self.context.actor).filter(id__in=newest).order_by()
        held = list(rows.values_list(*names).distinct())
        return {name: {row[at] for row in held if row[at]} for at, name in enumerate(names)}


def _parts(noun: Entity) -> list[Entity]:
    return noun.slices() or [noun]


def _meets(typed: list[str], name: list[str], clear: int, *, partly: bool) -> bool:
    """Each of the words is one of the name, in its order; `partly`: some of the name is enough."""
    left: Iterator[str] = iter(name)
    if not typed or (not partly and len(typed) != len(name)):
        return False
    return all(any(alike(word, each, clear=clear) for each in left) for word in typed)


def _says(span: list[str], value: str) -> bool:
    words = fold(value).split()
    return len(words) == len(span) and all(
        alike(*pair, clear=CLEAR) for pair in zip(span, words, strict=True)
    )


def _is_place(span: list[str], place: Any, value: str) -> bool:
    return (place is not None and place_of(value) == place) or _says(span, value)


def _mistyped(word: str, value: str) -> bool:
    """A letter away from the place, by any of its names."""
    place = place_of(value)
    names = place.names if place else (value,)
    return any(distance(word, fold(name), 1) == 1 for name in names if len(name) >= TYPO)
