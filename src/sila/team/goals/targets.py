"""The goals of a person, as other parts of this app read them."""

from collections.abc import Iterable
from uuid import UUID

from sila.team.goals.models import Goal


def targets(member_id: UUID, periods: Iterable[str], *, metric: str) -> dict[str, int]:
    """By the key of the period; amounts in minor units."""
    rows = Goal.objects.filter(member_id=member_id, metric=metric, period__in=list(periods), deleted_at=None)
    return dict(rows.values_list("period", "target"))
