"""Rows of one workspace cannot be reached from another, by any of three locks."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from sila.platform.access.models import OrgUnit
from sila.platform.customfields.models import CustomValue
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import NoWorkspace, scope

pytestmark = pytest.mark.django_db


def test_without_a_workspace_nothing_can_be_read(db):
    with pytest.raises(NoWorkspace):
        list(OrgUnit.objects.all())


def test_a_workspace_sees_only_its_own_rows(company, elsewhere):
    with scope(elsewhere.workspace):
        theirs = set(OrgUnit.objects.values_list("id", flat=True))
    with scope(company.workspace):
        ours = set(OrgUnit.objects.values_list("id", flat=True))
    assert ours
    assert theirs
    assert not ours & theirs


def test_the_database_refuses_a_link_into_another_workspace(company, elsewhere):
    with scope(elsewhere.workspace):
        foreign = OrgUnit.objects.first().id
    with scope(company.workspace):
        with pytest.raises(IntegrityError), transaction.atomic():
            OrgUnit.objects.create(name="Crooked", parent_id=foreign)
            connection.check_constraints()
        OrgUnit.objects.create(name="Straight", parent_id=OrgUnit.objects.first().id)


def test_row_security_holds_when_the_code_forgets_to_ask(company, elsewhere):
    """On SQLite, which has none, the same query shows why the manager has to be the only way in."""
    with scope(company.workspace):
        seen = {unit.tenant_id for unit in OrgUnit.everywhere.all()}
    if connection.vendor == "postgresql":
        assert seen == {company.workspace.pk}
        assert not OrgUnit.everywhere.exists()
    else:
        assert seen == {company.workspace.pk, elsewhere.workspace.pk}


def test_an_index_serves_a_range_of_own_numbers_under_row_security(company):
    with scope(company.workspace), transaction.atomic():
        CustomValue.objects.bulk_create(
            CustomValue(field="c_0", record_id=uuid7(), number=number) for number in range(3_000)
        )
        rows = CustomValue.objects.filter(field="c_0", number__gte=5, number__lte=7).order_by(
            "number", "record_id"
        )
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_sort = off")
        plan = rows.values("record_id").explain()
        assert rows.count() == 3
    assert "custom_by_number" in plan
    assert "number>?" in plan or re.search(r"Index Cond: .*number >= ", plan)
