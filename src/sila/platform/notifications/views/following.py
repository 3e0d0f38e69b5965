"""Follow a record, and no longer."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_view, fragment
from sila.platform.entities.views.records import own_entity
from sila.platform.notifications import actions
from sila.platform.notifications.joining import follow_button


@require_http_methods(["GET", "POST"])
@entity_view
def follow(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    """The button; POST presses it (`stop`: no longer). Whoever sees a record may follow it."""
    record = records.get(entity, record_id, by=context.actor)
    entity = own_entity(entity, record)
    if request.method == "POST":
        actions.follow(entity, record, by=context.actor, active="stop" not in request.POST)
    return fragment(request, "notifications/_follow.html", {"part": follow_button(entity, record, context)})
