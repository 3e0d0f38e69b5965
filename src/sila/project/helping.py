"""Help for the page that is open: a short text in both languages for each kind of page (project/help/<language>/).

A text is a heading, a paragraph, lines that begin with "- " (what people usually do) and lines that begin with "= " (a
key, what it does). `{noun}` and `{nouns}` become the words of the record type, also of one that a workspace made.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment
from sila.platform.kit.text import bdi
from sila.project.administration.door import member_page

FOLDER = Path(__file__).resolve().parent / "help"
# The name of a page's address -> its text. tests/test_help.py fails for a page that is missing here.
TOPICS = {
    "work:home": "today",
    "work:today": "today",
    "work:calendar": "calendar",
    "work:feed-address": "feed",
    "work:visit-plan": "visit-plan",
    "work:on-the-spot": "on-the-spot",
    "work:missed": "missed",
    "insight:forecast": "forecast",
    "insight:fit": "fit",
    "insight:promotions-compared": "promotions-compared",
    "insight:promotion-customers": "promotion",
    "team:commission": "commission",
    "team:goals": "goals",
    "team:board": "team-board",
    "team:efficiency": "efficiency",
    "team:efficiency-of": "efficiency",
    "work:approvals": "approvals",
    "sales:funnel": "funnel",
    "sales:funnel-deals": "funnel",
    "sales:channels": "channels",
    "sales:windows": "windows",
    "sales:calling": "calling",
    "sales:quick-log": "quick-log",
    "parties:duplicates": "duplicates",
    "parties:chart": "chart",
    "parties:territory-tree": "territories",
    "parties:suppliers": "suppliers",
    "sales:deal-lines": "lines",
    "sales:quote-lines": "lines",
    "sales:order-lines": "lines",
    "sales:invoice-lines": "lines",
    "sales:lead-assignment": "lead-assignment",
    "sales:purchases": "purchases",
    "sales:lead-card": "lead-card",
    "administration:access": "access",
    "administration:settings": "settings",
    "administration:brand": "brand",
    "administration:settings-units": "units",
    "administration:settings-pipelines": "pipelines",
    "administration:fields": "fields",
    "administration:new-computed": "computed",
    "administration:edit-computed": "computed",
    "administration:record-types": "record-types",
    "administration:layout": "layout",
    "administration:settings-trash": "settings-trash",
    "administration:quality-settings": "quality-settings",
    "administration:new-rule": "rule",
    "administration:edit-rule": "rule",
    "administration:audit": "audit",
    "administration:notification-settings": "notification-settings",
    "administration:notification-defaults": "notification-settings",
    "administration:tokens": "tokens",
    "administration:import": "import",
    "administration:import-run": "import",
    "administration:who": "who",
    "notifications:page": "notifications",
    "entities:quality": "quality",
    "entities:operations": "operations",
    "entities:operation": "operation",
    "entities:list": "list",
    "entities:board": "board",
    "entities:calendar": "records-calendar",
    "entities:merge": "merge",
    "entities:trash-list": "trash",
    "entities:new": "form",
    "entities:edit": "form",
    "entities:record": "record",
}
RECORDS = {
    "leads": "lead",
    "quotes": "quote",
    "orders": "order",
    "invoices": "invoice",
    "assets": "asset",
    "warranty-claims": "warranty-claim",
    "maintenance-plans": "maintenance-plan",
    "commission-plans": "commission-plan",
    "commission-statements": "commission",
    "goals": "goals",
    "contests": "team-board",
    "contracts": "contract",
    "call-lists": "call-list",
    "incumbent-contracts": "incumbent",
    "lead-forms": "lead-form",
    "promotions": "promotion",
    "partners": "partner",
    "deal-registrations": "registration",
    "portal-users": "portal-user",
    "partner-documents": "partner-document",
}  # nouns the page of whose records has a text of its own
# The same for the pages outside of a workspace: whoever cannot get in reads their help without an address of its own.
DOORS = {
    "account_login": "sign-in",
    "account_reset_password": "forgotten",
    "account_reset_password_done": "forgotten",
    "account_reset_password_from_key": "forgotten",
    "account_reset_password_from_key_done": "forgotten",
    "join": "invitation",
    "enter": "first-link",
    "mfa_authenticate": "second-step",
}
ACCOUNT = "account"  # of all pages about oneself
_STRONG = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")
_NOUN = re.compile(r"\{(nouns?)\}")


@dataclass
class Text:
    """One topic, as it stands in its file."""

    title: str = ""
    intro: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)


@cache
def text_of(topic: str, language: str) -> Text:
    text = Text()
    for line in (FOLDER / language / f"{topic}.md").read_text().splitlines():
        if line.startswith("# "):
            text.title = line[2:]
        elif line.startswith("- "):
            text.steps.append(line[2:])
        elif line.startswith("= "):
            key, _bar, said = line[2:].partition(" | ")
            text.keys.append((key, said))
        elif line:
            text.intro.append(line)
    return text


def help_url(request: HttpRequest, base: str) -> str:
    """The address of the help for this page; for what has none, that of all topics."""
    match = request.resolver_match
    topic = TOPICS.get(match.view_name, "") if match else ""
    slug = str(match.kwargs.get("slug", "")) if match else ""
    topic = RECORDS.get(slug, topic) if topic == "record" else topic
    query = f"?{urlencode({'noun': slug})}" if topic and slug else ""
    return f"{base}help/{topic or 'all'}{query}"


@require_GET
@member_page
def page(request: HttpRequest, context: Context, topic: str) -> HttpResponse:
    language = context.reader.language
    base = f"/w/{context.reader.slug}/help/"
    if topic == "all":
        return fragment(request, "shell/_help.html", {"topics": _topics(base, language), "all_url": ""})
    if topic not in _all_topics():
        raise NotFound
    shown = told(text_of(topic, language), registry.get(request.GET.get("noun", "")))
    return fragment(request, "shell/_help.html", {"help": shown, "all_url": base + "all"})


def told(text: Text, entity: Entity | None) -> dict[str, Any]:
    return {
        "title": _said(text.title, entity),
        "intro": [_said(line, entity) for line in text.intro],
        "steps": [_said(line, entity) for line in text.steps],
        "keys": [(key.split(), _said(said, entity)) for key, said in text.keys],
    }


def at_the_door(request: HttpRequest, *, inside: bool) -> dict[str, Any]:
    """The help of a page outside of a workspace; `inside`: of one's own account."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    topic = ACCOUNT if inside else DOORS.get(name, "sign-in")
    return told(text_of(topic, get_language() or "ar"), None)


def _topics(base: str, language: str) -> list[dict[str, Any]]:
    return [
        {"title": _said(text_of(topic, language).title, None), "url": base + topic} for topic in _all_topics()
    ]


def _all_topics() -> list[str]:
    return list(dict.fromkeys([*TOPICS.values(), *RECORDS.values()]))


def _said(line: str, entity: Entity | None) -> SafeString:
    """The line as markup: what stands between stars is strong or a word of the screen; nouns in their own words."""

    def noun(match: re.Match[str]) -> str:
        name = entity.name if match[1] == "noun" else entity.plural  # type: ignore[union-attr]
        return bdi(str(name))

    marked = _STRONG.sub(lambda m: f"<b>{m[1]}</b>" if m[1] else f"<i>{m[2]}</i>", str(escape(line)))
    if entity is None:
        return mark_safe(_NOUN.sub("…", marked).replace(": …", ""))  # noqa: S308  (escaped above)
    return mark_safe(_NOUN.sub(noun, marked))  # noqa: S308  (escaped above)
