import os
from datetime import UTC, datetime, timedelta

import pytest

from sila.platform.kit.ids import uuid7, uuid7_at


def test_ids_grow_even_within_one_millisecond():
    ids = [uuid7() for _ in range(5_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_an_id_is_a_uuid_of_version_7():
    made = uuid7()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_an_id_lies_between_the_bounds_of_the_moments_around_it():
    now = datetime.now(UTC)
    assert uuid7_at(now - timedelta(seconds=1)) < uuid7() < uuid7_at(now + timedelta(seconds=5))


def test_a_bound_needs_an_aware_moment():
    with pytest.raises(ValueError, match="aware"):
        uuid7_at(datetime(2026, 11, 22))


def test_a_forked_child_makes_other_ids_than_its_parent():
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, uuid7().bytes)
        os._exit(0)
    mine = uuid7()
    os.waitpid(child, 0)
    assert os.read(reader, 16) != mine.bytes
