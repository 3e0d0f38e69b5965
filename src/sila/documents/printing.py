"""Papers as PDF: a template of ours, and data that the typesetter takes as text and nothing else.

The typesetter (Typst) runs in this process. Its templates are files of ours; what people wrote comes as JSON and is
never read as markup. It reads no fonts but ours and no file outside of the folder that it is given, and has no network.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

FONTS = Path(__file__).resolve().parent.parent / "static" / "dist" / "print"
# A phone, an IBAN; of two groups only what is no range: 011 4567890, +966 920001234, 9200 12345, the postcode 11564-2345.
_IN_GROUPS = re.compile(
    r"\+?\d+(?:[ -]\d+){2,}"
    r"|(?<![\d.,])(?:(?:\+\d|0)\d+[ -]\d{3,}|9200[ -]\d{5}|\d{5}-\d{4})(?![\d.,]\d|\d)"
)
BASE = Path(__file__).resolve().parent / "print" / "paper.typ"


class NotBuilt(Exception):
    """The fonts of the front end are not there yet."""


@cache
def _fonts() -> Any:
    if not FONTS.is_dir():
        raise NotBuilt("The fonts are not built yet: run ./sila assets.")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The paper; the same data give the same bytes."""
    return _set(template, data, "pdf", timestamp=0)


def pictures(template: Path, data: dict[str, Any], *, dots: float = 96) -> list[bytes]:
    """Its pages as PNG, so many dots an inch."""
    pages = _set(template, data, "png", ppi=dots)
    return pages if isinstance(pages, list) else [pages]


def _set(template: Path, data: dict[str, Any], kind: str, **more: Any) -> Any:
    source = BASE.read_text() + template.read_text()
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    return typst.compile(
        source.encode(),
        root=str(root),
        font_paths=_fonts(),
        format=kind,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        **more,
    )


def said(text: str) -> dict[str, str]:
    """A text with its direction: that of its first letter that has one. A number in groups, such as a phone's, keeps their
    order in Arabic too."""
    text = _IN_GROUPS.sub("\u2066\\g<0>\u2069", text)
    strong = (unicodedata.bidirectional(letter) for letter in text)
    first = next((each for each in strong if each in ("L", "R", "AL")), "L")
    return {"t": text, "d": "ltr" if first == "L" else "rtl"}
