"""The workspace, and the base of every table that belongs to one."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.current import current_id


class Workspace(models.Model):
    """One company's CRM. A global table: it is what every other row belongs to."""

    class Calendar(models.TextChoices):
        GREGORIAN = "gregorian", _("Gregorian")
        HIJRI = "hijri", _("Hijri")
        BOTH = "both", _("Both calendars")

    class Digits(models.TextChoices):
        LATIN = "latn", _("1234")
        ARABIC = "arab", _("١٢٣٤")

    class TaxRounding(models.TextChoices):
        LINE = "line", _("Once for each line")
        DOCUMENT = "document", _("Once for each rate of the document")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(
        _("Address"), max_length=40, unique=True, validators=[RegexValidator(r"^[a-z][a-z0-9-]{1,39}$")]
    )
    name = models.CharField(_("Name"), max_length=120)
    language = models.CharField(
        _("Language"), max_length=5, default="ar", choices=[("ar", "العربية"), ("en", "English")]
    )
    country = models.CharField(_("Country"), max_length=2, default="SA")
    timezone = models.CharField(_("Time zone"), max_length=50, default="Asia/Riyadh")
    currency = models.CharField(_("Currency"), max_length=3, default="SAR")
    calendar = models.CharField(_("Calendar"), max_length=9, choices=Calendar, default=Calendar.BOTH)
    digits = models.CharField(_("Digits"), max_length=4, choices=Digits, default=Digits.LATIN)
    week_start = models.PositiveSmallIntegerField(_("Week starts on"), default=6)
    weekend = models.JSONField(_("Weekend"), default=list, blank=True)
    holidays = models.JSONField(_("Holidays"), default=list, blank=True)
    color = models.CharField(
        _("Colour"), max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    logo = models.CharField(_("Logo"), max_length=80, blank=True)
    tax_rounding = models.CharField(
        _("Rounding of tax"), max_length=8, choices=TaxRounding, default=TaxRounding.LINE
    )
    purge_days = models.PositiveSmallIntegerField(_("Empty the trash after days"), null=True, blank=True)
    access_version = models.PositiveIntegerField(default=1, editable=False)
    shape_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Workspace")
        verbose_name_plural = _("Workspaces")

    def __str__(self) -> str:
        return self.name


class TenantQuerySet(models.QuerySet[Any]):
    pass


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Only the current workspace's rows; raises NoWorkspace when there is none."""

    def get_queryset(self) -> TenantQuerySet:
        return super().get_queryset().filter(tenant_id=current_id())


class TenantModel(models.Model):
    """A row of one workspace: composite key, so that no link can lead out of it.

    When the record that a row belongs to is merged into another, the row follows it, unless `follows_merges` says no.
    There it takes the values of `merged_as`, and is left out if there is one alike in the columns of `merged_once`.
    """

    told_as: ClassVar[tuple[Any, str]] = ("", "link")  # what people call such rows, and an icon
    follows_merges: ClassVar[bool] = True
    merged_as: ClassVar[dict[str, Any]] = {}
    merged_once: ClassVar[tuple[str, ...]] = ()

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant = models.ForeignKey(
        Workspace, models.PROTECT, default=current_id, editable=False, related_name="+", db_index=False
    )
    id = models.UUIDField(default=uuid7, editable=False)

    objects: ClassVar[TenantManager] = TenantManager()
    everywhere: ClassVar[models.Manager[Any]] = models.Manager()

    if TYPE_CHECKING:
        # The `<name>_id` columns that Link declares are unknown to type checkers.
        def __getattr__(self, name: str) -> Any: ...

    class Meta:
        abstract = True
        default_manager_name = "objects"
