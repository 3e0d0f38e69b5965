"""What was thrown away of a noun, newest first, and its way back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.activity.models import Event, Job
from sila.platform.entities import purge_jobs, purging
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done, entity_url, entity_view, fragment

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
        "url": entity_url(request, entity, tail="trash"),
        "purge_url": entity_url(request, entity, tail="trash/empty") if context.actor.is_admin else "",
        "emptying": _emptying(entity) if context.actor.is_admin else None,
        "days": context.actor.workspace.purge_days,
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
            "purge_url": entity_url(request, entity, record_id, "purge") if context.actor.is_admin else "",
        }
        for record_id, event in events.items()
        if record_id in rows
    ]


def _emptying(entity: Entity) -> dict[str, Any] | None:
    """How far the last emptying is, or what had to stay and why."""
    job = purge_jobs.last_emptying(entity)
    if job is None:
        return None
    running = job.state in (Job.State.WAITING, Job.State.RUNNING)
    stayed = {key: job.result.get(key) for key in ("gone", "kept", "reasons")}
    return {"running": running, "failed": job.state == Job.State.FAILED, "done": job.progress, **stayed}


@require_POST
@entity_view
def empty(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    if not entity.trashable:
        raise NotAllowed
    purge_jobs.empty(entity, by=context.actor)
    return done(_("The trash is being emptied."))


@require_POST
@entity_view
def purge(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    purging.purge(entity, record_id, by=context.actor)
    return done(_("Deleted for ever."))
