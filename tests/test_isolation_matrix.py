"""Every route × every place for an id × a stranger's id. Made from the URL configuration: a new route is in it."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from sila.platform.access.links import make_token
from sila.platform.entities.kinds import LINKS
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.rowsecurity import tenant_models
from tests.people import OWN, Company
from tests.samples import new_record, value_for, values_for
from tests.standing import beneath_tests

pytestmark = pytest.mark.django_db
OWNED = [*(entity.slug for entity in registry if entity.creatable and entity.owned), OWN]
NOUNS = [*(entity.slug for entity in registry if entity.creatable), OWN]
BOOKKEEPING = {"activity_event", "access_apitoken"}  # sign-ins and last uses are written on purpose
HEADERS = ({}, {"HX-Request": "true"})
KEPT = [model for model in tenant_models() if model._meta.db_table not in BOOKKEEPING]


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Each route of the workspaces and the API, as its pattern: w/<slug:workspace>/<slug:slug>/…"""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and path.startswith(("w/", "api/v1/<")):
            yield path


def addresses(pattern: str, *, workspace: str, slug: str, record: UUID) -> str:
    """The pattern with this workspace, noun and record in it; other ids and names are made up."""

    def fill(match: re.Match[str]) -> str:
        kind, name = match[1] or "str", match[2]
        if name == "workspace":
            return workspace
        if name == "slug":
            return slug
        if kind == "uuid":
            return str(record)
        return {"int": "1"}.get(kind, "name")

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", fill, pattern)


def with_record(pattern: str) -> bool:
    return "<uuid:" in pattern


def state(*workspaces: Any) -> dict[str, str]:
    """A fingerprint of every row of these workspaces."""
    prints = {}
    for workspace in workspaces:
        with scope(workspace), connection.cursor() as cursor:
            for model in KEPT:  # as the database holds them: no record is made of a row that is only compared
                rows = model._default_manager.order_by("id").values_list()
                cursor.execute(*rows.query.sql_with_params())
                told = repr(cursor.fetchall()).encode()
                prints[f"{workspace.slug}.{model._meta.db_table}"] = hashlib.sha256(told).hexdigest()
    return prints


def browser(user: Any) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture(scope="module")
def both(
    standing: dict[str, Any], django_db_blocker: Any
) -> Iterator[tuple[Company, Company, dict[str, UUID]]]:
    """Two companies, and a record of each noun in the other one. No test comes to change any of it."""
    with beneath_tests(django_db_blocker):
        company, elsewhere = standing["rayyan"].set_up(), standing["delta"].set_up()
        with scope(elsewhere.workspace):
            admin = elsewhere.actor("admin")
            theirs = {slug: new_record(registry[slug], admin).id for slug in NOUNS}
        yield company, elsewhere, theirs


@pytest.fixture
def company(db: None, both: tuple[Any, ...]) -> Company:
    return both[0]


@pytest.fixture
def elsewhere(db: None, both: tuple[Any, ...]) -> Company:
    return both[1]


@pytest.fixture
def theirs(both: tuple[Any, ...]) -> dict[str, UUID]:
    return both[2]


def noun(slug: str, company: Any) -> Any:
    with scope(company.workspace):
        return registry[slug]


def test_the_matrix_covers_the_routes():
    assert len(list(routes())) > 30


@pytest.mark.parametrize("slug", NOUNS)
def test_a_record_of_another_workspace_is_nowhere(slug, company, elsewhere, theirs):
    alice = browser(company.user("admin"))
    before = state(elsewhere.workspace, company.workspace)
    for pattern in routes():
        if not with_record(pattern) or pattern.startswith("api/"):
            continue
        for workspace in ("rayyan", "delta"):
            url = addresses(pattern, workspace=workspace, slug=slug, record=theirs[slug])
            for ask in (alice.get, alice.post):
                for headers in HEADERS:
                    status = ask(url, headers=headers).status_code
                    # 400, 422: what the request lacks was noticed before the record was looked for
                    assert status in (400, 404, 405, 422), (url, ask.__name__, status)
    assert state(elsewhere.workspace, company.workspace) == before


