"""What looks like spam is held: what is taken for it, who is told, and who takes it as a lead after all."""

from types import SimpleNamespace

import pytest
from django.test import Client

from sila.platform.entities import actions as records
from sila.platform.entities.api import limits
from sila.platform.entities.errors import Invalid
from sila.platform.entities.quality.verbs import add_rule
from sila.platform.entities.registry import registry
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Notification
from sila.sales.leads.capture import guarding
from sila.sales.leads.capture.addresses import path_of
from sila.sales.leads.capture.models import FormSubmission
from sila.sales.leads.models import Lead
from sila.sales.tests.filled_forms import (
    CONSENT,
    VISITOR,
    new_form,
    only_lead,
    opened,
    send,
)
from tests.people import rule as change_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(admin):
    return new_form(admin, consent=CONSENT, consent_en="I agree to be contacted.")


# ---- spam ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("trap", {guarding.TRAP: "https://spam.example"}),
        ("links", {"interest": "see https://a.example www.b.example http://c.example"}),
        ("links", {"name": "Cheap www.pills.example"}),
        ("no proof", {"proof": ""}),
        ("no proof", {"proof": "abc"}),
        ("no proof", {"proof": "١٢"}),
    ],
)
def test_what_looks_like_spam_is_held_and_not_lost(form, admin, reason, change):
    assert send(form, **change).status_code == 303
    held = FormSubmission.objects.get()
    assert (held.state, held.reason, held.lead_id) == ("held", reason, None)
    assert held.answers["email"] == VISITOR["email"]
    assert not Lead.objects.exists()


def test_what_is_sent_too_quickly_is_held(form):
    send(form, opened(form, before=1))
    assert FormSubmission.objects.get().reason == "quick"


def test_a_form_that_was_open_for_a_day_is_shown_anew_with_what_was_typed(form):
    answer = send(form, opened(form, before=24 * 3600, query="?lang=en"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The form was open for a long time" in text
    assert VISITOR["email"] in text


@pytest.mark.parametrize("mark", ["", "x", "a:b:c", "\x00"])
def test_a_made_up_mark_makes_no_lead(form, mark):
    assert send(form, opened(form) | {"mark": mark}).status_code == 422
    assert not FormSubmission.objects.exists()


def test_many_from_one_place_are_held_and_then_not_heard(form, monkeypatch):
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 0.0))  # all at one moment
    number = guarding.MOST_A_MINUTE + 3
    answers = [send(form, email=f"p{n}@example.com", place="198.51.100.7").status_code for n in range(number)]
    assert (answers.count(303), answers.count(429)) == (guarding.MOST_A_MINUTE, 3)
    assert Lead.objects.count() == guarding.FEW_A_MINUTE
    assert set(FormSubmission.objects.filter(state="held").values_list("reason", flat=True)) == {"many"}
    assert send(form, email="else@example.com", place="198.51.100.8").status_code == 303
    assert Lead.objects.count() == guarding.FEW_A_MINUTE + 1


@pytest.mark.parametrize(("proxies", "held"), [(1, 2), (0, 0)])
def test_behind_a_proxy_a_place_is_what_the_proxy_says_and_not_what_visitors_say(
    form, monkeypatch, settings, proxies, held
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 0.0))
    for number in range(guarding.FEW_A_MINUTE + 2):
        said = {"x-forwarded-for": f"198.51.100.{number}, 192.0.2.9"}
        values = {**opened(form), **VISITOR, "email": f"p{number}@example.com"}
        Client(headers=said).post(path_of(form), values, REMOTE_ADDR=f"203.0.113.{number}")
    assert FormSubmission.objects.filter(state="held", reason="many").count() == held
    assert Lead.objects.count() == guarding.FEW_A_MINUTE + 2 - held


def test_a_form_can_do_without_the_browsers_work(form, admin):
    records.update(registry["lead-forms"], form.id, {"proof": False}, by=admin)
    fields = opened(form)
    assert "proof" not in fields
    send(form, fields)
    assert only_lead().name == VISITOR["name"]


