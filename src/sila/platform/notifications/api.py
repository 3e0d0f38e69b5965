"""Notifications for machines: one's own, reading them, following a record. The OpenAPI document has them too."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sila.platform.entities import actions as records
from sila.platform.entities.api import schema
from sila.platform.entities.api.shapes import ID, UUID_SCHEMA, Schema
from sila.platform.entities.api.views import BadRequest, body_of, doorway, entity_of, json_answer
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.entities.views.records import own_entity
from sila.platform.kit.text import unmarked
from sila.platform.notifications import actions, showing
from sila.platform.notifications.kinds import kind_of, kinds
from sila.platform.notifications.showing import Shown

PAGE = 50
READ: Schema = {
    "type": "object",
    "properties": {"ids": {"type": "array", "items": UUID_SCHEMA, "maxItems": 500}},
    "additionalProperties": False,
}
ITEM: Schema = {
    "type": "object",
    "properties": {
        "id": UUID_SCHEMA,
        "kind": {"type": "string"},
        "entity": {"type": "string"},
        "record": {"type": ["string", "null"], "format": "uuid"},
        "title": {"type": "string"},
        "by": {"type": "string"},
        "text": {"type": "string"},
        "quote": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "read": {"type": "boolean"},
    },
}


@doorway("GET")
def notifications(request: HttpRequest, context: Context) -> HttpResponse:
    """Newest first: `unread=1`, `kind`, and `before`, the last id of the page before."""
    rows = actions.mine(context.actor)
    unread = request.GET.get("unread", "0")
    if unread not in ("0", "1"):
        raise BadRequest(400, _("%(name)s is 0 or 1.") % {"name": "unread"})
    if unread == "1":
        rows = rows.filter(read_at=None)
    if (kind := request.GET.get("kind")) is not None:
        if kind_of(kind) is None:
            raise BadRequest(400, _("There is no such kind of notification."))
        rows = rows.filter(kind=kind)
    if (before := request.GET.get("before")) is not None:
        rows = rows.filter(id__lt=_uuid(before))
    found = list(rows[: PAGE + 1])
    shown = showing.show(found[:PAGE], context)
    last = str(found[PAGE - 1].id) if len(found) > PAGE else None
    return json_answer({"items": [_row(each) for each in shown], "next": last})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadRequest(400, _("This is not an id.")) from error


def _row(shown: Shown) -> dict[str, Any]:
    row = shown.row
    about = shown.kind.of_record and bool(shown.title)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "entity": row.entity,
        "record": str(row.record_id) if row.record_id and about else None,
        "title": shown.title,
        "by": shown.who,
        "text": unmarked(shown.text),
        "quote": shown.quote,
        "at": row.at.isoformat(),
        "read": not shown.unread,
    }


@doorway("POST")
def read(request: HttpRequest, context: Context) -> HttpResponse:
    """These, or all when no `ids` are given."""
    if context.actor.read_only:
        raise NotAllowed
    given = body_of(request, {}, READ)
    ids = [UUID(text) for text in given["ids"]] if "ids" in given else None
    return json_answer({"read": actions.mark_read(context.actor, ids)})


@doorway("POST")
def follow(request: HttpRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    return _follow(context, slug, record_id, active=True)


@doorway("POST")
def unfollow(request: HttpRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    return _follow(context, slug, record_id, active=False)


def _follow(context: Context, slug: str, record_id: UUID, *, active: bool) -> HttpResponse:
    entity = entity_of(slug, context.actor)
    record = records.get(entity, record_id, by=context.actor)
    actions.follow(own_entity(entity, record), record, by=context.actor, active=active)
    return HttpResponse(status=204)


# ---- OpenAPI -----------------------------------------------------------------------------------------------
def paths(entities: list[Entity]) -> Schema:
    own = schema.Named("notifications", _("Notifications"))
    page: Schema = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": ITEM}, "next": {"type": ["string", "null"]}},
        "required": ["items", "next"],
    }
    params = [
        _param("unread", {"type": "string", "enum": ["0", "1"]}),
        _param("kind", {"type": "string", "enum": [kind.key for kind in kinds()]}),
        _param("before", UUID_SCHEMA),
    ]
    number: Schema = {"type": "object", "properties": {"read": {"type": "integer"}}}
    found: Schema = {
        "/api/v1/notifications": {"get": schema.operation(own, "list", page, params=params)},
        "/api/v1/notifications/read": {"post": schema.operation(own, "read", number, body=READ)},
    }
    for entity in entities:
        if entity.creatable:
            for verb in ("follow", "unfollow"):
                done = schema.operation(entity, verb, None, status=204, params=[ID])
                found[f"/api/v1/{entity.slug}/{{id}}/{verb}"] = {"post": done}
    return found


def _param(name: str, shape: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": shape}


schema.additions.append(paths)
