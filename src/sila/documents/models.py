"""Files that hang on records. Who may see the record may see its files."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Member
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


class File(TenantModel):
    """Stored under its own id, below the workspace's folder; the name that people gave it lives here only."""

    told_as: ClassVar[tuple[Any, str]] = (_("Files"), "paperclip")

    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    name = models.CharField(_("Name"), max_length=255)
    size = models.PositiveBigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(_("Type"), max_length=100)
    member = Link(Member, verbose_name=_("Added by"), null=True)
    created_at = models.DateTimeField(_("Added"), default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("File")
        verbose_name_plural = _("Files")
        indexes = [
            models.Index(
                fields=["tenant", "entity", "record_id", "id"],
                condition=Q(deleted_at=None),
                name="file_of_record",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FileText(TenantModel):
    """A part of what search knows of a file: its name and the folded words inside it.

    On SQLite triggers keep an FTS5 index of `text` beside it, on PostgreSQL a trigram index stands on it. Row security
    does not bind the owner of this table: the search function belongs to it, as with SearchEntry.
    """

    row_security_binds_owner: ClassVar[bool] = False

    file = Link(File)
    position = models.BigIntegerField()
    text = models.TextField()
    code = models.CharField(max_length=12)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "file_id"], name="text_of_file"),
            models.Index(fields=["position"], name="text_position"),
        ]
