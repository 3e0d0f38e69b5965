"""Whom an @ may name."""

import orjson
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities.kinds import Context
from sila.platform.entities.views.door import workspace_view
from sila.platform.notifications.mentions import colleagues


@require_GET
@workspace_view
def pick(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """[{value, text, hint}], one small page."""
    found = colleagues(request.GET.get("q", "")[:60], context)
    items = [{"value": str(member.id), "text": str(member), "hint": member.title} for member in found]
    return HttpResponse(orjson.dumps(items), content_type="application/json")
