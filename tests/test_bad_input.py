"""What people, programs and broken files send: a clear answer in their language, no 500, nothing changed by halves."""

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.links import make_token
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from tests.samples import new_record

pytestmark = pytest.mark.django_db
NAMES = {
    "ten thousand characters": "س" * 10_000,
    "a null": "a\x00b",
    "a lone surrogate": "\\ud800",
    "only spaces": "   ",
    "nothing": "",
}
STRANGE = (
    "‮gpj.exe",
    "👩🏽‍🚒 فريق",
    "=HYPERLINK(1)",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE x;--",
    "نصّ\u200fمع\u200eاتجاهات",
    "{{7*7}}",
    "%s%n",
    "a\u0000b".replace("\u0000", ""),
)
AMOUNTS = ("-5", "1e400", "nan", "12.345", "99999999999999999999", "ten", "1,2,3.4.5")
DAYS = ("31/02/2026", "2026-13-01", "12/06/1448", "tomorrow", "0000-00-00", "99999-01-01")


@pytest.fixture
def machine(company):
    with scope(company.workspace):
        token = make_token(company.members["admin"], "tests")
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def person(company):
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def post(machine, url, data, **kwargs):
    return machine.post(url, data, content_type="application/json", **kwargs)


@pytest.mark.parametrize("case", NAMES)
def test_a_name_that_cannot_be_is_refused_by_api_and_form(case, machine, person, workspace):
    body = '{"name": "\\ud800"}' if case == "a lone surrogate" else {"name": NAMES[case]}
    answer = post(machine, "/api/v1/people", body)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    if case != "a lone surrogate":
        assert person.post("/w/rayyan/people/new", {"name": NAMES[case]}).status_code == 422
    assert registry["people"].rows().count() == 0


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_kept_and_shown_harmlessly(name, machine, person):
    made = post(machine, "/api/v1/people", {"name": name})
    assert made.status_code == 201
    page = person.get(f"/w/rayyan/people/{made.json()['id']}/").content.decode()
    assert "<script>alert" not in page
    assert "‮" not in made.json()["name"]
    assert "49" not in made.json()["name"]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_that_is_none_is_refused(amount, machine, person, workspace):
    assert post(machine, "/api/v1/opportunities", {"name": "x", "amount": amount}).status_code == 422
    form = person.post("/w/rayyan/opportunities/new", {"name": "x", "amount": amount})
    assert form.status_code == 422
    assert registry["opportunities"].rows().count() == 0


@pytest.mark.parametrize("day", DAYS)
def test_a_day_that_is_none_is_refused(day, machine, person, workspace):
    assert post(machine, "/api/v1/people", {"name": "x", "birth_date": day}).status_code == 422
    assert person.post("/w/rayyan/people/new", {"name": "x", "birth_date": day}).status_code == 422
    assert registry["people"].rows().count() == 0


def test_a_refusal_speaks_the_language_of_who_asks(machine, person, company):
    english = post(machine, "/api/v1/people", {}, headers={"Accept-Language": "en"})
    arabic = post(machine, "/api/v1/people", {}, headers={"Accept-Language": "ar"})
    assert english.json()["errors"]["name"] == "This field is required."
    assert arabic.json()["errors"]["name"] == "هذا الحقل إلزامي."


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("null", "application/json", 400),
        ("{}", "text/plain", 415),
        ('{"name": "x", "name": "y"}', "application/json", 201),
        ("\ufeff{}", "application/json", 400),
        ('{"name": 7}', "application/json", 422),
        ('{"name": {"$gt": ""}}', "application/json", 422),
    ],
)
def test_bodies_of_every_kind_get_an_answer(body, kind, status, machine):
    assert machine.post("/api/v1/people", body, content_type=kind).status_code == status


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer x", "Basic abc", "Bearer sila_" + "0" * 32 + "." + "a" * 43]
)
def test_without_a_good_token_the_api_says_nothing(token):
    answer = Client(headers={"Authorization": token}).get("/api/v1/people")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_and_a_read_only_one_are_held_back(company):
    from sila.platform.access.models import ApiToken

    with scope(company.workspace):
        reading = make_token(company.members["admin"], "reading", scope_name="read")
        gone = make_token(company.members["admin"], "gone")
        ApiToken.objects.filter(name="gone").update(revoked_at="2026-01-01T00:00:00Z")
    reader, revoked = (Client(headers={"Authorization": f"Bearer {token}"}) for token in (reading, gone))
    assert reader.get("/api/v1/people").status_code == 200
    for path in ("/api/v1/people", "/api/v1/notifications/read"):
        refused = post(reader, path, {"name": "x"} if "people" in path else {})
        assert refused.status_code == 403
        assert "for reading only" in refused.json()["detail"]
        assert "Settings, API tokens" in refused.json()["detail"]
    with scope(company.workspace):
        assert registry["people"].rows().count() == 0
    assert revoked.get("/api/v1/people").status_code == 401


