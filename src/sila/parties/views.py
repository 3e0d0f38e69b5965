"""The chart of a group of companies."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sila.parties.chart import chart_of
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import refuse


@require_GET
def chart(request: HttpRequest, workspace: str, party_id: UUID) -> HttpResponse:
    """The whole group of companies that a company belongs to."""
    context = Context(request.actor, request.reader)
    try:
        company = records.get(registry["organizations"], party_id, by=context.actor)
    except NotFound as error:
        return refuse(request, 404, error)
    back = registry["organizations"].url(workspace, company.id)
    shown = {"chart": chart_of(company, context), "title": company.name, "back": back}
    return render(request, "parties/chart.html", shown)
