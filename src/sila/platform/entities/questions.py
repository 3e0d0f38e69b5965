"""Typed questions become conditions: «صفقات الرياض المفتوحة فوق 100 ألف هذا الشهر».

A grammar over what is declared, in both languages: nouns (asking/nouns.py), ready-made views, fields, choices, days,
amounts, and what records hold and are called (asking/values.py). What it understands is shown as chips, so that the reader
sees it and can change it; what it does not understand is told, and searched for as text. No word of it is guessed, and none
is dropped in silence.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from sila.platform.entities.asking import own_texts
from sila.platform.entities.asking.hearing import TOKEN
from sila.platform.entities.asking.nouns import noun_of
from sila.platform.entities.asking.reading import WORDS, Question, Reader
from sila.platform.entities.asking.words import bare, stem
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import Condition
from sila.platform.entities.order import in_words
from sila.platform.entities.registry import Entity
from sila.platform.kit.folding import fold
from sila.platform.kit.text import isolate

__all__ = ["Question", "not_understood", "shown", "understand"]


def understand(text: str, context: Context) -> Question | None:
    """The list that the words ask for; None if they name no noun, or nothing but one."""
    return next(iter(readings(text, context)), None)


def readings(text: str, context: Context) -> list[Question]:
    """The lists that the words ask for. Of people and companies together they are two, where both have a field of the
    workspace that holds what was said."""
    words = [fold(token) for token in TOKEN.findall(text)][:WORDS]
    words = [part for word in words for part in word.split() or [word]]
    noun = noun_of(words, context.actor)
    if noun is None:
        return []
    own = noun.length == 1 and stem(words[noun.at]) != bare(words[noun.at])
    rest = [*words[: noun.at], *words[noun.at + noun.length :]]
    rest = [*(["لي"] if own else []), *rest]
    whole = _read(noun.entity, noun.conditions, rest, text, context)
    left = [word for typed in whole.left for word in fold(typed).split()]
    found = [
        question
        for part in noun.entity.slices()
        if left and own_texts.held(part, fields := part.readable(context.actor), left, context.actor)
        for known in [tuple(each for each in noun.conditions if each.field in fields)]
        if (question := _read(part, known, rest, text, context).question)
    ]
    return found or [question for question in [whole.question] if question]


def _read(
    entity: Entity, conditions: Sequence[Condition], words: list[str], text: str, context: Context
) -> Reader:
    reader = Reader(entity, [*words], text, context)
    reader.conditions += conditions
    reader.read()
    return reader


def shown(question: Question, chips: Iterable[tuple[str, str, str]]) -> str:
    """The question in words: the noun, then field, operator and value of each condition, and the order."""
    told = [" ".join(part for part in chip if part) for chip in chips]
    if question.state.sort and not question.state.first:  # that says the order as well
        told.append(in_words(question.entity.fields, question.state.sort))
    return " · ".join([str(question.entity.plural), *told])


def not_understood(question: Question) -> str:
    """The words that are no condition: what is searched for as text, and what nothing is done with."""
    told = []
    if question.state.query:
        told.append(
            _("Not understood, searched for as text: %(words)s") % {"words": isolate(question.state.query)}
        )
    if question.unread:
        told.append(_("Not understood: %(words)s") % {"words": isolate(" ".join(question.unread))})
    return " · ".join(told)
