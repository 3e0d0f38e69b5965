"""What a verb still wants (errors.Wanting) is asked for in a dialog over the page, and given to it: fields of the record
are saved, what is more is handed to the verb, and then it is tried again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions
from sila.platform.entities.errors import Invalid, Wanting
from sila.platform.entities.kinds import Context, Field, parse_all
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import version_of
from sila.platform.entities.views.fields import dialog, given_values

ASKED, MORE = "asked", "asked_more"  # names of the record's fields, and of others, that a dialog asked for


def was_asked(request: WorkspaceRequest) -> bool:
    return ASKED in request.POST or MORE in request.POST


def carry_out(
    request: WorkspaceRequest,
    entity: Entity,
    record_id: UUID,
    context: Context,
    verb: Callable[[int | None], Any],
) -> str:
    """Do it, after what the dialog has brought; `verb` is told the version that its actor has seen. Gives the words of
    what was done in its place, if so. Raises Wanting with what is still missing, Invalid, Stale."""
    version = version_of(request.POST.get("version", ""))
    fields = asked(request, entity, context)
    try:
        if values := given_values(request.POST, fields):
            saved = actions.update(
                entity, record_id, values, by=context.actor, version=version, merging=True, context=context
            )
            version = saved.version
    except Invalid as error:
        raise Wanting(dict.fromkeys(fields, "") | error.errors) from error
    try:
        verb(version)
    except Wanting as error:
        said = _supply(request, error, context)
        if not said:
            verb(None)
        return said
    return ""


def _supply(request: WorkspaceRequest, error: Wanting, context: Context) -> str:
    """Hand over what the dialog asked for besides; raises the error itself where it did not ask yet."""
    fields = {f.name: f for f in error.fields}
    if error.supply is None or not set(fields) & set(request.POST.getlist(MORE)):
        raise error
    try:
        values = parse_all(fields, given_values(request.POST, fields), context)
        return error.supply(values, by=context.actor)
    except Invalid as wrong:
        raise Wanting(
            error.errors | wrong.errors,
            title=error.title,
            submit=error.submit,
            fields=error.fields,
            supply=error.supply,
        ) from wrong


def asked(request: WorkspaceRequest, entity: Entity, context: Context) -> dict[str, Field]:
    return _writable(entity, request.POST.getlist(ASKED), context)


def _writable(entity: Entity, names: Sequence[str], context: Context) -> dict[str, Field]:
    fields = entity.readable(context.actor)
    return {name: fields[name] for name in names if name in fields and not fields[name].read_only}


def ask(
    request: WorkspaceRequest,
    entity: Entity,
    record: Any,
    error: Wanting,
    context: Context,
    *,
    title: Any = "",
    fields: Mapping[str, Field] | None = None,
    values: Sequence[tuple[str, Any]] = (),
) -> HttpResponse:
    """The dialog. `fields` are those of the verb itself, `values` what it was called with. What its reader may not write
    stands over it in words."""
    own = _writable(entity, list(error.errors), context)
    more = {f.name: f for f in error.fields}
    needed = {name: replace(f, required=True) for name, f in own.items()}
    shown = {**needed, **more, **(fields or {})}
    again = was_asked(request)
    told = {name: text for name, text in error.errors.items() if again or name not in own | more}
    marks = [*((ASKED, name) for name in own), *((MORE, name) for name in more or {"": None})]
    given = {f.name: f.default for f in more.values() if f.default} | given_values(request.POST, shown)
    response = dialog(
        request,
        error.title or title,
        shown,
        given,
        actions.in_currency_of(record, own, context) if any(f.currency for f in own.values()) else context,
        action=request.get_full_path(),
        submit=error.submit,
        errors={name: text for name, text in told.items() if text and text != error.title},
        values=[*values, ("version", request.POST.get("version", "")), *marks],
    )
    response.status_code = 422 if again else 409
    if not again:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response
