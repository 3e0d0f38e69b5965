"""What is worked out in the background: all records of a noun after a formula has changed, the many that follow one
record, roll-ups of very many rows, and each night what depends on the day."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Job
from sila.platform.customfields.models import CustomField
from sila.platform.entities.computed.plan import Computed, Follower, current_plan
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import scope, today

ALL, SOME, BEHIND = "recompute all", "recompute", "recompute behind"
BATCH = 500
AT_ONCE = 200
SOON = timedelta(seconds=3)


# ---- asking for it ---------------------------------------------------------------------------------
def begin(row: CustomField, *, by: Actor, why: str = "") -> None:
    """A field is new or works otherwise: its few records at once, very many in the background."""
    entity = registry[row.entity]
    ids = list(entity.rows(trashed=True).values_list("id", flat=True)[: AT_ONCE + 1])
    if len(ids) > AT_ONCE:
        everything(row, by=by, why=why)
    else:
        _now(entity, ids, by, {"all"})


def everything(row: CustomField, *, by: Actor, why: str = "") -> Job:
    """All records of the field's noun. One job for each version of the field, or each day."""
    payload = {"entity": row.entity, "field": row.key}
    return jobs.enqueue(ALL, f"{row.key}:{why or row.version}", payload, by=by)


def again(entity: Entity, ids: Collection[UUID], *, by: Actor, total: str = "") -> None:
    """These records, once others have let go of them; and this roll-up of theirs ("all" of them)."""
    ordered = sorted(str(each) for each in ids)
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        about = f"{entity.slug}:{total}:{some[0]}:{len(some)}"
        _await(SOME, about, {"entity": entity.slug, "ids": some, "total": total}, by)


def follow_link(follower: Follower, record_id: UUID, *, by: Actor) -> None:
    """All records that lead to this one over the follower's links."""
    links = [step.field.name for step in follower.links]
    payload = {
        "entity": follower.noun.slug,
        "key": follower.key,
        "links": links,
        "record": str(record_id),
    }
    _await(BEHIND, f"{follower.noun.slug}:{'.'.join(links)}:{record_id}", payload, by)


def _await(name: str, about: str, payload: dict[str, Any], by: Actor) -> None:
    """One job soon for all that ask for the same now. One that waits is taken if it can be held until this
    transaction ends, so that it cannot begin before; if not, another is made. Nobody waits for anybody."""
    waiting = Job.objects.filter(name=name, state=Job.State.WAITING, key__startswith=about, payload=payload)
    if connection.vendor == "postgresql":
        waiting = waiting.select_for_update(skip_locked=True)
    if not list(waiting[:1]):
        jobs.enqueue(name, f"{about}:{uuid7()}"[:120], payload, by=by, run_at=timezone.now() + SOON)


# ---- doing it --------------------------------------------------------------------------------------
@jobs.handles(ALL)
def work_all(job: jobs.Run) -> dict[str, Any]:
    """Goes on where a killed run was. The total is counted once, for the progress that people see."""
    with scope(job.workspace):
        entity = registry.get(job.payload["entity"])
        total = entity.rows(trashed=True).count() if entity else 0
    if entity is not None:
        for last, done in walk(job, entity, lambda noun: noun.rows(trashed=True), {"all"}):
            job.progress(done, total, last=str(last), reached=done)
    return {}


@jobs.handles(BEHIND)
def work_behind(job: jobs.Run) -> dict[str, Any]:
    from sila.platform.entities.computed.keeping import those_behind

    def rows(noun: Entity) -> QuerySet[Any]:
        wanted = tuple(job.payload["links"])
        for followers in current_plan().followers.values():
            for each in followers:
                same = tuple(step.field.name for step in each.links) == wanted
                if each.key == job.payload["key"] and same:
                    return those_behind(each, [UUID(job.payload["record"])])
        return noun.rows().none()  # the formula is gone, or reads something else by now

    with scope(job.workspace):
        entity = registry.get(job.payload["entity"])
    if entity is not None:
        for last, done in walk(job, entity, rows, {job.payload["key"]}):
            job.progress(done, last=str(last), reached=done)
    return {}


def walk(job: jobs.Run, entity: Entity, rows: Any, totals: set[str] | None) -> Iterator[tuple[UUID, int]]:
    """The records in batches, each a transaction; yields the last and how many are done. Opens the workspace itself."""
    last, done = job.row.result.get("last"), int(job.row.result.get("reached", 0))
    while True:
        with scope(job.workspace), transaction.atomic():
            found = rows(entity).order_by("id")
            ids = list(
                (found.filter(id__gt=UUID(last)) if last else found).values_list("id", flat=True)[:BATCH]
            )
            _now(entity, ids, job.by, totals)
        if not ids:
            return
        last, done = str(ids[-1]), done + len(ids)
        yield ids[-1], done


@jobs.handles(SOME)
def work_some(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace), transaction.atomic():
        entity = registry.get(job.payload["entity"])
        if entity is not None:
            total = job.payload["total"]
            _now(entity, [UUID(each) for each in job.payload["ids"]], job.by, {total} if total else None)
    return {}


def _now(entity: Entity, ids: list[UUID], by: Actor, totals: set[str] | None) -> None:
    from sila.platform.entities.computed.keeping import recompute

    if totals == {"all"}:
        totals = {each.key for each in current_plan().of.get(entity.slug, ()) if each.rollup}
    if ids:
        recompute(entity, ids, by=by, totals=totals, patient=True)


# ---- by night --------------------------------------------------------------------------------------
def refresh_everyone() -> None:
    """Looked at each minute: what depends on the day is worked out once on each."""
    in_each_workspace(lambda workspace: refresh(Actor.system(workspace, "job")))


def refresh(by: Actor) -> int:
    """How many fields are to be worked out anew."""
    nightly = [each for each in current_plan().computed if each.nightly and not each.problem]
    for each in nightly:
        with transaction.atomic():
            everything(each.row, by=by, why=today().isoformat())
    return len(nightly)


def running(fields: Collection[Computed]) -> dict[str, Job]:
    """Field -> the job that works all its records out, if one is not done."""
    live = Job.objects.filter(name=ALL, state__in=(Job.State.WAITING, Job.State.RUNNING))
    keys = {each.key for each in fields}
    return {job.payload["field"]: job for job in live.order_by("id") if job.payload.get("field") in keys}
