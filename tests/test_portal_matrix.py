"""Every address of the portal × whose it is × who asks. Made from the URL configuration: a new address is in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sila.documents.actions import attach
from sila.documents.extracting import words_of
from sila.documents.models import File
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.sales.partners.models import SharedLead
from sila.sales.partners.portal.access import revoke
from sila.sales.partners.portal.door import COOKIE
from sila.sales.partners.portal.models import PortalUser
from sila.sales.partners.sharing import share
from sila.sales.quotes.actions import send
from sila.sales.quotes.links import SALT, address_of, current_link
from sila.sales.quotes.models import Quote
from sila.sales.tests.portal_people import invited, new_partner, signed_in
from tests.samples import new_record
from tests.test_isolation_matrix import routes as staff_routes
from tests.test_isolation_matrix import state

pytestmark = pytest.mark.django_db
SAID = {
    "company_name": "شركة الوادي",
    "do": "accept",
    "language": "en",
    "answer": "x",
    "email": "x@y.example",
}


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and path.startswith("portal/<str:workspace>/"):
            yield path


def address(pattern: str, workspace: str, ids: dict[str, UUID]) -> str:
    def fill(match: re.Match[str]) -> str:
        return workspace if match[1] == "workspace" else str(ids.get(match[1], "name"))

    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", fill, pattern)


INNER = [
    each
    for each in routes()
    if not re.search(r"/(sign-in|code/<str:token>|enter/<str:secret>|<path:rest>)$", each)
]
WITH_ID = [each for each in INNER if "<uuid:" in each]


class Side:
    """A partner with a person in the portal, something that it registered, and a lead that was shared with it."""

    def __init__(self, company: Any, name: str) -> None:
        self.company, self.name, self.by = company, name, company.actor("admin")
        with scope(company.workspace):
            self.partner = new_partner(self.by, name)
            self.user = invited(self.by, self.partner)
            given = {"partner": str(self.partner.id), "company_name": f"عميل {name}"}
            self.registration = records.create(registry["deal-registrations"], given, by=self.by)
            lead = new_record(registry["leads"], self.by, name=f"محتمل {name}")
            share(lead, by=self.by, partner=self.partner.id)
            self.shared = SharedLead.objects.get(lead_id=lead.id)
            given = {"name": f"مستند {name}", "partner": str(self.partner.id)}
            self.document = records.create(registry["partner-documents"], given, by=self.by)
            self.file = self.attach(self.document, f"دليل {name}.txt", f"كتيّب {name}")
        self.browser = signed_in(self.user)
        self.cookie = self.browser.cookies[COOKIE].value

    def attach(self, record: Any, name: str, words: str) -> File:
        return attach("partner-documents", record.id, name, [words.encode()], by=self.by)

    @property
    def ids(self) -> dict[str, UUID]:
        return {
            "registration_id": self.registration.id,
            "shared_id": self.shared.id,
            "file_id": self.file.id,
        }


@pytest.fixture
def mine(company):
    return Side(company, "النخبة")


@pytest.fixture
def rival(company):
    return Side(company, "الركن")


@pytest.fixture
def abroad(elsewhere):
    return Side(elsewhere, "البعيد")


def test_the_matrix_covers_the_routes():
    assert len(INNER) > 8
    assert len(WITH_ID) > 1


def test_their_own_addresses_open(mine):
    for pattern in INNER:
        if "sign-out" not in pattern:
            url = address(pattern, "rayyan", mine.ids)
            assert mine.browser.get(url).status_code == 200, url


def test_what_is_another_partners_or_another_workspaces_is_nowhere(company, elsewhere, mine, rival, abroad):
    before = state(company.workspace, elsewhere.workspace)
    for pattern in WITH_ID:
        for ids in (rival.ids, abroad.ids, dict.fromkeys(mine.ids, uuid4())):
            url = address(pattern, "rayyan", ids)
            for ask in (mine.browser.get, lambda url: mine.browser.post(url, SAID)):
                answer = ask(url)
                assert answer.status_code in (404, 405), url
                assert "s-portal" in answer.content.decode() or answer.status_code == 405
    assert state(company.workspace, elsewhere.workspace) == before


def words_in(answer: Any, folder: Path) -> str:
    """What a page says, or a file that is downloaded."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer["Content-Type"].partition(";")[0]
    if kind == "text/html":
        return content.decode()
    (folder / "file").write_bytes(content)
    return words_of(folder / "file", kind)


def test_names_of_others_stand_on_no_page_and_in_no_file(mine, rival, abroad, tmp_path):
    for pattern in INNER:
        if "sign-out" not in pattern:
            page = words_in(mine.browser.get(address(pattern, "rayyan", mine.ids)), tmp_path)
            assert page, pattern
            for other in (rival, abroad):
                for name in (
                    *(other.partner.name, other.registration.company_name, other.shared.name),
                    *(other.document.name, other.file.name.removesuffix(".txt"), f"كتيّب {other.name}"),
                ):
                    assert name not in page, (pattern, name)


def test_a_cookie_of_one_workspace_opens_no_other(company, elsewhere, mine, abroad):
    """Not even when it is sent there by hand, with the other's ids."""
    stranger = Client()
    stranger.cookies[COOKIE] = mine.cookie
    before = state(elsewhere.workspace)
    for pattern in INNER:
        url = address(pattern, "delta", abroad.ids)
        for ask in (stranger.get, lambda url: stranger.post(url, SAID)):
            answer = ask(url)
            assert answer.status_code in (302, 405), url
            if answer.status_code == 302:
                assert answer.headers["Location"] == "/portal/delta/sign-in"
    assert state(elsewhere.workspace) == before


