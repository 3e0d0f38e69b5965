"""The list of an entity: page, next rows, columns, filters."""

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import linked, listing, spelling
from sila.platform.entities.found import FoundIn
from sila.platform.entities.grouping import By
from sila.platform.entities.importing.run import may_import
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.listing import ListState
from sila.platform.entities.merging.verb import may_merge
from sila.platform.entities.registry import Entity
from sila.platform.entities.search import Traces
from sila.platform.entities.views import filters, grouping, sorting
from sila.platform.entities.views.door import entity_url, entity_view, fragment, is_htmx
from sila.platform.entities.views.heads import head, opened, path_of
from sila.platform.kit.names import hue, initials
from sila.platform.kit.text import markup

WIDTHS = {
    "money": "m",
    "number": "s",
    "date": "m",
    "datetime": "l",
    "bool": "s",
    "member": "m",
    "phone": "m",
    "choice": "s",
    "text": "m",
}
TICK = '<input type="checkbox" class="form-check-input" name="id" value="{}" aria-label="{}">'
FEW_COLUMNS = 6  # then the name may be long


@require_GET
@entity_view
def list_page(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    state, warning = opened(request, entity, context)
    by = grouping.by_of(entity, state, context)
    if state.after or state.within:
        traces = Traces()
        rows = listing.matching(entity, state, context, traces)
        rows = by.narrow(rows, state.within) if by and state.within else rows
        return fragment(
            request, "entities/_rows.html", {"page": _rows(request, entity, context, state, rows, traces)}
        )
    push = entity_url(request, entity) + state.url() if is_htmx(request) else ""
    return answer(request, entity, context, state, push=push, warning=warning)


def answer(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    state: ListState,
    *,
    push: str = "",
    warning: str = "",
) -> HttpResponse:
    template = "entities/_list.html" if is_htmx(request) else "entities/list.html"
    typed, traces = state, Traces()
    rows = listing.matching(entity, state, context, traces)
    if state.query and not rows.exists():
        state = spelled(entity, state, context)
        rows = rows if state == typed else listing.matching(entity, state, context, traces)
    by = grouping.by_of(entity, state, context)
    page = head(request, entity, context, state, "list", rows)
    page |= (
        _groups(request, entity, context, state, rows, by)
        if by
        else _rows(request, entity, context, state, rows, traces)
    )
    page |= _table_head(request, entity, context, state) | {"grouped": grouping.said(by)}
    page["empty"] = (
        None if page.get("groups") or page.get("rows") else _empty(request, entity, context, state)
    )
    page["meant"] = state.query if state != typed else ""
    bar = filters.bar(request, entity, context, typed, entity_url(request, entity))
    undo = _undo(request, entity)
    return fragment(
        request, template, {"page": page, "filters": bar, "undo": undo}, push=push, warning=warning
    )


def spelled(entity: Entity, state: ListState, context: Context) -> ListState:
    """The list with the spelling that was meant, if something is found with it."""

    def finds(query: str) -> bool:
        return listing.matching(entity, replace(state, query=query), context).exists()

    return replace(state, query=spelling.corrected(state.query, finds) or state.query)


def _undo(request: WorkspaceRequest, entity: Entity) -> dict[str, str] | None:
    """What the toast offers to somebody who comes from the page of a record that went into the trash."""
    try:
        trashed = UUID(request.GET.get("trashed", ""))
    except ValueError:
        return None
    return {"text": _("Moved to the trash."), "url": entity_url(request, entity, trashed, "restore")}


def chosen_columns(
    entity: Entity, fields: dict[str, Field], state: ListState, context: Context
) -> list[Field]:
    return [fields[name] for name in listing.columns_of(entity, fields, state, context.actor)]


def _rows(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    state: ListState,
    rows: QuerySet[Any],
    traces: Traces,
) -> dict[str, Any]:
    fields = entity.readable(context.actor)
    shown = chosen_columns(entity, fields, state, context)
    arabic_first = context.reader.language == "ar"
    order = listing.order_of(entity, fields, state.sort, context.actor, arabic_first=arabic_first)
    found = FoundIn(entity, fields, shown, context, state.query, traces) if state.query else None
    columns = (*(column for f in shown for column in f.columns()), *(found.columns() if found else ()))
    page = listing.page(entity, rows, tuple(dict.fromkeys(columns)), order, state.after)
    linked.close(page.rows, [*shown, *(found.links() if found else ())], context.actor)
    base = entity_url(request, entity)
    writers = [(f, f.kind.css, f.kind.writer(f, context.reader)) for f in shown]
    disc = {"people": "s-av", "members": "s-av", "organizations": "s-av s-sq"}.get(entity.slug, "")
    ticks = _bulk(entity, context, base, state) is not None
    said = found.said(page.rows) if found else {}
    cells = [_cells(base, row, writers, disc, ticks, said.get(row["id"], "")) for row in page.rows]
    return {
        "rows": cells,
        "next_url": base + state.url(after=page.next, within=state.within) if page.next else "",
        "next_id": f"next-{uuid5(NAMESPACE_OID, state.within)}" if state.within else "next-rows",
    }


def _groups(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    state: ListState,
    rows: QuerySet[Any],
    by: By,
) -> dict[str, Any]:
    base = entity_url(request, entity)
    shown = chosen_columns(entity, entity.readable(context.actor), state, context)
    ticks = _bulk(entity, context, base, state) is not None
    listing.order_of(entity, entity.readable(context.actor), state.sort, context.actor)
    return grouping.grouped(by, state, rows, shown, base, ticks=ticks)


def _cells(
    base: str, row: dict[str, Any], writers: list[Any], disc: str, ticks: bool, found: str
) -> dict[str, Any]:
    title = str(row.get(writers[0][0].name) or "–")
    link = markup('<a href="{}{}/"><bdi>{}</bdi></a>', base, row["id"], title)
    if disc:
        link = markup(
            '<span class="{} s-h{}" aria-hidden="true">{}</span> {}', disc, hue(title), initials(title), link
        )
    if found:
        link = markup('{}<small class="s-found">{}</small>', link, found)
    cells = [("s-tick", markup(TICK, row["id"], title))] if ticks else []
    cells.append(("s-name", link))
    cells += [(css, write(row)) for _f, css, write in writers[1:]]
    return {"id": row["id"], "cells": cells}


def _bulk(entity: Entity, context: Context, base: str, state: ListState) -> dict[str, Any] | None:
    """What can be done with many rows at once; None if nothing can."""
    can = context.actor.can
    if not can(entity.slug, "bulk") or entity.narrow:
        return None
    found: dict[str, Any] = {}
    if offered := [action for action in entity.actions if action.many and can(entity.slug, action.verb)]:
        found["verbs"] = [
            {
                "label": action.label,
                "icon": action.icon,
                "url": f"{base}bulk/do/{action.name}{state.url()}",
                "confirm": _("%(verb)s: all that is chosen?") % {"verb": action.label},
            }
            for action in offered
        ]
    if can(entity.slug, "edit"):
        found["edit_url"] = base + "bulk/edit" + state.url()
        found |= _tag_url(entity, context, found["edit_url"])
        if entity.owned:
            found["share_url"] = base + "bulk/share" + state.url()
    if can(entity.slug, "delete") and entity.trashable:
        found["trash_url"] = base + "bulk/trash" + state.url()
    if may_merge(entity, context.actor):
        found["merge_url"] = base + "bulk/merge"
    if can(entity.slug, "export"):
        found["export_url"] = base + "export" + state.url()
    return found or None


def _tag_url(entity: Entity, context: Context, edit_url: str) -> dict[str, str]:
    """The form of `bulk/edit` begun with the first field that holds several choices."""
    fields = entity.readable(context.actor).values()
    name = next((f.name for f in fields if f.kind.name == "choices" and not f.read_only), "")
    joint = "&" if len(edit_url.partition("?")[2]) else ""
    return {"tag_url": f"{edit_url}{joint}field={name}&how=add"} if name else {}


def _table_head(
    request: WorkspaceRequest, entity: Entity, context: Context, state: ListState
) -> dict[str, Any]:
    fields = entity.readable(context.actor)
    shown = chosen_columns(entity, fields, state, context)
    base = entity_url(request, entity)
    keys = sorting.keys_of(entity, state)
    may_edit = context.actor.can(entity.slug, "edit")
    name_width = "xl" if len(shown) <= FEW_COLUMNS else "l"
    columns = [
        {
            "name": f.name,
            "label": f.label,
            "kind": f.kind.name,
            "css": "s-end" if f.kind.css == "s-end" else "",
            "width": WIDTHS.get(f.kind.name, "l") if number else name_width,
            **sorting.of_column(f, base, state, keys),
            "editable": may_edit and not f.read_only,
        }
        for number, f in enumerate(shown)
    ]
    return {
        "columns": columns,
        "bulk": _bulk(entity, context, base, state),
        "group_url": base + "group" + state.url(),
        "columns_url": base + "columns" + state.url(),
        "columns_count": f"{len(shown)}/{len(fields)}",
        "edit_url": base + "{id}/fields/{field}/" if may_edit else "",
        "paste_url": base + "paste" if may_edit and context.actor.can(entity.slug, "bulk") else "",
        "peek_url": base + "{id}/peek",
        "sort_label": sorting.said(fields, keys),
    }


def _empty(request: WorkspaceRequest, entity: Entity, context: Context, state: ListState) -> dict[str, Any]:
    base = entity_url(request, entity)
    if state.conditions or state.query:
        return {
            "title": _("Nothing matches"),
            "text": _("No record meets all of these conditions."),
            "actions": [{"label": _("Clear all conditions"), "url": base, "icon": "x", "primary": True}],
            "hint": "",
        }
    actions = []
    if entity.creatable and context.actor.can(entity.slug, "create"):
        actions.append(
            {
                "label": _("New %(noun)s") % {"noun": entity.name},
                "url": base + "new",
                "icon": "plus",
                "primary": True,
            }
        )
        if may_import(entity, context.actor):
            actions.append(
                {"label": _("Import a file"), "url": base + "import", "icon": "upload", "primary": False}
            )
    return {
        "title": _("Nothing here yet"),
        "text": _("What you add or import appears in this list."),
        "actions": actions,
        "hint": "",
    }


@entity_view
def columns(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """GET: the popover. POST: the list with the columns chosen in it."""
    state = ListState.read(request.GET)
    if request.method == "POST":
        names = tuple(request.POST.getlist("column")) if "reset" not in request.GET else ()
        state = replace(state, columns=names, after="")
        if state.look:
            to = entity_url(request, entity) + path_of(state.look) + state.url(look="")
            return HttpResponse(status=204, headers={"HX-Redirect": to})
        return answer(request, entity, context, state, push=entity_url(request, entity) + state.url())
    fields = entity.readable(context.actor)
    shown = chosen_columns(entity, fields, state, context)
    apply_url = entity_url(request, entity) + "columns" + state.url()
    return fragment(
        request,
        "entities/_columns.html",
        {
            "columns": {
                "shown": [
                    {"name": f.name, "label": f.label, "fixed": number == 0} for number, f in enumerate(shown)
                ],
                "hidden": [{"name": f.name, "label": f.label} for f in fields.values() if f not in shown],
                "count": f"{len(shown)}/{len(fields)}",
                "apply_url": apply_url,
                "reset_url": apply_url + "&reset=1"
                if "?" in apply_url and apply_url[-1] != "?"
                else apply_url + "reset=1",
            }
        },
    )


@require_GET
@entity_view
def filter_builder(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    return fragment(
        request,
        "entities/_filter_builder.html",
        {"builder": filters.builder(request, entity, context, whole=entity)},
    )


@require_GET
@entity_view
def apply_filter(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """The list with one more condition, or with one replaced."""
    state = filters.applied(request.GET)
    listing.matching(entity, state, context)
    base = entity_url(request, entity)
    if state.look:
        return HttpResponse(
            status=204, headers={"HX-Redirect": base + path_of(state.look) + state.url(look="")}
        )
    return answer(request, entity, context, state, push=base + state.url())
