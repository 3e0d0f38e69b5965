"""A person's day."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from sila.parties.actions import may_read_day
from sila.parties.duplicates import SLUGS
from sila.parties.models import ImportantDate
from sila.parties.reminders import near_dates
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import toast, workspace_view
from sila.platform.kit import clock
from sila.platform.kit.dates import format_time, relative_day
from sila.platform.kit.ids import uuid7_at
from sila.platform.kit.numbers import format_number
from sila.work import reading
from sila.work.actions import complete, reopen
from sila.work.extensions import today_sections
from sila.work.lights import when_text
from sila.work.models import Activity, ActivityLink
from sila.work.panels import ICONS

TASKS, RECENT, OCCASIONS = 8, 6, 4
ABOUT = ("opportunities", "people", "organizations")  # what a task is called after, the first that it has


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    return render(request, "work/today.html", {"today": today_of(context)})


def today_of(context: Context) -> dict[str, Any]:
    reader, base = context.reader, f"/w/{context.reader.slug}/"
    tasks, agenda = _mine(context)
    shown: dict[str, Any] = {
        "greeting": _greeting(context),
        "date": reader.today.isoformat(),
        "date_text": reader.day(reader.today, calendar="both", style="day"),
        **_figures(tasks, agenda, context),
        "log_call_url": f"{base}compose/call" if context.actor.can("calls", "create") else "",
        "calendar_url": f"{base}calendar",
        "agenda": _agenda(agenda, context) + _occasions(context),
        "tasks": task_lines(tasks[:TASKS], context),
        "tasks_url": f"{base}tasks/?f=owner:any:me&f=status:any:open",
        "recent": _recent(context),
    }
    for section in today_sections:
        shown |= section(context)
    return shown


def _figures(tasks: list[Activity], agenda: list[Activity], context: Context) -> dict[str, Any]:
    """What counts the open tasks, and changes with a tick."""
    count = format_number(len(tasks), digits=context.reader.digits) if tasks else ""
    return {"brief": _brief(agenda, tasks, context), "tasks_count": count}


def _mine(context: Context) -> tuple[list[Activity], list[Activity]]:
    """My tasks that are due by tonight, and my appointments of today and tomorrow: one query."""
    start = datetime.combine(context.reader.today, time(), tzinfo=context.reader.tz)
    days = Q(at__gte=start, at__lt=start + timedelta(days=2)) & ~Q(kind="task")
    due = Q(kind="task", status="open", at__lt=start + timedelta(days=1))
    found = list(reading.my_days(context.actor).filter(days | due).order_by("at")[:200])
    tasks = [activity for activity in found if activity.kind == "task" and activity.status == "open"]
    return tasks, [activity for activity in found if activity.kind != "task"]


def _greeting(context: Context) -> str:
    name = str(context.actor.member).split()[0] if context.actor.member else ""
    return greeting_at(context.reader.now.hour) % {"name": name}


def greeting_at(hour: int) -> str:
    """By the reader's clock; Arabic has no afternoon."""
    if 4 <= hour < 12:
        return _("Good morning, %(name)s")
    return _("Good afternoon, %(name)s") if 12 <= hour < 17 else _("Good evening, %(name)s")


def _brief(agenda: list[Activity], tasks: list[Activity], context: Context) -> Any:
    today = [
        activity
        for activity in agenda
        if activity.at.astimezone(context.reader.tz).date() == context.reader.today
    ]
    if not today and not tasks:
        return ""
    meetings = ngettext("%(count)d appointment", "%(count)d appointments", len(today)) % {"count": len(today)}
    due = ngettext("%(count)d task due", "%(count)d tasks due", len(tasks)) % {"count": len(tasks)}
    return format_html(_("Your day: <b>{}</b> and <b>{}</b>."), meetings, due)


def _agenda(activities: list[Activity], context: Context) -> list[dict[str, Any]]:
    """Today with a line at the present moment, then tomorrow under its own heading."""
    reader, now = context.reader, context.reader.now
    tomorrow = reader.today + timedelta(days=1)
    items: list[dict[str, Any]] = []
    now_shown = heading_shown = False
    for activity in activities:
        local = activity.at.astimezone(reader.tz)
        if local > now and not now_shown:
            items.append({"now": format_time(now, digits=reader.digits)})
            now_shown = True
        if local.date() == tomorrow and not heading_shown:
            items.append({"heading": _("Tomorrow")})
            heading_shown = True
        items.append(_slot(activity, local, context))
    return items


def _slot(activity: Activity, local: datetime, context: Context) -> dict[str, Any]:
    reader = context.reader
    soon = timedelta() < local - reader.now < timedelta(hours=1)
    past = activity.status == "done" or local < reader.now
    return {
        "time": _("All day") if activity.all_day else format_time(local, digits=reader.digits),
        "title": reading.title(activity, context.actor),
        "hint": reading.said(activity, "location", context.actor) or str(Activity.Kind(activity.kind).label),
        "icon": ICONS[activity.kind],
        "url": registry[f"{activity.kind}s"].url(reader.slug, activity.id),
        "state": "past" if past else "hot" if soon else "",
    }


