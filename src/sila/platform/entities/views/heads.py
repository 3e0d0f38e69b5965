"""What stands over the records of a noun, whether a list, a board or a calendar shows them: title, number, layouts, tabs."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import extensions, listing, saved
from sila.platform.entities.boards import has_board
from sila.platform.entities.calendars import has_calendar
from sila.platform.entities.importing.run import may_import
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import LOOKS, ListState
from sila.platform.entities.registry import Entity, View
from sila.platform.entities.views.door import entity_url
from sila.platform.kit.numbers import format_number


def path_of(layout: str) -> str:
    """Where a layout stands behind the address of its noun; a list stands at that address itself."""
    return layout if layout in LOOKS else ""


def opened(request: WorkspaceRequest, entity: Entity, context: Context) -> tuple[ListState, str]:
    """The list that the address asks for, as far as its reader may see it; and what they are told of the rest."""
    asked = ListState.read(request.GET)
    state = saved.mended(asked, entity, context.actor)
    if state.conditions == asked.conditions:
        return state, ""
    if state.view:
        return state, _("This view had conditions on fields that are gone; they are left out.")
    return state, _("Conditions on fields that are gone, or closed to you, are left out.")


def head(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    state: ListState,
    layout: str,
    rows: QuerySet[Any],
) -> dict[str, Any]:
    """Title, count of the rows, tabs and the create button: the same over a list and a board."""
    base = entity_url(request, entity)
    number, more = listing.count(rows)
    counted = format_number(number, digits=context.reader.digits) + ("+" if more else "")
    layouts = _layouts(entity, context, state, layout, base)
    may_create = entity.creatable and context.actor.can(entity.slug, "create")
    return {
        "title": entity.plural,
        "url": base + path_of(layout),
        "count": counted,
        "many": more,
        "create": {"url": base + "new", "label": _("New %(noun)s") % {"noun": entity.name}}
        if may_create
        else None,
        "links": [link for source in extensions.list_links for link in source(entity, context.actor)],
        "import_url": base + "import" if may_import(entity, context.actor) else "",
        "export_url": base + "export" + state.url() if context.actor.can(entity.slug, "export") else "",
        "layouts": layouts if len(layouts) > 1 else [],
        "trash_url": base + "trash" if entity.trashable and context.actor.can(entity.slug, "delete") else "",
        "keep_url": entity_url(request, entity, tail="views/new") + state.url(look=path_of(layout)),
        "views": _views(entity, context, state, layout, base),
        "footer": ngettext("%(shown)s record", "%(shown)s records", number) % {"shown": counted},
    }


def _layouts(
    entity: Entity, context: Context, state: ListState, layout: str, base: str
) -> list[dict[str, Any]]:
    fields, plain = entity.readable(context.actor), state.url(day="", span="")
    ways = (
        ("board", _("Board"), "layout-kanban", has_board(entity, fields), plain),
        ("list", _("List"), "list", True, plain),
        ("calendar", _("Calendar"), "calendar", has_calendar(entity, fields), state.url()),
    )
    return [
        {"label": label, "icon": icon, "url": base + path_of(name) + query, "active": layout == name}
        for name, label, icon, there, query in ways
        if there
    ]


def views_of(entity: Entity) -> list[View]:
    ready = [View("all", _("All"))]
    if entity.owned:
        ready += [
            View("mine", _("Mine"), ("owner:any:me",)),
            View("team", _("My team"), ("owner:any:me|team",)),
        ]
    return [*ready, *entity.views, View("recent", _("Recently changed"), (), "-updated_at")]


def _views(
    entity: Entity, context: Context, state: ListState, layout: str, base: str
) -> list[dict[str, Any]]:
    """The tabs: ready-made views, then those that people keep."""
    ready = [
        (view.key, view.label, ListState(conditions=_conditions(view.conditions), sort=view.sort), "")
        for view in views_of(entity)
    ]
    kept = [
        (str(view.id), view.name, ListState.read(QueryDict(view.query)), view.owner_id)
        for view in saved.views_of(entity, context.actor)
    ]
    admin = context.actor.is_admin
    tabs = []
    for key, label, own, owner in [*ready, *kept]:
        shown = replace(own, columns=own.columns or state.columns, by=own.by or state.by)
        same = (shown.shape, shown.columns, shown.by) == (state.shape, state.columns, state.by)
        active = state.view == key or (not state.view and same and not owner)
        shown = replace(shown, span=own.span or state.span, day=state.day, view=key, look="")
        mine = active and owner and (admin or owner == context.actor.member_id)
        tabs.append(
            {
                "label": label,
                "url": base + path_of(own.look or layout) + shown.url(),
                "active": active,
                "dirty": active and not same,
                "edit_url": entity.url(
                    context.reader.slug, tail=f"views/{key}/{state.url(look=path_of(layout))}"
                )
                if mine
                else "",
            }
        )
    return tabs


def _conditions(texts: tuple[str, ...]) -> tuple[listing.Condition, ...]:
    return tuple(listing.Condition.read(text) for text in texts)
