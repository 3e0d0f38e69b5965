"""Where files lie: under names that Sila makes, one folder for each workspace."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid

# First bytes → type. What is not here is plain data to the browser, whatever its name claims.
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE = {
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": "application/zip",
}
PLAIN = "application/octet-stream"


class Stored(NamedTuple):
    size: int
    sha256: str
    content_type: str


def path_of(tenant: UUID, file: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / tenant.hex / file.hex[-2:] / file.hex


def keep(chunks: Iterable[bytes], path: Path, name: str) -> Stored:
    """Stream to disk under the limit; the file appears whole or not at all. Raises Invalid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    with NamedTemporaryFile(dir=path.parent, prefix="incoming-", delete=False) as target:
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.MAX_UPLOAD_BYTES:
                    raise Invalid(
                        {
                            "file": _("The file is larger than %(limit)d MB.")
                            % {"limit": settings.MAX_UPLOAD_BYTES // 10**6}
                        }
                    )
                head = head or chunk[:512]
                digest.update(chunk)
                target.write(chunk)
            if size == 0:
                raise Invalid({"file": _("The file is empty.")})
            target.flush()
            os.fsync(target.fileno())
            os.replace(target.name, path)
        except BaseException:
            Path(target.name).unlink(missing_ok=True)
            raise
    return Stored(size, digest.hexdigest(), sniff(head, name))


def sniff(head: bytes, name: str) -> str:
    """The type by the first bytes, not by what the sender says."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _OFFICE.get(Path(name).suffix.lower(), "application/zip")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return PLAIN
    return PLAIN if b"\x00" in head else "text/plain"
