"""The report of missed follow-ups: each line opens its record, and is done, moved or planned right there."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.activity import log
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.exporting.formats import csv_of
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import workspace_view
from sila.platform.kit.numbers import format_number
from sila.work import reading
from sila.work.missed.reading import Asked, activities, tended_nouns, without_next
from sila.work.models import Activity
from sila.work.panels import ICONS
from sila.work.people import Whose, looked_after
from sila.work.views.today import titles_about
from sila.work.visits.areas import territory_rows

SHOWN, PLANLESS = 100, 25
EXPORTED = 5_000
PERIODS = (7, 30, 90)
NOUNS = ("tasks", "calls", "meetings", "visits")


class Question:
    """What the address asks for, and what could be chosen instead."""

    def __init__(self, params: Any, context: Context) -> None:
        """Raises NotAllowed, NotFound."""
        actor = context.actor
        if actor.member is None or not any(actor.can(noun, "view") for noun in NOUNS):
            raise NotAllowed
        self.context, self.period = context, params.get("days", "")
        self.whose = Whose.read(params.get("who", ""), looked_after(actor, "tasks", "view"))
        self.territories = territory_rows(actor)
        self.territory = params.get("territory", "")
        ids = next((ids for value, _label, ids in self.territories if value == self.territory), None)
        days = int(self.period) if self.period in map(str, PERIODS) else None
        self.asked = Asked(self.whose.ids, ids, days, context)

    def url(self, tail: str = "") -> str:
        chosen = {"who": self.whose.chosen, "territory": self.territory, "days": self.period}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"/w/{self.context.reader.slug}/missed/{tail}" + (f"?{query}" if query else "")

    def selects(self) -> list[dict[str, Any]]:
        periods = [(str(days), self._last(days), str(days) == self.period) for days in PERIODS]
        territories = [(value, label, value == self.territory) for value, label, _ids in self.territories]
        every = pgettext("filter", "All")
        rows = [
            ("who", _("Whose"), self.whose.options(_("Everyone whom I see"))),
            (
                "territory",
                _("Territory"),
                [("", every, not self.territory), *territories] if territories else [],
            ),
            ("days", _("Period"), [("", _("All that is over"), not self.period), *periods]),
        ]
        return [
            {"name": name, "label": label, "options": options} for name, label, options in rows if options
        ]

    def _last(self, days: int) -> str:
        return ngettext("Last %(count)d day", "Last %(count)d days", days) % {"count": days}


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    question = Question(request.GET, context)
    rows = list(activities(question.asked).select_related("owner")[: SHOWN + 1])
    lines = _lines(rows[:SHOWN], context)
    groups = [_planless(entity, question.asked) for entity in tended_nouns(context)]
    shown = {
        "title": _("Missed follow-ups"),
        "selects": question.selects(),
        "export_url": question.url("export") if _exported(context) else "",
        "lines": lines,
        "number": _number(len(rows), SHOWN, context),
        "more": len(rows) > SHOWN,
        "several": len(question.whose.ids) > 1,
        "people": _by_person(lines, context),
        "planless": [group for group in groups if group["items"]],
        "plan_url": f"/w/{context.reader.slug}/visit-plan/" if context.actor.can("visits", "view") else "",
    }
    return render(request, "work/missed.html", {"page": shown})


def _number(found: int, most: int, context: Context) -> str:
    return format_number(min(found, most), digits=context.reader.digits) + ("+" if found > most else "")


def _lines(rows: list[Activity], context: Context) -> list[dict[str, Any]]:
    about = titles_about([each.id for each in rows], context)
    return [_line(each, *about.get(each.id, ("", "")), context) for each in rows]


def _line(activity: Activity, about: str, about_url: str, context: Context) -> dict[str, Any]:
    reader, noun = context.reader, registry[f"{activity.kind}s"]
    url = noun.url(reader.slug, activity.id)
    day = reading.day_of(activity, reader)
    days = (reader.today - day).days
    may = context.actor.may(noun.slug, "edit", activity)
    return {
        "title": reading.title(activity, context.actor),
        "kind": str(noun.name),
        "icon": ICONS[activity.kind],
        "url": url,
        "about": about,
        "about_url": about_url,
        "owner": str(activity.owner) if activity.owner_id else "",
        "day": reader.day(day),
        "iso": day.isoformat(),
        "days": days,
        "late": ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days},
        "done_url": f"{url}do/complete" if may else "",
        "move_url": f"{url}do/snooze" if may else "",
    }


def _by_person(lines: list[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """How many of the shown ones are whose, the most first; where they are of several people."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        found[line["owner"]].append(line["days"])
    if len(found) < 2:
        return []
    digits = context.reader.digits
    ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    most = len(ranked[0][1])
    return [
        {
            "name": name,
            "number": format_number(len(days), digits=digits),
            "share": round(100 * len(days) / most),
            "longest": ngettext("%(count)d day at most", "%(count)d days at most", max(days))
            % {"count": max(days)},
        }
        for name, days in ranked
    ]


def _planless(entity: Entity, asked: Asked) -> dict[str, Any]:
    context = asked.context
    found = list(without_next(entity, asked).select_related("owner")[: PLANLESS + 1])
    base = f"/w/{context.reader.slug}/next/{entity.slug}/"
    plans = context.actor.can("tasks", "create")
    return {
        "label": entity.plural,
        "icon": entity.icon,
        "number": _number(len(found), PLANLESS, context),
        "items": [
            {
                "title": entity.title_of(row),
                "url": entity.url(context.reader.slug, row.id),
                "owner": str(row.owner) if row.owner_id else "",
                "next_url": f"{base}{row.id}"
                if plans and context.actor.may(entity.slug, "edit", row)
                else "",
            }
            for row in found[:PLANLESS]
        ],
    }


# ---- as a file -----------------------------------------------------------------------------------------
def _exported(context: Context) -> bool:
    return any(context.actor.can(noun, "export") for noun in NOUNS)


@require_GET
@workspace_view
def export(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """The same as CSV, up to five thousand lines, of the kinds that may be taken out."""
    question = Question(request.GET, context)
    if not _exported(context):
        raise NotAllowed
    kinds = [noun[:-1] for noun in NOUNS if context.actor.can(noun, "export")]
    rows = list(activities(question.asked).filter(kind__in=kinds).select_related("owner")[:EXPORTED])
    name = f"missed-{context.reader.today.isoformat()}.csv"
    log.record("exported", by=context.actor, entity="activities", title=name, count=len(rows))
    response = HttpResponse(b"".join(_table(rows, context)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(rows: list[Activity], context: Context) -> Iterator[bytes]:
    labels = (_("Kind"), _("Subject"), _("About"), _("Owner"), _("Due"), _("Days overdue"))
    names = ("kind", "title", "about", "owner", "iso", "days")
    return csv_of(labels, ([line[name] for name in names] for line in _lines(rows, context)))
