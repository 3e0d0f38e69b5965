"""What follows from the fields of plans, and what no door lets through."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.platform.kit.money import CURRENCIES
from sila.platform.kit.numbers import format_number
from sila.sales.lines.showing import plain_amount
from sila.team.commission.gathering import FINAL
from sila.team.commission.models import (
    CommissionParticipant,
    CommissionPlan,
    CommissionStatement,
    CommissionTier,
)

FREE = {"name", "name_en", "active", "ends"}  # of a plan by which statements were approved


# ---- plans ---------------------------------------------------------------------------------------------
def check_plan(plan: CommissionPlan, changes: Changes, by: Actor) -> None:
    plan.currency = plan.currency or base_currency()
    if plan.ends and plan.ends < plan.begins:
        raise Invalid({"ends": _("It ends before it begins.")})
    if plan.cap is not None and plan.cap < 0:
        raise Invalid({"cap": _("This cannot be less than zero.")})
    if not plan._state.adding:
        _keep_terms(plan, changes)


def _keep_terms(plan: CommissionPlan, changes: Changes) -> None:
    last = approved_until(plan)
    if last is None:
        return
    if touched := sorted(changes.keys() - FREE):
        raise Invalid({touched[0]: terms_stand()})
    if "ends" in changes and plan.ends and plan.ends < last:
        raise Invalid({"ends": _("Statements were approved up to a later day.")})


def approved_until(plan: CommissionPlan, member_id: Any = None) -> date | None:
    """The last day of what was approved by the plan, for anybody or for one person."""
    final = CommissionStatement.objects.filter(plan_id=plan.id, status__in=FINAL, deleted_at=None)
    if member_id is not None:
        final = final.filter(owner_id=member_id)
    found: date | None = final.aggregate(last=Max("ends"))["last"]
    return found


def terms_stand() -> str:
    return _("Statements were approved by these terms: they stand. Let the plan end, and make a new one.")


def keep_approved_plan(plan: CommissionPlan, by: Actor) -> None:
    if approved_until(plan) is not None:
        raise Invalid({"": terms_stand()})


# ---- tiers ---------------------------------------------------------------------------------------------
def check_tier(tier: CommissionTier, changes: Changes, by: Actor) -> None:
    plan = tier.plan
    tier.currency = plan.currency
    if plan.tiers_by == CommissionPlan.Measure.GOAL:
        tier.above = 0
    else:
        tier.above_goal = 0
    if not 0 <= tier.rate <= 100:
        raise Invalid({"rate": _("A rate lies between 0 and 100.")})
    for name in ("above", "above_goal"):
        if (getattr(tier, name) or 0) < 0:
            raise Invalid({name: _("This cannot be less than zero.")})
    if approved_until(plan) is not None:
        raise Invalid({"": terms_stand()})
    tier.name = _called(tier)


def _called(tier: CommissionTier) -> str:
    """5% ≥ 1,000.00, or of a goal 8% ≥ 100%."""
    if tier.plan.tiers_by == CommissionPlan.Measure.GOAL:
        bound = f"{format_number(tier.above_goal.normalize())}%"
    else:
        bound = plain_amount(tier.above, CURRENCIES[tier.currency])
    return f"{format_number(tier.rate.normalize())}% ≥ {bound}"


def keep_approved_tier(tier: CommissionTier, by: Actor) -> None:
    keep_approved_plan(tier.plan, by)


# ---- people --------------------------------------------------------------------------------------------
def check_participant(seat: CommissionParticipant, changes: Changes, by: Actor) -> None:
    seat.name = seat.member.name
    if seat.begins and seat.ends and seat.ends < seat.begins:
        raise Invalid({"ends": _("It ends before it begins.")})
    last = None if seat._state.adding else approved_until(seat.plan, seat.member_id)
    if last is None:
        return
    if "member" in changes or "begins" in changes:
        raise Invalid({"begins" if "begins" in changes else "member": terms_stand()})
    if "ends" in changes and seat.ends and seat.ends < last:
        raise Invalid({"ends": _("Statements were approved up to a later day.")})


def keep_approved_participant(seat: CommissionParticipant, by: Actor) -> None:
    if seat.deleted_at is not None and approved_until(seat.plan, seat.member_id) is not None:
        raise Invalid({"": _("Statements were approved for this person. Enter the last day instead.")})


# ---- statements ----------------------------------------------------------------------------------------
def derive(statement: CommissionStatement, changes: Changes, by: Actor) -> None:
    statement.name_fold = fold(statement.name)[:200]