def test_no_route_of_another_workspace_opens(company, elsewhere, theirs):
    """It is refused before its route is known: which noun or record it names, changes nothing."""
    alice = browser(company.user("admin"))
    before = state(elsewhere.workspace)
    for pattern in routes():
        if pattern.startswith("w/"):
            url = addresses(pattern, workspace="delta", slug="people", record=theirs["people"])
            for ask in (alice.get, alice.post):
                for headers in HEADERS:
                    response = ask(url, headers=headers)
                    assert response.status_code == 404, url
                    assert response.wsgi_request.resolver_match is None, url
    assert state(elsewhere.workspace) == before


def test_a_visitor_is_sent_to_the_sign_in(company):
    for pattern in routes():
        if pattern.startswith("w/") and "feed" not in pattern and ".ics" not in pattern:
            response = Client().get(addresses(pattern, workspace="rayyan", slug="people", record=uuid4()))
            assert response.status_code == 302, pattern
            assert "/accounts/login/" in response.headers["Location"]


@pytest.mark.parametrize("slug", NOUNS)
def test_the_api_knows_no_foreign_record(slug, company, elsewhere, theirs):
    with scope(company.workspace):
        token = make_token(company.members["admin"], "matrix")
    machine = Client(headers={"Authorization": f"Bearer {token}"})
    before = state(elsewhere.workspace, company.workspace)
    one = f"/api/v1/{slug}/{theirs[slug]}"
    body = {"content_type": "application/json", "headers": {"If-Match": '"1"'}}
    assert machine.get(one).status_code == 404
    assert machine.patch(one, {}, **body).status_code == 404
    assert machine.delete(one).status_code in (404, 405)
    entity = noun(slug, company)
    for action in ("restore", *(action.name for action in entity.actions)):
        response = machine.post(f"{one}/{action}", {}, content_type="application/json")
        assert response.status_code in (404, 422), (action, response.content)
    for detail in entity.details:
        rows = f"{one}/{detail.name}"
        assert machine.get(rows).status_code == 404
        assert machine.post(rows, {}, content_type="application/json").status_code == 404
        assert machine.delete(f"{rows}/{uuid4()}").status_code in (404, 405)
    assert state(elsewhere.workspace, company.workspace) == before


@pytest.mark.parametrize("slug", NOUNS)
def test_no_link_and_no_filter_leads_into_another_workspace(slug, company, elsewhere, theirs):
    """Links in bodies (API and form), links in filters: refused, or simply not found."""
    entity = noun(slug, company)
    with scope(company.workspace):
        token = make_token(company.members["admin"], "matrix")
        values = values_for(entity, company.actor("admin"), api=True)
        links = {name: f.to for name, f in entity.fields.items() if f.kind.name in LINKS and not f.read_only}
    machine, alice = Client(headers={"Authorization": f"Bearer {token}"}), browser(company.user("admin"))
    before = state(elsewhere.workspace, company.workspace)
    for name, target in links.items():
        foreign = str(theirs.get(target) or theirs["people"])
        made = machine.post(f"/api/v1/{slug}", {**values, name: foreign}, content_type="application/json")
        assert made.status_code == 422, (name, made.content)
        assert name in made.json()["errors"]
        assert alice.post(f"/w/rayyan/{slug}/new", {**values, name: foreign}).status_code == 422
        found = machine.get(f"/api/v1/{slug}", {"f": f"{name}:any:{foreign}"})
        assert found.json()["items"] == []
        listed = alice.get(f"/w/rayyan/{slug}/", {"f": f"{name}:any:{foreign}"})
        assert listed.status_code == 200
        assert elsewhere.workspace.name not in listed.content.decode()
    assert state(elsewhere.workspace, company.workspace) == before


