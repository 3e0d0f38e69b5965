"""Verbs: register what was ordered, decide claims, and plan the visits that fall due."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sila.parties.duplicates import SLUGS
from sila.platform.access.actor import Actor
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.text import isolate
from sila.platform.tenancy.models import Workspace
from sila.sales.assets.models import Asset, MaintenancePlan, MaintenanceVisit, WarrantyClaim
from sila.sales.assets.rules import DAY, Coverage, due_from
from sila.sales.contracts.days import working_day
from sila.sales.orders.models import OrderLine, SalesOrder
from sila.sales.rules import today
from sila.work.actions import plan as plan_activity
from sila.work.whats_next import MORNING

Status = WarrantyClaim.Status
AT_ONCE = 500  # assets of one line


# ---- from orders ---------------------------------------------------------------------------------------
@transaction.atomic
def register_assets(
    line: OrderLine,
    *,
    by: Actor,
    serials: str = "",
    sold_on: date | None = None,
    installed_on: date | None = None,
    place: str = "",
) -> list[Asset]:
    """An asset for each serial number, one in a row; without any, for each piece that has none yet. Raises NotAllowed,
    Invalid."""
    order: SalesOrder = records.get(registry["orders"], line.sales_order_id, by=by, lock=True)
    if not by.can("assets", "create"):
        raise NotAllowed
    if order.status not in (SalesOrder.Status.CONFIRMED, SalesOrder.Status.BILLED):
        raise Invalid({"": _("Only what was ordered for good is registered: confirm the order first.")})
    numbers = _numbers(serials, left_of(line))
    given = {"sold_on": sold_on or order.ordered_on, "installed_on": installed_on}
    days = {name: day.isoformat() for name, day in given.items() if day}
    values = {
        "name": line.name[:200],
        "product": line.product_id and str(line.product_id),
        "place": place,
        **days,
    }
    values["party"] = order.party_id and str(order.party_id)
    known = {name: value for name, value in values.items() if value}
    return [
        records.create(
            registry["assets"],
            {**known, "serial": number},
            by=by,
            sales_order_id=order.id,
            order_line_id=line.id,
        )
        for number in numbers
    ]


def left_of(line: OrderLine) -> int:
    """Whole pieces of a line that are not registered yet."""
    return max(int(line.in_base) - line.assets.filter(deleted_at=None).count(), 0)


def _numbers(serials: str, left: int) -> list[str]:
    typed = [number.strip() for number in serials.splitlines() if number.strip()]
    if not left:
        raise Invalid({"": _("All pieces of this line are registered already.")})
    if len(typed) > left:
        told = {"typed": len(typed), "left": left}
        raise Invalid({"serials": _("%(typed)d numbers for %(left)d pieces that are left.") % told})
    if twice := next((number for number in typed if typed.count(number) > 1), ""):
        raise Invalid({"serials": _("%(number)s stands there twice.") % {"number": twice}})
    if long := next((number for number in typed if len(number) > 80), ""):
        raise Invalid({"serials": _("%(number)s is too long.") % {"number": long[:40]}})
    if len(typed or range(left)) > AT_ONCE:
        raise Invalid({"serials": _("At most %(most)d at once.") % {"most": AT_ONCE}})
    return typed or [""] * left


# ---- claims --------------------------------------------------------------------------------------------
@transaction.atomic
def approve(claim: WarrantyClaim, *, by: Actor, reason: str = "") -> WarrantyClaim:
    """Beyond the warranty it is goodwill, for which a reason is given."""
    claim = _in_status(claim, by, Status.OPEN)
    if claim.coverage in (Coverage.EXPIRED, Coverage.NONE, Coverage.EARLY) and not reason.strip():
        raise Invalid({"reason": _("The warranty does not cover this. Say why you approve it all the same.")})
    return _enter(claim, Status.APPROVED, "claim_approved", by, decision=reason, decided_at=clock.now())


@transaction.atomic
def refuse(claim: WarrantyClaim, *, by: Actor, reason: str) -> WarrantyClaim:
    claim = _in_status(claim, by, Status.OPEN)
    return _enter(claim, Status.REFUSED, "claim_refused", by, decision=reason, decided_at=clock.now())


@transaction.atomic
def settle(claim: WarrantyClaim, *, by: Actor, result: str) -> WarrantyClaim:
    claim = _in_status(claim, by, Status.APPROVED)
    return _enter(claim, Status.DONE, "claim_settled", by, result=result, settled_on=today(by))


@transaction.atomic
def reopen(claim: WarrantyClaim, *, by: Actor) -> WarrantyClaim:
    claim = _in_status(claim, by, Status.APPROVED, Status.REFUSED, Status.DONE)
    columns: dict[str, Any] = {"decision": "", "decided_at": None, "result": "", "settled_on": None}
    return _enter(claim, Status.OPEN, "claim_reopened", by, **columns)


def _in_status(claim: WarrantyClaim, by: Actor, *statuses: str) -> WarrantyClaim:
    now: WarrantyClaim = records.unmoved(registry["warranty-claims"], claim, by=by)
    if now.status not in statuses:
        raise Invalid({"": _("This claim is %(status)s.") % {"status": now.get_status_display()}})
    return now


def _enter(claim: WarrantyClaim, status: str, kind: str, by: Actor, **columns: Any) -> WarrantyClaim:
    told = columns.get("decision") or columns.get("result") or ""
    more = {"text": told[:300]} if told else {}
    records.enter(registry["warranty-claims"], claim, {"status": status, **columns}, by=by, kind=kind, **more)
    return claim


# ---- maintenance ---------------------------------------------------------------------------------------
def plan_everywhere() -> None:
    """Looked at each minute; a workspace in which nothing falls due costs one query."""
    in_each_workspace(_look)


def _look(workspace: Workspace) -> None:
    with translation.override(workspace.language):
        plan_due(Actor.system(workspace, "job"))


def plan_due(by: Actor) -> int:
    """Plan the visits whose time has come; how many that made. Two workers at once plan each once."""
    due = MaintenancePlan.objects.filter(deleted_at=None, plan_on__lte=today(by)).order_by("plan_on", "id")
    return sum(_plan_visit(plan_id, by) for plan_id in due.values_list("id", flat=True)[:AT_ONCE])


@transaction.atomic
def _plan_visit(plan_id: Any, by: Actor) -> bool:
    waiting = MaintenancePlan.objects.filter(id=plan_id, deleted_at=None, plan_on__lte=today(by))
    plan = records.locked(waiting).first()
    if plan is None:  # another worker was quicker
        return False
    due = plan.next_due
    if not plan.visits.filter(due_on=due).exists() and _is_alive(plan):
        MaintenanceVisit.objects.create(plan=plan, due_on=due, activity=_visit(plan, by))
    following = due_from(plan, max(due + DAY, today(by)))
    records.enter(
        registry["maintenance-plans"], plan, {"next_due": following}, by=by, kind="maintenance_planned",
        text=due.isoformat(),
    )  # fmt: skip
    return True


def _is_alive(plan: MaintenancePlan) -> bool:
    return plan.asset.deleted_at is None and plan.asset.status == Asset.Status.IN_USE


def _visit(plan: MaintenancePlan, by: Actor) -> Any:
    """In the calendar of the plan's owner, on the day or the first working day after it."""
    due = max(plan.next_due or today(by), today(by))
    day = working_day(due, by.workspace, not_before=due)
    about = [("maintenance-plans", plan.id), ("assets", plan.asset_id)]
    if plan.party_id:
        about.append((SLUGS[plan.party.kind], plan.party_id))
    values = {
        "subject": _("Maintenance: %(name)s") % {"name": isolate(str(plan.asset))},
        "starts_at": datetime.combine(day, MORNING, tzinfo=ZoneInfo(by.workspace.timezone)).isoformat(),
        "location": plan.asset.place,
        "body": plan.task,
    }
    given = {name: value[:200] if name == "subject" else value for name, value in values.items() if value}
    owned = {"owner_id": plan.owner_id, "org_unit_id": plan.org_unit_id}
    return plan_activity("visit", given, by=by, about=about, **owned)
