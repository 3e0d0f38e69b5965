"""What the deals of a period add up to, in SQL, of those that the reader may see.

A deal that is won counts by the day it was closed, an open one by the day it is expected to close; weighted are the
open ones, by their probability. Amounts are told in the workspace's currency: of a deal that is won at the rate of
the day on which it closed, of an open one at the newest. What has no rate stands beside, by currency. However the figures
are told apart, they add up to the same whole: what is converted is rounded together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from sila.insight.forecast import products
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.rates import Rates, rates_on
from sila.platform.entities.registry import registry
from sila.sales.models import Forecast, Stage

SLUG = "opportunities"
COLUMNS = ("closed", "commit", "best_case", "pipeline", "weighted")
NEEDED = ("amount", "category", "closed_on", "expected_close", "forecast_category")
LATE = 1_000  # open deals of former days are counted up to this
Key = tuple[Any, ...]  # ids, or None; of families their names


@dataclass
class Figures:
    """Minor units of the workspace's currency; `rest`: what has no rate, as (column, currency); `any`: whether a deal is
    behind them."""

    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    rest: dict[tuple[str, str], int] = field(default_factory=dict)
    any: bool = False

    def add(self, other: "Figures") -> None:
        self.any |= other.any
        for column, minor in other.sums.items():
            self.sums[column] += minor
        for key, minor in other.rest.items():
            self.rest[key] = self.rest.get(key, 0) + minor


@dataclass(frozen=True)
class Dimension:
    """By what the figures can be told apart."""

    name: str
    columns: tuple[str, ...]
    needs: tuple[str, ...]  # fields of a deal that the reader must be allowed to see


DIMENSIONS = {
    each.name: each
    for each in (
        Dimension("unit", ("org_unit_id", "owner_id"), ("org_unit", "owner")),
        Dimension("owner", ("owner_id",), ("owner",)),
        Dimension("team", ("owner_id",), ("owner",)),
        Dimension("territory", ("territory_id",), ("territory",)),
        Dimension("product", ("product_id",), ("product",)),
        Dimension("family", ("family",), ("product",)),
        Dimension("stage", ("stage_id",), ("stage",)),
    )
}


def offered(context: Context) -> list[Dimension]:
    fields, products = registry[SLUG].readable(context.actor), registry["products"]
    families = products.open_to(context.actor) and "family" in products.readable(context.actor)
    return [
        each
        for each in DIMENSIONS.values()
        if all(name in fields for name in each.needs) and (families or each.name != "family")
    ]


def open_to(context: Context) -> bool:
    """Whether the reader may see what a forecast adds up."""
    entity = registry[SLUG]
    fields = entity.readable(context.actor)
    return context.actor.can(SLUG, "view") and all(name in fields for name in NEEDED)


def figures_by(
    columns: tuple[str, ...], period: Period, context: Context
) -> tuple[dict[Key, Figures], Rates]:
    """By the values of these columns: two queries and one for the rates; by what is sold, four and that one."""
    seen = registry[SLUG].visible_to(context.actor)
    weighed = "probability" in registry[SLUG].readable(context.actor)
    rows: list[dict[str, Any]] = []
    for deals, by_chance in ((_won(seen, period), False), (_open(seen, period), weighed)):
        rows += (
            products.sold(deals, columns[0], by_chance, context.actor)
            if columns and columns[0] in products.OF_LINES
            else products.summed(deals, columns, by_chance)
        )
    rates = rates_on(context.reader.today, (row["told_in"] for row in rows))
    return _told(rows, columns, rates), rates


def _won(seen: QuerySet[Any], period: Period) -> QuerySet[Any]:
    return seen.filter(category=Stage.Category.WON, closed_on__gte=period.first, closed_on__lte=period.last)


def _open(seen: QuerySet[Any], period: Period) -> QuerySet[Any]:
    return seen.filter(
        category=Stage.Category.OPEN, expected_close__gte=period.first, expected_close__lte=period.last
    )


def _told(rows: Iterable[dict[str, Any]], columns: tuple[str, ...], rates: Rates) -> dict[Key, Figures]:
    found: dict[Key, Figures] = {}
    parts: dict[tuple[str, str], dict[Key, int]] = {}  # (column, currency) -> minor units of it
    for row in rows:
        key = tuple(row[column] for column in columns)
        found.setdefault(key, Figures()).any = True
        won = row["category"] == Stage.Category.WON
        column = "closed" if won else row["forecast_category"]
        if column in COLUMNS:  # what is left out counts for nothing
            for name, minor in ((column, row["total"]), ("weighted", row.get("weight"))):
                part = parts.setdefault((name, row["told_in"]), {})
                part[key] = part.get(key, 0) + int(minor or 0)
    for (column, currency), part in parts.items():
        _put(found, column, currency, part, rates)
    return found


def _put(found: dict[Key, Figures], column: str, currency: str, part: dict[Key, int], rates: Rates) -> None:
    converted = rates.convert_parts(list(part.values()), currency)
    for place, (key, minor) in enumerate(part.items()):
        if converted is not None:
            found[key].sums[column] += converted[place]
        elif minor:
            found[key].rest[column, currency] = minor


def left_behind(context: Context) -> int:
    """Open deals that count in no period to come: their day is over, or they have none. Up to LATE and one more."""
    seen = registry[SLUG].visible_to(context.actor)
    late = Q(expected_close__lt=context.reader.today) | Q(expected_close=None)
    rows = seen.filter(late, category=Stage.Category.OPEN).exclude(forecast_category=Forecast.OMITTED)
    return rows.order_by()[: LATE + 1].count()
