"""The outbox: jobs are rows written in the business transaction, woken on commit, swept every few seconds.

A job may run twice, so handlers are written to end in the same state. A handler reports progress; that also
renews its lease. A killed worker's job is taken up again when the lease ends, within `LEASE`.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.activity.models import Job
from sila.platform.tenancy.current import scope, today
from sila.platform.tenancy.models import Workspace

LEASE = timedelta(seconds=20)
ATTEMPTS = 5
log = logging.getLogger(__name__)

Handler = Callable[["Run"], dict[str, Any] | None]
handlers: dict[str, Handler] = {}
patience: dict[str, int] = {}  # jobs that are tried more often


class Cancelled(Exception):
    """The job's owner asked it to stop; what it has done so far stays."""


class Run:
    """A running job, as its handler sees it. The handler opens `scope(run.workspace)` for each of its steps,
    so that no transaction spans a long job."""

    def __init__(self, row: Job, by: Actor) -> None:
        self.row, self.by, self.payload, self.workspace = row, by, row.payload, by.workspace

    def progress(self, done: int, total: int | None = None, **state: Any) -> None:
        """Say how far it is, keep `state` for a resumed run, renew the lease. Raises Cancelled."""
        self.row.result = {**self.row.result, **state}
        with scope(self.workspace):
            kept = Job.objects.filter(id=self.row.id, state=Job.State.RUNNING).update(
                progress=done, total=total, result=self.row.result, leased_until=timezone.now() + LEASE
            )
        self.workspace.refresh_from_db(
            fields=["shape_version", "access_version"]
        )  # fields may be others by now
        if not kept:
            raise Cancelled


def handles(name: str, *, attempts: int = ATTEMPTS) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        handlers[name], patience[name] = handler, attempts
        return handler

    return register


def wake_nothing(tenant: UUID, job: UUID) -> None:
    """Until the project connects the queue (sila.project.apps), the sweep alone finds jobs."""


wake: Callable[[UUID, UUID], None] = wake_nothing


def enqueue(
    name: str, key: str, payload: dict[str, Any], *, by: Actor, run_at: datetime | None = None
) -> Job:
    """Write the job into the current transaction. The same name and key is the same job."""
    job, _new = Job.objects.get_or_create(
        name=name,
        key=key,
        defaults={"payload": payload, "member_id": by.member_id, "run_at": run_at or timezone.now()},
    )
    if run_at is None and job.state == Job.State.WAITING:
        transaction.on_commit(partial(_wake, job.tenant_id, job.id))
    return job


def once_a_day(name: str, *, by: Actor) -> Job:
    """For what is asked each minute and done on each day of the workspace's clock; the handler is told the `day`."""
    day = today().isoformat()
    return enqueue(name, day, {"day": day}, by=by)


def _wake(tenant: UUID, job: UUID) -> None:
    wake(tenant, job)


def cancel(job: Job) -> bool:
    live = (Job.State.WAITING, Job.State.RUNNING)
    return bool(
        Job.objects.filter(id=job.id, state__in=live).update(
            state=Job.State.CANCELLED, ended_at=timezone.now()
        )
    )


def run(tenant: UUID, job_id: UUID) -> bool:
    """Claim the job and do it. False if it is not to be done now (done, leased elsewhere, cancelled)."""
    workspace = Workspace.objects.get(pk=tenant)
    with scope(workspace):
        row = _claim(job_id)
        if row is None:
            return False
        by = _actor(workspace, row)
    try:
        result = handlers[row.name](Run(row, by))
        _end(workspace, row, Job.State.DONE, result=result or row.result)
    except Cancelled:
        log.info("job %s was cancelled", row.id)
    except Exception as error:  # a job's failure is kept with the job and must not stop the worker
        log.exception("job %s (%s) failed", row.id, row.name)
        _failed(workspace, row, error)
    return True


def _claim(job_id: UUID) -> Job | None:
    now = timezone.now()
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, leased_until__lt=now)
    taken = Job.objects.filter(free, id=job_id, run_at__lte=now).update(
        state=Job.State.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    return Job.objects.get(id=job_id) if taken else None


def _actor(workspace: Workspace, row: Job) -> Actor:
    member = Member.objects.filter(id=row.member_id).first() if row.member_id else None
    return Actor.of(workspace, member, "job") if member else Actor.system(workspace, "job")


def _end(workspace: Workspace, row: Job, state: str, **values: Any) -> None:
    with scope(workspace):
        Job.objects.filter(id=row.id).update(
            state=state, ended_at=timezone.now(), leased_until=None, **values
        )


def _failed(workspace: Workspace, row: Job, error: Exception) -> None:
    """Try again later, a few times; then keep it as failed, with the reason, for a person to see."""
    text = "".join(traceback.format_exception_only(error))[-2000:]
    if row.attempts >= patience.get(row.name, ATTEMPTS):
        _end(workspace, row, Job.State.FAILED, error=text)
        return
    with scope(workspace):
        later = timezone.now() + timedelta(seconds=2**row.attempts)
        Job.objects.filter(id=row.id).update(
            state=Job.State.WAITING, run_at=later, leased_until=None, error=text
        )


def due() -> Iterator[tuple[UUID, UUID]]:
    """(tenant, job) of everything that should be running and is not."""
    now = timezone.now()
    for workspace in Workspace.objects.all():
        with scope(workspace):
            late = Q(state=Job.State.WAITING, run_at__lte=now) | Q(
                state=Job.State.RUNNING, leased_until__lt=now
            )
            found = list(Job.objects.filter(late).order_by("run_at").values_list("id", flat=True)[:100])
        yield from ((workspace.pk, job_id) for job_id in found)
