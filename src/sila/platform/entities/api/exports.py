"""A list of the API as a file: every row that meets the conditions, streamed, and noted like an export on a page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from sila.platform.entities.api.shapes import EXPORT
from sila.platform.entities.api.views import body_of, check_query, chosen_fields, doorway, entity_of
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.sending import send
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import STAMPS


@doorway("GET", "POST")
def export(request: HttpRequest, context: Context, slug: str, name: str) -> Any:
    """GET asks in its address, POST in JSON: for many ids."""
    entity = entity_of(slug, context.actor)
    asked, ids = _asked(request) if request.method == "POST" else (request.GET, ())
    kind, offered = asked.get("format", "json"), formats.formats_of(entity)
    if kind not in offered:
        message = _("A file of these can be: %(formats)s.") % {"formats": ", ".join(offered)}
        raise Invalid({"format": message})
    if not context.actor.can(slug, "export"):
        raise NotAllowed
    check_query(asked)
    readable = entity.readable(context.actor)
    fields = [f for f in chosen_fields(asked, readable) if asked.get("fields") or f.name not in STAMPS]
    whole = readable.values() if offered[kind].every_field else fields
    table = Table(entity, tuple(whole), ListState.read(asked), context, ids)
    table.matching()
    table.order()
    return send(table, kind)


def _asked(request: HttpRequest) -> tuple[QueryDict, tuple[UUID, ...]]:
    body = body_of(request, {}, EXPORT)
    if any("\x00" in text for text in (body.get("q", ""), *body.get("f", ()))):
        raise Invalid({"": _("The text holds a null character, which cannot be stored.")})
    asked = QueryDict(mutable=True)
    for name in ("format", "q", "sort"):
        if body.get(name):
            asked[name] = body[name]
    asked["fields"] = ",".join(body.get("fields", []))
    asked.setlist("f", body.get("f", []))
    try:
        return asked, tuple(UUID(each) for each in body.get("ids", []))
    except ValueError as error:
        raise Invalid({"ids": _("This record was not found.")}) from error
