"""How many deals began in a period, and what came of those that ended in it: rates, amounts, why they were lost, against
whom, and whose they were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Avg,
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from sila.platform.entities.fields import base_currency
from sila.platform.tenancy.current import current
from sila.sales.credits import WHOLE, share_out
from sila.sales.models import OpportunityCompetitor, OpportunityCredit, Stage, StageTransition

MOST = 20  # reasons and competitors that are listed


@dataclass(frozen=True)
class Outcome:
    """Amounts in minor units of the base currency, days from beginning to end of the won ones."""

    won: int
    lost: int
    value: int
    without_rate: int  # won deals with an amount that has no rate: no sum and no average counts them
    days: float | None

    @property
    def win_rate(self) -> float | None:
        return self.won / (self.won + self.lost) if self.won + self.lost else None

    @property
    def average(self) -> int | None:
        counted = self.won - self.without_rate
        return round(self.value / counted) if counted > 0 else None

    def velocity(self, begun: int) -> int | None:
        """What a day brings in: deals begun × win rate × average won ÷ days to win, in minor units a day.

        It is the usual formula of sales velocity; deals that are won on the day they begin count as one day.
        """
        if self.win_rate is None or self.average is None or self.days is None:
            return None
        return round(begun * self.win_rate * self.average / max(self.days, 1))


def begun(
    deals: QuerySet[Any], pipeline: UUID, days: tuple[date, date], moments: tuple[datetime, datetime]
) -> int:
    """How many began in this pipeline on these days: by the day on which they were opened, which an import knows, else by
    that of their record."""
    first = StageTransition.objects.filter(
        opportunity_id=OuterRef("id"), from_stage_id=None, to_stage__pipeline_id=pipeline
    )
    began = deals.filter(Exists(first)).order_by()
    opened = began.filter(opened_on__gte=days[0], opened_on__lte=days[1])
    made = began.filter(opened_on=None, created_at__gte=moments[0], created_at__lt=moments[1])
    # Each by its index: with "or" all deals of the workspace would be looked at.
    return opened.values("id").union(made.values("id"), all=True).count()


def ended(deals: QuerySet[Any], days: tuple[date, date]) -> QuerySet[Any]:
    """Those that were won or lost on these days."""
    return deals.filter(closed_on__gte=days[0], closed_on__lte=days[1]).exclude(category=Stage.Category.OPEN)


def outcome(closed: QuerySet[Any]) -> Outcome:
    won = Q(category=Stage.Category.WON)
    zone, worth = ZoneInfo(current().timezone), _worth()
    began = Coalesce("opened_on", TruncDate("created_at", tzinfo=zone))
    took = ExpressionWrapper(F("closed_on") - began, output_field=DurationField())
    told = closed.order_by().aggregate(
        won=Count("id", filter=won),
        lost=Count("id", filter=Q(category=Stage.Category.LOST)),
        value=Sum(worth, filter=won),
        priced=Count(worth, filter=won),
        took=Avg(took, filter=won),
    )
    took_days = max(told["took"], timedelta()) / timedelta(days=1) if told["took"] is not None else None
    bare = told["won"] - told["priced"]
    return Outcome(told["won"], told["lost"], int(told["value"] or 0), bare, took_days)


def _worth() -> Case:
    """Of a deal, in the workspace's currency: what was reckoned in another one, before it was changed, is not."""
    return Case(When(base_currency=base_currency(), then="base_amount"))


def losses(closed: QuerySet[Any]) -> list[dict[str, Any]]:
    """By reason, the most frequent first; without one where an import did not know it."""
    lost = closed.filter(category=Stage.Category.LOST).order_by()
    grouped = lost.values("lost_reason_id", "lost_reason__name", "lost_reason__name_en")
    told = grouped.annotate(number=Count("id"), value=Sum(_worth()))
    return list(told.order_by("-number", "lost_reason__name")[:MOST])


def against(closed: QuerySet[Any]) -> list[dict[str, Any]]:
    """Of each competitor: in how many of these deals, how many of them we won, how many went to them."""
    rows = OpportunityCompetitor.objects.filter(opportunity_id__in=closed.order_by().values("id"))
    told = rows.values("party_id", "party__name").annotate(
        number=Count("id"),
        ours=Count("id", filter=Q(opportunity__category=Stage.Category.WON)),
        theirs=Count("id", filter=Q(won=True)),
    )
    return list(told.order_by("-number", "party__name")[:MOST])


def credited(closed: QuerySet[Any]) -> list[tuple[UUID | None, int]]:
    """What was won, by whose it is: owners, but for deals that are split. The parts add up to what was won."""
    won = closed.filter(category=Stage.Category.WON).filter(base_currency=base_currency())
    won = won.exclude(base_amount=None).order_by()
    split = OpportunityCredit.objects.filter(opportunity_id=OuterRef("id"))
    sums: dict[UUID | None, int] = {}
    for owner, value in won.exclude(Exists(split)).values_list("owner_id").annotate(n=Sum("base_amount")):
        sums[owner] = sums.get(owner, 0) + int(value)
    shares = OpportunityCredit.objects.filter(opportunity_id__in=won.values("id")).order_by("id")
    rows = shares.values_list("opportunity_id", "opportunity__base_amount", "member_id", "percent")
    for member, part in _shared(rows):
        sums[member] = sums.get(member, 0) + part
    return sorted(sums.items(), key=lambda pair: (-pair[1], str(pair[0])))


def _shared(rows: Iterable[tuple[UUID, int, UUID, Decimal]]) -> Iterable[tuple[UUID, int]]:
    deals: dict[UUID, tuple[int, list[tuple[UUID, Decimal]]]] = {}
    for deal, value, member, percent in rows:
        deals.setdefault(deal, (value, []))[1].append((member, percent))
    for value, shares in deals.values():
        assert sum(percent for _member, percent in shares) == WHOLE
        yield from share_out(value, shares).items()
