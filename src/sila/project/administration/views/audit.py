"""The audit log: who did what, when, through which door, and what it was before."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sila.platform.access.models import ApiToken
from sila.platform.activity.models import Event
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import both_texts, said_of, titles_of
from sila.platform.entities.views.door import fragment
from sila.platform.kit.ids import uuid7_at
from sila.platform.kit.text import listed
from sila.project.administration.door import admin_page, controls
from sila.project.administration.navigation import sections
from sila.project.administration.views.settings import general_fields
from sila.project.administration.vocabulary import doors, entity_label, field_label, kinds, plain_value

PAGE = 50
NOT_OF_A_RECORD = (  # or of one that has no page any more
    "trashed", "import ended", "field added", "field changed", "record type added", "record type changed",
    "many changed", "many trashed", "many shared", "many done", "exported", "view saved", "operation undone",
    "mapping saved", "merge ended", "merge undone",
    "validation rule added", "validation rule changed", "validation rule removed",
)  # fmt: skip
FILTERS = ("member", "entity", "kind", "from", "to")


@require_GET
@admin_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    given = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    events = list(
        _restricted(given, request.GET.get("before", ""), context).select_related("member")[: PAGE + 1]
    )
    here = f"/w/{context.reader.slug}/settings/audit/"
    more = f"{here}?{urlencode({**given, 'before': events[PAGE - 1].id})}" if len(events) > PAGE else ""
    shown = {
        "title": _("Audit log"),
        "rows": _rows(events[:PAGE], context),
        "next_url": more,
        "clear_url": here if given else "",
        "fields": controls(_filter_fields(), given, context),
        "url": here,
    }
    template = (
        "administration/_audit_rows.html"
        if request.GET.get("before") and request.headers.get("HX-Request")
        else "administration/audit.html"
    )
    return fragment(request, template, {"sections": sections(context, "audit"), "page": shown})


def _filter_fields() -> list[Field]:
    nouns = tuple(Choice(entity.slug, entity.plural) for entity in registry if not entity.narrow)
    own = tuple(Choice(slug, entity_label(slug)) for slug in ("workspace", "roles", "tokens", "session"))
    return [
        Field(
            "member",
            KINDS["member"],
            pgettext("label", "Member"),
            to="members",
            title_columns=("name", "name_en"),
        ),
        Field("entity", KINDS["choice"], _("Of"), choices=(*nouns, *own)),
        Field(
            "kind",
            KINDS["choice"],
            _("What"),
            choices=tuple(Choice(kind, label) for kind, label in kinds().items()),
        ),
        Field("from", KINDS["date"], _("From")),
        Field("to", KINDS["date"], _("To")),
    ]


def _restricted(given: dict[str, str], before: str, context: Context) -> Any:
    """Newest first. Ids grow with time, so days are bounds on ids: the primary key finds them."""
    events = Event.objects.order_by("-id")
    if member := _uuid(given.get("member", "")):
        events = events.filter(member_id=member)
    for name in ("entity", "kind"):
        if given.get(name):
            events = events.filter(**{name: given[name]})
    if start := _midnight(given.get("from", ""), context):
        events = events.filter(id__gte=uuid7_at(start))
    if end := _midnight(given.get("to", ""), context):
        events = events.filter(id__lt=uuid7_at(end + timedelta(days=1)))
    if last := _uuid(before):
        events = events.filter(id__lt=last)
    return events


def _midnight(text: str, context: Context) -> datetime | None:
    try:
        day = datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
    if day is None or not 1971 <= day.year <= 9000:  # ids tell no other times
        return None
    return datetime.combine(day, time(), context.reader.tz)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _rows(events: list[Event], context: Context) -> list[dict[str, Any]]:
    titles = _titles(events, context)
    known, ways = kinds(), doors()
    return [
        {
            "who": str(event.member) if event.member else event.payload.get("who") or _("The system"),
            "kind": known.get(event.kind, event.kind),
            "what": entity_label(event.entity),
            "title": event.payload.get("title", ""),
            "url": _url(event, context),
            "when": context.reader.moment(event.at),
            "iso": event.at.isoformat(),
            "door": ways.get(event.via, event.via),
            "changes": [_change(event, change, titles, context) for change in _told(event)],
            "more": _more(event),
        }
        for event in events
    ]


def _told(event: Event) -> list[dict[str, Any]]:
    """What was changed. A new record has nothing before; it is a click away."""
    return event.payload.get("changes", []) if event.kind != "created" else []


def _titles(events: list[Event], context: Context) -> dict[str, str]:
    titles: dict[str, str] = {}
    for slug in {event.entity for event in events if event.entity in registry}:
        titles |= titles_of(registry[slug], [event for event in events if event.entity == slug], context)
    return titles


def _url(event: Event, context: Context) -> str:
    base = f"/w/{context.reader.slug}/"
    if event.entity == "roles" and event.record_id:
        return f"{base}access/?role={event.record_id}"
    if event.entity in registry and event.record_id and event.kind not in NOT_OF_A_RECORD:
        return f"{base}{event.entity}/{event.record_id}/"
    return ""


def _change(event: Event, change: dict[str, Any], titles: dict[str, str], context: Context) -> dict[str, str]:
    f = _field(event, change["field"], context)
    if event.entity == "workspace" and f is not None:
        old, new = (_setting(f, change[side], context) for side in ("old", "new"))
    elif f is not None:
        old, new = both_texts(f, change, titles, context)
    else:
        old, new = (plain_value(event.entity, change["field"], change[side]) for side in ("old", "new"))
    return {
        "label": str(f.label) if f else field_label(event.entity, change["field"]),
        "old": old or "–",
        "new": new or "–",
    }


def _field(event: Event, name: str, context: Context) -> Field | None:
    if event.entity == "workspace":
        return {f.name: f for f in general_fields(context)}.get(name)
    return registry[event.entity].fields.get(name) if event.entity in registry else None


def _setting(f: Field, value: Any, context: Context) -> str:
    """A setting of the workspace in words: choices by their labels, days as the reader writes them."""
    if f.name == "holidays":
        return listed(context.reader.day(date.fromisoformat(day)) for day in value or [])[:120]
    typed = [str(item) for item in value] if isinstance(value, list) else str(value)
    return f.kind.plain(f, {f.name: typed}, context.reader)[:120]


def _more(event: Event) -> str:
    """What else the event tells, in a word or two: to whom, which role, how many rows."""
    payload = event.payload
    if event.kind == "import ended":
        return _("%(created)s created, %(updated)s updated, %(refused)s refused") % {
            name: payload.get(name, 0) for name in ("created", "updated", "refused")
        }
    if event.kind == "token made":
        return str(dict(ApiToken._meta.get_field("scope").flatchoices).get(payload.get("scope"), ""))
    told = (payload.get("target"), said_of(event), payload.get("text_of"), payload.get("copy_of"))
    return " · ".join(str(text) for text in told if text)
