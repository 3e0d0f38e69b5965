"""Chromium on a running Sila. One server and one sign-in for each process of the tests."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.server import Server, running
from tests.browser.watch import Watch

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000  # milliseconds: a busy machine is no failure
expect.set_options(timeout=PATIENCE)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

Open = Callable[..., tuple[Page, Watch]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    mine = tmp_path_factory.getbasetemp()
    shared = mine if worker_id == "master" else mine.parent
    with running(tmp_path_factory.mktemp("sila"), shared) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


def chromium(playwright: Playwright) -> Browser:
    program = shutil.which("chromium") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=program, args=FLAGS)


@dataclass(frozen=True)
class SignedIn:
    """The cookies of the sample's owner, and what proves that a form came from our own page."""

    cookies: Path
    token: str

    def prefer(self, context: BrowserContext, **choices: str) -> None:
        """What the menu of the person does: language, theme, density."""
        headers = {"X-CSRFToken": self.token, "HX-Request": "true"}
        assert context.request.post("/preferences", form=choices, headers=headers).status == 204


@pytest.fixture(scope="session")
def signed_in(server: Server, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> SignedIn:
    context = browser.new_context(base_url=server.address)
    page = context.new_page()
    page.goto(server.sign_in_link())
    page.locator("form .btn-primary").click()
    page.wait_for_url("**/w/rayyan/**")
    kept = tmp_path_factory.mktemp("browser") / "cookies.json"
    context.storage_state(path=kept)
    token = json.loads(page.locator("body").get_attribute("hx-headers:inherited"))["X-CSRFToken"]
    context.close()
    return SignedIn(kept, token)


def go(page: Page, path: str) -> None:
    """Paths are those of the sample workspace, unless they begin with a slash. Back when its scripts have woken up."""
    page.goto(path if path.startswith("/") else f"/w/rayyan/{path}")
    if page.locator("#palette-query").count():
        page.locator("#palette-query[data-htmx-powered]").wait_for(state="attached")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.fixture
def visit(server: Server, browser: Browser, signed_in: SignedIn) -> Iterator[Open]:
    """Open a page of a fresh context: `visit("people/", language="en", width=PHONE)`."""
    contexts: list[BrowserContext] = []

    def opened(
        path: str | None = None,
        *,
        language: str = "ar",
        size: dict[str, int] = WIDE,
        guest: bool = False,
        touch: bool = False,
    ) -> tuple[Page, Watch]:
        state = None if guest else signed_in.cookies
        context = browser.new_context(
            base_url=server.address,
            storage_state=state,
            viewport=size,
            color_scheme="light",
            locale=language,
            has_touch=touch,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if not guest:
            signed_in.prefer(context, language=language, theme="auto", density="compact")
        page = context.new_page()
        watch = Watch(page)
        if path is not None:
            go(page, path)
        return page, watch

    yield opened
    for context in contexts:
        context.close()


class Finger:
    """One finger on a screen that has touch."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._at = (0.0, 0.0)

    def down(self, x: float, y: float) -> None:
        self._at = (x, y)
        self._send("touchStart", {"x": x, "y": y})

    def move(self, x: float, y: float, steps: int = 10) -> None:
        (from_x, from_y), self._at = self._at, (x, y)
        for step in range(1, steps + 1):
            part = step / steps
            self._send("touchMove", {"x": from_x + (x - from_x) * part, "y": from_y + (y - from_y) * part})
            self._page.evaluate("() => new Promise(requestAnimationFrame)")  # as the screen would tell it

    def up(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *points: dict[str, float]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})
