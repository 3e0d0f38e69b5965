"""The deals of a workspace, as the models of `history` take them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from sila.insight.forecast.history.deals import Deal
from sila.platform.access.models import OrgUnit
from sila.platform.activity.models import Event
from sila.platform.entities.rates import rates_on
from sila.platform.tenancy.current import current, today
from sila.sales.models import Opportunity, Stage, StageTransition
from sila.sales.rating import worth

COLUMNS = (
    "id",
    "opened_on",
    "created_at",
    "closed_on",
    "category",
    "minor",
    "told_in",
    "product_id",
    "org_unit_id",
)


@dataclass(frozen=True)
class Read:
    """`undated`: deals that came in without the day on which they were opened, and are left out while they are open.
    `unpriced`: won deals whose amount has no rate, or that have none: they count as won, for nothing."""

    deals: list[Deal]
    undated: int
    unpriced: int


def read() -> Read:
    """All live deals of the workspace, whoever may see them: three queries, and one for the rates."""
    told_in, minor = worth()
    live = Opportunity.objects.filter(deleted_at=None).annotate(told_in=told_in, minor=minor)
    rows = list(live.order_by("id").values_list(*COLUMNS))
    rates = rates_on(today(), {row[6] for row in rows})
    paths, brought = _paths(), _brought_along()
    units, zone = _units_above(), ZoneInfo(current().timezone)
    deals, undated, unpriced = [], 0, 0
    for id_, opened, created, closed, category, amount, currency, product, unit in rows:
        if opened is None and id_ not in brought:
            opened = created.astimezone(zone).date()
        ended, won = category != Stage.Category.OPEN, category == Stage.Category.WON
        if (opened is None and not ended) or (ended and closed is None):
            undated += 1
            continue
        minor = rates.convert(amount, currency) if amount is not None else None
        unpriced += won and minor is None
        deals.append(
            Deal(
                _ordinal(opened, closed if ended else None),
                closed.toordinal() if ended else None,
                won,
                minor,
                product,
                units.get(unit, ()),
                paths.get(id_, ()),
            )
        )
    return Read(deals, undated, unpriced)


def _ordinal(opened: date | None, closed: date | None) -> int | None:
    """The day it was opened; not after its end, whatever a file said."""
    if opened is None:
        return None
    return (min(opened, closed) if closed else opened).toordinal()


def _brought_along() -> set[UUID]:
    """Deals of an import that do not say when they were opened: the day of the import is not that day."""
    made = Event.objects.filter(
        entity="opportunities", record_id=OuterRef("id"), kind="created", via="import"
    )
    rows = Opportunity.objects.filter(deleted_at=None, opened_on=None)
    return set(rows.filter(Exists(made)).values_list("id", flat=True))


def _paths() -> dict[UUID, tuple[tuple[int, UUID], ...]]:
    """Through which open stages each deal went, and since when it has been in each."""
    open_ones = set(Stage.objects.filter(category=Stage.Category.OPEN).values_list("id", flat=True))
    moves: Iterable[Any] = (
        StageTransition.objects.filter(to_stage_id__in=open_ones)
        .order_by("opportunity_id", "at", "id")
        .values_list("opportunity_id", "at", "to_stage_id")
    )
    zone, paths = ZoneInfo(current().timezone), dict[UUID, tuple[tuple[int, UUID], ...]]()
    for deal, at, stage in moves:
        paths[deal] = (*paths.get(deal, ()), (at.astimezone(zone).date().toordinal(), stage))
    return paths


def _units_above() -> dict[UUID, tuple[UUID, ...]]:
    """Of each unit itself and all units above it: a deal belongs to the figures of them all."""
    paths = OrgUnit.objects.values_list("id", "path")
    return {unit: tuple(UUID(part) for part in path.split("/") if part) for unit, path in paths}
