"""Of quotes: their PDF, and a new link for the customer."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, workspace_view
from sila.sales.lines.showing import may_print
from sila.sales.quotes.links import renew_link
from sila.sales.quotes.paper import file_name, pdf_of
from sila.sales.quotes.rules import WORK


@require_GET
@workspace_view
def pdf(request: WorkspaceRequest, context: Context, quote_id: UUID) -> HttpResponse:
    quote = records.get(registry["quotes"], quote_id, by=context.actor)
    if not may_print(WORK.noun, WORK.line_noun, context):
        raise NotAllowed
    return as_file(pdf_of(quote, context.actor.workspace), file_name(quote))


def as_file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
@workspace_view
def new_link(request: WorkspaceRequest, context: Context, quote_id: UUID) -> HttpResponse:
    quote = records.get(registry["quotes"], quote_id, by=context.actor)
    renew_link(quote, by=context.actor)
    return done(_("The old link opens nothing more."))