def test_what_a_rule_of_the_data_refuses_is_held_with_the_reason(form, admin, workspace):
    add_rule(
        registry["leads"],
        formula="is_blank([City])",
        message="المدينة مطلوبة",
        field="",
        refuses=True,
        active=True,
        by=admin,
    )
    workspace.refresh_from_db()
    assert send(form).status_code == 303
    held = FormSubmission.objects.get()
    assert (held.state, held.reason) == ("held", "refused")
    assert held.told


def test_who_mistypes_often_is_not_taken_for_many(form, monkeypatch):
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 0.0))
    fields = opened(form)
    for _try in range(10):
        assert send(form, fields, email="no address").status_code == 422
    send(form, fields)
    assert only_lead().name == VISITOR["name"]


# ---- what was held ---------------------------------------------------------------------------------------
@pytest.fixture
def held(form):
    fields = opened(form, query="?lang=ar") | {"page": "https://e.com/?utm_source=x"}
    send(form, fields, proof="", consent="1")
    return FormSubmission.objects.get()


def test_a_person_takes_what_was_held_as_a_lead(held, form, browser):
    page = browser("manager").get(f"/w/rayyan/form-submissions/{held.id}/").content.decode()
    assert VISITOR["interest"] in page
    answer = browser("manager").post(f"/w/rayyan/form-submissions/{held.id}/do/release")
    assert answer.status_code in (204, 302)
    held.refresh_from_db()
    lead = only_lead()
    assert (held.state, held.lead_id, held.answers) == ("accepted", lead.id, {})
    assert (lead.utm_source, lead.consent_text, lead.email) == ("x", CONSENT, VISITOR["email"])
    browser("manager").post(f"/w/rayyan/form-submissions/{held.id}/do/release")
    assert Lead.objects.count() == 1


def test_whoever_gets_the_leads_is_told_once_of_what_was_held(form, company, admin, alice, browser):
    records.update(
        registry["lead-forms"], form.id, {"assign_to": str(company.members["manager"].id)}, by=admin
    )
    for number in range(3):
        send(form, opened(form), proof="", email=f"{number}@example.com")
    send(form, opened(form), email="real@example.com")
    gather(company.workspace)
    told = Notification.objects.get(kind="held")
    assert (told.member_id, told.record_id, len(told.events)) == (company.members["manager"].id, form.id, 3)
    page = browser("manager").get(f"/w/rayyan/notifications/{told.id}/open", follow=True).content.decode()
    assert page.count("<tr data-id=") == 3


def test_where_no_one_is_named_whoever_made_the_form_is_told(held, company, admin):
    gather(company.workspace)
    assert Notification.objects.get(kind="held").member_id == admin.member_id


def test_what_is_hidden_of_leads_is_hidden_of_what_was_held(held, browser, company):
    page = browser("viewer").get(f"/w/rayyan/form-submissions/{held.id}/").content.decode()
    assert VISITOR["email"] in page
    assert "https://e.com/" in page
    hidden = {"leads": {"email": "hidden", "landing_page": "hidden"}}
    change_role(company, lambda role: role.fields.update(hidden), "viewer")
    page = browser("viewer").get(f"/w/rayyan/form-submissions/{held.id}/").content.decode()
    assert VISITOR["interest"] in page
    assert VISITOR["email"] not in page
    assert "https://e.com/" not in page


def test_who_may_not_change_submissions_releases_none(held, browser):
    assert browser("alice").post(f"/w/rayyan/form-submissions/{held.id}/do/release").status_code == 404
    assert browser("viewer").post(f"/w/rayyan/form-submissions/{held.id}/do/release").status_code == 403
    assert not Lead.objects.exists()


def test_what_is_rejected_stays_and_can_still_be_taken(held, browser):
    browser("manager").post(f"/w/rayyan/form-submissions/{held.id}/do/reject")
    held.refresh_from_db()
    assert held.state == "rejected"
    browser("manager").post(f"/w/rayyan/form-submissions/{held.id}/do/release")
    assert only_lead().email == VISITOR["email"]


def test_nobody_adds_a_submission_by_hand(form, admin):
    with pytest.raises(Invalid):
        records.create(registry["form-submissions"], {"name": "x"}, by=admin)
