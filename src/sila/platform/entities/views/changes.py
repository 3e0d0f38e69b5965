"""Changing a record from its page: one field in place, a verb of the noun, the trash."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions
from sila.platform.entities.declaring import Action
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Stale, Wanting
from sila.platform.entities.kinds import Context, Field, Row, parse_all
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views import wanting
from sila.platform.entities.views.conflicts import conflict
from sila.platform.entities.views.door import done, entity_url, entity_view, fragment, is_htmx, version_of
from sila.platform.entities.views.fields import dialog, form_field, given_values, typed
from sila.platform.entities.views.records import row_of, said_of


# ---- one field in place ----------------------------------------------------------------------------
@entity_view
def field(
    request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID, name: str
) -> HttpResponse:
    """GET: the editor of one value. POST: save it and show it as a cell does."""
    f = entity.readable(context.actor).get(name)
    if f is None:
        raise NotFound
    record = actions.get(entity, record_id, by=context.actor)
    if f.read_only or not context.actor.may(entity.slug, "edit", record):
        raise NotAllowed
    url = f"{entity_url(request, entity, record_id)}fields/{name}/"
    row = row_of(entity, record_id, context)
    if request.method != "POST":
        return _editor(request, f, row, record.version, url, context)
    values = given_values(request.POST, {name: f})
    try:
        actions.update(
            entity,
            record_id,
            values,
            by=context.actor,
            version=version_of(request.POST.get("version", "")),
            merging=True,
            context=context,
        )
    except Stale as stale:
        return conflict(request, entity, stale, values, context)
    except Invalid as error:
        message = error.errors.get(name) or "; ".join(error.errors.values())
        given = typed(row, {name: f}, values, context)
        return _editor(request, f, given, record.version, url, context, error=message, status=422)
    row = row_of(entity, record_id, context)
    return HttpResponse(f.kind.write(f, row, context.reader), headers={"HX-Trigger": "sila:saved"})


def _editor(
    request: WorkspaceRequest,
    f: Field,
    row: Row,
    version: int,
    url: str,
    context: Context,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    control = form_field(f, row, context, error=error, prefix="cell")
    return fragment(
        request, "entities/_cell_edit.html", {"field": control, "url": url, "version": version}, status=status
    )


# ---- verbs -----------------------------------------------------------------------------------------
@entity_view
def act(
    request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID, name: str
) -> HttpResponse:
    """A verb of the noun: at once if it asks for nothing, else through a small form."""
    action = next((found for found in entity.actions if found.name == name), None)
    if action is None:
        raise NotFound
    record = actions.get(entity, record_id, by=context.actor)
    if not action.open_to(context.actor, entity.slug, record):
        raise NotAllowed
    fields = {f.name: f for f in action.fields}
    own = _own_of(entity, action, context)
    context = actions.in_currency_of(record, fields, context)
    url = f"{entity_url(request, entity, record_id)}do/{name}"
    ask = partial(
        dialog, request, action.label, fields | own, action=url, submit=action.label, context=context
    )
    ask = partial(ask, values=[(wanting.ASKED, each) for each in own])
    if request.method != "POST":
        begun = action.begins(record, context) if action.begins else {}
        return ask(given={**begun, **{each: record.custom.get(each) for each in own}})
    values = given_values(request.POST, fields)
    given: list[Any] = []

    def run(version: int | None) -> None:
        asked = wanting.was_asked(request)  # the dialog's own fields have been saved meanwhile
        seen = actions.get(entity, record_id, by=context.actor) if asked else record
        given.append(action.run(seen, by=context.actor, **parse_all(fields, values, context)))

    try:
        instead = wanting.carry_out(request, entity, record_id, context, run)
    except Wanting as error:
        return wanting.ask(request, entity, record, error, context, title=action.label, fields=fields)
    except (Invalid, Stale) as error:
        errors = error.errors if isinstance(error, Invalid) else {"": str(error)}
        if not fields:
            raise Invalid(errors) from error
        return ask(given=values | given_values(request.POST, own), errors=errors)
    if instead:
        return done(instead)
    celebrated: dict[str, Any] = {"sila:celebrate": {}} if action.style == "ok" else {}
    response = done(said_of(action.label, entity, record), **celebrated)
    if action.opens:
        response.headers["HX-Redirect"] = entity_url(
            request, registry.of_model(type(given[-1])), given[-1].id
        )
    return response


def _own_of(entity: Entity, action: Action, context: Context) -> dict[str, Field]:
    """The workspace's own fields of the section that a verb is about, if the actor may write them. They are saved
    as those that a verb still wants; who called their group by its name in one language has called it so."""
    if not action.section:
        return {}
    names = set()
    for language in ("ar", "en"):
        with translation.override(language):
            names.add(str(action.section))
    fields = entity.readable(context.actor).items()
    return {name: f for name, f in fields if f.custom and not f.read_only and str(f.group) in names}


@require_POST
@entity_view
def trash(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    actions.trash(entity, record_id, by=context.actor)
    undo = entity_url(request, entity, record_id, "restore")
    response = done(_("Moved to the trash."), undo_url=undo)
    if is_htmx(request) and f"/{record_id}/" in request.headers.get("HX-Current-URL", ""):
        response.headers["HX-Redirect"] = f"{entity_url(request, entity)}?trashed={record_id}"
    return response


@require_POST
@entity_view
def restore(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    actions.restore(entity, record_id, by=context.actor)
    return done(_("Restored."))
