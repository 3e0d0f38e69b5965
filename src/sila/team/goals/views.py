"""The goals of the present: one's own, those of one's team and units, and those of the people whom one leads."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import fragment, workspace_view
from sila.team.goals.attainment import attainment
from sila.team.goals.models import Goal
from sila.team.goals.showing import shown

SLUG = "goals"
MOST = 200  # that the page shows; the list has all of them
FEW = 12  # beside a forecast
WHEN = ("now", "past", "next")


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    when = request.GET.get("when", "now")
    if when not in WHEN:
        raise Invalid({"when": _("There is no such period.")})
    goals = goals_of(context, when)
    bars = shown(attainment(goals, context.reader.today), context.reader)
    pairs = list(zip(goals, bars, strict=True))
    address = f"/w/{context.reader.slug}/attainment"
    labels = {"now": _("Now"), "past": _("Past"), "next": _("To come")}
    said = {
        "title": _("Goals"),
        "when": [
            {"label": labels[each], "url": f"{address}?when={each}", "active": each == when} for each in WHEN
        ],
        "groups": [group for group in _groups(pairs, context) if group["goals"]],
        "list_url": registry[SLUG].url(context.reader.slug),
        "new_url": f"{registry[SLUG].url(context.reader.slug)}new"
        if context.actor.can(SLUG, "create")
        else "",
    }
    return fragment(request, "team/goals.html", {"goals": said})


def goals_of(context: Context, when: str) -> list[Goal]:
    """Those that the reader may see, and those of what they belong to: a team knows its goal."""
    today, actor = context.reader.today, context.actor
    seen = registry[SLUG].visible_to(actor).order_by().values("id")
    rows = Goal.objects.filter(Q(id__in=seen) | _of_mine(context), deleted_at=None)
    within = {
        "now": Q(begins__lte=today, ends__gte=today),
        "past": Q(ends__lt=today),
        "next": Q(begins__gt=today),
    }[when]
    found = rows.filter(within).select_related("member", "team", "unit")
    return list(found.order_by("-begins" if when == "past" else "begins", "name_fold", "id")[:MOST])


def beside_forecast(key: str, context: Context) -> list[dict[str, Any]]:
    """The goals of won revenue in that period for units and for the reader: what a forecast is held against."""
    seen = registry[SLUG].visible_to(context.actor).order_by().values("id")
    rows = Goal.objects.filter(
        Q(id__in=seen) | _of_mine(context), period=key, metric="won_revenue", deleted_at=None
    )
    rows = rows.filter(Q(unit_id__isnull=False) | Q(member_id=context.actor.member_id))
    found = list(rows.select_related("member", "team", "unit").order_by("unit__path", "id")[:FEW])
    return shown(attainment(found, context.reader.today), context.reader)


def _of_mine(context: Context) -> Q:
    policy = context.actor.policy
    mine = Q(team_id__in=policy.teams) | Q(unit_id__in=policy.within)
    return mine | Q(member_id=context.actor.member_id) if context.actor.member_id else Q(pk__in=[])


def _groups(pairs: list[tuple[Goal, dict[str, Any]]], context: Context) -> list[dict[str, Any]]:
    me = context.actor.member_id
    return [
        {"label": _("My goals"), "goals": [bar for goal, bar in pairs if goal.member_id == me and me]},
        {"label": _("Of teams and units"), "goals": [bar for goal, bar in pairs if goal.member_id is None]},
        {
            "label": _("Of people"),
            "goals": [bar for goal, bar in pairs if goal.member_id is not None and goal.member_id != me],
        },
    ]
