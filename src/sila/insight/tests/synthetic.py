"""Deals whose truth is known: they come and end by chances that stand here, from a seed."""

from random import Random

from sila.insight.forecast.history.deals import Deal

START = 738_000 // 30 * 30  # a day; months of these tests have thirty days
MONTH = 30


def months(first, number):
    """Spans of months of thirty days, the first of which begins a quarter."""
    return [(first + n * MONTH, first + (n + 1) * MONTH - 1) for n in range(number)]


def deals(seed, days, *, a_day=1.0, won=0.02, lost=0.02, mean=1000, stages=(), price=None):
    """What came in within `days` from START on: opened, ended by constant hazards, sold for an exponential amount."""
    chance = Random(seed)
    made, clock = [], 0.0
    while (clock := clock + chance.expovariate(a_day)) < days:
        opened = START + int(clock)
        age = int(chance.expovariate(won + lost))
        closed = opened + age
        is_won = chance.random() < won / (won + lost)
        amount = round(price(chance) if price else chance.expovariate(1 / mean)) if is_won else None
        part = chance.choice(("north", "south"))
        made.append(Deal(opened, closed, is_won, amount, kind="a", parts=(part,)))
    return made
