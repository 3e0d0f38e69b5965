"""The square code of the Saudi tax authority (ZATCA), first phase: five values, each with its tag and length.

Source: ZATCA, "Implementing Regulation for Electronic Invoicing", annex (2): tag, length in bytes, UTF-8 value, all of it
in base 64. Amounts are in the main unit with the decimals of the currency, the moment is UTC by ISO 8601.
"""

import base64
from datetime import UTC, datetime
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage

from .currencies import Currency
from .money import from_minor

LONGEST = 255  # bytes of one value


def tax_code(*, seller: str, vat_number: str, at: datetime, total: int, tax: int, currency: Currency) -> str:
    """What the code holds. `total` (with tax) and `tax` in minor units."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    amounts = [f"{from_minor(minor, currency):f}" for minor in (total, tax)]
    values = (_short(seller), vat_number, moment, *amounts)
    parts = [_part(tag, value.encode()) for tag, value in enumerate(values, start=1)]
    return base64.b64encode(b"".join(parts)).decode()


def _part(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _short(text: str) -> str:
    """As much of it as one value holds, never half a letter."""
    return text.encode()[:LONGEST].decode(errors="ignore")


def drawn(text: str) -> str:
    """The square code as SVG."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=1)
    code.add_data(text)
    written = BytesIO()
    code.make_image(image_factory=SvgPathImage).save(written)
    return written.getvalue().decode()
