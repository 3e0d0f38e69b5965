"""The page of the funnel, and the deals behind each of its numbers."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities import extensions
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import workspace_view
from sila.platform.kit.lines import half_up
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.funnel import figures
from sila.sales.funnel.question import FILTERS, SLUG, Question, is_id
from sila.sales.funnel.reckoning import Passage, deals_of, passages_of
from sila.sales.models import Opportunity

SHOWN = 200  # deals behind a number
OPTIONS = {"owner": "members", "org_unit": "units", "product": "products"}
PERIODS = {"month": gettext_lazy("Month"), "quarter": gettext_lazy("Quarter"), "year": gettext_lazy("Year")}
CALENDAR_NAMES = {"gregorian": gettext_lazy("Gregorian"), "hijri": gettext_lazy("Hijri")}
NUMBERS = {
    "entered": gettext_lazy("Entered"),
    "further": gettext_lazy("Got further"),
    "moved_on": gettext_lazy("Moved on"),
    "back": gettext_lazy("Went back"),
    "won": gettext_lazy("Won from here"),
    "lost": gettext_lazy("Lost from here"),
    "stays": gettext_lazy("Still there"),
}


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    question = Question.read(request, context)
    shown = {
        "title": _("Funnel"),
        "back": registry[SLUG].url(context.reader.slug, tail="board"),
        "label": question.period.label(context.reader),
        "before_url": question.query(**question.period.beside(-1)),
        "after_url": question.query(**question.period.beside(1)),
        "selects": _selects(question, context),
        "of": question.period.query()["of"],
    }
    if question.pipeline is None:
        return render(request, "sales/funnel.html", {"page": shown | {"stages": [], "figures": []}})
    moments = question.period.moments(context.reader)
    pipeline, days = question.pipeline.id, question.period.days()
    begun = figures.begun(question.deals, pipeline, days, moments)
    closed = figures.ended(question.deals.filter(pipeline_id=pipeline), days)
    shown |= {
        "stages": _stages(passages_of(question.deals, pipeline, moments, question.stages), question, context),
        "figures": _figures(begun, question, closed, context),
        "losses": _losses(question, closed, context),
        "rivals": _rivals(question, closed, context),
        "people": _people(closed, context),
    }
    return render(request, "sales/funnel.html", {"page": shown})


# ---- the stages ----------------------------------------------------------------------------------------
def _stages(passages: list[Passage], question: Question, context: Context) -> list[dict[str, Any]]:
    most = max((each.entered for each in passages), default=0)
    return [_stage(each, most, question, context) for each in passages]


def _stage(passage: Passage, most: int, question: Question, context: Context) -> dict[str, Any]:
    counts = {"entered": passage.entered, "further": passage.further, **passage.fates}
    return {
        "label": str(passage.stage),
        "entered": passage.entered,
        "most": most or 1,
        "numbers": [
            {
                "label": label,
                "value": _number(counts[name], context),
                "url": f"deals{question.query(stage=passage.stage.id, fate=name)}" if counts[name] else "",
            }
            for name, label in NUMBERS.items()
        ],
        "rate": _share(passage.further, passage.entered, context),
        "median": _days(passage.days(0.5), context),
        "slow": _days(passage.days(0.9), context),
    }


def _number(value: int, context: Context) -> str:
    return format_number(value, digits=context.reader.digits)


def _share(part: int, whole: int, context: Context, places: int = 0) -> str:
    if not whole:
        return "–"
    percent = half_up(Fraction(100 * 10**places * part, whole))
    shown = Decimal(percent).scaleb(-places)
    if shown == shown.to_integral_value():
        shown = shown.quantize(Decimal(1))
    return f"{format_number(shown, digits=context.reader.digits)}%"


def _days(days: float | None, context: Context) -> str:
    if days is None:
        return "–"
    return format_number(Decimal(str(round(days, 1))), digits=context.reader.digits, decimals=1)


# ---- what ended ----------------------------------------------------------------------------------------
def _figures(begun: int, question: Question, closed: QuerySet[Any], context: Context) -> list[dict[str, Any]]:
    told = figures.outcome(closed)
    shown = [
        {"label": _("Begun"), "value": _number(begun, context), "url": ""},
        {
            "label": pgettext("deals", "Won"),
            "value": _number(told.won, context),
            "url": _list(question, context, "won"),
        },
        {
            "label": pgettext("deals", "Lost"),
            "value": _number(told.lost, context),
            "url": _list(question, context, "lost"),
        },
        {"label": _("Win rate"), "value": _share(told.won, told.won + told.lost, context, 2), "url": ""},
        {
            "label": _("Days to win, on average"),
            "value": _days(told.days, context),
            "url": "",
        },
    ]
    if not {"amount", "base_amount"} <= registry[SLUG].readable(context.actor).keys():
        return shown
    velocity = told.velocity(begun)
    shown += [
        {"label": _("Value won"), "value": _money(told.value, context, compact=False), "url": ""},
        {"label": _("Average won"), "value": _money(told.average, context, compact=False), "url": ""},
        {
            "label": _("Sales velocity, a day"),
            "value": _money(velocity, context),
            "url": "",
            "help": _("Deals begun × win rate × average won ÷ days to win"),
        },
    ]
    if told.without_rate:
        url = _list(question, context, "won", "base_amount:empty")
        shown.append(
            {
                "label": _("Won without amount or rate"),
                "value": _number(told.without_rate, context),
                "url": url,
            }
        )
    return shown


def _money(minor: int | None, context: Context, *, compact: bool = True) -> Any:
    if minor is None:
        return "–"
    reader = context.reader
    return money_html(
        minor, CURRENCIES[reader.currency], digits=reader.digits, compact=compact, whole=not compact
    )


def _list(question: Question, context: Context, category: str, *more: str) -> str:
    """The list of the deals that ended so in the period."""
    assert question.pipeline is not None
    first, last = question.period.days()
    conditions = [f"category:any:{category}", f"pipeline:any:{question.pipeline.id}"]
    conditions += [f"closed_on:between:{first.isoformat()}|{last.isoformat()}", *more]
    conditions += [f"{name}:any:{'|'.join(values)}" for name, values in question.within.items()]
    query = urlencode([("f", each) for each in conditions])
    return f"{registry[SLUG].url(context.reader.slug)}?{query}"


def _losses(question: Question, closed: QuerySet[Any], context: Context) -> list[dict[str, Any]]:
    fields = registry[SLUG].readable(context.actor)
    if "lost_reason" not in fields:
        return []
    rows, english = figures.losses(closed), context.reader.language == "en"
    whole = sum(row["number"] for row in rows)
    return [
        {
            "label": (row["lost_reason__name_en"] if english else "")
            or row["lost_reason__name"]
            or _("No reason known"),
            "value": _number(row["number"], context),
            "share": _share(row["number"], whole, context),
            "amount": _money(int(row["value"] or 0), context) if "base_amount" in fields else "",
            "url": _list(
                question,
                context,
                "lost",
                f"lost_reason:any:{row['lost_reason_id']}" if row["lost_reason_id"] else "lost_reason:empty",
            ),
        }
        for row in rows
    ]


def _rivals(question: Question, closed: QuerySet[Any], context: Context) -> list[dict[str, Any]]:
    """Those whom the reader may see."""
    rows = figures.against(closed)
    seen = visible_ids(context.actor, {"parties": [row["party_id"] for row in rows]}) if rows else set()
    return [
        {
            "label": row["party__name"],
            "value": _number(row["number"], context),
            "ours": _number(row["ours"], context),
            "theirs": _number(row["theirs"], context),
            "rate": _share(row["ours"], row["number"], context),
            "url": f"deals{question.query(rival=row['party_id'])}",
        }
        for row in rows
        if row["party_id"] in seen
    ]


def _people(closed: QuerySet[Any], context: Context) -> list[dict[str, Any]]:
    fields = registry[SLUG].readable(context.actor)
    if not {"base_amount", "owner"} <= fields.keys():
        return []
    rows = figures.credited(closed)
    names = {
        member.id: str(member) for member in Member.objects.filter(id__in=[row[0] for row in rows if row[0]])
    }
    return [
        {
            "label": names.get(member, "–") if member else "–",
            "amount": _money(value, context, compact=False),
        }
        for member, value in rows
    ]


# ---- what can be chosen --------------------------------------------------------------------------------
def _selects(question: Question, context: Context) -> list[dict[str, Any]]:
    """Lists of choices: name, label, options as (value, label, chosen)."""
    fields, period = registry[SLUG].readable(context.actor), question.period
    now = question.pipeline.id if question.pipeline else None
    selects = [
        _select("pipeline", fields["pipeline"].label, [(p.id, p) for p in question.pipelines], now)
        if "pipeline" in fields
        else None,
        _select("unit", _("Period"), PERIODS.items(), period.unit),
        _select("calendar", _("Calendar"), CALENDAR_NAMES.items(), period.calendar),
    ]
    for name in FILTERS:
        if name in fields:
            options = [("", pgettext("filter", "All")), *_options(name, context)]
            selects.append(_select(name, fields[name].label, options, question.chosen.get(name, "")))
    return [select for select in selects if select]


def _options(name: str, context: Context) -> list[tuple[Any, Any]]:
    if name == "channel":
        return list(Opportunity.Channel.choices)
    rows: Any = registry[OPTIONS[name]].visible_to(context.actor)
    if name == "owner":
        rows = rows.filter(active=True)
    return [(row.id, row) for row in rows.order_by("name")[:500]]


def _select(name: str, label: Any, options: Any, now: Any) -> dict[str, Any]:
    shown = [(str(value), str(text), str(value) == str(now or "")) for value, text in options]
    return {"name": name, "label": label, "options": shown}


# ---- the deals behind a number -------------------------------------------------------------------------
@require_GET
@workspace_view
def deals(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """Of a stage and what became of them there, or of a competitor."""
    question = Question.read(request, context)
    title, ids = _behind(request, question, context)
    rows = question.deals.filter(id__in=ids[:SHOWN]).select_related("party", "stage").order_by("-id")
    shown = {
        "title": title,
        "label": question.period.label(context.reader),
        "back": question.query().replace("?", "./?"),
        "count": _number(len(ids), context),
        "rest": _number(len(ids) - SHOWN, context) if len(ids) > SHOWN else "",
        "rows": _lines(list(rows), context),
    }
    return render(request, "sales/funnel_deals.html", {"page": shown})


def _behind(request: WorkspaceRequest, question: Question, context: Context) -> tuple[str, list[UUID]]:
    if question.pipeline is None:
        raise NotFound
    if rival := request.GET.get("rival"):
        return _of_rival(rival, question, context)
    stage = next((each for each in question.stages if str(each.id) == request.GET.get("stage")), None)
    fate = request.GET.get("fate", "")
    if stage is None or stage.pipeline_id != question.pipeline.id or fate not in NUMBERS:
        raise NotFound
    moments = question.period.moments(context.reader)
    found = deals_of(question.deals, moments, question.stages, stage, fate)
    return f"{stage}: {NUMBERS[fate]}", found


def _of_rival(rival: str, question: Question, context: Context) -> tuple[str, list[UUID]]:
    assert question.pipeline is not None
    party = registry["parties"].visible_to(context.actor).filter(id=rival).first() if is_id(rival) else None
    if party is None:
        raise NotFound
    closed = figures.ended(question.deals.filter(pipeline_id=question.pipeline.id), question.period.days())
    mine = closed.filter(competitors__party_id=party.id).order_by("-id")
    return _("Deals against %(name)s") % {"name": party.name}, list(mine.values_list("id", flat=True))


def _lines(rows: list[Any], context: Context) -> list[dict[str, Any]]:
    fields, reader = registry[SLUG].readable(context.actor), context.reader
    seen = (
        visible_ids(context.actor, {"parties": [row.party_id for row in rows if row.party_id]})
        if rows
        else set()
    )
    return [
        {
            "title": row.name,
            "url": registry[SLUG].url(reader.slug, row.id),
            "party": row.party.name if row.party_id in seen and "party" in fields else "",
            "stage": str(row.stage or ""),
            "amount": money_html(row.amount, CURRENCIES[row.currency], digits=reader.digits, whole=True)
            if "amount" in fields and row.amount is not None
            else "",
        }
        for row in rows
    ]


def links(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """Over the list and the board of deals."""
    if entity.slug != SLUG or "stage" not in entity.readable(actor):
        return []
    url = f"/w/{actor.workspace.slug}/funnel/"
    return [{"label": _("Funnel"), "url": url, "icon": "chart-funnel"}]


extensions.list_links.append(links)
