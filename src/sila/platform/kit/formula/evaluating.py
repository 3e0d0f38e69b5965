"""What a formula comes to for one record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, DecimalException, localcontext
from typing import Any

from sila.platform.kit.formula.functions import (
    BIGGEST,
    FIRST_YEAR,
    FUNCTIONS,
    LAST_YEAR,
    LONGEST_TEXT,
    OPERATORS,
    Function,
)
from sila.platform.kit.formula.tree import Apply, Constant, Read, Typed, Value

FUEL = 2_000  # steps; a long text costs more than one
EXACT = Context(prec=40)


class _Spent(Exception):
    """A formula that works on very long texts again and again."""


@dataclass
class Setting:
    """What a formula may ask of the world: the day, and the record's values (of a choice its name or, `coded`, its
    stored value)."""

    today: date
    read: Callable[[tuple[str, ...], bool], Value]
    fuel: int = FUEL


def evaluate(tree: Typed, setting: Setting) -> Value:
    """The value, or None: for what is empty, divided by zero, too large, or takes too long."""
    setting.fuel = FUEL
    try:
        with localcontext(EXACT):
            return _value(tree, setting)
    except _Spent:
        return None


def _value(part: Typed, setting: Setting) -> Any:
    if isinstance(part, Constant):
        return part.value
    if isinstance(part, Read):
        return _bounded(setting.read(part.path, part.coded))
    assert isinstance(part, Apply)
    if part.function == "today":
        return setting.today
    function = FUNCTIONS.get(part.function) or OPERATORS[part.function]
    args = [_value(arg, setting) for arg in part.args]
    setting.fuel -= 1 + sum(len(arg) // 200 for arg in args if isinstance(arg, str))
    if setting.fuel < 0:
        raise _Spent
    return _applied(function, args)


def _applied(function: Function, args: list[Any]) -> Any:
    if not function.blanks and any(arg is None for arg in args):
        return None
    if "shown" in function.takes or "shown*" in function.takes:
        args = [_shown(arg) for arg in args]
    try:
        return _bounded(function.run(*args))
    except (DecimalException, ValueError, OverflowError):
        return None


def _bounded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value) < BIGGEST else None
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else None
    if isinstance(value, date):
        return value if FIRST_YEAR <= value.year <= LAST_YEAR else None
    return value


def _shown(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.isoformat() if isinstance(value, date) else value