def _occasions(context: Context) -> list[dict[str, Any]]:
    """Birthdays and other days of my people that are near, as far as I may read them."""
    reader, actor, lines = context.reader, context.actor, []
    near = [
        row
        for row in near_dates(actor.member_id)
        if actor.can(SLUGS[row.party.kind], "view") and may_read_day(row.party, row.kind, actor)
    ]
    for row in near[:OCCASIONS]:
        occasion = row.label or str(ImportantDate.Kind(row.kind).label)
        lines.append(
            {
                "time": relative_day(row.next_on, reader.today, reader.language),
                "title": row.party.name,
                "hint": occasion,
                "icon": "gift" if row.kind == "birthday" else "calendar-event",
                "state": "",
                "url": registry[SLUGS[row.party.kind]].url(reader.slug, row.party_id),
            }
        )
    return [{"heading": _("Occasions")}, *lines] if lines else []


def task_lines(tasks: list[Activity], context: Context) -> list[dict[str, Any]]:
    reader = context.reader
    about = titles_about([task.id for task in tasks], context)
    base = f"/w/{reader.slug}/"
    lines = []
    for task in tasks:
        title, url = about.get(task.id, ("", ""))
        at = reading.moment(task, context.actor)
        late = task.status == "open" and at is not None and at < reader.now
        lines.append(
            {
                "id": task.id,
                "title": reading.title(task, context.actor),
                "url": registry["tasks"].url(reader.slug, task.id),
                "about": title,
                "about_url": url,
                "when": pgettext("status", "Done") if task.status == "done" else when_text(at, reader),
                "kind": "done" if task.status == "done" else "late" if late else "",
                "done_url": f"{base}work/{task.id}/tick",
            }
        )
    return lines


def titles_about(ids: Iterable[UUID], context: Context) -> dict[UUID, tuple[str, str]]:
    """For each activity the title and address of the record that it is about, if the reader may see it."""
    chosen: dict[UUID, tuple[str, UUID]] = {}
    links = ActivityLink.objects.filter(activity_id__in=list(ids), entity__in=ABOUT)
    for activity_id, slug, record_id in links.values_list("activity_id", "entity", "record_id"):
        if activity_id not in chosen or ABOUT.index(slug) < ABOUT.index(chosen[activity_id][0]):
            chosen[activity_id] = (slug, record_id)
    titles: dict[UUID, tuple[str, str]] = {}
    for slug in {_together(slug) for slug, _id in chosen.values()}:
        entity = registry[slug]
        wanted = {record_id for of, record_id in chosen.values() if _together(of) == slug}
        for row in entity.visible_to(context.actor).filter(id__in=wanted).values("id", *entity.title):
            titles[row["id"]] = (entity.title_of(row), entity.url(context.reader.slug, row["id"]))
    return {
        activity_id: titles[record_id]
        for activity_id, (_slug, record_id) in chosen.items()
        if record_id in titles
    }


def _together(slug: str) -> str:
    """People and companies are asked for at once, as the parties that they are."""
    return registry[slug].slice_of or slug


def _recent(context: Context) -> list[dict[str, Any]]:
    """What I worked on last, from my own events of the last two weeks."""
    since = uuid7_at(clock.now() - timedelta(days=14))
    kinds = ("created", "changed", "moved", "won", "lost", "completed")
    events = Event.objects.filter(kind__in=kinds, id__gte=since, member_id=context.actor.member_id).order_by(
        "-id"
    )[:60]
    known = [event for event in events if event.entity in registry]
    wanted: dict[str, set[UUID]] = {}
    for event in known:
        wanted.setdefault(_together(event.entity), set()).add(event.record_id)
    seen = visible_ids(context.actor, wanted)
    shown: dict[Any, dict[str, Any]] = {}
    for event in known:
        entity = registry[event.entity]
        if event.record_id not in seen or event.record_id in shown:
            continue
        shown[event.record_id] = {
            "icon": entity.icon,
            "title": event.payload.get("title", "")
            if entity.title[0] in entity.readable(context.actor)
            else entity.name,
            "url": entity.url(context.reader.slug, event.record_id),
            "time": when_happened(event.at, context),
        }
        if len(shown) == RECENT:
            break
    return list(shown.values())


def when_happened(moment: datetime, context: Context) -> str:
    reader = context.reader
    local = moment.astimezone(reader.tz)
    days = (reader.today - local.date()).days
    if days <= 0:
        return format_time(local, digits=reader.digits)
    if days == 1:
        return _("Yesterday")
    return reader.day(local.date())


@require_POST
@workspace_view
def tick(request: WorkspaceRequest, context: Context, activity_id: UUID) -> HttpResponse:
    """A task is done, or not after all; the line answers in its new state."""
    activity = records.get(registry["activities"], activity_id, by=context.actor)
    if activity.status == Activity.Status.OPEN:
        activity = complete(activity, by=context.actor)
    else:
        activity = reopen(activity, by=context.actor)
    on_its_day = request.headers.get("HX-Current-URL", "").partition("?")[0].endswith("/today")
    shown = {
        "task": task_lines([activity], context)[0],
        "day": _figures(*_mine(context), context) if on_its_day else None,
    }
    response = render(request, "work/_ticked.html", shown)
    return toast(response, _("Done.") if activity.status == "done" else _("Open again."))
