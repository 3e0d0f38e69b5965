"""The tree on one page, with what its rules would move, and the button that moves it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sila.parties.territories import reassigning
from sila.parties.territories.models import Territory
from sila.parties.territories.tree import RULES
from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import conditions, extensions
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import done, fragment, workspace_view
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import listed

SLUG = "territories"
PLACES = 6  # shown of a long list
Names = dict[str, str]


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    if not context.actor.can(SLUG, "view"):
        raise NotAllowed
    noun = registry[SLUG]
    rows = list(
        Territory.objects.filter(deleted_at=None).order_by("order", "id").select_related("member", "team")
    )
    shown = {
        "title": _("Tree of territories"),
        "back": {"url": noun.url(context.reader.slug), "label": noun.plural},
        "add_url": noun.url(context.reader.slug, tail="new") if context.actor.can(SLUG, "create") else "",
        "tree": list(_lines(rows, context)),
        "moves": _moves({str(row.id): str(row) for row in rows}, context) if rows else None,
    }
    return fragment(request, "parties/territories.html", {"page": shown})


def _lines(rows: list[Territory], context: Context) -> Iterator[dict[str, Any]]:
    """In reading order, each with its level and what its rule asks."""
    known = {row.id for row in rows}
    below: dict[UUID | None, list[Territory]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent: UUID | None, level: int) -> Iterator[dict[str, Any]]:
        for row in below.get(parent, []):
            yield _line(row, level, context)
            yield from walk(row.id, level + 1)

    yield from walk(None, 1)


def _line(row: Territory, level: int, context: Context) -> dict[str, Any]:
    places = row.places.splitlines()
    asks = [listed(places[:PLACES]) + (" …" if len(places) > PLACES else "")] if places else []
    for slug, name in RULES.items():
        said = conditions.said(slug, getattr(row, name), context.reader) if name else []
        asks += [f"{registry[slug].plural}: {' · '.join(said)}"] if said else []
    return {
        "title": str(row),
        "url": registry[SLUG].url(context.reader.slug, row.id),
        "level": level,
        "asks": asks,
        "who": str(row.member or row.team or ""),
    }


def _moves(names: Names, context: Context) -> dict[str, Any] | None:
    """What the rules would move now; None for who may not move it."""
    if not reassigning.may_apply(context.actor):
        return None
    base = f"/w/{context.reader.slug}/territory-tree/"
    shown: dict[str, Any] = {"look_url": f"{base}look", "apply_url": f"{base}apply", "lines": [], "state": ""}
    if job := reassigning.under_way():
        number = format_number(job.progress, digits=context.reader.digits)
        text = _("All records are looked at: %(number)s so far.")
        if job.name == reassigning.APPLY:
            text = _("Records are moved: %(number)s looked at so far.")
        return shown | {"state": text % {"number": number}, "running": True}
    looked = None if reassigning.few() else reassigning.last_look()
    if looked is None and not reassigning.few():
        return shown | {"must_look": True}
    found = looked.result.get("moves", []) if looked else reassigning.look_now()
    number = sum(each["number"] for each in found)
    told = ngettext("%(number)s record would move.", "%(number)s records would move.", number)
    return shown | {
        "state": told % {"number": format_number(number, digits=context.reader.digits)}
        if number
        else _("Every record stands where the rules say."),
        "lines": _said(found, names, context),
        "again": looked is not None,
    }


def _said(found: list[dict[str, Any]], names: Names, context: Context) -> list[dict[str, Any]]:
    wanted: dict[str, list[UUID]] = {}
    for moves in found:
        wanted.setdefault(moves["noun"], []).extend(UUID(each) for each, _title in moves["examples"])
    seen = {str(each) for each in visible_ids(context.actor, wanted)}
    none = _("No territory")
    return [
        {
            "noun": registry[moves["noun"]].plural,
            "icon": registry[moves["noun"]].icon,
            "before": names.get(moves["before"] or "", none),
            "now": names.get(moves["now"] or "", none),
            "number": format_number(moves["number"], digits=context.reader.digits),
            "examples": [
                {"title": title, "url": registry[moves["noun"]].url(context.reader.slug, each)}
                for each, title in moves["examples"]
                if each in seen
            ],
        }
        for moves in found
    ]


@require_POST
@workspace_view
def look(request: WorkspaceRequest, context: Context) -> HttpResponse:
    reassigning.begin(reassigning.LOOK, by=context.actor)
    return done(_("The look has begun."))


@require_POST
@workspace_view
def apply(request: WorkspaceRequest, context: Context) -> HttpResponse:
    reassigning.begin(reassigning.APPLY, by=context.actor)
    return done(_("The records are moved in the background."))


def link_over_lists(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    if entity.slug != SLUG:
        return []
    url = f"/w/{actor.workspace.slug}/territory-tree/"
    return [{"label": _("Tree of territories"), "url": url, "icon": "binary-tree"}]


extensions.list_links.append(link_over_lists)
