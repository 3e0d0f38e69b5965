"""Merging records: the verb, and the job that carries a long one to its end."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.entities import actions, extensions
from sila.platform.entities.computed.keeping import catch_up
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.merging import apart, merged
from sila.platform.entities.merging.moving import Moving
from sila.platform.entities.merging.parts import part_chosen, take_part
from sila.platform.entities.merging.values import Choices, check, check_source, merged_values
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import notes
from sila.platform.entities.quality.rules import unasked
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.stored import replaced
from sila.platform.tenancy.current import scope

JOB = "merge"
MOST = 8  # records that become one
AT_ONCE = 200  # what is moved within the request; more is moved in the background
Action = OperationChange.Action


def may_merge(entity: Entity, actor: Actor) -> bool:
    """Whether the actor may merge records of the noun at all."""
    offered = entity.owned and entity.trashable and entity.creatable and entity.mergeable
    return offered and actor.can(entity.slug, "edit") and actor.can(entity.slug, "delete")


def merge(
    entity: Entity,
    into: UUID,
    others: Sequence[UUID],
    *,
    by: Actor,
    choices: Choices | None = None,
    versions: Mapping[UUID, int] | None = None,
) -> Operation:
    """All become the record `into`. `choices` say whose value of a field stays; `versions` what the actor has seen.

    Raises NotFound, NotAllowed, Invalid. The operation may be still running: then a job goes on with it.
    """
    ids = list(dict.fromkeys([into, *others]))
    choices = choices or {}
    with transaction.atomic():
        records = _taken(entity, ids, by, versions or {})
        part = part_chosen(entity, choices)
        check(entity, {name: source for name, source in choices.items() if name not in part}, ids, by)
        check_source(part, ids)
        gone = records[1:]
        operation = notes.begin(
            Operation.MERGE,
            entity.slug,
            by=by,
            into=str(into),
            gone=[str(record.id) for record in gone],
            title=entity.title_of(records[0]),
            titles=[entity.title_of(record) for record in gone],
        )
        values, filled = merged_values(entity, records, choices)
        _put_away(entity, gone, records[0], operation, by)
        for name in take_part(entity, records, choices, operation, by):
            values.pop(name, None)
        _give(entity, records[0], values, filled, operation, by)
        catch_up(entity, [into], by=by)  # conditions that name one of those that went hold of it from now on
        for told in extensions.merged:
            told(entity, into, ids[1:], by=by)
        if not _carry_on(operation, by):
            jobs.enqueue(JOB, str(operation.id), {"operation": str(operation.id)}, by=by)
    return operation


def _taken(entity: Entity, ids: list[UUID], by: Actor, versions: Mapping[UUID, int]) -> list[Any]:
    """The records, locked, always in the same order, so that two merges of one pair do not wait for each other."""
    if len(ids) < 2:
        raise Invalid({"": _("Choose at least two records.")})
    if len(ids) > MOST:
        raise Invalid({"": _("At most %(most)s records can be merged at once.") % {"most": MOST}})
    if not may_merge(entity, by):
        raise NotAllowed
    found = {each: actions.get(entity, each, by=by, lock=True) for each in sorted(ids)}
    for each, record in found.items():
        if not by.may(entity.slug, "edit", record):
            raise NotAllowed
        if each != ids[0] and not by.may(entity.slug, "delete", record):
            raise NotAllowed(_("Merging takes the right to delete the records that go."))
        if versions.get(each, record.version) != record.version:
            raise Invalid({"": _("One of the records was changed meanwhile. Look at them once more.")})
    return [found[each] for each in ids]


def _put_away(entity: Entity, gone: Sequence[Any], into: Any, operation: Operation, by: Actor) -> None:
    merged.note(entity, [record.id for record in gone], into.id, operation)
    for record in gone:
        actions.put_away(
            entity, record, by=by, kind="merged", text=entity.title_of(record), into=str(into.id)
        )
    notes.note(operation, entity, ((record, {}) for record in gone), Action.MERGED)
    operation.done += len(gone)


def _give(
    entity: Entity, record: Any, values: dict[str, Any], filled: set[str], operation: Operation, by: Actor
) -> None:
    """A value that only fills a gap is left out where the noun's rules refuse it: an open deal has no day of closing."""
    while before := replaced(entity, record, values):
        try:
            with unasked(), transaction.atomic():
                actions.change(entity, record, values, by=by)
        except Invalid as error:
            record.refresh_from_db()
            refused = filled & error.errors.keys() & values.keys()
            if not refused:
                raise
            values = {name: value for name, value in values.items() if name not in refused}
        else:
            notes.note(operation, entity, [(record, before)])
            operation.done += 1
            return


# ---- what hangs on them ------------------------------------------------------------------------------
def _carry_on(operation: Operation, by: Actor) -> bool:
    """One batch; whether that was the last. Call it in a transaction."""
    params = operation.params
    entity, gone = registry[operation.entity], [UUID(each) for each in params["gone"]]
    rights = by.with_all_rights("bulk")
    moved = Moving(operation, entity, gone, UUID(params["into"]), rights).some(AT_ONCE)
    operation.done += moved
    if moved < AT_ONCE:
        notes.end(operation, done=operation.done)
        return True
    operation.save()
    return False


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        operation = Operation.objects.get(id=UUID(job.payload["operation"]))
    while operation.status == Operation.Status.RUNNING:
        with scope(job.workspace), transaction.atomic():
            if _carry_on(operation, job.by):
                apart.tell(operation, "merge ended", job.by)
        job.progress(operation.done)
    return {"operation": str(operation.id)}
