"""Statements from the first payment to the payroll: who sees and approves them, what stands, what is corrected."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client

from sila.platform.access.models import Member, OrgUnit
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.credits import split_credit
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.invoices.models import Invoice, Payment
from sila.sales.invoices.rules import WORK
from sila.team.commission.actions import approve, draw_up, enrol, mark_paid, reckon_anew, send_back, submit
from sila.team.commission.models import CommissionPlan, CommissionStatement
from sila.team.commission.paper import paper_of, pdf_of

MARCH, APRIL, MAY, AUGUST = (datetime(2026, month, 10, 9, tzinfo=UTC) for month in (3, 4, 5, 8))
A_DAY = MARCH.date()
PAGE = "/w/rayyan/commission"


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def plan(admin, company) -> CommissionPlan:
    with clock.at(MARCH):
        made = add("commission-plans", admin, name="خطة المبيعات", every="quarter", begins="2026-01-01")
        add("commission-tiers", admin, plan=made.id, rate="5", above="0")
        add("commission-tiers", admin, plan=made.id, rate="10", above="1000")
        return enrol(made, by=admin, member=company.members["alice"].id)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def sell(alice, customer):
    """An issued invoice over so much before tax, with a deal of its own."""

    def sell(price="1000", *, at=MARCH, by=alice, currency="SAR", **line):
        with clock.at(at):
            deal = add("opportunities", by, name="صفقة", party=customer.id)
            invoice = add("invoices", by, name="توريد", opportunity=deal.id, currency=currency)
            rows = [("n", {"name": "مكيف", "price": price, **line})]
            context = Context(by, Reader.of(by.workspace), currency=currency)
            return issue(WORK.set_lines(invoice, rows, by=by, context=context), by=by)

    return sell


@pytest.fixture
def browse(company):
    def browse(name):
        client = Client()
        client.force_login(company.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return browse


def now(invoice):
    return Invoice.objects.get(id=invoice.id)


def paid(invoice, by, at=MARCH, amount=None):
    with clock.at(at):
        return pay(now(invoice), by=by, amount=amount)


def drawn(plan, by, at=APRIL, day=A_DAY):
    with clock.at(at):
        draw_up(plan, by=by, day=day)
    return statement(plan, Member.objects.get(name="Alice"), day)


def statement(plan, member, day=A_DAY):
    return CommissionStatement.objects.filter(
        plan_id=plan.id, owner_id=member.id, begins__lte=day, ends__gte=day
    ).first()


def approved(plan, by, at=APRIL, day=A_DAY):
    made = drawn(plan, by, at, day)
    with clock.at(at):
        return approve(submit(made, by=by), by=by)


def lines(of):
    return [(line.base, line.amount) for line in of.lines.order_by("order")]


# ---- what a statement says -----------------------------------------------------------------------------
def test_payments_of_a_quarter_become_a_statement_that_explains_each_line(plan, sell, alice, admin, browse):
    """800.00 at 5 % are 40.00; then 200.00 at 5 % and 300.00 at 10 %: 40.00."""
    paid(sell("800"), alice)
    paid(sell("1000"), alice, amount=575_00)
    made = drawn(plan, admin)
    assert sorted(lines(made)) == [(500_00, 40_00), (800_00, 40_00)]
    assert (made.base, made.amount) == (1300_00, 80_00)
    page = browse("alice").get(f"/w/rayyan/commission-statements/{made.id}/").content.decode()
    assert "5% × SAR\xa0200.00 + 10% × SAR\xa0300.00" in page.replace("&nbsp;", "\xa0")


def test_a_deal_that_is_split_pays_each_their_share(plan, sell, alice, admin, company):
    enrol(now_plan(plan), by=admin, member=company.members["bob"].id)
    invoice = sell("1000.01")
    deal = now(invoice).opportunity
    people = [company.members[name].id for name in ("alice", "bob")]
    split_credit(deal, by=alice, member_1=people[0], percent_1=33.33, member_2=people[1], percent_2=66.67)
    paid(invoice, alice)
    drawn(plan, admin)
    shares = [statement(plan, company.members[name]).base for name in ("alice", "bob")]
    assert sum(shares) == 1000_01
    assert shares == [333_30, 666_71]


def now_plan(plan):
    return CommissionPlan.objects.get(id=plan.id)


def test_drawing_up_again_changes_nothing_and_keeps_the_fingerprint(plan, sell, alice, admin):
    paid(sell(), alice)
    first = drawn(plan, admin)
    told = list(first.lines.order_by("order").values("order", "facts", "amount"))
    with clock.at(MAY):
        again = reckon_anew(first, by=admin)
    assert (again.version, again.fingerprint) == (first.version, first.fingerprint)
    assert list(again.lines.order_by("order").values("order", "facts", "amount")) == told


def test_the_last_day_of_a_period_is_that_of_the_workspace_clock(plan, sell, alice, admin):
    """A note of 20:59 UTC on 31 March is of March in Riyadh, one of 21:01 of April."""
    first, second = sell("100"), sell("200")
    for invoice in (first, second):
        paid(invoice, alice)
    for invoice, minute in ((first, (20, 59)), (second, (21, 1))):
        with clock.at(datetime(2026, 3, 31, *minute, tzinfo=UTC)):
            issue(credit(now(invoice), by=alice, reason="إرجاع"), by=alice)
    assert drawn(plan, admin).base == 200_00
    assert drawn(plan, admin, day=date(2026, 4, 1)).base == -200_00


def test_a_product_in_the_trash_counts_as_before(plan, sell, alice, admin):
    product = add("products", admin, name="مكيف", code="AC", price="100", family="تكييف")
    narrow = add(
        "commission-plans", admin, name="تكييف", every="quarter", begins="2026-01-01", family="تكييف"
    )
    add("commission-tiers", admin, plan=narrow.id, rate="2", above="0")
    enrol(narrow, by=admin, member=alice.member_id)
    paid(sell("100", product=str(product.id)), alice)
    paid(sell("900"), alice)
    records.trash(registry["products"], product.id, by=admin)
    assert drawn(narrow, admin).base == 100_00


def test_an_invoice_without_a_rate_waits_until_there_is_one(plan, sell, alice, admin, browse):
    paid(sell("100", currency="USD"), alice)
    made = drawn(plan, admin)
    assert (made.amount, [line.facts["note"] for line in made.lines.all()]) == (0, ["rate"])
    page = browse("alice").get(f"/w/rayyan/commission-statements/{made.id}/").content.decode()
    assert "no exchange rate for USD" in page
    add("exchange-rates", admin, currency="USD", rate="3.75", day="2026-03-01")
    assert drawn(plan, admin).base == 375_00


def test_who_moves_to_another_unit_keeps_what_they_earned(plan, sell, alice, admin, company):
    paid(sell(), alice)
    jeddah = OrgUnit.objects.get(name="Jeddah")
    records.update(registry["members"], alice.member_id, {"unit": str(jeddah.id)}, by=admin)
    assert drawn(plan, admin).base == 1000_00


# ---- what stands ---------------------------------------------------------------------------------------
def test_a_credit_after_approval_is_taken_back_in_the_period_of_the_note(plan, sell, alice, admin):
    invoice = sell("2000")
    paid(invoice, alice)
    first = approved(plan, admin)
    assert first.amount == 150_00
    with clock.at(MAY):
        issue(credit(now(invoice), by=alice, reason="إرجاع"), by=alice)
    second = drawn(plan, admin, AUGUST, MAY.date())
    first.refresh_from_db()
    assert (first.amount, second.amount) == (150_00, -150_00)


def test_a_payment_that_is_removed_after_approval_is_corrected_once_in_the_next_statement(
    plan, sell, alice, admin
):
    invoice = sell("1000")
    payment = paid(invoice, alice)
    first = approved(plan, admin)
    with clock.at(MAY):
        records.trash(registry["payments"], payment.id, by=alice)
    second = approved(plan, admin, AUGUST, MAY.date())
    assert lines(second) == [(-1000_00, -50_00)]
    assert second.lines.get().facts["kind"] == "correction"
    third = drawn(plan, admin, datetime(2026, 11, 1, tzinfo=UTC), AUGUST.date())
    first.refresh_from_db()
    assert (first.amount, third.amount, lines(third)) == (50_00, 0, [])


def test_a_payment_entered_late_for_an_approved_day_comes_with_the_next(plan, sell, alice, admin):
    invoice = sell("1000")
    paid(invoice, alice, amount=575_00)
    approved(plan, admin)
    with clock.at(MAY):
        pay(now(invoice), by=alice, paid_on="2026-03-20")
    second = drawn(plan, admin, AUGUST, MAY.date())
    assert lines(second) == [(500_00, 25_00)]


def test_what_was_approved_stays_with_whom_it_was_approved_for(plan, sell, alice, admin, company):
    enrol(now_plan(plan), by=admin, member=company.members["bob"].id)
    invoice = sell("1000")
    paid(invoice, alice)
    approved(plan, admin)
    records.update(
        registry["opportunities"],
        now(invoice).opportunity_id,
        {"owner": str(company.members["bob"].id)},
        by=admin,
    )
    second = drawn(plan, admin, AUGUST, MAY.date())
    assert (second.amount, lines(second)) == (0, [])
    assert statement(plan, company.members["bob"]).amount == 0
    drawn(plan, admin, AUGUST)
    assert statement(plan, company.members["bob"]).amount == 0


def test_terms_tiers_and_people_stand_once_a_statement_was_approved(plan, sell, alice, admin):
    paid(sell(), alice)
    records.update(registry["commission-plans"], plan.id, {"cap": "40"}, by=admin)
    first = approved(plan, admin)
    assert first.amount == 40_00
    tier, seat = plan.tiers.first(), plan.participants.get()
    for refused in (
        lambda: records.update(registry["commission-plans"], plan.id, {"cap": "90"}, by=admin),
        lambda: records.update(registry["commission-plans"], plan.id, {"ends": "2026-02-01"}, by=admin),
        lambda: records.trash(registry["commission-plans"], plan.id, by=admin),
        lambda: records.update(registry["commission-tiers"], tier.id, {"rate": "50"}, by=admin),
        lambda: records.trash(registry["commission-tiers"], tier.id, by=admin),
        lambda: records.trash(registry["commission-participants"], seat.id, by=admin),
        lambda: records.update(
            registry["commission-participants"], seat.id, {"ends": "2026-02-01"}, by=admin
        ),
    ):
        with pytest.raises(Invalid):
            refused()
    records.update(registry["commission-plans"], plan.id, {"ends": "2026-06-30"}, by=admin)
    assert drawn(plan, admin, AUGUST, MAY.date()).amount == 0


# ---- who does what -------------------------------------------------------------------------------------
def test_nobody_approves_their_own_and_only_what_was_submitted(plan, sell, alice, admin, company):
    enrol(now_plan(plan), by=admin, member=admin.member_id)
    paid(sell(by=admin), admin)
    paid(sell(), alice)
    drawn(plan, admin)
    own, other = (statement(plan, company.members[name]) for name in ("admin", "alice"))
    with clock.at(APRIL):
        with pytest.raises(Invalid):
            approve(other, by=admin)
        own, other = submit(own, by=admin), submit(other, by=admin)
        with pytest.raises(NotAllowed):
            approve(own, by=admin)
        done = approve(other, by=admin)
        assert done.status == "approved"
        with pytest.raises(Invalid):
            approve(CommissionStatement.objects.get(id=done.id), by=admin)
        assert mark_paid(CommissionStatement.objects.get(id=done.id), by=admin).paid_on == APRIL.date()


def test_a_period_that_runs_is_not_submitted(plan, sell, alice, admin):
    paid(sell(), alice)
    made = drawn(plan, admin, at=MARCH)
    with clock.at(MARCH), pytest.raises(Invalid):
        submit(made, by=admin)


def test_what_changed_since_it_was_submitted_is_not_approved(plan, sell, alice, admin):
    invoice = sell("1000")
    paid(invoice, alice, amount=575_00)
    made = drawn(plan, admin)
    with clock.at(APRIL):
        made = submit(made, by=admin)
        pay(now(invoice), by=alice, paid_on="2026-03-30")
        with pytest.raises(Invalid):
            approve(made, by=admin)
        made = submit(send_back(CommissionStatement.objects.get(id=made.id), by=admin), by=admin)
        assert approve(made, by=admin).amount == 50_00


def test_a_manager_approves_for_those_they_lead_and_sellers_for_nobody(plan, sell, alice, admin, company):
    enrol(now_plan(plan), by=admin, member=company.members["charlie"].id)
    paid(sell(), alice)
    manager = company.actor("manager")
    made = drawn(plan, manager)
    assert statement(plan, company.members["charlie"]) is None
    with clock.at(APRIL):
        for who in ("alice", "bob", "viewer"):
            with pytest.raises((NotAllowed, NotFound)):
                submit(made, by=company.actor(who))
        assert approve(submit(made, by=manager), by=manager).approved_by_id == manager.member_id


def test_a_person_sees_their_own_statement_and_no_other(plan, sell, alice, admin, company, browse):
    paid(sell(), alice)
    made = drawn(plan, admin)
    address = f"/w/rayyan/commission-statements/{made.id}/"
    seen = {
        name: browse(name).get(address).status_code
        for name in ("alice", "manager", "bob", "charlie", "viewer")
    }
    assert seen == {"alice": 200, "manager": 200, "bob": 404, "charlie": 404, "viewer": 404}
    papers = {name: browse(name).get(f"{PAGE}/{made.id}/pdf").status_code for name in ("alice", "bob")}
    assert papers == {"alice": 200, "bob": 404}


# ---- pages ---------------------------------------------------------------------------------------------
def test_the_page_tells_what_one_earns_at_this_moment_and_how(
    plan, sell, alice, browse, django_assert_max_num_queries
):
    assert "Nothing was paid in this period" in browse("alice").get(PAGE).content.decode()
    today = datetime.now(UTC)
    paid(sell("1200", at=today), alice, at=today)
    client = browse("alice")
    client.get(PAGE)
    with django_assert_max_num_queries(32):
        page = client.get(PAGE).content.decode()
    assert "5% × SAR\xa01,000.00 + 10% × SAR\xa0200.00" in page.replace("&nbsp;", "\xa0")
    assert "You are in no commission plan" in browse("bob").get(PAGE).content.decode()


def test_the_payroll_is_a_file_whose_cells_are_no_formulas(plan, sell, alice, admin, company, browse):
    Member.objects.filter(id=alice.member_id).update(name="=HYPERLINK(1)")
    paid(sell(), alice)
    with clock.at(APRIL):
        draw_up(plan, by=admin, day=A_DAY)
        made = statement(plan, company.members["alice"])
        approve(submit(made, by=admin), by=admin)
    listed = browse("admin").get(PAGE).context["commission"]["payroll_url"]
    assert browse("admin").get(listed).content.decode().count("<tr data-id=") == 1
    sent_back = listed.replace("approved", "submitted")
    assert "<tr data-id=" not in browse("admin").get(sent_back).content.decode()
    file = browse("admin").get("/w/rayyan/commission-statements/export?format=csv&status=approved")
    text = b"".join(file.streaming_content if file.streaming else [file.content]).decode()
    assert file.status_code == 200
    assert "50.00" in text
    assert ",=HYPERLINK" not in text
    assert "\n=HYPERLINK" not in text


def test_the_paper_says_the_same_in_both_languages(plan, sell, alice, admin):
    paid(sell("1200"), alice)
    made = drawn(plan, admin)
    for language in ("ar", "en"):
        [part] = paper_of(made, admin.workspace, language).parts
        assert [row[-1]["t"] for row in part.rows] == ["70.00"]
        assert pdf_of(made, admin.workspace, language).startswith(b"%PDF")
    assert Payment.objects.count() == 1


def test_plans_and_statements_lead_to_one_another_for_whoever_may_see_them(company, browser):
    def over(who, noun):
        return browser(who).get(f"/w/rayyan/{noun}/").content.decode()

    assert 'href="/w/rayyan/commission-plans/"' in over("admin", "commission-statements")
    assert 'href="/w/rayyan/commission-statements/"' in over("admin", "commission-plans")
    assert 'href="/w/rayyan/commission"' in over("alice", "commission-statements")
