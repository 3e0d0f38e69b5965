"""Whom an @ may name."""

import orjson
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.access.models import Member
from sila.platform.entities.kinds import Context
from sila.platform.entities.views.door import workspace_view
from sila.platform.kit.text import isolate
from sila.platform.notifications.mentions import colleagues, shared_names


@require_GET
@workspace_view
def pick(request: WorkspaceRequest, context: Context) -> HttpResponse:
    """[{value, text, hint, words}], one small page. `words` is what names them in the text: where two are called so, their
    address."""
    found = colleagues(request.GET.get("q", "")[:60], context)
    shared = shared_names(found, context.actor)
    items = [
        {
            "value": str(member.id),
            "text": str(member),
            "hint": _apart(member) if member.id in shared else member.title,
            "words": member.email if member.id in shared else str(member),
        }
        for member in found
    ]
    return HttpResponse(orjson.dumps(items), content_type="application/json")


def _apart(member: Member) -> str:
    """What tells them from others of their name."""
    parts = (member.email, member.title, member.unit and str(member.unit))
    return " · ".join([isolate(part) for part in parts if part])
