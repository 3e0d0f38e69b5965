"""Taking an operation back, batch by batch, newest change first, in the background.

What it created goes to the trash, what it trashed comes back, what it changed gets its old values, but for
fields that others have changed since: those stay, and the change is kept with the reason. Each batch is one
transaction with the outcome of its changes, so that a killed undo goes on where it was.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs, log
from sila.platform.activity.models import Event, Job
from sila.platform.entities import actions, details, extensions, sharing
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound, Refusal
from sila.platform.entities.kinds import Context
from sila.platform.entities.leading import hanging, led_to
from sila.platform.entities.merging import apart
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.quality.rules import unasked
from sila.platform.entities.registry import registry
from sila.platform.entities.stored import now, plain, revived
from sila.platform.entities.trashing import trash_many
from sila.platform.tenancy.current import scope

BATCH = 200
JOB = "undo"
Action, Outcome = OperationChange.Action, OperationChange.Outcome


def undo(operation: Operation, *, by: Actor) -> Job:
    """Begin to take it back. For whoever did it, and for administrators. Raises NotAllowed, Invalid."""
    with transaction.atomic():
        _claim(operation, by)
        Job.objects.filter(name=JOB, key=str(operation.id)).delete()  # of an undo that gave up
        return jobs.enqueue(JOB, str(operation.id), {"operation": str(operation.id)}, by=by)


def begin(operation: Operation, *, by: Actor) -> int:
    """At once where it is little, in the background where it is much; how many had to stay as far as is known."""
    if operation.done <= BATCH:
        return at_once(operation, by=by)
    undo(operation, by=by)
    return 0


def at_once(operation: Operation, *, by: Actor) -> int:
    """The same for few changes, here and now, in the transaction of the caller; how many had to stay."""
    _claim(operation, by)
    for _done in take_back(operation, by=by):
        pass
    return int(_of(operation).filter(outcome=Outcome.KEPT).count())


def may_undo(operation: Operation, by: Actor) -> bool:
    if by.is_admin or (operation.kind == Operation.MERGE and apart.may_part(operation, by)):
        return True
    return not by.read_only and by.member_id is not None and by.member_id == operation.member_id


def _claim(operation: Operation, by: Actor) -> None:
    if not may_undo(operation, by):
        raise NotAllowed
    if not operation.undoable:
        raise Invalid({"": _("This can no longer be undone.")})
    if operation.kind == Operation.MERGE:
        apart.check(operation)
    same = Operation.objects.filter(id=operation.id, status=operation.status)
    if not same.update(status=Operation.Status.UNDOING):
        raise Invalid({"": _("This can no longer be undone.")})
    operation.status = Operation.Status.UNDOING


@jobs.handles(JOB)
def work(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        operation = Operation.objects.get(id=UUID(job.payload["operation"]))
        total = _of(operation).count()
    for done in take_back(operation, by=job.by):
        job.progress(done, total)
    return {"operation": str(operation.id)}


def take_back(operation: Operation, *, by: Actor) -> Iterator[int]:
    """All that is not undone yet; yields how many changes are dealt with. Opens the workspace itself."""
    with scope(by.workspace):
        done = _of(operation).exclude(outcome="").count()
    while True:
        with scope(by.workspace), transaction.atomic():
            whole = operation.kind in (Operation.MERGE, Operation.CONVERSION)
            rights = by.with_all_rights(by.via) if whole else by.anew(by.via)
            batch = list(_of(operation).filter(outcome="").order_by("-id")[:BATCH])
            _take_all_back(operation, batch, rights)
            if operation.kind == Operation.MERGE:
                apart.count_anew(operation, batch, rights)
            if not batch:
                _end(operation, by)
                return
        done += len(batch)
        yield done


def _of(operation: Operation) -> Any:
    return OperationChange.objects.filter(operation_id=operation.id).exclude(outcome=Outcome.REFUSED)


def _end(operation: Operation, by: Actor) -> None:
    operation.status, operation.undone_at = Operation.Status.UNDONE, timezone.now()
    operation.save()
    told = {"kept": _of(operation).filter(outcome=Outcome.KEPT).count()}
    if operation.kind == Operation.MERGE:
        apart.tell(operation, "merge undone", by, **told)
    else:
        log.record("operation undone", by=by, entity=operation.entity, record_id=operation.id, **told)
    for follow in extensions.undone.get(operation.kind, ()):
        follow(operation, by=by)


def _take_all_back(operation: Operation, batch: Sequence[OperationChange], by: Actor) -> None:
    """What was changed gets its old values; then goes what was created, most of an import, all at once, the newest first.
    What only came along (the company of a person) stays where others have come to belong to it."""
    created = [change for change in batch if change.action == Action.CREATED]
    for change in batch:
        if change.action != Action.CREATED:
            _take_back(change, by)
    if operation.kind == Operation.CONVERSION:
        created = [change for change in created if not _went_on(operation, change)]
    for slug in dict.fromkeys(change.entity for change in created):
        mine = [change for change in created if change.entity == slug]
        if slug != operation.entity:
            needed = led_to(registry[slug], {change.record_id for change in mine})
            for change in mine:
                if change.record_id in needed:
                    _keep(change, _("Other records belong to it by now, so it stays."))
            mine = [change for change in mine if change.record_id not in needed]
        gone = trash_many(registry[slug], (change.record_id for change in mine), by=by)
        for change in mine:
            if change.record_id in gone:
                change.outcome = Outcome.UNDONE
            else:
                _take_back(change, by)  # finds out why not
    _save(batch)


def _went_on(operation: Operation, change: OperationChange) -> bool:
    """Whether somebody has worked with what was created: changed it, or done or filed something about it. It stays."""
    record = registry[change.entity].rows().filter(id=change.record_id).first()
    on_it = {"entity": change.entity, "record_id": change.record_id}
    since = Event.objects.filter(**on_it, at__gt=operation.ended_at)
    if record is not None and (record.version != change.version or since.exists()):
        _keep(change, _("Changed since, so it stays as it is."))
    elif any(each.model.objects.filter(**on_it).exists() for each in hanging):
        _keep(change, _("Other records belong to it by now, so it stays."))
    return change.outcome == Outcome.KEPT


def _save(batch: Sequence[OperationChange]) -> None:
    plain = {change.id for change in batch if (change.outcome, change.fields) == (Outcome.UNDONE, [])}
    OperationChange.objects.filter(id__in=plain).update(outcome=Outcome.UNDONE)
    others = [change for change in batch if change.id not in plain]
    OperationChange.objects.bulk_update(others, ["outcome", "reason", "fields"])


def _take_back(change: OperationChange, by: Actor) -> None:
    try:
        with unasked(), transaction.atomic():
            _WAYS[Action(change.action)](change, by)
    except NotFound:
        _keep(change, _("The record is gone, or you may not see it."))
    except Refusal as error:
        _keep(change, str(error) or _("You may not do this."))


def _keep(change: OperationChange, reason: str) -> None:
    change.outcome, change.reason = Outcome.KEPT, reason


def _remove(change: OperationChange, by: Actor) -> None:
    actions.trash(registry[change.entity], change.record_id, by=by)
    change.outcome = Outcome.UNDONE


def _return(change: OperationChange, by: Actor) -> None:
    actions.restore(registry[change.entity], change.record_id, by=by)
    change.outcome = Outcome.UNDONE


def _give_back(change: OperationChange, by: Actor) -> None:
    entity = registry[change.entity]
    record = actions.get(entity, change.record_id, by=by, lock=True)
    fields = entity.readable(by)
    old, others = {}, []
    for name, value in change.before.items():
        if name not in fields or plain(now(fields[name], record)) != change.after[name]:
            others.append(name)
        else:
            old[name] = revived(entity, fields[name], value)
    if old:
        actions.change(entity, record, old, by=by)
    change.outcome, change.fields = Outcome.UNDONE, others
    if others:
        _keep(change, _("Changed since, so it stays as it is."))


def _unshare(change: OperationChange, by: Actor) -> None:
    """The grant ends, and the one that it took the place of comes back."""
    entity = registry[change.entity]
    record = actions.get(entity, change.record_id, by=by)
    ended = sharing.take_back(entity, record, UUID(change.before["grant"]), change.before["was"], by=by)
    change.outcome = Outcome.UNDONE
    if not ended:
        _keep(change, _("Changed since, so it stays as it is."))


def _take_from(change: OperationChange, by: Actor) -> None:
    """The small rows that it added go; one that has since come to be the first of its kind stays."""
    entity, context = registry[change.entity], Context(by, Reader.of(by.workspace))
    change.outcome = Outcome.UNDONE
    for name, ids in change.before.items():
        detail = details.detail_of(entity, name)
        for row in details.rows(entity, change.record_id, detail, context):
            if str(row["id"]) not in ids:
                continue
            if row.get("primary"):
                _keep(change, _("Changed since, so it stays as it is."))
            else:
                details.act(entity, change.record_id, detail, row["id"], "remove", context)


_WAYS: dict[OperationChange.Action, Callable[[OperationChange, Actor], None]] = {
    Action.CREATED: _remove,
    Action.TRASHED: _return,
    Action.UPDATED: _give_back,
    Action.SHARED: _unshare,
    Action.ENRICHED: _take_from,
    Action.MERGED: apart.revive,
    Action.MOVED: lambda change, by: apart.move_back(change),
    Action.LEFT_OUT: lambda change, by: apart.put_back(change),
}
