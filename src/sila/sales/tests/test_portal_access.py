"""Coming into the portal: links and codes, once and for a short time, and what strangers learn."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.partners.portal import door
from sila.sales.partners.portal.access import LETTERS, TRIES, WRONG_A_DAY, invite, revoke
from sila.sales.partners.portal.door import COOKIE
from sila.sales.partners.portal.models import PortalEntry, PortalSession
from sila.sales.tests.portal_people import (
    PORTAL,
    SIGN_IN,
    ask,
    code_in,
    invited,
    is_in,
    last_mail,
    link_in,
    new_partner,
    now,
    post_letters,
)
from tests.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة")


@pytest.fixture
def khalid(admin, partner):
    return invited(admin, partner, language="en")


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
    path, card = f"/w/rayyan/partners/{partner.id}/", f"/w/rayyan/partner/{partner.id}/portal"
    invite_url = f"portal-users/new?partner={partner.id}"
    client = browser("admin")
    client.get(path)
    with at_most(12):
        page = client.get(path).content.decode()
    assert card in page
    shown = client.get(card).content.decode()
    assert khalid.name in shown
    assert invite_url in shown
    assert invite_url not in browser("alice").get(card).content.decode()


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


def test_the_steps_tell_no_stranger_which_address_is_known(admin, khalid):
    """Asking takes the same statements for both; typing a wrong code notes it of somebody, and of nobody there is no note:
    one row more in the same transaction."""
    steps = []
    for address in (khalid.email, "nobody@partner.example"):
        client = Client()
        with CaptureQueriesContext(connection) as asked:
            place = ask(client, address)
        post_letters(admin.workspace)
        with CaptureQueriesContext(connection) as typed:
            assert client.post(place, {"code": "x"}).status_code == 422
        steps.append(([_kind_of(each) for each in asked], [_kind_of(each) for each in typed]))
    (asked_known, typed_known), (asked_nobody, typed_nobody) = steps
    assert asked_known == asked_nobody
    assert [each for each in typed_known if "activity_event" not in each] == typed_nobody
    assert len(typed_known) <= len(typed_nobody) + 1


def _kind_of(query):
    """A statement without what it says of this one: its first words, and its tables."""
    words = query["sql"].split()
    if "SAVEPOINT" in query["sql"]:
        return "SAVEPOINT"
    return " ".join(words[:3]) if words[0] != "SELECT" else f"SELECT {query['sql'].split(' FROM ')[-1][:30]}"


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
