"""The card of the portal on the page of a partner, fetched when the page is there."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import workspace_view
from sila.sales.partners.portal.panels import card


@require_GET
@workspace_view
def shown(request: WorkspaceRequest, context: Context, partner_id: UUID) -> HttpResponse:
    partner = records.get(registry["partners"], partner_id, by=context.actor)
    if not context.actor.can("portal-users", "view"):
        raise NotAllowed
    return render(request, "entities/_related_group.html", {"group": card(partner, context)})
