"""What the tests of sales share."""

import pytest

from sila.sales.partners.portal import door


@pytest.fixture(autouse=True)
def fresh_buckets(monkeypatch):
    for name, most in (("letters", 1000), ("whole", 1000), ("codes", 1000)):
        monkeypatch.setattr(door, name, door.Buckets(most))
