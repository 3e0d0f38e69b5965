"""What has been heard of a typed question so far, and what a word may therefore be about."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from sila.platform.entities.asking.days import Period
from sila.platform.entities.asking.grammar import Grammar
from sila.platform.entities.asking.values import Values
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import LINKS, Context, Field
from sila.platform.entities.listing import Condition, condition_q
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold

DAYS = ("date", "datetime")
TOKEN = re.compile(r"[<>=]+|[^\s,،;؛؟?!:«»“”\"()<>=]+")


@dataclass
class Heard:
    entity: Entity
    words: list[str]
    text: str
    context: Context
    about: Field | None = None  # the field that was named last
    waiting: list[str] = field(default_factory=list)  # the words that named it, until something is said of it
    filled: bool = False  # that it is there was said
    negated: str = ""  # the word that turns round what comes next
    conditions: list[Condition] = field(default_factory=list)
    periods: list[tuple[Field | None, Period]] = field(default_factory=list)
    sort: str = ""
    first: str = ""  # of a list that is cut
    joined: bool = False  # an "or" stood between fields that are all empty
    spelt: list[str] = field(default_factory=list)  # the words before any of them was mended
    left: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @cached_property
    def fields(self) -> dict[str, Field]:
        return self.entity.readable(self.context.actor)

    @cached_property
    def grammar(self) -> Grammar:
        return Grammar(self.entity, self.fields)

    @cached_property
    def values(self) -> Values:
        return Values(self.entity, self.fields, self.context, self.words)

    def _means(self, condition: Condition) -> bool:
        try:
            condition_q(self.fields, condition, self.context)
        except Invalid:
            return False
        return True

    def _as_typed(self, word: str) -> str:
        return self._typed.get(word, word)

    @cached_property
    def _typed(self) -> dict[str, str]:
        """The folded words as they were typed, the first of those that fold alike."""
        return {fold(token): token for token in reversed(TOKEN.findall(self.text))}

    def _typed_at(self, at: int, length: int) -> list[str]:
        """So many words as they were typed, before any of them was mended."""
        return [self._as_typed(word) for word in self.spelt[at : at + length]]

    def _name(self, f: Field, at: int, length: int, *, filled: bool = False) -> None:
        if self.about is not f:
            self._let_go()
        self.about, self.waiting, self.filled = f, [*self.waiting, *self._typed_at(at, length)], filled

    def _said(self) -> None:
        """Something was said of the field that was named."""
        self.waiting, self.filled = [], False

    def _let_go(self) -> None:
        """Nothing more was said of the field that was named last: that it is there, or nothing."""
        if self.waiting and self.filled and self.about:
            self.conditions.append(Condition(self.about.name, "filled"))
        else:
            self.unread += self.waiting
        self._said()

    def _chosen(self, value: str) -> list[Condition]:
        """That a choice has this value, of the first field that knows it."""
        offering = [f for f in self.fields.values() if any(each.value == value for each in f.choices)]
        return [Condition(offering[0].name, "any", (value,))] if offering else []

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

    def _dated(self) -> Field | None:
        """The day that was named, else the noun's own, else when the record was made."""
        if self.about and self.about.kind.name in DAYS:
            return self.about
        ranked = [*self.entity.listed, *self.entity.filters, "created_at"]
        dated = [self.fields[name] for name in ranked if name in self.fields]
        ours = [f for f in dated if f.kind.name in DAYS and f.name != "birth_date"]
        return ours[0] if ours else None

    def _links(self) -> list[Field]:
        links = [f for f in self.fields.values() if f.kind.name in LINKS and not f.custom]
        if self.about in links and self.waiting:
            return [self.about]
        return [f for f in links if f.name != "created_by"]
