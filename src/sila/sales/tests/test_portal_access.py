"""Coming into the portal and being put out: links and codes, once and for a short time, and what strangers learn."""

import statistics
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.partners.models import DealRegistration
from sila.sales.partners.portal import door
from sila.sales.partners.portal.access import LETTERS, TRIES, WRONG_A_DAY, invite, revoke
from sila.sales.partners.portal.door import COOKIE
from sila.sales.partners.portal.models import PortalEntry, PortalSession, PortalUser
from sila.sales.tests.portal_people import (
    PORTAL,
    code_in,
    invited,
    last_mail,
    link_in,
    new_partner,
    post_letters,
    signed_in,
)

pytestmark = pytest.mark.django_db
SIGN_IN = PORTAL + "sign-in"


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة")


@pytest.fixture
def khalid(admin, partner):
    return invited(admin, partner, language="en")


@pytest.fixture(autouse=True)
def fresh_buckets(monkeypatch):
    for name, most in (("letters", 1000), ("whole", 1000), ("codes", 1000)):
        monkeypatch.setattr(door, name, door.Buckets(most))


def ask(client, address):
    answer = client.post(SIGN_IN, {"email": address})
    assert answer.status_code == 302
    return answer.headers["Location"]


def is_in(client):
    return client.get(PORTAL).status_code == 200


def now(user):
    return PortalUser.objects.get(id=user.id)


# ---- invitations ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "said"), [("ar", "بوابة شركاء"), ("en", "partner portal of")])
def test_an_invitation_is_mailed_in_the_persons_language_and_opens_once(admin, partner, language, said):
    user = invited(admin, partner, language=language)
    post_letters(admin.workspace)
    letter = last_mail(user.email)
    assert said in letter.subject
    link = link_in(letter.body)
    client = Client()
    page = client.get(link)
    assert (page.status_code, f'lang="{language}"' in page.content.decode()) == (200, True)
    assert client.head(link).status_code == 200
    assert not is_in(client)  # looking at it does not use it up
    assert client.post(link).headers["Location"] == PORTAL
    assert is_in(client)
    assert now(user).state == "active"
    for again in (Client().get(link), Client().post(link)):
        assert again.status_code == 410
        assert COOKIE not in again.cookies
    assert Event.objects.filter(kind="portal_entered", record_id=user.id).count() == 1


def test_a_second_invitation_ends_the_first_and_time_ends_both(admin, khalid):
    post_letters(admin.workspace)
    first = link_in(last_mail(khalid.email).body)
    invite(now(khalid), by=admin)
    post_letters(admin.workspace)
    second = link_in(last_mail(khalid.email).body)
    assert Client().get(first).status_code == 410
    with clock.at(clock.now() + timedelta(days=8)):
        assert Client().post(second).status_code == 410
    assert Client().post(second).status_code == 302


def test_secrets_stand_nowhere_but_in_the_mail(admin, khalid):
    ask(Client(), khalid.email)
    post_letters(admin.workspace)
    letter = last_mail(khalid.email)
    secret, code = link_in(letter.body).rsplit("/", 1)[1], code_in(letter.body)
    kept = [*Job.objects.values(), *PortalEntry.objects.values(), *Event.objects.values()]
    assert secret not in str(kept)
    assert f"'{code}'" not in str(kept)
    client = Client()
    client.post(link_in(letter.body))
    assert client.cookies[COOKIE].value not in str([*PortalSession.objects.values()])


