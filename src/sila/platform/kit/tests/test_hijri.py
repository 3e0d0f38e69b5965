from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit import hijri
from sila.platform.kit.hijri import (
    NoSuchHijriDate,
    add_hijri_years,
    from_hijri,
    hijri_month_range,
    hijri_year_range,
    next_hijri_anniversary,
    to_hijri,
)


@pytest.mark.parametrize(
    ("gregorian", "umm_al_qura"),
    [
        (date(2026, 11, 22), (1448, 6, 12)),
        (date(2024, 3, 11), (1445, 9, 1)),
        (date(2025, 6, 26), (1447, 1, 1)),
        (hijri.FIRST_DATE, (1343, 1, 1)),
        (hijri.LAST_DATE, (1500, 12, 30)),
    ],
)
def test_known_days_of_both_calendars(gregorian, umm_al_qura):
    assert to_hijri(gregorian) == umm_al_qura
    assert from_hijri(*umm_al_qura) == gregorian


@given(st.dates(hijri.FIRST_DATE, hijri.LAST_DATE))
def test_every_day_comes_back(day):
    assert from_hijri(*to_hijri(day)) == day


@pytest.mark.parametrize(
    "day", [(1448, 13, 1), (1448, 0, 1), (1448, 6, 31), (1448, 6, 0), (1342, 1, 1), (1501, 1, 1)]
)
def test_days_that_do_not_exist_are_refused(day):
    with pytest.raises(NoSuchHijriDate):
        from_hijri(*day)


def test_days_outside_the_published_years_are_refused():
    with pytest.raises(NoSuchHijriDate):
        to_hijri(hijri.FIRST_DATE - timedelta(days=1))
    with pytest.raises(NoSuchHijriDate):
        to_hijri(hijri.LAST_DATE + timedelta(days=1))


def test_months_and_years_join_without_a_gap():
    ends = [hijri_month_range(1448, month) for month in range(1, 13)]
    assert all(ends[n][1] + timedelta(days=1) == ends[n + 1][0] for n in range(11))
    assert hijri_year_range(1448) == (ends[0][0], ends[11][1])


def month_of_30_then_29():
    """A month and year with 30 days that has 29 the year after."""
    return next(
        (year, month)
        for year in range(1440, 1460)
        for month in range(1, 13)
        if hijri_month_range(year, month)[1] - hijri_month_range(year, month)[0] == timedelta(days=29)
        and hijri_month_range(year + 1, month)[1] - hijri_month_range(year + 1, month)[0]
        == timedelta(days=28)
    )


def test_the_thirtieth_becomes_the_twenty_ninth_in_a_short_month():
    year, month = month_of_30_then_29()
    born = from_hijri(year, month, 30)
    assert to_hijri(add_hijri_years(born, 1)) == (year + 1, month, 29)
    assert to_hijri(next_hijri_anniversary(born, born)) == (year + 1, month, 29)


def test_a_birthday_comes_round_by_the_hijri_year():
    born = from_hijri(1410, 9, 5)
    assert to_hijri(next_hijri_anniversary(born, from_hijri(1448, 9, 4))) == (1448, 9, 5)
    assert to_hijri(next_hijri_anniversary(born, from_hijri(1448, 9, 5))) == (1449, 9, 5)
