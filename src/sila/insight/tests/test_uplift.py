"""What a promotion brought: intervals that hold what they promise, and lots that can be drawn again."""

from random import Random
from statistics import fmean
from uuid import UUID

import pytest

from sila.insight.promotions.drawing import draw
from sila.insight.promotions.uplift import Side, buyers, means, smallest_seen

SEEDS = 600


def world(seed: int, *, effect: float, customers: int = 240) -> tuple[Side, Side]:
    """Customers who buy more or less, as they did before; a third of them buys nothing in the time. `effect` is the mean
    effect on all."""
    chance = Random(seed)
    spent = {UUID(int=number): round(chance.lognormvariate(6, 0.8)) for number in range(customers)}
    control = draw(spent, 30, seed)
    groups: dict[bool, tuple[list[float], list[float], list[float]]] = {
        True: ([], [], []),
        False: ([], [], []),
    }
    for party, before in spent.items():
        buys = chance.random() < 2 / 3
        bought = (0.7 * before + chance.lognormvariate(5, 0.6) + effect * 1.5 * (party not in control)) * buys
        for place, value in enumerate((bought, bought * 0.3, float(before))):
            groups[party not in control][place].append(value)
    return Side(*groups[True]), Side(*groups[False])


def _width(found):
    return found.effect.high - found.effect.low


@pytest.mark.parametrize("effect", [0.0, 120.0])
def test_intervals_of_95_percent_hold_the_effect_95_times_of_100(effect):
    held = adjusted = 0
    for seed in range(SEEDS):
        treated, control = world(seed, effect=effect)
        found = means(treated.bought, control.bought, treated.before, control.before)
        held += found.effect.low <= effect <= found.effect.high
        adjusted += found.adjusted
    assert 0.93 <= held / SEEDS <= 0.97
    assert adjusted > 0.99 * SEEDS


def test_without_an_effect_none_is_claimed():
    claimed = of_buyers = 0
    for seed in range(SEEDS):
        treated, control = world(seed + 10_000, effect=0.0)
        claimed += means(treated.bought, control.bought, treated.before, control.before).effect.tells
        of_buyers += buyers(treated, control).tells
    assert claimed / SEEDS <= 0.07
    assert of_buyers / SEEDS <= 0.07


def test_what_was_bought_before_narrows_the_interval():
    treated, control = world(5, effect=100.0)
    with_past = means(treated.bought, control.bought, treated.before, control.before)
    flat = means(treated.bought, control.bought, [0.0] * len(treated.bought), [0.0] * len(control.bought))
    assert with_past.adjusted
    assert not flat.adjusted
    assert _width(with_past) < _width(flat)
    assert (with_past.treated, with_past.control) == (fmean(treated.bought), fmean(control.bought))


def test_an_effect_as_large_as_the_smallest_seen_is_seen_four_times_of_five():
    variance, seen = 100.0**2, 0
    smallest = smallest_seen(variance, 200, 100)
    for seed in range(SEEDS):
        chance = Random(seed)
        treated = [chance.gauss(500 + smallest, 100) for _each in range(200)]
        control = [chance.gauss(500, 100) for _each in range(100)]
        seen += means(treated, control, [0.0] * 200, [0.0] * 100).effect.tells
    assert 0.76 <= seen / SEEDS <= 0.85
    assert smallest_seen(variance, 9, 100) is None


@pytest.mark.parametrize(
    ("customers", "percent"), [(4, 50), (37, 20), (199, 5), (200, 5), (1003, 37), (5000, 50)]
)
def test_the_control_group_is_as_large_as_was_asked(customers, percent):
    spent = {UUID(int=number): number % 17 for number in range(customers)}
    assert len(draw(spent, percent, 1)) == round(customers * percent / 100)


def test_the_same_lot_is_drawn_again_and_another_seed_draws_another():
    spent = {UUID(int=number): number**2 for number in range(500)}
    backwards = dict(reversed(spent.items()))
    assert draw(spent, 20, 7) == draw(backwards, 20, 7)
    assert draw(spent, 20, 7) != draw(spent, 20, 8)


def test_the_two_groups_bought_alike_before():
    chance = Random(1)
    spent = {UUID(int=number): round(chance.lognormvariate(6, 1.5)) for number in range(1000)}
    order = sorted(spent.values())
    control = draw(spent, 20, 3)
    for layer in range(5):
        low, high = order[layer * 200], order[layer * 200 + 199]
        inside = sum(low <= spent[party] <= high for party in control)
        assert 38 <= inside <= 42
