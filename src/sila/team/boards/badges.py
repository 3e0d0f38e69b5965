"""Badges of a quarter, each by a rule that says itself. They are read from what happened, so nothing is kept that could be
wrong later, and what farms points (see fair.py) earns none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sila.platform.access.reader import Reader
from sila.platform.entities.periods import Period
from sila.team.boards.fair import points
from sila.team.boards.models import Kudos
from sila.team.goals.attainment import attainment
from sila.team.goals.counting import moments
from sila.team.goals.models import Goal

Earned = Callable[[UUID, Period, Reader], bool]


@dataclass(frozen=True)
class Badge:
    key: str
    label: Any
    rule: Any
    icon: str
    earned: Earned


def _goal_reached(me: UUID, period: Period, reader: Reader) -> bool:
    goals = list(Goal.objects.filter(member_id=me, period=period.key, deleted_at=None))
    return any(each.percent >= 100 for each in attainment(goals, reader.today))


def _customers(me: UUID, period: Period, reader: Reader) -> bool:
    return points("new_customers", period.first, period.last).get(me, 0) >= 3


def _thanked(me: UUID, period: Period, reader: Reader) -> bool:
    start, end = moments(period.first, period.last)
    rows = Kudos.objects.filter(receiver_id=me, at__gte=start, at__lt=end)
    return rows.values("giver_id").distinct().count() >= 3


BADGES = (
    Badge(
        "goal",
        _("Goal reached"),
        _("One of your goals of this quarter is reached."),
        icon="target-arrow",
        earned=_goal_reached,
    ),
    Badge(
        "customers",
        _("Door opener"),
        _("Three new customers in this quarter."),
        icon="door-enter",
        earned=_customers,
    ),
    Badge(
        "thanked",
        _("Team player"),
        _("Three colleagues have thanked you in this quarter."),
        icon="heart-handshake",
        earned=_thanked,
    ),
)


def badges_of(me: Any, period: Period, reader: Reader) -> list[dict[str, Any]]:
    """All of them, those that are earned marked."""
    return [
        {
            "label": badge.label,
            "rule": badge.rule,
            "icon": badge.icon,
            "earned": badge.earned(me, period, reader),
        }
        for badge in BADGES
    ]
