"""The page on which a day of visits is planned: the day in the order of its way, and beside it who is worth one."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, toast, workspace_view
from sila.platform.entities.views.fields import dialog, form_field, given_values
from sila.platform.kit.ids import uuid_in
from sila.platform.kit.text import isolate, listed
from sila.work.people import chosen_of, looked_after
from sila.work.visits import showing
from sila.work.visits.areas import Areas, customers
from sila.work.visits.day import on_day, stops_of
from sila.work.visits.habits import NAMES, habits_of, set_habits
from sila.work.visits.models import VisitHabits
from sila.work.visits.planning import Hours, Planned, plan_visits, shorten, swap
from sila.work.visits.worth import Asked, candidates

VISITS = "visits"


@dataclass(frozen=True)
class Question:
    """Whose day it is, which, and in which area customers are looked for."""

    people: list[Member]
    owner: Member
    day: date
    area: str
    context: Context

    @classmethod
    def read(cls, params: Any, context: Context) -> "Question":
        """Raises NotAllowed, NotFound. A day that is none is today."""
        if not context.actor.can(VISITS, "view") or context.actor.member is None:
            raise NotAllowed
        people = looked_after(context.actor, VISITS, "view")
        try:
            day = date.fromisoformat(params.get("on", ""))
        except ValueError:
            day = context.reader.today
        return cls(
            people,
            chosen_of(people, params.get("who", ""), context.actor),
            day,
            params.get("area", ""),
            context,
        )

    @property
    def base(self) -> str:
        return f"/w/{self.context.reader.slug}/visit-plan/"

    def url(self, tail: str = "", **other: Any) -> str:
        who = str(self.owner.id) if self.owner.id != self.context.actor.member_id else ""
        asked = {"who": who, "on": self.day.isoformat(), "area": self.area, **other}
        return f"{self.base}{tail}?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def may_plan(self) -> bool:
        actor = self.context.actor
        allowed = actor.policy.allows(VISITS, "create", owner=self.owner.id, unit=self.owner.unit_id)
        return allowed and not actor.read_only and self.day >= self.context.reader.today


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    asked = Question.read(request.GET, context)
    habits = habits_of(asked.owner.id)
    stops = stops_of(on_day(asked.day, asked.owner.id, context.actor), context.actor)
    mine = customers(asked.owner.id, context.actor)
    areas = Areas.read(asked.area, mine, context.actor)
    worth = Asked(mine.filter(areas.where), asked.owner.id, asked.day, habits.quiet_days, context)
    there = {stop.party.id for stop in stops if stop.party}
    found = candidates(worth, there) if asked.may_plan else []
    shown = {
        "title": _("Visit plan"),
        **_head(asked, areas),
        **showing.day(stops, habits, asked.base, context),
        "candidates": [showing.candidate(each, context) for each in found],
        "hours": _hours(habits, context),
        "quiet_days": habits.quiet_days,
    }
    return render(request, "work/visits.html", {"page": shown})


def _head(asked: Question, areas: Areas) -> dict[str, Any]:
    reader = asked.context.reader
    own = asked.owner.id == asked.context.actor.member_id
    day = Field("on", KINDS["date"], _("Day"), required=True)
    return {
        "day": asked.day.isoformat(),
        "day_field": form_field(day, {"on": asked.day}, asked.context),
        "day_text": reader.day(asked.day, calendar=reader.calendar, style="day"),
        "is_today": asked.day == reader.today,
        "before_url": asked.url(on=(asked.day - timedelta(days=1)).isoformat()),
        "after_url": asked.url(on=(asked.day + timedelta(days=1)).isoformat()),
        "today_url": asked.url(on=""),
        "people": [(str(each.id), str(each), each.id == asked.owner.id) for each in asked.people]
        if len(asked.people) > 1
        else [],
        "owner": "" if own else str(asked.owner),
        "areas": areas.groups,
        "area": areas.label,
        "may_plan": asked.may_plan,
        "plan_url": asked.url("plan"),
        "shorten_url": asked.url("shorten") if asked.may_plan else "",
        "habits_url": f"{asked.base}habits" if own else "",
        "missed_url": f"/w/{reader.slug}/missed/",
    }


# ---- planning ------------------------------------------------------------------------------------------
def _hour_fields() -> dict[str, Field]:
    minutes = {"integer": True, "min": 5, "max": 480}
    between = {"integer": True, "min": 0, "max": 480}
    return {
        f.name: f
        for f in (
            Field("start", KINDS["time"], _("Start of the day"), required=True),
            Field("end", KINDS["time"], _("End of the day"), required=True),
            Field("minutes", KINDS["number"], _("Minutes for each visit"), required=True, extra=minutes),
            Field("between", KINDS["number"], _("Minutes on the way"), required=True, extra=between),
        )
    }


def _hours(habits: VisitHabits, context: Context) -> list[dict[str, Any]]:
    row = {
        "start": habits.start_at,
        "end": habits.end_at,
        "minutes": habits.minutes,
        "between": habits.between,
    }
    return [form_field(f, row, context, prefix="h") for f in _hour_fields().values()]


@require_POST
@workspace_view
def plan(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """Visits to those who were ticked."""
    asked = Question.read(request.GET, context)
    if not asked.may_plan:
        raise NotAllowed
    values = parse_all(_hour_fields(), given_values(request.POST, _hour_fields()), context)
    hours = Hours(values["start"], values["end"], int(values["minutes"]), int(values["between"]))
    ids = {found for text in request.POST.getlist("party") if (found := uuid_in(text))}
    made = plan_visits(ids, owner=asked.owner, day=asked.day, hours=hours, by=context.actor)
    kind = "warning" if made.already or made.late else "good"
    return toast(HttpResponse(status=204), _told(made, hours), kind=kind, **{"sila:refresh": {}})


def _told(made: Planned, hours: Hours) -> str:
    number = len(made.made)
    said = [
        ngettext("%(count)d visit was planned.", "%(count)d visits were planned.", number) % {"count": number}
    ]
    if made.already:
        said.append(_("On the day already: %(names)s.") % {"names": _names(made.already)})
    if made.late:
        late = _("No room before %(time)s: %(names)s.")
        said.append(late % {"time": f"{hours.end:%H:%M}", "names": _names(made.late)})
    return " ".join(said)


def _names(names: list[str]) -> str:
    return listed(isolate(name) for name in names[:5]) + ("…" if len(names) > 5 else "")


@require_POST
@workspace_view
def in_order(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """The day on its shortest way."""
    asked = Question.read(request.GET, context)
    if not asked.may_plan:
        raise NotAllowed
    number = shorten(asked.day, asked.owner, by=context.actor)
    text = ngettext("%(count)d visit has another time.", "%(count)d visits have another time.", number)
    return done(text % {"count": number} if number else _("This is the shortest way already."), close=False)


@require_POST
@workspace_view
def move(request: WorkspaceRequest, context: Context, visit_id: UUID, way: str) -> HttpResponse:
    """One place up or down in its day."""
    visit = records.get(registry[VISITS], visit_id, by=context.actor)
    moved = swap(visit, up=way == "up", by=context.actor)
    return done(_("Moved.") if moved else _("There is nothing to change places with."), close=False)


# ---- habits --------------------------------------------------------------------------------------------
def _habit_fields() -> dict[str, Field]:
    model = VisitHabits._meta
    label = {name: model.get_field(name).verbose_name for name in NAMES}
    whole: dict[str, Any] = {"integer": True, "min": 0, "max": 480}
    place = _("As maps give it: 24.7136, 46.6753. Empty: the way begins at the first visit.")
    keeps = _("Only the place at the moment of the check-in, beside the visit. The browser asks you besides.")
    return {
        f.name: f
        for f in (
            Field("start_at", KINDS["time"], label["start_at"], required=True),
            Field("end_at", KINDS["time"], label["end_at"], required=True),
            Field("minutes", KINDS["number"], label["minutes"], required=True, extra=whole | {"min": 5}),
            Field("between", KINDS["number"], label["between"], required=True, extra=whole),
            Field(
                "quiet_days", KINDS["number"], label["quiet_days"], required=True, extra=whole | {"max": 3650}
            ),
            Field("office", KINDS["coordinates"], label["office"], help=place),
            Field("keeps_place", KINDS["bool"], label["keeps_place"], help=keeps),
        )
    }


@workspace_view
def habits(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """GET: the form in a dialog. POST: days of visits begin with it."""
    if not context.actor.can(VISITS, "view") or context.actor.member is None:
        raise NotAllowed
    fields = _habit_fields()
    ask = partial(dialog, request, _("How I visit"), fields, context=context, action=request.path)
    if request.method != "POST":
        kept = habits_of(context.actor.member_id)
        row = {name: getattr(kept, name) for name in NAMES}
        return ask({name: f.kind.input(f, row, context.reader) for name, f in fields.items()})
    given = given_values(request.POST, fields)
    try:
        values = parse_all(fields, given, context)
        whole = {name: int(values[name]) for name in ("minutes", "between", "quiet_days")}
        set_habits(by=context.actor, **values | whole | {"keeps_place": bool(values["keeps_place"])})
    except Invalid as error:
        return ask(given, errors=error.errors)
    return done()
