"""The page on which a list is called: one number at a time, the script beside it, an outcome by one key."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, workspace_view
from sila.platform.entities.views.fields import dialog, form_field, given_values, typed
from sila.platform.entities.views.kept import fields_to_take, kept_views, taken
from sila.platform.kit.ids import uuid_in
from sila.platform.kit.phones import tel_uri
from sila.sales.calling.actions import (
    LINKS,
    MOST,
    about,
    add_records,
    callable_list,
    held,
    let_go,
    phone_of,
    say_outcome,
    take_next,
)
from sila.sales.calling.models import CallList, CallListEntry, CallOutcome
from sila.sales.calling.panels import base_of, shown
from sila.sales.calling.rules import ENTRIES, SLUG, has_consented
from sila.sales.contracts.days import working_day
from sila.work.models import ActivityLink

FACTS = (
    "job_title",
    "organization",
    "company_name",
    "industry",
    "city",
    "language",
    "lifecycle",
    "status",
    "interest",
)
EARLIER = 4  # activities told beside the script
TEN = time(10)


def _list(list_id: UUID, context: Context) -> CallList:
    found: CallList = records.get(registry[SLUG], list_id, by=context.actor)
    return found


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context, list_id: UUID) -> HttpResponse:
    call_list = callable_list(list_id, context.actor)
    entry = held(call_list, by=context.actor)
    return _shown(request, call_list, entry, context, {}, {})


def _shown(
    request: WorkspaceRequest,
    call_list: CallList,
    entry: CallListEntry | None,
    context: Context,
    given: dict[str, str],
    errors: dict[str, str],
) -> HttpResponse:
    base = base_of(call_list, context)
    told = {
        "title": call_list.name,
        "back": registry[SLUG].url(context.reader.slug, call_list.id),
        "progress": shown(call_list, context),
        "next_url": f"{base}next",
        "entry": _entry(call_list, entry, base, context) if entry else None,
        "fields": _form(given, errors, context) if entry else [],
        "errors": [text for name, text in errors.items() if name not in _fields()],
        "outcomes": _outcomes() if entry else [],
        "started": "none" in request.GET,
    }
    return render(request, "sales/calling.html", {"page": told}, status=422 if errors else 200)


def _outcomes() -> list[dict[str, Any]]:
    rows = CallOutcome.objects.filter(deleted_at=None).order_by("order", "id")[:20]
    return [
        {
            "id": row.id,
            "label": str(row),
            "key": str(number) if number < 10 else "",
            "effect": row.effect,
            "success": row.success,
        }
        for number, row in enumerate(rows, start=1)
    ]


def _entry(call_list: CallList, entry: CallListEntry, base: str, context: Context) -> dict[str, Any]:
    slug, record_id = about(entry)
    whom: Any = entry.lead if entry.lead_id is not None else entry.party
    phone = phone_of(entry)
    asked = call_list.needs_consent or entry.lead_id is not None
    return {
        "name": whom.name,
        "url": registry[slug].url(context.reader.slug, record_id),
        "noun": registry[slug].name,
        "phone": KINDS["phone"].plain(Field("phone", KINDS["phone"], ""), {"phone": phone}, context.reader),
        "tel": tel_uri(phone),
        "script": _script(call_list.script, whom, context),
        "facts": _facts(slug, whom, context),
        "earlier": _earlier(slug, record_id, context),
        "attempts": entry.attempts,
        "note": entry.note,
        "back": entry.state == CallListEntry.State.BACK,
        "consent": _("Agreed to be contacted") if asked and has_consented(entry) else "",
        "outcome_url": f"{base}{entry.id}/outcome",
        "release_url": f"{base}{entry.id}/release",
    }


def _script(text: str, whom: Any, context: Context) -> str:
    company = getattr(whom, "company_name", "") or (
        whom.organization.name if getattr(whom, "organization_id", None) else ""
    )
    words = {
        "{name}": whom.name,
        "{company}": company or whom.name,
        "{caller}": str(context.actor.member or ""),
    }
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def _facts(slug: str, whom: Any, context: Context) -> list[dict[str, Any]]:
    """What is filled in of a few fields that the caller may read."""
    noun = registry[slug]
    fields = noun.readable(context.actor)
    row = noun.visible_to(context.actor).filter(id=whom.id)
    names = [name for name in FACTS if name in fields]
    columns = {column for name in names for column in fields[name].columns()}
    values = row.values(*columns).first() or {}
    return [
        {"label": fields[name].label, "value": said}
        for name in names
        if values and (said := fields[name].kind.plain(fields[name], values, context.reader))
    ]


def _earlier(slug: str, record_id: UUID, context: Context) -> list[dict[str, str]]:
    links = ActivityLink.objects.filter(entity=slug, record_id=record_id)
    rows = registry["activities"].visible_to(context.actor).filter(id__in=links.values("activity_id"))
    reader = context.reader
    return [
        {
            "kind": each.get_kind_display(),
            "day": reader.day(each.at.astimezone(reader.tz).date()) if each.at else "",
            "text": each.outcome or each.subject,
        }
        for each in rows.order_by("-at")[:EARLIER]
    ]


# ---- the form of an outcome ----------------------------------------------------------------------------
def _fields() -> dict[str, Field]:
    note = Field("note", KINDS["longtext"], pgettext("label", "Note"), max_length=500)
    back = Field("callback_at", KINDS["datetime"], _("Call back at"))
    return {"note": note, "callback_at": back}


def _form(given: dict[str, str], errors: dict[str, str], context: Context) -> list[dict[str, Any]]:
    fields = _fields()
    if not given:
        day = working_day(
            context.reader.today + timedelta(days=1),
            context.actor.workspace,
            not_before=context.reader.today + timedelta(days=1),
        )
        moment = datetime.combine(day, TEN, tzinfo=context.reader.tz)
        back = fields["callback_at"]
        given = {"callback_at": back.kind.input(back, {"callback_at": moment}, context.reader)}
    blank = {"custom": {}, **{column: None for f in fields.values() for column in f.columns()}}
    row = typed(blank, fields, given, context)
    return [form_field(f, row, context, error=errors.get(name, "")) for name, f in fields.items()]


@require_POST
@workspace_view
def following(request: WorkspaceRequest, context: Context, list_id: UUID) -> HttpResponse:
    """Take the next number."""
    return _go_on(_list(list_id, context), context)


def _go_on(call_list: CallList, context: Context) -> HttpResponse:
    entry = take_next(call_list, by=context.actor)
    return redirect(base_of(call_list, context) + ("" if entry else "?none=1"))


def _number(list_id: UUID, entry_id: UUID, context: Context) -> CallListEntry:
    rows = registry[ENTRIES].visible_to(context.actor).filter(call_list_id=list_id, id=entry_id)
    entry: CallListEntry | None = rows.select_related("party", "lead", "call_list").first()
    if entry is None:
        raise NotFound
    return entry


@require_POST
@workspace_view
def outcome(request: WorkspaceRequest, context: Context, list_id: UUID, entry_id: UUID) -> HttpResponse:
    """Say what came of the call, and take the next number."""
    call_list, entry = _list(list_id, context), _number(list_id, entry_id, context)
    given = given_values(request.POST, _fields())
    try:
        values = parse_all(_fields(), given, context)
        say_outcome(
            entry,
            uuid_in(request.POST.get("outcome", "")),
            by=context.actor,
            note=values.get("note") or "",
            callback_at=values.get("callback_at"),
        )
    except Invalid as error:
        mine = held(call_list, by=context.actor)
        if mine is None or mine.id != entry.id:
            raise
        return _shown(request, call_list, mine, context, given, error.errors)
    return _go_on(call_list, context)


@require_POST
@workspace_view
def release(request: WorkspaceRequest, context: Context, list_id: UUID, entry_id: UUID) -> HttpResponse:
    """Somebody else may call it."""
    let_go(_number(list_id, entry_id, context), by=context.actor)
    return redirect(registry[SLUG].url(context.reader.slug, list_id))


# ---- adding numbers ------------------------------------------------------------------------------------
def _ones() -> dict[str, str]:
    return {
        "people": pgettext("label", "Person"),
        "organizations": pgettext("label", "Company"),
        "leads": pgettext("noun", "Lead"),
    }


@workspace_view
def add(request: WorkspaceRequest, context: Context, list_id: UUID) -> HttpResponse:
    """GET: the form in a dialog. POST: numbers from a kept view, and those that were chosen."""
    call_list = _list(list_id, context)
    if not context.actor.may(SLUG, "edit", call_list):
        raise NotAllowed
    views, ones, title = kept_views(LINKS, context), _ones(), _("Add numbers")
    help_text = _("Keep a view over people, companies or leads first; all that it shows are added.")
    fields = fields_to_take(views, ones, help_text, context)
    ask = partial(dialog, request, title, fields, context=context, action=request.path, submit=title)
    if request.method != "POST":
        return ask({})
    given = given_values(request.POST, fields)
    try:
        chosen = taken(views, ones, parse_all(fields, given, context), context)
        number = sum(_add(call_list, slug, rows, context) for slug, rows in chosen)
    except Invalid as error:
        return ask(given, errors=error.errors)
    text = ngettext("%(count)d number was added.", "%(count)d numbers were added.", number)
    messages.success(request, text % {"count": number})
    return done()


def _add(call_list: CallList, slug: str, rows: QuerySet[Any], context: Context) -> int:
    ids = rows.order_by("id").values_list("id", flat=True)[: MOST + 1]
    return add_records(call_list, slug, ids, by=context.actor)
