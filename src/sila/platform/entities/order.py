"""The order of a list, and the cursors that lead from one page of it to the next."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Field, Row

HAMZA = "ء"  # the first of the Arabic letters


@dataclass(frozen=True)
class Order:
    """One key and the id, in one direction, so that a single index serves it both ways.

    `arabic_first`: names from hamza on come before the others, which the index has in front of them.
    """

    column: str
    descending: bool
    nullable: bool
    field: Field | None = None
    arabic_first: bool = False
    expression: Any = None  # what the column holds, if it is none of the table's

    @property
    def name(self) -> str:
        """What a cursor was made for: in another order it leads nowhere."""
        column = self.field.name if self.field else self.column
        return ("-" if self.descending else "") + column + (" ar" if self.arabic_first else "")

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
        return rows if self.expression is None else rows.annotate(**{self.column: self.expression})

    def by(self) -> tuple[str, ...]:
        minus = "-" if self.descending else ""
        return (f"{minus}id",) if self.column == "id" else (f"{minus}{self.column}", f"{minus}id")


def cursor_of(row: Row, order: Order) -> str:
    value = row.get("_sort", row.get(order.column)) if order.column != "id" else None
    kind = "n" if value is None and order.column != "id" else type(value).__name__[0]
    kind = "l" if row.get("_part") == "latin" else kind
    text = value.isoformat() if isinstance(value, date | datetime) else None if value is None else str(value)
    packed = json.dumps([kind, text, str(row["id"]), order.name], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def lost() -> Invalid:
    return Invalid({"after": _("This page of the list cannot be found.")})


def read_cursor(text: str, order: Order) -> tuple[Any, UUID | None, str]:
    """The cursor's sort value and id, and the part of the order where it stands. Raises Invalid."""
    if not text:
        return None, None, ""
    try:
        kind, value, record_id, name = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        readers: dict[str, Any] = {
            "s": str,
            "l": str,
            "i": int,
            "D": Decimal,
            "f": float,
            "d": _moment,
            "N": lambda _v: None,
            "n": lambda _v: None,
            "b": lambda v: v == "True",
            "U": UUID,
        }
        well_formed = isinstance(kind, str) and isinstance(value, str | None) and isinstance(record_id, str)
        if name != order.name or not well_formed:
            raise ValueError(text)
        read = readers[kind](value)
        if isinstance(read, Decimal) and not read.is_finite():
            raise ValueError(text)
        text.encode("ascii"), str(read).encode()
        part = {"n": "empty", "l": "latin"}.get(kind, "")
        if part not in order.parts(""):
            raise ValueError(text)
        return read, UUID(record_id), part
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, binascii.Error) as error:
        raise lost() from error


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
