"""A form that arrives twice is done once."""

import re
from urllib.parse import urlencode

import pytest

from sila.parties.models import Party
from sila.platform.entities.models import IdempotencyKey

PEOPLE = "/w/rayyan/people/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def browser(client, company, workspace):
    client.force_login(company.user("alice"), backend=BACKEND)
    return client


def _mark(page):
    return re.search(r'name="once" value="([0-9a-f]{32})"', page.content.decode())[1]


def _send(browser, **values):
    return browser.post(f"{PEOPLE}new", urlencode(values), content_type="application/x-www-form-urlencoded")


def test_a_form_sent_twice_adds_one_and_leads_to_it_both_times(browser):
    mark = _mark(browser.get(f"{PEOPLE}new"))
    first = _send(browser, name="ريم الحربي", once=mark)
    second = _send(browser, name="ريم الحربي", once=mark)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Party.objects.filter(name="ريم الحربي").count() == 1


def test_the_same_form_with_another_name_in_it_adds_another(browser):
    mark = _mark(browser.get(f"{PEOPLE}new"))
    _send(browser, name="ريم الحربي", once=mark)
    _send(browser, name="نورة السالم", once=mark)
    assert Party.objects.filter(name__in=("ريم الحربي", "نورة السالم")).count() == 2


def test_a_refused_form_can_be_sent_again(browser):
    mark = _mark(browser.get(f"{PEOPLE}new"))
    assert _send(browser, name="", once=mark).status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert _send(browser, name="ريم الحربي", once=mark).status_code == 302
