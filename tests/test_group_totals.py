"""Totals of groups: amounts are added up; shares, rates and prices are averaged over all rows; the rest is not told."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from sila.platform.customfields.actions import add_field
from sila.platform.customfields.models import CustomField
from sila.platform.entities import actions
from sila.platform.entities.computed import verbs
from sila.platform.entities.registry import registry

HTMX = {"HX-Request": "true"}
DEALS, PRODUCTS = registry["opportunities"], registry["products"]
FIELDS = "/w/rayyan/settings/fields/"


@pytest.fixture
def totals(browser):
    """The words of the line below all groups, without marks."""

    def shown(noun: str, by: str, *columns: str, language: str = "en") -> str:
        client = browser("admin")
        client.post("/preferences", {"language": language}, headers=HTMX)
        page = client.get(f"/w/rayyan/{noun}/?group={by}&cols={','.join(columns)}")
        assert page.status_code == 200
        foot = re.search("<tfoot>(.*)</tfoot>", page.content.decode(), re.S)
        assert foot
        return " ".join(re.sub("<[^>]*>", " ", foot[1]).replace("\u00a0", " ").split())

    return shown


@pytest.fixture
def admin_at(browser):
    client = browser("admin")
    client.post("/preferences", {"language": "en"}, headers=HTMX)
    return client


@pytest.fixture
def sold(alice):
    for name, amount, chance, day in (
        ("one", "100", 10, "2026-03-01"),
        ("two", "300", 20, "2026-03-31"),
        ("three", None, 50, "2026-04-01"),
        ("four", "5", None, None),
    ):
        values = {"name": name, "amount": amount, "probability": chance, "expected_close": day}
        actions.create(DEALS, values, by=alice)


def test_shares_are_averaged_over_all_rows_and_say_so_and_amounts_are_added(sold, totals):
    said = totals("opportunities", "expected_close:hijri", "amount", "probability")
    assert "405.00" in said
    assert said.endswith(
        "avg 22.5"
    )  # of four deals (the last has its stage's 10), not of the averages of the months
    assert "متوسط" in totals("opportunities", "owner", "probability", language="ar")


def test_the_average_of_a_group_passes_over_what_is_empty(sold, admin, alice, admin_at):
    key = add_field("opportunities", "الهامش", kind="number", total="avg", by=admin).key
    alice.workspace.refresh_from_db()
    for name, margin in (("one", 4), ("two", 8), ("three", None), ("four", 0)):
        actions.update(DEALS, DEALS.rows().get(name=name).id, {key: margin}, by=alice)
    page = admin_at.get(
        f"/w/rayyan/opportunities/?group=expected_close:gregorian&cols={key}"
    ).content.decode()
    lines = re.findall('<th scope="rowgroup".*?</tr>', page, re.S)
    told = [" ".join(re.sub("<[^>]*>", " ", line).split()) for line in lines]
    assert [line.partition("avg ")[2] for line in told] == ["6", "", "0"]


def test_prices_are_averaged_by_currency(admin, totals):
    for name, price, currency in (("a", "10.00", "SAR"), ("b", "15.01", "SAR"), ("c", "7.00", "USD")):
        actions.create(
            PRODUCTS,
            {"name": name, "code": name, "price": price, "currency": currency, "family": "x"},
            by=admin,
        )
    said = totals("products", "family", "price")
    assert "avg" in said and "12.50" in said and "7.00" in said


def test_a_place_in_an_order_has_no_total(totals, workspace):
    said = totals("stages", "pipeline", "order", "probability")
    assert re.fullmatch(r"All together \d+ avg [\d.]+", said)


@pytest.fixture
def own(admin, sold, alice):
    def formula(text: str, **more: Any) -> str:
        rule = verbs.formula_rule(DEALS, text)
        return verbs.add_computed(DEALS, text, kind="formula", rule=rule, by=admin, **more).key

    keys = SimpleNamespace(
        twice=formula("[Amount] * 2"),
        tenth=formula("[Amount] / 10"),
        ratio=formula("[Probability] / [Amount] * 100"),
        said=formula("[Amount] * 3", total="none"),
    )
    for number, deal in enumerate(DEALS.rows().order_by("id")):
        actions.update(DEALS, deal.id, {"name": f"deal {number}"}, by=alice)  # works them out
    return keys


def test_a_formula_that_divides_by_a_field_is_averaged_unless_an_administrator_says_otherwise(own, totals):
    assert totals("opportunities", "owner", own.twice).endswith("4 810")
    assert totals("opportunities", "owner", own.tenth).endswith("4 40.5")
    assert totals("opportunities", "owner", own.ratio).endswith("avg 72.22")  # 10, 6.67 and 200
    assert totals("opportunities", "owner", own.said) == "All together 4"


def test_an_administrator_chooses_the_total_of_an_own_number(sold, admin, alice, admin_at, totals):
    given = {"label": "الهامش", "label_en": "Margin", "kind": "number", "total": "avg"}
    made = admin_at.post(f"{FIELDS}new?entity=opportunities", given, headers=HTMX)
    assert made.status_code in (200, 204)
    row = CustomField.objects.get(label_en="Margin")
    alice.workspace.refresh_from_db()
    for number, deal in enumerate(DEALS.rows().order_by("id")):
        actions.update(DEALS, deal.id, {row.key: 10 + number}, by=alice)
    assert totals("opportunities", "owner", row.key).endswith("avg 11.5")
    for total, said in (("sum", "46"), ("none", "4"), ("", "46")):
        changed = {"label": "الهامش", "label_en": "Margin", "total": total}
        done = admin_at.post(f"{FIELDS}{row.id}/", changed, headers=HTMX)
        assert (done.status_code, CustomField.objects.get(id=row.id).total) == (204, total)
        alice.workspace.refresh_from_db()
        assert (total, totals("opportunities", "owner", row.key).rpartition(" ")[2]) == (total, said)
    wrong = admin_at.post(f"{FIELDS}{row.id}/", changed | {"total": "median"}, headers=HTMX)
    assert wrong.status_code == 422
    assert CustomField.objects.get(id=row.id).total == ""


def test_a_kind_without_totals_keeps_none(admin_at, workspace):
    given = {"label": "اسم", "kind": "text", "total": "avg"}
    admin_at.post(f"{FIELDS}new?entity=opportunities", given, headers=HTMX)
    assert CustomField.objects.get(label="اسم").total == ""