def test_only_who_may_change_the_partner_invites_and_ends(company, admin, alice, partner, khalid):
    person = records.create(registry["people"], {"name": "سعد"}, by=admin)
    values = {"partner": str(partner.id), "person": str(person.id), "email": "s@partner.example"}
    for verb in (
        lambda: records.create(registry["portal-users"], values, by=alice),
        lambda: revoke(now(khalid), by=alice),
        lambda: invite(now(khalid), by=alice),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert now(khalid).state == "invited"
    manager = company.actor("manager")
    assert records.create(registry["portal-users"], values, by=manager).state == "invited"


def test_an_address_opens_one_partner(admin, partner, khalid):
    rival = new_partner(admin, "منافذ الركن")
    with pytest.raises(Invalid):
        invited(admin, rival, email=khalid.email.upper())
    revoke(now(khalid), by=admin)
    other = invited(admin, rival, email=khalid.email)
    with pytest.raises(Invalid):
        invite(now(khalid), by=admin)
    assert other.state == "invited"


def test_the_page_of_the_partner_shows_who_comes_in(browser, khalid, partner):
    page = browser("admin").get(f"/w/rayyan/partners/{partner.id}/").content.decode()
    assert khalid.name in page
    assert f"portal-users/new?partner={partner.id}" in page
    assert f"portal-users/new?partner={partner.id}" not in (
        browser("alice").get(f"/w/rayyan/partners/{partner.id}/").content.decode()
    )


# ---- codes ---------------------------------------------------------------------------------------------
def test_a_code_of_the_mail_signs_in_once_also_in_arabic_digits(admin, khalid):
    client = Client()
    place = ask(client, khalid.email.upper())
    post_letters(admin.workspace)
    code = code_in(last_mail(khalid.email).body)
    typed = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert client.post(place, {"code": typed[:3] + " " + typed[3:]}).headers["Location"] == PORTAL
    assert is_in(client)
    assert Client().post(place, {"code": code}).status_code == 422
    assert Client().post(link_in(last_mail(khalid.email).body)).status_code == 410


def test_a_code_opens_only_what_it_was_sent_for_and_not_for_long(admin, khalid):
    first, second = ask(Client(), khalid.email), ask(Client(), khalid.email)
    post_letters(admin.workspace)
    codes = [code_in(each.body) for each in mail.outbox if each.to == [khalid.email] and "code" in each.body]
    assert len(codes) == 2
    if codes[0] != codes[1]:
        assert Client().post(first, {"code": codes[1]}).status_code == 422
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert Client().post(second, {"code": codes[1]}).status_code in (410, 422)
    assert Client().post(second, {"code": codes[1]}).status_code == 302


def test_codes_cannot_be_guessed(admin, khalid):
    """A few tries with each mail; then not even the right one. The link of the mail opens all the same."""
    client = Client()
    place = ask(client, khalid.email)
    post_letters(admin.workspace)
    letter = last_mail(khalid.email)
    right = code_in(letter.body)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    answers = [client.post(place, {"code": wrong}).content for _each in range(TRIES)]
    assert client.post(place, {"code": right}).status_code == 422
    assert not is_in(client)
    assert Event.objects.filter(kind="portal_code_wrong", record_id=khalid.id).count() == TRIES
    assert len(answers) == TRIES
    assert client.post(link_in(letter.body)).status_code == 302


def test_many_mails_give_no_more_guesses_in_a_day(admin, khalid):
    for _each in range(WRONG_A_DAY // TRIES):
        place = ask(Client(), khalid.email)
        post_letters(admin.workspace)
        PortalEntry.objects.filter(user_id=khalid.id).update(used_at=clock.now())
        PortalEntry.objects.filter(user_id=khalid.id, invitation=False).update(attempts=TRIES)
    place = ask(Client(), khalid.email)
    post_letters(admin.workspace)
    letter = last_mail(khalid.email)
    assert Client().post(place, {"code": code_in(letter.body)}).status_code == 422
    assert Client().post(link_in(letter.body)).status_code == 302


def test_one_address_gets_a_few_mails_and_a_stranger_none(admin, khalid):
    post_letters(admin.workspace)
    mail.outbox.clear()
    for address in (*[khalid.email] * (LETTERS + 3), "nobody@partner.example"):
        ask(Client(), address)
        post_letters(admin.workspace)
    assert [each.to for each in mail.outbox] == [[khalid.email]] * LETTERS


def test_whoever_asks_too_often_waits(monkeypatch, khalid):
    monkeypatch.setattr(door, "letters", door.Buckets(2))
    answers = [Client().post(SIGN_IN, {"email": khalid.email}) for _each in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


# ---- what strangers learn ------------------------------------------------------------------------------
def test_an_address_that_is_known_answers_like_one_that_is_not(admin, khalid):
    """The same status, the same bytes but for the marks of the form, and the same steps behind them."""
    revoked = invited(admin, new_partner(admin, "منافذ الركن"))
    revoke(now(revoked), by=admin)
    pages = []
    for address in (khalid.email, "nobody@partner.example", revoked.email):
        client = Client()
        place = ask(client, address)
        post_letters(admin.workspace)
        shown = client.get(place)
        wrong = client.post(place, {"code": "1"})
        pages.append((len(place), shown.status_code, wrong.status_code, _plain(shown), _plain(wrong)))
    assert pages[0] == pages[1] == pages[2]


def _plain(answer):
    text = answer.content.decode()
    nonce = text.split('nonce="')[1].split('"')[0]
    return [
        line.replace(nonce, "")
        for line in text.splitlines()
        if "csrfmiddlewaretoken" not in line and "X-CSRFToken" not in line
    ]


def test_time_tells_no_stranger_which_address_is_known(admin, khalid):
    """Asking and guessing: the median over many tries differs by less than 15 ms."""
    client = Client()
    known, unknown = [], []
    for _each in range(30):
        for address, times in ((khalid.email, known), ("nobody@partner.example", unknown)):
            begun = time.perf_counter()
            place = ask(client, address)
            asked = time.perf_counter() - begun
            post_letters(admin.workspace)
            begun = time.perf_counter()
            assert client.post(place, {"code": "x"}).status_code == 422
            times.append(asked + time.perf_counter() - begun)
    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.015


@pytest.mark.parametrize("slug", ["nowhere", "delta"])
def test_a_workspace_without_a_portal_looks_like_none(elsewhere, khalid, slug):
    assert Client().get("/portal/rayyan").headers["Location"] == PORTAL
    assert Client().get(f"/portal/{slug}").status_code == 404
    for path in ("", "sign-in", "leads/", "xyz"):
        answer = Client().get(f"/portal/{slug}/{path}")
        assert answer.status_code == 404
        assert elsewhere.workspace.name not in answer.content.decode()


def test_bad_input_is_refused_and_breaks_nothing(khalid):
    client = Client()
    for email in ("", "x", "a@b", "a@b.c\nBcc: x@y.z", "ا" * 300 + "@x.example", "x" * 300 + "@x.example"):
        assert client.post(SIGN_IN, {"email": email}).status_code == 422
    for path in ("code/x", "code/" + "x" * 500, "enter/x", "enter/%00", "enter/" + "ا" * 50):
        assert client.get(PORTAL + path).status_code in (400, 404, 410), path
    assert not Job.objects.filter(payload__icontains="Bcc").exists()


# ---- sessions ------------------------------------------------------------------------------------------
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
