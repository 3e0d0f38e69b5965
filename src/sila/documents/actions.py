"""Attaching files to records and taking them away. Rights are those of the record."""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sila.documents import searching
from sila.documents.models import File
from sila.documents.storage import keep, path_of
from sila.platform.access.actor import Actor
from sila.platform.activity import jobs, log
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit import clock
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.ids import uuid7
from sila.platform.kit.text import clean_text
from sila.platform.tenancy.current import current_id

PURGE = "purge file"
KEPT = timedelta(days=30)  # the time in which everything can be undone


def attach(slug: str, record_id: UUID, name: str, chunks: Iterable[bytes], *, by: Actor) -> File:
    """Keep a file on a record that the actor may edit. Raises NotFound, NotAllowed, Invalid."""
    entity, record = record_behind(slug, record_id, by)
    if not by.may(entity.slug, "edit", record):
        raise NotAllowed
    shown, file_id = tidy_name(name), uuid7()
    path = path_of(current_id(), file_id)
    stored = keep(chunks, path, shown)
    try:
        with transaction.atomic():
            file: File = File.objects.create(
                id=file_id,
                entity=entity.slug,
                record_id=record.id,
                name=shown,
                size=stored.size,
                sha256=stored.sha256,
                content_type=stored.content_type,
                member_id=by.member_id,
                created_at=clock.now(),
            )
            searching.begin(file, by=by)
            _tell("file_added", entity, record, file, by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return file


def remove(file: File, *, by: Actor) -> None:
    """Take a file off its record. Its bytes go after KEPT."""
    entity, record = record_behind(file.entity, file.record_id, by)
    if not by.may(entity.slug, "edit", record):
        raise NotAllowed
    with transaction.atomic():
        gone = File.objects.filter(id=file.id, deleted_at=None).update(deleted_at=clock.now())
        if not gone:
            raise NotFound
        searching.forget(file)
        _tell("file_removed", entity, record, file, by)
        jobs.enqueue(PURGE, str(file.id), {"file": str(file.id)}, by=by, run_at=clock.now() + KEPT)


def find(file_id: UUID, *, by: Actor) -> File:
    """A file whose record the actor may see. Raises NotFound for any other."""
    file: File | None = File.objects.filter(id=file_id, deleted_at=None).first()
    if file is None:
        raise NotFound
    record_behind(file.entity, file.record_id, by)
    return file


def record_behind(slug: str, record_id: UUID, by: Actor) -> tuple[Entity, Any]:
    """The record in its own entity, so that one file has one home."""
    entity = registry.get(slug)
    if entity is None:
        raise NotFound
    record = records.get(entity, record_id, by=by)
    return (registry[entity.narrow(record)] if entity.narrow else entity), record


def tidy_name(name: str) -> str:
    """The name that people gave, without folders and control characters. Arabic stays as it is."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    try:
        shown = clean_text(base, max_length=255)
    except InvalidInput as error:
        raise Invalid({"file": str(error)}) from error
    if shown in ("", ".", ".."):
        raise Invalid({"file": _("The file has no name.")})
    return shown


def _tell(kind: str, entity: Entity, record: Any, file: File, by: Actor) -> None:
    log.record(
        kind,
        by=by,
        entity=entity.slug,
        record_id=record.id,
        title=entity.title_of(record),
        text=file.name,
        file=str(file.id),
    )
