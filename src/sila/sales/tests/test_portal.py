"""What a partner's people see and do in the portal: theirs, and nothing else."""

from datetime import timedelta

import pytest
from django.core import mail

from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.notifications.gathering import gather
from sila.platform.notifications.models import Notification
from sila.sales.invoices.actions import issue, pay
from sila.sales.models import Opportunity
from sila.sales.partners.models import DealRegistration, SharedLead
from sila.sales.partners.portal.access import revoke
from sila.sales.partners.portal.notices import NOTICE
from sila.sales.partners.registering import approve, refuse
from sila.sales.partners.sharing import share, withdraw
from sila.sales.tests.portal_people import PORTAL, invited, new_partner, signed_in
from tests.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة", tier="gold", commission_rate="10")


@pytest.fixture
def khalid(admin, partner):
    return invited(admin, partner, language="en")


@pytest.fixture
def inside(khalid):
    return signed_in(khalid)


def text(client, path, status=200):
    answer = client.get(PORTAL + path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def new_lead(by, partner, **values):
    given = {
        "name": "سالم",
        "company_name": "مصنع الخليج",
        "email": "secret@factory.example",
        "city": "الدمام",
    }
    lead = records.create(registry["leads"], {**given, **values}, by=by)
    share(lead, by=by, partner=partner.id, note="Within two days")
    return SharedLead.objects.get(lead_id=lead.id)


# ---- registrations -------------------------------------------------------------------------------------
def test_a_partner_registers_a_deal_and_sees_when_it_is_protected(admin, partner, khalid, inside):
    answer = inside.post(
        PORTAL + "registrations/new",
        {"company_name": "شركة الوادي", "phone": "0501234567", "amount": "50000", "note": "قريبًا"},
    )
    made = DealRegistration.objects.get()
    assert answer.headers["Location"] == f"{PORTAL}registrations/{made.id}"
    assert (made.partner_id, made.owner_id, made.amount) == (partner.id, partner.owner_id, 5_000_000)
    assert made.created_by_id is None
    assert "being looked at" in text(inside, f"registrations/{made.id}")
    approve(made, by=admin, days=60)
    page = text(inside, f"registrations/{made.id}")
    assert "60 days left" in page
    assert "Protected" in text(inside, "registrations/")


def test_a_refusal_is_answered_in_the_portal(admin, inside):
    inside.post(PORTAL + "registrations/new", {"company_name": "شركة الوادي"})
    made = DealRegistration.objects.get()
    refuse(made, by=admin, reason="عميل قائم لدينا")
    assert "عميل قائم لدينا" in text(inside, f"registrations/{made.id}")


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(inside):
    answer = inside.post(
        PORTAL + "registrations/new",
        {"company_name": "", "phone": "abc", "note": "<script>alert(1)</script>"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="e-company_name"' in page
    assert 'id="e-phone"' in page
    assert "<script>alert(1)" not in page
    assert not DealRegistration.objects.exists()


def test_a_registration_that_is_sent_twice_is_one(inside):
    places = [
        inside.post(PORTAL + "registrations/new", {"company_name": "شركة الوادي"}).headers["Location"]
        for _each in range(2)
    ]
    assert places[0] == places[1]
    assert DealRegistration.objects.count() == 1


def test_a_partner_cannot_say_more_than_the_form_asks(admin, inside):
    """Neither whose it is, nor how it is decided, nor anything else of the record."""
    rival = new_partner(admin, "منافذ الركن")
    inside.post(
        PORTAL + "registrations/new",
        {
            "company_name": "شركة الوادي",
            "partner": str(rival.id),
            "status": "approved",
            "protected_until": "2030-01-01",
            "owner": "",
            "party": str(rival.party_id),
        },
    )
    made = DealRegistration.objects.get()
    assert (made.status, made.protected_until, made.party_id) == ("submitted", None, None)
    assert made.partner_id != rival.id
    assert not Opportunity.objects.exists()


def test_staff_see_who_did_it_and_whoever_looks_after_the_partner_is_told(
    browser, company, alice, admin, partner, khalid, inside
):
    records.update(registry["partners"], partner.id, {"owner": str(alice.member_id)}, by=admin)
    inside.post(PORTAL + "registrations/new", {"company_name": "شركة الوادي"})
    made = DealRegistration.objects.get()
    event = Event.objects.get(kind="created", record_id=made.id)
    assert (event.via, event.member_id) == ("portal", None)
    assert khalid.name in event.payload["who"]
    page = browser("admin").get(f"/w/rayyan/deal-registrations/{made.id}/").content.decode()
    assert khalid.name in page
    assert khalid.name in browser("admin").get("/w/rayyan/settings/audit/").content.decode()
    gather(company.workspace)
    told = Notification.objects.filter(member_id=alice.member_id, record_id=made.id)
    assert [(row.kind, row.record_id) for row in told] == [("partners", made.id)]
    assert khalid.name in browser("alice").get("/w/rayyan/notifications/").content.decode()


# ---- leads ---------------------------------------------------------------------------------------------
def test_a_shared_lead_shows_what_the_partner_may_know_and_no_more(admin, partner, inside):
    shared = new_lead(admin, partner)
    assert "سالم" in text(inside, "")
    page = text(inside, f"leads/{shared.id}")
    assert "مصنع الخليج" in page
    assert "Within two days" in page
    assert "secret@factory.example" not in page
    records.update(registry["partners"], partner.id, {"sees": ["email"]}, by=admin)
    page = text(inside, f"leads/{shared.id}")
    assert "secret@factory.example" in page
    assert "مصنع الخليج" not in page


def test_a_partner_takes_a_lead_says_how_far_it_has_got_and_what_came_of_it(company, admin, partner, inside):
    shared = new_lead(admin, partner)
    place = f"{PORTAL}leads/{shared.id}"
    assert inside.post(place, {"do": "won"}).status_code == 422  # not before it is taken
    assert inside.post(place, {"do": "accept"}).status_code == 302
    assert inside.post(place, {"do": "progress", "progress": "nonsense"}).status_code == 422
    inside.post(place, {"do": "progress", "progress": "meeting", "answer": "Sunday"})
    shared.refresh_from_db()
    assert (shared.status, shared.progress, shared.answer) == ("accepted", "meeting", "Sunday")
    assert "Meeting planned" in text(inside, "leads/")
    inside.post(place, {"do": "won"})
    shared.refresh_from_db()
    assert shared.status == "won"
    gather(company.workspace)
    told = Notification.objects.filter(kind="partners", record_id=shared.id)
    assert told.exists()


def test_a_lead_is_declined_with_a_reason_and_is_gone(admin, partner, inside):
    shared = new_lead(admin, partner)
    place = f"{PORTAL}leads/{shared.id}"
    assert inside.post(place, {"do": "decline"}).status_code == 422
    assert inside.post(place, {"do": "decline", "answer": "Too far"}).status_code == 302
    text(inside, f"leads/{shared.id}", 404)
    assert "سالم" not in text(inside, "leads/")


def test_a_lead_that_is_taken_back_or_thrown_away_is_nowhere(admin, partner, inside):
    back, gone = new_lead(admin, partner), new_lead(admin, partner, name="نايف")
    withdraw(back, by=admin)
    records.trash(registry["leads"], gone.lead_id, by=admin)
    for shared in (back, gone):
        text(inside, f"leads/{shared.id}", 404)
        assert inside.post(f"{PORTAL}leads/{shared.id}", {"do": "accept"}).status_code == 404
        shared.refresh_from_db()
        assert shared.answered_at is None


# ---- prices and commission -----------------------------------------------------------------------------
@pytest.fixture
def products(admin):
    return [
        records.create(registry["products"], {"name": name, "code": code, "price": price}, by=admin)
        for name, code, price in (("طابعة", "PR-1", "1000"), ("ماسح", "SC-1", "500"), ("حامل", "ST-1", ""))
    ]


def test_prices_are_those_of_the_partners_own_book(admin, partner, products, inside):
    assert "No price list" in text(inside, "prices/")
    book = records.create(registry["price-books"], {"name": "ذهبي", "discount": "18"}, by=admin)
    records.create(registry["price-books"], {"name": "للآخرين", "discount": "50"}, by=admin)
    records.update(registry["partners"], partner.id, {"price_book": str(book.id)}, by=admin)
    more = {"book": str(book.id), "product": str(products[1].id)}
    records.create(registry["prices"], {**more, "price": "300", "from_quantity": "10"}, by=admin)
    page = text(inside, "prices/")
    for shown in ("820", "410", "300", "from", "On request", "ذهبي"):
        assert shown in page, shown
    assert "للآخرين" not in page
    page = text(inside, "prices/?q=sc-1")
    assert "ماسح" in page
    assert "طابعة" not in page
    records.update(registry["products"], products[1].id, {"active": False}, by=admin)
    assert "Nothing was found" in text(inside, "prices/?q=sc-1")


def test_prices_of_the_list_are_those_that_a_quote_takes(admin, partner, products):
    from decimal import Decimal

    from sila.catalog.pricing import offer, price_list
    from sila.sales.rules import today

    book = records.create(registry["price-books"], {"name": "ذهبي", "discount": "12.5"}, by=admin)
    for quantity, price in (("1", "900"), ("5", "850"), ("20", "700")):
        values = {"book": str(book.id), "product": str(products[0].id), "price": price}
        records.create(registry["prices"], {**values, "from_quantity": quantity}, by=admin)
    listed = price_list(products, book, today(admin))
    for product in products:
        steps = listed.get(product.id, [])
        for quantity in (1, 4, 5, 19, 20, 500):
            expected = [step.price for step in steps if step.least <= quantity][-1:] or [None]
            found = offer(
                product, quantity=Decimal(quantity), currency=book.currency, on=today(admin), book=book
            )
            assert found.price == expected[0], (product.code, quantity)


# ---- how much is asked ---------------------------------------------------------------------------------
def test_pages_ask_the_database_little(admin, partner, products, inside):
    book = records.create(registry["price-books"], {"name": "ذهبي", "discount": "18"}, by=admin)
    records.update(registry["partners"], partner.id, {"price_book": str(book.id)}, by=admin)
    shared = [new_lead(admin, partner, name=f"عميل {each}") for each in range(4)]
    for each in range(4):
        inside.post(PORTAL + "registrations/new", {"company_name": f"شركة {each}"})
    asked = DealRegistration.objects.order_by("id").first()
    for path in (
        *("", "registrations/", f"registrations/{asked.id}", "registrations/new", "leads/"),
        *(f"leads/{shared[0].id}", "prices/", "prices/?q=x", "commission/", "profile"),
    ):
        text(inside, path)
        with at_most(12):
            text(inside, path)


def test_both_languages_and_who_chooses_them(khalid, inside):
    assert 'lang="en"' in text(inside, "")
    assert inside.post(PORTAL + "profile", {"language": "ar"}).status_code == 302
    page = text(inside, "")
    assert 'dir="rtl"' in page
    assert "نظرة عامة" in page


def test_protection_that_ends_soon_awaits_on_the_first_page(admin, inside):
    inside.post(PORTAL + "registrations/new", {"company_name": "شركة الوادي"})
    approve(DealRegistration.objects.get(), by=admin, days=40)
    assert "ends soon" not in text(inside, "")
    later = DealRegistration.objects.get()
    DealRegistration.objects.filter(id=later.id).update(
        protected_until=later.protected_until - timedelta(days=20)
    )
    assert "ends soon" in text(inside, "")


def test_commission_is_told_line_by_line_and_month_by_month(admin, partner, inside):
    assert "no commission yet" in text(inside, "commission/")
    rival = new_partner(admin, "منافذ الركن", commission_rate="5")
    for whose, price in ((partner, "1000"), (rival, "7777")):
        customer = records.create(registry["organizations"], {"name": f"عميل {price}"}, by=admin)
        values = {"name": "صفقة", "party": str(customer.id), "partner": str(whose.party_id)}
        deal = records.create(registry["opportunities"], {**values, "channel": "reseller"}, by=admin)
        given = {"name": "فاتورة", "party": str(customer.id), "opportunity": str(deal.id)}
        invoice = records.create(registry["invoices"], given, by=admin)
        line = {"invoice": str(invoice.id), "name": "بند", "price": price}
        records.create(registry["invoice-lines"], line, by=admin)
        invoice.refresh_from_db()
        pay(issue(invoice, by=admin), by=admin)
    page = text(inside, "commission/")
    assert "10%" in page
    assert ">100<" in page.replace("&nbsp;", "").replace("\u20c1", ">").replace("</bdi>", "<")
    assert "7,777" not in page
    with at_most(12):
        text(inside, "commission/")
    for month in ("2020-01", "x", "2026-13"):
        text(inside, f"commission/?month={month}")
    assert "Commission of this month" in text(inside, "")


@pytest.mark.parametrize(
    ("language", "said"), [("en", ("shares a lead", "has answered")), ("ar", ("عميل محتمل مشترك", "رد"))]
)
def test_partners_hear_by_mail_that_something_awaits_them(admin, partner, language, said):
    """Whoever may come in, in their language, and not what it is about."""
    user, other = invited(admin, partner, language=language), invited(admin, partner, name="سعد")
    revoke(other, by=admin)
    rival = invited(admin, new_partner(admin, "منافذ الركن"))
    shared = new_lead(admin, partner)
    given = {"partner": str(partner.id), "company_name": "شركة الوادي"}
    registered = records.create(registry["deal-registrations"], given, by=admin)
    approve(registered, by=admin)
    mail.outbox.clear()
    for name in (NOTICE, "mail"):
        for job in Job.objects.filter(name=name, state=Job.State.WAITING).order_by("id"):
            assert jobs.run(admin.workspace.pk, job.id)
    assert [each.to for each in mail.outbox] == [[user.email]] * 2
    assert rival.email not in str([each.to for each in mail.outbox])
    for each, words, path in zip(
        mail.outbox, said, (f"leads/{shared.id}", f"registrations/{registered.id}"), strict=True
    ):
        assert words in each.subject
        assert PORTAL + path in each.body
        assert "سالم" not in each.body
        assert "شركة الوادي" not in each.body
