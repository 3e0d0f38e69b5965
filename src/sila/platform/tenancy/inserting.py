"""New rows of one table, hundreds in a statement.

The ORM's `bulk_create` compiles every value of every row, which took more than a third of an import. Here values go as
they are where a column stores them so, what all rows say alike goes once, and a statement is one call of the database,
so that it can work aside: SQLite gets a list of values, PostgreSQL a JSON document (COPY is closed to tables with row
security).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from itertools import batched, chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.base import ModelState
from django.utils import timezone

from sila.platform.tenancy.aside import send

AT_ONCE, MOST_VALUES = 500, 30_000  # rows and values in a statement; SQLite takes 32,766 values
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
    Raises IntegrityError, at the latest when the block around `sending_aside` ends."""
    db = connections[DEFAULT_DB_ALIAS]
    insert = _insert_document if db.vendor == "postgresql" else _insert_values
    with transaction.atomic(savepoint=False), db.cursor() as cursor:
        for some in batched(rows, min(AT_ONCE, MOST_VALUES // len(_fields(model))), strict=False):
            insert(cursor, db, model, some)
    for row in rows:
        if isinstance(row, models.Model):
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def fresh[M: models.Model](model: type[M], values: Mapping[str, Any]) -> M:
    """What `model(**values)` makes, without asking each of dozens of fields for a default that is always the same."""
    record = model.__new__(model)
    record._state = ModelState()
    blank = _blank(model)
    record.__dict__.update(blank.same)
    made = chain(blank.once, blank.made)
    record.__dict__.update((name, make()) for name, make in made if name not in values)
    for name, value in values.items():
        if not hasattr(model, name):
            raise TypeError(f"{model.__name__} has no {name}")
        setattr(record, name, value)
    return record


def _insert_values(cursor: Any, db: Any, model: type[models.Model], rows: Sequence[Row]) -> None:
    same, varied = _parted(model, rows)
    columns = [_column(f, values, db) for f, values in varied.items()]
    sql = _values_statement(model, tuple(varied), len(rows))
    send(cursor, sql, [*_each_once(same, db), *chain.from_iterable(zip(*columns, strict=True))])


def _insert_document(cursor: Any, db: Any, model: type[models.Model], rows: Sequence[Row]) -> None:
    same, varied = _parted(model, rows)
    columns = [
        values if isinstance(f, models.JSONField) else _column(f, values, db) for f, values in varied.items()
    ]
    names = [str(f.column) for f in varied]
    documents = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    sql = _document_statement(model, tuple(varied))
    send(cursor, sql, [*_each_once(same, db), json.dumps(documents, ensure_ascii=False)])


def _parted(model: type[models.Model], rows: Sequence[Row]) -> tuple[dict[Column, Any], dict[Column, Any]]:
    """The columns in which all rows say the same, with that value; and the others, with the values of all rows."""
    same, said = _said(model, rows)
    key = model._meta.pk_fields[-1].attname  # each row's own: a table of one row has columns, too
    for name, values in said.items():
        if name != key and _all_alike(values):
            same[name] = values[0]
    fields = _fields(model)
    return (
        {f: same[f.attname] for f in fields if f.attname in same},
        {f: said[f.attname] for f in fields if f.attname not in same},
    )


def _all_alike(values: Sequence[Any]) -> bool:
    first = values[0]
    if first and isinstance(first, dict | list):  # in JSON, 1 and true differ, though Python finds them equal
        return False
    return bool(first == values[-1] and values.count(first) == len(values))


def _said(model: type[models.Model], rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What all rows hold that do not say otherwise; and the values of all rows where they do, or are made for each."""
    blank = _blank(model)
    same = blank.same | {name: make() for name, make in blank.once}
    whole: Sequence[Mapping[str, Any]] = [row for row in rows if isinstance(row, Mapping)]
    if len(whole) == len(rows) and all(row.keys() == whole[0].keys() for row in whole):
        names = list(whole[0])  # as one caller writes them: the rest is looked up once
    else:
        whole, names = [_whole(blank, row, same) for row in rows], [f.attname for f in _fields(model)]
    said = {name: tuple(map(itemgetter(name), whole)) for name in names}
    said |= {name: tuple(make() for _row in rows) for name, make in blank.made if name not in said}
    return {name: value for name, value in same.items() if name not in said}, said


def _whole(blank: "_Blank", row: Row, same: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with all its values."""
    if isinstance(row, Mapping):
        return {**same, **{name: make() for name, make in blank.made if name not in row}, **row}
    for name in blank.stamped:
        setattr(row, name, same[name])
    return row.__dict__


def _each_once(same: Mapping[Column, Any], db: Any) -> list[Any]:
    return [_column(f, [value], db)[0] for f, value in same.items()]


@cache
def _fields(model: type[models.Model]) -> list[Column]:
    return [f for f in model._meta.local_concrete_fields if not f.generated]


@dataclass(frozen=True)
class _Blank:
    """What the fields of a new row hold until somebody says otherwise."""

    same: dict[str, Any]  # in each row
    once: tuple[
        tuple[str, Callable[[], Any]], ...
    ]  # in all that are written together: their workspace and moment
    made: tuple[tuple[str, Callable[[], Any]], ...]  # anew for each: its id
    stamped: tuple[str, ...]  # with the moment of writing, whatever a record says


@cache
def _blank(model: type[models.Model]) -> _Blank:
    fields = _fields(model)
    stamped = [
        f.attname for f in fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)
    ]
    asked = [f for f in fields if f.has_default() and callable(f.default)]
    once = {f.attname: f.get_default for f in asked if f.is_relation} | dict.fromkeys(stamped, timezone.now)
    made = {f.attname: f.default for f in asked if not f.is_relation}
    same = {f.attname: f.get_default() for f in fields if f.attname not in once | made}
    return _Blank(same, tuple(once.items()), tuple(made.items()), tuple(stamped))


def _into(model: type[models.Model], selected: Callable[[Column], str]) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in _fields(model))
    values = ", ".join(map(selected, _fields(model)))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT {values} FROM "  # noqa: S608  (our own names)


@lru_cache(64)
def _values_statement(model: type[models.Model], varied: tuple[Column, ...], rows: int) -> str:
    place = {f: f"column{number}" for number, f in enumerate(varied, 1)}
    row = f"({', '.join(['%s'] * len(varied))})"
    return _into(model, lambda f: place.get(f, "%s")) + f"(VALUES {', '.join([row] * rows)})"


@cache
def _document_statement(model: type[models.Model], varied: tuple[Column, ...]) -> str:
    db = connections[DEFAULT_DB_ALIAS]
    name = {f: db.ops.quote_name(str(f.column)) for f in varied}
    # Types without their length: a value that is too long is to be refused, not cut.
    kind = {f: re.sub(r"\(.*?\)", "", f.db_type(db) or "") for f in _fields(model)}
    typed = ", ".join(f"{name[f]} {kind[f]}" for f in varied)
    return _into(model, lambda f: name.get(f, f"%s::{kind[f]}")) + f"json_to_recordset(%s) AS fresh ({typed})"


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
