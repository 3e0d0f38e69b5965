"""The second lock, on PostgreSQL: row security on every tenant table, for a role that owns nothing."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorWrapper

from sila.platform.tenancy.models import TenantModel

ROLE = "sila_app"
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
BY_TENANT = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
# A person finds the workspaces they belong to before any of them is open.
BY_PERSON = f"({BY_TENANT} OR user_id = nullif(current_setting('app.person', true), '')::uuid)"


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def before_migrate(using: str, plan: Sequence[Any], **_: Any) -> None:
    """SQLite rebuilds a table that changes, and stumbles over triggers elsewhere that name it: they come back after."""
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        with connection.cursor() as cursor:
            for model in tenant_models():
                if getattr(model, "append_only", False):
                    allow_changes_on_sqlite(cursor, model)


def after_migrate(using: str, **_: Any) -> None:
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            for model in tenant_models():
                if model._meta.db_table in existing and getattr(model, "append_only", False):
                    refuse_changes_on_sqlite(cursor, model)
            return
        make_role(cursor)
        let_indexes_compare_numbers(cursor)
        for model in tenant_models():
            if model._meta.db_table in existing:
                protect(cursor, model)


def make_role(cursor: CursorWrapper) -> None:
    """Create the serving role if it is missing, and let it use the tables, but own none."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
    if not cursor.fetchone():
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN NOBYPASSRLS")
    cursor.execute("SELECT pg_has_role(current_user, %s, 'member')", [ROLE])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {ROLE} TO current_user")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {ROLE}")


def let_indexes_compare_numbers(cursor: CursorWrapper) -> None:
    """Under row security an index serves only comparisons that are known to tell nothing of the rows of others. Those of
    texts, days and identifiers are marked so by PostgreSQL, those of numeric are not, though they can fail for no value:
    a filter by a number would read all numbers of the workspace. Only a superuser may mark them (docs/production.md).
    """
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        return
    names = [f"numeric_{name}" for name in COMPARISONS]
    cursor.execute("SELECT proname FROM pg_proc WHERE proname = ANY (%s) AND NOT proleakproof", [names])
    for (name,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION pg_catalog.{name}(numeric, numeric) LEAKPROOF")


def protect(cursor: CursorWrapper, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    rule = BY_PERSON if getattr(model, "found_by_person", False) else BY_TENANT
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    force = "FORCE" if getattr(model, "row_security_binds_owner", True) else "NO FORCE"
    cursor.execute(f'ALTER TABLE "{table}" {force} ROW LEVEL SECURITY')
    cursor.execute(f'DROP POLICY IF EXISTS tenant ON "{table}"')
    cursor.execute(f'CREATE POLICY tenant ON "{table}" USING ({rule}) WITH CHECK ({BY_TENANT})')
    if getattr(model, "append_only", False):
        trashed = its_record_is_trashed(model, f'"{table}"')
        cursor.execute(f'REVOKE UPDATE{"" if trashed else ", DELETE"} ON "{table}" FROM {ROLE}')
        if trashed:
            cursor.execute(f'DROP POLICY IF EXISTS with_its_record ON "{table}"')
            cursor.execute(
                f'CREATE POLICY with_its_record ON "{table}" AS RESTRICTIVE FOR DELETE USING ({trashed})'
            )


def its_record_is_trashed(model: type[TenantModel], row: str) -> str:
    """The condition on which history may go: with the record that it is about (`goes_with`), from the trash."""
    link = getattr(model, "goes_with", "")
    if not link:
        return ""
    field: Any = model._meta.get_field(link)
    record = field.related_model._meta.db_table
    same = f"r.tenant_id = {row}.tenant_id AND r.id = {row}.{link}_id"
    return f'EXISTS (SELECT 1 FROM "{record}" r WHERE {same} AND r.deleted_at IS NOT NULL)'  # noqa: S608


def allow_changes_on_sqlite(cursor: CursorWrapper, model: type[TenantModel]) -> None:
    for verb in ("update", "delete"):
        cursor.execute(f'DROP TRIGGER IF EXISTS "{model._meta.db_table}_{verb}"')


def refuse_changes_on_sqlite(cursor: CursorWrapper, model: type[TenantModel]) -> None:
    """What REVOKE does on PostgreSQL: history is written once. (A rebuilt table loses its triggers.)"""
    table, trashed = model._meta.db_table, its_record_is_trashed(model, "OLD")
    allow_changes_on_sqlite(cursor, model)
    for verb, when in (("UPDATE", ""), ("DELETE", f"WHEN NOT {trashed} " if trashed else "")):
        cursor.execute(
            f'CREATE TRIGGER "{table}_{verb.lower()}" BEFORE {verb} ON "{table}" {when}'
            "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        )
