"""Business cards: a file, or the words of a code, fill in the form of a new lead."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sila.platform.entities.errors import Invalid
from sila.sales.leads.cards.reading import read, read_file
from sila.sales.leads.models import Lead
from tests.people import rule as change_sellers

pytestmark = pytest.mark.django_db
PAGE = "/w/rayyan/lead-card"
VCARD = """BEGIN:VCARD\r
VERSION:3.0\r
N:الشهراني;ريم;;;\r
FN:ريم الشهراني\r
ORG:لمسة للديكور\r
TITLE:مديرة\r
TEL;TYPE=WORK:0114445566\r
TEL;TYPE=CELL,PREF:+966551234567\r
EMAIL:reem@lamsa.example\r
ADR:;;شارع;الرياض;;;السعودية\r
END:VCARD\r
"""
MECARD = (
    r"MECARD:N:Siddiqui,Omar;ORG:Gulf\; Fit;TITLE:Owner;TEL:+966555000111;EMAIL:omar@gulf.example;"
    r"ADR:,,Street,Dammam,,,Saudi Arabia;NOTE:a\:b;;"
)


def given(answer):
    assert answer.status_code == 302, answer.content
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == "/w/rayyan/leads/new"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_a_file_fills_in_the_form_and_a_person_saves_it(browser, workspace):
    alice = browser("alice")
    values = given(alice.post(PAGE, {"file": SimpleUploadedFile("reem.vcf", VCARD.encode())}))
    assert values == {
        "name": "ريم الشهراني",
        "company_name": "لمسة للديكور",
        "job_title": "مديرة",
        "phone": "+966551234567",
        "email": "reem@lamsa.example",
        "city": "الرياض",
        "country": "السعودية",
    }
    assert not Lead.objects.exists()
    page = alice.get("/w/rayyan/leads/new", values).content.decode()
    assert 'value="لمسة للديكور"' in page
    assert alice.post("/w/rayyan/leads/new", values).status_code == 302
    assert Lead.objects.get().email == "reem@lamsa.example"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256", "utf-16"])
def test_a_file_is_read_in_any_encoding(encoding):
    assert read_file(VCARD.encode(encoding))["name"] == "ريم الشهراني"


def test_the_words_of_a_code_are_a_card_too(browser, workspace):
    assert given(browser("alice").post(PAGE, {"code": VCARD}))["name"] == "ريم الشهراني"
    assert given(browser("alice").post(PAGE, {"code": MECARD})) == {
        "name": "Omar Siddiqui",
        "company_name": "Gulf; Fit",
        "job_title": "Owner",
        "phone": "+966555000111",
        "email": "omar@gulf.example",
        "city": "Dammam",
        "country": "Saudi Arabia",
        "interest": "a:b",
    }


def test_a_card_of_a_company_is_called_by_it():
    text = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Rhein Anlagenbau\nORG:Rhein Anlagenbau\nEND:VCARD"
    assert read(text) == {"name": "Rhein Anlagenbau", "company_name": "Rhein Anlagenbau"}
    assert read("MECARD:TEL:0551234567;;")["name"] == "0551234567"


@pytest.mark.parametrize(
    "text",
    ["", "https://example.com", "MECARD:", "MECARD:;;;;", "BEGIN:VCARD", "BEGIN:VCARD\nEND:VCARD", "\x00"],
)
def test_what_is_no_card_is_said_to_be_none(text):
    with pytest.raises(Invalid):
        read(text)


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"\xff\xd8\xff", b"x" * 300_000, b"\xff\xfe\x00"]
)
def test_a_file_that_is_no_card_leaves_the_page_with_a_message(browser, workspace, data):
    answer = browser("alice").post(PAGE, {"file": SimpleUploadedFile("x.vcf", data)})
    assert answer.status_code == 422
    assert "s-f-error" in answer.content.decode()
    assert browser("alice").post(PAGE, {}).status_code == 422


def test_who_may_not_add_leads_or_not_see_a_field_gets_none_of_it(browser, company, workspace):
    assert browser("viewer").get(PAGE).status_code == 403
    change_sellers(company, lambda role: role.fields.update({"leads": {"phone": "hidden", "email": "read"}}))
    values = given(browser("alice").post(PAGE, {"code": VCARD}))
    assert not {"phone", "email"} & values.keys()
