"""What holds for every noun, those to come included: each takes this suite without a line of its own."""

import json

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from tests.people import OWN
from tests.samples import new_record, values_for

pytestmark = pytest.mark.django_db
NOUNS = [*(entity.slug for entity in registry if entity.creatable), OWN]
ALL = [*(entity.slug for entity in registry), OWN]
MOST_QUERIES = 12


@pytest.fixture
def person(company):
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def machine(company):
    with scope(company.workspace):
        token = make_token(company.members["admin"], "tests")
    return Client(headers={"Authorization": f"Bearer {token}"})


def count(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    own = [
        q["sql"]
        for q in queries
        if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "SELECT set_config"))
    ]
    return response, own


@pytest.mark.parametrize("slug", ALL)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_list_shows_in_both_languages_within_twelve_queries(slug, language, person, company, admin):
    entity = registry[slug]
    if entity.creatable:
        for _ in range(3):
            new_record(entity, admin)
    type(company.user("admin")).objects.filter(pk=company.user("admin").pk).update(language=language)
    response, queries = count(person, entity.url("rayyan"))
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()
    assert len(queries) <= MOST_QUERIES, "\n".join(queries)


@pytest.mark.parametrize("slug", NOUNS)
def test_the_list_asks_no_more_for_more_rows(slug, person, admin):
    entity = registry[slug]
    new_record(entity, admin)
    _few, few_queries = count(person, entity.url("rayyan"))
    for _ in range(5):
        new_record(entity, admin)
    _many, many_queries = count(person, entity.url("rayyan"))
    assert len(many_queries) <= len(few_queries) + 1


@pytest.mark.parametrize("slug", NOUNS)
def test_the_page_of_a_record_shows_within_twelve_queries(slug, person, admin):
    entity = registry[slug]
    record = new_record(entity, admin)
    response, queries = count(person, entity.url("rayyan", record.id))
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(queries)


@pytest.mark.parametrize("slug", NOUNS)
def test_forms_quick_create_and_peek_open(slug, person, admin):
    entity = registry[slug]
    record = new_record(entity, admin)
    for url, htmx in (
        (entity.url("rayyan", tail="new"), False),
        (entity.url("rayyan", tail="new"), True),
        (entity.url("rayyan", record.id, "edit"), False),
        (entity.url("rayyan", record.id, "peek"), True),
        (entity.url("rayyan", record.id, "timeline"), True),
        (entity.url("rayyan", tail="columns"), True),
        (entity.url("rayyan", tail="filter"), True),
        (entity.url("rayyan", tail="pick"), True),
        (entity.url("rayyan", tail="pick?q=1%25x"), True),
    ):
        response = person.get(url, headers={"HX-Request": "true"} if htmx else {})
        assert response.status_code == 200, url


@pytest.mark.parametrize("slug", NOUNS)
def test_a_form_makes_a_record_and_says_so_in_the_audit_trail(slug, person, company, admin):
    entity = registry[slug]
    values = values_for(entity, admin, full=True)
    before = entity.rows().count()
    response = person.post(entity.url("rayyan", tail="new"), values)
    assert response.status_code == 302, response.content.decode()[-3000:]
    assert entity.rows().count() == before + 1
    record = entity.rows().order_by("-id").first()
    event = Event.objects.filter(record_id=record.id, kind="created").get()
    assert event.via == "page"
    assert event.member_id == admin.member_id


