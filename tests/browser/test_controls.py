"""No dead control: whatever a page links to, or would fetch, answers. And a page that nobody touches is silent."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Open, go
from tests.browser.pages import KINDS, Kind, address

_TARGETS = """() => [...document.querySelectorAll("a[href], [hx-get], form[method=get][action]")].map((element) =>
  element.getAttribute("hx-get") ?? element.getAttribute("href") ?? element.getAttribute("action"))"""
_POSTS = """() => [...document.querySelectorAll("[hx-post], form[method=post][action]")].map((element) =>
  element.getAttribute("hx-post") ?? element.getAttribute("action"))"""
PLAIN = [kind for kind in KINDS if not kind.guest and kind.then is None and kind.name != "nothing there"]


def _ours(addresses: list[str]) -> set[str]:
    return {each for each in addresses if each.startswith(("/", "?")) and "{" not in each}


def test_every_link_and_every_fragment_of_every_page_answers(visit: Open) -> None:
    page, _watch = visit()
    dead: dict[str, str] = {}
    seen: set[str] = set()
    for kind in PLAIN:
        go(page, address(kind, page.context))
        for target in _ours(page.evaluate(_TARGETS)):
            full = target if target.startswith("/") else urlsplit(page.url).path + target
            if _shape(full) in seen:
                continue
            seen.add(_shape(full))
            answer = page.request.get(full, headers={"HX-Request": "true"} if "/new" in full else {})
            if answer.status >= 400:
                dead[full] = f"{answer.status}, on the page {kind.name}"
    assert dead == {}
    assert len(seen) > 100


def _shape(target: str) -> str:
    """Addresses that differ only in the record they name are tried once."""
    parts = urlsplit(target)
    path = "/".join(
        "id" if len(part) == 36 and part.count("-") == 4 else part for part in parts.path.split("/")
    )
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&"))
    return f"{path}?{names}"


def test_whatever_is_posted_has_a_door(visit: Open) -> None:
    """Asked by GET, an address that takes POST says 200 or 405, never 404."""
    page, _watch = visit()
    dead: dict[str, str] = {}
    seen: set[str] = set()
    for kind in PLAIN:
        go(page, address(kind, page.context))
        for target in _ours(page.evaluate(_POSTS)) - {"/accounts/logout/"}:
            if _shape(target) not in seen:
                seen.add(_shape(target))
                status = page.request.get(target, headers={"HX-Request": "true"}).status
                if status == 404 or status >= 500:
                    dead[target] = f"{status}, on the page {kind.name}"
    assert dead == {}


@pytest.mark.parametrize(
    "kind", [kind for kind in PLAIN if kind.name in ("today", "board", "person")], ids=str
)
def test_a_page_that_nobody_touches_asks_for_nothing(visit: Open, kind: Kind) -> None:
    page, _watch = visit()
    go(page, address(kind, page.context))
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(5_000)
    assert asked == []
