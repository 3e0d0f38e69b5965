"""Records side by side: which stays, whose values it keeps, and what moves to it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions, linked
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Context, Field, Row
from sila.platform.entities.kinds.base import DASH
from sila.platform.entities.merging import preview
from sila.platform.entities.merging.parts import parts
from sila.platform.entities.merging.values import EMPTY, TOGETHER, fullest, joins, offered
from sila.platform.entities.merging.verb import MOST, may_merge, merge
from sila.platform.entities.models import Merged, Operation
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.door import entity_url, entity_view, fragment
from sila.platform.entities.views.fields import dialog
from sila.platform.kit.ids import uuid_in
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate

TAKEN = "from-"  # begins the name of the control that says whose value of a field stays


@entity_view
def page(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """GET: the records side by side. POST: merge them as chosen."""
    if not may_merge(entity, context.actor):
        raise NotAllowed
    given = request.POST if request.method == "POST" else request.GET
    ids = _ids(given)
    rows = _rows(entity, ids, context)
    into = uuid_in(given.get("into", "")) or _fullest(entity, ids, context)
    if request.method != "POST":
        return _page(request, entity, context, rows, into)
    try:
        operation = merge(
            entity,
            into,
            [each for each in ids if each != into],
            by=context.actor,
            choices=_choices(given, entity, rows, into, context),
            versions={
                row["id"]: version for row in rows if (version := _number(given, row["id"])) is not None
            },
        )
    except Invalid as error:
        return _page(request, entity, context, _rows(entity, ids, context), into, error)
    return _done(request, entity, operation, context)


def _choices(
    given: QueryDict, entity: Entity, rows: list[Row], into: UUID, context: Context
) -> dict[str, str]:
    """What people chose otherwise than it was offered."""
    rows = sorted(rows, key=lambda row: row["id"] != into)
    fields = offered(entity, context.actor)
    offers = {
        line["name"]: line["offer"] for f in fields.values() if (line := _compared(f, rows, context, None))
    }
    if part := _part(entity, rows, context, None):
        offers[part["name"]] = part["offer"]
    sent = {name: str(text) for name, text in given.items() if name.startswith(TAKEN)}
    return {name.removeprefix(TAKEN): text for name, text in sent.items() if text != offers.get(name)}


def _done(request: WorkspaceRequest, entity: Entity, operation: Operation, context: Context) -> HttpResponse:
    running = operation.status == Operation.Status.RUNNING
    names = {"title": isolate(operation.params["title"])}
    text = (
        _("Merged into %(title)s. Its links follow in the background.")
        if running
        else _("Merged into %(title)s.")
    )
    messages.success(request, text % names)
    url = entity_url(request, entity, operation.params["into"])
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def _ids(given: QueryDict) -> list[UUID]:
    ids = list(dict.fromkeys(each for text in given.getlist("id") if (each := uuid_in(text))))
    if len(ids) < 2:
        raise Invalid({"": _("Choose at least two records.")})
    if len(ids) > MOST:
        raise Invalid({"": _("At most %(most)s records can be merged at once.") % {"most": MOST}})
    return ids


def _number(given: QueryDict, record_id: UUID) -> int | None:
    text = given.get(f"version-{record_id}", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _rows(entity: Entity, ids: Sequence[UUID], context: Context) -> list[Row]:
    """Raises NotFound if one of them may not be seen."""
    fields = entity.readable(context.actor)
    columns = dict.fromkeys(column for f in fields.values() for column in f.columns())
    found = entity.visible_to(context.actor).filter(id__in=ids).values("id", "version", *columns)
    rows = {row["id"]: row for row in found}
    if len(rows) < len(ids):
        raise NotFound
    linked.close(list(rows.values()), fields.values(), context.actor)
    return [rows[each] for each in ids]


def _fullest(entity: Entity, ids: Sequence[UUID], context: Context) -> UUID:
    records = list(entity.visible_to(context.actor).filter(id__in=ids))
    return UUID(str(fullest(entity, records, context.actor).id))


# ---- what the page shows -----------------------------------------------------------------------------
def _page(
    request: WorkspaceRequest,
    entity: Entity,
    context: Context,
    rows: list[Row],
    into: UUID,
    error: Invalid | None = None,
) -> HttpResponse:
    if into not in [row["id"] for row in rows]:
        raise NotFound
    rows.sort(key=lambda row: row["id"] != into)
    compared = [_compared(f, rows, context, error) for f in offered(entity, context.actor).values()]
    part = _part(entity, rows, context, error)
    compared = [line for line in compared if any(cell["filled"] for cell in line["cells"])]
    compared = [part, *compared] if part else compared
    shown = {
        "title": _("Merge: %(nouns)s") % {"nouns": entity.plural},
        "url": entity_url(request, entity, tail="merge"),
        "back_url": entity_url(request, entity, into),
        "errors": [text for name, text in error.errors.items()] if error else [],
        "sides": [_side(request, entity, row, rows, context) for row in rows],
        "differing": [line for line in compared if line["differs"]],
        "alike": [line for line in compared if not line["differs"]],
        "moves": _moves(entity, [row["id"] for row in rows[1:]], context),
    }
    return fragment(request, "entities/merge.html", {"merge": shown}, status=422 if error else 200)


def _side(
    request: WorkspaceRequest, entity: Entity, row: Row, rows: list[Row], context: Context
) -> dict[str, Any]:
    ids = [("id", each["id"]) for each in rows]
    return {
        "id": row["id"],
        "version": row["version"],
        "title": entity.title_of(row, context.reader.language) or "–",
        "url": entity_url(request, entity, row["id"]),
        "stays": row is rows[0],
        "stay_url": "?" + urlencode([*ids, ("into", row["id"])]),
        "since": context.reader.moment(row["created_at"]) if row.get("created_at") else "",
    }


def _compared(f: Field, rows: list[Row], context: Context, error: Invalid | None) -> dict[str, Any]:
    """A field of all records; chosen is the first that has something in it."""
    values = [f.read(row) for row in rows]
    filled = [value not in EMPTY for value in values]
    texts = [f.kind.plain(f, row, context.reader) for row in rows]
    first = filled.index(True) if any(filled) else 0
    together = joins(f) and sum(filled) > 1
    return {
        "name": TAKEN + f.name,
        "label": f.label,
        "differs": len(set(texts)) > 1,
        "error": error.errors.get(f.name, "") if error else "",
        "together": TOGETHER if together else "",
        "offered_together": together,
        "offer": TOGETHER if together else str(rows[first]["id"]),
        "cells": [
            {
                "id": row["id"],
                "html": f.kind.write(f, row, context.reader),
                "filled": has,
                "chosen": number == first and not together,
            }
            for number, (row, has) in enumerate(zip(rows, filled, strict=True))
        ],
    }


def _part(entity: Entity, rows: list[Row], context: Context, error: Invalid | None) -> dict[str, Any] | None:
    """What the records are made of, to be chosen like a value; None where no record has any of it."""
    part = parts.get(entity.slug)
    told = part.told([row["id"] for row in rows], context) if part else {}
    if part is None or not told:
        return None
    first = next(row["id"] for row in rows if row["id"] in told)
    return {
        "name": TAKEN + part.name,
        "label": part.label,
        "differs": True,
        "error": error.errors.get(part.name, "") if error else "",
        "together": TOGETHER if len(told) > 1 else "",
        "offered_together": False,
        "offer": str(first),
        "cells": [
            {
                "id": row["id"],
                "html": told.get(row["id"], DASH),
                "filled": row["id"] in told,
                "chosen": row["id"] == first,
            }
            for row in rows
        ],
    }


def _moves(entity: Entity, gone: list[UUID], context: Context) -> list[dict[str, Any]]:
    digits = context.reader.digits
    return [
        {
            "label": moved.label,
            "icon": moved.icon,
            "count": format_number(moved.count, digits=digits) + ("+" if moved.more else ""),
            "unseen": moved.unseen,
        }
        for moved in preview.moves(entity, gone, context.actor)
    ]


# ---- the ways to the page ----------------------------------------------------------------------------
@require_POST
@entity_view
def chosen(request: WorkspaceRequest, entity: Entity, context: Context) -> HttpResponse:
    """From the ticked rows of a list."""
    if "whole" in request.POST:
        raise Invalid({"": _("Tick the records that are the same.")})
    return _to_page(request, entity, _ids(request.POST))


@entity_view
def with_another(
    request: WorkspaceRequest, entity: Entity, context: Context, record_id: UUID
) -> HttpResponse:
    """From a record: which other one is the same."""
    actions.get(entity, record_id, by=context.actor)
    if not may_merge(entity, context.actor):
        raise NotAllowed
    f = Field("other", KINDS["link"], entity.name, required=True, to=entity.slug, title_columns=entity.title)
    other = uuid_in(request.POST.get("other", ""))
    if other and other != record_id:
        return _to_page(request, entity, [record_id, other])
    url = entity_url(request, entity, record_id, "merge")
    errors = {"other": _("Choose another record.")} if request.method == "POST" else {}
    title = _("Merge with another")
    return dialog(
        request,
        title,
        {"other": f},
        action=url,
        submit=_("Compare"),
        context=context,
        given={},
        errors=errors,
    )


def _to_page(request: WorkspaceRequest, entity: Entity, ids: list[UUID]) -> HttpResponse:
    url = entity_url(request, entity, tail="merge?") + urlencode([("id", each) for each in ids])
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def panel_of_merged(within: Sequence[Merged], context: Context) -> list[dict[str, Any]]:
    """What went into a record, with the way back, beside its timeline."""
    if not within:
        return []
    ids = {each.operation_id for each in within}
    operations = {each.id: each for each in Operation.objects.filter(id__in=ids).select_related("member")}
    items = [
        {
            "title": titles.get(str(each.id)) or "–",
            "icon": "arrow-merge",
            "url": "",
            "hint": f"{operation.member or _('The system')} · {context.reader.moment(each.merged_at)}",
            "buttons": [_way_back(operation, context)] if undo.may_undo(operation, context.actor) else [],
        }
        for each in within
        for operation in [operations[each.operation_id]]
        for titles in [dict(zip(operation.params["gone"], operation.params["titles"], strict=True))]
    ]
    count = format_number(len(items), digits=context.reader.digits)
    return [{"key": "merged", "label": _("Merged"), "icon": "arrow-merge", "count": count, "items": items}]


def _way_back(operation: Operation, context: Context) -> dict[str, str]:
    return {
        "icon": "arrows-split-2",
        "label": _("Take the merge back"),
        "url": f"/w/{context.reader.slug}/operations/{operation.id}/undo",
        "confirm": _("Take the merge back? What was changed since stays where it is."),
    }
