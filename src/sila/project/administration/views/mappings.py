"""Saved mappings of imports: renamed and removed by whoever kept them, or by an administrator."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.importing import saved_mappings
from sila.platform.entities.kinds import KINDS, Context, Field, parse_all
from sila.platform.entities.models import SavedMapping
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import done
from sila.platform.entities.views.fields import dialog, given_values
from sila.platform.kit.numbers import format_number
from sila.project.administration.importing import import_page


def shown(entity: Entity, context: Context) -> list[dict[str, Any]]:
    """For the list on the page where a file is handed in."""
    base, reader = _base(entity, context), context.reader
    return [
        {
            "name": kept.name,
            "owner": str(kept.owner or ""),
            "columns": format_number(len(kept.mapping.get("columns", {})), digits=reader.digits),
            "when": reader.moment(kept.updated_at),
            "edit_url": f"{base}/{kept.id}" if saved_mappings.may_change(kept, context.actor) else "",
        }
        for kept in saved_mappings.mappings_of(entity)
    ]


@import_page
def edit(request: HttpRequest, entity: Entity, context: Context, mapping_id: UUID) -> HttpResponse:
    kept = _one(entity, mapping_id)
    if not saved_mappings.may_change(kept, context.actor):
        raise NotAllowed
    fields = {"name": Field("name", KINDS["text"], _("Name"), required=True, max_length=60)}
    errors: dict[str, str] = {}
    given = {"name": kept.name}
    if request.method == "POST":
        given = given_values(request.POST, fields)
        try:
            saved_mappings.change(kept, by=context.actor, **parse_all(fields, given, context))
            return done()
        except Invalid as error:
            errors = error.errors
    return dialog(
        request,
        _("Saved mapping"),
        fields,
        given,
        context,
        action=request.get_full_path(),
        remove_url=f"{_base(entity, context)}/{kept.id}/remove",
        errors=errors,
    )


@require_POST
@import_page
def remove(request: HttpRequest, entity: Entity, context: Context, mapping_id: UUID) -> HttpResponse:
    kept = _one(entity, mapping_id)
    saved_mappings.remove(kept, by=context.actor)
    undo = f"{_base(entity, context)}/{kept.id}/restore"
    return done(_("Removed: %(title)s") % {"title": kept.name}, undo_url=undo)


@require_POST
@import_page
def restore(request: HttpRequest, entity: Entity, context: Context, mapping_id: UUID) -> HttpResponse:
    saved_mappings.change(_one(entity, mapping_id, removed=True), by=context.actor, deleted_at=None)
    return done(_("Restored."))


def _base(entity: Entity, context: Context) -> str:
    return f"{entity.url(context.reader.slug)}import/mappings"


def _one(entity: Entity, mapping_id: UUID, *, removed: bool = False) -> SavedMapping:
    kept = saved_mappings.mappings_of(entity, removed=removed).filter(id=mapping_id).first()
    if kept is None:
        raise NotFound
    return kept
