"""Kinds of fields. A kind knows each face of a value once.

Faces: `read` (the raw value in a row of `values()`), `write` (HTML), `plain` (text), `json`, `parse`
(from a form, the API or a file), `operators` and `condition` (filters), `schema` (OpenAPI).
"""

from django.utils.translation import gettext_lazy

from sila.platform.entities.kinds.amounts import CurrencyChoice, Money, Number
from sila.platform.entities.kinds.base import (
    Choice,
    ChoicesNow,
    Context,
    Field,
    Kind,
    Row,
    Text,
    Unreadable,
    numbered,
    parse_all,
)
from sila.platform.entities.kinds.choosing import Bool, ChoiceKind, Choices, choice_names, tag
from sila.platform.entities.kinds.conditions import Conditions
from sila.platform.entities.kinds.days import Date, DateTime, Time
from sila.platform.entities.kinds.links import LINKS, LinkKind, MemberKind
from sila.platform.entities.kinds.repeats import Repetition
from sila.platform.entities.kinds.texts import Coordinates, Email, LongText, Phone, Url

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(),
        LongText(),
        Number(),
        Money(),
        Date(),
        DateTime(),
        Time(),
        ChoiceKind(),
        Choices(),
        Bool(),
        LinkKind(),
        MemberKind(),
        Phone(),
        Email(),
        Url(),
        Repetition(),
        Conditions(),
        Coordinates(),
    )
}


OPERATOR_LABELS: dict[str, Text] = {
    "contains": gettext_lazy("contains"),
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "starts": gettext_lazy("starts with"),
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is filled in"),
    "gt": gettext_lazy("is above"),
    "lt": gettext_lazy("is below"),
    "gte": gettext_lazy("is at least"),
    "lte": gettext_lazy("is at most"),
    "between": gettext_lazy("lies between"),
    "any": gettext_lazy("is any of"),
    "none": gettext_lazy("is none of"),
    "within": gettext_lazy("is within"),
    "yes": gettext_lazy("is yes"),
    "no": gettext_lazy("is no"),
}

COLON = ("is", "any", "within")

DAY_OPERATOR_LABELS: dict[str, Text] = {
    "gte": gettext_lazy("is on or after"),
    "lte": gettext_lazy("is on or before"),
}


def operator_label(f: Field, operator: str) -> Text:
    """The operator as it is said of this field: numbers are at least something, days on or after it."""
    of_days = DAY_OPERATOR_LABELS if isinstance(f.kind, Date) else {}
    return of_days.get(operator) or OPERATOR_LABELS.get(operator, operator)


def operator_said(f: Field, operator: str) -> Text:
    """The operator in a sentence; nothing where a colon says it: «Status: open, won», «المدينة: الرياض»."""
    return "" if operator in COLON else operator_label(f, operator)


__all__ = [
    "KINDS",
    "LINKS",
    "OPERATOR_LABELS",
    "Choice",
    "ChoicesNow",
    "Context",
    "CurrencyChoice",
    "Date",
    "Field",
    "Kind",
    "Number",
    "Row",
    "Text",
    "Unreadable",
    "choice_names",
    "numbered",
    "operator_label",
    "operator_said",
    "parse_all",
    "tag",
]
