"""A partner's way through the portal, with the staff at the other end: invited, in by mail, a deal registered, protected."""

import email
import re
import time
from email import policy

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.server import Server
from tests.browser.watch import Watch

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
WAITED = 60  # seconds for a mail, on a busy machine


def letter(server: Server, page: Page, address: str, has: str = "/enter/") -> str:
    """The text of the newest mail to this address. Each look is a request to the server, which the worker outlives."""
    until = time.monotonic() + WAITED
    while time.monotonic() < until:
        files = sorted((server.data / "outbox").glob("*"), key=lambda file: file.stat().st_mtime)
        for file in reversed(files):
            for part in reversed(file.read_text().split("-" * 79 + "\n")):
                read = email.message_from_string(part.strip(), policy=policy.default)
                if read["To"] == address and has in (text := read.get_content()):
                    return str(text)
        page.request.get("/readyz")
    raise AssertionError(f"No mail to {address}.")


@BOTH
def test_a_partner_is_invited_registers_a_deal_and_sees_it_protected(
    server: Server, visit: Open, language: str
) -> None:
    address = f"{language}@partner.example"
    staff, watch = visit("people/new", language=language)
    name = {"ar": "سلمان البوابة", "en": "Portia Gate"}[language]
    user = _invited(staff, name, address, language)

    phone, seen = visit(language=language, size=PHONE, guest=True)
    link = re.search(r"\S+/enter/\S+", letter(server, phone, address))[0]
    phone.goto(link)
    phone.locator("main .btn-primary").click()
    phone.locator(".s-portal-nav").wait_for()
    look(phone, seen, language)
    registration = _registered(phone, seen, language)

    staff.goto(f"/w/rayyan/deal-registrations/{registration.rsplit('/', 1)[1]}/")
    expect(staff.locator("body")).to_contain_text(name)
    staff.locator("[hx-get$='do/approve']").first.click()
    staff.locator("#dialog .btn-primary").click()
    expect(staff.locator("#dialog .btn-primary")).to_be_hidden()

    phone.goto(registration)
    expect(phone.locator("main .s-note.s-good")).to_be_visible()
    for path in ("", "leads/", "prices/", "commission/", "profile", "xyz"):
        phone.goto(f"{server.address}/portal/rayyan/{path}")
        look(phone, seen, language)
    phone.set_viewport_size(WIDE)
    look(phone, seen, language)

    staff.goto(user)
    staff.locator("[hx-post$='do/revoke']").first.click()
    staff.locator("#confirm button[value=yes]").click()
    expect(staff.locator("[hx-post$='do/revoke']")).to_have_count(0)
    phone.goto(registration)
    expect(phone).to_have_url(re.compile("/sign-in$"))
    assert watch.errors == []
    assert [each for each in seen.errors if "404" not in each] == []


def _invited(staff: Page, name: str, address: str, language: str) -> str:
    """A new person of the first partner, who is let into the portal; their page."""
    staff.locator("#entity-form [name=name]").fill(name)
    staff.locator("#entity-form .btn-primary").first.click()
    staff.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/"))
    person = staff.url.split("/people/")[1].split("/")[0]
    rows = staff.context.request.get("/w/rayyan/partners/").text()
    partner = rows.split('<tr data-id="')[1].split('"')[0]

    staff.goto(f"/w/rayyan/portal-users/new?partner={partner}&person={person}")
    staff.locator("#entity-form [name=email]").fill(address)
    staff.locator("#entity-form [name=language]").select_option(language)
    staff.locator("#entity-form .btn-primary").first.click()
    staff.wait_for_url(re.compile(r"/portal-users/[0-9a-f-]{36}/"))
    return staff.url


def _registered(phone: Page, seen: Watch, language: str) -> str:
    """A deal that the partner registers on the phone; its page in the portal."""
    phone.locator(".s-portal-title .btn-primary").click()
    phone.locator("#f-company_name").fill({"ar": "مستشفى النور", "en": "Noor Hospital"}[language])
    phone.locator("#f-amount").fill("٧٥٠٠٠" if language == "ar" else "75,000")
    look(phone, seen, language)
    phone.locator("main .btn-primary").click()
    expect(phone.locator("main .s-note.s-info")).to_be_visible()
    look(phone, seen, language)
    return phone.url


@BOTH
def test_a_partner_signs_in_with_a_code(server: Server, visit: Open, language: str) -> None:
    address = {"ar": "khalid@nukhba-partners.example", "en": "omar@corner-outlets.example"}[language]
    page, seen = visit(language=language, size=PHONE, guest=True)
    page.goto(f"{server.address}/portal/rayyan/")
    look(page, seen, language)
    page.locator("#email").fill(address)
    follow(page, "main .btn-primary")
    look(page, seen, language)
    code = re.search(r"\b\d{6}\b", letter(server, page, address))[0]
    page.locator("#code").fill(code)
    page.locator("main .btn-primary").click()
    page.locator(".s-portal-nav").wait_for()
    follow(page, ".s-portal-nav a >> nth=2")
    look(page, seen, language)
    page.goto(f"{server.address}/portal/rayyan/profile")
    page.locator("[action$='sign-out'] .btn").first.click()
    expect(page.locator("#email")).to_be_visible()
    assert seen.errors == []


def follow(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait for that: the one before can be looked at no longer."""
    with page.expect_navigation():
        page.locator(selector).click()


def look(page: Page, seen: Watch, language: str) -> None:
    assert seen.grave_findings() == []
    assert seen.too_wide() is None
    if language == "ar":
        assert seen.english_words() == []
