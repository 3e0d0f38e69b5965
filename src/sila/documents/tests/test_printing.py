"""Printed papers: Arabic is set as people read it, and what people wrote is never read as markup."""

from pathlib import Path
from typing import Any

import pypdf
import pytest

from sila.documents.printing import pdf, pictures, said
from sila.documents.tests.hard_strings import HARD
from sila.documents.tests.shapes import apart, ink, written

pytestmark = pytest.mark.usefixtures("print_fonts")
HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "strings.typ"
SEEN = (HERE / "hard_strings.shapes").read_text().split()  # of pictures that were looked at, one by one

ALIKE = 0.02  # of the ink; a bracket that is turned round differs by more


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def data(text: str) -> dict[str, Any]:
    words = {"ar": "", "en": ""}
    return {"lang": "ar", "dir": "rtl", "number": "", "title": words, "text": said(text)}


def shape(text: str) -> str:
    return written(ink(pictures(TEMPLATE, data(text), dots=72)[0]))


@pytest.mark.parametrize(("text", "seen"), zip(HARD, SEEN, strict=True))
def test_a_hard_text_looks_as_it_did_when_it_was_looked_at(text: str, seen: str) -> None:
    assert apart(shape(text), seen) < ALIKE


def test_the_comparison_tells_wrong_settings_apart() -> None:
    """Letters that do not join, another order, a bracket the wrong way: each is further away than the bound."""
    right = shape("مكيف سبليت (3 أطنان)")
    for wrong in (
        "م ك ي ف سبليت (3 أطنان)",
        "مكيف سبليت )3 أطنان(",
        "سبليت مكيف (3 أطنان)",
        "مكيف سبليت (3 أطنا)",
    ):
        assert apart(shape(wrong), right) > ALIKE, wrong


def test_a_phone_keeps_the_order_of_its_groups_in_arabic() -> None:
    assert said("الهاتف: +966 50 123 4567")["t"] == "الهاتف: \u2066+966 50 123 4567\u2069"
    assert said("من 9:00 إلى 17:30")["t"] == "من 9:00 إلى 17:30"


@pytest.mark.parametrize("number", ["011 4567890", "+966 920001234", "9200-12345", "11564-2345"])
def test_two_groups_keep_their_order_where_they_are_no_range(number: str) -> None:
    assert said(f"ص.ب. {number}، الرياض")["t"] == f"ص.ب. \u2066{number}\u2069، الرياض"
    for text in ("العدد 10-20", "من 2020-2025", "0-100", "رقم 1,011 4567", "12.011 456"):
        assert said(text)["t"] == text


@pytest.mark.parametrize("letters", ["Çağrı İnşaat", "Ελλάς", "Привет", "Việt", "≤ ≥ ≠ √ ∞", "→ ✓ ● ★", "🎉"])
def test_what_other_alphabets_write_and_signs_are_no_empty_boxes(letters: str) -> None:
    for letter in letters.replace(" ", ""):
        assert apart(shape(letter), shape("\ue000")) > ALIKE, letter


@pytest.mark.parametrize(
    ("text", "direction"),
    [("شركة ABC", "rtl"), ("ABC شركة", "ltr"), ("(3) أطنان", "rtl"), ("123", "ltr"), ("", "ltr")],
)
def test_a_text_has_the_direction_of_its_first_letter(text: str, direction: str) -> None:
    assert said(text)["d"] == direction


@pytest.mark.parametrize(
    "text",
    [
        '#image("/etc/passwd")',
        "#set text(size: 99pt)",
        "$ x^2 $ *bold* _it_ @ref <label>",
        '#eval("1+1")',
        "\\u{41}",
    ],
)
def test_what_people_wrote_is_text(text: str, tmp_path: Path) -> None:
    paper = tmp_path / "x.pdf"
    paper.write_bytes(pdf(TEMPLATE, data(text)))
    read = pypdf.PdfReader(paper).pages[0].extract_text()
    assert "".join(read.split()) == "".join(text.split())


def test_the_same_data_give_the_same_bytes() -> None:
    assert pdf(TEMPLATE, data("عرض")) == pdf(TEMPLATE, data("عرض"))


def test_a_paper_reads_no_file_beside_its_folder(tmp_path: Path) -> None:
    outside = tmp_path.parent / "secret.svg"
    outside.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    template = tmp_path / "t.typ"
    template.write_text('#image("../secret.svg")')
    with pytest.raises(RuntimeError):
        pdf(template, data("x"))
