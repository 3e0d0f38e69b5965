"""The page of one visit for whoever stands before the door: the customer, “I am here”, and what came of it."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from sila.parties.duplicates import SLUGS
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.registry import as_choices, registry
from sila.platform.entities.views.door import workspace_view
from sila.platform.entities.views.fields import form_field, given_values, typed
from sila.platform.kit.coordinates import Spot, read_spot, spot_of
from sila.platform.kit.dates import format_time
from sila.work import reading
from sila.work.models import Activity, ActivityLink
from sila.work.visits import showing
from sila.work.visits.checking import check_in, check_out, latest
from sila.work.visits.day import Stop, span_of, stops_of
from sila.work.visits.habits import habits_of
from sila.work.visits.models import VisitCheck

VISITS = "visits"
EARLIER = 4
OUTCOMES = (  # value, icon
    (VisitCheck.Outcome.MET, "user-check"),
    (VisitCheck.Outcome.ORDERED, "shopping-cart"),
    (VisitCheck.Outcome.ABSENT, "user-off"),
    (VisitCheck.Outcome.POSTPONED, "calendar-due"),
)
ALLOWS = (
    "camera=(), geolocation=(self), microphone=()"  # this page may ask where the person is, if they want it
)


def _visit(visit_id: UUID, context: Context) -> Activity:
    found: Activity = records.get(registry[VISITS], visit_id, by=context.actor)
    return found


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context, visit_id: UUID) -> HttpResponse:
    return _shown(request, _visit(visit_id, context), context, {}, {})


def _shown(
    request: WorkspaceRequest,
    visit: Activity,
    context: Context,
    given: dict[str, Any],
    errors: dict[str, str],
) -> HttpResponse:
    stop, check = stops_of([visit], context.actor)[0], latest(visit)
    base = f"/w/{context.reader.slug}/visit-plan/"
    here = check is not None and check.left_at is None
    may = visit.status == Activity.Status.OPEN and context.actor.may(VISITS, "edit", visit)
    told = {
        "title": stop.party.name if stop.party else reading.title(visit, context.actor),
        "about": f"{SLUGS[stop.party.kind]}:{stop.party.id}" if stop.party else "",
        "back": f"{base}?on={_start(visit, context).date().isoformat()}" if visit.at else base,
        "visit_url": registry[VISITS].url(context.reader.slug, visit.id),
        **_facts(visit, stop, context),
        "check": _check(check, stop, context) if check else None,
        "keeps_place": habits_of(context.actor.member_id).keeps_place,
        "habits_url": f"{base}habits",
        "arrive_url": f"{base}{visit.id}/arrive" if may and not here else "",
        "leave_url": f"{base}{visit.id}/leave" if may and here else "",
        "errors": [text for name, text in errors.items() if name not in _fields()],
        "fields": _form(given, errors, context) if may and here else {},
        "outcomes": [(value.value, value.label, icon) for value, icon in OUTCOMES],
    }
    response = render(request, "work/on_the_spot.html", {"page": told}, status=422 if errors else 200)
    response.headers["Permissions-Policy"] = ALLOWS
    return response


def _start(visit: Activity, context: Context) -> datetime:
    return span_of(visit)[0].astimezone(context.reader.tz)


def _facts(visit: Activity, stop: Stop, context: Context) -> dict[str, Any]:
    reader = context.reader
    return {
        "when": reader.moment(visit.at) if visit.at else "",
        "subject": reading.title(visit, context.actor) if stop.party else "",
        "body": reading.said(visit, "body", context.actor),
        "where": (showing.address(stop.party, context) if stop.party else "")
        or reading.said(visit, "location", context.actor),
        "map_url": stop.spot.map_url if stop.spot else "",
        "square": stop.party is not None and stop.party.kind == "organization",
        **showing.reach(stop.party, context),
        "earlier": _earlier(visit, stop, context),
        "is_over": visit.status != Activity.Status.OPEN,
        "outcome": reading.said(visit, "outcome", context.actor),
    }


def _earlier(visit: Activity, stop: Stop, context: Context) -> list[dict[str, str]]:
    """What was done with the customer lately."""
    if stop.party is None:
        return []
    links = ActivityLink.objects.filter(
        entity__in=("organizations", "people", "groups"), record_id=stop.party.id
    )
    rows = (
        registry["activities"]
        .visible_to(context.actor)
        .filter(id__in=links.values("activity_id"), status=Activity.Status.DONE)
    )
    reader = context.reader
    return [
        {
            "kind": each.get_kind_display(),
            "day": reader.day(each.at.astimezone(reader.tz).date()) if each.at else "",
            "text": reading.said(each, "outcome", context.actor) or reading.title(each, context.actor),
        }
        for each in rows.exclude(id=visit.id).order_by("-at")[:EARLIER]
    ]


def _check(check: VisitCheck, stop: Stop, context: Context) -> dict[str, Any]:
    reader, place = context.reader, spot_of(check.place)

    def at(moment: datetime) -> str:
        return format_time(moment.astimezone(reader.tz), digits=reader.digits)

    return {
        "arrived": at(check.arrived_at),
        "left": at(check.left_at) if check.left_at else "",
        "day": reader.day(check.arrived_at.astimezone(reader.tz).date()),
        "outcome": check.get_outcome_display() if check.outcome else "",
        "far": showing.km(place.far(stop.spot), context) if place and stop.spot else "",
        "placed": place is not None,
    }


# ---- the form ------------------------------------------------------------------------------------------
def _fields() -> dict[str, Field]:
    kinds = as_choices([pair for pair in Activity.Kind.choices if pair[0] != Activity.Kind.NOTE])
    return {
        f.name: f
        for f in (
            Field("note", KINDS["longtext"], pgettext("label", "Note"), max_length=400),
            Field("until", KINDS["datetime"], _("Postponed to")),
            Field("next_kind", KINDS["choice"], _("Next activity"), choices=kinds),
            Field("next_subject", KINDS["text"], _("Subject"), max_length=200),
            Field("next_when", KINDS["datetime"], _("When")),
        )
    }


def _form(given: dict[str, Any], errors: dict[str, str], context: Context) -> dict[str, dict[str, Any]]:
    """By name: the note, when it is put off to, and what is next."""
    fields = _fields()
    if not given:
        day = datetime.combine(context.reader.today + timedelta(days=1), time(10), tzinfo=context.reader.tz)
        until = fields["until"]
        given = {"until": until.kind.input(until, {"until": day}, context.reader), "next_kind": "call"}
    blank = {"custom": {}, **{column: None for f in fields.values() for column in f.columns()}}
    row = typed(blank, fields, given, context)
    return {name: form_field(f, row, context, error=errors.get(name, "")) for name, f in fields.items()}


@require_POST
@workspace_view
def arrive(request: WorkspaceRequest, context: Context, visit_id: UUID) -> HttpResponse:
    """I am here. The place is what the browser gives, if it does."""
    visit = _visit(visit_id, context)
    try:
        check_in(visit, by=context.actor, place=_place(request.POST), accuracy=_metres(request.POST))
    except Invalid as error:
        return _shown(request, _visit(visit_id, context), context, {}, error.errors)
    return redirect(f"/w/{context.reader.slug}/visit-plan/{visit.id}/")


def _place(data: Any) -> Spot | None:
    try:
        return read_spot(data.get("place", "")) if data.get("place") else None
    except ValueError:
        return None  # the time counts without it


def _metres(data: Any) -> int | None:
    text = data.get("accuracy", "").partition(".")[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


@require_POST
@workspace_view
def leave(request: WorkspaceRequest, context: Context, visit_id: UUID) -> HttpResponse:
    """What came of it."""
    visit = _visit(visit_id, context)
    given = given_values(request.POST, _fields())
    try:
        values = parse_all(_fields(), given, context)
        check = check_out(visit, by=context.actor, outcome=request.POST.get("outcome", ""), **_given(values))
    except Invalid as error:
        return _shown(request, _visit(visit_id, context), context, given, error.errors)
    messages.success(request, _("Saved: %(outcome)s") % {"outcome": check.get_outcome_display()})
    return redirect(f"/w/{context.reader.slug}/visit-plan/?on={context.reader.today.isoformat()}")


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Without a subject nothing is next, whatever stands in the moment beside it."""
    return {
        name: value or ("" if name not in ("until", "next_when") else None) for name, value in values.items()
    }
