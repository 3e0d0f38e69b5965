"""Deals with products that become one: whose products it has is chosen, nothing counts twice, and the way back is open."""

import pytest

from sila.platform.access.links import make_token
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import Operation
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry
from sila.sales.deal_lines.actions import set_lines
from sila.sales.models import Opportunity

deals = registry["opportunities"]
HTMX = {"hx-request": "true"}


def deal(by, name, *prices, **values):
    made = records.create(deals, {"name": name, **values}, by=by)
    rows = [(f"new-{at}", {"name": f"{name} {price}", "price": price}) for at, price in enumerate(prices)]
    if rows:
        set_lines(made, rows, by=by, context=Context(by, Reader.of(by.workspace)))
    return now(made)


def now(record):
    return Opportunity.objects.get(id=record.id)


def state(*these):
    """What each deal is worth, and its lines."""
    return [
        (now(each).amount, now(each).net, now(each).currency, [line.name for line in lines_of(each)])
        for each in these
    ]


def lines_of(record):
    return record.lines.filter(deleted_at=None).order_by("order", "id")


def take_back(operation, by):
    assert undo.at_once(Operation.objects.get(id=operation.id), by=by) == 0


def test_a_deal_keeps_its_own_products_unless_somebody_says_otherwise(admin):
    a, b = deal(admin, "A", "100"), deal(admin, "B", "70", "30")
    operation = merge(deals, a.id, [b.id], by=admin)
    assert state(a)[0] == (100_00, 100_00, "SAR", ["A 100"])
    take_back(operation, admin)
    assert state(a, b) == [(100_00, 100_00, "SAR", ["A 100"]), (100_00, 100_00, "SAR", ["B 70", "B 30"])]


@pytest.mark.parametrize(
    ("choice", "amount", "names"),
    [("b", 170_00, ["B 70", "B 100"]), ("all", 270_00, ["A 100", "B 70", "B 100"])],
)
def test_products_of_the_other_or_of_both_are_chosen_and_come_back_apart(admin, choice, amount, names):
    a, b = deal(admin, "A", "100"), deal(admin, "B", "70", "100")
    before = state(a, b)
    chosen = {"products": str(b.id) if choice == "b" else "all"}
    operation = merge(deals, a.id, [b.id], by=admin, choices=chosen)
    assert (now(a).amount, now(a).net, sorted(state(a)[0][3])) == (amount, amount, sorted(names))
    take_back(operation, admin)
    assert state(a, b) == before


@pytest.mark.parametrize(("choice", "off", "net"), [("b", 20_00, 150_00), ("all", 30_00, 240_00)])
def test_the_discount_on_the_whole_goes_with_the_products(admin, choice, off, net):
    a, b = deal(admin, "A", "100"), deal(admin, "B", "70", "100")
    for each, less in ((a, "10"), (b, "20")):
        records.update(deals, each.id, {"discount_sum": less}, by=admin)
    before = state(a, b)
    chosen = {"products": str(b.id) if choice == "b" else "all"}
    operation = merge(deals, a.id, [b.id], by=admin, choices=chosen)
    assert (now(a).discount_sum, now(a).net, now(a).amount) == (off, net, net)
    assert sum(line.share for line in lines_of(a)) == off
    take_back(operation, admin)
    assert state(a, b) == before
    assert [now(each).discount_sum for each in (a, b)] == [10_00, 20_00]


def test_products_fill_the_gap_of_a_deal_that_has_none_and_its_amount_comes_back(admin):
    a, b = deal(admin, "A", amount="5000"), deal(admin, "B", "70", currency="USD")
    before = state(a, b)
    operation = merge(deals, a.id, [b.id], by=admin)
    assert state(a)[0] == (70_00, 70_00, "USD", ["B 70"])
    take_back(operation, admin)
    assert state(a, b) == before


