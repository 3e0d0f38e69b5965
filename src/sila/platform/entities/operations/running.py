"""An operation that runs is a job in the background: whether that still lives, and stopping it."""

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.importing import run as importing
from sila.platform.entities.merging import verb as merging
from sila.platform.entities.models import ImportRun, Operation
from sila.platform.entities.operations import bulk, notes, undo

Status = Operation.Status
ENDED = {Job.State.FAILED: Status.FAILED, Job.State.CANCELLED: Status.CANCELLED}


def settle(operation: Operation) -> None:
    """An operation whose job has given up does not run any more, nor is it being undone."""
    job = _job(operation)
    if job is not None and job.state in ENDED:
        notes.end(operation, ENDED[Job.State(job.state)], done=operation.done, refused=operation.refused)


def stop(operation: Operation, *, by: Actor) -> None:
    """What it has done stays, and can be undone. A merge is not left half done. Raises NotAllowed."""
    if operation.kind == Operation.MERGE or (not by.is_admin and by.member_id != operation.member_id):
        raise NotAllowed
    job = _job(operation)
    if job is not None and jobs.cancel(job) and job.state == Job.State.WAITING:
        notes.end(operation, Status.CANCELLED, done=operation.done, refused=operation.refused)


def _job(operation: Operation) -> Job | None:
    if operation.status not in (Status.RUNNING, Status.UNDOING):
        return None
    if operation.status == Status.UNDOING:
        name, key = undo.JOB, operation.id
    elif operation.kind == Operation.MERGE:
        name, key = merging.JOB, operation.id
    elif run := ImportRun.objects.filter(operation_id=operation.id).first():
        name, key = importing.JOB, run.id
    else:
        name, key = bulk.JOB, operation.id
    return Job.objects.filter(name=name, key=str(key)).first()
