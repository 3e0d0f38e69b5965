"""Typed questions become conditions: «صفقات الرياض المفتوحة فوق 100 ألف هذا الشهر».

A grammar over what is declared, in both languages: nouns, ready-made views, fields, choices, periods, amounts and
places. What it understands is shown as chips, so that the reader sees it and can change it; what it does not
understand is searched for as text. No word of it is guessed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_

from django.db.models import Exists
from django.utils.translation import override

from sila.platform.entities import through
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.guessing import synonyms_of
from sila.platform.entities.kinds import LINKS, Context, Field
from sila.platform.entities.listing import Condition, ListState, condition_q
from sila.platform.entities.question_words import (
    COMPARED,
    DATED,
    ENDED,
    MINE,
    NAMED_DAYS,
    OTHER_PERIODS,
    OVERDUE,
    STOP,
    TIMES,
    WITHOUT,
    bare,
    stem,
    stems,
)
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.dates import RANGE_LABELS
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.folding import fold
from sila.platform.kit.numbers import parse_decimal
from sila.platform.tenancy.models import Workspace

LONGEST = 4  # words of one name
FEW = 200  # records of a small noun, such as stages, whose names are all known
MOST = 60  # places that a question may name
PLACE = "city"  # what a bare word may be the value of: nouns have an index for it
_TOKEN = re.compile(r"[<>=]+|[^\s,،;؛؟?!:«»“”\"()<>=]+")

Found = tuple[int, list[Condition]]  # how many words were used, and what they say


@dataclass(frozen=True)
class Question:
    entity: Entity
    state: ListState

    def url(self, slug: str) -> str:
        return self.entity.url(slug) + self.state.url()


def understand(text: str, context: Context) -> Question | None:
    """The list that the words ask for; None if they name no noun, or nothing but one."""
    words = [fold(token) for token in _TOKEN.findall(text)][:30]
    named = _noun(words, context)
    if named is None:
        return None
    entity, first, length = named
    whose = ["لي"] if length == 1 and stem(words[first]) != bare(words[first]) else []
    return _Reader(entity, [*whose, *words[:first], *words[first + length :]], text, context).read()


def _noun(words: list[str], context: Context) -> tuple[Entity, int, int] | None:
    """The noun that stands first, by the longest of its names."""
    names: dict[tuple[str, ...], Entity] = {}
    for language in ("en", "ar"):
        with override(language):
            for entity in registry:
                if entity.menu and context.actor.can(entity.slug, "view"):
                    names |= {stems(entity.plural): entity, stems(entity.name): entity}
    for at in range(len(words)):
        for length in range(LONGEST, 0, -1):
            span = words[at : at + length]
            named = names.get(tuple(map(stem, span))) or names.get(tuple(map(bare, span)))
            if named is not None and at + length <= len(words):
                return named, at, length
    return None


@dataclass
class _Reader:
    """Reads the words after the noun, from left to right; each step takes the longest phrase that means something."""

    entity: Entity
    words: list[str]
    text: str
    context: Context
    about: Field | None = None  # the field that was named last
    conditions: list[Condition] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    known: dict[str, dict[tuple[str, ...], str]] = field(
        default_factory=dict
    )  # names of small nouns' records

    def read(self) -> Question | None:
        self.fields = self.entity.readable(self.context.actor)
        self.phrases = self._phrases()
        steps: tuple[Callable[[int], Found | None], ...] = (
            self._mine,
            self._overdue,
            self._ended,
            self._without,
            self._amount,
            self._day,
            self._phrase,
            self._named,
            self._linked,
            self._place,
        )
        at = 0
        while at < len(self.words):
            found = next((found for step in steps if (found := step(at))), None)
            if found is None:
                if self.words[at] not in STOP:
                    self.left.append(self.words[at])
                at += 1
                continue
            at += found[0]
            self.conditions += found[1]
        return self._question()

    def _question(self) -> Question | None:
        sound = tuple(each for each in dict.fromkeys(self.conditions) if self._means(each))
        if not sound:
            return None
        return Question(self.entity, ListState(conditions=sound, query=" ".join(self.left)))

    def _means(self, condition: Condition) -> bool:
        try:
            condition_q(self.fields, condition, self.context)
        except Invalid:  # a value that the field cannot read is no condition
            return False
        return True

    # ---- what phrases mean -----------------------------------------------------------------------
    def _phrases(self) -> dict[tuple[str, ...], list[Condition] | Field]:
        """Views, choices and periods say something by themselves; a field says what comes next is about it."""
        known: dict[tuple[str, ...], list[Condition] | Field] = {}
        for language in ("en", "ar"):
            with override(language):
                for f in self.fields.values():
                    known[stems(f.label)] = f
                for f in self.fields.values():
                    for choice in f.choices:
                        known[stems(choice.label)] = [Condition(f.name, "any", (choice.value,))]
                for view in self.entity.views:
                    known[stems(view.label)] = [Condition.read(text) for text in view.conditions]
        for text, name in synonyms_of(self.entity, self.fields).items():
            known.setdefault(stems(text), self.fields[name])
        known.pop((), None)
        return known

    def _phrase(self, at: int) -> Found | None:
        for length in range(LONGEST, 0, -1):
            told = self.phrases.get(tuple(map(stem, self.words[at : at + length])))
            if told is None or at + length > len(self.words):
                continue
            if isinstance(told, list):
                return length, told
            self.about = told
            return length, [Condition(told.name, "yes")] if told.kind.name == "bool" else []
        return None

    def _mine(self, at: int) -> Found | None:
        if self.words[at] in MINE and "owner" in self.fields:
            return 1, [Condition("owner", "any", ("me",))]
        return None

    def _overdue(self, at: int) -> Found | None:
        """What should have been done before today and is still open."""
        if self.words[at] not in OVERDUE or not (f := self._dated()):
            return None
        return 1, [Condition(f.name, "within", ("before_today",)), *self._chosen("open")]

    def _ended(self, at: int) -> Found | None:
        found = self._chosen(ENDED.get(self.words[at], ""))
        return (1, found) if found else None

    def _chosen(self, value: str) -> list[Condition]:
        """That a choice has this value, of the first field that knows it."""
        offering = [f for f in self.fields.values() if any(each.value == value for each in f.choices)]
        return [Condition(offering[0].name, "any", (value,))] if offering else []

    def _without(self, at: int) -> Found | None:
        if self.words[at] not in WITHOUT:
            return None
        for length in range(LONGEST, 0, -1):
            told = self.phrases.get(tuple(map(stem, self.words[at + 1 : at + 1 + length])))
            if isinstance(told, Field):
                return length + 1, [Condition(told.name, "no" if told.kind.name == "bool" else "empty")]
        return None

    # ---- amounts ---------------------------------------------------------------------------------
    def _amount(self, at: int) -> Found | None:
        if found := self._between(at):
            return found
        for phrase, operator in COMPARED.items():
            length = len(phrase.split())
            if self.words[at : at + length] != phrase.split():
                continue
            number = self._number(at + length)
            f = self._numeric()
            if number and f:
                return length + number[0], [Condition(f.name, operator, (number[1],))]
        return None

    def _between(self, at: int) -> Found | None:
        f = self._numeric()
        low = self._number(at + 1) if self.words[at] in ("between", "بين") else None
        if not low or not f:
            return None
        then = at + 1 + low[0]
        if then < len(self.words) and self.words[then] in ("and", "و"):
            then += 1
        elif then < len(self.words) and re.match(r"و\d", self.words[then]):
            self.words[then] = self.words[then][1:]
        high = self._number(then)
        if not high:
            return None
        return then + high[0] - at, [Condition(f.name, "between", (low[1], high[1]))]

    def _number(self, at: int) -> tuple[int, str] | None:
        """`100k`, `100 ألف`, `1.5 مليون`: how many words, and the number."""
        if at >= len(self.words):
            return None
        found = re.fullmatch(r"([\d.,٫٬]+)([a-z]*)", self.words[at])
        if not found or (found[2] and found[2] not in TIMES):
            return None
        length, power = 1, TIMES.get(found[2], 0)
        if not power and at + 1 < len(self.words) and self.words[at + 1] in TIMES:
            length, power = 2, TIMES[self.words[at + 1]]
        try:
            return length, f"{parse_decimal(found[1]) * Decimal(10) ** power:f}"
        except (InvalidInput, ArithmeticError, ValueError):
            return None

    def _numeric(self) -> Field | None:
        """The number that was named, else the noun's first amount, else its first number."""
        if self.about and self.about.kind.name in ("number", "money"):
            return self.about
        ranked = [*self.entity.listed, *self.entity.filters, *self.fields]
        for kind in ("money", "number"):
            for name in ranked:
                if name in self.fields and self.fields[name].kind.name == kind and name != "quality":
                    return self.fields[name]
        return None

    # ---- days ------------------------------------------------------------------------------------
    def _day(self, at: int) -> Found | None:
        word = self.words[at]
        if word in NAMED_DAYS and (f := self.fields.get(NAMED_DAYS[word])):
            self.about = f
            return (1, []) if self._period(at + 1) else None
        f = self._dated()
        if f is None:
            return None
        if period := self._period(at):
            return period[0], [Condition(f.name, "within", (period[1],))]
        if word in DATED and at + 1 < len(self.words):
            return 2, [Condition(f.name, DATED[word], (self._as_typed(self.words[at + 1]),))]
        return None

    def _period(self, at: int) -> tuple[int, str] | None:
        names = _periods()
        for length in range(LONGEST, 0, -1):
            key = names.get(tuple(map(stem, self.words[at : at + length])))
            if key and at + length <= len(self.words):
                return length, key
        return None

    def _dated(self) -> Field | None:
        """The day that was named, else the noun's own, else when the record was made."""
        if self.about and self.about.kind.name in ("date", "datetime"):
            return self.about
        ranked = [*self.entity.listed, *self.entity.filters, "created_at"]
        dated = [self.fields[name] for name in ranked if name in self.fields]
        return next((f for f in dated if f.kind.name in ("date", "datetime")), None)

    def _as_typed(self, word: str) -> str:
        return self._typed.get(word, word)

    @cached_property
    def _typed(self) -> dict[str, str]:
        """The folded words as they were typed, the first of those that fold alike."""
        return {fold(token): token for token in reversed(_TOKEN.findall(self.text))}

    # ---- values ----------------------------------------------------------------------------------
    def _named(self, at: int) -> Found | None:
        """A word after the name of a text field is its value: city Riyadh."""
        f = self.about
        if f is None or f.kind.name not in ("text", "email", "phone", "url") or self.words[at] in STOP:
            return None
        self.about = None
        return 1, [Condition(f.name, "contains", (self._as_typed(self.words[at]),))]

    def _linked(self, at: int) -> Found | None:
        """The name of a stage, a colleague, a product: a record of a small noun that this one links to."""
        if self.words[at] in STOP:
            return None
        for f in [self.about] if self.about and self.about.kind.name in LINKS else self.fields.values():
            if f.custom or f.kind.name not in LINKS or f.name == "created_by":
                continue
            names = self._names(f)
            for length in range(LONGEST, 0, -1):
                key = tuple(map(stem, self.words[at : at + length]))
                if key in names and at + length <= len(self.words):
                    return length, [Condition(f.name, "any", (names[key],))]
        return None

    def _names(self, f: Field) -> dict[tuple[str, ...], str]:
        target = registry[f.to]
        if target.slug not in self.known:
            rows = list(target.visible_to(self.context.actor).values("id", *target.title)[: FEW + 1])
            few = rows if len(rows) <= FEW else []
            self.known[target.slug] = {
                stems(row[column]): str(row["id"]) for row in few for column in target.title if row[column]
            }
        return self.known[target.slug]

    def _place(self, at: int) -> Found | None:
        """A place where some record is: of the noun itself, or of what it links to."""
        for length in (3, 2, 1):
            for name, known in self._places.items():
                found = next((each for each in self._spellings(at, length) if each in known), None)
                if found:
                    return length, [Condition(name, "is", (found,))]
        return None

    def _spellings(self, at: int, length: int) -> list[str]:
        """How a record may write the place that these words name, if they name one."""
        span = self.words[at : at + length]
        if len(span) < length or len(span[0]) < 3 or span[0] in STOP or span[-1] in STOP:
            return []
        typed = " ".join(map(self._as_typed, span))
        more = [typed.title()] if typed.isascii() else [f"ال{typed}"]
        return list(dict.fromkeys([typed, re.sub("^ب(?=ال)", "", typed), *more]))

    @cached_property
    def _places(self) -> dict[str, set[str]]:
        """What of all the words is a place, by the field."""
        asked = [each for at in range(len(self.words)) for n in (3, 2, 1) for each in self._spellings(at, n)]
        asked = list(dict.fromkeys(asked))[:MOST]
        nouns = {PLACE: self.entity} if PLACE in self.fields and not self.fields[PLACE].custom else {}
        for f in through.reached(self.fields, self.context.actor):
            link, _mark, inner = f.name.partition(through.MARK)
            if inner == PLACE and not f.custom:
                nouns[f.name] = registry[self.fields[link].to]
        return {name: self._held(noun, asked) for name, noun in nouns.items()} if asked else {}

    def _held(self, noun: Entity, asked: list[str]) -> set[str]:
        """Those of the places where the reader sees a record of the noun: one question, answered by the index."""
        parts = [part.visible_to(self.context.actor).order_by() for part in noun.slices() or [noun]]
        told = [reduce(or_, (Exists(rows.filter(**{PLACE: each})) for rows in parts)) for each in asked]
        held = Workspace.objects.filter(pk=self.context.actor.workspace.pk).values_list(*told).get()
        return {each for each, there in zip(asked, held, strict=True) if there}


_PERIODS: dict[tuple[str, ...], str] = {}


def _periods() -> dict[tuple[str, ...], str]:
    """The names of periods in both languages."""
    if not _PERIODS:
        found: dict[tuple[str, ...], str] = {}
        for language in ("en", "ar"):
            with override(language):
                found |= {stems(label): key for key, label in RANGE_LABELS.items()}
        found |= {stems(words): key for words, key in OTHER_PERIODS.items()}
        _PERIODS.update(found)
    return _PERIODS


def shown(question: Question, chips: Iterable[tuple[str, str, str]]) -> str:
    """The question in words: the noun, then field, operator and value of each condition."""
    told = [" ".join(part for part in chip if part) for chip in chips]
    if question.state.query:
        told.append(f"“{question.state.query}”")
    return " · ".join([str(question.entity.plural), *told])