def test_products_in_two_currencies_do_not_become_one_sum(admin):
    a, b = deal(admin, "A", "100"), deal(admin, "B", "70", currency="USD")
    before = state(a, b)
    with pytest.raises(Invalid) as refused:
        merge(deals, a.id, [b.id], by=admin, choices={"products": "all"})
    assert list(refused.value.errors) == ["products"]
    assert (state(a, b), Operation.objects.count()) == (before, 0)
    merge(deals, a.id, [b.id], by=admin, choices={"products": str(b.id)})
    assert state(a)[0] == (70_00, 70_00, "USD", ["B 70"])


def test_an_amount_that_is_not_that_of_the_products_is_refused(admin):
    a, b = deal(admin, "A", "100"), deal(admin, "B", "70")
    with pytest.raises(Invalid) as refused:
        merge(deals, a.id, [b.id], by=admin, choices={"products": str(b.id), "amount": str(a.id)})
    assert list(refused.value.errors) == ["amount"]
    assert now(b).deleted_at is None
    merge(deals, a.id, [b.id], by=admin, choices={"products": str(b.id), "amount": str(b.id)})
    assert now(a).amount == 70_00


def test_lines_that_came_later_stay_when_the_merge_is_taken_back(admin):
    a, b = deal(admin, "A", amount="5000"), deal(admin, "B", "70")
    operation = merge(deals, a.id, [b.id], by=admin)
    line = {"opportunity": a.id, "name": "Later", "price": "9"}
    records.create(registry["opportunity-lines"], line, by=admin)
    take_back(operation, admin)
    assert state(a, b) == [(9_00, 9_00, "SAR", ["Later"]), (70_00, 70_00, "SAR", ["B 70"])]


def test_the_page_offers_them_side_by_side_and_the_api_takes_the_choice(admin, browser, company, client):
    a, b, c = deal(admin, "A", "100"), deal(admin, "B", "70", "30"), deal(admin, "C", "5")
    page = browser("admin").get(f"/w/rayyan/opportunities/merge?id={a.id}&id={b.id}&into={a.id}")
    assert 'name="from-products"' in page.content.decode()
    line = page.context["merge"]["differing"][0]
    assert [(cell["chosen"], "100.00" in cell["html"]) for cell in line["cells"]] == [
        (True, True),
        (False, True),
    ]
    form = {"id": [a.id, b.id], "into": a.id, "from-products": "all"}
    assert browser("admin").post("/w/rayyan/opportunities/merge", form, headers=HTMX).status_code == 204
    assert now(a).amount == 200_00
    token = {"Authorization": f"Bearer {make_token(company.members['admin'], 't')}"}
    body = {"others": [str(c.id)], "values": {"products": str(c.id)}}
    url = f"/api/v1/opportunities/{a.id}/merges"
    assert client.post(url, body, content_type="application/json", headers=token).status_code == 201
    assert now(a).amount == 5_00
    wrong = {"others": [str(b.id)], "values": {"products": "both"}}
    assert client.post(url, wrong, content_type="application/json", headers=token).status_code in (404, 422)


def test_a_currency_that_comes_along_brings_its_rate(admin):
    rate = {"currency": "USD", "rate": "3.75", "day": "2020-01-01"}
    records.create(registry["exchange-rates"], rate, by=admin)
    a, b = deal(admin, "A", "70"), deal(admin, "B", "70", currency="USD")
    operation = merge(deals, a.id, [b.id], by=admin, choices={"products": str(b.id)})
    assert (now(a).amount, now(a).base_amount) == (70_00, 262_50)
    take_back(operation, admin)
    assert [(now(each).currency, now(each).base_amount) for each in (a, b)] == [
        ("SAR", 70_00),
        ("USD", 262_50),
    ]


def test_none_of_the_products_stay_where_a_deal_without_any_is_chosen(admin):
    a, b = deal(admin, "A", "100"), deal(admin, "B", amount="700")
    before = state(a, b)
    operation = merge(deals, a.id, [b.id], by=admin, choices={"products": str(b.id), "amount": str(b.id)})
    assert state(a)[0] == (700_00, None, "SAR", [])
    take_back(operation, admin)
    assert state(a, b) == before
