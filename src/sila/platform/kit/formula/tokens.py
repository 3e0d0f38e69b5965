"""A formula's text, cut into its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sila.platform.kit.formula.problems import Problem

QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»"}
# Arabic keyboards have these; the formula means the same.
SAME = {
    "،": ",",
    "؛": ",",
    ";": ",",
    "×": "*",
    "÷": "/",
    "−": "-",
    "≠": "!=",
    "<>": "!=",
    "≤": "<=",
    "≥": ">=",
}
_PARTS = re.compile(
    r"(?P<space>[\s\u200e\u200f\u061c\u2066-\u2069]+)"
    r"|(?P<number>\d+(?:[.٫]\d+)?)"
    r"|(?P<field>\[[^\[\]\n]*\])"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"
    r"|(?P<sign><=|>=|<>|!=|[-+*/&=<>(),;،؛×÷−≠≤≥])"
)


@dataclass(frozen=True)
class Token:
    kind: str  # number, text, field, name, sign, end
    text: str  # without quotes and brackets; a sign in its plain form
    start: int
    end: int


def tokens(source: str) -> Iterator[Token]:
    """Raises Problem at a character that has no place in a formula, and at a text without its end."""
    at = 0
    while at < len(source):
        if source[at] in QUOTES:
            token = _text(source, at)
        elif found := _PARTS.match(source, at):
            token = _word(found)
        elif source[at] == "[":
            raise Problem(_("The name of this field has no closing bracket."), at, len(source))
        else:
            raise Problem(_("“%(text)s” has no place here.") % {"text": source[at]}, at, at + 1)
        if token.kind != "space":
            yield token
        at = token.end
    yield Token("end", "", len(source), len(source))


def _text(source: str, at: int) -> Token:
    """A quote inside a text is written twice."""
    close, parts, begin = QUOTES[source[at]], [], at + 1
    while True:
        end = source.find(close, begin)
        if end < 0:
            raise Problem(_("This text has no closing quotation mark."), at, len(source))
        parts.append(source[begin:end])
        if source[end + 1 : end + 2] != close:
            return Token("text", close.join(parts), at, end + 1)
        begin = end + 2


def _word(found: re.Match[str]) -> Token:
    kind, text = str(found.lastgroup), found.group()
    plain = {"field": text[1:-1].strip(), "sign": SAME.get(text, text)}.get(kind, text)
    return Token(kind, plain, found.start(), found.end())
