"""New rows of one table, hundreds in a statement that is made once for the table.

The ORM's `bulk_create` compiles every value of every row, which took more than a third of an import. Here values go as
they are where a column stores them so: to SQLite one prepared statement, to PostgreSQL one JSON document (COPY is
closed to tables with row security).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.base import ModelState
from django.utils import timezone

from sila.platform.tenancy.aside import send

AT_ONCE = 500
type Column = models.Field[Any, Any]
type Row = models.Model | Mapping[str, Any]
_AS_IT_IS: tuple[
    tuple[Any, frozenset[type]], ...
] = (  # kinds of columns, and values that go into them unchanged
    ((models.CharField, models.TextField), frozenset({str, type(None)})),
    ((models.IntegerField,), frozenset({int, type(None)})),
    ((models.BooleanField,), frozenset({bool, type(None)})),
)
_NAMED = (UUID, datetime, date, time, Decimal)  # PostgreSQL reads them from their names


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Write them, in their order. What a mapping does not say gets its default; keys are never the database's to make.
    Raises IntegrityError."""
    db = connections[DEFAULT_DB_ALIAS]
    write = _insert_document if db.vendor == "postgresql" else _insert_each
    with transaction.atomic(savepoint=False), db.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            write(cursor, db, model, rows[start : start + AT_ONCE])
    for row in rows:
        if isinstance(row, models.Model):
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def fresh[M: models.Model](model: type[M], values: Mapping[str, Any]) -> M:
    """What `model(**values)` makes, without asking each of dozens of fields for a default that is always the same."""
    record = model.__new__(model)
    record._state = ModelState()
    blank = _blank(model)
    record.__dict__.update(blank.same)
    record.__dict__.update((name, make()) for name, make in blank.made if name not in values)
    for name, value in values.items():
        if not hasattr(model, name):
            raise TypeError(f"{model.__name__} has no {name}")
        setattr(record, name, value)
    return record


def _insert_each(cursor: Any, db: Any, model: type[models.Model], rows: Sequence[Row]) -> None:
    pairs = zip(_fields(model), _columns(model, rows), strict=True)
    cursor.executemany(
        _statement(model), list(zip(*(_column(f, values, db) for f, values in pairs), strict=True))
    )


def _insert_document(cursor: Any, db: Any, model: type[models.Model], rows: Sequence[Row]) -> None:
    columns = [
        values if isinstance(f, models.JSONField) else _column(f, values, db)
        for f, values in zip(_fields(model), _columns(model, rows), strict=True)
    ]
    names = [str(f.column) for f in _fields(model)]
    documents = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    send(cursor, _statement(model), [json.dumps(documents, ensure_ascii=False)])


@cache
def _fields(model: type[models.Model]) -> list[Column]:
    return [f for f in model._meta.local_concrete_fields if not f.generated]


@dataclass(frozen=True)
class _Blank:
    """What the fields of a new row hold until somebody says otherwise."""

    same: dict[str, Any]  # in each row
    made: tuple[tuple[str, Callable[[], Any]], ...]  # anew for each: its id, its workspace
    stamped: tuple[Column, ...]  # with the moment of writing


@cache
def _blank(model: type[models.Model]) -> _Blank:
    fields = _fields(model)
    stamped = [f for f in fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)]
    made = {f.attname: f.default for f in fields if f.has_default() and callable(f.default)}
    made |= {f.attname: f.get_default for f in fields if f.is_relation}
    made |= {f.attname: timezone.now for f in stamped}
    same = {f.attname: f.get_default() for f in fields if f.attname not in made}
    return _Blank(same, tuple(made.items()), tuple(stamped))


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


def _columns(model: type[models.Model], rows: Iterable[Row]) -> Iterable[tuple[Any, ...]]:
    names = [f.attname for f in _fields(model)]
    return zip(*map(itemgetter(*names), _whole(model, rows)), strict=True)


def _whole(model: type[models.Model], rows: Iterable[Row]) -> Iterator[Mapping[str, Any]]:
    """The rows with all their values."""
    blank = _blank(model)
    for row in rows:
        if isinstance(row, models.Model):
            for f in blank.stamped:
                f.pre_save(row, add=True)
            yield row.__dict__
        else:
            yield {**blank.same, **{name: make() for name, make in blank.made if name not in row}, **row}


def _column(f: Column, values: Sequence[Any], db: Any) -> Sequence[Any]:
    """The values of a column, as the database takes them."""
    if isinstance(f, models.JSONField):
        return [_json(f, value, db) for value in values]
    types = {*map(type, values)}
    if any(isinstance(f, kinds) and types <= plain for kinds, plain in _AS_IT_IS):
        return values
    if isinstance(f, models.UUIDField) and types <= {UUID, type(None)}:
        return [value and value.hex for value in values]  # PostgreSQL reads them so, too
    ready = {value: _named(f.get_db_prep_save(value, db)) for value in {*values}}
    return [ready[value] for value in values]


def _json(f: Column, value: Any, db: Any) -> Any:
    if value == {}:  # as most are
        return "{}"
    return "[]" if value == [] else f.get_db_prep_save(value, db)


def _named(value: Any) -> Any:
    return str(value) if isinstance(value, _NAMED) else value
