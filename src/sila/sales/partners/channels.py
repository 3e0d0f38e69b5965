"""Pipeline, sales and margin by channel and by partner: what the reader may see, in the currency of the books."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast

from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.models import Stage
from sila.sales.partners.models import Partner
from sila.sales.partners.performance import earned, shows_amounts, shows_margin, sums_of_earnings

YEAR = timedelta(days=365)
DEALS, INVOICES = "opportunities", "invoices"
NEEDED = ("channel", "amount", "category", "closed_on")
MOST = 200  # partners


@dataclass
class Line:
    """Minor units of the base currency. `open`, `won`: how many deals, and what they are worth."""

    open: int = 0
    pipeline: int = 0
    weighted: float = 0
    won: int = 0
    sold: int = 0
    net: float = 0
    costed: float = 0  # of that, what came from invoices whose cost is known
    margin: float = 0

    @property
    def empty(self) -> bool:
        return not (self.open or self.won or self.net)

    @property
    def share(self) -> int | None:
        """Margin in percent of what was costed."""
        return round(100 * self.margin / self.costed) if self.costed else None


def open_to(context: Context) -> bool:
    fields = registry[DEALS].readable(context.actor)
    return context.actor.can(DEALS, "view") and all(name in fields for name in NEEDED)


def by_channel(context: Context) -> dict[str, Line]:
    """Of the open deals, those won within a year, and what was invoiced within it; "" is without a channel."""
    return _lines("channel", context)


def by_partner(context: Context) -> list[tuple[Partner, Line]]:
    """The partners that the reader may see, those that sold most first."""
    lines = _lines("partner_id", context)
    seen = (
        registry["partners"].visible_to(context.actor).filter(party_id__in=[each for each in lines if each])
    )
    rows = [(partner, lines[partner.party_id]) for partner in seen.order_by("name_fold")[:MOST]]
    return sorted(rows, key=lambda row: (-row[1].net, -row[1].sold, -row[1].pipeline))


def _lines(column: str, context: Context) -> dict[Any, Line]:
    since = context.reader.today - YEAR
    found: dict[Any, Line] = {}
    for row in _deals(column, since, context):
        line = found.setdefault(row[column], Line())
        line.open, line.pipeline, line.weighted = row["open"], row["pipeline"] or 0, row["weighted"] or 0
        line.won, line.sold = row["won"], row["sold"] or 0
    if shows_amounts(context):
        for row in _invoices(f"opportunity__{column}", since, context):
            line = found.setdefault(row["by"], Line())
            sums = earned(row)
            line.net = sums["net"]
            if shows_margin(context):
                line.costed, line.margin = sums["costed"], sums["margin"]
    return found


def _deals(column: str, since: date, context: Context) -> Iterable[dict[str, Any]]:
    rows = registry[DEALS].visible_to(context.actor)
    still_open, won = Q(category=Stage.Category.OPEN), Q(category=Stage.Category.WON)
    rows = rows.filter(still_open | (won & Q(closed_on__gte=since)))
    weighed = Cast(F("base_amount"), FloatField()) * F("probability") / 100
    shown = "probability" in registry[DEALS].readable(context.actor)
    return (
        rows.order_by()
        .values(column)
        .annotate(
            open=Count("id", filter=still_open),
            pipeline=Sum("base_amount", filter=still_open),
            weighted=Sum(weighed if shown else F("base_amount"), filter=still_open),
            won=Count("id", filter=won),
            sold=Sum("base_amount", filter=won),
        )
    )


def _invoices(column: str, since: date, context: Context) -> Iterable[dict[str, Any]]:
    rows = registry[INVOICES].visible_to(context.actor).filter(supplied_on__gte=since)
    rows = rows.exclude(opportunity_id=None).annotate(by=F(column))
    return rows.order_by().values("by").annotate(**sums_of_earnings())
