"""Forms for visitors: how they look from outside, and what becomes of what is sent."""

import html
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from sila.platform.access.models import Member
from sila.platform.activity.models import Event
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.sales.leads.capture import asking
from sila.sales.leads.capture.addresses import form_of, path_of
from sila.sales.leads.capture.models import FormSubmission, LeadForm, LeadFormDay, LeadFormField
from sila.sales.leads.models import Lead
from sila.sales.tests.filled_forms import (
    CONSENT,
    VISITOR,
    fields_of,
    new_form,
    only_lead,
    opened,
    proof_for,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(admin):
    return new_form(admin, consent=CONSENT, consent_en="I agree to be contacted.")


# ---- the page --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "direction", "title"), [("ar", "rtl", "اطلب عرضًا"), ("en", "ltr", "Ask for a quotation")]
)
def test_anybody_opens_a_form_in_both_languages(form, language, direction, title):
    page = Client().get(path_of(form), {"lang": language})
    text = page.content.decode()
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in text
    assert title in text
    assert "set-cookie" not in {name.lower() for name in page.headers}
    assert not page.cookies


def test_who_asks_for_the_head_of_a_form_has_not_opened_it(form):
    assert Client().head(path_of(form)).status_code == 200
    assert not LeadFormDay.objects.exists()
    assert Client().get(path_of(form)).status_code == 200
    assert LeadFormDay.objects.get().views == 1


def test_a_form_of_one_language_speaks_no_other(form, admin):
    records.update(registry["lead-forms"], form.id, {"language": "ar"}, by=admin)
    text = Client(headers={"accept-language": "en"}).get(path_of(form), {"lang": "en"}).content.decode()
    assert '<html lang="ar"' in text
    assert "English" not in text


@pytest.mark.parametrize("key", ["", "x", "a" * 44, "../" * 14 + "aa", "é" * 44, "-" * 44])
def test_an_unknown_key_opens_nothing(form, key):
    assert Client().get(f"/f/{key}").status_code == 404
    assert Client().post(f"/f/{key}", VISITOR).status_code == 404
    assert Client().get(f"/f/{key}/embed.js").status_code == 404


def test_a_form_that_is_off_or_thrown_away_opens_nothing(form, admin):
    fields = opened(form)
    records.update(registry["lead-forms"], form.id, {"active": False}, by=admin)
    assert Client().get(path_of(form)).status_code == 404
    assert send(form, fields).status_code == 404
    records.update(registry["lead-forms"], form.id, {"active": True}, by=admin)
    assert Client().get(path_of(form)).status_code == 200
    records.trash(registry["lead-forms"], form.id, by=admin)
    assert Client().get(path_of(form)).status_code == 404
    assert not Lead.objects.exists()


def test_a_key_opens_its_own_workspace_only(form, elsewhere):
    mixed = path_of(form)
    foreign = LeadForm(tenant=elsewhere.workspace, key=form.key)
    assert path_of(foreign) != mixed
    assert Client().get(path_of(foreign)).status_code == 404
    assert form_of(mixed.removeprefix("/f/"))[0].pk == form.tenant_id


def test_a_mark_of_another_form_is_none(form, elsewhere, admin):
    with scope(elsewhere.workspace):
        theirs = new_form(elsewhere.actor("admin"))
        fields = opened(theirs)
    answer = send(form, fields)
    assert answer.status_code == 422
    assert not Lead.objects.exists()
    with scope(elsewhere.workspace):
        assert not Lead.objects.exists()


# ---- what is sent ----------------------------------------------------------------------------------------
def test_what_is_sent_is_a_lead_with_its_campaign_and_the_consent_as_it_was_shown(form):
    page = "https://example.com/offers?utm_source=google&utm_medium=cpc&utm_campaign=summer&gclid=1"
    fields = opened(form, query="?lang=ar") | {"page": page, "ref": "https://www.google.com/"}
    answer = send(form, fields, consent="1")
    assert answer.status_code == 303
    assert "شكرًا" in Client().get(answer.headers["Location"]).content.decode()
    lead = only_lead()
    assert (lead.name, lead.phone, lead.email) == (VISITOR["name"], "+966551234567", VISITOR["email"])
    assert (lead.origin, lead.language, lead.form_id) == ("form", "ar", form.id)
    assert (lead.utm_source, lead.utm_medium, lead.utm_campaign) == ("google", "cpc", "summer")
    assert (lead.landing_page, lead.referrer) == (page, "https://www.google.com/")
    assert (lead.consent_text, lead.consent_language) == (CONSENT, "ar")
    assert timezone.now() - lead.consented_at < timedelta(minutes=1)
    event = Event.objects.get(record_id=lead.id, kind="created")
    assert (event.via, event.member_id) == ("form", None)


