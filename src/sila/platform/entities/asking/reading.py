"""The words beside the noun of a typed question, read from left to right."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sila.platform.entities.asking import amounts
from sila.platform.entities.asking.days import period
from sila.platform.entities.asking.hearing import DAYS, Heard
from sila.platform.entities.asking.words import (
    BIGGEST,
    BLANK,
    CLOSED,
    CLOSED_ON,
    COUNTED,
    DAY_UNITS,
    EITHER,
    ENDED,
    JOINTS,
    MINE,
    NAMED_DAYS,
    NEW,
    NEWEST,
    NOT,
    OLDEST,
    OPPOSITE,
    OVERDUE,
    OWNED,
    SMALLEST,
    STOP,
    TEAM,
    TIMES,
    UNOWNED,
    WITH,
    WITHOUT,
    loosened,
    possessed,
    stem,
)
from sila.platform.entities.kinds import Field
from sila.platform.entities.listing import MOST_FIRST, Condition, ListState
from sila.platform.entities.registry import Entity
from sila.platform.kit.currency_names import currency_called

WORDS = 30  # of a question
TEXTS = ("text", "email", "phone", "url")

Found = tuple[int, list[Condition]]  # how many words were used, and what they say


@dataclass(frozen=True)
class Question:
    entity: Entity
    state: ListState
    unread: tuple[str, ...] = ()  # words that were understood as nothing, and are not searched for either

    def url(self, slug: str) -> str:
        return self.entity.url(slug) + self.state.url()


class Reader(Heard):
    """Reads the words beside the noun, from left to right; each step takes the longest phrase that means something."""

    question: Question | None = None

    def read(self) -> None:
        self.spelt = list(self.words)
        self.grammar.respell(self.words, self.values.knows)
        at = 0
        while at < len(self.words):
            at += self._step(at)
        self._let_go()
        self._say_periods()
        self.question = self._question()

    def _step(self, at: int) -> int:
        """What begins at this word, or behind the particle that is written with it."""
        word = self.words[at]
        for spelling in (word, *loosened(word)):
            self.words[at] = spelling
            for read in self._readings:
                before = len(self.periods)
                if found := read(at):
                    self._take(found, at, said=len(self.periods) > before)
                    return found[0]
        self.words[at] = word
        if word in NOT:
            self.negated = word
        elif word not in STOP:
            self.left += self._typed_at(at, 1)
        return 1

    @cached_property
    def _readings(self) -> tuple[Callable[[int], Found | None], ...]:
        return (
            self._mine,
            self._overdue,
            self._ended,
            self._without,
            self._with,
            self._day,
            self._amount,
            self._longer,
            self._phrase,
            self._sorted,
            self._currency,
            self._named,
            self._colleague,
            self._value,
            self._linked,
            self._behind,
            self._theirs,
        )

    def _take(self, found: Found, at: int, *, said: bool) -> None:
        """Keep what was understood; a value that its field cannot read is no condition."""
        sound = [condition for condition in found[1] if self._means(condition)]
        turned = [replace(each, operator=OPPOSITE.get(each.operator, ""), group="") for each in sound]
        if (
            self.negated
            and sound
            and all(each.operator for each in turned)
            and len({each.field for each in sound}) == 1
        ):
            sound = turned
        elif self.negated and (sound or said):
            self.unread.append(
                self.negated
            )  # the opposite of a period, or of several things at once, is no condition
        if sound or said:
            self.negated = ""
        if found[1] and not sound:
            self.left += self._typed_at(at, found[0])
        self.conditions += sound

    def _question(self) -> Question | None:
        if self.negated:
            self.unread.append(self.negated)
        merged = _merged(self.conditions)
        fields = [each.field for each in set(self.conditions)]
        if EITHER & set(self.words) and len(set(fields)) == len(fields) and not self.joined:
            self.unread += [self._as_typed(word) for word in self.words if word in EITHER]
        if not merged and not self.sort:
            return None
        state = ListState(
            conditions=tuple(merged)[:20], sort=self.sort, first=self.first, query=" ".join(self.left)
        )
        return Question(self.entity, state, tuple(dict.fromkeys(self.unread)))

    # ---- what phrases mean -----------------------------------------------------------------------
    def _longer(self, at: int) -> Found | None:
        """A value that only begins with the name of something: «حي الملك فهد»."""
        own, phrase = self.values.own_at(at), self.grammar.at(self.words, at)
        return self._value(at) if own and len(own.words) > (phrase[0] if phrase else 1) else None

    def _phrase(self, at: int) -> Found | None:
        found = self.grammar.at(self.words, at)
        if found is None:
            return None
        length, told = found
        if tuple(map(stem, self.words[at : at + length])) in self.grammar.loosely and (
            value := self.values.linked(at, self._links(), named=False)
        ):
            return self._led(value)
        if isinstance(told, list):
            return length, told
        if told.kind.name == "bool":
            return length, [Condition(told.name, "yes")]
        if not self.waiting and self.conditions and self.conditions[-1].field == told.name:
            return length, []  # high priority: what is said of it stands before it
        self._name(told, at, length)
        return length, []

    def _theirs(self, at: int) -> Found | None:
        """A field with the ending that says whose it is: «سعرها»."""
        for word in possessed(self.words[at]):
            found = self.grammar.field([word, *self.words[at + 1 :]])
            if found and found[1].kind.name != "bool":
                self._name(found[1], at, found[0])
                return found[0], []
        return None

    def _mine(self, at: int) -> Found | None:
        if "owner" not in self.fields:
            return None
        for phrase in TEAM:
            if self.words[at : at + len(phrase.split())] == phrase.split():
                return len(phrase.split()), [Condition("owner", "any", ("team",))]
        if self.words[at] in UNOWNED:
            return 1, [Condition("owner", "empty")]
        return (1, [Condition("owner", "any", ("me",))]) if self.words[at] in MINE else None

    def _overdue(self, at: int) -> Found | None:
        """What should have been done before today and is still open."""
        if self.words[at] not in OVERDUE or not (f := self._dated()):
            return None
        return 1, [Condition(f.name, "within", ("before_today",)), *self._chosen("open")]

    def _ended(self, at: int) -> Found | None:
        found = self._chosen(ENDED.get(self.words[at], ""))
        return (1, found) if found else None

    def _without(self, at: int) -> Found | None:
        """That the fields are not filled in that these words name, or the first of them: without any owner, without phone
        or mail."""
        then = at + 1 + (self.words[at + 1 : at + 2] in (["any"], ["a"], ["an"], ["اي"]))
        found = self._field_at(then) if self.words[at] in WITHOUT else None
        empty: list[Condition] = []
        while found:
            empty.append(Condition(found[1].name, "no" if found[1].kind.name == "bool" else "empty"))
            then += found[0]
            found = self._another(then)
        return (then - at, empty) if empty else None

    def _another(self, at: int) -> tuple[int, Field] | None:
        """A further field behind "or": with it, how many words."""
        joint = self.words[at] if at < len(self.words) else ""
        if joint in JOINTS and (found := self._field_at(at + 1)):
            self.joined = True
            return found[0] + 1, found[1]
        return self.grammar.field([joint[1:], *self.words[at + 1 :]]) if joint.startswith("و") else None

    def _field_at(self, at: int) -> tuple[int, Field] | None:
        return self.grammar.field(self.words[at:])

    def _with(self, at: int) -> Found | None:
        """With a field, and perhaps what it holds: that comes next."""
        found = self.grammar.at(self.words, at + 1) if self.words[at] in WITH else None
        if found is None or not isinstance(found[1], Field) or found[1].kind.name == "bool":
            return None
        self._name(found[1], at, 1 + found[0], filled=True)
        return found[0] + 1, []

    def _sorted(self, at: int) -> Found | None:
        """The biggest, the newest: an order; with a number before or behind it only so many: top 10, «أكبر خمس»."""
        before, amount = self._count_at(at), self._numeric()
        word = next(iter(self.words[at + bool(before) :]), "")
        sort = (
            f"-{amount.name}"
            if word in BIGGEST and amount
            else amount.name
            if word in SMALLEST and amount
            else {**dict.fromkeys(NEWEST, "-created_at"), **dict.fromkeys(OLDEST, "created_at")}.get(word, "")
        )
        if not sort or self.sort or sort.removeprefix("-") not in self.fields:
            return None
        self.sort = sort
        number = before or self._count_at(at + 1)
        if 0 < number <= MOST_FIRST:
            self.first = f"{number}:{sort}"
        elif number:
            self.unread += self._typed_at(at + (not before), 1)  # the list is sorted, but shows all of them
        return 1 + bool(number), []

    def _count_at(self, at: int) -> int:
        """How many: a number that counts neither days nor thousands."""
        word, then = (*self.words[at : at + 2], "", "")[:2]
        if {then, stem(then)} & (TIMES.keys() | DAY_UNITS.keys()):
            return 0
        digits = word.isascii() and word.isdigit() and len(word) < 7
        return int(word) if digits else COUNTED.get(word.removeprefix("ال"), 0)

    # ---- amounts and days --------------------------------------------------------------------------
    def _amount(self, at: int) -> Found | None:
        f = self._numeric()
        found = amounts.read(self.words, at, self.context.reader.currency) if f else None
        if f is None or found is None:
            return None
        told = self.grammar.at(self.words, at + found.length)
        if told and isinstance(told[1], Field):  # more than 250 employees
            if told[1].kind.name not in ("number", "money"):
                return None
            f, found = told[1], replace(found, length=found.length + told[0])
        self._said()
        more = []
        if found.currency and "currency" in self.fields:
            more = [Condition("currency", "any", (found.currency,))]
        return found.length, [Condition(f.name, found.operator, found.values), *more]

    def _currency(self, at: int) -> Found | None:
        """A currency by its name, or by its code in capitals: in dollars, in USD."""
        (typed,), base = self._typed_at(at, 1), self.context.reader.currency
        if "currency" not in self.fields or not (typed.isupper() or len(typed) > 3):
            return None
        code = currency_called(typed, base)
        return (1, [Condition("currency", "any", (code,))]) if code else None

    def _day(self, at: int) -> Found | None:
        word = self.words[at]
        if word in NEW and "created_at" in self.fields and period(self.words, at + 1, self.context.reader):
            self._name(self.fields["created_at"], at, 1)
            return 1, []
        if (phrase := self.grammar.at(self.words, at)) and phrase[0] > 1:
            return None  # "closing this month", "created by"
        if word in NAMED_DAYS and (f := self.fields.get(NAMED_DAYS[word])):
            self._name(f, at, 1)
            return 1, []
        found = period(self.words, at, self.context.reader)
        if found is None or not self._dated():
            return None
        about = self.about if self.about and self.about.kind.name in DAYS else None
        self.periods.append((about, found))
        if about:
            self._said()
        return found.length, []

    def _say_periods(self) -> None:
        """Of which day they are told: one that was named; of what has ended, the day on which it did."""
        for about, found in self.periods:
            ended = any(set(each.values) & set(CLOSED) for each in self.conditions if each.operator == "any")
            f = (
                about
                or self.fields.get(found.of)
                or (self.fields.get(CLOSED_ON) if ended else None)
                or self._dated()
            )
            if f:
                self.conditions.append(Condition(f.name, found.operator, found.values))

    # ---- values ----------------------------------------------------------------------------------
    def _named(self, at: int) -> Found | None:
        """A word after the name of a text field is its value: city Riyadh."""
        f = self.about
        if not self.waiting or f is None or f.kind.name not in TEXTS or self.words[at] in STOP:
            return None
        if self.words[at] in BLANK:
            self._said()
            return 1, [Condition(f.name, "empty")]
        known = self.values.text(at, f.name)
        if known and known[1] == f.name:
            return self._value(at)
        if any(mark not in self.words[at] for mark in {"email": "@", "url": "."}.get(f.kind.name, "")):
            return None
        if f.kind.name == "phone" and not re.search(r"\d", self.words[at]):
            return None
        if f.kind.name == "text" and (
            known or self.grammar.at(self.words, at) or self.values.linked(at, self._links(), named=False)
        ):
            return None
        self._said()
        return 1, [Condition(f.name, "contains", tuple(self._typed_at(at, 1)))]

    def _colleague(self, at: int) -> Found | None:
        """The name of a colleague, or of what the field that was named links to."""
        links = [f for f in self._links() if f.to == "members" or (f is self.about and self.waiting)]
        named = at > 0 and (self.words[at - 1] in OWNED or bool(self.waiting))
        return self._led(self.values.linked(at, links, named=named))

    def _linked(self, at: int) -> Found | None:
        """The name of a stage, a unit: a city is meant before the branch that is called so."""
        return self._led(self.values.linked(at, self._links(), named=False))

    def _behind(self, at: int) -> Found | None:
        """The name of what else the noun links to, where it is told by its name."""
        return (
            None
            if self.words[at] in STOP
            else self._led(self.values.behind(at, self._links(), told=bool(self.waiting)))
        )

    def _led(self, found: tuple[int, str, list[str]] | None) -> Found | None:
        if found is None:
            return None
        if self.about and self.about.name == found[1]:
            self._said()
        return found[0], [Condition(found[1], "any", tuple(found[2]))]

    def _value(self, at: int) -> Found | None:
        """A place where some record is, of the noun itself or of what it links to, or another text that is held."""
        found = self.values.text(at, self.about.name if self.about and self.waiting else "")
        if found is None:
            return None
        length, name, written = found
        if self.about and self.about.name in name.split("~"):
            self._said()
        group = f"by-{name.replace('~', '-')}" if len(written) > 1 and not self.negated else ""
        return length, [Condition(name, "is", (value,), group) for value in written]


def _merged(conditions: Iterable[Condition]) -> list[Condition]:
    """What is said of one field in the same way is one of several: in Riyadh or Jeddah; won and lost."""
    found: list[Condition] = []
    told = list(dict.fromkeys(conditions))
    for each in told:
        same = [other for other in told if (other.field, other.operator) == (each.field, each.operator)]
        if len(same) == 1:
            found.append(each)
        elif each.operator == "any":
            values = tuple(dict.fromkeys(value for other in same for value in other.values))
            found.append(replace(each, values=values))
        elif each.operator == "is":
            found.append(replace(each, group=f"by-{each.field.replace('~', '-')}"))
        else:
            found.append(each)
    return list(dict.fromkeys(found))
