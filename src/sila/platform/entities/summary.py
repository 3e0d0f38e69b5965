"""Counts and sums over all rows of a list, in groups: what the API tells as totals."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.entities.errors import Invalid
from sila.platform.entities.grouping import By
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.measuring import EMPTY, Group, Part, whole_of
from sila.platform.entities.rates import rates_on

MOST = 10_000  # groups, each in one currency


def summarise(
    fields: Mapping[str, Field], rows: QuerySet[Any], context: Context, *, by: str, total: str
) -> dict[str, Any]:
    """{"count", "sum", "groups": [{"value", "label", "count", "sum"}], "more"}. Raises Invalid on unknown fields, and on
    those that are closed. `by` is what a list can be grouped by."""
    measures = [summed] if (summed := _summed(fields, total)) else []
    grouped = By.read(by, fields, context, param="by") if by else None
    parts, more = grouped.apart(rows, measures, MOST) if grouped else ([], False)
    whole = _together(parts) if grouped and not more else whole_of(rows, measures)
    sums = whole.sums.get(total, {})
    told: dict[str, Any] = {
        "count": whole.count,
        "sum": _text(summed, sum(sums.values()), *sums) if len(sums) < 2 else None,
        "groups": _groups(parts, summed, grouped),
        "more": more,
    }
    if summed and summed.currency:
        told["converted"] = _converted(sums, summed, context.reader)
    return told


def _summed(fields: Mapping[str, Field], name: str) -> Field | None:
    f = fields.get(name)
    if name and (f is None or f.kind.name not in ("number", "money")):
        raise Invalid({"sum": _("The field “%(name)s” cannot be used here.") % {"name": name[:40]}})
    return f


def _together(parts: list[Part]) -> Group:
    whole = Group("")
    for _group, count, sums in parts:
        whole.add(count, sums)
    return whole


def _groups(parts: list[Part], summed: Field | None, by: By | None) -> list[dict[str, Any]]:
    """A group in several currencies is told once for each."""
    told: dict[tuple[str, str], tuple[Group, Group]] = {}
    for group, count, sums in parts:
        sums = list(sums)
        currency = sums[0][1] if sums else ""
        told.setdefault((group.key, currency), (group, Group(currency)))[1].add(count, sums)
    return [
        {
            "value": _value(group, by),
            "label": "" if group.key == EMPTY else group.label,
            "count": part.count,
            "sum": _text(summed, held[part.key], part.key) if held else None,
        }
        for group, part in told.values()
        for held in [part.sums.get(summed.name) if summed else None]
    ]


def _value(group: Group, by: By | None) -> str | None:
    if by and by.field.kind.name == "bool" and group.value:
        return str(group.value == "1")
    return group.value


def _converted(sums: Mapping[str, int], summed: Field, reader: Reader) -> dict[str, Any]:
    """The whole in the workspace's currency at today's rates, the rates, and the currencies that have none."""
    amounts = {currency: int(held) for currency, held in sums.items()}
    rates = rates_on(reader.today, amounts)
    whole, rest = rates.total(amounts)
    return {
        "currency": rates.base,
        "sum": _text(summed, whole, rates.base),
        "rates": [
            {"currency": rate.currency, "day": rate.day.isoformat(), "rate": str(rate.rate.normalize())}
            for rate in rates.used(amounts)
        ],
        "without_rate": sorted(rest),
    }


def _text(summed: Field | None, value: Any, currency: str = "") -> str | None:
    if summed is None:
        return None
    whole = int(value) if summed.kind.name == "money" else value
    held: dict[str, Any] = {"custom": {summed.name: whole}} if summed.custom else {summed.name: whole}
    return str(summed.kind.json(summed, held | ({summed.currency: currency} if currency else {})))
