"""Address cards (vCard 2.1, 3.0, 4.0): read as rows of a table, one for each card.

vobject knows the old encodings (quoted-printable, charsets, folded lines). Each card is given to it alone, so that a
broken one spoils no other.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping

import vobject
from django.utils.translation import gettext as _

from .errors import SheetError

HEADER = (
    "Card of", "Name", "Prefix", "First name", "Middle name", "Last name", "Company", "Job title", "Phone", "Fax",
    "E-mail", "Street", "Neighbourhood", "City", "Country", "Birthday", "Note", "Website",
)  # fmt: skip
PERSON, COMPANY = "person", "company"
UNREADABLE = "\x00card"  # stands for a card that is damaged; its row is refused
BETWEEN = " ::: "  # several values in one cell
MOST_LINES = 20_000  # of one card: a picture has some thousands
_BEGIN, _END = (
    re.compile(r"\s*BEGIN:VCARD\s*$", re.IGNORECASE),
    re.compile(r"\s*END:VCARD\s*$", re.IGNORECASE),
)
_PICTURES = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)
_FOLDED = re.compile(r"[ \t]")
_SEMICOLON = re.compile(r"(?<!\\)((?:\\\\)*);")
logging.getLogger("vobject.base").setLevel(logging.CRITICAL)  # a line that is passed over is no news of ours


def is_cards(text: str) -> bool:
    """Whether a file that begins like this holds address cards."""
    return bool(_BEGIN.match(text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]))


# ---- reading -----------------------------------------------------------------------------------------
def read_rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The header, then a row for each card, numbered by the line on which it begins. Raises SheetError."""
    yield 0, list(HEADER)
    for number, card in _cards(lines):
        yield number, _row(card)


def _cards(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    card: list[str] | None = None
    begun, picture = 0, False
    for number, line in enumerate(lines, 1):
        if _BEGIN.match(line):
            card, begun, picture = [line], number, False
        elif card is not None and _END.match(line):
            yield begun, [*card, line]
            card = None
        elif card is not None:
            picture = bool(_PICTURES.match(line)) or (picture and bool(_FOLDED.match(line)))
            if not picture:
                card.append(line)
            if len(card) > MOST_LINES:
                raise SheetError(
                    _("The card that begins on line %(row)d is too long.") % {"row": begun}, begun
                )
    if card is not None:
        raise SheetError(_("The card that begins on line %(row)d has no end.") % {"row": begun}, begun)


def _row(lines: list[str]) -> list[str]:
    try:
        card = vobject.readOne(
            "\n".join(line.rstrip("\r\n") for line in lines),
            validate=False,
            transform=False,
            ignoreUnreadable=True,
            allowQP=True,
        )
        cells = _cells(card)
    except Exception:  # whatever vobject stumbles over, it is this card that is damaged
        return [UNREADABLE]
    return [cells.get(name, "").replace("\x00", "") for name in HEADER]


def _cells(card: object) -> dict[str, str]:
    first: dict[str, str] = {}
    ways: dict[str, list[tuple[int, str]]] = {"TEL": [], "FAX": [], "EMAIL": []}
    for line in card.lines():  # type: ignore[attr-defined]
        name, types = line.name.upper(), _types(line)
        value = str(line.value).strip()
        if name in ("TEL", "EMAIL") and value:
            kind = "FAX" if name == "TEL" and "FAX" in types else name
            rank = 0 if "PREF" in types else 1 if types & {"CELL", "MOBILE", "IPHONE"} else 2
            ways[kind].append((rank, re.sub(r"^(?:tel|mailto):", "", value, flags=re.IGNORECASE)))
        elif value and (name not in first or "PREF" in types):
            first[name] = value
    family, given, middle, prefix = (_parts(first.get("N", "")) + [""] * 4)[:4]
    address = (_parts(first.get("ADR", "")) + [""] * 7)[:7]
    company = (_parts(first.get("ORG", "")) or [""])[0]
    name = first.get("FN", "") or " ".join(filter(None, (given, middle, family))) or company
    alone = first.get("KIND", "").lower() == "org" or first.get("X-ABSHOWAS", "").upper() == "COMPANY"
    is_company = alone or (bool(company) and not (family or given) and name == company)
    return {
        "Card of": COMPANY if is_company else PERSON,
        "Name": name,
        "Prefix": prefix,
        "First name": "" if given == name and not family else given,  # a whole name has no parts
        "Middle name": middle,
        "Last name": family,
        "Company": "" if is_company else company,
        "Job title": first.get("TITLE", ""),
        "Phone": _joined(ways["TEL"]),
        "Fax": _joined(ways["FAX"]),
        "E-mail": _joined(ways["EMAIL"]),
        "Street": address[2],
        "Neighbourhood": address[1],
        "City": address[3],
        "Country": address[6],
        "Birthday": _day(first.get("BDAY", "")),
        "Note": first.get("NOTE", ""),
        "Website": first.get("URL", ""),
    }


def _types(line: object) -> set[str]:
    params: Mapping[str, list[str]] = line.params  # type: ignore[attr-defined]
    words = [*line.singletonparams, *(word for value in params.get("TYPE", []) for word in value.split(","))]  # type: ignore[attr-defined]
    return {word.strip().upper() for word in words} | ({"PREF"} if "PREF" in params else set())


def _joined(ways: list[tuple[int, str]]) -> str:
    """The preferred one first, then mobile phones, then as they stand in the card."""
    return BETWEEN.join(dict.fromkeys(value for _rank, value in sorted(ways, key=lambda way: way[0])))


def _parts(text: str) -> list[str]:
    """The parts of a structured value (N, ADR, ORG)."""
    marked = _SEMICOLON.sub(lambda match: match[1] + "\x00", text)
    return [re.sub(r"\\([\\,;nN])", _meant, part).strip() for part in marked.split("\x00")]


def _meant(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def _day(text: str) -> str:
    """19850412 and 1985-04-12T00:00:00Z as 1985-04-12; days without a year as they stand."""
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?:T|$)", text)
    return "-".join(match.groups()) if match else text
