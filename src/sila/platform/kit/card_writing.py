"""Address cards written as vCard 3.0 (RFC 2426), which every address book reads: Outlook and older phones do not know 4.0.

UTF-8, lines folded at 75 bytes, never inside a letter.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LINE = 75  # bytes, without the end of the line
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None, "\x00": None})


@dataclass(frozen=True)
class Line:
    """A property: its value, or the parts of it, each of which may hold several values."""

    name: str
    value: str | tuple[str | tuple[str, ...], ...]
    types: tuple[str, ...] = ()

    @property
    def filled(self) -> bool:
        return bool(self.value if isinstance(self.value, str) else any(self.value))


def card(lines: Iterable[Line]) -> bytes:
    """One card; lines without a value are left out, but for the name, which has to be there."""
    written = [_written(line) for line in lines if line.filled or line.name == "N"]
    return "".join(_folded(text) for text in ("BEGIN:VCARD", "VERSION:3.0", *written, "END:VCARD")).encode()


def _written(line: Line) -> str:
    name = f"{line.name};TYPE={','.join(line.types)}" if line.types else line.name
    return (
        f"{name}:{_escaped(line.value) if isinstance(line.value, str) else ';'.join(map(_part, line.value))}"
    )


def _part(part: str | tuple[str, ...]) -> str:
    return _escaped(part) if isinstance(part, str) else ",".join(_escaped(text) for text in part if text)


def _escaped(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_ESCAPED)


def _folded(text: str) -> str:
    if len(text) <= LINE and len(text.encode()) <= LINE:
        return text + "\r\n"
    rows, size = [""], 0
    for letter in text:
        width = len(letter.encode())
        if size + width > LINE:
            rows.append(" ")
            size = 1
        rows[-1] += letter
        size += width
    return "\r\n".join(rows) + "\r\n"
