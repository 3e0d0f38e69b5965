"""What a business card says of a lead: vCard, or MECARD as NTT DoCoMo wrote it down for codes in pictures."""

import io
import re

from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.kit import cards
from sila.platform.kit.encoding import DamagedText, detect
from sila.platform.kit.errors import SheetError

MOST = 200_000  # bytes of a card; a picture in it has some tens of thousands
NOTE = 500
COLUMNS = {  # of a card -> of a lead
    "Name": "name",
    "Company": "company_name",
    "Job title": "job_title",
    "Phone": "phone",
    "E-mail": "email",
    "City": "city",
    "Country": "country",
    "Note": "interest",
}
MECARD = {
    "N": "name",
    "ORG": "company_name",
    "TITLE": "job_title",
    "TEL": "phone",
    "EMAIL": "email",
    "NOTE": "interest",
}
_PART = re.compile(r"((?:[^;\\]|\\.)*);?", re.DOTALL)


def read_file(data: bytes) -> dict[str, str]:
    """Raises Invalid."""
    if len(data) > MOST:
        raise Invalid({"file": _("This is no business card: it is too large.")})
    try:
        text = data.decode(detect(data[:MOST], io.BytesIO(data)), "replace")
    except DamagedText:
        text = data.decode("utf-8", "replace")
    return read(text)


def read(text: str) -> dict[str, str]:
    """The fields of a lead. Raises Invalid for what is no card."""
    text = text.strip("\ufeff \t\r\n")
    if text[:7].upper() == "MECARD:":
        values = _mecard(text[7:])
    elif cards.is_cards(text):
        values = _vcard(text)
    else:
        raise Invalid({"file": _("This is no business card: a vCard or MECARD is expected.")})
    values = {name: value.strip() for name, value in values.items() if value.strip()}
    if "interest" in values:
        values["interest"] = values["interest"][:NOTE]
    if not values.get("name"):
        values["name"] = values.get("company_name") or values.get("email") or values.get("phone", "")
    if not values["name"]:
        raise Invalid({"file": _("The card is empty.")})
    return values


def _vcard(text: str) -> dict[str, str]:
    """The first card of the file."""
    try:
        rows = cards.read_rows(text.splitlines(keepends=True))
        header, row = next(rows)[1], next(rows)[1]
    except (SheetError, StopIteration) as error:
        raise Invalid({"file": str(error) or _("The card is damaged.")}) from error
    if row == [cards.UNREADABLE]:
        raise Invalid({"file": _("The card is damaged.")})
    cells = dict(zip(header, row, strict=True))
    values = {field: cells[column].split(cards.BETWEEN)[0] for column, field in COLUMNS.items()}
    if cells["Card of"] == cards.COMPANY:
        values["company_name"] = cells["Name"]
    return values


def _mecard(text: str) -> dict[str, str]:
    """N:Doe,John;TEL:…;EMAIL:…; — a backslash stands before a sign that belongs to a value."""
    values: dict[str, str] = {}
    for part in _PART.findall(text):
        key, colon, value = part.partition(":")
        field = MECARD.get(key.strip().upper())
        if colon and field and field not in values:
            if field == "name":  # family name first
                value = " ".join(
                    reversed([word.strip() for word in re.split(r"(?<!\\),", value, maxsplit=1)])
                )
            values[field] = re.sub(r"\\(.)", r"\1", value)
        elif colon and key.strip().upper() == "ADR":
            parts = [re.sub(r"\\(.)", r"\1", word) for word in re.split(r"(?<!\\),", value)]
            if len(parts) == 7:  # as in a vCard: box, rooms, street, city, region, code, country
                values |= {"city": parts[3], "country": parts[6]}
    return values
