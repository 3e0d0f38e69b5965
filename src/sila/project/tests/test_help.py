"""Every page has its help, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sila.platform.access.links import invite, sign_in_link
from sila.platform.access.models import Member, User
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.project.helping import ACCOUNT, DOORS, FOLDER, RECORDS, TOPICS, text_of
from tests.samples import new_record

pytestmark = pytest.mark.django_db
TEXTS = {*TOPICS.values(), *RECORDS.values(), *DOORS.values(), ACCOUNT}
NO_PAGES = {  # parts of pages, small dialogs, verbs and files: their help is that of the page around them
    "work": "move compose tick approve refuse withdraw next next-soon visit-plan-add visit-plan-shorten visit-habits "
    "arrive leave visit-up visit-down missed-export",
    "parties": "duplicates-rules duplicates-search duplicates-decide territory-look territory-apply supplier-rate",
    "documents": "files download remove",
    "sales": "add-part remove-part deal-lines-try deal-lines-step quote-lines-try quote-lines-step quote-pdf quote-link "
    "order-lines-try order-lines-step order-pdf invoice-lines-try invoice-lines-step invoice-pdf windows-people "
    "windows-defaults calling-next calling-add calling-outcome calling-release purchases-card "
    "quick-log-day quick-log-send portal-card partner-commission partner-statement partner-documents",
    "insight": "adjust-unit adjust-member fits fit-accept fit-reject promotion-add promotions-of "
    "promotions-in promotion-apply",
    "team": "commission-pdf board-part board-thanks board-settings",
    "administration": "invite member-roles member-teams why new-role rename-role reach field-rule settings-order new-field "
    "order-fields diary-dates check-computed edit-field hide-field show-field new-record-type order-record-types "
    "edit-record-type hide-record-type show-record-type purge-field save-layout new-token revoke-token "
    "brand-stylesheet logo import-cancel import-first-rows import-refused import-answer import-mapping "
    "remove-mapping restore-mapping quality-weights check-rule "
    "switch-rule share unshare help",
    "notifications": "panel count read open mention follow",
    "entities": "palette quick operation-stop operation-undo columns group filter apply-filter conditions "
    "conditions-build view-new view-edit "
    "view-remove view-restore bulk-edit bulk-do bulk-share paste bulk-trash bulk-merge trash-empty export "
    "duplicates pick peek "
    "timeline field stage day act detail-add detail-act merge-with trash purge restore "
    "quality-meter quality-confirm quality-unconfirm quality-later",
}


def names(patterns: Any, space: str = "", path: str = "") -> Iterator[str]:
    """Each named address below /w/<workspace>/, as `app:name`."""
    for entry in patterns:
        inner = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns, entry.namespace or space, inner)
        elif isinstance(entry, URLPattern) and inner.startswith("w/"):
            yield f"{space}:{entry.name}"


def test_every_page_has_a_topic_and_every_topic_a_page() -> None:
    no_pages = {f"{space}:{name}" for space, some in NO_PAGES.items() for name in some.split()}
    known = set(names(get_resolver().url_patterns))
    assert known - no_pages == set(TOPICS)
    assert no_pages <= known


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_topic_says_what_the_page_is_for_and_how_to_do_things(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).glob("*.md")} == TEXTS
    for topic in TEXTS:
        text = text_of(topic, language)
        assert text.title
        assert text.intro
        assert 1 < len(text.steps) <= 5, topic
        other = text_of(topic, "en" if language == "ar" else "ar")
        assert [key for key, _said in text.keys] == [key for key, _said in other.keys], topic


@pytest.mark.parametrize("language", ["ar", "en"])
def test_words_of_the_screen_are_called_as_the_screen_calls_them(language: str) -> None:
    with Path(settings.LOCALE_PATHS[0], "ar/LC_MESSAGES/django.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale="ar") if entry.id]
    said = [entry.string if language == "ar" else entry.id for entry in entries]
    words = "\n".join(each if isinstance(each, str) else "\n".join(each) for each in said).casefold()
    typed = {"غدًا", "tomorrow"}  # what people type
    for topic in TEXTS:
        text = re.sub(r"\*\*.+?\*\*", "", (FOLDER / language / f"{topic}.md").read_text())
        marked = set(re.findall(r"\*([^*\n]+)\*", text)) - typed
        assert [word for word in marked if word.casefold() not in words] == [], topic


@pytest.fixture
def client(company: Any) -> Client:
    browser = Client()
    browser.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


@pytest.mark.parametrize("path", ["today", "people/", "people/board", "settings/fields/", "notifications/"])
def test_a_page_leads_to_its_own_help(client: Client, path: str) -> None:
    page = client.get(f"/w/rayyan/{path}")
    address = page.content.decode().split('data-help="')[1].split('"')[0]
    assert f"/help/{TOPICS[page.resolver_match.view_name]}" in address
    assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_the_page_of_a_lead_has_help_of_its_own(client: Client, company: Any) -> None:
    with scope(company.workspace):
        lead = new_record(registry["leads"], company.actor("admin"))
    page = client.get(f"/w/rayyan/leads/{lead.id}/").content.decode()
    address = page.split('data-help="')[1].split('"')[0]
    assert "/help/lead?" in address
    assert client.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(("language", "word"), [("ar", "عقارات"), ("en", "Estates")])
def test_a_record_type_of_the_workspace_has_its_own_words(
    client: Client, company: Any, language: str, word: str
) -> None:
    User.objects.filter(pk=company.user("admin").pk).update(language=language)
    text = client.get("/w/rayyan/help/list?noun=x-estates").content.decode()
    assert f"<bdi>{word}</bdi>" in text
    assert "{nouns}" not in text


def test_there_is_a_list_of_all_topics_and_none_that_is_not_there(client: Client) -> None:
    assert client.get("/w/rayyan/help/all").content.decode().count("hx-get") == len(
        {*TOPICS.values(), *RECORDS.values()}
    )
    assert client.get("/w/rayyan/help/nonsense").status_code == 404


# ---- before sign-in ----------------------------------------------------------------------------------
def title(topic: str, language: str) -> str:
    return f'<h2 id="help-title" tabindex="-1">{text_of(topic, language).title}</h2>'


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("/accounts/login/", "sign-in"),
        ("/accounts/password/reset/", "forgotten"),
        ("/accounts/password/reset/done/", "forgotten"),
        ("/accounts/password/reset/key/x-y/", "forgotten"),
        ("{invitation}", "invitation"),
        ("/join/nonsense", "invitation"),
        ("{link}", "first-link"),
        ("/enter/nonsense", "first-link"),
    ],
)
def test_who_is_not_in_yet_has_help_that_fits(company: Any, path: str, topic: str, language: str) -> None:
    with scope(company.workspace):
        lina = Member.objects.create(name="Lina", email="lina@rayyan.example")
        path = path.format(invitation=invite(lina), link=sign_in_link(company.user("alice")))
    page = Client(headers={"accept-language": language}).get(path).content.decode()
    assert title(topic, language) in page
    assert 'data-open="#help"' in page


def test_ones_own_account_has_help(client: Client) -> None:
    for path in ("/account", "/accounts/2fa/"):
        page = client.get(path, headers={"accept-language": "en"}, follow=True).content.decode()
        assert 'data-open="#help"' in page, path
    assert title(ACCOUNT, "en") in client.get("/account", headers={"accept-language": "en"}).content.decode()
