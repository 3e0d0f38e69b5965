"""New rows of one table, hundreds in a statement that is made once for the table.

The ORM's `bulk_create` compiles every value of every row, which took more than a third of an import. Here values go as
they are where a column stores them so: to SQLite one prepared statement, to PostgreSQL one JSON document (COPY is
closed to tables with row security).
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

AT_ONCE = 500
type Column = models.Field[Any, Any]
_AS_IT_IS: tuple[
    tuple[Any, frozenset[type]], ...
] = (  # kinds of columns, and values that go into them unchanged
    ((models.CharField, models.TextField), frozenset({str, type(None)})),
    ((models.IntegerField,), frozenset({int, type(None)})),
    ((models.BooleanField,), frozenset({bool, type(None)})),
)
_NAMED = (UUID, datetime, date, time, Decimal)  # PostgreSQL reads them from their names


def insert_rows(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Write them, in their order: objects of the model, or anything that has some of its attributes; the others get
    their defaults. Keys are never the database's to make. Raises IntegrityError."""
    db = connections[DEFAULT_DB_ALIAS]
    write = _insert_document if db.vendor == "postgresql" else _insert_each
    with transaction.atomic(savepoint=False), db.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            write(cursor, db, model, rows[start : start + AT_ONCE])
    for row in rows:
        if isinstance(row, models.Model):
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _insert_each(cursor: Any, db: Any, model: type[models.Model], rows: Sequence[Any]) -> None:
    columns = [_column(f, rows, db) for f in _fields(model)]
    cursor.executemany(_statement(model), list(zip(*columns, strict=True)))


def _insert_document(cursor: Any, db: Any, model: type[models.Model], rows: Sequence[Any]) -> None:
    fields = _fields(model)
    names = [str(f.column) for f in fields]
    columns = [
        _values(f, rows) if isinstance(f, models.JSONField | models.UUIDField) else _column(f, rows, db)
        for f in fields
    ]
    documents = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    cursor.execute(_statement(model), [json.dumps(documents, default=_name, ensure_ascii=False)])


@cache
def _fields(model: type[models.Model]) -> list[Column]:
    return [f for f in model._meta.local_concrete_fields if not f.generated]


@cache
def _statement(model: type[models.Model]) -> str:
    db, fields = connections[DEFAULT_DB_ALIAS], _fields(model)
    quote = db.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
    if db.vendor != "postgresql":
        return f"{into} VALUES ({', '.join(['%s'] * len(fields))})"
    # Without its length: a value that is too long is to be refused, not cut.
    typed = ", ".join(f"{quote(str(f.column))} {re.sub(r'\(.*?\)', '', f.db_type(db) or '')}" for f in fields)
    return f"{into} SELECT {columns} FROM json_to_recordset(%s) AS fresh ({typed})"  # noqa: S608  (our own names)


def _values(f: Column, rows: Iterable[Any]) -> list[Any]:
    if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False):
        return [f.pre_save(row, add=True) for row in rows]
    name, default = f.attname, f.get_default
    if f.is_relation or not callable(f.default):  # the same for all rows; so is the workspace
        default = cache(default)
    return [row.__dict__[name] if name in row.__dict__ else default() for row in rows]


def _column(f: Column, rows: Iterable[Any], db: Any) -> list[Any]:
    """The values of a column, as the database takes them."""
    values = _values(f, rows)
    if isinstance(f, models.JSONField):
        return [_json(f, value, db) for value in values]
    types = {*map(type, values)}
    if any(isinstance(f, kinds) and types <= plain for kinds, plain in _AS_IT_IS):
        return values
    if (
        isinstance(f, models.UUIDField)
        and types <= {UUID, type(None)}
        and not db.features.has_native_uuid_field
    ):
        return [value and value.hex for value in values]
    ready = {value: f.get_db_prep_save(value, db) for value in {*values}}
    return [ready[value] for value in values]


def _json(f: Column, value: Any, db: Any) -> Any:
    if value == {}:  # as most are
        return "{}"
    return "[]" if value == [] else f.get_db_prep_save(value, db)


def _name(value: Any) -> str:
    if isinstance(value, _NAMED):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written among many")
