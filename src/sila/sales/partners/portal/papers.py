"""Files in the portal: those that are shared with the partner, and those that its people sent with a registration."""

from pathlib import PurePath
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from sila.documents.actions import attach
from sila.documents.models import File
from sila.documents.panels import size_text
from sila.documents.storage import DOCX, XLSX, sniff
from sila.documents.views import as_attachment
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.sales.partners.handing_out import SLUG, files_of, note_download
from sila.sales.partners.models import DealRegistration
from sila.sales.partners.portal.reading import Shown, rows_of
from sila.sales.partners.portal.visibility import PartnerActor
from sila.sales.partners.rules import REGISTRATIONS

SHOWN = 200  # documents
TAKEN = ("application/pdf", "image/jpeg", "image/png", DOCX, XLSX)
LARGEST, MOST = 10_000_000, 10  # bytes of a file; files of a registration
Status = DealRegistration.Status
WANTED = (Status.SUBMITTED, Status.APPROVED)


# ---- shared with them ----------------------------------------------------------------------------------
def documents(context: Context, actor: PartnerActor) -> Shown:
    """The newest first, each with its files. What has none yet is not shown."""
    rows = list(rows_of(SLUG, actor).order_by("-id")[:SHOWN])
    carried: dict[UUID, list[Shown]] = {}
    for file in files_of([row.id for row in rows]):
        carried.setdefault(file.record_id, []).append(_file(file, context))
    return {
        "rows": [
            {
                "name": row.name,
                "note": row.note,
                "until": context.reader.day(row.until) if row.until else "",
                "files": carried[row.id],
            }
            for row in rows
            if row.id in carried
        ]
    }


def download(file_id: UUID, actor: PartnerActor) -> FileResponse:
    """A file of a document that is meant for them; who took it is kept. Raises NotFound."""
    file = File.objects.filter(id=file_id, entity=SLUG, deleted_at=None).first()
    document = rows_of(SLUG, actor).filter(id=file.record_id).first() if file else None
    if file is None or document is None:
        raise NotFound
    try:
        answer = as_attachment(file)
    except FileNotFoundError as error:
        raise NotFound from error
    note_download(document, file, by=actor)
    return answer


def _file(file: File, context: Context) -> Shown:
    name = PurePath(file.name)
    return {
        "id": file.id,
        "name": name.stem,
        "kind": name.suffix.removeprefix(".").upper(),
        "size": size_text(file.size, context),
    }


# ---- sent with a registration --------------------------------------------------------------------------
def sent(registration_id: UUID, context: Context) -> list[Shown]:
    """What people of the partner sent, and not what staff added."""
    told = Event.objects.filter(
        entity=REGISTRATIONS, record_id=registration_id, kind="file_added", via="portal"
    )
    ids = [UUID(each["file"]) for each in told.values_list("payload", flat=True)]
    rows = File.objects.filter(id__in=ids, deleted_at=None).order_by("id") if ids else []
    return [_file(file, context) for file in rows]


@transaction.atomic
def send(registration_id: UUID, given: UploadedFile | None, context: Context, *, by: PartnerActor) -> None:
    """Add a file to a registration of theirs that is being looked at or protects; one after the other, so that the end of
    them holds. Raises NotFound, Invalid."""
    registration = records.get(registry[REGISTRATIONS], registration_id, by=by, lock=True)
    if registration.status not in WANTED:
        raise Invalid({"file": _("This registration takes no files any more.")})
    if given is None:
        raise Invalid({"file": _("Choose a file first.")})
    if len(sent(registration_id, context)) >= MOST:
        raise Invalid({"file": _("No more than %(most)d files can be sent.") % {"most": MOST}})
    if (given.size or 0) > LARGEST:
        raise Invalid({"file": _("The file is larger than %(limit)d MB.") % {"limit": LARGEST // 10**6}})
    head = given.read(512)
    given.seek(0)
    if sniff(head, given.name or "") not in TAKEN:
        raise Invalid({"file": _("Send a PDF, a picture (JPEG, PNG), a Word or an Excel file.")})
    everything = by.with_all_rights(by.via)
    attach(REGISTRATIONS, registration.id, given.name or "", given.chunks(), by=everything)
