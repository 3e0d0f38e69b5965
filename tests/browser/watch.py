"""What a page must never do, noted while it is used, and what can be asked of it as it stands."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import ConsoleMessage, Page

CATALOGUE = Path(__file__).parents[2] / "src/sila/locale/ar/LC_MESSAGES/django.po"
ANSWERS = re.compile(r"status of 4(09|22)")
ANSWERS = re.compile(r"status of 4(09|22)")
GRAVE = {"serious", "critical"}

_AXE = """async (rules) => {
  const options = { resultTypes: ["violations"] };
  if (rules) options.runOnly = { type: "rule", values: rules };
  const found = await axe.run(document, options);
  return found.violations.map(({ id, impact, nodes }) =>
    ({ id, impact, at: nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "")) }));
}"""

_WIDTHS = """() => {
  const edge = document.documentElement.clientWidth;
  const outside = [...document.querySelectorAll("body *")].filter((element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    return width && height && (right > edge + 1 || left < -1) && element.checkVisibility();
  });
  return { excess: document.documentElement.scrollWidth - edge, body: document.body.scrollWidth - edge,
           outside: outside.slice(0, 3).map((element) => element.outerHTML.slice(0, 160)) };
}"""

# Words of people and of machines stand in elements of their own; all else is ours to translate.
_WORDS = """() => {
  const theirs = "bdi, kbd, code, script, style, template, [dir=ltr], [lang], option, pre, .s-av";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(theirs) && parent.checkVisibility()) found.push(walker.currentNode.data.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    for (const name of ["aria-label", "placeholder", "title"])
      if (element.getAttribute(name)) found.push(element.getAttribute(name).trim());
  return [...new Set(found)].filter((words) => /[A-Za-z]{2}/.test(words));
}"""


class Watch:
    """The errors of a page: of its console, its scripts and its security policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        """A page that is not there, a refused form and a conflict are answers, though the browser logs them."""
        status = "Failed to load resource" in message.text
        answered = status and (message.location.get("url") == self.page.url or ANSWERS.search(message.text))
        if message.type == "error" and not answered:
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def grave_findings(self, *rules: str) -> list[str]:
        """What axe calls serious or critical."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(_axe_script())
        found = self.page.evaluate(_AXE, list(rules) or None)
        return [f"{each['id']}: {' | '.join(each['at'])}" for each in found if each["impact"] in GRAVE]

    def too_wide(self) -> dict[str, object] | None:
        measured = self.page.evaluate(_WIDTHS)
        return measured if measured["excess"] > 0 or measured["body"] > 0 else None

    def english_words(self) -> list[str]:
        """Texts of ours that were left in English."""
        return [words for words in self.page.evaluate(_WORDS) if words in _english()]


@cache
def _axe_script() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text()


@cache
def _english() -> frozenset[str]:
    """The texts of the catalogue whose Arabic is another one."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    return frozenset(
        message.id
        for message in catalogue
        if message.id and isinstance(message.id, str) and message.string and message.string != message.id
    )
