"""Of quotes: a new link for the customer."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.views.door import done, workspace_view
from sila.sales.quotes.links import renew_link


@require_POST
@workspace_view
def new_link(request: WorkspaceRequest, context: Context, quote_id: UUID) -> HttpResponse:
    quote = records.get(registry["quotes"], quote_id, by=context.actor)
    renew_link(quote, by=context.actor)
    return done(_("The old link opens nothing more."))
