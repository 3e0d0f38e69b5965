"""The way through places: as short as it gets, and never another set of them."""

import time
from random import Random

import pytest

from sila.platform.kit.coordinates import Spot, read_spot, spot_of
from sila.platform.kit.route import length, shortest

OFFICE = Spot(24.7136, 46.6753)


def _places(number, seed):
    dice = Random(seed)
    return [Spot(24.5 + dice.random() / 2, 46.5 + dice.random() / 2) for _each in range(number)]


@pytest.mark.parametrize("start", [OFFICE, None])
@pytest.mark.parametrize("seed", range(25))
def test_the_way_calls_at_each_place_once_and_is_never_longer_than_the_given_order(seed, start):
    places = _places(seed % 13 + 2, seed)
    order = shortest(places, start)
    assert sorted(order) == list(range(len(places)))
    assert length([places[each] for each in order], start) <= length(places, start) + 1e-9
    if start is None:
        assert order[0] == 0


def test_what_lies_on_a_line_is_called_at_along_the_line():
    line = [Spot(24.7, 46.0 + step / 10) for step in range(8)]
    mixed = [line[each] for each in (3, 0, 7, 1, 5, 2, 6, 4)]
    order = shortest(mixed, Spot(24.7, 45.9))
    assert [mixed[each] for each in order] == line


def test_none_and_one_are_ways_too():
    assert shortest([]) == []
    assert shortest([OFFICE], OFFICE) == [0]
    assert length([]) == 0


def test_places_on_one_spot_keep_all_their_visits():
    assert sorted(shortest([OFFICE] * 6, OFFICE)) == list(range(6))


def test_fifty_places_take_less_than_fifty_milliseconds():
    places = _places(50, 7)
    shortest(places, OFFICE)
    took = []
    for _turn in range(5):
        begun = time.perf_counter()
        shortest(places, OFFICE)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.05


def test_the_great_circle_from_riyadh_to_jeddah():
    assert Spot(24.7136, 46.6753).far(Spot(21.5433, 39.1728)) == pytest.approx(845, abs=5)
    assert Spot(0, 0).far(Spot(0, 180)) == pytest.approx(20015, abs=1)


@pytest.mark.parametrize(
    "typed",
    [
        "24.7136, 46.6753",
        "24.7136,46.6753",
        "(24.7136, 46.6753)",
        "٢٤٫٧١٣٦، ٤٦٫٦٧٥٣",
        "geo:24.7136,46.6753",
        "https://www.google.com/maps/@24.7136,46.6753,15z",
        "https://maps.google.com/?q=24.7136,46.6753",
    ],
)
def test_coordinates_are_read_as_people_copy_them(typed):
    spot = read_spot(typed)
    assert str(spot) == "24.71360, 46.67530"
    assert spot_of(str(spot)) == spot


@pytest.mark.parametrize("typed", ["Riyadh", "24.7136", "124.7, 46.6", "24.7, 190", "24.7 N, x"])
def test_what_is_no_place_is_refused_with_words(typed):
    with pytest.raises(ValueError, match=r"\w"):
        read_spot(typed)