def test_the_same_idempotency_key_does_it_once(machine, workspace):
    first = post(machine, "/api/v1/people", {"name": "Once"}, headers={"Idempotency-Key": "k1"})
    again = post(machine, "/api/v1/people", {"name": "Once"}, headers={"Idempotency-Key": "k1"})
    other = post(machine, "/api/v1/people", {"name": "Other"}, headers={"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert other.status_code == 422
    assert registry["people"].rows().count() == 1


def test_a_refused_request_leaves_its_idempotency_key_free(machine):
    assert post(machine, "/api/v1/people", {}, headers={"Idempotency-Key": "k2"}).status_code == 422
    assert (
        post(machine, "/api/v1/people", {"name": "Now"}, headers={"Idempotency-Key": "k2"}).status_code == 201
    )


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "sort=(select 1)",
        "sort=owner__user__password",
        "f=owner__name:is:x",
        "f=name:regex:.*",
        "f=version:is:1",
        "f=:::",
        "after=xxx",
        "limit=0",
        "limit=1000",
        "fields=secret",
        "f=amount:gt:x",
    ],
)
def test_questions_about_what_is_not_offered_are_refused(query, machine):
    assert machine.get(f"/api/v1/opportunities?{query}").status_code == 422


@pytest.mark.parametrize(
    "text", ["'", '"', "%", "_", "\\", "*", "NEAR(", "a AND b", "ا" * 300, "\u0640", "(((", "-", "٠٥٠"]
)
def test_search_takes_any_text(text, person, machine, workspace, admin):
    new_record(registry["people"], admin, name="هند ماجد")
    assert person.get("/w/rayyan/palette", {"q": text}).status_code == 200
    assert person.get("/w/rayyan/people/", {"q": text}).status_code == 200
    assert machine.get("/api/v1/people", {"q": text[:100]}).status_code == 200


def test_a_stale_form_shows_both_versions_and_changes_nothing(person, workspace, admin):
    record = new_record(registry["people"], admin, name="First")
    one = f"/w/rayyan/people/{record.id}/"
    assert person.post(one + "fields/name/", {"name": "Second", "version": "1"}).status_code == 200
    late = person.post(one + "fields/name/", {"name": "Third", "version": "1"})
    assert late.status_code == 409
    assert "Second" in late.content.decode()
    assert "Third" in late.content.decode()
    assert registry["people"].rows().get(id=record.id).name == "Second"


def test_used_and_forged_links_open_nothing(company):
    from sila.platform.access.links import invite, sign_in_link

    user = company.user("alice")
    link = sign_in_link(user)
    assert Client().post(link).status_code == 302
    assert Client().get(link).status_code == 410
    assert Client().get("/enter/forged").status_code == 410
    with scope(company.workspace):
        member = company.members["bob"]
        first, second = invite(member), invite(member)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code != 410
    assert Client().get(second + "x").status_code == 410


@pytest.mark.parametrize(
    "path", ["/%00", "/w/rayyan/people/?q=%00", "/w/../../etc/passwd", "/w/rayyan/people/%ff%fe/"]
)
def test_crooked_addresses_are_answered(path, person):
    assert person.get(path).status_code in (400, 404)


def test_more_than_can_be_sent_at_once_says_so(company, browser):
    answer = browser("alice").post("/w/rayyan/people/paste", {"cells": "x" * 3_000_000})

    assert answer.status_code == 400
    assert "more than can be sent at once" in answer.content.decode()
