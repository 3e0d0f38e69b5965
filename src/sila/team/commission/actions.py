"""Verbs of commission: put people into a plan, draw up statements, submit, approve, pay."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, MemberRole, OrgUnit, TeamMember
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.sales.rules import today
from sila.team.commission.correcting import Correction
from sila.team.commission.gathering import Facts, facts_of
from sila.team.commission.models import (
    CommissionLine,
    CommissionParticipant,
    CommissionPlan,
    CommissionStatement,
)
from sila.team.commission.reckoning import Entry

PLANS, SLUG, SEATS = "commission-plans", "commission-statements", "commission-participants"
Status = CommissionStatement.Status


# ---- people of a plan ----------------------------------------------------------------------------------
@transaction.atomic
def enrol(
    plan: CommissionPlan,
    *,
    by: Actor,
    member: Any = None,
    role: Any = None,
    team: Any = None,
    unit: Any = None,
    begins: date | None = None,
) -> CommissionPlan:
    """Put people into the plan from a day on: one, or all that are now in a role, a team, a unit and below it. Who is in it
    already stays as they are. Raises Invalid where there is nobody."""
    plan = records.unmoved(registry[PLANS], plan, by=by)
    people = _people(member, role, team, unit)
    if not people:
        raise Invalid({"": _("There is nobody to put into the plan.")})
    inside = set(plan.participants.filter(deleted_at=None).values_list("member_id", flat=True))
    for person in people:
        if person not in inside:
            values = {"plan": str(plan.id), "member": str(person), "begins": begins and begins.isoformat()}
            records.create(registry[SEATS], values, by=by)
    return plan


def _people(member: Any, role: Any, team: Any, unit: Any) -> list[UUID]:
    rows = Member.objects.filter(active=True, deleted_at=None)
    if not any((member, role, team, unit)):
        return []
    if member:
        rows = rows.filter(id=member)
    if role:
        rows = rows.filter(id__in=MemberRole.objects.filter(role_id=role).values("member_id"))
    if team:
        rows = rows.filter(id__in=TeamMember.objects.filter(team_id=team).values("member_id"))
    if unit:
        path = OrgUnit.objects.filter(id=unit).values_list("path", flat=True).first() or "-"
        rows = rows.filter(unit_id__in=OrgUnit.objects.filter(path__startswith=path).values("id"))
    return list(rows.order_by("name", "id").values_list("id", flat=True))


# ---- drawing up ----------------------------------------------------------------------------------------
@transaction.atomic
def draw_up(plan: CommissionPlan, *, by: Actor, day: date | None = None) -> CommissionPlan:
    """Statements of the period that holds the day, for everybody in the plan whom the actor may pay; drafts that are there
    are reckoned anew. Raises NotAllowed, Invalid."""
    plan = records.get(registry[PLANS], plan.id, by=by)
    if not by.can(SLUG, "edit"):
        raise NotAllowed
    period = period_of(plan, day or today(by))
    people = [person for person in people_of(plan, period) if _may_pay(person, by)]
    if not people:
        raise Invalid({"": _("In this period there is nobody in the plan.")})
    for person in people:
        _draw_up(plan, person, period, by)
    return plan


def period_of(plan: CommissionPlan, day: date) -> Period:
    return Period.of(day, plan.calendar, plan.months)


def people_of(plan: CommissionPlan, period: Period) -> list[Member]:
    """Those in it at some time of the period, and those who were before: what goes back is theirs to bear."""
    seats = CommissionParticipant.objects.filter(plan_id=plan.id, deleted_at=None)
    seats = seats.exclude(begins__gt=period.last)
    return list(Member.objects.filter(id__in=seats.values("member_id")).order_by("name", "id"))


def _may_pay(person: Member, by: Actor) -> bool:
    return by.member is None or by.policy.allows(SLUG, "edit", owner=person.id, unit=person.unit_id)


def _draw_up(plan: CommissionPlan, person: Member, period: Period, by: Actor) -> None:
    known = CommissionStatement.objects.filter(
        plan_id=plan.id, owner_id=person.id, period=period.key, deleted_at=None
    )
    statement = records.locked(known).first()
    if statement is None:
        facts = facts_of(plan, person.id, period)
        left = person.id in _left(plan, period)
        if left and not facts.steps():
            return
        statement = _begin(plan, person, period, by)
        _write(statement, facts, by)
    elif statement.status == Status.DRAFT:
        _write(statement, facts_of(plan, person.id, period), by)


def _left(plan: CommissionPlan, period: Period) -> set[UUID]:
    seats = CommissionParticipant.objects.filter(plan_id=plan.id, deleted_at=None, ends__lt=period.first)
    return set(seats.values_list("member_id", flat=True))


def _begin(plan: CommissionPlan, person: Member, period: Period, by: Actor) -> CommissionStatement:
    with translation.override(by.workspace.language):
        name = f"{person.name} · {plan.name} · {period.label(Reader.of(by.workspace))}"
    made: CommissionStatement = records.create(
        registry[SLUG],
        {},
        by=by.with_all_rights(by.via),
        name=name[:200],
        plan_id=plan.id,
        owner_id=person.id,
        org_unit_id=person.unit_id,
        period=period.key,
        begins=period.first,
        ends=period.last,
        currency=plan.currency,
    )
    return made


def _write(statement: CommissionStatement, facts: Facts, by: Actor) -> None:
    """The lines of a draft, from the facts alone."""
    fingerprint = facts.fingerprint()
    if statement.fingerprint == fingerprint:
        return
    steps = facts.steps()
    CommissionLine.objects.filter(statement_id=statement.id).delete()
    CommissionLine.objects.bulk_create(_rows(statement, steps))
    columns = {
        "base": sum(step.base for step in steps),
        "amount": sum(step.amount for step in steps),
        "goal": facts.person.goals.get(statement.period),
        "fingerprint": fingerprint,
    }
    records.enter(
        registry[SLUG], statement, columns, by=by.with_all_rights(by.via), kind="commission_reckoned"
    )


def _rows(statement: CommissionStatement, steps: Iterable[Entry | Correction]) -> list[CommissionLine]:
    return [
        CommissionLine(
            statement_id=statement.id,
            order=order,
            invoice_id=step.invoice,
            source=step.source if isinstance(step, Entry) else None,
            day=step.day if isinstance(step, Entry) else statement.ends,
            period=step.period,
            base=step.base,
            amount=step.amount,
            facts=told(step),
        )
        for order, step in enumerate(steps)
    ]


def told(step: Entry | Correction) -> dict[str, Any]:
    """A step as JSON, the same for the same step."""
    kind = {} if isinstance(step, Entry) else {"kind": "correction"}
    text = orjson.dumps({**asdict(step), **kind}, default=str, option=orjson.OPT_SORT_KEYS)
    facts: dict[str, Any] = orjson.loads(text)
    return facts


# ---- what becomes of it --------------------------------------------------------------------------------
def _facts_now(statement: CommissionStatement) -> Facts:
    return facts_of(statement.plan, statement.owner_id, Period.read(statement.period))  # type: ignore[arg-type]


def _in(statement: CommissionStatement, by: Actor, *states: Status) -> CommissionStatement:
    statement = records.unmoved(registry[SLUG], statement, by=by)
    if statement.status not in states:
        raise Invalid({"": _("This statement is past that step already.")})
    return statement


@transaction.atomic
def reckon_anew(statement: CommissionStatement, *, by: Actor) -> CommissionStatement:
    """From the facts as they are now. Of unchanged facts nothing changes."""
    statement = _in(statement, by, Status.DRAFT)
    _write(statement, _facts_now(statement), by)
    return statement


@transaction.atomic
def submit(statement: CommissionStatement, *, by: Actor) -> CommissionStatement:
    """Reckoned a last time, and put to whoever approves it."""
    statement = _in(statement, by, Status.DRAFT)
    if statement.ends >= today(by):
        raise Invalid({"": _("The period is not over yet.")})
    _write(statement, _facts_now(statement), by)
    _enter(statement, {"status": Status.SUBMITTED}, by, "commission_submitted")
    return statement


@transaction.atomic
def send_back(statement: CommissionStatement, *, by: Actor) -> CommissionStatement:
    """A draft again."""
    statement = _in(statement, by, Status.SUBMITTED)
    _enter(statement, {"status": Status.DRAFT}, by, "commission_sent_back")
    return statement


@transaction.atomic
def approve(statement: CommissionStatement, *, by: Actor) -> CommissionStatement:
    """It stands from here on. Raises NotAllowed for one's own, Invalid where what it rests on has changed."""
    statement = _in(statement, by, Status.SUBMITTED)
    if statement.owner_id == by.member_id:
        raise NotAllowed(_("Nobody approves their own commission."))
    if _facts_now(statement).fingerprint() != statement.fingerprint:
        raise Invalid(
            {"": _("Payments, goals or splits have changed since. Send it back, and it is reckoned anew.")}
        )
    columns = {"status": Status.APPROVED, "approved_by_id": by.member_id, "approved_at": clock.now()}
    _enter(statement, columns, by, "commission_approved")
    return statement


@transaction.atomic
def mark_paid(statement: CommissionStatement, *, by: Actor, paid_on: Any = None) -> CommissionStatement:
    """Payroll has paid it. Raises NotAllowed for one's own, Invalid."""
    statement = _in(statement, by, Status.APPROVED)
    if statement.owner_id == by.member_id:
        raise NotAllowed(_("Nobody notes the payment of their own commission."))
    _enter(statement, {"status": Status.PAID, "paid_on": paid_on or today(by)}, by, "commission_paid")
    return statement


def _enter(statement: CommissionStatement, columns: dict[str, Any], by: Actor, kind: str) -> None:
    records.enter(registry[SLUG], statement, columns, by=by, kind=kind)
