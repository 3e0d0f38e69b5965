"""The benchmark measures what it says: each of its requests is answered, over a few people here."""

import pytest

from sila.project.benchmark import driver, load, measure

pytestmark = pytest.mark.django_db


def test_every_request_that_is_measured_is_answered():
    load.load(120, beside=5)
    for name, ask in measure.requests().items():
        assert ask(1).status_code in (200, 201), name
    assert driver.AIMS.keys() <= measure.requests().keys()
