"""Entries of search that an older Sila wrote are written anew in the background, in the places that they have.

Each minute the worker goes on for a few seconds where it stopped, the oldest entries first; what is saved meanwhile is
written in the new form anyway. Old entries are found as they were until it is their turn.
"""

import time
from collections import defaultdict
from uuid import UUID

from django.db import transaction

from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import index
from sila.platform.entities.models import Merged, SearchEntry, SearchProgress
from sila.platform.entities.registry import Entity, registry
from sila.platform.tenancy.models import Workspace

STEP = 500  # entries of a transaction
SECONDS = 10.0  # of a minute, for each workspace
_renewed: set[UUID] = set()  # workspaces that this process need not look through again


def renew_everyone() -> None:
    in_each_workspace(renew, among=Workspace.objects.exclude(pk__in=_renewed))


def renew(workspace: Workspace) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with transaction.atomic():
            if not _step(SearchProgress.objects.first() or SearchProgress.objects.create()):
                _renewed.add(workspace.pk)
                return


def _step(progress: SearchProgress) -> bool:
    """Whether there is more to do."""
    if progress.form == index.FORM:
        return False
    entries = SearchEntry.objects.filter(position__gt=progress.renewed).order_by("position")
    rows = list(entries.values_list("id", "entity", "position")[:STEP])
    if not rows:
        _merged_before()
        SearchProgress.objects.update(form=index.FORM, renewed=0)
        return False
    by_entity: dict[str, list[UUID]] = defaultdict(list)
    for record_id, slug, _position in rows:
        by_entity[slug].append(record_id)
    for slug, ids in by_entity.items():
        if (entity := registry.get(slug)) and entity.search:
            index.rewrite(entity, _records(entity, ids))
    SearchProgress.objects.update(renewed=rows[-1][2])
    return True


def _merged_before() -> None:
    """What went into another record before that was found by the names it had."""
    ids: dict[str, list[UUID]] = defaultdict(list)
    for record_id, slug in Merged.objects.values_list("id", "entity"):
        ids[slug].append(record_id)
    for slug, gone in ids.items():
        if (entity := registry.get(slug)) and entity.search:
            for start in range(0, len(gone), STEP):
                index.index_many((entity, record) for record in _records(entity, gone[start : start + STEP]))


def _records(entity: Entity, ids: list[UUID]) -> list[object]:
    links = {path.split("__", 1)[0] for path in entity.search if "__" in path}
    rows = entity.rows(trashed=True).filter(id__in=ids)
    return list(rows.select_related(*links) if links else rows)
