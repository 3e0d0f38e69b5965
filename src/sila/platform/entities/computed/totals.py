"""Roll-ups, worked out by the database: one aggregate over the rows that link to some records, none of them loaded."""

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, QuerySet, Sum

from sila.platform.entities import listing
from sila.platform.entities.computed.plan import Computed, Rollup, system_context
from sila.platform.entities.computed.values import Sight, day_of, stored
from sila.platform.entities.index import own_value
from sila.platform.entities.kinds import Field
from sila.platform.entities.leading import leading
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.tenancy.current import current

MEASURES: dict[str, Callable[[str], Any]] = {"sum": Sum, "min": Min, "max": Max, "avg": Avg}


def totals(computed: Computed, ids: Collection[UUID], sight: Sight) -> dict[UUID, Any]:
    """The value of the roll-up for each of these records, as `custom` keeps it."""
    rollup = computed.rollup
    assert rollup is not None
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in _aggregated(rollup, ids):
        found.setdefault(UUID(str(row["to_"])), []).append(row)
    return {each: _told(computed, found.get(each, []), sight) for each in ids}


def none_of(computed: Computed, sight: Sight) -> Any:
    """The value for a record that nothing links to."""
    return _told(computed, [], sight)


def rows_behind(rollup: Rollup, ids: Collection[UUID]) -> QuerySet[Any]:
    """The rows that link to these records, whatever the conditions."""
    return rollup.noun.rows().filter(leading(rollup.link, ids))


def _aggregated(rollup: Rollup, ids: Collection[UUID]) -> list[dict[str, Any]]:
    rows, context = rows_behind(rollup, ids), system_context()
    for condition in rollup.conditions:
        rows = rows.filter(listing.condition_q(rollup.noun.fields, condition, context))
    f, link = rollup.field, rollup.link
    if hangs := link.extra.get("hangs"):
        on = {f"{hangs.rows}__entity__in": link.extra["on"], f"{hangs.rows}__record_id__in": ids}
        rows = rows.filter(**on).annotate(to_=F(f"{hangs.rows}__record_id"))
    else:
        rows = rows.annotate(to_=own_value(link) if link.custom else F(f"{link.name}_id"))
    columns = ["to_"]
    measures: dict[str, Any] = {"number_": Count("id")}
    if f is not None:
        column = own_value(f) if f.custom else _span(f) if "span" in f.extra else F(f.name)
        rows = rows.annotate(what_=column)
        measures = {
            "number_": Count("what_"),
            "value_": MEASURES["sum" if rollup.how == "avg" else rollup.how]("what_"),
        }
        columns += [f.currency] if f.currency else []
    return list(rows.order_by().values(*columns).annotate(**measures))


def _span(f: Field) -> Any:
    begins, ends = f.extra["span"]
    return ExpressionWrapper(F(ends) - F(begins), output_field=DurationField())


def _told(computed: Computed, rows: list[dict[str, Any]], sight: Sight) -> Any:
    rollup = computed.rollup
    assert rollup is not None
    number = sum(row["number_"] for row in rows)
    if rollup.how == "count":
        return stored(Decimal(number), computed.field)
    f = rollup.field
    assert f is not None
    held = [row for row in rows if row["value_"] is not None]
    values = [_value(f, row, sight) for row in held]
    if None in values:  # an amount without an exchange rate: a sum that leaves something out is wrong
        return None
    if f.kind.name in ("date", "datetime"):
        days: list[date] = values
        chosen = {"min": min, "max": max}[rollup.how](days) if days else None
        return stored(chosen, computed.field)
    return stored(_together(rollup.how, values, number), computed.field)


def _together(how: str, values: list[Decimal], number: int) -> Decimal | None:
    """Of the values in each currency, all in the base currency by now."""
    if how == "sum":
        return sum(values, Decimal(0))
    if not values:
        return None
    return sum(values, Decimal(0)) / number if how == "avg" else min(values) if how == "min" else max(values)


def _value(f: Field, row: dict[str, Any], sight: Sight) -> Any:
    held = row["value_"]
    if f.kind.name in ("date", "datetime"):
        return day_of(held)
    if "span" in f.extra:
        return Decimal(int(held.total_seconds())) / 60
    if f.kind.name != "money":
        return Decimal(str(held))
    minor = sight.in_base(int(held), row[f.currency] if f.currency else "")
    return None if minor is None else from_minor(minor, CURRENCIES[current().currency])
