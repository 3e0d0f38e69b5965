"""The verb of a forecast: a manager says what they expect of a unit or a member."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.insight.forecast.sight import Sight
from sila.insight.models import ForecastAdjustment
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.fields import base_currency
from sila.platform.entities.periods import Period


def unit_seen(unit_id: UUID, *, by: Actor) -> OrgUnit:
    """Raises NotFound, also of a unit whose forecast the actor does not see as a whole."""
    unit: OrgUnit | None = OrgUnit.objects.filter(id=unit_id, deleted_at=None).first()
    if unit is None or not Sight(by).sees_unit(unit):
        raise NotFound
    return unit


def member_seen(member_id: UUID, *, by: Actor) -> Member:
    """Raises NotFound, also of a colleague whose deals the actor does not see."""
    member: Member | None = Member.objects.filter(id=member_id, deleted_at=None).first()
    if member is None or not Sight(by).sees_member(member):
        raise NotFound
    return member


def may_adjust(target: OrgUnit | Member, *, by: Actor) -> bool:
    sight = Sight(by)
    return sight.manages_unit(target) if isinstance(target, OrgUnit) else sight.manages_member(target)


@transaction.atomic
def adjust(
    target: OrgUnit | Member,
    period: Period,
    category: str,
    amount: int | None,
    *,
    by: Actor,
    note: str = "",
) -> ForecastAdjustment:
    """Say what is expected, in minor units of the workspace's currency; None takes back what was said before. What the
    deals add up to stays beside it, and so does every former adjustment. Raises NotAllowed, Invalid."""
    if by.member_id is None or not may_adjust(target, by=by):
        raise NotAllowed(_("Only who leads this unit or member adjusts their forecast."))
    if category not in ForecastAdjustment.Category.values:
        raise Invalid({"category": _("There is no such category.")})
    of_unit = isinstance(target, OrgUnit)
    row: ForecastAdjustment = ForecastAdjustment.objects.create(
        unit_id=target.id if of_unit else None,
        member_id=None if of_unit else target.id,
        period=period.key,
        category=category,
        amount=amount,
        currency=base_currency(),
        note=note[:300],
        by_id=by.member_id,
    )
    log.record(
        "forecast adjusted",
        by=by,
        entity="units" if of_unit else "members",
        record_id=target.id,
        title=str(target),
        period=period.key,
        category=category,
        amount=amount,
        currency=row.currency,
    )
    return row
