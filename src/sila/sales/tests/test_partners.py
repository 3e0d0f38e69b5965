"""Partners register deals, get leads, earn commission; two of them never have the same customer."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sila.parties.models import Party, PartyRole
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.invoices.models import Invoice, Payment
from sila.sales.models import Opportunity
from sila.sales.partners import registering
from sila.sales.partners.channels import by_channel
from sila.sales.partners.models import DealRegistration, Partner, PartnerCommission, SharedLead
from sila.sales.partners.registering import approve, expire, extend, refuse
from sila.sales.partners.sharing import accept, decline, report, share, withdraw
from sila.sales.rules import today
from tests.people import rule as change_role

pytestmark = pytest.mark.django_db


def company_named(by, name, **values):
    return records.create(registry["organizations"], {"name": name, **values}, by=by)


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة", commission_rate="10", tier="gold")


@pytest.fixture
def rival(admin):
    return new_partner(admin, "منافذ الركن", kind="outlet")


def new_partner(by, name, **values):
    return records.create(registry["partners"], {"party": str(company_named(by, name).id), **values}, by=by)


def registration(by, partner, customer="شركة الوادي", **values):
    given = {"partner": str(partner.id), "company_name": customer, **values}
    return records.create(registry["deal-registrations"], given, by=by)


def in_english(browser, name):
    client = browser(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def fresh(record):
    return type(record).objects.get(id=record.id)


# ---- partners ------------------------------------------------------------------------------------------
def test_a_partner_is_called_as_its_company_and_the_company_is_known_as_one(partner):
    assert partner.name == "موزعو النخبة"
    assert PartyRole.objects.filter(party_id=partner.party_id, role="partner", ends=None).exists()


def test_a_party_is_a_partner_once(admin, partner):
    with pytest.raises(Invalid):
        records.create(registry["partners"], {"party": str(partner.party_id)}, by=admin)
    assert Partner.objects.count() == 1


# ---- registering ---------------------------------------------------------------------------------------
def test_an_approved_registration_protects_the_customer_and_opens_the_deal(admin, alice, partner):
    asked = registration(alice, partner, phone="+966501234567", amount="50000")
    done = approve(asked, by=admin, days=60)
    assert done.status == "approved"
    assert done.protected_until == today(admin) + timedelta(days=60)
    deal = Opportunity.objects.get(id=done.opportunity_id)
    assert (deal.channel, deal.partner_id, deal.amount) == ("reseller", partner.party_id, 5_000_000)
    assert deal.owner_id == alice.member_id
    assert Party.objects.get(id=deal.party_id).name == "شركة الوادي"


def test_of_two_partners_who_register_one_customer_the_first_is_protected(admin, alice, partner, rival):
    """The other is told so, without a name."""
    first = registration(alice, partner, phone="+966501234567")
    second = registration(alice, rival, "شركة الوادي المحدودة", phone="+966501234567")
    approve(first, by=admin)
    with pytest.raises(Invalid) as refusal:
        approve(second, by=admin)
    assert partner.name not in str(refusal.value.errors)
    assert fresh(second).status == "submitted"
    assert Opportunity.objects.count() == 1


def test_a_customer_that_nobody_knew_is_added_once_for_both(admin, alice, partner, rival):
    first, second = registration(alice, partner), registration(alice, rival)
    approve(first, by=admin)
    with pytest.raises(Invalid):
        approve(second, by=admin)
    assert Party.objects.filter(name="شركة الوادي").count() == 1


def test_whoever_decides_is_told_who_is_protected(browser, admin, alice, partner, rival):
    approve(registration(alice, partner), by=admin)
    second = registration(alice, rival)
    page = in_english(browser, "admin").get(f"/w/rayyan/deal-registrations/{second.id}/").content.decode()
    assert "protected for" in page
    assert partner.name in page


def test_who_entered_a_registration_does_not_decide_it(company, admin, alice, partner):
    manager = company.actor("manager")
    mine, hers = registration(manager, partner), registration(alice, partner, "شركة أخرى")
    with pytest.raises(NotAllowed):
        approve(mine, by=manager)
    with pytest.raises(NotAllowed):
        refuse(mine, by=manager, reason="لا")
    assert fresh(mine).status == "submitted"
    assert approve(hers, by=manager).status == approve(fresh(mine), by=admin).status == "approved"


def test_a_refusal_says_why_and_nothing_that_was_decided_changes(admin, alice, partner):
    asked = registration(alice, partner)
    with pytest.raises(Invalid):
        refuse(asked, by=admin)
    refuse(asked, by=admin, reason="العميل لدينا منذ سنة")
    assert fresh(asked).answer == "العميل لدينا منذ سنة"
    with pytest.raises(Invalid):
        approve(fresh(asked), by=admin)
    with pytest.raises(Invalid):
        records.update(registry["deal-registrations"], asked.id, {"company_name": "غيرها"}, by=admin)


def test_protection_ends_by_itself_and_then_another_may_come(company, admin, alice, partner, rival):
    first = approve(registration(alice, partner), by=admin, days=30)
    with clock.at(clock.now() + timedelta(days=31)):
        end_what_is_over(company, admin)
        assert fresh(first).status == "expired"
        assert Event.objects.filter(kind="registration_expired", record_id=first.id).count() == 1
        second = approve(registration(alice, rival), by=admin)
        assert second.status == "approved"
        with pytest.raises(Invalid):
            extend(fresh(first), by=admin, days=30)
    assert Opportunity.objects.filter(channel="outlet").count() == 1


def end_what_is_over(company, by):
    job = jobs.enqueue(registering.EXPIRE, "a day", {}, by=by)
    expire(jobs.Run(job, by) if job.state == "running" else started(job, by))


def started(job, by):
    type(job).objects.filter(id=job.id).update(state="running")
    job.refresh_from_db()
    return jobs.Run(job, by)


def test_an_extension_counts_from_the_last_day(admin, alice, partner):
    first = approve(registration(alice, partner), by=admin, days=30)
    until = first.protected_until
    extend(first, by=admin, days=15)
    assert fresh(first).protected_until == until + timedelta(days=15)


def test_a_protecting_registration_stays_out_of_the_trash(admin, alice, partner):
    first = approve(registration(alice, partner), by=admin)
    with pytest.raises(Invalid):
        records.trash(registry["deal-registrations"], first.id, by=admin)


# ---- shared leads --------------------------------------------------------------------------------------
@pytest.fixture
def lead(admin):
    values = {"name": "زائر", "phone": "+966501112223", "city": "جدة", "interest": "مكاتب"}
    return records.create(registry["leads"], values, by=admin)


def test_a_lead_is_with_one_partner_at_a_time(admin, lead, partner, rival):
    share(lead, by=admin, partner=partner.id)
    with pytest.raises(Invalid):
        share(fresh(lead), by=admin, partner=rival.id)
    first = SharedLead.objects.get()
    decline(first, by=admin, answer="لا وقت")
    share(fresh(lead), by=admin, partner=rival.id)
    second = SharedLead.objects.get(partner_id=rival.id)
    withdraw(second, by=admin)
    assert sorted(SharedLead.objects.values_list("status", flat=True)) == ["declined", "withdrawn"]


def test_a_partner_takes_a_lead_and_says_what_came_of_it(admin, lead, partner):
    share(lead, by=admin, partner=partner.id)
    shared = SharedLead.objects.get()
    with pytest.raises(Invalid):
        report(shared, by=admin, outcome="won")
    accept(shared, by=admin)
    assert fresh(shared).answered_at is not None
    report(fresh(shared), by=admin, outcome="won", answer="طلبية")
    assert fresh(shared).status == "won"


def test_what_is_protected_does_not_stand_in_what_the_partner_may_know(browser, admin, lead, partner):
    share(lead, by=admin, partner=partner.id)
    shared = SharedLead.objects.get()
    page = in_english(browser, "admin").get(f"/w/rayyan/shared-leads/{shared.id}/").content.decode()
    assert "جدة" in page
    assert "501112223" not in page.replace(" ", "")
    records.update(registry["partners"], partner.id, {"sees": ["phone"]}, by=admin)
    page = in_english(browser, "admin").get(f"/w/rayyan/shared-leads/{shared.id}/").content.decode()
    assert "جدة" not in page
    assert "501112223" in page.replace(" ", "")


# ---- commission ----------------------------------------------------------------------------------------
@pytest.fixture
def deal(admin, partner):
    values = {"name": "أثاث", "channel": "reseller", "partner": str(partner.party_id)}
    values["party"] = str(company_named(admin, "عميل").id)
    return records.create(registry["opportunities"], values, by=admin)


def issued(by, deal, price="1000"):
    invoice = records.create(registry["invoices"], {"name": "فاتورة", "opportunity": str(deal.id)}, by=by)
    line = {"invoice": str(invoice.id), "name": "سطر", "price": price}
    records.create(registry["invoice-lines"], line, by=by)
    return issue(fresh(invoice), by=by)


def lines():
    rows = PartnerCommission.objects.order_by("id")
    return [(row.partner_id, row.basis, row.rate, row.amount, row.why) for row in rows]


def test_a_settled_invoice_earns_the_rate_of_that_day_before_tax(admin, deal, partner):
    invoice = issued(admin, deal)
    pay(invoice, by=admin, amount=50_000)
    assert lines() == []
    records.update(registry["partners"], partner.id, {"commission_rate": "7.5"}, by=admin)
    pay(fresh(invoice), by=admin)
    assert lines() == [(partner.id, 100_000, Decimal("7.50"), 7_500, "paid")]
    records.update(registry["partners"], partner.id, {"commission_rate": "20"}, by=admin)
    assert lines() == [(partner.id, 100_000, Decimal("7.50"), 7_500, "paid")]


def test_a_credit_note_takes_its_part_back_at_the_rate_of_then(admin, deal, partner):
    invoice = issued(admin, deal)
    pay(invoice, by=admin)
    records.update(registry["partners"], partner.id, {"commission_rate": "50"}, by=admin)
    note = credit(fresh(invoice), by=admin, reason="مرتجع")
    line = note.lines.get()
    records.update(registry["invoice-lines"], line.id, {"price": "400"}, by=admin)
    issue(fresh(note), by=admin)
    assert [(basis, amount, why) for _id, basis, _rate, amount, why in lines()] == [
        (100_000, 10_000, "paid"),
        (-40_000, -4_000, "credited"),
    ]


def test_a_payment_that_is_taken_out_takes_all_back(admin, deal):
    invoice = issued(admin, deal)
    pay(invoice, by=admin)
    records.trash(registry["payments"], Payment.objects.get().id, by=admin)
    assert Invoice.objects.get().status == "issued"
    assert sum(amount for _id, _basis, _rate, amount, _why in lines()) == 0
    assert lines()[-1][-1] == "reopened"


def test_another_partner_on_the_deal_earns_what_the_first_gives_back(admin, deal, partner, rival):
    pay(issued(admin, deal), by=admin)
    records.update(registry["partners"], rival.id, {"commission_rate": "5"}, by=admin)
    values = {"partner": str(rival.party_id), "channel": "outlet"}
    records.update(registry["opportunities"], deal.id, values, by=admin)
    earned = {}
    for partner_id, _basis, _rate, amount, _why in lines():
        earned[partner_id] = earned.get(partner_id, 0) + amount
    assert earned == {partner.id: 0, rival.id: 5_000}


def test_commission_is_written_by_invoices_alone(browser, admin, deal):
    pay(issued(admin, deal), by=admin)
    line = PartnerCommission.objects.get()
    client = in_english(browser, "admin")
    assert client.get(f"/w/rayyan/partner-commissions/{line.id}/").status_code == 200
    before = lines()
    assert client.get("/w/rayyan/partner-commissions/new").status_code in (403, 404)
    client.post(f"/w/rayyan/partner-commissions/{line.id}/fields/amount/", {"amount": "1"})
    client.post(f"/w/rayyan/partner-commissions/{line.id}/trash")
    assert lines() == before


# ---- prices --------------------------------------------------------------------------------------------
def test_the_price_book_of_a_partner_is_for_their_deals_and_for_nobody_else(admin, deal, partner):
    book = records.create(registry["price-books"], {"name": "أسعار النخبة", "discount": "30"}, by=admin)
    records.update(registry["partners"], partner.id, {"price_book": str(book.id)}, by=admin)
    theirs = records.create(registry["quotes"], {"name": "عرض", "opportunity": str(deal.id)}, by=admin)
    other = records.create(
        registry["quotes"], {"name": "عرض", "party": str(company_named(admin, "عميل آخر").id)}, by=admin
    )
    assert (theirs.price_book_id, other.price_book_id) == (book.id, None)


# ---- what is told --------------------------------------------------------------------------------------
def test_the_page_of_a_partner_tells_how_they_do(browser, admin, alice, deal, partner, lead):
    approve(registration(alice, partner), by=admin)
    share(lead, by=admin, partner=partner.id)
    pay(issued(admin, deal), by=admin)
    page = in_english(browser, "admin").get(f"/w/rayyan/partners/{partner.id}/").content.decode()
    for words in ("Performance", "Deals registered", "Revenue before tax", "Waiting for an answer"):
        assert words in page
    assert "1,000" in page


def test_channels_add_up_what_the_reader_may_see(company, browser, admin, deal):
    pay(issued(admin, deal), by=admin)
    page = in_english(browser, "admin").get("/w/rayyan/channels/").content.decode()
    assert "موزعو النخبة" in page
    assert "Invoiced" in page
    assert "1,000.00" in page
    charlie = browser("charlie").get("/w/rayyan/channels/").content.decode()
    assert "1,000.00" not in charlie
    change_role(company, lambda role: role.fields.update({"opportunities": {"amount": "hidden"}}))
    assert browser("alice").get("/w/rayyan/channels/").status_code == 403


def test_the_margin_is_on_what_has_a_known_cost_less_what_was_credited(admin, alice, deal, partner):
    product = records.create(
        registry["products"], {"name": "مكتب", "code": "D1", "price": "1000", "cost": "600"}, by=admin
    )
    invoice = records.create(registry["invoices"], {"name": "ف", "opportunity": str(deal.id)}, by=admin)
    line = {"invoice": str(invoice.id), "product": str(product.id), "quantity": "2"}
    records.create(registry["invoice-lines"], line, by=admin)
    invoice = issue(fresh(invoice), by=admin)
    issued(admin, deal, "500")
    note = credit(fresh(invoice), by=admin, reason="مرتجع")
    records.update(registry["invoice-lines"], note.lines.get().id, {"quantity": "1"}, by=admin)
    issue(fresh(note), by=admin)
    channel = by_channel(Context(admin, Reader.of(admin.workspace)))["reseller"]
    assert (channel.net, channel.costed, channel.margin, channel.share) == (150_000, 100_000, 40_000, 40)


def test_partners_of_another_workspace_protect_nobody_here(company, elsewhere, admin, alice, partner):
    with scope(elsewhere.workspace):
        theirs = elsewhere.actor("admin")
        approve(registration(theirs, new_partner(theirs, "Theirs")), by=theirs)
    with scope(company.workspace):
        assert approve(registration(alice, partner), by=admin).status == "approved"
        assert DealRegistration.objects.count() == 1
