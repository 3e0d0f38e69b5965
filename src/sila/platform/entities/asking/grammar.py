"""What the phrases of a noun mean: its fields, choices and ready-made views by their names in both languages."""

from collections.abc import Callable

from django.utils.translation import override

from sila.platform.entities.asking import amounts
from sila.platform.entities.asking.days import DAY_WORDS, period_names
from sila.platform.entities.asking.nouns import nearest
from sila.platform.entities.asking.words import (
    BIGGEST,
    BLANK,
    COMPARED,
    COUNTED,
    ENDED,
    LONGEST,
    MINE,
    NAMED_DAYS,
    NEW,
    NEWEST,
    NOT,
    OLDEST,
    OVERDUE,
    OWNED,
    SMALLEST,
    SPELT,
    STOP,
    TIMES,
    WITH,
    WITHOUT,
    loosened,
    possessed,
    stem,
    stems,
)
from sila.platform.entities.importing.guessing import synonyms_of
from sila.platform.entities.kinds import CurrencyChoice, Field
from sila.platform.entities.listing import Condition
from sila.platform.entities.registry import Entity

OWN_WORDS = {
    *DAY_WORDS, *TIMES, *SPELT, *BLANK, *OWNED, *MINE, *OVERDUE, *ENDED, *WITHOUT, *WITH, *NOT, *NAMED_DAYS, *NEW,
    *BIGGEST, *SMALLEST, *COUNTED, *NEWEST, *OLDEST, *(word for phrase in COMPARED for word in phrase.split()),
}  # fmt: skip
Said = (
    list[Condition] | Field
)  # a view or a choice says something by itself; a field, what comes next is about it


class Grammar:
    def __init__(self, entity: Entity, fields: dict[str, Field]) -> None:
        self.phrases: dict[tuple[str, ...], Said] = {}
        for language in ("en", "ar"):
            with override(language):
                for f in fields.values():
                    self.phrases[stems(f.label)] = f
                for f in fields.values():
                    for choice in (
                        () if isinstance(f.kind, CurrencyChoice) else f.choices
                    ):  # "all" and "top" are codes too
                        self.phrases[stems(choice.label)] = [Condition(f.name, "any", (choice.value,))]
                for view in entity.views:
                    self.phrases[stems(view.label)] = [Condition.read(text) for text in view.conditions]
                for f in fields.values():  # «الحي» is too short for a stem
                    self.phrases.setdefault(stems(str(f.label).removeprefix("ال")), f)
        own = set(self.phrases)
        for text, name in synonyms_of(entity, fields).items():
            self.phrases.setdefault(stems(text), fields[name])
        for name, f in fields.items():
            self.phrases.setdefault(stems(name.replace("_", " ")), f)
        self.phrases.pop((), None)
        self.loosely = (
            set(self.phrases) - own
        )  # what others call the fields: something may be named so as well

    def at(self, words: list[str], at: int) -> tuple[int, Said] | None:
        """The longest phrase that begins at this word."""
        for length in range(LONGEST, 0, -1):
            told = self.phrases.get(tuple(map(stem, words[at : at + length])))
            if told is not None and at + length <= len(words) and (length > 1 or words[at] not in NOT | STOP):
                return length, told
        return None

    def field(self, words: list[str]) -> tuple[int, Field] | None:
        """The field that they begin with the name of."""
        found = self.at(words, 0)
        return (found[0], found[1]) if found and isinstance(found[1], Field) else None

    def respell(self, words: list[str], named: Callable[[str], bool]) -> None:
        """Mend those of the words that were mistyped for one of the grammar, unless something is named so."""
        known = {word for phrase in (*self.phrases, *period_names()) for word in phrase} | OWN_WORDS
        for at, word in enumerate(words):
            spelt = {word, *loosened(word)}
            spelt |= {thing for each in spelt for thing in possessed(each)}
            if (spelt | set(map(stem, spelt))) & (known | STOP) or amounts.number([word], 0):
                continue
            near = nearest(word, known)
            if near and not named(word):
                words[at] = near
