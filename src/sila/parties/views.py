"""The chart of a group of companies."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sila.parties.chart import chart_of
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import workspace_view


@require_GET
@workspace_view
def chart(request: WorkspaceRequest, context: Context, party_id: UUID) -> HttpResponse:
    """The whole group of companies that a company belongs to."""
    company = records.get(registry["organizations"], party_id, by=context.actor)
    back = registry["organizations"].url(context.reader.slug, company.id)
    shown = {"chart": chart_of(company, context), "title": company.name, "back": back}
    return render(request, "parties/chart.html", shown)
