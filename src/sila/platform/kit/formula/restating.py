"""A formula written in another way: with what never changes, or with the names of today."""

from collections.abc import Callable

from sila.platform.kit.folding import fold
from sila.platform.kit.formula.functions import ARABIC, WORDS
from sila.platform.kit.formula.tokens import tokens


def swap(source: str, pieces: list[tuple[int, int, str]]) -> str:
    """The text with these stretches replaced."""
    for start, end, text in sorted(pieces, reverse=True):
        source = source[:start] + text + source[end:]
    return source


def keep(source: str, kept: list[tuple[int, int, str]]) -> str:
    """As it is stored: paths and values in place of names, the functions by their English names."""
    return swap(source, [*kept, *_words(source, lambda name: name, {piece[0] for piece in kept})])


def restate(source: str, kept: list[tuple[int, int, str]], language: str) -> str:
    """As its reader writes it; `kept` are the pieces with their names of today."""
    said: Callable[[str], str] = (lambda name: ARABIC[name]) if language == "ar" else (lambda name: name)
    return swap(source, [*kept, *_words(source, said, {piece[0] for piece in kept})])


def _words(source: str, said: Callable[[str], str], taken: set[int]) -> list[tuple[int, int, str]]:
    return [
        (token.start, token.end, said(WORDS[fold(token.text)]))
        for token in tokens(source)
        if token.kind == "name" and token.start not in taken and fold(token.text) in WORDS
    ]
