"""What happens to files later."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.db import transaction

from sila.documents.actions import PURGE
from sila.documents.models import File, FileText
from sila.documents.storage import path_of
from sila.platform.activity import jobs
from sila.platform.entities import extensions
from sila.platform.entities.registry import Entity
from sila.platform.tenancy.current import current_id, scope


@jobs.handles(PURGE)
def purge(job: jobs.Run) -> None:
    """The row and the bytes of a file that was removed long ago. A file that came back stays."""
    file_id = UUID(job.payload["file"])
    with scope(job.workspace), transaction.atomic():
        FileText.objects.filter(file_id=file_id).delete()
        gone, _rows = File.objects.filter(id=file_id, deleted_at__isnull=False).delete()
        if gone:
            path_of(current_id(), file_id).unlink(missing_ok=True)


def go_with(entity: Entity, ids: Collection[UUID]) -> None:
    """The files of records that go for ever; the bytes once that is sure."""
    files = File.objects.filter(entity=entity.slug, record_id__in=ids)
    for file_id in files.values_list("id", flat=True):
        transaction.on_commit(partial(path_of(current_id(), file_id).unlink, missing_ok=True))
    files.delete()


extensions.purged.append(go_with)
