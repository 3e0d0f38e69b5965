"""What a field is, and what every kind of field shares: text is the plainest of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, overload
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid
from sila.platform.kit.folding import fold
from sila.platform.kit.text import clean_text, markup

Row = dict[str, Any]


Text = str | Promise


DASH = mark_safe('<span class="s-none-value" aria-hidden="true">–</span>')


class Unreadable(ValueError):
    """A value that a field cannot take; the message is for the person who typed it."""


TONES = ("1", "2", "3", "4", "5", "6", "ok", "warn", "bad")  # six hues, and good, to be looked after, bad


@dataclass(frozen=True)
class Choice:
    value: str
    label: Text
    color: str = ""  # one of TONES


class ChoicesNow(Sequence[Choice]):
    """Choices that follow from what there is just now: the fields of a noun in this workspace, what apps have declared."""

    def __init__(self, read: Callable[[], Iterable[tuple[str, Text]]]) -> None:
        self.read = read

    def _now(self) -> list[Choice]:
        return [Choice(value, label) for value, label in self.read()]

    def __iter__(self) -> Iterator[Choice]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    @overload
    def __getitem__(self, place: int) -> Choice: ...
    @overload
    def __getitem__(self, place: slice) -> list[Choice]: ...
    def __getitem__(self, place: int | slice) -> Choice | list[Choice]:
        return self._now()[place]


@dataclass(frozen=True)
class Field:
    """One field of an entity, from its model or added by the workspace."""

    name: str
    kind: "Kind"
    label: Text
    required: bool = False
    read_only: bool = False
    help: Text = ""
    choices: Sequence[Choice] = ()
    offered: tuple[str, ...] = ()  # of the choices, what a form offers; empty: all of them
    to: str = ""
    title_columns: tuple[str, ...] = ()
    max_length: int | None = None
    currency: str = ""
    default: Any = None
    custom: bool = False
    unique: bool = False
    sort_column: str = ""
    group: Text = ""  # the section where the workspace put its own field
    in_list: bool = False  # among the columns of a list that nobody has chosen others for
    in_quick: bool = False  # in the small form that begins a record
    in_diary: bool = False  # its days stand in the calendar of the records' owners
    nullable: bool = True
    total: str = "sum"  # what the groups of a list tell of a number: sum, avg, or none
    extra: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """What `values()` must fetch for this field."""
        return ("custom",) if self.custom else self.kind.columns(self)

    def read(self, row: Row) -> Any:
        return (row["custom"] or {}).get(self.name) if self.custom else self.kind.read(self, row)

    def parse(self, raw: Any, context: "Context") -> Any:
        """The stored value of what was typed. Raises Unreadable."""
        if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []:
            if self.required:
                raise Unreadable(_("This field is required."))
            return self.kind.empty(self)
        try:
            value = self.kind.parse(self, raw, context)
            if self.required and value == "":  # only characters that nobody sees
                raise Unreadable(_("This field is required."))
            return value
        except Unreadable:
            raise
        except (ValueError, ArithmeticError) as error:
            raise Unreadable(str(error)) from error


@dataclass(frozen=True)
class Context:
    """Who types, and in which notation."""

    actor: Actor
    reader: Reader
    date_order: str = "dmy"
    calendar: str = "gregorian"
    currency: str = ""
    resolve: Callable[[Field, str], UUID | None] | None = None  # links by natural key (import)


class Kind:
    """Text, and what the other kinds share with it."""

    name = "text"
    widget = "text"
    operators: tuple[str, ...] = ("contains", "is", "is_not", "starts", "empty", "filled")
    css = ""
    sortable = True
    searchable = True

    def columns(self, f: Field) -> tuple[str, ...]:
        return (f.name,)

    def read(self, f: Field, row: Row) -> Any:
        return row[f.name]

    def empty(self, f: Field) -> Any:
        return None if f.custom else ""

    def given(self, f: Field, data: Any) -> Mapping[str, Any]:
        """What a form post holds for the field: nothing, or its raw value."""
        return {f.name: data.get(f.name)} if f.name in data else {}

    def parse(self, f: Field, raw: Any, context: Context) -> Any:
        if not isinstance(raw, str | int | float | Decimal) or isinstance(raw, bool):
            raise Unreadable(_("Text is expected here."))
        return clean_text(str(raw), max_length=f.max_length or 1000)

    def plain(self, f: Field, row: Row, reader: Reader) -> str:
        value = f.read(row)
        return "" if value is None else str(value)

    def write(self, f: Field, row: Row, reader: Reader) -> SafeString:
        text = self.plain(f, row, reader)
        return markup("<bdi>{}</bdi>", text) if text else DASH

    def writer(self, f: Field, reader: Reader) -> Callable[[Row], SafeString]:
        """The cell function of a column, bound once for all its rows."""
        return lambda row: self.write(f, row, reader)

    def input(self, f: Field, row: Row, reader: Reader) -> Any:
        """What stands in the form field."""
        value = f.read(row)
        return "" if value is None else value

    def json(self, f: Field, row: Row) -> Any:
        value = f.read(row)
        return None if value == "" and self.empty(f) is None else value

    def cell(self, f: Field, row: Row, reader: Reader) -> Any:
        """What a spreadsheet gets: text, a number, a date, a moment of the reader's zone, or None. It must come
        back: what `parse` makes of it, as text, is the value again."""
        return self.json(f, row)

    def schema(self, f: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": f.max_length or 1000}

    # filters ---------------------------------------------------------------------------------------
    def condition(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        """Raises Unreadable on an operator or value that the kind does not know."""
        if operator not in self.operators:
            raise Unreadable(_("This condition is not known here."))
        if operator in ("empty", "filled"):
            return self.is_empty(f) if operator == "empty" else ~self.is_empty(f)
        if not values:
            raise Unreadable(_("A value is missing."))
        return self.compare(f, operator, values, context)

    def is_empty(self, f: Field) -> Q:
        return Q(**{f.name: ""}) | Q(**{f"{f.name}__isnull": True}) if f.nullable else Q(**{f.name: ""})

    def compare(self, f: Field, operator: str, values: list[str], context: Context) -> Q:
        column, text = f.name, values[0]
        if f.sort_column and f.sort_column != f.name:  # a folded twin exists
            column, text = f.sort_column, fold(text)
            suffix = {"contains": "__contains", "starts": "__startswith", "is": "", "is_not": ""}[operator]
        else:
            suffix = {
                "contains": "__icontains",
                "starts": "__istartswith",
                "is": "__iexact",
                "is_not": "__iexact",
            }[operator]
            if operator in ("is", "is_not"):
                suffix = ""
        found = Q(**{column + suffix: text})
        return ~found if operator == "is_not" else found

    # the side table of custom values ---------------------------------------------------------------
    index_column = "text"

    def index(self, value: Any) -> list[Any]:
        """The indexed forms of a custom value (CustomValue.text, .number or .moment)."""
        return [] if value in (None, "", []) else [fold(str(value))[:200]]


def parse_all(fields: Mapping[str, Field], values: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The parsed values of a small form. Raises Invalid for all fields that are wrong."""
    parsed, errors = {}, {}
    for name, f in fields.items():
        try:
            parsed[name] = f.parse(values.get(name), context)
        except Unreadable as error:
            errors[name] = str(error)
    if errors:
        raise Invalid(errors)
    return parsed


def numbered(fields: Iterable[Field]) -> dict[str, str]:
    """Name -> label of these fields; where several are called the same, the second is “label (2)”."""
    seen: Counter[str] = Counter()
    labels = {}
    for f in fields:
        label = str(f.label)
        seen[label] += 1
        labels[f.name] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return labels
