"""Conditions that a rule keeps: asked of records in SQL, and said in words.

They are the filters of lists. The system asks them, so that a rule means the same whoever sets it off: neither `me` nor
what somebody may not see plays a part.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.fields import BooleanField

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import through
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context, operator_said
from sila.platform.entities.listing import Condition, all_of
from sila.platform.entities.registry import registry
from sila.platform.kit.text import unmarked
from sila.platform.tenancy.current import current


def by_the_system() -> Context:
    workspace = current()
    return Context(Actor.system(workspace, "automation"), Reader.of(workspace))


def read(texts: Iterable[str]) -> list[Condition]:
    return [Condition.read(text) for text in texts]


def asked(noun: str, texts: Iterable[str]) -> Q:
    """All of them together, as one question. Raises Invalid for what cannot be asked (any more)."""
    together = Q()
    for q in all_of(registry[noun].fields, read(texts), by_the_system()):
        together &= q
    return together


def as_column(question: Q) -> Case:
    """Whether a row meets it, as a column: many rules are asked of a row by one query."""
    met = Value(True, BooleanField())
    if not question:
        return Case(default=met)
    return Case(When(question, then=met), default=Value(False, BooleanField()))


def meeting(noun: str, rules: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """A column for each rule that can still be asked, under its name: for `annotate`."""
    columns = {}
    for name, texts in rules.items():
        try:
            columns[name] = as_column(asked(noun, texts))
        except Invalid:
            continue
    return columns


def fields_in(noun: str, texts: Iterable[str]) -> set[str]:
    """The fields of the noun that these look at; of a way over a link, the link."""
    return {condition.field.partition("~")[0] for condition in read(texts)}


def said(noun: str, texts: Iterable[str], reader: Reader) -> list[str]:
    """Each in words; what cannot be asked any more as it is written."""
    from sila.platform.entities.views.filters import value_text

    context = Context(by_the_system().actor, reader)
    words = []
    for condition in read(texts):
        f = through.field_for(registry[noun].fields, condition.field, context.actor)
        if f is None:
            words.append(str(condition))
            continue
        operator = operator_said(f, condition.operator)
        parts = [f"{f.label}:" if not operator else str(f.label), str(operator)]
        words.append(" ".join(filter(None, [*parts, unmarked(value_text(f, condition, context))])))
    return words
