"""Records are found by the names of what they link to (a deal by its customer). When such a name changes, what
search knows of them follows, in the background: a company may have thousands of deals."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import models, transaction

from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.entities import index
from sila.platform.entities.registry import Changes, Entity, registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.fields import Link

JOB = "follow a name"
BATCH = 500


@cache
def _readers(model: type[models.Model]) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """(entity, its link here, the fields of `model` that its search reads through that link)."""
    found = []
    for entity in registry:
        paths = [path.split("__", 1) for path in entity.search if "__" in path]
        for name in {step for step, _rest in paths}:
            link: Any = entity.model._meta.get_field(name)
            if isinstance(link, Link) and link.related_model is model:
                found.append((entity.slug, name, frozenset(rest for step, rest in paths if step == name)))
    return tuple(found)


def follow(record: Any, changes: Changes, *, by: Actor) -> None:
    """Called inside the verb's transaction."""
    model: type[models.Model] = type(record)
    for slug, link, names in _readers(model):
        if names & changes.keys():
            payload = {"entity": slug, "link": link, "record": str(record.id)}
            jobs.enqueue(JOB, f"{slug}:{link}:{record.id}:{record.version}", payload, by=by)


@jobs.handles(JOB)
def work(job: jobs.Run) -> None:
    entity, link = registry[job.payload["entity"]], job.payload["link"]
    target, last = UUID(job.payload["record"]), None
    done = 0
    while True:
        with scope(job.workspace), transaction.atomic():
            last, number = _batch(entity, link, target, last)
        done += number
        if number < BATCH:
            return
        job.progress(done)


def _batch(entity: Entity, link: str, target: UUID, last: UUID | None) -> tuple[UUID | None, int]:
    rows = entity.rows().filter(**{f"{link}_id": target}).order_by("id").select_related(*_links(entity))
    batch = list((rows.filter(id__gt=last) if last else rows)[:BATCH])
    index.rewrite(entity, batch)
    return (batch[-1].id if batch else last), len(batch)


def _links(entity: Entity) -> set[str]:
    return {path.split("__", 1)[0] for path in entity.search if "__" in path}
