"""The board: one's own figures always, those of others who want to be compared, badges, contests, thanks."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import as_choices, registry
from sila.platform.entities.views.door import done, fragment, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import markup
from sila.team.boards.actions import join, leave, ranked, set_board, thank
from sila.team.boards.badges import badges_of
from sila.team.boards.comparing import FEWEST, MOST, Comparison, compared, settings
from sila.team.boards.explaining import how, how_mine_arose, left_out
from sila.team.boards.fair import points
from sila.team.boards.models import BoardSeat, BoardSettings, Compared, Contest, Kudos
from sila.team.boards.showing import figure, named
from sila.team.goals.metrics import METRICS

NEWEST = 20  # thanks that are shown


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
    chosen = settings()
    metric, by = request.GET.get("metric", "won_revenue"), request.GET.get("by", chosen.by)
    if metric not in METRICS or by not in Compared.values:
        raise Invalid({"metric": _("There is no such metric.")})
    period = Period.of(reader.today, reader.one_calendar, 3)
    found = points(metric, period.first, period.last)
    seats = set(BoardSeat.objects.values_list("member_id", flat=True))
    measured = compared(by, found, metric, period.key, period.last, seats | {me})
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
            for key, label in Compared.choices
        ],
        "says": [METRICS[metric].says, how(by, chosen.least, context), _fair()],
        "own": _own(found, measured, metric, by, context),
        "joined": me in seats,
        "rows": _rows(found, measured, metric, by, seats, context),
        "left_out": left_out(measured, seats, chosen.least, context) if by == Compared.TERRITORY else "",
        "settings_url": f"{address}/settings" if context.actor.is_admin else "",
        "badges": badges_of(me, period, reader),
        "contests": _contests(context),
        "kudos": _kudos(context),
        "colleagues": _colleagues(me),
        "typed": request.POST,
        "errors": list(errors.values()),
        "address": address,
    }


def _colleagues(me: Any) -> list[dict[str, str]]:
    others = Member.objects.filter(active=True, deleted_at=None).exclude(id=me).order_by("name", "id")
    return [{"id": str(each.id), "name": str(each)} for each in others]


def _fair() -> str:
    return _(
        "Won again after reopening, far too small, in a burst or thrown away: that counts for nothing here."
    )


def _rows(
    found: dict[UUID, int],
    measured: Comparison,
    metric: str,
    by: str,
    seats: set[Any],
    context: Context,
) -> list[dict[str, Any]]:
    seen = {who: value for who, value in measured.values.items() if who in seats}
    names = named(seen)
    return [
        {
            "place": format_number(place, digits=context.reader.digits),
            "who": names[who],
            "value": figure(found.get(who, 0), metric, context.reader),
            "more": _more(value, metric, by, context),
            "me": who == context.actor.member_id,
        }
        for place, who, value in ranked(seen)
    ]


def _more(value: int, metric: str, by: str, context: Context) -> Any:
    """By what they are ranked."""
    if by == Compared.TENURE:
        return markup("≙ {}", figure(value, metric, context.reader))
    return f"{format_number(value, digits=context.reader.digits)}%"


def _own(
    found: dict[UUID, int], measured: Comparison, metric: str, by: str, context: Context
) -> dict[str, Any]:
    """A person sees their own figures, on the board or not, and how they arose."""
    me: Any = context.actor.member_id
    share = None if by == Compared.TENURE else measured.values.get(me)
    told = "" if share is None else f"{format_number(share, digits=context.reader.digits)}%"
    arose = how_mine_arose(measured, me, context) if by == Compared.TERRITORY else ""
    return {"value": figure(found.get(me, 0), metric, context.reader), "share": told, "arose": arose}


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


# ---- settings ----------------------------------------------------------------------------------------------
def _fields() -> dict[str, Field]:
    called = {f.name: f.verbose_name for f in BoardSettings._meta.fields}
    people = {"integer": True, "min": FEWEST, "max": MOST}
    by = Field("by", KINDS["choice"], called["by"], required=True, choices=as_choices(Compared.choices))
    least = Field("least", KINDS["number"], called["least"], required=True, extra=people)
    return {f.name: f for f in (by, least)}


@workspace_view
def edit_settings(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """GET: the form in a dialog. POST: how the board compares from now on."""
    if not context.actor.is_admin:
        raise NotAllowed
    ask = partial(
        dialog, request, _("Settings of the board"), _fields(), context=context, action=request.path
    )
    if request.method != "POST":
        chosen = settings()
        return ask({"by": chosen.by, "least": str(chosen.least)})
    given = given_values(request.POST, _fields())
    try:
        parsed = parse_all(_fields(), given, context)
        set_board(by=context.actor, compared=parsed["by"], least=int(parsed["least"]))
    except Invalid as error:
        return ask(given, errors=error.errors)
    return done()
