"""The board: one's own figures always, those of others who want to be compared, badges, contests, thanks."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import fragment, workspace_view
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import markup
from sila.team.boards.actions import join, leave, ranked, thank
from sila.team.boards.badges import badges_of
from sila.team.boards.fair import points
from sila.team.boards.models import BoardSeat, Contest, Kudos
from sila.team.boards.showing import figure, named
from sila.team.goals.metrics import METRICS
from sila.team.goals.models import Goal

NEWEST = 20  # thanks that are shown
BY = ("goal", "tenure")
RAMP = 12  # months after which somebody is expected to do as much as everybody


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    _is_colleague(context)
    return fragment(request, "team/board.html", {"board": _board(request, context, {})})


def _is_colleague(context: Context) -> None:
    if context.actor.member_id is None:
        raise NotAllowed


def _board(request: WorkspaceRequest, context: Context, errors: dict[str, str]) -> dict[str, Any]:
    reader, me = context.reader, context.actor.member_id
    metric, by = request.GET.get("metric", "won_revenue"), request.GET.get("by", "goal")
    if metric not in METRICS or by not in BY:
        raise Invalid({"metric": _("There is no such metric.")})
    period = Period.of(reader.today, reader.one_calendar, 3)
    found = points(metric, period.first, period.last)
    seats = set(BoardSeat.objects.values_list("member_id", flat=True))
    measured = _measured(found, by, metric, period, seats | {me})
    address = f"/w/{reader.slug}/leaderboard"
    return {
        "title": _("Leaderboard"),
        "period": period.label(reader),
        "metrics": [
            {"label": each.label, "url": f"{address}?metric={key}&by={by}", "active": key == metric}
            for key, each in METRICS.items()
        ],
        "by": [
            {"label": label, "url": f"{address}?metric={metric}&by={key}", "active": key == by}
            for key, label in (("goal", _("Against the own goal")), ("tenure", _("By time in the company")))
        ],
        "says": [METRICS[metric].says, _how(by), _fair()],
        "own": _own(found, measured, metric, by, context),
        "joined": me in seats,
        "rows": _rows(
            found, {who: value for who, value in measured.items() if who in seats}, metric, by, context
        ),
        "badges": badges_of(me, period, reader),
        "contests": _contests(context),
        "kudos": _kudos(context),
        "colleagues": [
            {"id": str(each.id), "name": str(each)}
            for each in Member.objects.filter(active=True, deleted_at=None)
            .exclude(id=me)
            .order_by("name", "id")
        ],
        "typed": request.POST,
        "errors": list(errors.values()),
        "address": address,
    }


def _how(by: str) -> str:
    if by == "goal":
        return _(
            "Compared is how much of their own goal of this quarter everybody has reached; who has none is not ranked."
        )
    return _(
        "Compared is what everybody did, new colleagues by what can be expected of them: in their first year so many "
        "twelfths as months."
    )


def _fair() -> str:
    return _(
        "Won again after reopening, far too small, in a burst or thrown away: that counts for nothing here."
    )


def _measured(
    found: dict[UUID, int], by: str, metric: str, period: Period, people: set[Any]
) -> dict[UUID, int]:
    """Percent of the goal, or the figure as of somebody who is here for a year."""
    if by == "goal":
        goals = Goal.objects.filter(member_id__in=people, metric=metric, period=period.key, deleted_at=None)
        return {goal.member_id: found.get(goal.member_id, 0) * 100 // goal.aim for goal in goals if goal.aim}
    since = dict(Member.objects.filter(id__in=people).values_list("id", "created_at"))
    return {who: found.get(who, 0) * RAMP // _months(at.date(), period.last) for who, at in since.items()}


def _months(since: date, until: date) -> int:
    return max(1, min(RAMP, (until.year - since.year) * 12 + until.month - since.month))


def _rows(
    found: dict[UUID, int], measured: dict[UUID, int], metric: str, by: str, context: Context
) -> list[dict[str, Any]]:
    names = named(measured)
    return [
        {
            "place": format_number(place, digits=context.reader.digits),
            "who": names[who],
            "value": figure(found.get(who, 0), metric, context.reader),
            "more": _more(value, metric, by, context),
            "me": who == context.actor.member_id,
        }
        for place, who, value in ranked(measured)
    ]


def _more(value: int, metric: str, by: str, context: Context) -> Any:
    """By what they are ranked."""
    if by == "goal":
        return f"{format_number(value, digits=context.reader.digits)}%"
    return markup("≙ {}", figure(value, metric, context.reader))


def _own(
    found: dict[UUID, int], measured: dict[UUID, int], metric: str, by: str, context: Context
) -> dict[str, Any]:
    """A person sees their own figures, on the board or not."""
    me: Any = context.actor.member_id
    share = measured.get(me)
    told = "" if share is None or by != "goal" else f"{format_number(share, digits=context.reader.digits)}%"
    return {"value": figure(found.get(me, 0), metric, context.reader), "share": told}


def _contests(context: Context) -> list[dict[str, str]]:
    if not context.actor.can("contests", "view"):
        return []
    reader, noun = context.reader, registry["contests"]
    running = Contest.objects.filter(deleted_at=None, settled_at=None).order_by("ends", "id")[:NEWEST]
    return [
        {
            "name": str(each),
            "days": f"{reader.day(each.begins)} – {reader.day(each.ends)}",
            "url": noun.url(reader.slug, each.id),
        }
        for each in running
    ]


def _kudos(context: Context) -> list[dict[str, str]]:
    rows = Kudos.objects.select_related("giver", "receiver").order_by("-at", "-id")[:NEWEST]
    return [
        {
            "giver": str(each.giver),
            "receiver": str(each.receiver),
            "reason": each.reason,
            "when": context.reader.moment(each.at),
        }
        for each in rows
    ]


# ---- what one does there -----------------------------------------------------------------------------------
@require_POST
@workspace_view
def take_part(request: WorkspaceRequest, context: Context) -> HttpResponse:
    (join if request.POST.get("join") else leave)(by=context.actor)
    return redirect(f"/w/{context.reader.slug}/leaderboard")


@require_POST
@workspace_view
def thanks(request: WorkspaceRequest, context: Context) -> HttpResponse:
    try:
        thank(_id(request.POST.get("receiver", "")), request.POST.get("reason", ""), by=context.actor)
    except Invalid as error:
        shown = _board(request, context, error.errors)
        return fragment(request, "team/board.html", {"board": shown}, status=422)
    return redirect(f"/w/{context.reader.slug}/leaderboard")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
