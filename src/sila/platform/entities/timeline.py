"""The one timeline of a record: its events, and what other apps add (activities, mail, calls)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.activity.models import Event
from sila.platform.entities import extensions
from sila.platform.entities.kinds import LINKS, Context, Field
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.merging import merged
from sila.platform.entities.models import Merged
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.dates import format_time
from sila.platform.kit.phones import format_phone
from sila.platform.kit.text import bdi

PAGE = 20
LONG = 40  # letters; what is longer may be cut, and unfolds
LONG_VALUE = 500
VERBS: dict[str, tuple[Any, str]] = {
    "created": (gettext_lazy("added this record"), "plus"),
    "changed": (gettext_lazy("made changes"), "pencil"),
    "trashed": (gettext_lazy("moved this record to the trash"), "trash"),
    "restored": (gettext_lazy("restored this record"), "arrow-back-up"),
    "merged": (gettext_lazy("merged into this record"), "arrow-merge"),
    "parted": (gettext_lazy("took a merge back"), "arrows-split-2"),
    "imported": (gettext_lazy("imported this record"), "upload"),
    "shared": (gettext_lazy("shared this record"), "share"),
    "mentioned": (gettext_lazy("mentioned a colleague"), "at"),
    "unshared": (gettext_lazy("stopped sharing this record"), "share-off"),
    "invited": (gettext_lazy("sent an invitation"), "mail"),
    "role given": (gettext_lazy("gave a role"), "shield-plus"),
    "role taken": (gettext_lazy("took a role away"), "shield-minus"),
    "team joined": (gettext_lazy("added to a team"), "users-plus"),
    "team left": (gettext_lazy("took out of a team"), "users-minus"),
    "deactivated": (gettext_lazy("deactivated this member"), "user-off"),
    "reactivated": (gettext_lazy("reactivated this member"), "user-check"),
    "confirmed": (gettext_lazy("confirmed that this is still right"), "circle-check"),
    "confirmation taken back": (gettext_lazy("took a confirmation back"), "arrow-back-up"),
    "care put off": (gettext_lazy("put the care for this record off"), "clock"),
}

SAYS_BOTH: set[str] = set()  # kinds of event whose words are said before what changed

MERGES = ("merge ended", "merge undone")  # of an operation, with the records that it was about

SPOKEN: dict[str, Callable[[dict[str, Any]], str]] = {}  # kind of event -> the choice that its payload names
NAMING: dict[
    str, str
] = {}  # kind of event that calls another record by name -> its noun; the payload's `about` is its id


def timeline_of(
    entity: Entity,
    record: Any,
    context: Context,
    within: Sequence[Merged] | None = None,
    *,
    base: str,
    only: str = "",
    before: str = "",
    limit: int = PAGE,
) -> dict[str, Any]:
    """Items newest first, with a heading for each day. Each source is read by one query. `within`: what was merged
    into the record, where the caller has it already; its history is told with the record's own."""
    moment = _moment(before)
    items: list[dict[str, Any]] = []
    if only in ("", "changes"):
        ids = [record.id, *(each.id for each in (merged.within(record.id) if within is None else within))]
        others = others_of(entity, record, context)
        ids += [record_id for _slug, record_id in others]
        items += event_items(entity, ids, context, moment, limit + 1, list({slug for slug, _id in others}))
    for source in extensions.timeline_sources:
        if only != "changes":
            items += source(entity, record, context, moment, limit + 1, only)
    items.sort(key=lambda item: item["at"], reverse=True)
    more, items = len(items) > limit, items[:limit]
    tail = f"&show={only}" if only else ""
    return {
        "filters": [
            {"label": label, "url": f"{base}timeline?show={key}", "active": key == only}
            for key, label in [("", _("All")), *extensions.timeline_filters, ("changes", _("Changes"))]
        ],
        "count": "",
        "items": with_days(items, context, after=moment),
        "more_url": f"{base}timeline?before={items[-1]['at'].timestamp()}{tail}" if more else "",
    }


def others_of(entity: Entity, record: Any, context: Context) -> list[tuple[str, UUID]]:
    """The records whose history is told with this one's, as far as the reader may see them; asked once for a page."""
    if not hasattr(record, "_told_with"):
        told = [each for source in extensions.told_with for each in source(entity, record, context)]
        record._told_with = told
    found: list[tuple[str, UUID]] = record._told_with
    return found


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and 1971 <= moment.year <= 9000 else None


