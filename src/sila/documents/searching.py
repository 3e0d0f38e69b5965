"""Files among the results of search: by their names at once, by the words inside them when a job has read them.

The words stand in a side table of their own, in parts that overlap, so that long documents do not stand before people
and companies in theirs. Who may see the record that carries a file may find the record by it.
"""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from sila.documents.extracting import words_of
from sila.documents.models import File, FileText
from sila.documents.storage import path_of
from sila.platform.access.actor import Actor
from sila.platform.activity import jobs
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities import extensions, needles, search
from sila.platform.entities.index import tenant_code
from sila.platform.entities.registry import registry
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import current_id, scope
from sila.platform.tenancy.models import Workspace

READ = "read file"
PART, OVERLAP = 4_000, 100  # characters: of a part, and of it again in the next one (the longest query)
CANDIDATES = 200  # parts
EARLIER = 50  # files of a workspace in a minute
_all_read: set[UUID] = set()  # workspaces that this process need not look through again


def begin(file: File, *, by: Actor) -> None:
    """Within the transaction that adds a file: its name can be found, and its words are to be read."""
    _write(file, "")
    jobs.enqueue(READ, str(file.id), {"file": str(file.id)}, by=by)


def forget(file: File) -> None:
    FileText.objects.filter(file_id=file.id).delete()


@jobs.handles(READ)
def read(job: jobs.Run) -> dict[str, Any]:
    """Done twice it ends the same. A file that is gone meanwhile is left alone."""
    file_id = UUID(job.payload["file"])
    with scope(job.workspace):
        file, path = _live(file_id), path_of(current_id(), file_id)
    words = words_of(path, file.content_type) if file and path.exists() else ""
    with scope(job.workspace), transaction.atomic():
        file = _live(file_id)
        if file:
            _write(file, words)
    return {"characters": len(words)}


def read_earlier_everywhere() -> None:
    """Looked at each minute: files that were stored before their words could be found are read, some at a time. New ones
    are begun with when they come, so once there are none left no one looks through all files again."""
    in_each_workspace(_read_earlier, among=Workspace.objects.exclude(pk__in=_all_read))


def _read_earlier(workspace: Workspace) -> None:
    known = FileText.objects.filter(file_id=OuterRef("id"))
    earlier = list(File.objects.filter(~Exists(known), deleted_at=None).order_by("-id")[:EARLIER])
    if not earlier:
        _all_read.add(workspace.pk)
        return
    with transaction.atomic():
        for file in earlier:
            begin(file, by=Actor.system(workspace, "job"))


def _live(file_id: UUID) -> File | None:
    return File.objects.filter(id=file_id, deleted_at=None).first()


def _write(file: File, words: str) -> None:
    forget(file)
    text = " ".join(fold(f"{file.name} {words}".replace("\x00", " ")).split())
    step, now = PART - OVERLAP, time.time_ns()
    FileText.objects.bulk_create(
        [
            FileText(
                file_id=file.id, position=now + number, text=text[start : start + PART], code=tenant_code()
            )
            for number, start in enumerate(range(0, max(len(text) - OVERLAP, 1), step))
        ],
        batch_size=100,
    )


# ---- looking -----------------------------------------------------------------------------------------
def find(query: str, by: Actor, only: str) -> list[search.Hit]:
    """The records that carry a file with these words, the newest files first."""
    words = needles.words(fold(query).strip())
    if len(words[0]) < 3:
        return []
    ids = _candidates(words)
    files = {file.id: file for file in File.objects.filter(id__in=ids, deleted_at=None)} if ids else {}
    shown: dict[str, dict[UUID, File]] = {}
    for file_id in ids:
        if (file := files.get(file_id)) and only in ("", file.entity):
            shown.setdefault(file.entity, {}).setdefault(file.record_id, file)
    return [hit for slug, carried in shown.items() for hit in _hits(slug, carried, by)]


def _hits(slug: str, carried: dict[UUID, File], by: Actor) -> Iterable[search.Hit]:
    entity = registry.get(slug)
    if entity is None:
        return
    for hit in search.allowed(entity, list(carried), by):
        yield search.Hit(hit.entity, hit.id, hit.title, hit.row, found_in=carried[hit.id].name)


def _candidates(words: list[str]) -> list[UUID]:
    """The newest files with a part that holds all of the words."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT file_id FROM sila_search_files(%s, %s, %s)",
                [current_id(), search.BETWEEN.join(words), CANDIDATES],
            )
        else:
            quoted = [word.replace('"', '""') for word in words]
            match = " AND ".join([f'code : "{tenant_code()}"', *(f'text : "{word}"' for word in quoted)])
            cursor.execute(
                "SELECT t.file_id FROM documents_fulltext f JOIN documents_filetext t ON t.position = f.rowid "
                "WHERE documents_fulltext MATCH %s AND t.tenant_id = %s ORDER BY f.rowid DESC LIMIT %s",
                [match, current_id().hex, CANDIDATES],
            )
        found = (row[0] for row in cursor.fetchall())
        return list(dict.fromkeys(UUID(hex=one) if isinstance(one, str) else one for one in found))


extensions.search_sources.append(find)

__all__ = ["READ", "begin", "find", "forget", "read", "read_earlier_everywhere"]
