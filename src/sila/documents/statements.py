"""A statement on paper: whose it is, for when, and line by line how its sums came about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sila.documents.printing import pdf, said

TEMPLATE = Path(__file__).resolve().parent / "print" / "statement.typ"
Data = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """Its kind is `text`, `figure`, or `wide`, which takes what room there is and has smaller sentences below."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Part:
    """A table with its sums, the last of which is what it comes to."""

    rows: Sequence[Sequence[Data]]
    sums: Sequence[Data]
    heading: str = ""


@dataclass(frozen=True)
class Statement:
    """In one language. Texts are ready to be read; what they are called on paper is a label in both languages."""

    language: str
    color: str
    logo: str  # below the folder that the typesetter may read
    title: dict[str, str]
    company: str
    person: str
    facts: Iterable[Data]
    columns: Sequence[Column]
    parts: Sequence[Part]
    none: str  # what stands in the place of lines
    notes: Sequence[str] = field(default=())

    def data(self) -> Data:
        return {
            "lang": self.language,
            "dir": "rtl" if self.language == "ar" else "ltr",
            "color": self.color,
            "title": self.title,
            "number": "",
            "logo": self.logo,
            "company": said(self.company),
            "person": said(self.person),
            "facts": list(self.facts),
            "columns": [vars(each) for each in self.columns],
            "parts": [
                {"heading": said(part.heading), "rows": list(part.rows), "sums": list(part.sums)}
                for part in self.parts
            ],
            "none": self.none,
            "notes": [self.sentence(each) for each in self.notes],
        }

    def pdf(self) -> bytes:
        return pdf(TEMPLATE, self.data())

    def sentence(self, text: str) -> Data:
        return sentence(text, self.language)


def sentence(text: str, language: str, more: Iterable[str] = ()) -> Data:
    """Of ours, so it runs as the page does, whatever name it begins with."""
    way = "rtl" if language == "ar" else "ltr"
    return {"t": text, "d": way, "more": [{"t": each, "d": way} for each in more]}
