"""What the deals of a period add up to, in SQL, of those that the reader may see.

A deal that is won counts by the day it was closed, an open one by the day it is expected to close; weighted are the
open ones, by their probability. Amounts are told in the workspace's currency: of a deal that is won at the rate of
the day on which it closed, of an open one at the newest. What has no rate stands beside, by currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.rates import Rates, rates_on
from sila.platform.entities.registry import registry
from sila.sales.models import Forecast, Stage
from sila.sales.rating import worth

SLUG = "opportunities"
COLUMNS = ("closed", "commit", "best_case", "pipeline", "weighted")
NEEDED = ("amount", "category", "closed_on", "expected_close", "forecast_category")
LATE = 1_000  # open deals of former days are counted up to this
Key = tuple[UUID | None, ...]


@dataclass
class Figures:
    """Minor units of the workspace's currency; `rest`: what has no rate, as (column, currency)."""

    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    rest: dict[tuple[str, str], int] = field(default_factory=dict)
    deals: int = 0

    def put(self, column: str, currency: str, minor: int, rates: Rates) -> None:
        converted = rates.convert(minor, currency)
        if converted is not None:
            self.sums[column] += converted
        elif minor:
            self.rest[column, currency] = self.rest.get((column, currency), 0) + minor

    def add(self, other: "Figures") -> None:
        self.deals += other.deals
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
        Dimension("stage", ("stage_id",), ("stage",)),
    )
}


def offered(context: Context) -> list[Dimension]:
    fields = registry[SLUG].readable(context.actor)
    return [each for each in DIMENSIONS.values() if all(name in fields for name in each.needs)]


def open_to(context: Context) -> bool:
    """Whether the reader may see what a forecast adds up."""
    entity = registry[SLUG]
    fields = entity.readable(context.actor)
    return context.actor.can(SLUG, "view") and all(name in fields for name in NEEDED)


def figures_by(
    columns: tuple[str, ...], period: Period, context: Context
) -> tuple[dict[Key, Figures], Rates]:
    """By the values of these columns: two queries and one for the rates."""
    seen = registry[SLUG].visible_to(context.actor)
    weighed = "probability" in registry[SLUG].readable(context.actor)
    rows = [*_summed(_won(seen, period), columns, False), *_summed(_open(seen, period), columns, weighed)]
    rates = rates_on(context.reader.today, (row["told_in"] for row in rows))
    found: dict[Key, Figures] = {}
    for row in rows:
        _count(found.setdefault(tuple(row[column] for column in columns), Figures()), row, rates)
    return found, rates


def _won(seen: QuerySet[Any], period: Period) -> QuerySet[Any]:
    return seen.filter(category=Stage.Category.WON, closed_on__gte=period.first, closed_on__lte=period.last)


def _open(seen: QuerySet[Any], period: Period) -> QuerySet[Any]:
    return seen.filter(
        category=Stage.Category.OPEN, expected_close__gte=period.first, expected_close__lte=period.last
    )


def _summed(rows: QuerySet[Any], columns: Iterable[str], weighed: bool) -> Iterable[dict[str, Any]]:
    currency, minor = worth()
    sums: dict[str, Any] = {"number": Count("id"), "total": Sum(minor)}
    if weighed:
        sums["weight"] = Sum(F("amount") * F("probability") / 100)
    told = rows.order_by().annotate(told_in=currency)
    return told.values(*columns, "category", "forecast_category", "told_in").annotate(**sums)


def _count(figures: Figures, row: dict[str, Any], rates: Rates) -> None:
    figures.deals += row["number"]
    won = row["category"] == Stage.Category.WON
    column, total = ("closed" if won else row["forecast_category"]), int(row["total"] or 0)
    if column in COLUMNS:  # what is left out counts for nothing
        figures.put(column, row["told_in"], total, rates)
        figures.put("weighted", row["told_in"], 0 if won else int(row.get("weight") or 0), rates)


def left_behind(context: Context) -> int:
    """Open deals that count in no period to come: their day is over, or they have none. Up to LATE and one more."""
    seen = registry[SLUG].visible_to(context.actor)
    late = Q(expected_close__lt=context.reader.today) | Q(expected_close=None)
    rows = seen.filter(late, category=Stage.Category.OPEN).exclude(forecast_category=Forecast.OMITTED)
    return rows.order_by()[: LATE + 1].count()
