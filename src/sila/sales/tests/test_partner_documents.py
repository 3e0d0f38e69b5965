"""Documents that partners find in the portal, and files that they send: who gets which, and who never learns of it."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from sila.documents.actions import attach, remove
from sila.documents.models import File
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.partners.handing_out import share_again, withdraw
from sila.sales.partners.models import DealRegistration, PartnerDocument
from sila.sales.partners.portal import papers
from sila.sales.partners.portal.notices import NOTICE, tell_of_document
from sila.sales.partners.registering import refuse
from sila.sales.rules import today
from sila.sales.tests.portal_people import PORTAL, invited, new_partner, signed_in
from tests.counting import at_most

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3"


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة", tier="gold")


@pytest.fixture
def inside(admin, partner):
    return signed_in(invited(admin, partner, language="en"))


def shared(by, name="دليل الأسعار", file="دليل الأسعار 2026.pdf", **values):
    document = records.create(registry["partner-documents"], {"name": name, **values}, by=by)
    return document, attach("partner-documents", document.id, file, [PDF], by=by)


def work_off(by):
    """What the worker does."""
    for name in (NOTICE, "mail"):
        for job in Job.objects.filter(name=name, state=Job.State.WAITING).order_by("id"):
            assert jobs.run(by.workspace.pk, job.id)


def page(client):
    return client.get(PORTAL + "documents/").content.decode()


def status(client, file):
    return client.get(f"{PORTAL}documents/{file.id}").status_code


# ---- shared with them ----------------------------------------------------------------------------------
def test_a_partner_takes_along_what_is_shared_with_them(admin, partner, inside):
    document, file = shared(admin, partner=str(partner.id), note="تسري من أول السنة")
    shown = page(inside)
    assert document.name in shown
    assert document.note in shown
    answer = inside.get(f"{PORTAL}documents/{file.id}")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "دليل الأسعار 2026.pdf" in unquote(answer["Content-Disposition"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    with at_most(12):
        page(inside)


@pytest.mark.parametrize(
    ("values", "theirs"),
    [
        ({"audience": "all"}, True),
        ({"audience": "tier", "tier": "gold"}, True),
        ({"audience": "tier", "tier": "silver"}, False),
    ],
)
def test_it_is_for_a_tier_or_for_all(admin, inside, values, theirs):
    document, file = shared(admin, **values)
    assert (document.name in page(inside)) is theirs
    assert status(inside, file) == (200 if theirs else 404)


def test_a_partner_of_another_tier_sees_what_that_tier_sees(admin, partner, inside):
    _document, file = shared(admin, audience="tier", tier="gold")
    assert status(inside, file) == 200
    records.update(registry["partners"], partner.id, {"tier": "silver"}, by=admin)
    assert status(inside, file) == 404


def test_withdrawn_expired_or_without_its_file_it_is_as_if_it_were_not_there(admin, partner, inside):
    document, file = shared(admin, partner=str(partner.id), until=today(admin).isoformat())
    assert status(inside, file) == 200
    with clock.at(clock.now() + timedelta(days=1)):
        assert status(signed_in(invited(admin, partner, "سعد")), file) == 404
    document = withdraw(PartnerDocument.objects.get(id=document.id), by=admin)
    assert status(inside, file) == 404
    assert document.name not in page(inside)
    with pytest.raises(Invalid):
        withdraw(document, by=admin)
    share_again(document, by=admin)
    assert status(inside, file) == 200
    remove(file, by=admin)
    assert status(inside, file) == 404
    assert document.name not in page(inside)


def test_each_download_stands_in_the_timeline_with_the_person(browser, admin, partner, inside):
    document, file = shared(admin, partner=str(partner.id))
    before = Event.objects.filter(kind="document_downloaded").count()
    status(inside, file)
    event = Event.objects.get(kind="document_downloaded")
    assert before == 0
    assert (event.entity, event.record_id, event.via) == ("partner-documents", document.id, "portal")
    client = browser("admin")
    shown = client.get(f"/w/rayyan/partner-documents/{document.id}/").content.decode()
    assert "خالد" in shown
    assert file.name in shown


@pytest.mark.parametrize(
    "values",
    [{}, {"audience": "tier"}, {"audience": "all", "tier": "gold"}, {"audience": "tier", "tier": "x"}],
)
def test_whom_it_is_for_is_said_once_and_clearly(admin, partner, values):
    with pytest.raises(Invalid):
        records.create(registry["partner-documents"], {"name": "دليل", **values}, by=admin)
    with pytest.raises(Invalid):
        both = {"name": "دليل", "audience": "all", "partner": str(partner.id)}
        records.create(registry["partner-documents"], both, by=admin)
    assert not PartnerDocument.objects.exists()


def test_staff_find_them_on_the_page_of_the_partner_and_over_the_list(browser, admin, partner):
    document, _file = shared(admin, partner=str(partner.id))
    empty = records.create(registry["partner-documents"], {"name": "فارغ", "audience": "all"}, by=admin)
    client = browser("admin")
    shown = client.get(f"/w/rayyan/partners/{partner.id}/").content.decode()
    card = f"/w/rayyan/partner/{partner.id}/documents"
    assert card in shown
    assert document.name in client.get(card).content.decode()
    assert f"partner-documents/new?partner={partner.id}" in shown
    assert "/w/rayyan/partner-documents/" in client.get("/w/rayyan/partners/").content.decode()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "no file yet" in client.get(f"/w/rayyan/partner-documents/{empty.id}/").content.decode()


def test_who_only_reads_may_not_share_or_withdraw(browser, admin, partner):
    document, _file = shared(admin, partner=str(partner.id))
    client = browser("alice")
    assert client.get(f"/w/rayyan/partner-documents/{document.id}/").status_code == 200
    assert client.post(f"/w/rayyan/partner-documents/{document.id}/do/withdraw").status_code == 403
    assert PartnerDocument.objects.get().status == "shared"


@pytest.mark.parametrize(("language", "said"), [("en", "shares a document"), ("ar", "مستند")])
def test_those_whom_a_document_is_for_hear_of_it_by_mail_when_staff_say_so(admin, partner, language, said):
    gold = invited(admin, partner, language=language)
    invited(admin, new_partner(admin, "منافذ الركن", tier="silver"))
    document, _file = shared(admin, audience="tier", tier="gold")
    mail.outbox.clear()
    tell_of_document(document, by=admin)
    with pytest.raises(Invalid):
        tell_of_document(document, by=admin)  # once a day
    work_off(admin)
    assert [each.to for each in mail.outbox] == [[gold.email]]
    assert said in mail.outbox[0].subject
    assert PORTAL + "documents/" in mail.outbox[0].body
    assert document.name not in mail.outbox[0].body
    assert Event.objects.get(kind="document_told").payload["count"] == 1
    attach("partner-documents", document.id, "ملحق.pdf", [PDF], by=admin)
    tell_of_document(document, by=admin)  # there is something new
    work_off(admin)
    assert len(mail.outbox) == 2


def test_nobody_is_told_of_what_nobody_may_read(admin, partner):
    bare, values = {"name": "فارغ", "partner": str(partner.id)}, {"partner": str(partner.id)}
    empty = records.create(registry["partner-documents"], bare, by=admin)
    alone, _file = shared(admin, name="بلا قارئ", **values)
    old, _file = shared(admin, name="مضى", until=str(today(admin) - timedelta(days=1)), **values)
    with pytest.raises(Invalid):
        tell_of_document(alone, by=admin)
    invited(admin, partner)
    for document in (empty, old):
        with pytest.raises(Invalid):
            tell_of_document(document, by=admin)
    tell_of_document(alone, by=admin)
    withdraw(alone, by=admin)
    mail.outbox.clear()
    work_off(admin)
    assert mail.outbox == []


# ---- sent with a registration --------------------------------------------------------------------------
@pytest.fixture
def registration(inside):
    inside.post(PORTAL + "registrations/new", {"company_name": "شركة الوادي"})
    return DealRegistration.objects.get()


def send(client, registration, name="عرض.pdf", content=PDF):
    given = {"file": SimpleUploadedFile(name, content)} if name else {}
    return client.post(f"{PORTAL}registrations/{registration.id}", given)


def test_a_partner_sends_a_file_with_a_registration_and_staff_find_it(browser, inside, registration):
    assert send(inside, registration).status_code == 302
    file = File.objects.get()
    assert (file.entity, file.record_id, file.content_type) == (
        "deal-registrations",
        registration.id,
        "application/pdf",
    )
    shown = inside.get(f"{PORTAL}registrations/{registration.id}").content.decode()
    assert "عرض" in shown
    client = browser("admin")
    assert "عرض" in client.get(f"/w/rayyan/deal-registrations/{registration.id}/").content.decode()
    event = Event.objects.get(kind="file_added")
    assert event.via == "portal"
    assert "خالد" in event.payload["who"]


def test_files_of_staff_on_a_registration_are_not_told(admin, inside, registration):
    attach("deal-registrations", registration.id, "داخلي.pdf", [PDF], by=admin)
    assert "داخلي" not in inside.get(f"{PORTAL}registrations/{registration.id}").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choose a file first"),
        ("page.html", b"<script>alert(1)</script>", "Send a PDF"),
        ("program.pdf", b"MZ\x90\x00\x03", "Send a PDF"),
        ("archive.zip", b"PK\x03\x04" + b"x" * 40, "Send a PDF"),
        ("large.pdf", PDF + b"x" * 90, "larger"),
    ],
)
def test_other_files_are_refused_and_nothing_is_kept(monkeypatch, inside, registration, name, content, said):
    monkeypatch.setattr(papers, "LARGEST", 80)
    answer = send(inside, registration, name, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not File.objects.exists()


def test_there_is_an_end_to_the_files_and_to_the_time_for_them(monkeypatch, admin, inside, registration):
    monkeypatch.setattr(papers, "MOST", 1)
    assert send(inside, registration).status_code == 302
    assert send(inside, registration).status_code == 422
    monkeypatch.setattr(papers, "MOST", 9)
    refuse(registration, by=admin, reason="عميل مسجّل")
    assert send(inside, registration).status_code == 422
    assert File.objects.count() == 1


def test_a_file_for_a_registration_of_another_partner_goes_nowhere(admin, registration):
    rival = signed_in(invited(admin, new_partner(admin, "منافذ الركن"), "سعد"))
    assert send(rival, registration).status_code == 404
    assert not File.objects.exists()
