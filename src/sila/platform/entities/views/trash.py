"""What was thrown away of a noun, newest first, and its way back."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.activity.models import Event
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url, entity_view, fragment

SHOWN = 200


@require_GET
@entity_view
def page(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    if not entity.trashable or not context.actor.can(entity.slug, "delete"):
        raise NotAllowed
    shown = {
        "title": _("Trash: %(nouns)s") % {"nouns": entity.plural},
        "back_url": entity_url(request, entity),
        "icon": entity.icon,
        "records": _records(request, entity, context),
    }
    return fragment(request, "entities/trash.html", {"trash": shown})


def _records(request: WorkspaceRequest, entity: Entity, context: Context) -> list[dict[str, Any]]:
    """The events know what went: no table is read through for the few rows that are not live."""
    events: dict[Any, Event] = {}
    went = Event.objects.filter(entity=entity.slug, kind="trashed").select_related("member")
    for event in went.order_by("-id")[:SHOWN]:
        events.setdefault(event.record_id, event)
    gone = entity.model._default_manager.filter(id__in=events, **entity.where).exclude(deleted_at=None)
    columns = dict.fromkeys(["id", *entity.title])
    rows = {row["id"]: row for row in context.actor.restrict(gone, entity.slug, "delete").values(*columns)}
    reader = context.reader
    return [
        {
            "title": entity.title_of(rows[record_id], reader.language) or "–",
            "who": str(event.member or _("The system")),
            "when": reader.moment(event.at),
            "restore_url": entity_url(request, entity, record_id, "restore"),
        }
        for record_id, event in events.items()
        if record_id in rows
    ]
