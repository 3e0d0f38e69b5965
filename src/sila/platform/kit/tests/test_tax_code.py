"""The square code of Saudi invoices."""

import base64
from datetime import UTC, datetime

from sila.platform.kit.currencies import CURRENCIES
from sila.platform.kit.tax_code import drawn, tax_code

AT = datetime(2022, 4, 25, 15, 30, tzinfo=UTC)


def parts(code: str) -> dict[int, str]:
    raw, found = base64.b64decode(code), {}
    while raw:
        tag, length = raw[0], raw[1]
        found[tag], raw = raw[2 : 2 + length].decode(), raw[2 + length :]
    return found


def code(seller: str, **more) -> str:
    values = {"vat_number": "310122393500003", "at": AT, "total": 100000, "tax": 15000} | more
    return tax_code(seller=seller, currency=CURRENCIES["SAR"], **values)


def test_the_example_of_the_authority_comes_out_as_printed() -> None:
    printed = (
        "AQxCb2JzIFJlY29yZHMCDzMxMDEyMjM5MzUwMDAwMwMUMjAyMi0wNC0yNVQxNTozMDowMFoEBzEwMDAuMDAFBjE1MC4wMA=="
    )
    assert code("Bobs Records") == printed


def test_arabic_names_count_in_bytes_and_long_ones_are_cut_between_letters() -> None:
    assert parts(code("مجموعة الريان"))[1] == "مجموعة الريان"
    name = parts(code("شركة " * 60))[1]
    assert len(name.encode()) <= 255
    assert ("شركة " * 60).startswith(name)


def test_it_is_drawn_as_a_picture_without_a_font() -> None:
    picture = drawn(code("الريان"))
    assert picture.startswith("<?xml")
    assert "<path" in picture
    assert "<text" not in picture
