"""The models of the forecast from history, against truths that are known and examples that are reckoned by hand."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.insight.forecast.history import amounts, arrivals, baseline, forecast, survival
from sila.insight.forecast.history.deals import Deal, known_on, won_between
from sila.insight.forecast.outcome import outcomes
from sila.insight.tests.synthetic import MONTH, START, deals, months
from sila.platform.entities.periods import Period

DAY = START + 720
ALL = months(START, 30)


# ---- survival ----------------------------------------------------------------------------------------
def test_hazards_of_a_few_deals_are_those_reckoned_by_hand():
    """Three deals, seen up to day 5. At age 0: three at risk, one won. At ages 1 and 2 (one band): two at risk on each,
    one lost at 2. At ages 3 to 5: one at risk, on three days, still open."""
    some = [Deal(0, 0, True, 10), Deal(0, 2, False), Deal(0)]
    found = survival.estimated(some, 5, 0)
    days = 3 + 4 + 3
    assert isclose(found.won[0][0], (1 + 1) / (3 + days / 1))
    assert isclose(found.won[0][1], (0 + 1) / (4 + days / 1))
    assert isclose(found.lost[0][1], (1 + 1) / (4 + days / 1))
    assert isclose(found.lost[0][2], (0 + 1) / (3 + days / 1))


def test_an_age_that_nobody_reached_has_the_hazard_of_the_oldest():
    found = survival.estimated([Deal(0, 0, True, 10), Deal(0, 2, False), Deal(0)], 5, 0)
    assert found.won[0][3] == found.won[0][2]


def test_the_chance_of_two_risks_is_the_sum_over_days_reckoned_by_hand():
    table = ((0.1,) * len(survival.EDGES),) * 3
    other = ((0.2,) * len(survival.EDGES),) * 3
    found = survival.Hazards(table, other)
    by_hand = 0.1 + 0.7 * 0.1 + 0.7 * 0.7 * 0.1
    assert isclose(found.chance(0, 0, 3), by_hand)
    assert found.chance(0, 0, 0) == 0


def test_a_chance_goes_through_the_stages_that_a_deal_may_move_to():
    """From `first` nothing is won; it moves to `last` with 0.5 a day, where half is won each day."""
    none, half = ((0.0,) * len(survival.EDGES),) * 3, ((0.5,) * len(survival.EDGES),) * 3
    found = survival.Hazards(
        half, none, won_at={"first": 0.0, "last": 1.0}, moves={"first": {"last": 0.5}, "last": {}}
    )
    assert isclose(found.chance(0, 0, 1, "last"), 0.5)
    assert isclose(found.chance(0, 0, 1, "first"), 0.0)
    assert isclose(found.chance(0, 0, 3, "first"), 0.5 * 0.75 + 0.5 * 0.5 * 0.5)


def test_open_deals_count_as_long_as_they_were_seen():
    """Left out, the deals that are still open would make winning look surer than it is."""
    day = START + 200
    known = known_on(deals(1, 200, a_day=40), day)
    censored = survival.estimated(known, day, START)
    finished = survival.estimated([deal for deal in known if deal.closed is not None], day, START)
    truth = 0.02
    middle = [survival.band_of(age) for age in (20, 40, 70)]
    assert all(abs(censored.won[0][band] - truth) < 0.004 for band in middle)
    assert all(finished.won[0][band] > censored.won[0][band] for band in middle)


def test_closings_that_were_never_kept_do_not_make_old_deals_look_safe():
    """Deals of the first half year that ended before the records began are not there: those left count from then on."""
    since = START + 180
    seen = [deal for deal in deals(2, 400, a_day=5) if deal.closed >= since]
    found = survival.estimated(known_on(seen, START + 400), START + 400, since)
    band = survival.band_of(50)
    assert abs(found.won[0][band] - 0.02) < 0.004


def test_a_stage_in_which_more_is_won_has_a_ratio_above_one():
    early = [replace(deal, path=((deal.opened, "new"),), won=False) for deal in deals(3, 300, a_day=2)]
    late = [
        replace(deal, path=((deal.opened, "offer"),), won=True, amount=1) for deal in deals(4, 300, a_day=2)
    ]
    found = survival.estimated(known_on([*early, *late], START + 300), START + 300, START)
    assert found.won_at["new"] < 0.1
    assert found.won_at["offer"] > 1.8


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.booleans()), max_size=30),
    st.integers(1, 120),
)
def test_a_chance_is_a_chance_whatever_the_deals_were(rows, days):
    some = [Deal(opened, opened + age, won, 1, path=((opened, age % 3),)) for opened, age, won in rows]
    found = survival.estimated(known_on(some, 500), 500, 0)
    for stage in (None, 0, 1, 2):
        for age in (0, 10, 700):
            assert 0 <= found.chance(age, 501, days, stage) <= 1


# ---- amounts, arrivals, months -----------------------------------------------------------------------
def test_an_unknown_amount_is_the_mean_of_its_kind_drawn_to_that_of_all():
    some = [Deal(0, 1, True, 100, "a")] * 5 + [Deal(0, 1, True, 200, "b")] * 5
    learned = amounts.learned(some)
    assert learned.mean == 150
    assert learned.of(Deal(0, kind="a"))[0] == (500 + 5 * 150) / 10
    assert learned.of(Deal(0, kind="new"))[0] == 150
    assert learned.of(Deal(0, amount=7))[0] == 7


def test_a_rate_follows_the_weeks():
    steady = [Deal(day) for day in range(START, START + 140) for _each in range(2)]
    rate = arrivals.arriving(steady, START + 139)
    assert isclose(rate.a_day, 2.0)
    assert rate.uneven == 1.0
    growing = [Deal(START + 7 * week) for week in range(30) for _each in range(week)]
    assert arrivals.arriving(growing, START + 209).a_day > 24 / 7


def test_each_baseline_does_what_it_says():
    assert baseline.mean([1, 2, 3], 2) == [2, 2]
    assert baseline.seasons([*range(1, 13), 13], 2) == [2, 3]
    pattern = [10.0, 20.0, 30.0] * 3
    assert [round(each) for each in baseline.quarters(pattern, 4)] == [10, 20, 30, 10]
    assert baseline.trend([10.0 * n for n in range(1, 13)], 1)[0] > 100


def test_the_baseline_is_chosen_by_its_errors_and_the_simple_one_wins_where_there_is_little():
    assert baseline.chosen([10.0, 20.0, 30.0] * 5, 1)[0] == "quarters"
    assert baseline.chosen([5.0] * 20, 1)[0] == "mean"
    assert baseline.chosen([5.0, 9.0], 1)[0] == "mean"
    year = [1.0, 9.0, 2.0, 8.0, 7.0, 3.0, 6.0, 4.0, 12.0, 1.0, 5.0, 20.0]
    assert baseline.chosen(year * 4, 1)[0] == "seasons"


# ---- together ----------------------------------------------------------------------------------------
def test_nothing_that_came_later_is_known():
    """All that is foretold on a day stays as it is, whatever the days after it bring."""
    known = [deal for deal in deals(5, 700, a_day=0.5) if deal.opened <= DAY - 90]
    later = [
        replace(deal, won=not deal.won, amount=10**9) if deal.closed > DAY - 90 else deal for deal in known
    ] + [Deal(DAY - 60, DAY - 50, True, 10**9)]
    span = (DAY - 89, DAY)
    told = [forecast.estimate(known_on(each, DAY - 90), DAY - 90, span, ALL).of() for each in (known, later)]
    assert told[0] == told[1]


def test_the_same_deals_give_the_same_numbers():
    some = deals(6, 720, a_day=0.5)
    first, second = (forecast.back_tests(some, DAY, ALL, 1) for _time in range(2))
    assert first == second


@pytest.mark.parametrize("length", [1, 3])
def test_four_of_five_intervals_hold_what_comes(length):
    """Of eighty companies, each with a history of its own. With a chance of .8 the share lies within .67 and .93 but
    once in five hundred times; the conformal quantile makes it somewhat more than .8."""
    held = 0
    for seed in range(80):
        some = deals(1000 + seed, 810, a_day=0.7)
        record = forecast.back_tests(some, DAY - 1, ALL, length)[None]
        span = (DAY, DAY + length * MONTH - 1)
        known = known_on(some, DAY - 1)
        told = forecast.estimate(known, DAY - 1, span, ALL).of(
            None, forecast.correction(record.trials, DAY - 1)
        )
        held += abs(won_between(some, *span) - told.mean) <= record.widening * told.spread
    assert 0.67 <= held / 80 <= 0.97


def test_the_forecast_is_right_on_the_whole():
    """The means of sixty forecasts and of what came lie within a tenth of each other."""
    told, came = 0.0, 0
    for seed in range(60):
        some = deals(2000 + seed, 810, a_day=0.7)
        span = (DAY, DAY + 3 * MONTH - 1)
        told += forecast.estimate(known_on(some, DAY - 1), DAY - 1, span, ALL).of().mean
        came += won_between(some, *span)
    assert abs(told / came - 1) < 0.1


def test_parts_add_up_to_the_whole():
    some = deals(7, 720, a_day=0.7)
    found = forecast.estimate(known_on(some, DAY), DAY, (DAY + 1, DAY + 30), ALL)
    assert isclose(sum(found.of(part).mean for part in found.parts), found.of().mean, rel_tol=1e-9)


def test_the_interval_is_widened_by_what_went_wrong_and_never_narrow():
    def record(*offs):
        return forecast.Record(tuple(forecast.Trial(0, (1, 2), 100, 10, 0, 100 + off, 0) for off in offs))

    assert record(0, 0, 0, 0).widening == forecast.NORMAL
    assert record(10, 20, 30, 40).widening == 4.0  # the fourth of four: ceil(5 * .8)
    assert record(*range(0, 100, 10)).widening == 8.0  # the ninth of ten: ceil(11 * .8)
    assert not record(1, 2).enough


def test_the_error_is_reckoned_as_its_name_says():
    trials = [forecast.Trial(0, (1, 2), 90, 10, 0, 100, 80), forecast.Trial(0, (1, 2), 260, 10, 0, 200, 100)]
    record = forecast.Record(tuple(trials))
    assert record.wape == 70 / 300
    assert isclose(record.mape, (0.1 + 0.3) / 2)
    assert record.naive_wape == 120 / 300


# ---- where there is little, or it is odd -------------------------------------------------------------
@pytest.mark.parametrize(
    "some",
    [
        [],
        [Deal(START, START + 3, True, 500)],
        [Deal(START + n, START + n + 3, False) for n in range(200)],
        [Deal(START + n, START + n + 3, True, 500) for n in range(29)],
    ],
    ids=["none", "one", "all lost", "few"],
)
def test_too_little_is_not_enough(some):
    assert not forecast.enough(some, DAY)
    assert forecast.back_tests(some, DAY, ALL, 1)[None].trials == ()


def test_a_month_of_closings_is_not_enough_however_many_they_are():
    some = [Deal(START, START + n % 30, True, 500) for n in range(400)]
    assert not forecast.enough(some, START + 30)


@pytest.mark.parametrize("amount", [0, None, -500])
def test_amounts_that_are_nothing_or_less_stop_nothing(amount):
    some = [replace(deal, amount=amount) if deal.won else deal for deal in deals(8, 720)]
    told = forecast.estimate(known_on(some, DAY), DAY, (DAY + 1, DAY + 30), ALL).of()
    assert told.mean == 0 or (amount == -500 and told.mean < 0)
    assert told.variance >= 0


def test_deals_without_the_day_they_were_opened_tell_what_was_sold():
    some = [replace(deal, opened=None) for deal in deals(9, 720, a_day=1)]
    known = known_on(some, DAY)
    assert all(deal.closed is not None for deal in known)
    told = forecast.estimate(known, DAY, (DAY + 1, DAY + 30), ALL)
    assert told.pipeline.whole.mean == 0
    assert told.baseline.mean > 0


# ---- what was not to be expected ---------------------------------------------------------------------
def surprises(seeds, change):
    """How often the middle of a quarter is said to lie above or below what was to be expected."""
    day = Period.of(date.fromordinal(DAY), "gregorian", 3).first + timedelta(days=50)
    said = Counter()
    for seed in seeds:
        first = Period.of(day, "gregorian", 3).first.toordinal()
        some = [change(deal) if deal.closed >= first else deal for deal in deals(3000 + seed, 900, a_day=0.7)]
        present, _next = outcomes(some, day, "gregorian", 3)
        said[present.alert] += 1
    return said


def test_a_quarter_like_the_others_is_seldom_a_surprise_and_an_odd_one_always():
    """Of an interval for four of five, one in five is left by chance."""
    assert surprises(range(60), lambda deal: deal)[""] >= 0.65 * 60
    assert surprises(range(10), lambda deal: replace(deal, amount=0 if deal.won else None))["below"] == 10
    assert surprises(range(10), lambda deal: replace(deal, amount=9000 if deal.won else None))["above"] == 10


def test_the_first_week_of_a_quarter_surprises_nobody():
    day = Period.of(date.fromordinal(DAY), "gregorian", 3).first + timedelta(days=3)
    odd = [
        replace(deal, amount=10**8) if deal.won and deal.closed >= day.toordinal() - 3 else deal
        for deal in deals(1, 900, a_day=0.7)
    ]
    assert outcomes(odd, day, "gregorian", 3)[0].alert == ""
