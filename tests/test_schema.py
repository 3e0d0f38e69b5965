"""The tables can be spread over machines by tenant, and no query forgets to name it."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sila.platform.entities import calendars
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import TenantModel
from sila.platform.tenancy.rowsecurity import tenant_models
from tests.samples import new_record

pytestmark = pytest.mark.django_db
GLOBAL = {"access_user", "tenancy_workspace"}  # few, and listed: people and workspaces
TENANT_TABLES = [model._meta.db_table for model in tenant_models()]


def test_every_table_of_ours_belongs_to_a_tenant_but_the_listed_ones():
    ours = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("sila.")}
    assert ours - set(TENANT_TABLES) == GLOBAL


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_keys_indexes_and_constraints_begin_with_the_tenant(table):
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    for name, found in constraints.items():
        if found["check"] or (found["foreign_key"] and found["foreign_key"][0] in GLOBAL):
            continue
        if connection.vendor == "sqlite" and found["foreign_key"]:
            continue  # its introspection names one column of a composite key: see the next test
        if name in ALLOWED or name == "__primary__":  # SQLite's introspection names one column of it only
            continue
        assert found["columns"][:1] in (["tenant_id"], []), (
            f"{table}: {name} begins with {found['columns'][:1]}"
        )


# A person's seats are found before a workspace is open; the full-text index joins by position; trigrams stand alone.
ALLOWED = {"member_of_user", "search_position", "text_position", "search_trigrams", "file_trigrams"}


def test_rows_of_history_cannot_be_changed(workspace, admin):
    from django.db import DatabaseError, transaction

    from sila.platform.activity.models import Event

    new_record(registry["products"], admin)
    event = Event.objects.first()
    for change in (lambda: Event.objects.filter(id=event.id).update(kind="x"), lambda: event.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Event.objects.filter(id=event.id, kind=event.kind).exists()


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_foreign_keys_begin_with_the_tenant(table):
    if connection.vendor != "sqlite":
        return  # the test before has seen them
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA foreign_key_list("{table}")')
        keys = {}
        for number, _place, target, column, *_rest in cursor.fetchall():
            keys.setdefault((number, target), []).append(column)
    for (_number, target), columns in keys.items():
        assert target in GLOBAL or columns[0] == "tenant_id", (target, columns)


@pytest.mark.parametrize("model", tenant_models(), ids=TENANT_TABLES)
def test_the_primary_key_is_tenant_and_id(model):
    assert [field.attname for field in model._meta.pk_fields] == ["tenant_id", "id"]


@pytest.mark.parametrize("slug", ["people", "opportunities", "tasks"])
def test_every_statement_names_the_tenant(slug, company, admin):
    entity = registry[slug]
    record = new_record(entity, admin)
    client = Client()
    client.force_login(company.user("admin"), backend=settings.AUTHENTICATION_BACKENDS[0])
    urls = [entity.url("rayyan"), entity.url("rayyan", record.id), "/w/rayyan/palette?q=قيم", "/w/rayyan/"]
    with CaptureQueriesContext(connection) as queries:
        for url in urls:
            assert client.get(url).status_code == 200
        assert client.post(entity.url("rayyan", record.id, "trash")).status_code in (204, 302)
    for query in queries:
        sql = query["sql"]
        for table in TENANT_TABLES:
            if re.search(rf'"{table}"', sql) and not sql.startswith("EXPLAIN"):
                assert "tenant_id" in sql, sql


def test_the_search_table_is_a_tenant_table_too():
    assert issubclass(SearchEntry, TenantModel)


def test_every_date_that_a_calendar_goes_by_has_an_index_that_begins_with_what_tells_the_noun(workspace):
    """A calendar then reads what stands in its days and no more, however many records there are."""
    bare = []
    for entity in registry.declared:
        for f in calendars.fields_of(entity, entity.model_fields):
            wanted = ["tenant", *entity.where, f.name]
            indexes = [index.fields for index in entity.model._meta.indexes]
            keys = [list(each.fields) for each in entity.model._meta.constraints if hasattr(each, "fields")]
            if not any(list(each)[: len(wanted)] == wanted for each in [*indexes, *keys]):
                bare.append((entity.slug, f.name))
    assert bare == []