def test_the_campaign_may_stand_in_the_address_of_the_form_and_the_form_has_one_of_its_own(form, admin):
    records.update(registry["lead-forms"], form.id, {"campaign": "spring"}, by=admin)
    send(form, query="?utm_campaign=fair&utm_source=leaflet")
    lead = only_lead()
    assert (lead.utm_campaign, lead.utm_source) == ("fair", "leaflet")
    send(form, email="other@example.com")
    assert Lead.objects.exclude(id=lead.id).get().utm_campaign == "spring"


@pytest.mark.parametrize(
    "page",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "//x",
        "http://[::1",
        "https://e.com/<script>",
        "x" * 5000,
        "https://e.com/?" + "&".join(f"utm_source={n}" for n in range(2000)),
    ],
)
def test_strange_addresses_of_pages_harm_nothing(form, page):
    assert send(form, opened(form) | {"page": page, "ref": page}).status_code == 303
    lead = only_lead()
    assert lead.landing_page == "" or lead.landing_page.startswith("https://e.com/")
    assert "<" not in lead.landing_page


def test_without_consent_nothing_is_kept_of_it_and_a_form_may_insist(form, admin):
    send(form)
    lead = only_lead()
    assert (lead.consent_text, lead.consented_at) == ("", None)
    records.update(registry["lead-forms"], form.id, {"consent_required": True}, by=admin)
    answer = send(form, opened(form, query="?lang=en"), email="second@example.com")
    assert answer.status_code == 422
    assert "Without this we may not take your request." in answer.content.decode()
    assert Lead.objects.count() == 1


def test_consent_to_a_text_that_has_changed_meanwhile_is_asked_for_again(form, admin):
    fields = opened(form, query="?lang=ar")
    records.update(registry["lead-forms"], form.id, {"consent": "أوافق على كل شيء."}, by=admin)
    answer = send(form, fields, consent="1")
    assert answer.status_code == 422
    assert not Lead.objects.exists()
    again = fields_of(answer.content.decode())
    assert send(form, again | {"proof": proof_for(again["mark"])}, consent="1").status_code == 303
    assert FormSubmission.objects.get().state == "held"  # nobody reads and sends within a moment


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "هذا الحقل إلزامي."), ("en", "This field is required.")]
)
def test_wrong_input_is_said_in_the_visitors_language_and_what_was_typed_stays(form, language, said):
    fields = opened(form, query=f"?lang={language}")
    answer = send(form, fields, name="", email="no address", interest='<script>alert("x")</script>')
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert 'value="no address"' in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert not Lead.objects.exists()
    assert send(form, fields).status_code == 303  # its mark was not used up
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    "field", ["name", "company_name", "interest", "phone", "email", "consent", "page", "lang"]
)
@pytest.mark.parametrize(
    "value", ["\x00", "\ud800", "x" * 100_000, "‮abc", "<b onmouseover=x>", "' OR 1=1 --"]
)
def test_nothing_that_is_typed_breaks_the_form(form, field, value):
    body = urlencode({**opened(form), **VISITOR, field: value}, errors="surrogatepass")
    answer = Client().post(path_of(form), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)
    assert "<b onmouseover" not in answer.content.decode()


