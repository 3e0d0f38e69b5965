"""Rules of what is bought together: counted right, and not found where there are none."""

from itertools import combinations
from random import Random

import pytest

from sila.insight.fitting.alike import Customer, likeness, nearest, weights_of, what_they_buy
from sila.insight.fitting.ranking import best, of_likes, of_rules
from sila.insight.fitting.rules import Rule, count, mine
from sila.insight.fitting.trying import Purchase, attempt
from sila.insight.intervals import by_chance, newcombe, student, welch, wilson


def drawn(
    seed: int, *, baskets: int = 400, products: int = 12, planted: bool = True
) -> list[tuple[int, ...]]:
    """Whoever has 1 and 2 often has 3 too, if it is planted; all else is chance."""
    chance, found = Random(seed), []
    for _each in range(baskets):
        basket = {product for product in range(products) if chance.random() < 0.2}
        if planted and {1, 2} <= basket and chance.random() < 0.9:
            basket.add(3)
        if basket:
            found.append(tuple(sorted(basket)))
    return found


def by_hand(baskets, given, then):
    """The same numbers, each counted by looking through all baskets."""
    sets = [set(basket) for basket in baskets]
    return (
        sum({*given, then} <= each for each in sets),
        sum(set(given) <= each for each in sets),
        sum(then in each for each in sets),
        len(sets),
    )


@pytest.mark.parametrize("seed", range(25))
def test_every_rule_says_what_counting_by_hand_says_and_none_is_missed(seed):
    chance = Random(seed)
    baskets = drawn(seed, baskets=chance.randrange(50, 500), products=chance.randrange(4, 14))
    found = {(rule.given, rule.then): rule for rule in mine(baskets)}
    products = {product for basket in baskets for product in basket}
    for size in (1, 2):
        for given in combinations(sorted(products), size):
            for then in products - set(given):
                rule = (
                    Rule(given, then, *by_hand(baskets, given, then))
                    if by_hand(baskets, given, then)[0]
                    else None
                )
                alone = max(
                    (a / b for a, b, *_rest in (by_hand(baskets, (one,), then) for one in given) if b),
                    default=0.0,
                )
                holds = rule is not None and rule.together >= 5 and rule.holds
                holds = holds and (size == 1 or rule.floor > alone)
                assert holds == ((given, then) in found), (given, then)
                if holds:
                    assert found[given, then] == rule


def test_a_planted_pair_is_found_with_its_figures():
    rule = next(each for each in mine(drawn(3, baskets=2000)) if (each.given, each.then) == ((1, 2), 3))
    assert rule.confidence > 0.8
    assert rule.lift > 2
    assert rule.floor < rule.confidence


def test_where_there_is_nothing_hardly_a_rule_is_found():
    wrong = sum(len(mine(drawn(seed, planted=False))) for seed in range(40))
    assert wrong <= 0.005 * 40 * 12 * 11  # of so many pairs, a few in a thousand


def test_three_of_three_does_not_win_over_ninety_of_a_hundred():
    assert Rule((1,), 2, 3, 3, 30, 1000).floor < Rule((1,), 2, 90, 100, 100, 1000).floor
    assert not Rule((1,), 2, 3, 3, 300, 1000).holds


def test_a_rule_that_five_purchases_do_not_bear_out_is_none():
    baskets = [(1, 2)] * 4 + [(3,)] * 500
    assert mine(baskets) == []
    assert mine([*baskets, (1, 2)]) != []


def test_only_what_is_bought_often_enough_is_counted_together():
    found = count([(1, 2, 3)] * 5 + [(1, 4)] * 2)
    assert found.pairs[1, 2] == 5
    assert found.threes[1, 2, 3] == 5
    assert (1, 4) not in found.pairs


