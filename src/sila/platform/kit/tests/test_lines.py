"""Money of documents: exact, and the sum of what is printed."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sila.platform.kit.lines import Line, allocate, amounts_of, half_up, margin_of, shares_of, total_of

prices = some.integers(min_value=0, max_value=10**9)
quantities = some.decimals(min_value="0.001", max_value="10000", places=3)
percents = some.decimals(min_value=0, max_value=100, places=2)
rates = some.sampled_from([Decimal(rate) for rate in ("0", "5", "7.5", "14", "15", "19", "33.333")])
lines = some.builds(Line, quantities, prices, percents, rates)
baskets = some.lists(lines, min_size=1, max_size=12)


def plain(quantity: str, price: int, discount: str = "0", rate: str = "15") -> Line:
    return Line(Decimal(quantity), price, Decimal(discount), Decimal(rate))


@pytest.mark.parametrize(
    ("line", "net", "tax", "total"),
    [
        (plain("1", 10000), 10000, 1500, 11500),
        (plain("3", 3333), 9999, 1500, 11499),  # 14.9985 is 15.00
        (plain("3", 3333, "10"), 8999, 1350, 10349),  # 89.991 is 89.99, the discount is not rounded by itself
        (plain("2.5", 999), 2498, 375, 2873),  # 24.975 is 24.98
        (plain("1", 10, "0", "5"), 10, 1, 11),  # half a halala goes up
        (plain("1", 125, "100"), 0, 0, 0),
        (plain("1", 1001, "0", "0"), 1001, 0, 1001),
    ],
)
def test_a_line_without_tax_in_its_price(line: Line, net: int, tax: int, total: int) -> None:
    (amounts,) = amounts_of([line], tax_included=False)
    assert (amounts.net, amounts.tax, amounts.total) == (net, tax, total)


@pytest.mark.parametrize(
    ("line", "net", "tax", "total"),
    [
        (plain("1", 11500), 10000, 1500, 11500),
        (plain("1", 9999), 8695, 1304, 9999),  # 99.99 × 15/115 = 13.0422
        (plain("3", 3333, "10"), 7825, 1174, 8999),
        (plain("1", 1), 1, 0, 1),
    ],
)
def test_a_line_with_tax_in_its_price(line: Line, net: int, tax: int, total: int) -> None:
    (amounts,) = amounts_of([line], tax_included=True)
    assert (amounts.net, amounts.tax, amounts.total) == (net, tax, total)


@given(baskets, some.booleans(), some.booleans())
def test_net_and_tax_are_the_total_of_each_line_and_of_the_document(basket, included, by_document) -> None:
    amounts = amounts_of(basket, tax_included=included, by_document=by_document)
    assert all(one.net + one.tax == one.total for one in amounts)
    whole = total_of(amounts)
    assert whole.net + whole.tax == whole.total
    assert whole.total == sum(one.total for one in amounts)


@given(lines)
def test_the_tax_of_a_line_is_that_of_its_printed_net(line: Line) -> None:
    (amounts,) = amounts_of([line], tax_included=False)
    assert amounts.tax == int((amounts.net * line.rate / 100).to_integral_value(ROUND_HALF_UP))


@given(lines)
def test_a_price_with_tax_is_never_exceeded(line: Line) -> None:
    (amounts,) = amounts_of([line], tax_included=True)
    assert amounts.total == half_up(Fraction(line.quantity * line.price * (100 - line.discount)) / 100)
    assert 0 <= amounts.tax <= amounts.total


@given(baskets)
def test_rounding_by_document_differs_by_less_than_a_unit_for_each_line(basket) -> None:
    by_line = total_of(amounts_of(basket, tax_included=False))
    by_document = total_of(amounts_of(basket, tax_included=False, by_document=True))
    assert by_line.net == by_document.net
    assert abs(by_line.tax - by_document.tax) <= len(basket)


@given(some.lists(lines, min_size=1, max_size=8), rates)
def test_by_document_the_tax_is_that_of_the_sum(basket, rate) -> None:
    same = [Line(line.quantity, line.price, line.discount, rate) for line in basket]
    whole = total_of(amounts_of(same, tax_included=False, by_document=True))
    assert whole.tax == int((whole.net * rate / 100).to_integral_value(ROUND_HALF_UP))


@given(lines)
def test_a_return_mirrors_its_sale(line: Line) -> None:
    (sold,) = amounts_of([line], tax_included=False)
    (returned,) = amounts_of([Line(-line.quantity, line.price, line.discount, line.rate)], tax_included=False)
    assert (returned.net, returned.tax, returned.total) == (-sold.net, -sold.tax, -sold.total)


@given(lines)
def test_a_discount_is_what_is_missing_to_the_full_worth(line: Line) -> None:
    (amounts,) = amounts_of([line], tax_included=False)
    (full,) = amounts_of([Line(line.quantity, line.price, Decimal(0), line.rate)], tax_included=False)
    assert amounts.net + amounts.discount == full.net


@given(
    some.integers(min_value=-(10**12), max_value=10**12),
    some.lists(some.integers(min_value=0, max_value=10**6), min_size=1, max_size=20),
)
def test_shares_add_up_and_none_is_a_unit_away_from_its_own(amount: int, weights: list[int]) -> None:
    shares = allocate(amount, weights)
    assert sum(shares) == amount
    if whole := sum(weights):
        assert all(
            abs(share - Decimal(amount) * weight / whole) < 1
            for share, weight in zip(shares, weights, strict=True)
        )


def test_shares_of_nothing_to_go_by_are_equal_and_wrong_weights_are_refused() -> None:
    assert allocate(10, [0, 0, 0]) == [4, 3, 3]
    assert allocate(100, [50, 30, 20]) == [50, 30, 20]
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    for weights in ([], [1, -1]):
        with pytest.raises(ValueError, match="Weights"):
            allocate(10, weights)


def test_a_margin_is_a_share_of_the_net_and_none_of_nothing() -> None:
    assert margin_of(10000, 7500) == Decimal("25.0")
    assert margin_of(10000, 12345) == Decimal("-23.5")
    assert margin_of(0, 500) is None


@given(baskets, some.integers(0, 10**12), some.booleans(), some.booleans())
def test_a_discount_on_the_whole_is_shared_out_exactly(basket, discount, included, by_document) -> None:
    shares = shares_of(discount, basket)
    worth = [half_up(Fraction(line.quantity * line.price * (100 - line.discount)) / 100) for line in basket]
    taken = min(discount, sum(worth))
    assert sum(shares) == taken
    for share, whole in zip(shares, worth, strict=True):
        assert 0 <= share <= whole
        assert abs(share - Fraction(taken * whole, sum(worth) or 1)) < 1
    amounts = amounts_of(
        [replace(line, share=share) for line, share in zip(basket, shares, strict=True)],
        tax_included=included,
        by_document=by_document,
    )
    left = [one.total if included else one.net for one in amounts]
    assert left == [whole - share for whole, share in zip(worth, shares, strict=True)]
    assert all(one.net + one.tax == one.total and one.net >= 0 and one.tax >= 0 for one in amounts)
