"""What is done in the background: all records graded anew, marks of a rule that is no more, and each night those that
have grown stale and how the scores are spread."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Job
from sila.platform.customfields.models import CustomValue
from sila.platform.entities.computed.keeping import recompute
from sila.platform.entities.computed.values import hold
from sila.platform.entities.computed.work import AT_ONCE, BATCH, walk
from sila.platform.entities.fields import RARE
from sila.platform.entities.quality.grading import Flaw, fresh_since, grade, worked_out_in
from sila.platform.entities.quality.keeping import BIT, having
from sila.platform.entities.quality.models import QualityPlan, QualityRule
from sila.platform.entities.quality.plan import graded_nouns, measure_of
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import current, scope, today

ALL, FORGET, NIGHT = "grade all", "forget a rule", "grade by night"
BINS = 11  # 0–9, 10–19, …, 90–99, 100


# ---- all records of a noun ---------------------------------------------------------------------------
def begin(entity: Entity, *, by: Actor) -> None:
    """What counts has changed: the few records at once, very many in the background."""
    ids = list(entity.rows().values_list("id", flat=True)[: AT_ONCE + 1])
    if len(ids) > AT_ONCE:
        jobs.enqueue(ALL, f"{entity.slug}:{current().shape_version}", {"entity": entity.slug}, by=by)
        return
    recompute(entity, ids, by=by)
    count_spread(entity)


@jobs.handles(ALL)
def grade_all(job: jobs.Run) -> dict[str, Any]:
    with scope(job.workspace):
        entity = registry.get(job.payload["entity"])
        total = entity.rows().count() if entity else 0
    if entity is not None:
        for last, done in walk(job, entity, lambda noun: noun.rows(), None):
            job.progress(done, total, last=str(last), reached=done)
        with scope(job.workspace), transaction.atomic():
            count_spread(entity)
    return {}


def running(entity: Entity) -> Job | None:
    """The job that grades all records of the noun, if one is not done."""
    live = Job.objects.filter(name=ALL, state__in=(Job.State.WAITING, Job.State.RUNNING))
    return live.filter(key__startswith=f"{entity.slug}:").order_by("-id").first()


# ---- a rule that is no more --------------------------------------------------------------------------
def forget_rule(rule: QualityRule, *, by: Actor) -> None:
    """Nothing breaks it any more. Its few marks go at once, very many in the background."""
    marks = CustomValue.objects.filter(field=rule.key)[: AT_ONCE + 1].count()
    if marks > AT_ONCE:
        payload = {"entity": rule.entity, "key": rule.key}
        jobs.enqueue(FORGET, f"{rule.key}:{rule.version}", payload, by=by)
    else:
        _forget_some(registry.get(rule.entity), rule.key)


@jobs.handles(FORGET)
def forget(job: jobs.Run) -> None:
    done = 0
    while True:
        with scope(job.workspace), transaction.atomic():
            key = job.payload["key"]
            if QualityRule.objects.filter(key=key, active=True).exists():
                return  # it was switched on again meanwhile
            number = _forget_some(registry.get(job.payload["entity"]), key)
        done += number
        if number < BATCH:
            return
        job.progress(done)


def _forget_some(entity: Entity | None, key: str) -> int:
    marks = list(CustomValue.objects.filter(field=key).values_list("id", "record_id")[:BATCH])
    if entity is not None:
        held = hold(entity.model, {record_id for _id, record_id in marks}, share=False, patient=True)
        records = list(entity.rows(trashed=True).filter(id__in=held))
        for record in records:
            record.custom = {name: value for name, value in record.custom.items() if name != key}
            grade(entity, record)
        entity.model._default_manager.bulk_update(records, worked_out_in(entity), batch_size=BATCH)
    CustomValue.objects.filter(id__in=[mark for mark, _record in marks]).delete()
    return len(marks)


# ---- by night ----------------------------------------------------------------------------------------
def refresh_everyone() -> None:
    """Looked at each minute: each workspace's night is one job."""
    in_each_workspace(lambda workspace: jobs.once_a_day(NIGHT, by=Actor.system(workspace, "job")))


@jobs.handles(NIGHT)
def by_night(job: jobs.Run) -> dict[str, Any]:
    """Of each noun those that have grown stale, and those that came in without a score, as when Sila is renewed."""
    done = 0
    with scope(job.workspace):
        nouns = graded_nouns()
    for noun in nouns:
        for number in _due(job, noun):
            done += number
            job.progress(done)
        with scope(job.workspace), transaction.atomic():
            count_spread(noun)
    return {"graded": done}


def _due(job: jobs.Run, noun: Entity) -> Iterator[int]:
    for batch in (_ungraded, _grown_stale, _put_off_till_now):
        last: Any = None
        while True:
            with scope(job.workspace), transaction.atomic():
                ids, last = batch(noun, last)
                if ids:
                    recompute(noun, ids, by=job.by, patient=True)
            if not ids:
                break
            yield len(ids)


# Each finds the next records by an index, from where the last batch ended: (ids, that place).
Batch = tuple[list[UUID], Any]


def _ungraded(noun: Entity, last: Any) -> Batch:
    rows = noun.rows().filter(quality=None)
    ids = list(
        (rows.filter(id__gt=last) if last else rows).order_by("id").values_list("id", flat=True)[:BATCH]
    )
    return ids, ids[-1] if ids else last


def _grown_stale(noun: Entity, last: Any) -> Batch:
    """Those that grew stale since the last night are the youngest of the stale ones."""
    bit, _stale = having(Flaw.STALE)
    rows = noun.rows().filter(touched_at__lt=fresh_since(measure_of(noun)), **noun.tended).annotate(**bit)
    rows = rows.filter(**{BIT: 0, **({"touched_at__lte": last} if last else {})}).order_by(
        "-touched_at", "-id"
    )
    found = list(rows.values_list("id", "touched_at")[:BATCH])
    return [record_id for record_id, _at in found], found[-1][1] if found else last


def _put_off_till_now(noun: Entity, last: Any) -> Batch:
    rows = noun.rows().filter(flaws__gte=RARE, snoozed_until__lte=today())
    bit, put_off = having(Flaw.PUT_OFF)
    ids = list(
        rows.annotate(**bit).filter(put_off).order_by("quality", "id").values_list("id", flat=True)[:BATCH]
    )
    return ([], last) if ids == last else (ids, ids)


# ---- how the scores are spread -----------------------------------------------------------------------
def count_spread(noun: Entity) -> None:
    """One walk over the index of scores; pages show what it came to."""
    scores = noun.rows().exclude(quality=None).order_by("quality").values_list("quality")
    spread = [0] * BINS
    for score, number in scores.annotate(number=Count("id")):
        spread[score // 10] += number
    counted = {"spread": spread, "counted_at": clock.now()}
    if not QualityPlan.objects.filter(entity=noun.slug).update(**counted):
        QualityPlan.objects.create(entity=noun.slug, **counted)
