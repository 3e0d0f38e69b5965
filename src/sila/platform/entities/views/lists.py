"""The list of an entity: page, next rows, columns, filters."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import listing
from sila.platform.entities.boards import has_board
from sila.platform.entities.importing.run import may_import
from sila.platform.entities.kinds import Context, Field
from sila.platform.entities.listing import ListState
from sila.platform.entities.registry import Entity, View
from sila.platform.entities.views import filters
from sila.platform.entities.views.door import entity_url, entity_view, fragment, is_htmx
from sila.platform.kit.names import hue, initials
from sila.platform.kit.numbers import format_number

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
FEW_COLUMNS = 6  # then the name may be long


@require_GET
@entity_view
def list_page(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    state = ListState.read(request.GET)
    if state.after:
        return fragment(request, "entities/_rows.html", {"page": _rows(request, entity, context, state)})
    push = entity_url(request, entity) + state.url() if is_htmx(request) else ""
    return answer(request, entity, context, state, push=push)


def answer(
    request: WorkspaceRequest, entity: Entity, context: Context, state: ListState, *, push: str = ""
) -> HttpResponse:
    template = "entities/_list.html" if is_htmx(request) else "entities/list.html"
    page = {**head(request, entity, context, state, "list"), **_rows(request, entity, context, state)}
    page |= _table_head(request, entity, context, state)
    page["empty"] = None if page["rows"] else _empty(request, entity, context, state)
    bar = filters.bar(request, entity, context, state, entity_url(request, entity))
    undo = _undo(request, entity)
    return fragment(request, template, {"page": page, "filters": bar, "undo": undo}, push=push)


def _undo(request: WorkspaceRequest, entity: Entity) -> dict[str, str] | None:
    """What the toast offers to somebody who comes from the page of a record that went into the trash."""
    try:
        trashed = UUID(request.GET.get("trashed", ""))
    except ValueError:
        return None
    return {"text": _("Moved to the trash."), "url": entity_url(request, entity, trashed, "restore")}


def chosen_columns(entity: Entity, fields: dict[str, Field], state: ListState) -> list[Field]:
    names = [name for name in state.columns if name in fields] or [
        name for name in entity.columns if name in fields
    ]
    title = entity.title[0]
    if title in names:
        names.remove(title)
    return [fields[name] for name in ([title] if title in fields else []) + names]


def _rows(request: WorkspaceRequest, entity: Entity, context: Context, state: ListState) -> dict[str, Any]:
    fields = entity.readable(context.actor)
    shown = chosen_columns(entity, fields, state)
    order = listing.order_of(entity, fields, state.sort, arabic_first=context.reader.language == "ar")
    rows = listing.restricted(entity, fields, state, context)
    columns = tuple(dict.fromkeys(column for f in shown for column in f.columns()))
    page = listing.page(entity, rows, columns, order, state.after)
    link_titles(page.rows, [f for f in shown if f.custom and f.kind.name in ("link", "member")], context)
    base = entity_url(request, entity)
    writers = [(f, f.kind.css, f.kind.writer(f, context.reader)) for f in shown]
    disc = {"people": "s-av", "members": "s-av", "organizations": "s-av s-sq"}.get(entity.slug, "")
    cells = [_cells(base, row, writers, disc) for row in page.rows]
    return {
        "rows": cells,
        "next_url": base + state.url(after=page.next) if page.next else "",
        "_shown": shown,
        "_matching": rows,
    }


def _cells(base: str, row: dict[str, Any], writers: list[Any], disc: str) -> dict[str, Any]:
    title = str(row.get(writers[0][0].name) or "–")
    link = format_html('<a href="{}{}/"><bdi>{}</bdi></a>', base, row["id"], title)
    if disc:
        link = format_html(
            '<span class="{} s-h{}" aria-hidden="true">{}</span> {}', disc, hue(title), initials(title), link
        )
    cells = [("s-name", link)]
    cells += [(css, write(row)) for _f, css, write in writers[1:]]
    return {"id": row["id"], "cells": cells}


def link_titles(rows: list[dict[str, Any]], links: list[Field], context: Context) -> None:
    """Titles of custom links, fetched for the whole page at once."""
    from sila.platform.entities.registry import registry

    for f in links:
        target = registry[f.to]
        ids = {f.read(row) for row in rows if f.read(row)}
        if ids:
            found = target.visible_to(context.actor).filter(id__in=ids).values("id", *target.title)
            titles = {str(row["id"]): target.title_of(row) for row in found}
            for row in rows:
                row["titles"] = {**row.get("titles", {}), **titles}


def head(
    request: WorkspaceRequest, entity: Entity, context: Context, state: ListState, layout: str
) -> dict[str, Any]:
    """Title, count, tabs and the create button: the same over a list and a board."""
    base = entity_url(request, entity)
    fields = entity.readable(context.actor)
    number, more = listing.count(listing.restricted(entity, fields, state, context))
    counted = format_number(number, digits=context.reader.digits) + ("+" if more else "")
    layouts = [{"label": _("List"), "icon": "list", "url": base + state.url(), "active": layout == "list"}]
    if has_board(entity, fields):
        layouts.insert(
            0,
            {
                "label": _("Board"),
                "icon": "layout-kanban",
                "url": base + "board" + state.url(),
                "active": layout == "board",
            },
        )
    may_create = entity.creatable and context.actor.can(entity.slug, "create")
    return {
        "title": entity.plural,
        "url": base if layout == "list" else base + layout,
        "count": counted,
        "create": {"url": base + "new", "label": _("New %(noun)s") % {"noun": entity.name}}
        if may_create
        else None,
        "import_url": base + "import" if may_import(entity, context.actor) else "",
        "layouts": layouts if len(layouts) > 1 else [],
        "views": _views(entity, context, state, base if layout == "list" else base + layout),
        "footer": ngettext("%(shown)s record", "%(shown)s records", number) % {"shown": counted},
    }


def views_of(entity: Entity) -> list[View]:
    ready = [View("all", _("All"))]
    if entity.owned:
        ready += [
            View("mine", _("Mine"), ("owner:any:me",)),
            View("team", _("My team"), ("owner:any:me|team",)),
        ]
    return [*ready, *entity.views, View("recent", _("Recently changed"), (), "-updated_at")]


def _views(entity: Entity, context: Context, state: ListState, base: str) -> list[dict[str, Any]]:
    texts = tuple(str(condition) for condition in state.conditions)
    tabs = []
    for view in views_of(entity):
        blank = ListState(columns=state.columns)
        url = base + blank.url(
            conditions=tuple(listing.Condition.read(text) for text in view.conditions),
            sort=view.sort,
            view=view.key,
        )
        active = state.view == view.key or (
            not state.view and view.conditions == texts and view.sort == state.sort
        )
        tabs.append(
            {
                "label": view.label,
                "url": url,
                "active": active,
                "dirty": active and (view.conditions != texts or view.sort != state.sort),
            }
        )
    return tabs


def _table_head(
    request: WorkspaceRequest, entity: Entity, context: Context, state: ListState
) -> dict[str, Any]:
    fields = entity.readable(context.actor)
    shown = chosen_columns(entity, fields, state)
    base = entity_url(request, entity)
    sort = state.sort or entity.sort or "-created_at"
    may_edit = context.actor.can(entity.slug, "edit")
    name_width = "xl" if len(shown) <= FEW_COLUMNS else "l"
    columns = [
        {
            "name": f.name,
            "label": f.label,
            "css": "s-end" if f.kind.css == "s-end" else "",
            "width": WIDTHS.get(f.kind.name, "l") if number else name_width,
            "sort_url": base + state.url(sort=("-" if sort == f.name else "") + f.name)
            if f.kind.sortable
            else "",
            "sorted": "desc" if sort == "-" + f.name else "asc" if sort == f.name else "",
            "editable": may_edit and not f.read_only,
        }
        for number, f in enumerate(shown)
    ]
    return {
        "columns": columns,
        "columns_url": base + "columns" + state.url(),
        "columns_count": f"{len(shown)}/{len(fields)}",
        "edit_url": base + "{id}/fields/{field}/" if may_edit else "",
        "peek_url": base + "{id}/peek",
        "sort_label": _sort_label(fields, sort),
    }


def _sort_label(fields: dict[str, Field], sort: str) -> str:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in fields:
        return ""
    pattern = _("%(field)s, descending") if down else _("%(field)s, ascending")
    return pattern % {"field": fields[name].label}


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
        return answer(request, entity, context, state, push=entity_url(request, entity) + state.url())
    fields = entity.readable(context.actor)
    shown = chosen_columns(entity, fields, state)
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
        request, "entities/_filter_builder.html", {"builder": filters.builder(request, entity, context)}
    )


@require_GET
@entity_view
def apply_filter(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """The list with one more condition, or with one replaced."""
    state = filters.applied(request.GET)
    listing.restricted(entity, entity.readable(context.actor), state, context)
    base = entity_url(request, entity)
    if request.GET.get("layout") == "board":
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = base + "board" + state.url()
        return response
    return answer(request, entity, context, state, push=base + state.url())
