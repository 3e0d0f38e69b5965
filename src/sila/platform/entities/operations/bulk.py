"""One change to many records: begun from a list, done batch by batch in the background, undone within 30 days.

What a batch changes, what it refuses and how far it has come are one transaction, so a killed worker's job goes on
where it was and does nothing twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs, log
from sila.platform.entities import listing
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Refusal
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import ListState
from sila.platform.entities.models import Operation
from sila.platform.entities.operations import notes
from sila.platform.entities.operations.verbs import VERBS, Partly
from sila.platform.entities.registry import Changes, Entity, registry
from sila.platform.tenancy.current import scope

JOB = "bulk"
BATCH = 100
CHOSEN = 5_000  # records that can be ticked one by one


@dataclass(frozen=True)
class Selection:
    """Records that were ticked, or all that a list shows."""

    ids: tuple[UUID, ...] = ()
    query: str = ""  # of the list's address
    whole: bool = False

    @classmethod
    def read(cls, ticked: list[str], *, query: str, whole: bool) -> "Selection":
        """Raises Invalid."""
        if whole:
            return cls(query=query, whole=True)
        try:
            ids = tuple(dict.fromkeys(UUID(text) for text in ticked))
        except ValueError as error:
            raise Invalid({"": _("This record was not found.")}) from error
        if not ids:
            raise Invalid({"": _("Choose some records first.")})
        if len(ids) > CHOSEN:
            raise Invalid({"": _("That is too many: choose all that match instead.")})
        return cls(ids)

    def rows(self, entity: Entity, context: Context) -> QuerySet[Any]:
        """What of it the actor may see. Raises Invalid for a condition that is none."""
        if self.whole:
            state = ListState.read(QueryDict(self.query))
            return listing.matching(entity, state, context)
        return entity.visible_to(context.actor).filter(id__in=self.ids)

    def settled(self, entity: Entity, context: Context) -> "Selection":
        """Of a list that is cut, those that are the first now: what is done to them may put others before them."""
        if self.whole and ListState.read(QueryDict(self.query)).first:
            return Selection(tuple(self.rows(entity, context).order_by("id").values_list("id", flat=True)))
        return self

    def as_json(self) -> dict[str, Any]:
        return {"ids": [str(each) for each in self.ids], "query": self.query, "whole": self.whole}

    @classmethod
    def revived(cls, kept: dict[str, Any]) -> "Selection":
        return cls(tuple(UUID(text) for text in kept["ids"]), kept["query"], kept["whole"])


def begin(
    entity: Entity,
    kind: str,
    selection: Selection,
    values: dict[str, Any],
    *,
    context: Context,
    wait: bool = False,
) -> Operation:
    """Start it in the background, or `wait` for it, which is for few records and within a transaction.

    `values` are as typed: each record reads them anew. Raises NotAllowed, Invalid.
    """
    by, verb = context.actor, VERBS[kind]
    if not (by.can(entity.slug, "bulk") and by.can(entity.slug, verb.right)):
        raise NotAllowed
    verb.check(entity, values, context)
    with transaction.atomic():
        selection = selection.settled(entity, context)
        total = selection.rows(entity, context).order_by().count()
        operation = notes.begin(
            kind,
            entity.slug,
            by=by,
            total=total,
            values=values,
            selection=selection.as_json(),
            language=context.reader.language,
        )
        if not wait:
            jobs.enqueue(JOB, str(operation.id), {"operation": str(operation.id)}, by=by)
        for _done in carry_on(operation, by=by) if wait else ():
            pass
    return operation


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        operation = Operation.objects.get(id=UUID(job.payload["operation"]))
    try:
        for done in carry_on(operation, by=job.by):
            job.progress(done, operation.total)
    except jobs.Cancelled:
        with scope(job.workspace):
            notes.end(operation, Operation.Status.CANCELLED, done=operation.done, refused=operation.refused)
        raise
    return {"operation": str(operation.id)}


def carry_on(operation: Operation, *, by: Actor) -> Iterator[int]:
    """The records that are not dealt with yet; yields after each batch. Opens the workspace itself."""
    while operation.status == Operation.Status.RUNNING:
        with scope(by.workspace), translation.override(operation.params["language"]):
            _take(operation, by.anew("bulk"))
        yield operation.done + operation.refused


@dataclass
class _Batch:
    changed: list[tuple[Any, Changes]] = field(default_factory=list)
    refused: list[tuple[UUID, Mapping[str, str]]] = field(
        default_factory=list
    )  # reasons, by field if it is one


def _take(operation: Operation, by: Actor) -> None:
    entity, context = registry[operation.entity], Context(by, Reader.of(by.workspace))
    rows = Selection.revived(operation.params["selection"]).rows(entity, context)
    if last := operation.params.get("last"):
        rows = rows.filter(id__gt=UUID(last))
    ids = list(rows.order_by("id").values_list("id", flat=True)[:BATCH])
    batch = _Batch()
    with transaction.atomic():
        for record_id in ids:
            _one(entity, record_id, operation, context, batch)
        verb = VERBS[operation.kind]
        notes.note(operation, entity, batch.changed, verb.action)
        notes.refuse(operation, entity, batch.refused, verb.action)
        operation.done += len(batch.changed)
        operation.refused += len(batch.refused)
        if ids:
            operation.params["last"] = str(ids[-1])
        operation.save()
        if len(ids) < BATCH:
            notes.end(operation, done=operation.done, refused=operation.refused)
            log.record(
                verb.event,
                by=by,
                entity=entity.slug,
                record_id=operation.id,
                done=operation.done,
                refused=operation.refused,
            )


def _one(entity: Entity, record_id: UUID, operation: Operation, context: Context, batch: _Batch) -> None:
    try:
        with transaction.atomic():
            done = VERBS[operation.kind].run(entity, record_id, operation.params["values"], context)
        if isinstance(done, Partly):
            batch.refused.append((record_id, done.errors))
            done = done.done
        if done:
            batch.changed.append(done)
    except NotFound:
        batch.refused.append((record_id, {"": _("The record is gone, or you may not see it.")}))
    except Invalid as error:
        batch.refused.append((record_id, error.errors))
    except Refusal as error:
        batch.refused.append((record_id, {"": str(error) or _("You may not do this.")}))
