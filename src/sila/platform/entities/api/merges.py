"""…/<id>/merges: what went into a record, one merge more, and one taken back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from sila.platform.entities import actions
from sila.platform.entities.api.shapes import MERGE
from sila.platform.entities.api.views import body_of, doorway, entity_of, json_answer, once
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging import merged
from sila.platform.entities.merging.verb import may_merge, merge
from sila.platform.entities.models import Operation
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import Entity


@doorway("GET", "POST")
def merges(request: HttpRequest, context: Context, slug: str, record_id: UUID) -> HttpResponse:
    entity = entity_of(slug, context.actor)
    if request.method == "POST":
        return once(request, context, lambda: _merge(request, context, entity, record_id))
    actions.get(entity, record_id, by=context.actor)
    return json_answer({"items": [_row(each.operation) for each in _operations(record_id)]})


def _operations(record_id: UUID) -> Any:
    return {each.operation_id: each for each in merged.within(record_id)}.values()


def _merge(request: HttpRequest, context: Context, entity: Entity, record_id: UUID) -> HttpResponse:
    if not may_merge(entity, context.actor):
        raise NotAllowed
    given = body_of(request, {}, MERGE)
    others = [UUID(text) for text in given["others"]]
    operation = merge(entity, record_id, others, by=context.actor, choices=given.get("values"))
    return json_answer(_row(operation), status=201)


def _row(operation: Operation) -> dict[str, Any]:
    params = operation.params
    return {
        "id": str(operation.id),
        "into": params["into"],
        "others": params["gone"],
        "titles": params["titles"],
        "status": operation.status,
        "at": operation.started_at.isoformat(),
    }


@doorway("DELETE")
def one(
    request: HttpRequest, context: Context, slug: str, record_id: UUID, operation_id: UUID
) -> HttpResponse:
    """Take the merge back; a long one in the background."""
    entity = entity_of(slug, context.actor)
    actions.get(entity, record_id, by=context.actor)
    same = {"kind": Operation.MERGE, "entity": entity.slug, "params__into": str(record_id)}
    operation = Operation.objects.filter(id=operation_id, **same).first()
    if operation is None:
        raise NotFound
    with transaction.atomic():
        undo.begin(operation, by=context.actor)
    return HttpResponse(status=204)
