"""On SQLite, questions find their index among many records, without anybody having asked for ANALYZE."""

from django.db import connection

from sila.platform.entities.models import ExternalId
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy import statistics
from sila.platform.tenancy.inserting import insert_rows
from sila.platform.tenancy.models import Workspace

TABLE = ExternalId._meta.db_table


def add(rows: int) -> None:
    insert_rows(ExternalId, [{"value": str(uuid7()), "record_id": uuid7()} for _n in range(rows)])


def test_a_table_is_counted_once_it_has_grown_far_beyond_its_figures(
    workspace: Workspace, monkeypatch
) -> None:
    monkeypatch.setattr(statistics, "_seen", {})
    if connection.vendor == "postgresql":  # which counts by itself
        add(2_000)
        assert statistics.renew() == []
        return
    add(900)
    assert TABLE not in statistics.renew()
    add(300)
    assert TABLE in statistics.renew()
    add(300)
    assert TABLE not in statistics.renew()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = %s", [TABLE])
        assert cursor.fetchone()[0] > 1
    add(5_000)
    assert TABLE in statistics.renew()


def test_a_table_with_gaps_is_not_counted_again_and_again(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(statistics, "_seen", {})
    add(3_000)
    ExternalId.objects.exclude(
        id__in=[ExternalId.objects.earliest("id").id, ExternalId.objects.latest("id").id]
    ).delete()
    assert (TABLE in statistics.renew()) == (connection.vendor == "sqlite")
    assert statistics.renew() == []
