"""The order of a list, and the cursors that lead from one page of it to the next."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Field, Row
from sila.platform.kit.text import isolate

HAMZA = "ء"  # the first of the Arabic letters


def in_words(fields: Mapping[str, Field], sort: str) -> str:
    """The order of a list by its first key."""
    name = sort.partition(",")[0].removeprefix("-")
    if name not in fields:
        return ""
    label = isolate(str(fields[name].label))
    if sort.startswith("-"):
        return _("by %(field)s, the greatest first") % {"field": label}
    return _("by %(field)s, the least first") % {"field": label}


@dataclass(frozen=True)
class Key:
    """One column of an order. Empty values come last in either direction."""

    column: str
    descending: bool
    nullable: bool
    expression: Any = None  # what the column holds, if it is none of the table's

    def by(self) -> Any:
        if not self.nullable:
            return ("-" if self.descending else "") + self.column
        column = F(self.column)
        return column.desc(nulls_last=True) if self.descending else column.asc(nulls_last=True)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})

    def beyond(self, value: Any) -> Q | None:
        """What comes after the value; None: nothing does."""
        if value is None:
            return None
        further = Q(**{f"{self.column}__{'lt' if self.descending else 'gt'}": value})
        return further | Q(**{f"{self.column}__isnull": True}) if self.nullable else further


@dataclass(frozen=True)
class Order:
    """A key, further keys for what it leaves equal, and the id. With one key a single index serves both directions.

    `arabic_first`: names from hamza on come before the others, which the index has in front of them.
    """

    column: str
    descending: bool
    nullable: bool
    field: Field | None = None
    arabic_first: bool = False
    expression: Any = None  # what the column holds, if it is none of the table's
    more: tuple[Key, ...] = ()

    @property
    def name(self) -> str:
        """What a cursor was made for: in another order it leads nowhere."""
        column = self.field.name if self.field else self.column
        first = ("-" if self.descending else "") + column + (" ar" if self.arabic_first else "")
        return ",".join([first, *(("-" if key.descending else "") + key.column for key in self.more)])

    @property
    def first(self) -> Key:
        """The leading key, among rows where it is filled in."""
        return Key(self.column, self.descending, nullable=False, expression=self.expression)

    def keys(self, *, empty: bool = False) -> list[Key]:
        """All keys with the id, which tells any two rows apart; `empty`: of the rows without a first one."""
        keys = [*([] if empty else [self.first]), *self.more]
        if keys and keys[-1].column == "id":
            return keys
        return [*keys, Key("id", self.descending, nullable=False)]

    def then(self, other: "Order", place: int) -> "Order":
        """This order, and by the other one where it leaves rows equal."""
        if other.arabic_first:
            letters = Case(
                When(**{f"{other.column}__gte": HAMZA}, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
            self = replace(self, more=(*self.more, Key(f"_letters{place}", False, False, letters)))
        key = Key(other.column, other.descending, other.nullable, other.expression)
        return replace(self, more=(*self.more, key))

    def parts(self, begun: str) -> list[str]:
        """The parts that follow each other, from the one that a cursor stands in; see `read_cursor`."""
        every = ["", *(["latin"] if self.arabic_first else []), *(["empty"] if self.nullable else [])]
        return every[every.index(begun) :]

    def part(self, rows: QuerySet[Any], part: str, *, begun: bool) -> QuerySet[Any]:
        """The rows of a part. One that has begun goes on from its cursor, which is a bound already: SQLite
        would start from the other one and walk."""
        if not self.arabic_first or part == "empty" or (begun and part == ""):
            return rows
        return rows.filter(**{f"{self.column}__{'lt' if part == 'latin' else 'gte'}": HAMZA})

    def among(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        computed = {
            key.column: key.expression for key in (self.first, *self.more) if key.expression is not None
        }
        return rows.annotate(**computed) if computed else rows


def after(keys: list[Key], values: list[Any]) -> Q:
    """What comes after a row with these values."""
    found, same = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        further = key.beyond(value)
        if further is not None:
            found |= same & further
        same &= key.same(value)
    first, value = keys[0], values[0]
    if (
        len(keys) > 1 and not first.nullable
    ):  # the redundant first bound lets the index start in the right place
        return Q(**{f"{first.column}__{'lt' if first.descending else 'gt'}e": value}) & found
    return found


def cursor_of(row: Row, order: Order) -> str:
    value = row.get("_sort", row.get(order.column)) if order.column != "id" else None
    kind, text = _packed(value)
    kind = "n" if value is None and order.column != "id" else "l" if row.get("_part") == "latin" else kind
    more = [_packed(row[key.column]) for key in order.more]
    packed = json.dumps([kind, text, str(row["id"]), order.name, *more], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _packed(value: Any) -> tuple[str, str | None]:
    text = value.isoformat() if isinstance(value, date | datetime) else None if value is None else str(value)
    return type(value).__name__[0], text


def lost() -> Invalid:
    return Invalid({"after": _("This page of the list cannot be found.")})


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after a row with these values, in this part of the order; at the top without an id."""

    value: Any = None
    id: UUID | None = None
    part: str = ""
    more: tuple[Any, ...] = ()

    def values(self, keys: list[Key], *, empty: bool = False) -> list[Any]:
        """The values for `Order.keys`."""
        known = [*([] if empty or keys[0].column == "id" else [self.value]), *self.more]
        return [*known, self.id][: len(keys)]


def read_cursor(text: str, order: Order) -> Cursor:
    """Raises Invalid for what is no cursor of this order."""
    if not text:
        return Cursor()
    try:
        kind, value, record_id, name, *more = json.loads(
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        )
        if name != order.name or not isinstance(record_id, str) or len(more) != len(order.more):
            raise ValueError(text)
        text.encode("ascii")
        part = {"n": "empty", "l": "latin"}.get(kind, "")
        if part not in order.parts(""):
            raise ValueError(text)
        return Cursor(_read(kind, value), UUID(record_id), part, tuple(_of_more(order, more)))
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, binascii.Error) as error:
        raise lost() from error


def _of_more(order: Order, packed: list[Any]) -> Iterator[Any]:
    for key, (kind, text) in zip(order.more, packed, strict=True):
        value = _read(kind, text)
        if value is None and not key.nullable:
            raise ValueError(key.column)
        yield value


READERS: dict[str, Any] = {
    "s": str,
    "l": str,
    "i": int,
    "D": Decimal,
    "f": float,
    "d": lambda text: datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text),
    "t": time.fromisoformat,
    "N": lambda _v: None,
    "n": lambda _v: None,
    "b": lambda v: v == "True",
    "U": UUID,
}


def _read(kind: Any, text: Any) -> Any:
    if not isinstance(kind, str) or not isinstance(text, str | None):
        raise ValueError(kind)
    value = READERS[kind](text)
    str(value).encode()  # half a surrogate pair is no text
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(text)
    return value
