"""What the history of moves says of each stage: one pass over the moves since the period began, deal by deal.

A deal counts once for each stage that it entered in the period, however often it came back. What became of it there is told
by its last visit: it moved on, went back, was won or lost from there, or stays. `further`: whether it got beyond the stage
at any time since; so a stage that was skipped is in nobody's way, and one that was returned to loses nothing. Days are
those of all its visits together, of deals that have left.

The moves are read in their order and counted here: window functions in the database took several times as long.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from math import ceil
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, CharField, QuerySet, Value, When
from django.db.models.functions import Cast

from sila.sales.models import Stage, StageTransition

TENTH = 8640  # seconds of a tenth of a day: as fine as days in a stage are told
WON, ASIDE = 32768, -1  # ranks of winning, and of what lies outside of the pipeline's open stages
FATES = ("moved_on", "back", "won", "lost", "stays")
BATCH = 5000  # rows

Moments = tuple[datetime, datetime]
Move = tuple[str, str, int, bool]  # deal, stage, seconds in the one before, in the period


@dataclass
class Passage:
    """What became of the deals that entered one stage."""

    stage: Stage
    entered: int = 0
    further: int = 0
    fates: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    tenths: dict[int, int] = field(default_factory=dict)  # tenths of a day -> deals that have left

    def add(self, stay: "Stay", fate: str) -> None:
        self.entered += 1
        self.further += stay.further
        self.fates[fate] += 1
        if fate != "stays":
            tenths = stay.spent // TENTH
            self.tenths[tenths] = self.tenths.get(tenths, 0) + 1

    def days(self, share: float) -> float | None:
        """The days within which this share of those that left had left: of 0.5 the median, by the nearest rank."""
        rank = ceil(share * sum(self.tenths.values()))
        passed = 0
        for tenths, number in sorted(self.tenths.items()):
            passed += number
            if passed >= rank:
                return tenths / 10
        return None


@dataclass(frozen=True)
class Stay:
    """The visits of one deal to one stage: where it went from the last of them, if it did."""

    following: str
    spent: int
    further: bool


class Path:
    """The stages of one pipeline, by their ids as the rows have them. `stages`: all, those in the trash too."""

    def __init__(self, pipeline: UUID, stages: Iterable[Stage]) -> None:
        found = sorted(stages, key=lambda stage: (stage.order, stage.id))
        self.known = {stage.id.hex: stage for stage in found}
        self.own = {
            key: stage
            for key, stage in self.known.items()
            if stage.pipeline_id == pipeline and stage.category == Stage.Category.OPEN
        }
        self.rank = {key: self._rank(key, stage) for key, stage in self.known.items()}

    def _rank(self, key: str, stage: Stage) -> int:
        if stage.category == Stage.Category.WON:
            return WON
        return stage.order if key in self.own else ASIDE

    def fate(self, key: str, following: str) -> str:
        """To another pipeline counts as moved on."""
        if not following:
            return "stays"
        there = self.known[following]
        if there.category != Stage.Category.OPEN:
            return str(there.category)
        return "back" if following in self.own and there.order < self.own[key].order else "moved_on"


def passages_of(
    deals: QuerySet[Any], pipeline: UUID, moments: Moments, stages: Iterable[Stage]
) -> list[Passage]:
    path = Path(pipeline, stages)
    passages = {key: Passage(stage) for key, stage in path.own.items()}
    for _deal, moves in _walk(deals, moments):
        for key, stay in _stays(moves, path.own, path.rank).items():
            passages[key].add(stay, path.fate(key, stay.following))
    return [each for each in passages.values() if each.entered or each.stage.deleted_at is None]


def deals_of(
    deals: QuerySet[Any], moments: Moments, stages: Iterable[Stage], stage: Stage, number: str
) -> list[UUID]:
    """The deals behind one number of a stage: of `entered`, of `further`, or of a fate."""
    path, key = Path(stage.pipeline_id, stages), stage.id.hex
    found = []
    for deal, moves in _walk(deals, moments):
        stay = _stays(moves, path.own, path.rank).get(key)
        if stay is None:
            continue
        if (
            number == "entered"
            or (number == "further" and stay.further)
            or number == path.fate(key, stay.following)
        ):
            found.append(UUID(deal))
    return found


def _walk(deals: QuerySet[Any], moments: Moments) -> Iterator[tuple[str, list[Move]]]:
    """Each deal with its moves from the beginning of the period up to now, in their order."""
    yes, no = Value(True, output_field=BooleanField()), Value(False, output_field=BooleanField())
    rows = (
        StageTransition.objects.filter(at__gte=moments[0], opportunity_id__in=deals.order_by().values("id"))
        .order_by("opportunity_id", "at", "id")
        .values_list(
            Cast("opportunity_id", CharField()),  # text costs less than ids that nobody looks up
            Cast("to_stage_id", CharField()),
            "seconds_in_stage",
            Case(When(at__lt=moments[1], then=yes), default=no),
        )
    )
    for deal, moves in groupby(rows.iterator(BATCH), key=itemgetter(0)):
        yield deal, list(moves)


def _key(stage: str) -> str:
    """Databases write ids with dashes or without."""
    return stage.replace("-", "")


def _stays(moves: list[Move], own: Mapping[str, Stage], rank: Mapping[str, int]) -> dict[str, Stay]:
    """By stage, read from the last move to the first: what comes after a visit is known when it is met."""
    stays: dict[str, Stay] = {}
    following, spent, reached = "", 0, ASIDE
    for _deal, text, before, inside in reversed(moves):
        key = _key(text)
        if inside and key in own:
            later = stays.get(key)
            further = reached > rank[key]
            if later is None:
                stays[key] = Stay(following, spent, further)
            else:
                stays[key] = Stay(later.following, later.spent + spent, further or later.further)
        following, spent, reached = key, before, max(reached, rank.get(key, ASIDE))
    return stays
