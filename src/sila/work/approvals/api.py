"""Approvals for machines: what waits for one, what one asked for, asking and deciding."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sila.platform.entities import actions as records
from sila.platform.entities.api import schema
from sila.platform.entities.api.shapes import ID, UUID_SCHEMA, Schema
from sila.platform.entities.api.views import BadRequest, body_of, doorway, json_answer, once
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.work.approvals import actions, kinds
from sila.work.approvals.models import Approval
from sila.work.approvals.showing import asked_by_me, said, waiting_for_me
from sila.work.approvals.views import found

ASKED: Schema = {
    "type": "object",
    "properties": {
        "kind": {"type": "string"},
        "record": UUID_SCHEMA,
        "given": {
            "type": "object",
            "description": 'What is asked about, as the kind wants it; of `stage`: {"stage": id}.',
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
        "note": {"type": "string", "maxLength": 500},
    },
    "required": ["kind", "record"],
    "additionalProperties": False,
}
ANSWER: Schema = {
    "type": "object",
    "properties": {"note": {"type": "string", "maxLength": 500}},
    "additionalProperties": False,
}
ITEM: Schema = {
    "type": "object",
    "properties": {
        "id": UUID_SCHEMA,
        "kind": {"type": "string"},
        "entity": {"type": "string"},
        "record": UUID_SCHEMA,
        "title": {"type": "string"},
        "text": {"type": "string"},
        "state": {"type": "string", "enum": list(Approval.State.values)},
        "note": {"type": "string"},
        "answer": {"type": "string"},
        "asked_at": {"type": "string", "format": "date-time"},
    },
}
VERBS = {"approve": actions.approve, "refuse": actions.refuse, "withdraw": actions.withdraw}


@doorway("GET", "POST")
def collection(request: HttpRequest, context: Context) -> HttpResponse:
    """GET: `show=waiting` (for me) or `asked` (by me). POST: ask."""
    if request.method == "POST":
        return once(request, context, lambda: _ask(request, context))
    show = request.GET.get("show", "waiting")
    if show not in ("waiting", "asked"):
        raise BadRequest(400, _("%(name)s is waiting or asked.") % {"name": "show"})
    rows = waiting_for_me(context) if show == "waiting" else asked_by_me(context)
    return json_answer({"items": [_told(row, context) for row in rows]})


def _ask(request: HttpRequest, context: Context) -> HttpResponse:
    body = body_of(request, {}, ASKED)
    kind = kinds.kind_of(body["kind"])
    if kind is None:
        raise Invalid({"kind": _("There is no such kind of approval.")})
    record = records.get(registry[kind.noun], UUID(str(body["record"])), by=context.actor)
    facts = kind.facts_of(record, body.get("given", {}), context.actor)
    approval = actions.ask(kind.key, record, facts, by=context.actor, note=body.get("note", ""))
    return json_answer(_told(approval, context), status=201)


@doorway("GET")
def one(request: HttpRequest, context: Context, approval_id: UUID) -> HttpResponse:
    return json_answer(_told(_seen(approval_id, context), context))


@doorway("POST")
def decide(request: HttpRequest, context: Context, approval_id: UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise NotFound
    note = body_of(request, {}, ANSWER) if request.body and verb != "withdraw" else {}
    return json_answer(_told(VERBS[verb](_seen(approval_id, context), by=context.actor, **note), context))


def _seen(approval_id: UUID, context: Context) -> Approval:
    approval = found(approval_id)
    records.get(registry[approval.entity], approval.record_id, by=context.actor)
    return approval


def _told(approval: Approval, context: Context) -> dict[str, Any]:
    return {
        "id": str(approval.id),
        "kind": approval.kind,
        "entity": approval.entity,
        "record": str(approval.record_id),
        "title": approval.title,
        "text": said(approval, context),
        "state": approval.state,
        "note": approval.note,
        "answer": approval.answer,
        "asked_at": approval.asked_at.isoformat(),
    }


def paths(entities: list[Entity]) -> Schema:
    own = schema.Named("approvals", str(Approval._meta.verbose_name_plural))
    items: Schema = {"type": "object", "properties": {"items": {"type": "array", "items": ITEM}}}
    show = {
        "name": "show",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "enum": ["waiting", "asked"]},
    }
    found: Schema = {
        "/api/v1/approvals": {
            "get": schema.operation(own, "list", items, params=[show]),
            "post": schema.operation(own, "ask", ITEM, body=ASKED, status=201),
        },
        "/api/v1/approvals/{id}": {"get": schema.operation(own, "read", ITEM, params=[ID])},
    }
    for verb in VERBS:
        done = schema.operation(own, verb, ITEM, body=ANSWER, params=[ID])
        found[f"/api/v1/approvals/{{id}}/{verb}"] = {"post": done}
    return found
