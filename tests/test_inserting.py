"""Rows that are written many at a time are those that the ORM would have written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from sila.parties.models import Party
from sila.platform.activity.models import Event
from sila.platform.customfields.models import CustomValue
from sila.platform.entities.models import ExternalId, Operation, SearchEntry
from sila.platform.entities.quality.models import QualityPlan
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.inserting import AT_ONCE, fresh, insert_rows
from sila.platform.tenancy.models import Workspace
from sila.platform.tenancy.writing import add, together

MOMENT = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)


def written(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("id").values())


def people() -> list[Party]:
    names = ("محمد “العتيبي” \\ %s", "O'Neil\t\n", "")
    return [
        Party(
            name=name, birth_date=date(1980, 1, 31), tags=["key"], custom={"f1": ["é", None, 1.5, {"ب": []}]}
        )
        for name in names
    ]


@pytest.mark.parametrize(
    "rows",
    [
        people,
        lambda: [
            CustomValue(field="f1", record_id=uuid7(), number=Decimal("-0.000001"), sole=True),
            CustomValue(field="f2", record_id=uuid7(), moment=MOMENT, text="نص"),
        ],
        lambda: [QualityPlan(entity="people", stale_days=True), QualityPlan(entity="groups", weights=[])],
        lambda: [Party(name="سارة", custom={"f1": value}, tags=[]) for value in (1, True, 1)],
        lambda: [Party(name=name, birth_date=None) for name in ("سارة", "عمر", "سارة")],
        lambda: [Party(name="سارة", custom={"f1": None}, birth_date=date(1990, 5, 1))],
    ],
    ids=[
        "people",
        "custom values",
        "a yes where a number stands",
        "one and yes",
        "first as last",
        "a single row",
    ],
)
def test_every_kind_of_column_reads_back_as_it_went_in(workspace: Workspace, rows: Any) -> None:
    made = rows()
    model = type(made[0])
    insert_rows(model, made)
    together = written(model)
    model.objects.all().delete()
    for row in made:
        row.save(force_insert=True)

    assert len(together) == len(made)
    assert together == written(model)
    assert not any(row._state.adding for row in made)


def test_what_a_row_does_not_say_gets_its_default(workspace: Workspace) -> None:
    insert_rows(ExternalId, [{"value": str(n), "record_id": uuid7()} for n in range(AT_ONCE + 1)])

    rows = ExternalId.objects.all()
    assert rows.count() == AT_ONCE + 1
    assert len({row.id for row in rows}) == AT_ONCE + 1
    assert {row.tenant_id for row in rows} == {workspace.id}


def test_rows_may_each_say_something_else(workspace: Workspace) -> None:
    ids = [uuid7() for _n in range(3)]
    insert_rows(
        ExternalId,
        [
            {"value": "a", "record_id": ids[0]},
            {"record_id": ids[1], "value": "b", "source": "old"},
            ExternalId(value="c", record_id=ids[2], entity="people"),
        ],
    )

    rows = ExternalId.objects.order_by("value").values_list("value", "record_id", "source", "entity")
    assert list(rows) == [("a", ids[0], "", ""), ("b", ids[1], "old", ""), ("c", ids[2], "", "people")]


@pytest.mark.parametrize("model", [Party, CustomValue, QualityPlan, Event, SearchEntry, Operation])
def test_a_fresh_object_is_what_the_constructor_makes(workspace: Workspace, model: Any) -> None:
    made, same = fresh(model, {}), model()

    different = {"_state", "id", "created_at", "updated_at", "at", "started_at"}
    assert {**vars(made), **dict.fromkeys(different)} == {**vars(same), **dict.fromkeys(different)}
    assert made._state.adding
    assert made.id is None or made.id != fresh(model, {}).id


def test_a_fresh_object_takes_links_and_refuses_what_it_has_not(workspace: Workspace) -> None:
    parent = Party(name="المدى")

    assert fresh(Party, {"parent": parent}).parent_id == parent.id
    with pytest.raises(TypeError, match="height"):
        fresh(Party, {"height": 3})


def test_a_row_that_the_database_refuses_leaves_none_of_them(workspace: Workspace) -> None:
    twice = [{"entity": "people", "source": "old", "value": "7", "record_id": uuid7()} for _n in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(ExternalId, twice)

    assert not ExternalId.objects.exists()


def test_a_value_that_is_too_long_is_never_cut(workspace: Workspace) -> None:
    """SQLite counts no letters: there it stays as it is."""
    long = [Party(name="ن" * 201)]
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            insert_rows(Party, long)
        assert not Party.objects.exists()
    else:
        insert_rows(Party, long)
        assert Party.objects.get().name == "ن" * 201


def test_a_question_waits_for_the_rows_that_are_written_aside(workspace: Workspace) -> None:
    with transaction.atomic(), together() as waiting:
        for n in range(5):
            waiting.begin()
            add(ExternalId, {"entity": "people", "source": "old", "value": str(n), "record_id": uuid7()})
        waiting.begin()
        waiting.write_earlier()
        assert ExternalId.objects.count() == 5


def test_rows_that_are_refused_aside_are_refused_at_the_latest_when_the_block_ends(
    workspace: Workspace,
) -> None:
    same = {"entity": "people", "source": "old", "value": "7", "record_id": uuid7()}
    with pytest.raises(IntegrityError), transaction.atomic(), together():
        add(ExternalId, same, same)

    with pytest.raises(IntegrityError), transaction.atomic(), together() as waiting:
        add(ExternalId, same, same)
        waiting.begin()
        waiting.write_earlier()
        ExternalId.objects.count()

    assert not ExternalId.objects.exists()


def test_an_error_in_the_block_is_told_rather_than_that_of_the_rows(workspace: Workspace) -> None:
    same = {"entity": "people", "source": "old", "value": "7", "record_id": uuid7()}
    with pytest.raises(KeyError), transaction.atomic(), together() as waiting:
        add(ExternalId, same, same)
        waiting.begin()
        waiting.write_earlier()
        raise KeyError

    assert not ExternalId.objects.exists()
