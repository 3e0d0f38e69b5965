"""The page of windows: which open in a month, what they are worth, and how often such deals are won."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member, OrgUnit
from sila.platform.entities import extensions, saved
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.listing import Condition, ListState
from sila.platform.entities.models import SavedView
from sila.platform.entities.registry import Entity, as_choices, registry
from sila.platform.entities.views.door import done, workspace_view
from sila.platform.entities.views.fields import dialog, given_values
from sila.platform.kit.ids import uuid_in
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.funnel.period import Period
from sila.sales.models import Stage
from sila.sales.windows.actions import set_defaults
from sila.sales.windows.figures import Span, by_lead_time
from sila.sales.windows.models import IncumbentContract, PlanKind, WindowDeal
from sila.sales.windows.rules import SLUG, defaults
from sila.work.models import Activity

DEALS = "opportunities"
SHOWN = 200  # windows of a month
MOST = 80  # customers whose people make a list: its address holds them
FILTERS = ("owner", "org_unit")


@dataclass(frozen=True)
class Question:
    """Which month, and whose windows."""

    period: Period
    chosen: dict[str, str]
    rows: QuerySet[Any]

    @classmethod
    def read(cls, params: Any, context: Context) -> "Question":
        """Raises NotAllowed for those who may not see when windows open."""
        noun = registry[SLUG]
        fields = noun.readable(context.actor)
        if not noun.shown_to(context.actor) or not {"opens_on", "notice_by"} <= fields.keys():
            raise NotAllowed
        asked = {"calendar": params.get("calendar", ""), "of": params.get("of", ""), "unit": "month"}
        chosen = {name: params[name] for name in FILTERS if uuid_in(params.get(name, "")) and name in fields}
        rows = noun.visible_to(context.actor).filter(
            **{f"{name}_id": value for name, value in chosen.items()}
        )
        return cls(Period.read(asked, context.reader), chosen, rows)

    def query(self, **more: Any) -> str:
        return "?" + urlencode({**self.chosen, **self.period.query(), **more})


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    question = Question.read(request.GET, context)
    first, last = question.period.days()
    month = question.rows.filter(opens_on__gte=first, opens_on__lte=last).order_by("opens_on", "id")
    rows = list(month.select_related("party", "competitor", "owner")[: SHOWN + 1])
    today, base = context.reader.today, f"/w/{context.reader.slug}/windows/"
    open_now = question.rows.filter(opens_on__lte=today, notice_by__gte=today).count()
    shown = {
        "title": _("Windows opening"),
        "label": question.period.label(context.reader),
        "before_url": question.query(**question.period.beside(-1)),
        "after_url": question.query(**question.period.beside(1)),
        "period": question.period.query(),
        "selects": _selects(question, context),
        "figures": _figures(rows[:SHOWN], open_now, context),
        "rows": _rows(rows[:SHOWN], context),
        "more": len(rows) > SHOWN,
        "all_url": registry[SLUG].url(context.reader.slug),
        "people_url": f"{base}people" if registry["people"].shown_to(context.actor) else "",
        "defaults_url": f"{base}defaults" if context.actor.is_admin else "",
        "spans": _spans(question, context),
    }
    return render(request, "sales/windows.html", {"page": shown})


def _figures(rows: list[IncumbentContract], open_now: int, context: Context) -> list[dict[str, Any]]:
    digits = context.reader.digits
    figures: list[dict[str, Any]] = [
        {"label": _("Opening in the month"), "value": format_number(len(rows), digits=digits)},
        {"label": _("Open today"), "value": format_number(open_now, digits=digits)},
    ]
    if "amount" in registry[SLUG].readable(context.actor):
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row.currency] += row.amount or 0
        figures += [
            {
                "label": _("Value of the month"),
                "value": money_html(minor, CURRENCIES[code], digits=digits, compact=True),
            }
            for code, minor in sorted(sums.items())
            if minor
        ]
    return figures


def _rows(rows: list[IncumbentContract], context: Context) -> list[dict[str, Any]]:
    ids = {row.party_id for row in rows} | {row.competitor_id for row in rows}
    seen = visible_ids(context.actor, {"parties": list(ids)}) if ids else set()
    deals, planned = _deals_of(rows, context), _planned(rows, context)
    return [_row(row, seen, deals.get(row.id), planned.get(row.activity_id), context) for row in rows]


def _row(row: IncumbentContract, seen: set[UUID], deal: Any, plan: Any, context: Context) -> dict[str, Any]:
    noun, reader = registry[SLUG], context.reader
    fields = noun.readable(context.actor)
    url = noun.url(reader.slug, row.id)
    may_make = deal is None and context.actor.can(DEALS, "create") and context.actor.may(SLUG, "edit", row)

    def name(link: str, party: Any) -> str:
        return party.name if link in fields and party.id in seen else ""

    return {
        "id": row.id,
        "title": row.name,
        "url": url,
        "party": name("party", row.party),
        "competitor": name("competitor", row.competitor),
        "opens": reader.day(row.opens_on),
        "last": reader.day(row.notice_by),
        "confidence": row.get_confidence_display() if "confidence" in fields else "",
        "owner": str(row.owner) if row.owner_id and "owner" in fields else "",
        "amount": money_html(row.amount, CURRENCIES[row.currency], digits=reader.digits, whole=True)
        if row.amount is not None and "amount" in fields
        else "",
        "deal": deal,
        "plan": plan,
        "make_url": f"{url}do/make-deal" if may_make else "",
    }


def _deals_of(rows: list[IncumbentContract], context: Context) -> dict[UUID, dict[str, str]]:
    """The newest deal of each window of today that the reader may see."""
    deals = registry[DEALS]
    if not rows or not deals.shown_to(context.actor):
        return {}
    made = WindowDeal.objects.filter(
        incumbent_id__in=[row.id for row in rows],
        opportunity__in=deals.visible_to(context.actor).order_by().values("pk"),
    ).order_by("id")
    last_days = {row.id: row.notice_by for row in rows}
    return {
        each["incumbent_id"]: {
            "number": each["opportunity__number"],
            "url": deals.url(context.reader.slug, each["opportunity_id"]),
            "state": str(Stage.Category(each["opportunity__category"]).label),
        }
        for each in made.values(
            *("incumbent_id", "opportunity_id", "last_day", "opportunity__number", "opportunity__category")
        )
        if each["last_day"] == last_days[each["incumbent_id"]]
    }


def _planned(rows: list[IncumbentContract], context: Context) -> dict[UUID, dict[str, Any]]:
    activities, reader = registry["activities"], context.reader
    ids = [row.activity_id for row in rows if row.activity_id]
    if not ids:
        return {}
    found = activities.visible_to(context.actor).filter(id__in=ids)
    return {
        each.id: {
            "label": each.get_kind_display(),
            "day": reader.day(each.at.astimezone(reader.tz).date()) if each.at else "",
            "url": registry[f"{each.kind}s"].url(reader.slug, each.id),
            "done": each.status == Activity.Status.DONE,
        }
        for each in found
    }


# ---- win rate by lead time -----------------------------------------------------------------------------
def _spans(question: Question, context: Context) -> list[dict[str, Any]]:
    deals = registry[DEALS]
    if not context.actor.can(DEALS, "view") or "stage" not in deals.readable(context.actor):
        return []
    rows = deals.visible_to(context.actor).filter(
        **{f"{name}_id": value for name, value in question.chosen.items()}
    )
    spans = by_lead_time(rows)
    return [_span(span, context) for span in spans] if any(s.won + s.lost + s.open for s in spans) else []


def _span(span: Span, context: Context) -> dict[str, Any]:
    digits = context.reader.digits
    number = {name: format_number(getattr(span, name), digits=digits) for name in ("won", "lost", "open")}
    return {
        "label": label_of(span, digits),
        **number,
        "rate": "–" if span.rate is None else f"{format_number(span.rate, digits=digits)}%",
        "share": span.rate or 0,
        "closed": span.won + span.lost,
    }


def label_of(span: Span, digits: str) -> str:
    if span.first is None:
        return _("After the last day")
    first = format_number(span.first, digits=digits)
    if span.last is None:
        return _("%(first)s days and more") % {"first": first}
    return _("%(first)s–%(last)s days") % {"first": first, "last": format_number(span.last, digits=digits)}


# ---- what can be chosen --------------------------------------------------------------------------------
def _selects(question: Question, context: Context) -> list[dict[str, Any]]:
    fields = registry[SLUG].readable(context.actor)
    members = Member.objects.filter(deleted_at=None, active=True).order_by("name")
    units = OrgUnit.objects.filter(deleted_at=None).order_by("name")
    everyone = ("", pgettext("filter", "All"))
    return [
        {
            "name": name,
            "label": fields[name].label,
            "options": [
                (str(value), str(text), str(value) == question.chosen.get(name, ""))
                for value, text in [everyone, *((row.id, row) for row in rows[:500])]
            ],
        }
        for name, rows in (("owner", members), ("org_unit", units))
        if name in fields
    ]


# ---- a list of people ----------------------------------------------------------------------------------
@require_POST
@workspace_view
def people(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """The people of the customers whose windows were ticked: as a list, kept under a name if one is given."""
    ids = [found for text in request.POST.getlist("window") if (found := uuid_in(text))]
    rows = registry[SLUG].visible_to(context.actor).filter(id__in=ids, party__kind=Party.Kind.ORGANIZATION)
    companies = sorted({str(party_id) for party_id in rows.values_list("party_id", flat=True)})
    if not companies:
        raise Invalid({"": _("Choose windows of companies first.")})
    if len(companies) > MOST:
        raise Invalid({"": _("That is too many: choose %(most)d customers at most.") % {"most": MOST}})
    conditions = (Condition("organization", "any", tuple(companies)),)
    state = ListState(conditions=conditions)
    noun, name = registry["people"], request.POST.get("name", "").strip()[:60]
    if name:
        view = saved.keep(noun, name, state, audience=SavedView.Audience.MINE, by=context.actor)
        state = ListState(conditions=conditions, view=str(view.id))
    return redirect(noun.url(context.reader.slug) + state.url())


# ---- defaults ------------------------------------------------------------------------------------------
def _fields() -> dict[str, Field]:
    days = {"integer": True, "min": 0, "max": 3650}
    window = Field("window_days", KINDS["number"], _("Window, in days"), required=True, extra=days)
    lead = Field(
        "lead_days", KINDS["number"], _("Plan so many days before the window"), required=True, extra=days
    )
    kind = Field(
        "plan_kind",
        KINDS["choice"],
        _("What is planned"),
        required=True,
        choices=as_choices(PlanKind.choices),
    )
    return {f.name: f for f in (window, lead, kind)}


@workspace_view
def edit_defaults(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """GET: the form in a dialog. POST: new incumbent contracts begin with it."""
    if not context.actor.is_admin:
        raise NotAllowed
    title = _("What new incumbent contracts begin with")
    ask = partial(dialog, request, title, _fields(), context=context, action=request.path)
    if request.method != "POST":
        usual = defaults()
        given = {name: str(getattr(usual, name)) for name in _fields()}
        return ask(given)
    given = given_values(request.POST, _fields())
    try:
        set_defaults(by=context.actor, **parse_all(_fields(), given, context))
    except Invalid as error:
        return ask(given, errors=error.errors)
    return done()


def links(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """Over the list of incumbent contracts."""
    if entity.slug != SLUG or "opens_on" not in entity.readable(actor):
        return []
    url = f"/w/{actor.workspace.slug}/windows/"
    return [{"label": _("Windows opening"), "url": url, "icon": "window"}]


extensions.list_links.append(links)