def test_own_fields_are_asked_for_in_their_order_and_words(form, admin):
    own = add_field("leads", "عدد الفروع", kind="number", label_en="Branches", by=admin)
    closed = add_field("leads", "رابط", kind="link", to="people", by=admin)
    names = list(asking.askable())
    assert own.key in names
    assert closed.key not in names
    assert "status" not in names
    row = asking.add(form, by=admin, name=own.key, required=True, label="كم فرعًا لديكم؟", label_en="")
    for _step in range(9):
        asking.earlier(row, by=admin)
    text = Client().get(path_of(form), {"lang": "ar"}).content.decode()
    assert text.index("كم فرعًا لديكم؟") < text.index('name="name"')
    assert send(form).status_code == 422
    assert send(form, **{own.key: "12"}).status_code == 303
    assert only_lead().custom[own.key] == 12


def test_what_a_form_does_not_ask_for_is_not_taken(form, alice):
    stranger = str(alice.member_id)
    more = {
        "status": "converted",
        "owner": stranger,
        "city": "x",
        "amount": "5",
        "score": "99",
        "source": "me",
    }
    send(form, **more)
    lead = only_lead()
    assert (lead.status, lead.owner_id, lead.city, lead.amount, lead.score) == ("new", None, "", None, 0)


def test_a_form_without_a_name_calls_the_lead_by_what_it_has(form):
    LeadFormField.objects.filter(form_id=form.id, name="name").delete()
    send(form)
    assert only_lead().name == VISITOR["company_name"]


def test_a_lead_goes_to_whom_the_form_names_while_they_are_here(form, admin, alice, bob):
    records.update(registry["lead-forms"], form.id, {"assign_to": str(bob.member_id)}, by=admin)
    send(form)
    assert (only_lead().owner_id, only_lead().org_unit_id) == (bob.member_id, bob.member.unit_id)
    Member.objects.filter(id=bob.member_id).update(active=False)
    send(form, email="later@example.com")
    assert Lead.objects.order_by("-id").first().owner_id is None


def test_afterwards_the_browser_goes_where_the_form_says(form, admin):
    records.update(
        registry["lead-forms"], form.id, {"redirect_url": "https://www.example.com/thanks"}, by=admin
    )
    answer = send(form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://www.example.com/thanks")
    assert "form-action 'self' https://www.example.com" in answer.headers["Content-Security-Policy"]
    inside = send(form, opened(form) | {"embed": "1"}, email="b@example.com")
    page = Client().get(inside.headers["Location"]).content.decode()
    assert 'data-go="https://www.example.com/thanks"' in page


# ---- once ------------------------------------------------------------------------------------------------
def test_sent_twice_it_is_one_lead(form):
    fields = opened(form)
    first, second = send(form, fields), send(form, fields)
    assert first.status_code == second.status_code == 303
    assert Lead.objects.count() == FormSubmission.objects.count() == 1
    assert send(form).status_code == 303  # opened anew, the same words within the hour
    assert Lead.objects.count() == 1
    with clock.at(timezone.now() + timedelta(hours=2)):
        send(form)
    assert Lead.objects.count() == 2


def test_other_words_under_a_mark_that_was_used_are_not_lost(form):
    fields = opened(form, query="?lang=en")
    send(form, fields)
    answer = send(form, fields, interest="Something else")
    assert answer.status_code == 422
    assert "Something else" in answer.content.decode()
    again = fields_of(answer.content.decode())
    with clock.at(timezone.now() + timedelta(seconds=20)):
        send(form, again | {"proof": proof_for(again["mark"])}, interest="Something else")
    assert sorted(Lead.objects.values_list("interest", flat=True)) == ["Something else", VISITOR["interest"]]


# ---- other sites -----------------------------------------------------------------------------------------
def test_only_the_named_sites_may_show_a_form_and_the_rest_of_sila_stays_closed(form, admin, browser):
    closed = Client().get(path_of(form))
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert closed.headers["X-Frame-Options"] == "DENY"
    sites = "https://www.example.com\nshop.example.com:8443\nhttps://*.example.org/"
    records.update(registry["lead-forms"], form.id, {"sites": sites}, by=admin)
    form.refresh_from_db()
    assert form.sites.splitlines() == [
        "https://www.example.com",
        "https://shop.example.com:8443",
        "https://*.example.org",
    ]
    opened_up = Client().get(path_of(form))
    allowed = "frame-ancestors https://www.example.com https://shop.example.com:8443 https://*.example.org"
    assert allowed in opened_up.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in opened_up.headers
    assert "'unsafe-inline'" not in opened_up.headers["Content-Security-Policy"]
    for page in (browser("admin").get("/w/rayyan/leads/"), Client().get("/accounts/login/")):
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "site",
    [
        "*",
        "https://*",
        "'self'",
        "https://a.com; script-src *",
        "https://a.com https://b.com",
        "ftp://a.com",
        "https://a.com/path",
    ],
)
def test_what_is_no_site_is_refused(form, admin, site):
    with pytest.raises(Invalid) as refused:
        records.update(registry["lead-forms"], form.id, {"sites": site}, by=admin)
    assert "sites" in refused.value.errors


