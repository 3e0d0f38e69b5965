"""Adding and editing through a form, on a page or in the dialog."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions, layouts
from sila.platform.entities.errors import Invalid, NotAllowed, Stale
from sila.platform.entities.kinds import Context, Field, Row
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.conflicts import conflict
from sila.platform.entities.views.door import (
    done,
    entity_url,
    entity_view,
    fragment,
    is_htmx,
    toast,
    version_of,
)
from sila.platform.entities.views.fields import blank_row, form_field, given_values, typed
from sila.platform.entities.views.records import own_entity, row_of, sections_of
from sila.platform.kit.text import isolate


@entity_view
def new(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """In the dialog only what is needed to begin; on a page all fields."""
    if not entity.creatable or not context.actor.can(entity.slug, "create"):
        raise NotAllowed
    quick = is_htmx(request)
    fields = _form_fields(entity, context, quick, request.GET)
    row = blank_row(entity, fields, context, request.GET.dict())
    if request.method != "POST":
        return _form(request, entity, context, fields, row, quick=quick)
    values = given_values(request.POST, fields)
    try:
        record = actions.create(entity, values, by=context.actor, context=context)
    except Invalid as error:
        given = typed(row, fields, values, context)
        return _form(request, entity, context, fields, given, quick=quick, errors=error.errors)
    return _created(request, entity, context, record, quick)


def _created(
    request: WorkspaceRequest, entity: Entity, context: Context, record: Any, quick: bool
) -> HttpResponse:
    url = entity_url(request, own_entity(entity, record), record.id)
    said = _("Added: %(title)s") % {"title": isolate(entity.title_of(record))}
    if "another" in request.POST and quick:
        fields = _form_fields(entity, context, quick, request.GET)
        blank = blank_row(entity, fields, context, request.GET.dict())
        return toast(_form(request, entity, context, fields, blank, quick=True), said)
    if quick and "stay" in request.GET:
        return done(said)
    messages.success(request, said)
    if not quick:
        return redirect(entity_url(request, entity, tail="new") if "another" in request.POST else url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


@entity_view
def edit(request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID) -> HttpResponse:
    record = actions.get(entity, record_id, by=context.actor)
    entity = own_entity(entity, record)
    if not context.actor.may(entity.slug, "edit", record):
        raise NotAllowed
    fields = _form_fields(entity, context, quick=False)
    row = row_of(entity, record_id, context)
    if request.method != "POST":
        return _form(request, entity, context, fields, row, record=record)
    values = _kept(request, given_values(request.POST, fields))
    try:
        actions.update(
            entity,
            record_id,
            values,
            by=context.actor,
            context=context,
            version=version_of(request.POST.get("version", "")),
            merging=True,
        )
    except Stale as stale:
        return conflict(request, entity, stale, values, context)
    except Invalid as error:
        return _form(
            request,
            entity,
            context,
            fields,
            typed(row, fields, values, context),
            record=record,
            errors=error.errors,
        )
    if is_htmx(request):
        return done(_("Saved: %(title)s") % {"title": isolate(entity.title_of(record))})
    return redirect(entity_url(request, entity, record_id))


def _kept(request: WorkspaceRequest, values: dict[str, Any]) -> dict[str, Any]:
    """After a conflict: only what the second person chose to keep. Boxes that were not sent say nothing."""
    chosen = {
        name: value for name, value in values.items() if request.POST.get(f"keep-{name}", "yours") == "yours"
    }
    if any(key.startswith("keep-") for key in request.POST):
        return {name: value for name, value in chosen.items() if f"keep-{name}" in request.POST}
    return chosen


def _form_fields(
    entity: Entity, context: Context, quick: bool, given: Iterable[str] = ()
) -> dict[str, Field]:
    """All that can be written, or what is needed to begin: also what the address gives, so that it is kept."""
    fields = {name: f for name, f in entity.readable(context.actor).items() if not f.read_only}
    if not quick:
        unseen = layouts.left_out(entity, context.actor) - set(given)
        return {name: f for name, f in fields.items() if name not in unseen}
    named = [
        *layouts.quick(entity, context.actor),
        *given,
        *(name for name, f in fields.items() if f.required),
    ]
    wanted = dict.fromkeys(name for name in named if name in fields)
    return {name: fields[name] for name in wanted or list(fields)[:6]}


def _form(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    fields: dict[str, Field],
    row: Row,
    *,
    quick: bool = False,
    record: Any = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    errors = errors or {}
    base = entity_url(request, entity)
    here = f"{base}{record.id}/edit" if record else base + "new"
    query = request.META.get("QUERY_STRING", "")
    form_page = {
        "title": _("Edit %(noun)s") % {"noun": entity.name}
        if record
        else _("New %(noun)s") % {"noun": entity.name},
        "action": here + (f"?{query}" if query and not record else ""),
        "cancel_url": f"{base}{record.id}/" if record else base,
        "submit": _("Save"),
        "version": record.version if record else "",
        "errors": [text for name, text in errors.items() if name not in fields],
        "another": record is None,
        "sections": _sections(entity, fields, row, context, errors, quick),
        "more_url": base + "new" if quick else "",
        "duplicates_url": base + "duplicates" + (f"?except={record.id}" if record else "")
        if entity.duplicates
        else "",
    }
    template = "entities/_dialog_form.html" if quick else "entities/form.html"
    return fragment(request, template, {"form_page": form_page}, status=422 if errors else 200)


def _sections(
    entity: Entity, fields: dict[str, Field], row: Row, context: Context, errors: dict[str, str], quick: bool
) -> list[dict[str, Any]]:
    def controls(names: Any) -> list[dict[str, Any]]:
        return [
            form_field(fields[name], row, context, error=errors.get(name, ""))
            for name in names
            if name in fields
        ]

    if quick:
        return [{"label": "", "fields": controls(fields)}]
    sections = [
        {"label": label, "fields": controls(names)}
        for label, names in layouts.sections(entity, sections_of(entity, fields), context.actor).items()
    ]
    return [section for section in sections if section["fields"]]


@require_GET
@entity_view
def duplicates(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """Records that might be the one that is being typed."""
    if not entity.duplicates:
        return HttpResponse(status=204)
    fields = entity.readable(context.actor)
    values = {name: value for name, value in request.GET.dict().items() if name in fields and value.strip()}
    found = entity.duplicates(values, by=context.actor, skip=request.GET.get("except", "")) if values else []
    return fragment(request, "entities/_duplicates.html", {"duplicates": found})
