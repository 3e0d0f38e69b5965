"""Forms as visitors meet them: on a phone, without scripts, inside of another site; and a code in a picture."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import qrcode
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import PHONE, Open, SignedIn

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
Put = Callable[..., str]
HOST = '<!doctype html><html lang="{language}"><body><h1>Ours</h1>{snippet}</body></html>'


@pytest.fixture
def snippets(visit: Open) -> dict[str, str]:
    """What the page of the sample's form offers: its address, and the lines for other sites."""
    page, _watch = visit("lead-forms/", language="en")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile("lead-forms/[0-9a-f-]{36}/"))
    texts = [page.locator(f"#copy-{number}").input_value() for number in range(3)]
    return dict(zip(("address", "script", "frame"), texts, strict=True))


def fill_in(page: Page | FrameLocator, **more: str) -> None:
    for name, value in ({"name": "Omar", "city": "Jeddah", "email": "omar@gulf.example"} | more).items():
        page.locator(f"[name={name}]").fill(value)


@BOTH
def test_a_visitor_sends_a_form_by_phone(visit: Open, snippets: dict[str, str], language: str) -> None:
    page, watch = visit(size=PHONE, guest=True, language=language)
    page.goto(f"{snippets['address']}?lang={language}")
    assert watch.too_wide() is None
    assert watch.grave_findings() == []
    page.locator(".v-send").click()
    expect(page.locator("[aria-invalid]").first).to_be_focused()
    fill_in(page, email=f"{language}@gulf.example")
    page.locator(".v-send").click()
    expect(page.locator(".v-done h1")).to_have_text("شكرًا لك" if language == "ar" else "Thank you")
    assert watch.grave_findings() == []
    assert page.context.cookies() == []


def test_without_scripts_a_form_is_sent_too_and_somebody_looks_at_it(
    browser: Browser, visit: Open, snippets: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{snippets['address']}?lang=en")
    fill_in(page, email="noscript@gulf.example", name="Noscript")
    page.locator(".v-send").click()
    expect(page.locator(".v-done h1")).to_have_text("Thank you")
    context.close()
    inside, _watch = visit("form-submissions/?f=state:any:held", language="en")
    expect(inside.locator("tbody")).to_contain_text("Noscript")


@pytest.fixture
def site() -> Iterator[Callable[[str, str], str]]:
    """Another web server: a page with these lines in it, and its port."""
    shown = {"body": ""}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(shown["body"].encode())

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    started = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=started.serve_forever, daemon=True).start()

    def put(snippet: str, language: str = "en") -> str:
        shown["body"] = HOST.format(language=language, snippet=snippet)
        return str(started.server_port)

    yield put
    started.shutdown()
    started.server_close()


def allow(visit: Open, signed_in: SignedIn, sites: str) -> None:
    """As by hand, on the page of the form."""
    page, _watch = visit("lead-forms/", language="en")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile("lead-forms/[0-9a-f-]{36}/"))
    headers = {"X-CSRFToken": signed_in.token, "HX-Request": "true"}
    answer = page.context.request.post(f"{page.url}fields/sites/", form={"sites": sites}, headers=headers)
    assert answer.ok


@BOTH
def test_a_form_stands_in_the_site_that_it_names(
    visit: Open, snippets: dict[str, str], site: Put, signed_in: SignedIn, language: str
) -> None:
    home = f"http://127.0.0.1:{site(snippets['script'], language)}"
    allow(visit, signed_in, home)
    page, _watch = visit(guest=True, language=language)
    page.goto(f"{home}/offer?utm_source=ads")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("lang", language)
    assert frame.locator("[name=page]").input_value() == f"{home}/offer?utm_source=ads"
    page.wait_for_function("parseInt(document.querySelector('iframe').style.height) != 640")
    fill_in(frame, email=f"{language}-embed@gulf.example")
    frame.locator(".v-send").click()
    expect(frame.locator(".v-done h1")).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.parametrize("kind", ["script", "frame"])
def test_no_other_site_shows_it(
    visit: Open, snippets: dict[str, str], site: Put, signed_in: SignedIn, kind: str
) -> None:
    port = site(snippets[kind])
    allow(visit, signed_in, f"http://127.0.0.1:{port}")
    page, watch = visit(guest=True)
    page.goto(f"http://127.0.0.1:{port}/")
    expect(page.frame_locator("iframe").locator("form")).to_have_count(1)
    page.goto(f"http://localhost:{port}/")
    page.wait_for_load_state("networkidle")
    expect(page.frame_locator("iframe").locator("form")).to_have_count(0)
    assert any("frame-ancestors" in error for error in watch.errors)


# ---- business cards --------------------------------------------------------------------------------------
def code_of(words: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=4)
    code.add_data(words)
    code.make(fit=True)
    return code.get_matrix()


def picture(matrix: list[list[bool]]) -> bytes:
    """As a PNG: grey, eight dots to a square."""

    def line(row: list[bool]) -> bytes:
        return b"\0" + b"".join((b"\0" if dark else b"\xff") * 8 for dark in row)

    pixels = b"".join(line(row) * 8 for row in matrix)
    side = len(matrix) * 8

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@BOTH
def test_the_code_on_a_card_fills_in_a_lead(visit: Open, tmp_path: Path, language: str) -> None:
    page, watch = visit("lead-card", language=language)
    card = tmp_path / "card.png"
    card.write_bytes(picture(code_of("MECARD:N:Siddiqui,Omar;ORG:صلة;TEL:+966555000111;;")))
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    page.locator("#f-card").set_input_files(card)
    page.wait_for_url("**/leads/new?**")
    expect(page.locator("[name=name]")).to_have_value("Omar Siddiqui")
    expect(page.locator("[name=company_name]")).to_have_value("صلة")
    assert not any("PNG" in body for body in sent)
    assert watch.errors == []


def test_a_picture_without_a_code_is_said_to_have_none(visit: Open, tmp_path: Path) -> None:
    page, _watch = visit("lead-card", language="en")
    card = tmp_path / "blank.png"
    card.write_bytes(picture([[False] * 40] * 40))
    page.locator("#f-card").set_input_files(card)
    expect(page.locator("#f-card-error")).to_have_text("No code was found in this picture.")


@BOTH
def test_conditions_are_put_together_in_the_form_of_a_rule(visit: Open, language: str) -> None:
    page, watch = visit("scoring-rules/new", language=language)
    page.locator("[name=name]").fill("Jeddah")
    page.locator("[name=points]").fill("12")
    page.locator(".s-conditions > button").last.click()
    page.locator("#f-conditions-builder button.s-item").filter(
        has_text="المدينة" if language == "ar" else "City"
    ).first.click()
    page.locator("#filter-value").fill("جدة")
    page.keyboard.press("Enter")
    expect(page.locator(".s-conditions .s-chip")).to_have_count(1)
    assert page.url.endswith("/scoring-rules/new")
    page.locator(".s-form-foot .btn-primary").click()
    page.wait_for_url(re.compile("scoring-rules/[0-9a-f-]{36}/"))
    expect(page.locator("#details")).to_contain_text("جدة")
    assert watch.errors == []
