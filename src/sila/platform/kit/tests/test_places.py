"""Cities are found in any spelling, and the distances between them are those of an atlas."""

import pytest

from sila.platform.kit.places import place_of, places


@pytest.mark.parametrize("name", ["الرياض", "Riyadh", "RIYADH", "مدينة الرياض", "ar-Riyadh"])
def test_a_city_is_found_in_any_spelling(name):
    assert place_of(name) is places()["riyadh"]


@pytest.mark.parametrize("name", ["", "Atlantis", "رياض الأطفال", "-", "٣"])
def test_what_is_no_city_is_none(name):
    assert place_of(name) is None


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("riyadh", "jeddah", 850),
        ("cairo", "alexandria", 180),
        ("berlin", "munich", 504),
        ("dubai", "abu-dhabi", 122),
    ],
)
def test_distances_are_those_of_an_atlas(one, other, km):
    far = places()[one].far(places()[other])
    assert far == pytest.approx(km, rel=0.04)
    assert places()[other].far(places()[one]) == pytest.approx(far)


def test_no_name_means_two_cities_but_by_intention():
    for place in places().values():
        assert place_of(place.arabic) is place
        assert place_of(place.english) is place
        assert -90 < place.latitude < 90
        assert -180 < place.longitude < 180