@pytest.mark.parametrize("slug", NOUNS)
def test_the_api_creates_reads_changes_trashes_and_restores(slug, machine, admin):
    entity = registry[slug]
    base = f"/api/v1/{slug}"
    values = values_for(entity, admin, full=True, api=True)
    made = machine.post(base, values, content_type="application/json")
    assert made.status_code == 201, made.content
    one = f"{base}/{made.json()['id']}"
    assert machine.get(one).json() == made.json()
    for name, sent in values.items():
        if entity.fields[name].kind.name in ("text", "choice", "bool", "date", "choices"):
            assert made.json()[name] == sent
    title = entity.title[0]
    typed = entity.fields[title].kind.name == "text" and title in values
    wanted = {title: values[title]} if typed else {}
    assert machine.patch(one, wanted, content_type="application/json").status_code == 428
    changed = machine.patch(
        one, wanted, content_type="application/json", headers={"If-Match": made.headers["ETag"]}
    )
    assert changed.status_code == 200
    if not entity.trashable:
        assert machine.delete(one).status_code == 405
        return
    assert machine.delete(one).status_code == 204
    assert machine.get(one).status_code == 404
    assert machine.post(f"{one}/restore", {}, content_type="application/json").status_code == 200
    assert machine.get(one).status_code == 200


@pytest.mark.parametrize("slug", NOUNS)
def test_the_api_refuses_unknown_and_read_only_fields(slug, machine, admin):
    values = values_for(registry[slug], admin, api=True)
    for extra in (
        {"tenant_id": "0"},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"is_staff": True},
        {"version": 9},
    ):
        response = machine.post(f"/api/v1/{slug}", {**values, **extra}, content_type="application/json")
        assert response.status_code == 422
        assert set(response.json()["errors"]) == set(extra)


@pytest.mark.parametrize("slug", NOUNS)
def test_every_field_can_be_filtered_and_sorted_or_says_why_not(slug, machine, admin):
    entity = registry[slug]
    new_record(entity, admin)
    for name, f in entity.fields.items():
        for operator in f.kind.operators:
            value = {"within": "this_month", "between": "1|9"}.get(operator, "x")
            if f.kind.name in ("date", "datetime") and operator == "between":
                value = "2026-01-01|2026-12-31"
            answer = machine.get(f"/api/v1/{slug}", {"f": f"{name}:{operator}:{value}"})
            assert answer.status_code in (200, 422), (name, operator, answer.content)
        answer = machine.get(f"/api/v1/{slug}", {"sort": f"-{name}"})
        assert answer.status_code == (200 if f.kind.sortable else 422), (name, answer.content)


@pytest.mark.parametrize("slug", NOUNS)
def test_pages_of_the_list_hold_every_row_once_in_any_order(slug, machine, admin):
    entity = registry[slug]
    for _ in range(7):
        new_record(entity, admin)
    whole = entity.rows().count()
    for sort in ("", "updated_at", f"-{entity.title[0]}"):
        if sort and not entity.fields[sort.lstrip("-")].kind.sortable:
            continue
        seen, after = [], ""
        while True:
            answer = machine.get(f"/api/v1/{slug}", {"limit": 3, "sort": sort, "after": after}).json()
            seen += [item["id"] for item in answer["items"]]
            if not (after := answer["next"]):
                break
        assert len(seen) == len(set(seen)) == whole


@pytest.mark.parametrize("slug", NOUNS)
def test_the_second_of_two_people_is_told(slug, machine, admin):
    entity = registry[slug]
    made = machine.post(
        f"/api/v1/{slug}", values_for(entity, admin, api=True), content_type="application/json"
    )
    one, title = f"/api/v1/{slug}/{made.json()['id']}", entity.title[0]
    if entity.fields[title].kind.name != "text" or entity.fields[title].read_only:
        title = next(name for name, f in entity.fields.items() if f.kind.name == "text" and not f.read_only)
    send = {"content_type": "application/json", "headers": {"If-Match": made.headers["ETag"]}}
    first = machine.patch(one, {title: "first"}, **send)
    assert first.status_code == 200, first.content
    second = machine.patch(one, {title: "second"}, **send)
    assert second.status_code == 412
    assert machine.get(one).json()[title] == "first"


def test_the_openapi_document_describes_every_noun(machine):
    document = machine.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for slug in ALL:
        assert f"/api/v1/{slug}" in document["paths"]
    assert json.dumps(document)
