"""Changing many records from a list, and the page that tells what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import sharing
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.merging import apart
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import bulk, running, undo, verbs
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, entity_url, entity_view, fragment, workspace_view
from sila.platform.entities.views.fields import blank_row, form_field, given_values, typed
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate, listed

SHOWN = 100  # operations, or refusals of one


@entity_view
def edit(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """GET: which field, then its control. POST: give the chosen records this value, or add or take away tags."""
    _may(entity, context)
    fields = {name: f for name, f in entity.readable(context.actor).items() if not f.read_only}
    chosen = fields.get(request.POST.get("field") or request.GET.get("field", ""))
    if request.method != "POST":
        return _form(request, entity, context, fields, chosen)
    if chosen is None:
        return _form(request, entity, context, fields, None, errors={"field": _("Choose a field.")})
    values = given_values(request.POST, {chosen.name: chosen}) or {chosen.name: ""}
    how = request.POST.get("how", "")
    try:
        if chosen.kind.name == "choices" and how in (verbs.ADD, verbs.REMOVE):
            tags = {"field": chosen.name, "how": how, "chosen": values[chosen.name]}
            return _do(request, entity, verbs.TAG, tags, context)
        return _do(request, entity, verbs.EDIT, values, context)
    except Invalid as error:
        return _form(request, entity, context, fields, chosen, errors=error.errors, given=values)


def _may(entity: Entity, context: Context) -> None:
    if not (context.actor.can(entity.slug, "bulk") and context.actor.can(entity.slug, "edit")):
        raise NotAllowed


def _form(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    fields: dict[str, Field],
    chosen: Field | None,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> HttpResponse:
    errors, base = errors or {}, entity_url(request, entity, tail="bulk/edit")
    control = None
    if chosen:
        row = typed(blank_row(entity, fields, context, {}), fields, given or {}, context)
        control = form_field(chosen, row, context, error=errors.get(chosen.name, ""), prefix="bulk")
    form = {
        "action": f"{base}?{request.META.get('QUERY_STRING', '')}",
        "field_url": base,
        "fields": [(name, f.label, f is chosen) for name, f in fields.items()],
        "control": control,
        "hows": _hows(request) if chosen and chosen.kind.name == "choices" else None,
        "errors": [text for name, text in errors.items() if not (chosen and name == chosen.name)],
    }
    return fragment(request, "entities/_bulk_edit.html", {"bulk": form}, status=422 if errors else 200)


def _hows(request: WorkspaceRequest) -> list[tuple[str, str, bool]]:
    """What is done with choices of which a record may hold several."""
    now = request.POST.get("how") or request.GET.get("how", "")
    told = (
        (verbs.ADD, _("Add to what is there")),
        (verbs.REMOVE, _("Take away")),
        ("", _("Instead of what is there")),
    )
    return [(how, label, how == now) for how, label in told]


@entity_view
def share(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """GET: to whom. POST: open the chosen records to them."""
    _may(entity, context)
    if not entity.owned:
        raise NotAllowed
    fields = sharing.fields()
    given = given_values(request.POST, fields) if request.method == "POST" else {"level": "view"}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _do(request, entity, verbs.SHARE, given, context)
        except Invalid as error:
            errors = error.errors
    row = typed({column: None for f in fields.values() for column in f.columns()}, fields, given, context)
    form = {
        "action": request.get_full_path(),
        "controls": [
            form_field(f, row, context, error=errors.get(name, ""), prefix="bulk")
            for name, f in fields.items()
        ],
        "errors": [text for name, text in errors.items() if name not in fields],
    }
    return fragment(request, "entities/_bulk_share.html", {"bulk": form}, status=422 if errors else 200)


@require_POST
@entity_view
def trash(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    if not entity.trashable:
        raise NotAllowed
    return _do(request, entity, verbs.TRASH, {}, context)


@require_POST
@entity_view
def do(request: WorkspaceRequest, entity: Entity, context: Context, name: str) -> HttpResponse:
    """A verb of the noun, to each of the chosen records."""
    return _do(request, entity, verbs.DO, {"verb": name}, context)


def _do(
    request: WorkspaceRequest, entity: Entity, kind: str, values: dict[str, Any], context: Context
) -> HttpResponse:
    """A few records at once, within the request; many in the background, which a page shows."""
    selection = bulk.Selection.read(
        request.POST.getlist("id"), query=request.META.get("QUERY_STRING", ""), whole="whole" in request.POST
    )
    few = not selection.whole and len(selection.ids) <= bulk.BATCH
    with transaction.atomic():
        operation = bulk.begin(entity, kind, selection, values, context=context, wait=few)
    page = f"/w/{context.reader.slug}/operations/{operation.id}/"
    if not few or operation.refused:
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    may_undo = operation.done and operation.undoable
    return done(_said(operation, context), undo_url=f"{page}undo" if may_undo else "")


def _said(operation: Operation, context: Context) -> str:
    count = format_number(operation.done, digits=context.reader.digits)
    if operation.kind == verbs.SHARE:
        text = ngettext("%(count)s record shared.", "%(count)s records shared.", operation.done)
    elif operation.kind == verbs.TRASH:
        text = ngettext(
            "%(count)s record moved to the trash.", "%(count)s records moved to the trash.", operation.done
        )
    else:
        text = ngettext("%(count)s record changed.", "%(count)s records changed.", operation.done)
    return text % {"count": count}


# ---- what became of it -----------------------------------------------------------------------------
def kinds() -> dict[str, str]:
    return {
        verbs.EDIT: _("Change"),
        verbs.TAG: _("Tags"),
        verbs.SHARE: _("Share"),
        verbs.PASTE: _("Paste"),
        verbs.TRASH: _("Move to the trash"),
        verbs.DO: pgettext("operation", "Step"),
        "import": _("Import"),
        Operation.MERGE: _("Merge"),
        Operation.CONVERSION: _("Conversion"),
    }


def _mine(context: Context) -> Any:
    """One's own operations, or everybody's for an administrator."""
    rows = Operation.objects.select_related("member")
    return rows if context.actor.is_admin else rows.filter(member_id=context.actor.member_id)


def _one(context: Context, operation_id: UUID) -> Operation:
    operation: Operation | None = Operation.objects.select_related("member").filter(id=operation_id).first()
    if operation is None or not undo.may_undo(operation, context.actor):
        raise NotFound
    return operation


def _shown(operation: Operation, context: Context) -> dict[str, Any]:
    reader, noun = context.reader, registry.get(operation.entity)
    running = operation.status in (Operation.Status.RUNNING, Operation.Status.UNDOING)
    begun = operation.started_at
    dealt = operation.done + operation.refused
    base = f"/w/{reader.slug}/operations/{operation.id}/"
    return {
        "url": base,
        "label": kinds().get(operation.kind, operation.kind),
        "noun": noun.plural if noun else operation.entity,
        "icon": noun.icon if noun else "history",
        "list_url": noun.url(reader.slug) if noun else "",
        "what": _what(operation, context),
        "who": str(operation.member or ""),
        "when": reader.moment(begun),
        "status": operation.get_status_display(),
        "light": {"done": "s-ok", "failed": "s-bad", "undone": ""}.get(operation.status, "s-acc"),
        "running": running,
        "done": format_number(operation.done, digits=reader.digits),
        "refused": format_number(operation.refused, digits=reader.digits) if operation.refused else "",
        "total": format_number(operation.total or dealt, digits=reader.digits),
        "share": min(100, round(dealt * 100 / operation.total)) if operation.total else 0,
        "undo_url": f"{base}undo" if operation.undoable and operation.done else "",
        "stop_url": f"{base}stop"
        if operation.status == Operation.Status.RUNNING and operation.kind != Operation.MERGE
        else "",
    }


def _what(operation: Operation, context: Context) -> str:
    """The field that was changed, as the reader may know it, or the file that came in."""
    if told := operation.params.get("file") or operation.params.get("title"):
        return str(told)
    noun = registry.get(operation.entity)
    known = noun.readable(context.actor) if noun else {}
    values = operation.params.get("values", {})
    if noun and operation.kind == verbs.DO:
        return next((str(verb.label) for verb in noun.actions if verb.name == values.get("verb")), "")
    names = [values.get("field")] if operation.kind == verbs.TAG else values
    if operation.kind == verbs.PASTE:
        names = dict.fromkeys(name for cells in values.values() for name in cells)
    return listed(known[name].label for name in names if name in known)


@require_GET
@workspace_view
def operations(request: WorkspaceRequest, context: Context) -> HttpResponse:
    found = list(_mine(context).order_by("-id")[:SHOWN])
    for each in found:
        running.settle(each)
    return fragment(
        request, "entities/operations.html", {"operations": [_shown(each, context) for each in found]}
    )


@require_GET
@workspace_view
def operation(request: WorkspaceRequest, context: Context, operation_id: UUID) -> HttpResponse:
    """While it runs, the page asks anew each second."""
    found = _one(context, operation_id)
    running.settle(found)
    told = OperationChange.objects.filter(
        operation_id=found.id, outcome__in=[OperationChange.Outcome.REFUSED, OperationChange.Outcome.KEPT]
    ).order_by("id")[:SHOWN]
    shown = _shown(found, context) | {"reasons": _reasons(list(told), context)}
    return fragment(request, "entities/operation.html", {"operation": shown})


def _reasons(changes: list[OperationChange], context: Context) -> list[dict[str, Any]]:
    """What was refused, or stayed when the rest was undone, by the names of the records."""
    titles: dict[UUID, str] = {}
    for slug in {change.entity for change in changes} & {noun.slug for noun in registry}:
        noun = registry[slug]
        ids = [change.record_id for change in changes if change.entity == slug]
        found = noun.visible_to(context.actor).filter(id__in=ids).values("id", *noun.title)
        titles |= {row["id"]: noun.title_of(row, context.reader.language) for row in found}
    return [
        {
            "title": titles.get(change.record_id, ""),
            "url": f"/w/{context.reader.slug}/{change.entity}/{change.record_id}/"
            if change.record_id in titles
            else "",
            "reason": change.reason,
            "kept": change.outcome == OperationChange.Outcome.KEPT,
        }
        for change in changes
    ]


def _undone(operation: Operation, context: Context) -> str:
    if operation.kind != Operation.MERGE:
        return _("Undone.")
    names = apart.names(operation, context.actor, context.reader.language)
    said = _("The merge was undone. These records stand again: %(names)s")
    return said % {"names": listed(isolate(name) for name in names)} if names else _("The merge was undone.")


@require_POST
@workspace_view
def stop(request: WorkspaceRequest, context: Context, operation_id: UUID) -> HttpResponse:
    running.stop(_one(context, operation_id), by=context.actor)
    return done(_("Stopped. What is done so far stays, and can be undone."))


@require_POST
@workspace_view
def take_back(request: WorkspaceRequest, context: Context, operation_id: UUID) -> HttpResponse:
    found = _one(context, operation_id)
    with transaction.atomic():
        kept = undo.begin(found, by=context.actor)
    running = found.status == Operation.Status.UNDOING
    if not kept and not running:
        return done(_undone(found, context))
    messages.success(request, _("It is being undone.") if running else _undone(found, context))
    return HttpResponse(
        status=204, headers={"HX-Redirect": f"/w/{context.reader.slug}/operations/{found.id}/"}
    )
