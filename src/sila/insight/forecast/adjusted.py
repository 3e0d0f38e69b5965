"""What managers have said of a period, as far as the reader sees those they said it of."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sila.insight.forecast.sight import Sight
from sila.insight.models import ForecastAdjustment
from sila.platform.access.models import Member, OrgUnit
from sila.platform.entities.periods import Period

Said = dict[tuple[UUID, str], ForecastAdjustment]  # (unit or member, category) -> the one that counts


def said_of(
    period: Period, units: Mapping[UUID, OrgUnit], members: Mapping[UUID, Member], sight: Sight
) -> Said:
    """One query. The newest of each; what was taken back is not there, nor what was said in another currency before
    the workspace changed its own."""
    rows = ForecastAdjustment.objects.filter(period=period.key).order_by("id").select_related("by")
    newest: Said = {}
    for row in rows:
        if _seen(row, units, members, sight):
            newest[row.unit_id or row.member_id, row.category] = row
    base = sight.actor.workspace.currency
    return {key: row for key, row in newest.items() if row.amount is not None and row.currency == base}


def _seen(
    row: ForecastAdjustment, units: Mapping[UUID, OrgUnit], members: Mapping[UUID, Member], sight: Sight
) -> bool:
    if row.unit_id:
        return row.unit_id in units and sight.sees_unit(units[row.unit_id])
    member = members.get(row.member_id) if row.member_id else None
    return member is not None and sight.sees_member(member)


def history(
    period: Period, target: OrgUnit | Member, categories: Iterable[str] = ForecastAdjustment.Category.values
) -> list[ForecastAdjustment]:
    """All that was said of a unit or member in the period, the newest first."""
    whose = {"unit_id": target.id} if isinstance(target, OrgUnit) else {"member_id": target.id}
    rows = ForecastAdjustment.objects.filter(period=period.key, category__in=categories, **whose)
    return list(rows.select_related("by").order_by("-id")[:50])
