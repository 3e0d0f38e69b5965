"""What a formula is made of: as it was written, and as it was understood."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Value = Decimal | str | date | bool | None


class Type(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOL = "bool"
    NOTHING = "nothing"  # of blank(): it goes with every other

    @property
    def label(self) -> Promise:
        return TYPE_LABELS[self]


TYPE_LABELS = {
    Type.NUMBER: _("a number"),
    Type.TEXT: _("a text"),
    Type.DATE: _("a date"),
    Type.BOOL: _("yes or no"),
    Type.NOTHING: _("nothing"),
}


# ---- as written ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Node:
    start: int
    end: int


@dataclass(frozen=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True)
class Named(Node):
    """A field, as it was called: `price`, `[Price]`, `[Customer.City]`."""

    text: str


@dataclass(frozen=True)
class Call(Node):
    """A function or an operator (`+`, `=`, `and`) with what it is given."""

    name: str
    args: tuple[Node, ...]
    depth: int


def divides(node: Node) -> bool:
    """Whether it is a ratio somewhere: divided by what is no fixed number."""
    if not isinstance(node, Call):
        return False
    return (node.name == "/" and not isinstance(node.args[1], Literal)) or any(map(divides, node.args))


# ---- as understood ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Typed:
    type: Type


@dataclass(frozen=True)
class Constant(Typed):
    value: Value


@dataclass(frozen=True)
class Read(Typed):
    """A value of the record, or of one that it links to. `coded`: of a choice its stored value, not its name."""

    path: tuple[str, ...]
    coded: bool = False


@dataclass(frozen=True)
class Apply(Typed):
    function: str
    args: tuple[Typed, ...]