def event_items(
    entity: Entity,
    ids: Sequence[UUID],
    context: Context,
    before: datetime | None,
    limit: int,
    besides: Sequence[str] = (),
) -> list[dict[str, Any]]:
    slugs = {entity.slug, entity.slice_of} - {""}
    events = Event.objects.filter(entity__in=slugs | set(besides), record_id__in=ids)
    if before:
        events = events.filter(at__lt=before)
    found = list(events.select_related("member").order_by("-id")[:limit])
    for event in found:
        if event.entity not in slugs:
            _leave_links_out(event)
    titles = titles_of(entity, found, context)
    named = names_seen(found, context)
    return [
        _item(entity if event.entity in slugs else registry[event.entity], event, context, titles, named)
        | _told_of_another(event, slugs)
        for event in found
    ]


def _leave_links_out(event: Event) -> None:
    """Of another record's changes those of links: their titles would have to be asked for, and stand on its own page."""
    fields = registry[event.entity].fields
    changes = [each for each in event.payload.get("changes", []) if each["field"] in fields]
    event.payload["changes"] = [each for each in changes if fields[each["field"]].kind.name not in LINKS]


def _told_of_another(event: Event, slugs: set[str]) -> dict[str, Any]:
    """An event of a record whose history is told here says what it happened to."""
    if event.entity in slugs:
        return {}
    said = format_html("{}: <bdi>{}</bdi>", registry[event.entity].name, event.payload.get("title", ""))
    return {"meta": said}


def names_seen(events: list[Event], context: Context) -> set[UUID]:
    """Of the records that the events call by name, those that the reader may see."""
    return visible_ids(context.actor, _named(events))


def _named(events: list[Event]) -> dict[str, set[UUID]]:
    """The records that the events call by name, by their nouns."""
    wanted: dict[str, set[UUID]] = {}
    for event in events:
        if event.kind in NAMING and event.payload.get("about"):
            wanted.setdefault(NAMING[event.kind], set()).add(UUID(event.payload["about"]))
    return wanted


def _is_closed(entity: Entity, event: Event, named: set[UUID], context: Context) -> bool:
    """Whether what the event says is the value of a field that is hidden (or of one like it), is for others, or is a
    name that the reader may not know."""
    rules = event.payload.get("of_field", [])
    for rule in [rules] if isinstance(rules, str) else rules:
        if context.actor.policy.field_access(entity.slug, rule) == "hidden":
            return True
    only_for = event.payload.get("only_for")
    if (
        only_for is not None
        and not context.actor.policy.admin
        and str(context.actor.member_id) not in only_for
    ):
        return True
    if event.kind not in NAMING or registry[NAMING[event.kind]].open_to(context.actor):
        return False
    return "about" not in event.payload or UUID(event.payload["about"]) not in named


def _item(
    entity: Entity, event: Event, context: Context, titles: dict[str, str], named: set[UUID]
) -> dict[str, Any]:
    told, icon = told_of(entity, event, context, titles, named)
    who = str(event.member) if event.member else event.payload.get("who") or _("The system")
    return {
        "id": event.id,
        "icon": icon,
        "hue": 6,
        "small": True,
        "at": event.at,
        "menu": None,
        "head": format_html("<bdi><b>{}</b></bdi> {}", who, told),
        "long": len(strip_tags(str(told))) > LONG,
        "meta": _via(event.via),
        "time": format_time(event.at.astimezone(context.reader.tz), digits=context.reader.digits),
        "iso": event.at.isoformat(),
        "body": "",
        "soft": True,
        "tags": [],
        "files": [],
    }


def told_of(
    entity: Entity, event: Event, context: Context, titles: dict[str, str], named: set[UUID]
) -> tuple[Any, str]:
    """What happened, as far as the reader may know, after the name of who did it; and an icon."""
    narrower = f"{event.kind} {event.payload.get('point')}"  # an address is another way than a phone
    text, icon = VERBS.get(narrower) or VERBS.get(event.kind, (event.kind, "point"))
    if (said := said_of(event)) and not _is_closed(entity, event, named, context):
        text = format_html("{}: {}", text, _said(event, said, context))
    changes = event.payload.get("changes", []) if event.kind != "created" else []
    sentence = changes_sentence(entity, changes, context, titles)
    if event.kind in SAYS_BOTH and sentence:
        return format_html("{} · {}", text, sentence), icon
    return sentence or text, icon


def said_of(event: Event) -> str:
    """What the event says in a word: choices in the reader's language, names as they were."""
    spoken = SPOKEN.get(event.kind)
    try:
        return (spoken(event.payload) if spoken else "") or event.payload.get("text", "")
    except (ValueError, KeyError):  # a choice of former days
        return str(event.payload.get("text", ""))


