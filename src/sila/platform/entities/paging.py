"""Pages of a list, found by key: the rows after a cursor, in an order."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery

from sila.platform.customfields.models import CustomValue
from sila.platform.entities.kinds import Field, Row
from sila.platform.entities.order import Cursor, Order, after, cursor_of, lost, read_cursor
from sila.platform.entities.registry import Entity

PAGE = 50
STEPS = 4  # along the side table, each four times as far as the last


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    next: str  # the cursor, or ""


def page(
    entity: Entity, rows: QuerySet[Any], columns: tuple[str, ...], order: Order, begin: str, size: int = PAGE
) -> Page:
    """`size` rows after the cursor. Empty values come last in either direction."""
    cursor = read_cursor(begin, order)
    rows = order.among(rows)
    found: list[Row] = []
    try:
        for part in order.parts(cursor.part):
            if wanted := size + 1 - len(found):
                among = order.part(rows, part, begun=cursor.id is not None)
                source = _model_page if order.field is None else _tied_page if order.more else _custom_page
                more_rows = source(among, columns, order, cursor, wanted, part == "empty")
                found += [{**row, "_part": part} for row in more_rows] if part == "latin" else more_rows
            cursor = Cursor()
    except (ValueError, TypeError, ArithmeticError, ValidationError) as error:
        if not begin:
            raise
        raise lost() from error  # a cursor that was tampered with
    more = len(found) > size
    found = found[:size]
    return Page(found, cursor_of(found[-1], order) if more else "")


def _model_page(
    rows: QuerySet[Any], columns: tuple[str, ...], order: Order, cursor: Cursor, size: int, empty: bool
) -> list[Row]:
    if empty:
        rows = rows.filter(**{f"{order.column}__isnull": True})
    elif order.nullable:
        rows = rows.filter(**{f"{order.column}__isnull": False})
    return _sorted(rows, columns, order, cursor, size, empty=empty)


def _sorted(
    rows: QuerySet[Any], columns: tuple[str, ...], order: Order, cursor: Cursor, size: int, *, empty: bool
) -> list[Row]:
    keys = order.keys(empty=empty)
    if cursor.id is not None:
        rows = rows.filter(after(keys, cursor.values(keys, empty=empty)))
    fetched = dict.fromkeys(["id", "version", *columns, *(key.column for key in keys)])
    if empty and order.field is None:
        fetched[order.column] = None
    return list(rows.order_by(*(key.by() for key in keys)).values(*fetched)[:size])


# ---- by a field of the workspace's own ---------------------------------------------------------------
def own_value(f: Field, record: str = "id") -> Subquery:
    """The indexed value of a field of the workspace's own, for each row, or of what its column `record` leads to. That
    the entry has an id keeps SQLite, while it has no statistics, from an index that holds the value but not the id:
    it would walk all values of the field for every row."""
    stored = CustomValue.objects.filter(field=f.name, record_id=OuterRef(record), id__isnull=False)
    return Subquery(stored.values(f.kind.index_column)[:1])


def _custom_page(
    rows: QuerySet[Any], columns: tuple[str, ...], order: Order, cursor: Cursor, size: int, empty: bool
) -> list[Row]:
    """Ordered by the side table first; the records follow by their ids."""
    stored = _stored(order)
    value, last_id = cursor.value, cursor.id
    if empty:
        return _sorted(_unfilled(rows, stored), columns, order, cursor, size, empty=True)
    found: list[Row] = []
    for wanted in (
        size,
        size * 4,
        size * 16,
    ):  # most people see most rows: a few steps along the index are enough
        keys = _custom_keys(stored, order, value, last_id, wanted)
        found += _rows_in_order(rows, keys, columns)
        if len(found) >= size or len(keys) < wanted:
            return found[:size]
        last_id, value = keys[-1]
    visible = stored.filter(record_id__in=rows.order_by().values("id"))
    found += _rows_in_order(rows, _custom_keys(visible, order, value, last_id, size - len(found)), columns)
    return found


def _tied_page(
    rows: QuerySet[Any], columns: tuple[str, ...], order: Order, cursor: Cursor, size: int, empty: bool
) -> list[Row]:
    """With further keys: a stretch of the side table that ends with all entries of one value, its records sorted."""
    assert order.field is not None
    stored = _stored(order)
    if empty:
        return _sorted(_unfilled(rows, stored), columns, order, cursor, size, empty=True)
    upto, beyond, minus = ("gte", "lt", "-") if order.descending else ("lte", "gt", "")
    if cursor.id is not None:
        stored = stored.filter(**{f"{order.column}__{beyond}e": cursor.value})
    rows = rows.annotate(_sort=own_value(order.field))
    by_value = _renamed(order)
    found: list[Row] = []
    for step in range(STEPS):
        values = stored.order_by(f"{minus}{order.column}").values_list(order.column, flat=True)
        last = list(values[size * 4**step - 1 : size * 4**step]) if step < STEPS - 1 else []
        stretch = stored.filter(**{f"{order.column}__{upto}": last[0]}) if last else stored
        there = rows.filter(id__in=stretch.order_by().values("record_id"))
        found += _sorted(there, columns, by_value, cursor, size - len(found), empty=False)
        if not last or len(found) >= size:
            break
        stored, cursor = stored.filter(**{f"{order.column}__{beyond}": last[0]}), Cursor()
    return found


def _renamed(order: Order) -> Order:
    """The order of rows that carry their value as `_sort`."""
    return Order("_sort", order.descending, nullable=False, more=order.more)


def _stored(order: Order) -> QuerySet[Any]:
    assert order.field is not None
    return CustomValue.objects.filter(field=order.field.name)


def _unfilled(rows: QuerySet[Any], stored: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(id__in=stored.values("record_id"))


def _custom_keys(
    stored: QuerySet[Any], order: Order, value: Any, last_id: UUID | None, size: int
) -> list[tuple[UUID, Any]]:
    """(record id, value) of the next entries of the side table."""
    beyond, minus = ("lt", "-") if order.descending else ("gt", "")
    if last_id is not None:
        stored = stored.filter(**{f"{order.column}__{beyond}e": value}).filter(
            Q(**{f"{order.column}__{beyond}": value})
            | Q(**{order.column: value, f"record_id__{beyond}": last_id})
        )
    ordered = stored.order_by(f"{minus}{order.column}", f"{minus}record_id")
    return list(ordered.values_list("record_id", order.column)[:size])


def _rows_in_order(rows: QuerySet[Any], keys: list[tuple[UUID, Any]], columns: tuple[str, ...]) -> list[Row]:
    wanted = [record_id for record_id, _value in keys]
    found = {
        row["id"]: row for row in rows.filter(id__in=wanted).order_by().values("id", "version", *columns)
    }
    return [{**found[record_id], "_sort": value} for record_id, value in keys if record_id in found]
