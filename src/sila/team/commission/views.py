"""What one earns, live; for those who lead, what everybody does; and a statement as PDF."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import address_of
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import fragment, workspace_view
from sila.platform.kit.numbers import format_number
from sila.sales.lines.views import as_file
from sila.team.commission.actions import PLANS, SLUG, period_of, told
from sila.team.commission.gathering import facts_of, terms_of
from sila.team.commission.models import CommissionParticipant, CommissionPlan, CommissionStatement
from sila.team.commission.paper import file_name, pdf_of
from sila.team.commission.reckoning import Scale
from sila.team.commission.showing import amount, rows, sums, telling

NEWEST = 100  # statements that the page shows; the list has all of them


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """`back`: how many periods before the present one."""
    text = request.GET.get("back", "")
    back = min(int(text), 400) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    slug, entity = context.reader.slug, registry[SLUG]
    shown = {
        "title": _("Commission"),
        "plans": [_mine(plan, back, context) for plan in _plans_of(context)],
        "before_url": f"/w/{slug}/commission?back={back + 1}",
        "after_url": f"/w/{slug}/commission?back={back - 1}" if back else "",
        "statements": _statements(context),
        "leads": context.actor.can(SLUG, "edit"),
        "list_url": entity.url(slug),
        "payroll_url": address_of(entity, "payroll", slug),
        "plans_url": registry[PLANS].url(slug) if context.actor.can(PLANS, "view") else "",
    }
    return fragment(request, "team/commission.html", {"commission": shown})


def _plans_of(context: Context) -> list[CommissionPlan]:
    seats = CommissionParticipant.objects.filter(member_id=context.actor.member_id, deleted_at=None)
    plans = CommissionPlan.objects.filter(id__in=seats.values("plan_id"), deleted_at=None)
    return list(plans.order_by("name", "id"))


def _mine(plan: CommissionPlan, back: int, context: Context) -> dict[str, Any]:
    """What the reader earns by the plan in the period, as things stand at this moment."""
    reader, member = context.reader, context.actor.member_id
    period = period_of(plan, reader.today).step(-back)
    facts = facts_of(plan, member, period)  # type: ignore[arg-type]
    steps = facts.steps()
    known = CommissionStatement.objects.filter(
        plan_id=plan.id, owner_id=member, period=period.key, deleted_at=None
    ).first()
    if known is not None and known.is_final:
        lines = list(known.lines.order_by("order").values_list("facts", flat=True))
        base, whole = known.base, known.amount
    else:
        lines = [told(step) for step in steps]
        base, whole = sum(step.base for step in steps), sum(step.amount for step in steps)
    return {
        "name": str(plan),
        "period": period.label(reader),
        "days": f"{reader.day(period.first)} – {reader.day(period.last)}",
        "status": known.get_status_display() if known else _("Live, not drawn up yet"),
        "url": registry[SLUG].url(reader.slug, known.id) if known else "",
        "lines": rows(lines, plan, context),
        "sums": sums(base, whole, plan.currency, reader),
        "rules": _rules(plan, facts.person.goals.get(period.key), base, context),
    }


def _rules(plan: CommissionPlan, goal: int | None, base: int, context: Context) -> list[dict[str, Any]]:
    """The tiers of the person in words, the one that is reached marked."""
    scale, teller = Scale.of_period(terms_of(plan), goal), telling(plan, context.reader)
    reached = [above for above, _rate in scale.tiers if base >= above]
    told_rules = [
        {
            "text": _("%(rate)s%% of what lies above %(above)s")
            % {
                "rate": format_number(rate, digits=context.reader.digits),
                "above": teller.money(above),
            },
            "active": bool(reached) and above == reached[-1],
        }
        for above, rate in scale.tiers
    ]
    if plan.cap is not None:
        told_rules.append(
            {"text": _("At most %(cap)s in a period") % {"cap": teller.money(plan.cap)}, "active": False}
        )
    if plan.tiers_by == CommissionPlan.Measure.GOAL and goal is None:
        told_rules.append(
            {"text": _("There is no goal in this period: only what needs none counts."), "active": False}
        )
    return told_rules


def _statements(context: Context) -> list[dict[str, Any]]:
    """Those that the reader may see, the newest first; waiting ones before others."""
    reader, entity = context.reader, registry[SLUG]
    seen = entity.visible_to(context.actor).select_related("owner", "plan")
    return [
        {
            "who": str(each.owner),
            "plan": str(each.plan),
            "period": Period.read(each.period).label(reader),
            "amount": amount(each.amount, each.currency, reader),
            "status": each.get_status_display(),
            "tone": dict(entity.tones["status"]).get(each.status, ""),
            "url": entity.url(reader.slug, each.id),
        }
        for each in seen.order_by("-begins", "-id")[:NEWEST]
    ]


@require_GET
@workspace_view
def pdf(request: WorkspaceRequest, context: Context, statement_id: UUID) -> HttpResponse:
    statement = records.get(registry[SLUG], statement_id, by=context.actor)
    return as_file(pdf_of(statement, context.actor.workspace, context.reader.language), file_name(statement))