def asked_links(entity: Any, by: Any) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Each link that a verb or a small row of the noun asks for, with what else it cannot do without."""
    rows = [(detail.name, detail.fields()) for detail in entity.details]
    for name, fields in [*((action.name, action.fields) for action in entity.actions), *rows]:
        typed = [f for f in fields if not f.read_only]
        needed = [f for f in typed if f.required and f.kind.name not in LINKS]
        for link in (f for f in typed if f.kind.name in LINKS):
            yield name, link, {f.name: value_for(f, by, api=True) for f in needed}


def test_no_verb_and_no_small_row_leads_into_another_workspace(company, elsewhere, theirs):
    """What they ask for beside the record: to whom a deal was lost, into which company a lead goes, who plays a part."""
    by, asked = company.actor("admin"), []
    with scope(company.workspace):
        machine = Client(
            headers={"Authorization": f"Bearer {make_token(company.members['admin'], 'matrix')}"}
        )
        for slug in NOUNS:
            record = new_record(registry[slug], by)
            asked += [(slug, record.id, *each) for each in asked_links(registry[slug], by)]
    before = state(elsewhere.workspace, company.workspace)
    assert len(asked) > 20
    for slug, record, name, link, given in asked:
        foreign = elsewhere.members["admin"].id if link.kind.name == "member" else None
        body = {**given, link.name: str(foreign or theirs.get(link.to) or theirs["organizations"])}
        answer = machine.post(f"/api/v1/{slug}/{record}/{name}", body, content_type="application/json")
        assert answer.status_code == 422, (slug, name, link.name, answer.content)
    assert state(elsewhere.workspace, company.workspace) == before


@pytest.mark.parametrize("slug", OWNED)
def test_who_may_only_read_changes_nothing(slug, company):
    """The viewer sees every record; each door for writing answers 403 and nothing is different afterwards."""
    entity = noun(slug, company)
    with scope(company.workspace):
        record = new_record(entity, company.actor("admin"))
        token = make_token(company.members["viewer"], "matrix")
        values = values_for(entity, company.actor("admin"), api=True)
        names = list(entity.fields)
    viewer, machine = browser(company.user("viewer")), Client(headers={"Authorization": f"Bearer {token}"})
    assert viewer.get(f"/w/rayyan/{slug}/{record.id}/").status_code == 200
    before = state(company.workspace)
    one = f"/w/rayyan/{slug}/{record.id}/"
    for url in (
        f"/w/rayyan/{slug}/new",
        one + "edit",
        one + "trash",
        one + "restore",
        one + "share",
        *(one + f"do/{action.name}" for action in entity.actions),
    ):
        assert viewer.post(url, values).status_code in (403, 404), url
    for detail in entity.details:
        assert viewer.get(f"{one}{detail.name}/new").status_code == 403
        assert viewer.post(f"{one}{detail.name}/new", {}).status_code == 403
        answer = machine.post(
            f"/api/v1/{slug}/{record.id}/{detail.name}", {}, content_type="application/json"
        )
        assert answer.status_code == 403
    for name in names:
        assert viewer.post(f"{one}fields/{name}/", {name: "x"}).status_code == 403
    assert machine.post(f"/api/v1/{slug}", values, content_type="application/json").status_code == 403
    assert (
        machine.patch(
            f"/api/v1/{slug}/{record.id}", {}, content_type="application/json", headers={"If-Match": '"1"'}
        ).status_code
        == 403
    )
    assert machine.delete(f"/api/v1/{slug}/{record.id}").status_code == 403
    assert state(company.workspace) == before


def test_a_deal_of_another_branch_is_found_by_no_door(company):
    """Charlie's branch is another: Alice's deal is in no list, count, search, picker, total, page or API answer of his."""
    deals = registry["opportunities"]
    with scope(company.workspace):
        deal = new_record(deals, company.actor("alice"), name="Quiet harbour crane")
        token = make_token(company.members["charlie"], "matrix")
    charlie, machine = browser(company.user("charlie")), Client(headers={"Authorization": f"Bearer {token}"})
    bob = browser(company.user("bob"))
    one = f"/w/rayyan/opportunities/{deal.id}/"
    assert bob.get(one).status_code == 200  # her team sees it
    for url in (one, one + "peek", one + "edit", one + "timeline", one + "fields/name/"):
        assert charlie.get(url).status_code == 404, url
    for url in (
        "/w/rayyan/opportunities/",
        "/w/rayyan/opportunities/board",
        "/w/rayyan/palette?q=harbour",
        "/w/rayyan/opportunities/?q=harbour",
        "/w/rayyan/opportunities/pick?q=harbour",
        "/w/rayyan/",
    ):
        response = charlie.get(url)
        assert response.status_code == 200, url
        assert "Quiet harbour" not in response.content.decode(), url
    assert machine.get("/api/v1/opportunities/summary").json()["count"] == 0
    assert machine.get(f"/api/v1/opportunities/{deal.id}").status_code == 404
    assert machine.get("/api/v1/opportunities").json()["items"] == []
    before = state(company.workspace)
    assert charlie.post(one + "do/win", {}).status_code == 404
    assert charlie.post(one + "stage/", {"stage": str(deal.stage_id)}).status_code == 404
    assert state(company.workspace) == before
