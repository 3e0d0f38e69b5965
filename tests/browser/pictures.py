"""The pictures of the README, taken of the sample workspace.

python -m tests.browser.pictures [FOLDER]      (default: docs/images)

A tool for whoever changes the look: it starts a Sila of its own, needs Chromium, and takes about a minute.
"""

import sys
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import PHONE, WIDE, chromium
from tests.browser.server import Server, running

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LIGHTEST = 260_000  # bytes


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    language: str = "ar"
    theme: str = "light"
    phone: bool = False
    first: str = ""  # follow the first link of this kind before the picture is taken


TEAM = "opportunities/board?f=owner:any:me|team"
PICTURES = [
    Picture("list-ar", "organizations/?sort=-name"),
    Picture("list-en", "organizations/?sort=name", "en"),
    Picture("record-ar", TEAM, first=".s-lane:nth-of-type(4) .s-deal h3 a"),
    Picture("record-en", TEAM, "en", first=".s-lane:nth-of-type(4) .s-deal h3 a"),
    Picture("board-ar", TEAM),
    Picture("board-en", TEAM, "en"),
    Picture("board-dark", TEAM, theme="dark"),
    Picture("today-ar", "today"),
    Picture("today-en", "today", "en"),
    Picture("calendar-ar", "calendar?layout=week"),
    Picture("calendar-en", "calendar?layout=week", "en"),
    Picture("phone-ar", "today", phone=True),
]


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        sync_playwright() as playwright,
        _server(Path(name)) as server,
    ):
        browser = chromium(playwright)
        cookies = _sign_in(server, browser, Path(name))
        for picture in PICTURES:
            _take(picture, folder, server, browser, cookies)
        browser.close()


def _server(place: Path) -> AbstractContextManager[Server]:
    return running(place, place)


def _sign_in(server: Server, browser: Browser, place: Path) -> Path:
    page = browser.new_page()
    page.goto(server.sign_in_link())
    page.locator("form .btn-primary").click()
    page.wait_for_url("**/w/rayyan/**")
    page.context.storage_state(path=place / "cookies.json")
    page.context.close()
    return place / "cookies.json"


def _take(picture: Picture, folder: Path, server: Server, browser: Browser, cookies: Path) -> None:
    context = browser.new_context(
        storage_state=cookies, viewport=PHONE if picture.phone else WIDE, color_scheme=picture.theme
    )
    page = context.new_page()
    page.goto(f"{server.home}{picture.path}")
    if page.locator("html").get_attribute("lang") != picture.language:
        if picture.phone:
            page.locator("[popovertarget=rail]").click()
        page.locator("#me").click()
        page.locator(f"#user-menu button[lang={picture.language}]").click()
        page.locator(f"html[lang={picture.language}]").wait_for()
    if picture.first:
        page.locator(picture.first).first.click()
        page.locator("#record h1").wait_for()
    page.wait_for_load_state("networkidle")
    target = folder / f"{picture.name}.png"
    page.screenshot(path=target)
    context.close()
    size = target.stat().st_size
    print(f"{target.name}: {size // 1000} kB")
    if size > LIGHTEST:
        raise SystemExit(f"{target.name} is too heavy for the README.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
