"""What an import commits batch by batch need not be on the disk each time; all else must."""

from typing import Any

import pytest
from django.db import connection, transaction

from sila.platform.tenancy.durability import redoable


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


def test_commits_that_can_be_done_again_do_not_wait_for_the_disk_and_the_next_ones_do(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        sure = setting()
        with pytest.raises(KeyError), redoable():
            assert setting() in ("1", "off")
            raise KeyError
        assert setting() == sure


@pytest.mark.django_db
def test_a_transaction_that_is_open_keeps_its_promise() -> None:
    sure = setting()
    with transaction.atomic(), redoable():
        assert setting() == sure
