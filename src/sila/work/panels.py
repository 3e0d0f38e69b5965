"""Work on the page of every record: done work in the timeline, the next step above it, forms to add more."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.parties.duplicates import SLUGS
from sila.parties.models import Party
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS, others_of
from sila.platform.entities.views.fields import form_field
from sila.platform.kit.dates import format_time
from sila.platform.kit.phones import tel_uri, without_extension
from sila.platform.notifications.mentions import marked, mentions_in
from sila.platform.notifications.models import Mention
from sila.work import reading
from sila.work.lights import when_text
from sila.work.models import Activity, ActivityLink

ICONS = {
    "task": "checkbox",
    "call": "phone",
    "meeting": "calendar-event",
    "visit": "map-pin",
    "note": "note",
}  # icon names
HUES = {"task": 5, "call": 2, "meeting": 3, "visit": 4, "note": 1}
COMPOSED = ("note", "call", "task", "meeting")
LIMIT = 60


def slugs_of(entity: Entity) -> set[str]:
    return {entity.slug, entity.slice_of} - {""}


def linked(entity: Entity, record: Any, context: Context) -> list[Activity]:
    """The activities on a record, and on those that are told with it, as far as the reader may see them, newest first:
    one query for the whole page."""
    if not hasattr(record, "_linked_work"):
        actor, others = context.actor, others_of(entity, record, context)
        links = ActivityLink.objects.filter(
            entity__in=slugs_of(entity) | {slug for slug, _id in others},
            record_id__in=[record.id, *(record_id for _slug, record_id in others)],
            activity__deleted_at=None,
        )
        if not actor.policy.admin:
            seen = registry["activities"].visible_to(actor).order_by()
            links = links.filter(activity_id__in=seen.values("id"))
        rows = links.select_related("activity__owner").order_by("-activity__at")[:LIMIT]
        record._linked_work = list({link.activity_id: link.activity for link in rows}.values())
    found: list[Activity] = record._linked_work
    return found


def timeline_items(
    entity: Entity, record: Any, context: Context, before: Any, limit: int, only: str
) -> list[dict[str, Any]]:
    if entity.slug in registry and registry[entity.slug].model is Activity:
        return []
    done = [
        activity
        for activity in linked(entity, record, context)
        if activity.status == Activity.Status.DONE and activity.at
    ]
    if only:
        done = [activity for activity in done if f"{activity.kind}s" == only]
    if before:
        done = [activity for activity in done if activity.at < before]
    named = mentions_in({activity.id: activity.body for activity in done[:limit]})
    return [_item(activity, context, named.get(activity.id, ())) for activity in done[:limit]]


def _item(activity: Activity, context: Context, mentions: Sequence[Mention]) -> dict[str, Any]:
    url = registry[f"{activity.kind}s"].url(context.reader.slug, activity.id)
    local = activity.at.astimezone(context.reader.tz)
    fields = registry[f"{activity.kind}s"].readable(context.actor)
    outcome = activity.outcome if "outcome" in fields else ""
    body = activity.body if "body" in fields else ""
    tags = [{"text": outcome, "css": ""}] if outcome and body else []
    return {
        "id": activity.id,
        "icon": ICONS[activity.kind],
        "hue": HUES[activity.kind],
        "small": False,
        "at": activity.at,
        "head": format_html('<a href="{}"><b><bdi>{}</bdi></b></a>', url, _headline(activity, body, context)),
        "meta": format_html("<bdi>{}</bdi>", str(activity.owner) if activity.owner else ""),
        "time": format_time(local, digits=context.reader.digits),
        "iso": activity.at.isoformat(),
        "body": marked(body or outcome, mentions),
        "soft": activity.kind == "note",
        "tags": tags,
        "files": [],
        "menu": None,
    }


def _headline(activity: Activity, body: str, context: Context) -> Any:
    """The subject; of a note that begins with it, what it is: the words follow below."""
    if activity.kind == Activity.Kind.NOTE and body.startswith(activity.subject):
        return registry["notes"].name
    return reading.title(activity, context.actor)


def next_activity(entity: Entity, record: Any, context: Context) -> dict[str, Any] | None:
    """The nearest open step, late ones first."""
    if registry[entity.slug].model is Activity or not entity.timeline:
        return None
    planned = [
        activity for activity in linked(entity, record, context) if activity.status == Activity.Status.OPEN
    ]
    if not planned:
        return None
    first = min(planned, key=lambda activity: (activity.at is None, activity.at or activity.created_at))
    url = registry[f"{first.kind}s"].url(context.reader.slug, first.id)
    at = reading.moment(first, context.actor)
    late = at is not None and at < timezone.now()
    return {
        "title": reading.title(first, context.actor),
        "when": when_text(at, context.reader),
        "icon": ICONS[first.kind],
        "kind": "bad" if late else "good",
        "url": url,
        "done_url": f"{url}do/complete" if context.actor.may(f"{first.kind}s", "edit", first) else "",
    }


def composers(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """Tabs over the timeline: note, call, task, meeting. The first is ready; the others are fetched when opened."""
    if entity.model is Activity or not entity.timeline:
        return []
    kinds = [kind for kind in COMPOSED if context.actor.can(f"{kind}s", "create")]
    return [composer(kind, entity, record, context, chosen=kind == kinds[0]) for kind in kinds]


def composer(kind: str, entity: Entity, record: Any, context: Context, *, chosen: bool) -> dict[str, Any]:
    url = f"/w/{context.reader.slug}/compose/{kind}?on={entity.slug}:{record.id}"
    return {
        "key": kind,
        "label": registry[f"{kind}s"].name,
        "icon": ICONS[kind],
        "chosen": chosen,
        "url": url,
        "form_url": f"{url}&form=1",
        "fields": composer_fields(kind, context) if chosen else None,
        "submit": _("Save"),
    }


FIELDS = {
    "note": ("body",),
    "call": ("subject", "direction", "outcome"),
    "task": ("subject", "due_at", "rrule"),
    "meeting": ("subject", "starts_at", "location", "rrule"),
}


def composer_fields(
    kind: str, context: Context, given: dict[str, Any] | None = None, errors: Any = None
) -> list[dict[str, Any]]:
    entity, errors = registry[f"{kind}s"], errors or {}
    fields = entity.readable(context.actor)
    row: dict[str, Any] = {"custom": {}, **{column: None for f in fields.values() for column in f.columns()}}
    row |= {f"raw:{name}": value for name, value in (given or {}).items()}
    shown = [fields[name] for name in FIELDS[kind] if name in fields]
    controls = [
        form_field(f, row, context, error=errors.get(f.name, ""), prefix=f"compose-{kind}") for f in shown
    ]
    if kind == "note":
        controls[0]["attrs"] |= {"placeholder": _("Write a note… @ names a colleague")}
    return controls


def contacts(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """Call, WhatsApp, e-mail: of the record itself, or of the person behind it."""
    reached: Any = (
        record
        if hasattr(record, "phone")
        else getattr(record, "contact", None) or getattr(record, "party", None)
    )
    if reached is None or not context.actor.may(_slug_of(reached, entity), "view", reached):
        return []
    ways: list[dict[str, Any]] = []
    fields = registry[_slug_of(reached, entity)].readable(context.actor)
    if "phone" in fields and (phone := getattr(reached, "phone", "")):
        ways.append({"label": _("Call"), "icon": "phone", "url": tel_uri(phone)})
        if phone.startswith("+9665") or not phone.startswith("+966"):
            ways.append(
                {
                    "label": _("WhatsApp"),
                    "icon": "brand-whatsapp",
                    "url": f"https://wa.me/{without_extension(phone)[1:]}",
                    "blank": True,
                }
            )
    if "email" in fields and (email := getattr(reached, "email", "")):
        ways.append({"label": _("E-mail"), "icon": "mail", "url": f"mailto:{quote(email, safe='@')}"})
    return ways


def _slug_of(reached: Any, entity: Entity) -> str:
    return SLUGS[reached.kind] if isinstance(reached, Party) else entity.slug


def nav_items(actor: Actor) -> list[dict[str, Any]]:
    base = f"/w/{actor.workspace.slug}/"
    return [
        {
            "label": _("Today"),
            "url": f"{base}today",
            "icon": "home",
            "phone": True,
            "words": "home dashboard الرئيسية",
        },
        {
            "label": _("Calendar"),
            "url": f"{base}calendar",
            "icon": "calendar",
            "words": "agenda schedule feed ics الأجندة مواعيد جدول",
        },
    ]


VERBS.update(
    {
        "completed": (gettext_lazy("completed this"), "check"),
        "reopened": (gettext_lazy("took this up again"), "rotate"),
        "reminder": (gettext_lazy("a reminder came up"), "bell"),  # icon
        "cancelled": (gettext_lazy("cancelled this"), "x"),
        "snoozed": (gettext_lazy("put this off"), "clock"),  # icons
    }
)
extensions.timeline_sources.append(timeline_items)
extensions.next_activity.append(next_activity)
extensions.composers.append(composers)
extensions.contacts.append(contacts)
extensions.nav_items.append(nav_items)
extensions.timeline_filters.extend(
    [
        ("notes", gettext_lazy("Notes")),
        ("calls", gettext_lazy("Calls")),
        ("meetings", gettext_lazy("Meetings")),
    ]
)
