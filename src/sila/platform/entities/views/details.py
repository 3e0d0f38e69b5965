"""The dialogs and buttons of the small rows beside a record."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import details
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context, parse_all
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done, entity_view
from sila.platform.entities.views.fields import dialog, given_values


@entity_view
def add(
    request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID, name: str
) -> HttpResponse:
    """GET: the form in a dialog. POST: what it asks for."""
    detail = details.detail_of(entity, name)
    details.writable(entity, record_id, context)
    fields = {f.name: f for f in detail.fields() if not f.read_only}
    ask = partial(dialog, request, detail.title, fields, action=request.path, context=context)
    if request.method != "POST":
        return ask(given={})
    given = given_values(request.POST, fields)
    try:
        details.add(entity, record_id, detail, parse_all(fields, given, context), context)
    except Invalid as error:
        return ask(given=given, errors=error.errors)
    return done(_("Added: %(title)s") % {"title": detail.title})


@require_POST
@entity_view
def act(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    record_id: UUID,
    name: str,
    row_id: UUID,
    verb: str,
) -> HttpResponse:
    """A button of a row: make primary, remove, end."""
    details.act(entity, record_id, details.detail_of(entity, name), row_id, verb, context)
    return done()
