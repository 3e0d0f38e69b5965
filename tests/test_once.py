"""A form that arrives twice is done once."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection

from sila.parties.models import Party
from sila.platform.entities import actions, once
from sila.platform.entities.models import IdempotencyKey
from sila.platform.entities.views import forms

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


def test_an_answer_that_fails_undoes_nothing_and_the_form_is_not_done_again(browser, monkeypatch):
    def fail(*_words, **_more):
        raise RuntimeError("the template is broken")

    browser.raise_request_exception = False
    mark = _mark(browser.get(f"{PEOPLE}new"))
    with monkeypatch.context() as broken:
        broken.setattr(forms, "_created", fail)
        assert _send(browser, name="ريم الحربي", once=mark).status_code == 500
    reem = Party.objects.get(name="ريم الحربي")
    again = _send(browser, name="ريم الحربي", once=mark)
    assert (again.status_code, again.headers["Location"]) == (302, f"{PEOPLE}{reem.id}/")
    assert Party.objects.filter(name="ريم الحربي").count() == 1


def test_what_fails_before_it_is_written_can_be_sent_again(browser, monkeypatch):
    def fail(*_words, **_more):
        raise RuntimeError("out of order")

    browser.raise_request_exception = False
    mark = _mark(browser.get(f"{PEOPLE}new"))
    with monkeypatch.context() as broken:
        broken.setattr(actions.index, "begin", fail)
        assert _send(browser, name="ريم الحربي", once=mark).status_code == 500
    assert not Party.objects.filter(name="ريم الحربي").exists()
    assert _send(browser, name="ريم الحربي", once=mark).status_code == 302
    assert Party.objects.filter(name="ريم الحربي").count() == 1


def test_the_write_is_over_before_the_answer_is_rendered(browser, monkeypatch):
    """On SQLite an open transaction keeps all others from writing."""
    depths, rendered = [], forms._created

    def look(*words, **more):
        depths.append(len(connection.savepoint_ids))
        return rendered(*words, **more)

    monkeypatch.setattr(forms, "_created", look)
    mark = _mark(browser.get(f"{PEOPLE}new"))
    outside = len(connection.savepoint_ids)
    assert _send(browser, name="ريم الحربي", once=mark).status_code == 302
    assert depths == [outside]


def test_of_two_that_come_at_once_the_second_is_undone_and_led_to_the_first(browser, monkeypatch):
    """The first has written while the second was already past the question whether it is known."""
    mark = _mark(browser.get(f"{PEOPLE}new"))
    first = _send(browser, name="ريم الحربي", once=mark)
    with monkeypatch.context() as late:
        asked = []

        def unknown_at_first(form):
            asked.append(form)
            return None if len(asked) == 1 else known(form)

        known = once.Form.kept
        late.setattr(once.Form, "kept", unknown_at_first)
        second = _send(browser, name="ريم الحربي", once=mark)
    assert (second.status_code, second.headers["Location"]) == (302, first.headers["Location"])
    assert Party.objects.filter(name="ريم الحربي").count() == 1