@pytest.mark.parametrize("who", ["staff", "nobody", "revoked", "trashed"])
def test_whoever_is_not_in_is_sent_to_the_sign_in(company, browser, mine, who):
    client = {"staff": browser("admin"), "nobody": Client()}.get(who, mine.browser)
    with scope(company.workspace):
        if who == "revoked":
            revoke(PortalUser.objects.get(id=mine.user.id), by=mine.by)
        elif who == "trashed":
            records.trash(registry["portal-users"], mine.user.id, by=mine.by)
    before = state(company.workspace)
    for pattern in INNER:
        url = address(pattern, "rayyan", mine.ids)
        for ask in (client.get, lambda url: client.post(url, SAID)):
            answer = ask(url)
            assert answer.status_code in (302, 405), url
            if answer.status_code == 302:
                assert answer.headers["Location"] == "/portal/rayyan/sign-in"
    assert state(company.workspace) == before


def test_a_partner_who_is_in_is_a_stranger_everywhere_else(company, mine):
    """No page of the workspace and no address of the API opens, whatever cookie or header carries the secret."""
    client = Client()
    for name in (COOKIE, settings.SESSION_COOKIE_NAME, "sessionid"):
        client.cookies[name] = mine.cookie
    machine = Client(headers={"Authorization": f"Bearer {mine.cookie}"})
    before = state(company.workspace)
    for pattern in staff_routes():
        url = address(pattern, "rayyan", {"slug": "people"}).replace("<", "").replace(">", "")
        url = re.sub("/name/", f"/{mine.registration.id}/", url)
        answer = machine.get(url) if pattern.startswith("api/") else client.get(url)
        assert answer.status_code in (302, 401, 404, 405), (url, answer.status_code)
        if answer.status_code == 302:
            assert "/accounts/login/" in answer.headers["Location"]
    assert state(company.workspace) == before


def test_what_is_in_the_trash_or_taken_back_is_nowhere(company, mine):
    with scope(company.workspace):
        records.trash(registry["deal-registrations"], mine.registration.id, by=mine.by)
        records.trash(registry["shared-leads"], mine.shared.id, by=mine.by)
        records.trash(registry["partner-documents"], mine.document.id, by=mine.by)
    for pattern in WITH_ID:
        url = address(pattern, "rayyan", mine.ids)
        assert mine.browser.get(url).status_code == 404, url
        assert mine.browser.post(url, SAID).status_code in (404, 405), url


def test_a_file_that_hangs_on_anything_else_is_nowhere(company, mine):
    """Of all files the portal gives those of documents: not those of staff, nor those sent with a registration."""
    with scope(company.workspace):
        hanging = [
            attach(slug, record.id, "x.txt", [b"inside"], by=mine.by)
            for slug, record in (
                ("partners", mine.partner),
                ("deal-registrations", mine.registration),
                ("shared-leads", mine.shared),
            )
        ]
    for file in hanging:
        url = f"/portal/rayyan/documents/{file.id}"
        assert mine.browser.get(url).status_code == 404, file.entity


def test_unknown_addresses_are_the_portals_own_page(mine):
    for path in ("xyz", "registrations/1", "leads/../../w/rayyan/", "static/app.js", "enter/"):
        answer = Client().get(f"/portal/rayyan/{path}")
        assert answer.status_code in (404, 410), path
        assert "s-portal" in answer.content.decode()


# ---- the customer's door ---------------------------------------------------------------------------------
@pytest.fixture
def quotes(admin):
    customer, made = new_record(registry["organizations"], admin), []
    for name in ("عرض أول", "عرض ثان"):
        quote = new_record(registry["quotes"], admin, name=name, party=str(customer.id))
        new_record(registry["quote-lines"], admin, quote=str(quote.id))
        made.append(send(Quote.objects.get(id=quote.id), by=admin))
    return made


def test_a_customers_link_opens_its_own_quote_alone(company, elsewhere, quotes):
    """Tampered with, signed for something else, of another workspace, or over: it opens nothing and changes nothing."""
    first, second = [current_link(quote) for quote in quotes]
    path = address_of(first).removeprefix(settings.ADDRESS)
    page = Client().get(path).content.decode()
    assert "عرض أول" in page
    assert "عرض ثان" not in page
    before = state(company.workspace, elsewhere.workspace)
    token = path.rsplit("/", 1)[1]
    tenant, other = first.tenant_id.hex, elsewhere.workspace.pk.hex
    foreign = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(token[3:9], token[3:9][::-1]),
        second.id.hex,
        f"{second.tenant_id.hex}.{second.id.hex}",
        signing.dumps([tenant, second.id.hex], salt="portal code"),
        signing.dumps([tenant, quotes[1].id.hex], salt=SALT),
        signing.dumps([other, first.id.hex], salt=SALT),
        signing.dumps([tenant], salt=SALT),
        signing.dumps({"tenant": tenant}, salt=SALT),
    ]
    for each in foreign:
        for ask in (Client().get, lambda url: Client().post(url, {"answer": "decline", "reason": "x"})):
            for tail in ("", "/pdf"):
                answer = ask(f"/quote/{each}{tail}")
                assert answer.status_code in (404, 405), each
                assert "عرض" not in answer.content.decode()
    assert state(company.workspace, elsewhere.workspace) == before
    with clock.at(first.expires_at):
        assert Client().get(path).status_code == 410
        assert Client().post(path, {"answer": "decline"}).status_code == 410
    assert state(company.workspace, elsewhere.workspace) == before
