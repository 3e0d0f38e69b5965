"""Two people change one record at once: each keeps what only they changed, and is asked about what both did."""

import re

import pytest

from sila.platform.access.links import make_token
from sila.platform.activity.models import Event
from sila.platform.entities import actions
from sila.platform.entities.registry import registry

people = registry["people"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def reem(alice):
    return actions.create(people, {"name": "ريم", "job_title": "مديرة", "city": "الرياض"}, by=alice)


@pytest.fixture
def browser(client, company, workspace):
    client.force_login(company.user("alice"), backend=BACKEND)
    return client


def _now(reem):
    return people.rows().get(id=reem.id)


def test_one_field_is_saved_though_another_was_changed_meanwhile(reem, admin, browser):
    actions.update(people, reem.id, {"city": "جدة"}, by=admin)
    url = f"/w/rayyan/people/{reem.id}/fields/job_title/"
    assert browser.post(url, {"job_title": "رئيسة", "version": reem.version}).status_code == 200
    assert (_now(reem).city, _now(reem).job_title) == ("جدة", "رئيسة")


def test_the_same_field_shows_both_versions(reem, admin, browser):
    actions.update(people, reem.id, {"job_title": "وزيرة"}, by=admin)
    url = f"/w/rayyan/people/{reem.id}/fields/job_title/"
    both = browser.post(url, {"job_title": "رئيسة", "version": reem.version})
    assert both.status_code == 409
    assert "وزيرة" in both.content.decode()
    assert "رئيسة" in both.content.decode()
    assert _now(reem).job_title == "وزيرة"


def test_the_same_value_twice_is_no_conflict(reem, admin, browser):
    actions.update(people, reem.id, {"job_title": "رئيسة"}, by=admin)
    url = f"/w/rayyan/people/{reem.id}/fields/job_title/"
    assert browser.post(url, {"job_title": "رئيسة", "version": reem.version}).status_code == 200


def test_the_full_form_leaves_alone_what_only_the_other_changed(reem, admin, browser):
    form = {"name": "ريم", "job_title": "رئيسة", "city": "الرياض", "version": reem.version}
    actions.update(people, reem.id, {"city": "جدة"}, by=admin)
    assert browser.post(f"/w/rayyan/people/{reem.id}/edit", form).status_code == 302
    assert (_now(reem).city, _now(reem).job_title) == ("جدة", "رئيسة")


def test_the_full_form_asks_only_about_what_both_changed_and_keeps_the_rest(reem, admin, browser):
    form = {"name": "ريم الحربي", "job_title": "رئيسة", "city": "الرياض", "version": reem.version}
    actions.update(people, reem.id, {"city": "جدة", "job_title": "وزيرة"}, by=admin)
    page = browser.post(f"/w/rayyan/people/{reem.id}/edit", form).content.decode()
    asked = re.findall(r'type="radio"[^>]* name="keep-(\w+)"', page)
    assert set(asked) == {"job_title"}

    sent = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    sent.pop("csrfmiddlewaretoken", None)
    assert sent["keep-name"] == "yours"
    answer = browser.post(f"/w/rayyan/people/{reem.id}/edit", sent | {"keep-job_title": "theirs"})
    assert answer.status_code == 302
    now = _now(reem)
    assert (now.name, now.city, now.job_title) == ("ريم الحربي", "جدة", "وزيرة")


def test_a_step_that_the_log_does_not_tell_makes_every_difference_a_conflict(reem, admin, browser):
    people.rows().filter(id=reem.id).update(version=reem.version + 1)
    url = f"/w/rayyan/people/{reem.id}/fields/job_title/"
    assert browser.post(url, {"job_title": "رئيسة", "version": reem.version}).status_code == 409
    assert not Event.objects.filter(record_id=reem.id, kind="changed").exists()


def test_the_api_refuses_any_stale_version(reem, admin, company, client):
    actions.update(people, reem.id, {"city": "جدة"}, by=admin)
    token = make_token(company.members["alice"], "test")
    answer = client.patch(
        f"/api/v1/people/{reem.id}",
        {"job_title": "رئيسة"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "If-Match": f'"{reem.version}"'},
    )
    assert answer.status_code == 412
