"""Purging in the background: the whole trash of a noun, all that has lain there for long, the values of a field."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs, log
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.models import Job
from sila.platform.customfields.actions import take_field_away
from sila.platform.customfields.models import CustomField, CustomValue
from sila.platform.entities.computed.values import hold
from sila.platform.entities.purging import administrators_only, in_trash, purge_some, told
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import scope, today
from sila.platform.tenancy.models import Workspace

TRASH, FIELD = "purge trash", "purge field"
BATCH = 200
REASONS = 20  # that are kept to be shown
LEAST_DAYS = 30  # the time in which everything can be undone


# ---- the trash -------------------------------------------------------------------------------------
def empty(entity: Entity, *, by: Actor) -> Job:
    """All that lies in this trash now. Raises NotAllowed."""
    administrators_only(by)
    payload = {"nouns": [entity.slug], "before": timezone.now().isoformat()}
    return jobs.enqueue(TRASH, f"{entity.slug}:{uuid7()}", payload, by=by)


def last_emptying(entity: Entity) -> Job | None:
    found = Job.objects.filter(name=TRASH, key__startswith=f"{entity.slug}:")
    return found.order_by("-created_at").first()


@jobs.handles(TRASH)
def work(job: jobs.Run) -> dict[str, Any]:
    """Noun by noun, again while something goes: what led to a record may have gone meanwhile."""
    gone, before = int(job.row.result.get("gone", 0)), datetime.fromisoformat(job.payload["before"])
    while True:
        reasons: list[dict[str, str]] = []
        kept, earlier = 0, gone
        for slug in job.payload["nouns"]:
            for done, stayed in _sweep(job, slug, before):
                gone, kept = gone + done, kept + len(stayed)
                reasons = [*reasons, *stayed][:REASONS]
                job.progress(gone, gone=gone)
        if gone == earlier:
            return {"gone": gone, "kept": kept, "reasons": reasons}


def _sweep(job: jobs.Run, slug: str, before: datetime) -> Iterator[tuple[int, list[dict[str, str]]]]:
    last: UUID | None = None
    while True:
        with scope(job.workspace), transaction.atomic():
            entity, by = registry.get(slug), job.by.anew("job")
            if entity is None:
                return
            administrators_only(by)
            found = in_trash(entity).filter(deleted_at__lt=before).order_by("id")
            rows = list((found.filter(id__gt=last) if last else found).values("id", *entity.title)[:BATCH])
            done = purge_some(entity, [row["id"] for row in rows], by=by)
            stayed = [
                {"title": entity.title_of(row), "why": told(done.kept[row["id"]])}
                for row in rows
                if row["id"] in done.kept
            ]
        if not rows:
            return
        last = rows[-1]["id"]
        yield len(done.gone), stayed


def purge_everyone() -> None:
    """Looked at each minute: once a day what has lain in the trash for as long as the workspace says."""
    among = Workspace.objects.exclude(purge_days=None)
    in_each_workspace(lambda workspace: purge_old(Actor.system(workspace, "job")), among=among)


@transaction.atomic
def purge_old(by: Actor) -> Job | None:
    days = by.workspace.purge_days
    if days is None:
        return None
    before = timezone.now() - timedelta(days=days)
    nouns = [entity.slug for entity in registry if entity.trashable and not entity.narrow]
    payload = {"nouns": nouns, "before": before.isoformat()}
    return jobs.enqueue(TRASH, f"all:{today().isoformat()}", payload, by=by)


# ---- values of a field -----------------------------------------------------------------------------
def purge_field(row: CustomField, *, by: Actor) -> Job:
    """A hidden field for ever: from now on it cannot come back, and its values go. Raises NotAllowed, ValueError."""
    administrators_only(by)
    with transaction.atomic():
        take_field_away(row, by=by)
        return jobs.enqueue(FIELD, row.key, {"field": row.key, "entity": row.entity}, by=by)


def carrying(row: CustomField) -> int:
    """How many records have a value in it, live ones; counted up to 10,001."""
    values = CustomValue.objects.filter(field=row.key).order_by().values("record_id").distinct()
    return int(values[:10_001].count())


@jobs.handles(FIELD)
def work_field(job: jobs.Run) -> dict[str, Any]:
    key, done = job.payload["field"], int(job.row.result.get("reached", 0))
    while True:
        with scope(job.workspace), transaction.atomic():
            number = _strip(key, job.payload["entity"])
            if not number:
                CustomValue.objects.filter(field=key).delete()
                field = CustomField.objects.filter(key=key).exclude(purged_at=None).first()
                if field:
                    log.record(
                        "field purged", by=job.by, entity=field.entity, record_id=field.id, title=field.label
                    )
                    field.delete()
                return {"done": done}
        done += number
        job.progress(done, reached=done)


def _strip(key: str, slug: str) -> int:
    """Take the value out of some records, those in the trash too."""
    entity = registry.get(slug)
    model: Any = entity.model if entity else None
    if model is None:  # a record type that is hidden itself
        from sila.platform.entities.models import CustomRecord

        model = CustomRecord
    ids = list(model.objects.filter(custom__has_key=key).order_by("id").values_list("id", flat=True)[:500])
    hold(model, set(ids), share=False, patient=True)
    records = list(model.objects.filter(id__in=ids))
    for record in records:
        record.custom = {name: value for name, value in record.custom.items() if name != key}
    model.objects.bulk_update(records, ["custom"], batch_size=500)
    CustomValue.objects.filter(field=key, record_id__in=ids).delete()
    return len(records)
