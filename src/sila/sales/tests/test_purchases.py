"""What a customer bought: every line, what came back, and the habits in it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sila.platform.access.models import Role
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.sales.invoices.actions import credit, issue
from sila.sales.invoices.rules import WORK
from sila.sales.purchases.habits import Purchase, habits_of, whole_of
from sila.sales.purchases.reading import lines_of, purchases_of

JANUARY = date(2026, 1, 1)


def add(slug, by, **values):
    return records.create(registry[slug], values, by=by)


@pytest.fixture
def customer(admin):
    return add("organizations", admin, name="شركة الأفق")


@pytest.fixture
def coffee(admin):
    return add("products", admin, name="قهوة", code="C1", price="50", cost="30", currency="SAR")


@pytest.fixture
def sell(alice, customer):
    """An invoice of one line on a day, issued."""

    def do(day: datetime, by=alice, party=customer, currency="SAR", **line):
        with clock.at(day):
            invoice = add("invoices", by, name="توريد", party=party.id, currency=currency)
            context = Context(by, Reader.of(by.workspace))
            return issue(WORK.set_lines(invoice, [("n", line)], by=by, context=context), by=by)

    return do


def on(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def address(customer, workspace, tail=""):
    return f"/w/{workspace.slug}/purchases/{customer.id}/{tail}"


# ---- habits --------------------------------------------------------------------------------------------
def bought(*days: int, quantity: int = 1, net: int | None = 100, key: str = "a") -> list[Purchase]:
    return [Purchase(key, key, JANUARY + timedelta(days=day), Decimal(quantity), net) for day in days]


def test_the_rhythm_is_the_median_of_days_between_and_begins_with_the_third_day():
    assert whole_of(bought(0, 30)).every is None
    habit = whole_of(bought(0, 30, 60, 61, 181))
    assert (habit.every, habit.last, habit.expected) == (
        30,
        JANUARY + timedelta(181),
        JANUARY + timedelta(211),
    )
    assert whole_of(bought(0, 0, 0)).every is None  # three on one day are one


def test_what_came_back_lowers_the_sum_and_not_the_rhythm():
    (habit,) = habits_of([*bought(0, 10, 20, quantity=5), *bought(15, quantity=-2, net=-40)])
    assert (habit.bought, habit.returned, habit.net, habit.every) == (15, 2, 260, 10)


def test_what_brought_most_comes_first_and_nothing_bought_has_no_habit():
    assert [h.key for h in habits_of([*bought(1, key="b", net=5), *bought(1, key="a", net=9)])] == ["a", "b"]
    assert habits_of([]) == []
    assert whole_of([]).last is None


# ---- from invoices -------------------------------------------------------------------------------------
def test_lines_of_issued_invoices_and_of_notes_are_read_and_no_others(sell, alice, customer, coffee):
    first = sell(on(1), product=str(coffee.id), quantity="10")
    note = credit(first, by=alice, reason="تالفة")
    assert (
        len(purchases_of(lines_of(customer.id, alice), Reader.of(alice.workspace))) == 1
    )  # a draft of a note
    records.update(registry["invoice-lines"], WORK.lines_of(note)[0].id, {"quantity": "4"}, by=alice)
    with clock.at(on(5)):
        issue(type(note).objects.get(id=note.id), by=alice)
    add("invoices", alice, name="مسودة", party=customer.id)
    (habit,) = habits_of(purchases_of(lines_of(customer.id, alice), Reader.of(alice.workspace)))
    assert (habit.bought, habit.returned, habit.net, habit.cost) == (10, 4, 300_00, 180_00)
    assert habit.days == (date(2026, 3, 1),)


def test_other_currencies_count_at_the_rate_of_their_invoice(sell, alice, admin, customer):
    add("exchange-rates", admin, currency="USD", day="2026-03-01", rate="3.75")
    sell(on(2), name="خدمة", price="100", currency="USD")
    add("exchange-rates", admin, currency="USD", day="2026-03-03", rate="4")
    reader = Reader.of(alice.workspace)
    assert [row.net for row in purchases_of(lines_of(customer.id, alice), reader)] == [375_00]
    sell(on(4), name="خدمة", price="100", currency="EUR")
    assert sorted(str(row.net) for row in purchases_of(lines_of(customer.id, alice), reader)) == [
        "37500",
        "None",
    ]


# ---- the page ------------------------------------------------------------------------------------------
def test_the_page_tells_habits_and_every_line(sell, customer, coffee, workspace, browser):
    for month in (1, 2, 3):
        sell(on(1, month), product=str(coffee.id), quantity="2")
    sell(on(2, 3), name="تركيب", price="10")
    page = browser("alice").get(address(customer, workspace))
    shown = page.context["page"]
    assert [(h["name"], h["bought"]) for h in shown["habits"]] == [("قهوة", "6"), ("تركيب", "1")]
    assert len(shown["lines"]) == 4
    assert shown["lines"][0]["name"] == "تركيب"  # the newest first
    for habit, lines in zip(shown["habits"], (3, 1), strict=True):
        narrowed = browser("alice").get(address(customer, workspace, habit["url"]))
        assert {line["name"] for line in narrowed.context["page"]["lines"]} == {habit["name"]}
        assert len(narrowed.context["page"]["lines"]) == lines
    returns = browser("alice").get(address(customer, workspace, "?kind=credit"))
    assert returns.context["page"]["lines"] == []


@pytest.mark.parametrize("tail", ["?page=-1", "?page=9999", "?page=²", "?product=x'; --", "?kind=none"])
def test_a_wrong_address_is_a_page_all_the_same(sell, customer, workspace, browser, tail):
    sell(on(2), name="تركيب", price="10")
    assert browser("alice").get(address(customer, workspace, tail)).status_code == 200


def test_invoices_of_other_branches_are_not_counted_and_strangers_find_nothing(
    sell, alice, charlie, customer, workspace, browser, dalia
):
    sell(on(1), name="تركيب", price="10")
    sell(on(2), by=charlie, name="سري", price="99")
    page = browser("alice").get(address(customer, workspace)).content.decode()
    assert "تركيب" in page
    assert "سري" not in page
    with scope(dalia.workspace):
        foreign = add("organizations", dalia, name="غريب")
    for stranger in (foreign.id, alice.member_id):
        assert browser("alice").get(f"/w/{workspace.slug}/purchases/{stranger}/").status_code == 404


def test_a_closed_cost_and_price_are_on_no_page(sell, customer, coffee, workspace, browser, company):
    sell(on(1), product=str(coffee.id), quantity="7")
    open_page = browser("alice").get(address(customer, workspace)).context["page"]
    assert open_page["lines"][0]["margin"]
    Role.objects.filter(code="seller").update(
        fields={"invoice-lines": dict.fromkeys(("price", "net", "cost"), "hidden")}
    )
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 1)
    closed = browser("alice").get(address(customer, workspace)).context["page"]
    assert {closed["lines"][0][name] for name in ("price", "net", "margin")} == {""}
    assert {closed["habits"][0][name] for name in ("net", "margin")} == {""}


def test_the_page_asks_few_questions_however_much_was_bought(
    sell, customer, coffee, workspace, browser, django_assert_max_num_queries
):
    for day in range(1, 8):
        sell(on(day), product=str(coffee.id), quantity="1")
    client = browser("alice")
    client.get(address(customer, workspace))
    with django_assert_max_num_queries(12):
        client.get(address(customer, workspace))


def test_the_customers_page_shows_what_is_due(sell, customer, coffee, workspace, browser):
    for month in (1, 2, 3):
        sell(on(1, month), product=str(coffee.id), quantity="2")
    page = browser("alice").get(registry["organizations"].url(workspace.slug, customer.id)).content.decode()
    assert f"/purchases/{customer.id}/card" in page
    card = browser("alice").get(f"/w/{workspace.slug}/purchases/{customer.id}/card").content.decode()
    assert "قهوة" in card
