"""What a person typed: cleaned, refused, or wrapped for showing among text of another direction."""

import html
import re
from collections.abc import Iterable

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .errors import InvalidInput

_NUL = re.compile("\x00")
_SURROGATE = re.compile("[\ud800-\udfff]")
# C0 and C1 controls, bidi embeddings, overrides and isolates, byte order mark; not tab and newlines.
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[\t\n]+")
_EDGES = " \t\n\u00a0\u200b\u200e\u200f\u061c\u2060"
_ADDRESS = re.compile(r"https?://[^\s<>\"'«»“”]+", re.IGNORECASE)
_CLOSING = ".,;:!?)]}،؛؟…"  # at the end of an address it belongs to the sentence
_DIRECTIONS = frozenset({"ltr", "rtl", "auto"})


def markup(pattern: str, *values: object) -> SafeString:
    """The pattern with the values in it, escaped. Django's format_html takes five times as long, which a list of
    a thousand cells feels."""
    parts = (value if isinstance(value, SafeString) else html.escape(str(value)) for value in values)
    return mark_safe(pattern.format(*parts))  # noqa: S308  (escaped just now)


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Pieces of markup, one after the other."""
    return mark_safe("".join(parts))  # noqa: S308  (each is safe already)


class UnreadableText(InvalidInput):
    """Text that no keyboard makes: NUL, or half of a character."""


class TextTooLong(InvalidInput):
    """More characters than the field takes; nothing is cut in silence."""


def storable(value: str) -> str:
    """The text as it is. Raises UnreadableText for what a database cannot hold."""
    if _NUL.search(value):
        raise UnreadableText(_("The text holds a null character, which cannot be stored."))
    if _SURROGATE.search(value):
        raise UnreadableText(_("The text holds half of a character, so it was damaged on its way here."))
    return value


def clean_text(value: str, *, max_length: int | None = None, multiline: bool = False) -> str:
    """The text without control characters and outer blanks; on one line unless `multiline`."""
    text = _CONTROLS.sub("", _NEWLINES.sub("\n", storable(value)))
    text = (text if multiline else _BLANKS.sub(" ", text)).strip(_EDGES)
    if max_length is not None and len(text) > max_length:
        raise TextTooLong(_too_long(max_length, len(text)))
    return text


def _too_long(limit: int, length: int) -> str:
    message = ngettext(
        "The text may have at most %(limit)d character, and this one has %(length)d.",
        "The text may have at most %(limit)d characters, and this one has %(length)d.",
        limit,
    )
    return message % {"limit": limit, "length": length}


def comma() -> str:
    """Between the words of a list, as the language of now writes it."""
    return "، " if get_language() == "ar" else ", "


def listed(words: Iterable[object]) -> str:
    return comma().join(map(str, words))


def isolate(text: str) -> str:
    """For plain-text places: U+2068 ... U+2069 keep the value from upsetting the words around it."""
    return f"\u2068{text}\u2069"


def bdi(text: str, dir: str | None = None) -> SafeString:
    """The value, escaped, in a `<bdi>`; `dir` is ltr for phones, codes, addresses of mail and web."""
    if dir is None:
        return mark_safe(f"<bdi>{escape(text)}</bdi>")  # noqa: S308 escaped here
    if dir not in _DIRECTIONS:
        raise ValueError(f"dir is ltr, rtl or auto, not {dir!r}")
    return mark_safe(f'<bdi dir="{dir}">{escape(text)}</bdi>')  # noqa: S308 escaped here


def unmarked(markup: object) -> str:
    """What a browser would show of it, as plain text: without tags, and with & and quotes as themselves."""
    return html.unescape(strip_tags(str(markup)))


def with_links(text: str) -> SafeString:
    """The text, escaped, with its web addresses (http and https only) as links."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_CLOSING)
        start, end = found.start(), found.start() + len(address)
        parts += [escape(text[last:start]), _link(address)]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308 escaped here


def _link(address: str) -> str:
    shown = escape(address)
    return f'<a href="{shown}" class="s-link" rel="noopener noreferrer" target="_blank"><bdi dir="ltr">{shown}</bdi></a>'
