"""The functions and operators: what they take, what they give, and what they do.

Each is total: for a value that it cannot work with it gives None, which is an empty field.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sila.platform.kit.folding import fold

LONGEST_TEXT = 20_000
BIGGEST = Decimal(10) ** 15
FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True)
class Function:
    """`takes`: the types of what it is given; "same" are all of one type, "shown" is what has a text; a "?" behind
    one says that it may be left out, a "*" that it may come again. `blanks`: it is asked about empty values too."""

    name: str
    arabic: str
    takes: tuple[str, ...]
    gives: str
    run: Callable[..., Any]
    help: str | Promise
    example: str | Promise = ""
    blanks: bool = False


def _round(number: Decimal, places: Decimal = Decimal(0)) -> Decimal | None:
    digits = max(min(int(places), 6), -12)
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _join(between: str | None, *parts: str | None) -> str:
    return (between or "").join(part for part in parts if part)


def _replace(text: str, old: str, new: str) -> str | None:
    if not old:
        return text
    longest = len(text) + text.count(old) * max(len(new) - len(old), 0)
    return text.replace(old, new) if longest <= LONGEST_TEXT else None


def _day(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _later(day: date, days: Decimal) -> date | None:
    try:
        return day + timedelta(days=int(days))
    except OverflowError:
        return None


def _months_later(day: date, months: Decimal) -> date | None:
    """The same day of that month, or its last."""
    if abs(months) > 12 * 1000:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _first(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "")), None)


def _list(*given: Function) -> dict[str, Function]:
    return {function.name: function for function in given}


NUMBERS = _list(
    Function(
        "round", "تقريب", ("number", "number?"), "number", _round,
        _("The number with so many decimals, or none."), "round(2.345, 2)",
    ),
    Function("floor", "تقريب_أدنى", ("number",), "number",
             lambda n: n.to_integral_value(ROUND_FLOOR), _("The whole number below."), "floor(2.7)"),
    Function("ceiling", "تقريب_أعلى", ("number",), "number",
             lambda n: n.to_integral_value(ROUND_CEILING), _("The whole number above."), "ceiling(2.1)"),
    Function("abs", "مطلق", ("number",), "number", abs, _("The number without its sign."), "abs(-5)"),
    Function("min", "أصغر", ("same", "same*"), "same",
             lambda *values: min(values), _("The smallest, or the earliest."), "min(3, 7)"),
    Function("max", "أكبر", ("same", "same*"), "same",
             lambda *values: max(values), _("The largest, or the latest."), "max(3, 7)"),
)  # fmt: skip

TEXTS = _list(
    Function("join", "دمج", ("text", "shown", "shown*"), "text", _join,
             _("The values that are there, with the first text between them."), 'join(" - ", "a", "b")', blanks=True),
    Function("upper", "أحرف_كبيرة", ("text",), "text", str.upper, _("In capital letters."), 'upper("abc")'),
    Function("lower", "أحرف_صغيرة", ("text",), "text", str.lower, _("In small letters."), 'lower("ABC")'),
    Function("trim", "تشذيب", ("text",), "text",
             lambda text: " ".join(text.split()), _("Without spaces that are too many."), 'trim(" a  b ")'),
    Function("left", "أول_أحرف", ("text", "number"), "text",
             lambda text, count: text[: max(int(count), 0)], _("So many letters from the beginning."), 'left("abcd", 2)'),
    Function("right", "آخر_أحرف", ("text", "number"), "text",
             lambda text, count: text[-int(count):] if count >= 1 else "",
             _("So many letters from the end."), 'right("abcd", 2)'),
    Function("length", "طول", ("text",), "number",
             lambda text: Decimal(len(text)), _("How many letters there are."), 'length("abc")'),
    Function("contains", "يحتوي", ("text", "text"), "bool",
             lambda text, part: fold(part) in fold(text),
             _("Whether the second text is in the first, however it is spelt."), 'contains("abc", "b")'),
    Function("starts", "يبدأ", ("text", "text"), "bool",
             lambda text, part: fold(text).startswith(fold(part)),
             _("Whether the first text begins with the second."), 'starts("abc", "a")'),
    Function("replace", "استبدال", ("text", "text", "text"), "text", _replace,
             _("The first text with the third in place of the second."), 'replace("a-b", "-", " ")'),
    Function("text", "نص", ("shown",), "text", lambda value: value, _("A number or a date as a text."), "text(12.5)"),
)  # fmt: skip

DATES = _list(
    Function("today", "اليوم", (), "date", lambda: None,
             _("The day of today. Such a formula is worked out anew each night."), "today()"),
    Function("days_between", "أيام_بين", ("date", "date"), "number",
             lambda first, last: Decimal((last - first).days),
             _("The days from the first date to the second."), "days_between(date(2026, 1, 1), today())"),
    Function("add_days", "إضافة_أيام", ("date", "number"), "date", _later,
             _("So many days later; before, with a minus."), "add_days(today(), 30)"),
    Function("add_months", "إضافة_أشهر", ("date", "number"), "date", _months_later,
             _("So many months later, at the latest on the last day of the month."), "add_months(today(), 1)"),
    Function("year", "سنة", ("date",), "number", lambda day: Decimal(day.year), _("The year of a date."), "year(today())"),
    Function("month", "شهر", ("date",), "number",
             lambda day: Decimal(day.month), _("The month of a date, 1 to 12."), "month(today())"),
    Function("day", "يوم", ("date",), "number",
             lambda day: Decimal(day.day), _("The day of the month, 1 to 31."), "day(today())"),
    Function("date", "تاريخ", ("number", "number", "number"), "date", _day,
             _("The date of a year, a month and a day."), "date(2026, 3, 1)"),
)  # fmt: skip

DECISIONS = _list(
    Function("if", "إذا", ("bool", "same", "same?"), "same",
             lambda condition, yes, no=None: yes if condition else no,
             _("The second value if the condition holds, else the third."), _('if(1 < 2, "yes", "no")'), blanks=True),
    Function("coalesce", "أول_موجود", ("same", "same*"), "same", _first,
             _("The first of the values that is not empty."), _('coalesce(blank(), "none")'), blanks=True),
    Function("is_blank", "هل_فارغ", ("any",), "bool",
             lambda value: value in (None, ""), _("Whether the value is empty."), "is_blank(blank())", blanks=True),
    Function("blank", "فراغ", (), "nothing", lambda: None, _("An empty value."), "blank()"),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = NUMBERS | TEXTS | DATES | DECISIONS

GROUPS = (
    (_("Conditions"), DECISIONS),
    (_("Numbers"), NUMBERS),
    (_("Texts"), TEXTS),
    (_("Dates"), DATES),
)

OPERATORS = _list(
    Function("+", "", ("number", "number"), "number", lambda a, b: a + b, ""),
    Function("-", "", ("number", "number"), "number", lambda a, b: a - b, ""),
    Function("*", "", ("number", "number"), "number", lambda a, b: a * b, ""),
    Function("/", "", ("number", "number"), "number", lambda a, b: a / b if b else None, ""),
    Function("minus", "", ("number",), "number", lambda a: -a, ""),
    Function("&", "", ("shown", "shown"), "text", lambda a, b: (a or "") + (b or ""), "", blanks=True),
    Function("=", "", ("same", "same"), "bool", lambda a, b: _same(a, b), "", blanks=True),
    Function("!=", "", ("same", "same"), "bool", lambda a, b: not _same(a, b), "", blanks=True),
    Function("<", "", ("same", "same"), "bool", lambda a, b: _sized(a) < _sized(b), ""),
    Function("<=", "", ("same", "same"), "bool", lambda a, b: _sized(a) <= _sized(b), ""),
    Function(">", "", ("same", "same"), "bool", lambda a, b: _sized(a) > _sized(b), ""),
    Function(">=", "", ("same", "same"), "bool", lambda a, b: _sized(a) >= _sized(b), ""),
    Function("and", "", ("bool", "bool*"), "bool", lambda *all_of: all(all_of), "", blanks=True),
    Function("or", "", ("bool", "bool*"), "bool", lambda *any_of: any(any_of), "", blanks=True),
    Function("not", "", ("bool",), "bool", lambda a: not a, "", blanks=True),
)


def _sized(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _same(a: Any, b: Any) -> bool:
    """Texts are the same however they are spelt; an empty one is as none."""
    return bool((_sized(a) or None) == (_sized(b) or None)) if isinstance(a or b, str) else a == b


KEYWORDS = {"and": "و", "or": "أو", "not": "ليس", "true": "نعم", "false": "لا"}
ARABIC = {f.name: f.arabic for f in FUNCTIONS.values()} | KEYWORDS
ALIASES = {"yes": "true", "no": "false"}  # as people say it who know no programming language
# Every word of the language, folded, in English.
WORDS = {
    **{name: name for name in ARABIC},
    **{fold(arabic): name for name, arabic in ARABIC.items()},
    **ALIASES,
}
# What the help says of the words between the functions.
SAID: dict[str, str | Promise] = {
    "and": _("Both conditions hold."),
    "or": _("At least one condition holds."),
    "not": _("The condition does not hold."),
    "true": _("Yes, as the value of a field with a tick."),
    "false": _("No, as the value of a field without a tick."),
}