def _said(event: Event, text: str, context: Context) -> SafeString:
    """A phone as the reader dials it."""
    if event.payload.get("point") in ("phone", "fax"):
        return bdi(format_phone(text, context.reader.country), "ltr")
    return bdi(text)


def _via(door: str) -> str:
    doors = {
        "api": _("through the API"),
        "form": _("through a form"),
        "mail": _("by e-mail"),
        "import": _("by import"),
        "automation": _("by a rule"),
        "portal": _("in the portal"),
    }
    return doors.get(door, "")


def changes_sentence(
    entity: Entity, changes: list[dict[str, Any]], context: Context, titles: dict[str, str]
) -> SafeString:
    """“Amount: 10 → 20 · Stage: New → Offer”, of the fields that the reader may see."""
    fields = entity.readable(context.actor)
    parts = []
    for change in changes:
        f = fields.get(change["field"])
        if f:
            old, new = both_texts(f, change, titles, context)
            if old == new:  # nothing that a reader would see
                continue
            parts.append(
                format_html(
                    "{}: <bdi>{}</bdi> ← <bdi>{}</bdi>"
                    if context.reader.language == "ar"
                    else "{}: <bdi>{}</bdi> → <bdi>{}</bdi>",
                    f.label,
                    old or "–",
                    new or "–",
                )
            )
    return format_html_join(" · ", "{}", ((part,) for part in parts))


def both_texts(
    f: Field, change: Mapping[str, Any], titles: dict[str, str], context: Context
) -> tuple[str, str]:
    """What a change says there was and is, in words: money in the currency that each was in."""
    before, after = change.get("currencies", ("", ""))
    return (
        _value_text(f, change["old"], titles, context, before),
        _value_text(f, change["new"], titles, context, after),
    )


def _value_text(f: Field, value: Any, titles: dict[str, str], context: Context, currency: str) -> str:
    if value in (None, "", []):
        return ""
    if f.kind.name in LINKS:
        return titles.get(str(value), _("No access"))
    row: dict[str, Any] = {f.name: value, f.currency or "_": currency, "custom": {f.name: value}}
    try:
        if f.kind.name == "datetime" and isinstance(value, str):
            row[f.name] = datetime.fromisoformat(value)
        return f.kind.plain(f, row, context.reader)[:LONG_VALUE]
    except (ValueError, TypeError, ArithmeticError):
        return str(value)[:LONG_VALUE]


def titles_of(entity: Entity, events: list[Event], context: Context) -> dict[str, str]:
    """Titles of the records that changed links lead to, and of merged ones: one query for each kind of target."""
    fields = entity.fields
    wanted: dict[str, set[str]] = {}
    for event in events:
        if event.kind in MERGES:
            wanted.setdefault(entity.slug, set()).update((event.payload["into"], *event.payload["gone"]))
        for change in event.payload.get("changes", []) if event.kind != "created" else []:
            f = fields.get(change["field"])
            if f and f.kind.name in LINKS:
                noun = registry[f.to].slice_of or f.to  # people and companies are read together
                wanted.setdefault(noun, set()).update(str(v) for v in (change["old"], change["new"]) if v)
    titles: dict[str, str] = {}
    for slug, texts in wanted.items():
        target, ids = registry[slug], {UUID(text) for text in texts}
        known = context.actor.titles.get(slug, {})
        rows = [
            {"id": each, **dict(zip(target.title, known[each], strict=True))} for each in ids & known.keys()
        ]
        if unread := ids - known.keys():
            seen = target.visible_to(context.actor, trashed=True).filter(id__in=unread)
            rows += seen.values("id", *target.title)
        titles |= {str(row["id"]): target.title_of(row, context.reader.language) for row in rows}
    return titles


def with_days(
    items: list[dict[str, Any]], context: Context, *, after: datetime | None
) -> list[dict[str, Any]]:
    """The items with a heading before the first of each day."""
    reader = context.reader
    shown: list[dict[str, Any]] = []
    last = after.astimezone(reader.tz).date() if after else None
    for item in items:
        day = item["at"].astimezone(reader.tz).date()
        if day != last:
            distance = (reader.today - day).days
            text = (
                _("Today")
                if distance == 0
                else _("Yesterday")
                if distance == 1
                else reader.day(day, style="day")
            )
            shown.append({"day": text})
            last = day
        shown.append(item)
    return shown
