"""The commission of a partner on paper: whose it is, in which language, and that its lines explain its sums."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sila.documents.extracting import words_of
from sila.platform.entities import actions as records
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.invoices.actions import credit, issue, pay
from sila.sales.partners import statements
from sila.sales.partners.models import PartnerCommission
from sila.sales.partners.statements import statement_of
from sila.sales.tests.portal_people import PORTAL, invited, new_partner, signed_in
from tests.counting import at_most
from tests.people import rule as change_role

pytestmark = pytest.mark.django_db
MAY, JUNE = datetime(2026, 5, 20, 9, tzinfo=UTC), datetime(2026, 6, 3, 9, tzinfo=UTC)
PAPER = PORTAL + "commission/statement"


def fresh(record):
    return type(record).objects.get(id=record.id)


@pytest.fixture
def partner(admin):
    return new_partner(admin, "موزعو النخبة", commission_rate="10")


def settled(by, partner, price, **values):
    customer = records.create(registry["organizations"], {"name": f"عميل {price}"}, by=by)
    named = {"name": "صفقة", "party": str(customer.id), "partner": str(partner.party_id)}
    deal = records.create(registry["opportunities"], {**named, "channel": "reseller"}, by=by)
    given = {"name": "فاتورة", "opportunity": str(deal.id), **values}
    invoice = records.create(registry["invoices"], given, by=by)
    line = {"invoice": str(invoice.id), "name": "بند", "price": price}
    records.create(registry["invoice-lines"], line, by=by)
    pay(issue(fresh(invoice), by=by), by=by)
    return fresh(invoice)


@pytest.fixture
def earned(admin, partner):
    """1,000 in May, of which 400 were credited in June; 500 dollars in June."""
    with clock.at(MAY):
        invoice = settled(admin, partner, "1000")
    with clock.at(JUNE):
        note = credit(fresh(invoice), by=admin, reason="مرتجع")
        records.update(registry["invoice-lines"], note.lines.get().id, {"price": "400"}, by=admin)
        issue(fresh(note), by=admin)
        settled(admin, partner, "500", currency="USD")
    return invoice


def paper(partner, workspace, key, language="en"):
    lines = PartnerCommission.objects.filter(partner_id=partner.id)
    return statement_of(partner, lines, Period.read(key), workspace, language)


def read(content, tmp_path):
    (tmp_path / "statement").write_bytes(content)
    return words_of(Path(tmp_path / "statement"), "application/pdf")


def test_each_line_says_how_it_came_about_and_each_currency_adds_up(admin, partner, earned):
    [may] = paper(partner, admin.workspace, "g-2026-05").parts
    assert [[cell["t"] for cell in row][1:] for row in may.rows] == [
        [earned.number, "1,000.00", "10", "100.00"]
    ]
    riyals, dollars = paper(partner, admin.workspace, "g-2026-06").parts
    [[_day, what, basis, rate, amount]] = riyals.rows
    assert [basis["t"], rate["t"], amount["t"]] == ["-400.00", "10", "-40.00"]
    assert "A credit note took a part of it back" in str(what["more"])
    assert "20 May 2026" in str(what["more"])
    assert [each["value"].split()[-1] for each in riyals.sums] == ["0.00", "-40.00", "-40.00"]
    assert [each["value"].split()[-1] for each in dollars.sums] == ["50.00", "0.00", "50.00"]
    for key, count in (("g-2026-q2", [2, 1]), ("g-2026", [2, 1]), ("h-1447-12", [2, 1]), ("g-2025", [])):
        assert [len(part.rows) for part in paper(partner, admin.workspace, key).parts] == count


def test_what_is_too_long_for_a_paper_is_said_and_the_sums_are_of_all(monkeypatch, admin, partner, earned):
    monkeypatch.setattr(statements, "LONGEST", 1)
    made = paper(partner, admin.workspace, "g-2026")
    assert sum(len(part.rows) for part in made.parts) == 1
    assert "The first 1 of 3 lines" in made.notes[0]
    assert [part.sums[-1]["value"].split()[-1] for part in made.parts] == ["60.00", "50.00"]


@pytest.mark.parametrize(
    ("language", "title", "why"),
    [("en", "Commission statement", "The invoice was settled"), ("ar", "كشف عمولة", "سُدّدت الفاتورة")],
)
def test_a_partner_gets_it_in_the_language_in_which_they_read(
    admin, partner, earned, tmp_path, language, title, why
):
    inside = signed_in(invited(admin, partner, language=language))
    page = inside.get(PORTAL + "commission/?month=2026-05").content.decode()
    for key in ("g-2026-05", "g-2026-q2", "g-2026"):
        assert f"commission/statement?period={key}" in page
    answer = inside.get(f"{PAPER}?period=g-2026-05")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    words = read(answer.content, tmp_path)
    assert "1,000.00" in words
    assert earned.number in words
    data = paper(partner, admin.workspace, "g-2026-05", language)
    assert data.data()["title"][language] == title
    assert why in str(data.parts[0].rows)
    with at_most(14):
        inside.get(f"{PAPER}?period=g-2026-05")


def test_a_statement_holds_the_partners_own_lines_alone(admin, partner, earned):
    rival = new_partner(admin, "منافذ الركن", commission_rate="5")
    with clock.at(MAY):
        settled(admin, rival, "7777")
    [may] = paper(partner, admin.workspace, "g-2026-05").parts
    assert len(may.rows) == 1
    inside = signed_in(invited(admin, rival, "سعد"))
    assert inside.get(f"{PAPER}?period=g-2026-05").status_code == 200
    page = inside.get(PORTAL + "commission/?month=2026-05").content.decode()
    assert earned.number not in page


def test_what_is_no_period_is_nowhere_and_without_one_it_is_the_newest_month(admin, partner, earned):
    inside = signed_in(invited(admin, partner))
    for key in ("x", "g-2026-13", "g-0000", "../../etc", "g-99999"):
        assert inside.get(PAPER, {"period": key}).status_code == 404, key
    assert "2026-06" in inside.get(PAPER)["Content-Disposition"]


def test_whoever_asks_for_many_papers_waits(monkeypatch, admin, partner):
    inside = signed_in(invited(admin, partner))
    answers = {inside.get(f"{PAPER}?period=g-2025").status_code for _each in range(40)}
    assert answers == {200, 429}


def test_staff_find_it_on_the_page_of_the_partner(browser, company, admin, partner, earned):
    client = browser("admin")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    here = f"/w/rayyan/partner/{partner.id}"
    with at_most(14):
        page = client.get(f"/w/rayyan/partners/{partner.id}/").content.decode()
    assert f"{here}/commission" in page
    with at_most(8):
        card = client.get(f"{here}/commission").content.decode()
    assert "May 2026" in card
    assert f"{here}/statement?period=g-2026-06" in card
    answer = client.get(f"{here}/statement?period=g-2026-05")
    assert answer.content.startswith(b"%PDF")
    assert "2026-05" in answer["Content-Disposition"]
    assert client.get(f"{here}/statement?period=x").status_code == 404


def test_who_may_not_see_the_amounts_gets_no_paper(browser, company, partner, earned):
    client, here = browser("viewer"), f"/w/rayyan/partner/{partner.id}"
    for tail in ("commission", "statement"):
        assert client.get(f"{here}/{tail}").status_code == 200
    hidden = {"partner-commissions": {"amount": "hidden"}}
    change_role(company, lambda role: role.fields.update(hidden), "viewer")
    for tail in ("commission", "statement"):
        assert client.get(f"{here}/{tail}").status_code == 403
    assert f"{here}/commission" not in client.get(f"/w/rayyan/partners/{partner.id}/").content.decode()
