"""The base of every noun, and the tables that serve all of them: search, external ids, operations, imports."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member, OrgUnit, Stamped
from sila.platform.entities.fields import CurrencyField, ScoreField, untotalled
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel

LIVE = Q(deleted_at=None)


class Record(Stamped):
    """A noun that people own: opportunity, person, product. Access is decided by owner and unit.

    The last columns are kept by quality/: what the record is worth, and who last said that it is right.
    """

    marks: ClassVar[tuple[str, ...]] = (
        "quality",
        "touched_at",
        "verified_at",
        "verified_by",
    )  # (): not graded
    split_by: ClassVar[str] = ""  # the column that tells the nouns of one table apart

    owner_id: UUID | None
    org_unit_id: UUID | None
    created_by_id: UUID | None
    updated_by_id: UUID | None
    verified_by_id: UUID | None

    owner = Link(Member, verbose_name=_("Owner"), null=True, blank=True)
    org_unit = Link(OrgUnit, verbose_name=pgettext_lazy("label", "Unit"), null=True, blank=True)
    created_by = Link(Member, verbose_name=_("Added by"), null=True, blank=True, editable=False)
    updated_by = Link(Member, verbose_name=_("Changed by"), null=True, blank=True, editable=False)
    source = models.CharField(_("Source"), max_length=40, blank=True)

    quality = ScoreField(_("Data quality"), null=True, editable=False)
    flaws = models.PositiveSmallIntegerField(null=True, editable=False)  # bits, see quality/grading.py
    touched_at = models.DateTimeField(_("Last touched"), null=True, editable=False)
    verified_at = models.DateTimeField(_("Confirmed"), null=True, editable=False)
    verified_by = Link(Member, verbose_name=_("Confirmed by"), null=True, blank=True, editable=False)
    snoozed_until = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True


class CustomRecord(Record):
    """A record of a type that the workspace made; all but its name stands in own fields. See own.py."""

    split_by: ClassVar[str] = "type"

    type = models.CharField(max_length=40, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        verbose_name = _("Record")
        verbose_name_plural = _("Records")
        indexes = [
            models.Index(
                fields=["tenant", "type", "name_fold", "id"], condition=LIVE, name="custom_record_by_name"
            ),
            models.Index(
                fields=["tenant", "type", "owner_id", "id"], condition=LIVE, name="custom_record_by_owner"
            ),
            models.Index(
                fields=["tenant", "type", "updated_at", "id"], condition=LIVE, name="custom_record_touched"
            ),
            models.Index(fields=["tenant", "type", "id"], condition=LIVE, name="custom_record_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class SearchEntry(TenantModel):
    """What global search knows of a record (`id` is the record's). `position` grows with each touch.

    On SQLite triggers keep an FTS5 index of `text` beside it; on PostgreSQL a trigram index stands on it.
    Row security does not bind the owner of this table: the search function belongs to it (see search.py).
    """

    row_security_binds_owner: ClassVar[bool] = False

    entity = models.CharField(max_length=40)
    position = models.BigIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    code = models.CharField(max_length=12)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "position"], name="search_newest"),
            models.Index(fields=["tenant", "title"], name="search_title"),
            models.Index(fields=["position"], name="search_position"),
        ]


class NearWord(TenantModel):
    """A word of titles under one of the keys by which other spellings of it are found. See spelling.py."""

    key = models.CharField(max_length=26)
    word = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key", "word"], name="near_word_once")]


class SearchProgress(TenantModel):
    """Up to which entry of search the words of titles are gathered; one row of a workspace. `form` is that of all its
    entries (index.FORM), `renewed` the last one that has been written in the form that is newer."""

    position = models.BigIntegerField(default=0)
    form = models.PositiveSmallIntegerField(default=0)
    renewed = models.BigIntegerField(default=0)


class ExternalId(TenantModel):
    """What another system calls a record. One name leads to one record."""

    told_as: ClassVar[tuple[Any, str]] = (_("Names in other systems"), "plug-connected")

    entity = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    record_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "entity", "source", "value"], name="external_id")
        ]
        indexes = [models.Index(fields=["tenant", "record_id"], name="external_of_record")]


class ExchangeRate(Stamped):
    """What one unit of a currency was worth on a day, in the currency that the workspace kept its books in then."""

    currency = CurrencyField(_("Currency"), default=models.NOT_PROVIDED, blank=False)
    day = models.DateField(pgettext_lazy("label", "Date"), blank=True, help_text=_("Empty: today."))
    rate = untotalled(
        models.DecimalField(
            _("Rate"),
            max_digits=24,
            decimal_places=8,
            help_text=_(
                "What one unit of this currency is worth in the base currency: of the dollar in riyals, 3.75."
            ),
        )
    )
    base = CurrencyField(_("Base currency"), editable=False)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Exchange rate")
        verbose_name_plural = _("Exchange rates")
        indexes = [models.Index(fields=["tenant", "day", "id"], condition=LIVE, name="rate_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "base", "currency", "day"], condition=Q(deleted_at=None), name="rate_of_day"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
        ]


class IdempotencyKey(TenantModel):
    """The answer to a POST that must not be done twice. Kept for a day."""

    member = Link(Member)
    key = models.CharField(max_length=80)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "member_id", "key"], name="idempotency_key")]


class SavedView(Stamped):
    """A list as somebody keeps it; `query` is its address without the path. See saved.py."""

    class Audience(models.TextChoices):
        MINE = "mine", _("Only me")
        TEAM = "team", _("My team")
        EVERYONE = "everyone", _("Everyone")

    owner_id: UUID

    entity = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=60)
    audience = models.CharField(_("Shown to"), max_length=8, choices=Audience, default=Audience.MINE)
    query = models.TextField(blank=True)
    owner = Link(Member)

    class Meta:
        verbose_name = _("Saved view")
        verbose_name_plural = _("Saved views")
        indexes = [models.Index(fields=["tenant", "entity", "owner_id"], name="saved_view_of_entity")]


class SavedMapping(Stamped):
    """What the columns of a file become, kept for files with the same headings. See importing/saved_mappings.py."""

    owner_id: UUID | None

    entity = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=60)
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    owner = Link(Member, null=True)

    class Meta:
        verbose_name = _("Saved mapping")
        verbose_name_plural = _("Saved mappings")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "entity", "name"], condition=LIVE, name="mapping_of_name"
            )
        ]


class Operation(TenantModel):
    """Many records changed at once, by an import, a bulk edit, a merge; what it did can be taken back.

    `done` counts its changes, or while it is being undone those that were taken back. See operations/.
    """

    KEPT: ClassVar[timedelta] = timedelta(days=30)
    MERGE: ClassVar[str] = "merge"
    CONVERSION: ClassVar[str] = "conversion"
    DO: ClassVar[str] = "do"

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=20)
    entity = models.CharField(max_length=40)
    member = Link(Member, null=True)
    params = models.JSONField(default=dict)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Operation")
        indexes = [models.Index(fields=["tenant", "kind", "id"], name="operation_newest")]

    @property
    def undoable(self) -> bool:
        """It has come to an end, whichever, was not undone, and is not too old: a merge never is. What a verb of the noun
        did is taken back by another verb, if at all."""
        ended = (self.Status.DONE, self.Status.CANCELLED, self.Status.FAILED)
        young = self.kind == self.MERGE or timezone.now() < self.started_at + self.KEPT
        return self.status in ended and young and self.kind != self.DO


class OperationChange(TenantModel):
    """What an operation did to one record: stored values by field, before and after, and the version it left.

    `outcome` says what undoing came to: "" (not undone), "undone", or "kept" for what others have changed
    since; then `reason` says why, and `fields` which. "refused" is what the operation could not do, in these fields.
    A merge also changes rows that are no records: of these `entity` is the label of the model (see merging/).
    """

    follows_merges: ClassVar[bool] = False

    class Outcome(models.TextChoices):
        NONE = "", ""
        UNDONE = "undone"
        KEPT = "kept"
        REFUSED = "refused"

    class Action(models.TextChoices):
        CREATED = "created", _("Added")
        UPDATED = "updated", _("Changed")
        TRASHED = "trashed", _("Moved to the trash")
        MERGED = "merged", _("Merged")
        MOVED = "moved", _("Moved to the merged record")
        LEFT_OUT = "left out", _("Left out, as there was one alike")
        SHARED = "shared", _("Shared")
        ENRICHED = "enriched", _("Small rows added")

    operation = Link(Operation)
    record_id = models.UUIDField()
    entity = models.CharField(max_length=40)
    action = models.CharField(max_length=8, choices=Action)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=7, blank=True)
    reason = models.TextField(blank=True)
    fields = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "operation_id", "outcome", "id"], name="change_of_operation")
        ]


class Merged(TenantModel):
    """A record that went into another (`id` is its own): its address leads there, its history shows there.

    `root` is where it is now, after all later merges; `into` where it went first.
    """

    follows_merges: ClassVar[bool] = False

    entity = models.CharField(max_length=40)
    into = models.UUIDField()
    root = models.UUIDField()
    operation = Link(Operation)
    merged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Merged record")
        indexes = [models.Index(fields=["tenant", "root"], name="merged_into")]


class ImportRun(TenantModel):
    """One import of one file: where it stands, and what it has done. Rows refused are in ImportRefusal."""

    entity = models.CharField(max_length=40)
    member = Link(Member, null=True)
    operation = Link(Operation, null=True)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    mapping = models.JSONField(default=dict)
    language = models.CharField(max_length=10, blank=True)  # of the reasons: that of whoever began it
    dry_run = models.BooleanField(default=False)
    total = models.PositiveIntegerField(null=True)
    row = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    beside = models.JSONField(
        default=dict
    )  # "noun.created", "noun.updated" -> how many, of other nouns in the rows
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Import")
        verbose_name_plural = _("Imports")
        indexes = [models.Index(fields=["tenant", "id"], name="import_newest")]


class ImportRefusal(TenantModel):
    """A row that was not taken (or a cell that was left out), as it stood in the file, and why."""

    run = Link(ImportRun, related_name="refusals")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    cells = models.JSONField(default=list)
    taken = models.BooleanField(default=False)
    record_id = models.UUIDField(null=True)  # of a row that was taken without a cell, or may be this record
    asked = models.BooleanField(default=False)  # it waits for somebody to say whether it is

    class Meta:
        indexes = [models.Index(fields=["tenant", "run_id", "row"], name="refusal_of_run")]
