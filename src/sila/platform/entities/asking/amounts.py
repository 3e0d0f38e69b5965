"""The amounts of typed questions: `above 100k`, «بين 10 آلاف و50 ألف», `at least half a million SAR`."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from sila.platform.entities.asking.words import AFTERWARDS, COMPARED, DAY_UNITS, SPELT, TIMES, stem
from sila.platform.kit.currency_names import currency_called
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.numbers import parse_decimal

_NUMBER = re.compile(r"([\d.,٫٬]+)([a-z]*)[%٪]?")
SIGNS = "$€£¥"
_AND = {"and", "to", "و", "الي", "-"}


@dataclass(frozen=True)
class Amount:
    length: int  # words
    operator: str
    values: tuple[str, ...]
    currency: str = ""


def read(words: list[str], at: int, base: str) -> Amount | None:
    """The comparison that begins here; `base` is the currency that the reader counts in."""
    found = _between(words, at) or _compared(words, at) or _followed(words, at)
    if found is None:
        return None
    behind = words[at + found.length] if at + found.length < len(words) else ""
    if {behind, stem(behind)} & DAY_UNITS.keys():
        return None  # for more than 30 days
    then = at + found.length
    signs = [word[0] for word in words[at:then] if word[0] in SIGNS]
    if signs and (code := currency_called(signs[0], base)):
        return replace(found, currency=code)
    for length in (2, 1):
        code = (
            currency_called(" ".join(words[then : then + length]), base)
            if then + length <= len(words)
            else None
        )
        if code:
            return Amount(found.length + length, found.operator, found.values, code)
    return found


def _compared(words: list[str], at: int) -> Amount | None:
    for phrase, operator in COMPARED.items():
        length = len(phrase.split())
        if words[at : at + length] == phrase.split() and (amount := number(words, at + length)):
            return Amount(length + amount[0], operator, (_written(amount[1]),))
    if found := re.fullmatch(r"(.+)\+", words[at]):
        amount = number([found[1], *words[at + 1 :]], 0)
        return Amount(amount[0], "gte", (_written(amount[1]),)) if amount else None
    return None


def _followed(words: list[str], at: int) -> Amount | None:
    """`100k or more`, «مليون فأكثر»."""
    amount = number(words, at)
    if amount is None:
        return None
    length, value, _times = amount
    behind = words[at + length :]
    for operator, phrases in AFTERWARDS.items():
        for said in map(str.split, phrases):
            if behind[: len(said)] == said:
                return Amount(length + len(said), operator, (_written(value),))
    return None


def _between(words: list[str], at: int) -> Amount | None:
    low = number(words, at + 1) if words[at] in ("between", "from", "بين", "من") else None
    if not low:
        return None
    then = at + 1 + low[0]
    rest = words[then:]
    if rest and rest[0] in _AND:
        then, rest = then + 1, rest[1:]
    elif rest and re.match(r"و[\d]|و(?:ميه|مليون|نصف)", rest[0]):
        rest = [rest[0][1:], *rest[1:]]
    else:
        return None
    high = number(rest, 0)
    if not high:
        return None
    least = low[1]
    if least < 1000 <= high[1] and low[0] == 1 and words[at + 1].isdigit():
        least *= high[2]  # "10 to 50 thousand"
    return Amount(then + high[0] - at, "between", (_written(least), _written(high[1])))


def number(words: list[str], at: int) -> tuple[int, Decimal, Decimal] | None:
    """`100k`, `100 ألف`, `half a million`: how many words, the number, and by what it was multiplied."""
    if at >= len(words):
        return None
    word = SPELT.get(words[at], words[at]).lstrip(SIGNS)
    found = _NUMBER.fullmatch("1" if word in TIMES else word)
    if not found or (found[2] and found[2] not in TIMES):
        return None
    length, power = (0 if word in TIMES else 1), TIMES.get(found[2], 0)
    then = at + length + (words[at + length : at + length + 1] == ["a"])
    if not power and then < len(words) and words[then] in TIMES:
        length, power = then - at + 1, TIMES[words[then]]
    if not length:
        return None
    times = Decimal(10) ** power
    try:
        return length, parse_decimal(found[1]) * times, times
    except (InvalidInput, ArithmeticError, ValueError):
        return None


def _written(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
