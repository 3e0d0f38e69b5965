"""Being in the portal: whose cookie it is, when it ends, and what it opens nowhere else."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.partners.models import DealRegistration
from sila.sales.partners.portal.access import invite, revoke
from sila.sales.partners.portal.door import COOKIE
from sila.sales.tests.portal_people import (
    PORTAL,
    SIGN_IN,
    ask,
    invited,
    is_in,
    last_mail,
    link_in,
    new_partner,
    now,
    post_letters,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة")


@pytest.fixture
def khalid(admin, partner):
    return invited(admin, partner, language="en")


def test_the_cookie_is_for_this_portal_alone(khalid):
    client = signed_in(khalid)
    cookie = client.cookies[COOKIE]
    assert cookie["path"] == PORTAL
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) == settings.HTTPS
    answer = client.get(PORTAL)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Content-Security-Policy" in answer.headers
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_session_that_somebody_planted_is_not_the_one_that_begins(khalid, admin):
    client = Client()
    client.cookies[COOKIE] = "planted"
    post_letters(admin.workspace)
    client.post(link_in(last_mail(khalid.email).body))
    assert client.cookies[COOKIE].value != "planted"
    first = client.cookies[COOKIE].value
    csrf = client.cookies[settings.CSRF_COOKIE_NAME].value
    ask(client, khalid.email)
    post_letters(admin.workspace)
    client.post(link_in(last_mail(khalid.email).body))
    assert client.cookies[COOKIE].value != first
    assert client.cookies[settings.CSRF_COOKIE_NAME].value != csrf
    stale = Client()
    stale.cookies[COOKIE] = first
    assert not is_in(stale)


def test_signing_out_ends_this_session_or_all(khalid, admin):
    here = signed_in(khalid)
    there = Client()
    there.cookies[COOKIE] = here.cookies[COOKIE].value
    here.post(PORTAL + "sign-out")
    assert not is_in(here)
    assert not is_in(there)  # the secret itself is dead
    clients = []
    for _each in range(2):
        invite(now(khalid), by=admin)
        clients.append(signed_in(now(khalid)))
    assert all(map(is_in, clients))
    clients[0].post(PORTAL + "sign-out", {"everywhere": "1"})
    assert not any(map(is_in, clients))


@pytest.mark.parametrize(
    "end", ["revoked", "partner", "partner trashed", "person trashed", "address", "trashed"]
)
def test_whoever_may_not_come_in_any_more_is_out_with_the_next_click(admin, partner, khalid, end):
    client = signed_in(khalid)
    assert is_in(client)
    steps = {
        "revoked": lambda: revoke(now(khalid), by=admin),
        "partner": lambda: records.update(registry["partners"], partner.id, {"active": False}, by=admin),
        "partner trashed": lambda: records.trash(registry["partners"], partner.id, by=admin),
        "person trashed": lambda: records.trash(registry["people"], khalid.person_id, by=admin),
        "address": lambda: records.update(
            registry["portal-users"], khalid.id, {"email": "new@partner.example"}, by=admin
        ),
        "trashed": lambda: records.trash(registry["portal-users"], khalid.id, by=admin),
    }
    steps[end]()
    answer = client.post(PORTAL + "registrations/new", {"company_name": "شركة الوادي"})
    assert (answer.status_code, answer.headers["Location"]) == (302, SIGN_IN)
    assert not DealRegistration.objects.exists()
    assert not is_in(client)
    ask(Client(), khalid.email)
    mail.outbox.clear()
    post_letters(admin.workspace)
    assert not [each for each in mail.outbox if each.to == [khalid.email]]


def test_a_session_ends_by_itself(khalid):
    client = signed_in(khalid)
    with clock.at(clock.now() + timedelta(days=2)):
        assert is_in(client)
        with clock.at(clock.now() + timedelta(days=4)):
            assert not is_in(client)
    for day in range(1, 14):
        with clock.at(clock.now() + timedelta(days=day)):
            client.get(PORTAL)
    with clock.at(clock.now() + timedelta(days=15)):
        assert not is_in(client)


def test_neither_cookie_opens_the_other_side(browser, khalid):
    """Staff are strangers in the portal; a partner's secret is worth nothing as a session, a token or a feed."""
    assert browser("admin").get(PORTAL).headers["Location"] == SIGN_IN
    client = signed_in(khalid)
    secret = client.cookies[COOKIE].value
    client.cookies[settings.SESSION_COOKIE_NAME] = secret
    assert "/accounts/login/" in client.get("/w/rayyan/").headers["Location"]
    assert client.get("/api/v1/people").status_code == 401
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    assert machine.get("/api/v1/people").status_code == 401
    assert Client().get(f"/feed/{secret}.ics").status_code == 404
    assert client.get("/account").status_code == 302


def test_forms_of_other_sites_do_nothing(khalid):
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = signed_in(khalid).cookies[COOKIE].value
    for path, sent in (
        ("registrations/new", {"company_name": "شركة الوادي"}),
        ("sign-out", {}),
        ("sign-in", {"email": khalid.email}),
        ("profile", {"language": "ar"}),
    ):
        assert client.post(PORTAL + path, sent).status_code == 403, path
    assert is_in(client)
    assert not DealRegistration.objects.exists()


def test_the_portal_sends_nobody_elsewhere(khalid, admin):
    client = Client()
    for query in ("next=https://evil.example", "next=//evil.example", "continue=/w/rayyan/", "url=\\evil"):
        answer = client.get(f"{PORTAL}?{query}")
        assert answer.headers["Location"] == SIGN_IN
        place = client.post(f"{SIGN_IN}?{query}", {"email": khalid.email}).headers["Location"]
        assert place.startswith(f"{PORTAL}code/")
    post_letters(admin.workspace)
    link = link_in(last_mail(khalid.email).body)
    assert client.post(f"{link}?next=https://evil.example").headers["Location"] == PORTAL


def test_mails_lead_to_our_own_address_whatever_host_was_asked(khalid, admin):
    client = Client()
    assert client.post(SIGN_IN, {"email": khalid.email}, headers={"Host": "evil.example"}).status_code == 400
    client.post(SIGN_IN, {"email": khalid.email}, headers={"X-Forwarded-Host": "evil.example"})
    post_letters(admin.workspace)
    assert "evil" not in last_mail(khalid.email).body
    assert settings.ADDRESS in last_mail(khalid.email).body