# ---- intervals ---------------------------------------------------------------------------------------------
def test_intervals_are_those_of_the_published_examples():
    low, high = wilson(81, 263).low, wilson(81, 263).high  # Newcombe 1998, table I
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    gap = newcombe(56, 70, 48, 80)  # the same author's paper on differences, table II
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)
    assert round(student(0.975, 10), 2) == 2.23
    assert round(student(0.975, 30), 3) == 2.042
    assert round(by_chance(3, 4, 4, 8), 4) == 0.2429  # Fisher's tea, three of four right


def test_of_nothing_nothing_can_be_said():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert not welch([5.0], [1.0, 2.0]).tells
    assert welch([3.0, 3.0], [3.0, 3.0]).value == 0


# ---- customers alike ---------------------------------------------------------------------------------------
def customer(*products, **traits):
    return Customer(frozenset(products), traits)


def test_what_everybody_buys_says_less_than_what_few_do():
    weights = weights_of({"water": 900, "drill": 5, "lathe": 5}, 1000)
    me = customer("water", "lathe")
    assert likeness(me, customer("lathe", "drill"), weights) > likeness(
        me, customer("water", "drill"), weights
    )
    assert likeness(me, me, weights) == pytest.approx(0.8)


def test_industry_and_city_count_where_both_are_known():
    weights = weights_of({"a": 1, "b": 1}, 10)
    me = customer("a", industry="food", city="Riyadh")
    here, there = (
        customer("a", industry="food", city="Riyadh"),
        customer("a", industry="steel", city="Jeddah"),
    )
    near = nearest(me, {"here": here, "there": there, "apart": customer("b", industry="food")}, weights)
    assert [like.key for like in near] == ["here", "there"]
    assert near[0].traits == ("industry", "city")
    assert near[0].shared == 1


def test_what_fewer_than_three_of_them_bought_is_not_told():
    weights = weights_of({"a": 5, "b": 2, "c": 3}, 20)
    others = {n: customer("a", *(["b"] if n < 2 else []), *(["c"] if n < 3 else [])) for n in range(5)}
    near = nearest(customer("a"), others, weights)
    assert what_they_buy(near, {"a"}) == {"c": 3}
    fits = of_likes(near, {"a"}, {"c": 0.01})
    assert [(fit.product, fit.together, fit.of) for fit in fits] == [("c", 3, 5)]
    assert of_likes(near, {"a"}, {"c": 0.9}) == []


def test_a_product_is_told_once_for_its_surer_reason():
    rules = [
        Rule((1,), 9, 50, 60, 100, 1000),
        Rule((2,), 9, 10, 60, 100, 1000),
        Rule((1,), 7, 9, 60, 20, 1000),
    ]
    fits = best(of_rules(rules, {7}))
    assert [(fit.product, fit.given) for fit in fits] == [(9, (1,))]


# ---- the back-test -----------------------------------------------------------------------------------------
def story(seed: int, *, linked: bool) -> list[Purchase]:
    """Three purchases of each customer: in one world all from a few products that go together, in the other from all."""
    chance, found = Random(seed), []
    for party in range(400):
        kind = 5 * (party % 8)
        bought = chance.sample(range(kind, kind + 5) if linked else range(40), 3)
        found += [Purchase(party, 10 * place, (product,)) for place, product in enumerate(bought, start=1)]
    return found


def test_the_back_test_tells_a_world_with_a_pattern_from_one_without():
    traits = [{} for _party in range(400)]
    clear = attempt(story(1, linked=True), traits)
    assert clear.enough
    assert clear.hits > 3 * clear.usual_hits
    assert clear.chance < 0.001
    blind = attempt(story(1, linked=False), traits)
    assert blind.hits <= blind.usual_hits  # hardly anything is named there, and nothing is claimed of it


def test_what_is_held_out_is_not_known_to_the_rules():
    same_day = [Purchase(party, 7, (1, 2)) for party in range(50)]
    assert attempt(same_day, [{} for _each in range(50)]).tried == 0  # one day: nothing was known before it