def test_the_script_for_other_sites_puts_a_frame_there_and_sets_no_cookie(form, admin):
    records.update(registry["lead-forms"], form.id, {"name": '</script>"; alert(1); "'}, by=admin)
    answer = Client().get(f"{path_of(form)}/embed.js")
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert path_of(form) in text.replace("\\u002D", "-")
    assert '"; alert(1)' not in text
    assert "</script>" not in text


def test_inside_of_another_site_the_page_and_the_one_before_are_taken_from_the_script(form):
    query = "?embed=1&lang=en&page=https%3A%2F%2Fe.com%2Fa%3Futm_source%3Dads&ref=https%3A%2F%2Fs.com%2F"
    fields = opened(form, query=query)
    assert (fields["page"], fields["ref"]) == ("https://e.com/a?utm_source=ads", "https://s.com/")
    answer = send(form, fields)
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["embed"] == ["1"]
    assert (only_lead().utm_source, only_lead().landing_page) == ("ads", fields["page"])


# ---- inside ----------------------------------------------------------------------------------------------
def test_the_page_of_a_form_tells_how_it_does_and_where_it_is(form, browser, admin):
    send(form)
    send(form, email="spam@example.com", proof="")
    day = LeadFormDay.objects.get(form_id=form.id)
    assert (day.views, day.sent, day.leads) == (2, 2, 1)
    page = browser("admin").get(f"/w/rayyan/lead-forms/{form.id}/").content.decode()
    assert html.escape(f"{path_of(form)}/embed.js") in page
    assert "iframe" in page
    manager = browser("manager").get(f"/w/rayyan/lead-forms/{form.id}/")
    assert manager.status_code == 200


def test_fields_of_a_form_are_put_together_on_its_page_and_through_the_api(form, browser, admin, company):
    base = f"/w/rayyan/lead-forms/{form.id}/questions/"
    assert browser("manager").get(base + "new").status_code == 200
    assert browser("manager").post(base + "new", {"name": "city", "label": "مدينتكم"}).status_code == 204
    assert [q.name for q in asking.questions(form)][-1] == "city"
    assert browser("manager").post(base + "new", {"name": "city"}).status_code == 422
    assert browser("manager").post(base + "new", {"name": "status"}).status_code == 422
    told = browser("manager").get(f"/w/rayyan/lead-forms/{form.id}/").content.decode()
    assert "added a field: <bdi>City</bdi>" in told
    row = LeadFormField.objects.get(form_id=form.id, name="city")
    assert browser("manager").post(f"{base}{row.id}/earlier").status_code == 204
    assert [q.name for q in asking.questions(form)][-2] == "city"
    assert browser("manager").post(f"{base}{row.id}/remove").status_code == 204
    assert browser("alice").post(f"{base}{row.id}/remove").status_code == 403
    assert browser("manager").post(f"{base}{uuid4()}/remove").status_code == 404
    assert "city" not in [q.name for q in asking.questions(form)]


def test_a_form_that_insists_on_consent_says_to_what(admin):
    with pytest.raises(Invalid) as refused:
        new_form(admin, consent_required=True)
    assert "consent" in refused.value.errors


def test_sellers_do_not_make_forms(browser, workspace):
    assert browser("alice").post("/w/rayyan/lead-forms/new", {"name": "x"}).status_code == 403
    assert not LeadForm.objects.exists()
