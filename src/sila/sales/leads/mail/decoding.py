"""Texts of a message in the letters that were meant: old programs name another encoding than they write, or none."""

import io
import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from html.parser import HTMLParser

from sila.platform.kit.encoding import DamagedText, detect

SAMPLE = 64_000
WEAK = {"", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "unknown-8bit", "default", "x-unknown"}
BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr"}
UNKNOWN = (
    LookupError,
    ValueError,
)  # an encoding that there is not, that cannot be named, or that the bytes are not in
UNSEEN = {"script", "style", "head", "title", "template"}


def text_of(data: bytes, named: str) -> str:
    """The encoding that is named, unless it cannot be: then what the bytes say."""
    named = named.strip("\"' ").lower()
    if named not in WEAK or data.isascii():
        with suppress(*UNKNOWN):
            return data.decode(named or "ascii")
    try:
        found = detect(data[:SAMPLE], io.BytesIO(data))
    except DamagedText:
        found = "utf-8"
    return data.decode(found, "replace")


def header_text(value: str) -> str:
    """A header as a person reads it; bytes that stand in it unencoded are read as texts are."""
    value = re.sub(r"\r?\n[ \t]?", " ", str(value))
    if not value.isascii():
        value = text_of(value.encode("utf-8", "surrogateescape"), "")
    with suppress(*UNKNOWN, HeaderParseError):
        value = str(make_header(decode_header(value)))
    return tidy(value).replace("\n", " ").strip()


def tidy(text: str) -> str:
    """Only what a database can hold."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


class _Reader(HTMLParser):
    """What a person sees of a page, line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unseen += tag in UNSEEN
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in UNSEEN))
        if tag in BREAKS - {"br", "hr"}:
            self.parts.append("\n")

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![if …]>` of office programs, and what only looks like it: a comment, as browsers take it (HTML 13.2.5.42)."""
        return self.parse_bogus_comment(i, report)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(re.sub(r"\s+", " ", data))


def seen_of(page: str) -> str:
    """HTML as plain text."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
