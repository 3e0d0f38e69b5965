"""Taking a list out as a file, or what was chosen of it."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import listing
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.sending import Sent, send
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.operations.bulk import Selection
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url, entity_view, fragment
from sila.platform.kit.numbers import format_number


@require_http_methods(["GET", "POST"])
@entity_view
def export(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse | Sent:
    """Without a format the small form that asks for one; with it the file. A form with many chosen records is posted."""
    asked = request.POST if request.method == "POST" else request.GET
    state, kind = ListState.read(asked), asked.get("format", "")
    whole = "whole" in asked or not asked.getlist("id")
    ids = () if whole else Selection.read(asked.getlist("id"), query="", whole=False).ids
    if not context.actor.can(entity.slug, "export"):
        raise NotAllowed
    offered = formats.formats_of(entity)
    if kind:
        if kind not in offered:
            raise NotFound
        every_field = offered[kind].every_field or asked.get("fields") == "all"
        return send(Table.of(entity, state, context, every_field=every_field, ids=ids), kind)
    table = Table.of(entity, state, context, every_field=False, ids=ids)
    number, more = listing.count(table.matching())
    kept = asked.keys() - {"whole", "csrfmiddlewaretoken"} - (set() if ids else {"id"})
    form = {
        "noun": entity.plural,
        "count": format_number(number, digits=context.reader.digits) + ("+" if more else ""),
        "chosen": bool(ids),
        "action": entity_url(request, entity, tail="export"),
        "given": [(name, value) for name in asked if name in kept for value in asked.getlist(name)],
        "formats": [(name, form.label) for name, form in offered.items()],
    }
    return fragment(request, "entities/_export.html", {"export": form})
