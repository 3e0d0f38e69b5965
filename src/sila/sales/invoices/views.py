"""Of invoices: their PDF."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.views.door import workspace_view
from sila.sales.invoices.paper import file_name, pdf_of
from sila.sales.invoices.rules import WORK
from sila.sales.lines.showing import may_print
from sila.sales.quotes.views import as_file


@require_GET
@workspace_view
def pdf(request: WorkspaceRequest, context: Context, invoice_id: UUID) -> HttpResponse:
    invoice = records.get(WORK.noun, invoice_id, by=context.actor)
    if not may_print(WORK.noun, WORK.line_noun, context):
        raise NotAllowed
    return as_file(pdf_of(invoice, context.actor.workspace), file_name(invoice))
