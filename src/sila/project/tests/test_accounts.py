"""The ways in: who is let in by what, and what a change of address opens."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from sila.platform.access.links import sign_in_link, use_up_link, user_of_link
from sila.platform.access.models import User
from tests.people import PASSWORD

OLD, NEW = "alice@rayyan.example", "alice-new@rayyan.example"


@pytest.fixture(autouse=True)
def no_limits(db, settings):
    """These tests sign in more often than a person may."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def alice_signed_in(company):
    client = Client()
    user = company.user("alice")
    user.set_password(PASSWORD)
    user.save()
    assert signs_in(OLD, client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def signs_in(email, client=None):
    client = client or Client()
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return answer.status_code == 302 and "_auth_user_id" in client.session


def ask_for_new_address(client):
    answer = client.post("/accounts/email/", {"action_add": "", "email": NEW})
    assert answer.status_code == 302


def test_until_a_new_address_is_confirmed_the_old_one_opens_and_the_new_one_does_not(alice_signed_in):
    ask_for_new_address(alice_signed_in)
    assert User.objects.filter(email=OLD).exists()
    assert signs_in(OLD)
    assert not signs_in(NEW)


def test_no_reset_goes_to_an_address_that_is_not_confirmed(alice_signed_in):
    ask_for_new_address(alice_signed_in)
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": NEW})
    assert mail.outbox == []
    Client().post("/accounts/password/reset/", {"email": OLD})
    assert [message.to for message in mail.outbox] == [[OLD]]


def test_confirming_moves_the_account_and_tells_the_old_address(alice_signed_in):
    ask_for_new_address(alice_signed_in)
    link = next(word for word in mail.outbox[-1].body.split() if "/accounts/confirm-email/" in word)
    path = "/accounts/confirm-email/" + link.split("/accounts/confirm-email/")[1]
    mail.outbox.clear()
    alice_signed_in.post(path)
    assert signs_in(NEW)
    assert not signs_in(OLD)
    assert any(message.to == [OLD] for message in mail.outbox)


def test_two_people_may_change_their_addresses_at_the_same_time(company, alice_signed_in):
    ask_for_new_address(alice_signed_in)
    bob = company.user("bob")
    bob.set_password(PASSWORD)
    bob.save()
    client = Client()
    assert signs_in(bob.email, client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.post("/accounts/email/", {"action_add": "", "email": "bob-new@rayyan.example"})
    assert answer.status_code == 302
    assert User.objects.filter(email=bob.email).exists()


def test_nobody_unknown_gets_mail_from_us(db):
    Client().post("/accounts/password/reset/", {"email": "stranger@elsewhere.example"})
    assert mail.outbox == []


def test_who_is_given_a_seat_has_a_confirmed_address(company):
    assert EmailAddress.objects.filter(user=company.user("alice"), verified=True, primary=True).exists()


def test_of_two_clicks_on_a_sign_in_link_one_signs_in(company):
    link = sign_in_link(company.user("alice"))
    first, second = (user_of_link(link.removeprefix("/enter/")) for _ in range(2))
    assert use_up_link(first)
    assert not use_up_link(second)
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "0987654321ab",
        "abcdefghijkl",
        "qwertyuiopas",
        "rayyan123456",
        "Password12345",
        "aaaaaaaaaaaab",
    ],
)
def test_what_is_easy_to_guess_is_no_password(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="noura@rayyan.example", name="Noura"))


@pytest.mark.parametrize("password", [PASSWORD, "قهوة الصباح مع هيل", "Tr7vq-mm2Lx-90"])
def test_what_is_hard_to_guess_is_one(password):
    validate_password(password, User(email="noura@rayyan.example", name="Noura"))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/accounts/2fa/webauthn/add/", "الاسم"),
        ("/accounts/2fa/totp/activate/", "رمز تطبيق المصادقة"),
        ("/accounts/2fa/", "الدخول بخطوتين"),
        ("/accounts/password/change/", "12 حرفًا على الأقل"),
        ("/accounts/sessions/", "Chrome على Windows"),
    ],
)
def test_the_account_speaks_our_arabic(company, page, said):
    user = company.user("alice")
    user.set_password(PASSWORD)
    user.language = "ar"
    user.save()
    windows = (
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
    )
    client = Client(headers={"user-agent": windows})
    assert signs_in(OLD, client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.get(page)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert said in text
    assert not any(word in text for word in ("الثنائية", ">يولد<", "المصدق", "أحرف", ">Name<"))


def test_the_rules_for_passwords_are_told_once():
    texts = password_validators_help_texts()
    assert len(texts) == len(set(texts))
