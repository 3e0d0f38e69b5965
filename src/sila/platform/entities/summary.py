"""Counts and sums over all rows of a list, in groups: what lists, boards and the API show as totals."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import linked
from sila.platform.entities.errors import Invalid
from sila.platform.entities.index import own_value
from sila.platform.entities.kinds import Field
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import Entity

GROUPABLE = ("choice", "link", "member", "bool")


def summarise(
    entity: Entity,
    fields: Mapping[str, Field],
    rows: QuerySet[Any],
    *,
    by: str,
    total: str,
    reader: Reader,
    actor: Actor | None = None,
) -> dict[str, Any]:
    """{"count", "sum", "groups": [{"value", "label", "count", "sum"}]}. Raises Invalid on unknown fields.

    Without an actor it is the system that asks, to which every name is open.
    """
    group, summed = _field(fields, by, GROUPABLE, "by"), _field(fields, total, ("number", "money"), "sum")
    measures: dict[str, Any] = {"_count": Count("id")}
    if summed:
        measures["_sum"] = Sum("sum_of_own" if summed.custom else summed.name)
    rows = rows.annotate(**_own_values(group, summed))
    columns = (["by_own"] if group.custom else list(group.columns())) if group else []
    if summed and summed.currency:
        columns.append(summed.currency)
    found = (
        list(rows.order_by().values(*columns).annotate(**measures))
        if columns
        else [rows.aggregate(**measures)]
    )
    if group and group.custom:
        for row in found:
            row["custom"] = {
                group.name: row["by_own"] in ("1", "true") if group.kind.name == "bool" else row["by_own"]
            }
    if actor:
        linked.close(found, [group] if group else [], actor)
    groups = [_group(row, group, summed, reader) for row in found] if group else []
    currencies = {row.get(summed.currency) for row in found} if summed and summed.currency else set()
    whole = sum((row["_sum"] or 0) for row in found) if summed and len(currencies) < 2 else None
    told: dict[str, Any] = {
        "count": sum(row["_count"] for row in found),
        "sum": _text(summed, whole, found[0] if found else {}) if summed and whole is not None else None,
        "groups": groups,
    }
    if summed and summed.currency:
        told["converted"] = _converted(found, summed, reader)
    return told


def _own_values(group: Field | None, summed: Field | None) -> dict[str, Any]:
    """What the records hold in the workspace's own fields."""
    wanted = {"by_own": group, "sum_of_own": summed}
    return {name: own_value(f) for name, f in wanted.items() if f is not None and f.custom}


def _converted(found: list[dict[str, Any]], summed: Field, reader: Reader) -> dict[str, Any]:
    """The whole in the workspace's currency at today's rates, the rates, and the currencies that have none."""
    amounts: dict[str, int] = {}
    for row in found:
        amounts[row[summed.currency]] = amounts.get(row[summed.currency], 0) + int(row["_sum"] or 0)
    rates = rates_on(reader.today, amounts)
    whole, rest = rates.total(amounts)
    return {
        "currency": rates.base,
        "sum": _text(summed, whole, {summed.currency: rates.base}),
        "rates": [
            {"currency": rate.currency, "day": rate.day.isoformat(), "rate": str(rate.rate.normalize())}
            for rate in rates.used(amounts)
        ],
        "without_rate": sorted(rest),
    }


def _field(fields: Mapping[str, Field], name: str, kinds: tuple[str, ...], param: str) -> Field | None:
    if not name:
        return None
    f = fields.get(name)
    if f is None or f.kind.name not in kinds:
        raise Invalid({param: _("The field “%(name)s” cannot be used here.") % {"name": name[:40]}})
    return f


def _group(row: dict[str, Any], group: Field, summed: Field | None, reader: Reader) -> dict[str, Any]:
    value = group.read(row)
    return {
        "value": None if value in (None, "") else str(value),
        "label": group.kind.plain(group, row, reader),
        "count": row["_count"],
        "sum": _text(summed, row["_sum"], row) if summed and row["_sum"] is not None else None,
    }


def _text(summed: Field | None, value: Any, row: dict[str, Any]) -> str | None:
    if summed is None:
        return None
    whole = int(value) if summed.kind.name == "money" else value
    held = {"custom": {summed.name: whole}} if summed.custom else {summed.name: whole}
    return str(summed.kind.json(summed, {**row, **held}))
