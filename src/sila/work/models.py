"""What people do and plan: tasks, calls, meetings, visits and notes, on any record."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.models import Member
from sila.platform.entities.fields import RepetitionField
from sila.platform.entities.models import Record
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel

LIVE = Q(deleted_at=None)


class Activity(Record):
    """One thing to do, or done. Its owner is who does it. `at` is when it belongs on a calendar or a list."""

    marks: ClassVar[tuple[str, ...]] = ()  # what is done is done: nobody keeps it fresh

    class Kind(models.TextChoices):
        TASK = "task", _("Task")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        VISIT = "visit", _("Visit")
        NOTE = "note", _("Note")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("status", "Open")
        DONE = "done", pgettext_lazy("status", "Done")
        CANCELLED = "cancelled", pgettext_lazy("status", "Cancelled")

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")

    class Direction(models.TextChoices):
        INWARD = "in", _("Incoming")
        OUTWARD = "out", _("Outgoing")

    kind = models.CharField(_("Kind"), max_length=7, choices=Kind, default=Kind.TASK, editable=False)
    subject = models.CharField(_("Subject"), max_length=200)
    subject_fold = models.CharField(max_length=200, editable=False, blank=True)
    body = models.TextField(_("Details"), max_length=20_000, blank=True)
    starts_at = models.DateTimeField(_("Starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    all_day = models.BooleanField(_("All day"), default=False)
    at = models.DateTimeField(_("When"), null=True, editable=False)
    priority = models.CharField(_("Priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    status = models.CharField(_("Status"), max_length=9, choices=Status, default=Status.OPEN)
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction, blank=True)
    location = models.CharField(_("Place"), max_length=200, blank=True)
    outcome = models.CharField(_("Outcome"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("Done"), null=True, editable=False)
    reminder_at = models.DateTimeField(_("Reminder"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    rrule = RepetitionField(_("Repeats"), max_length=200, blank=True)
    series_id = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("Activity")
        verbose_name_plural = _("Activities")
        indexes = [
            models.Index(fields=["tenant", "kind", "at", "id"], condition=LIVE, name="activity_when"),
            models.Index(fields=["tenant", "kind", "due_at", "id"], condition=LIVE, name="activity_due"),
            models.Index(
                fields=["tenant", "kind", "subject_fold", "id"], condition=LIVE, name="activity_subject"
            ),
            models.Index(fields=["tenant", "kind", "id"], condition=LIVE, name="activity_newest"),
            models.Index(
                fields=["tenant", "kind", "updated_at", "id"], condition=LIVE, name="activity_touched"
            ),
            models.Index(
                fields=["tenant", "kind", "status", "priority", "id"],
                condition=LIVE,
                name="activity_by_priority",
            ),
            models.Index(fields=["tenant", "id"], condition=LIVE, name="activity_any_newest"),
            models.Index(fields=["tenant", "at", "id"], condition=LIVE, name="activity_any_when"),
            models.Index(
                fields=["tenant", "at", "id"], condition=LIVE & Q(status="open"), name="activity_open_when"
            ),
            models.Index(
                fields=["tenant", "owner_id", "status", "at"], condition=LIVE, name="activity_of_owner"
            ),
            *(
                models.Index(
                    fields=["tenant", "kind", name, "id"],
                    condition=Q(deleted_at=None, **{f"{name}__isnull": False}),
                    name=f"activity_{index}",
                )
                for name, index in (("starts_at", "begins"), ("ends_at", "ends"), ("reminder_at", "reminds"))
            ),
            models.Index(
                fields=["tenant", "reminder_at"],
                condition=Q(deleted_at=None, reminder_at__isnull=False, reminded_at=None),
                name="activity_reminders",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_at__gte=models.F("starts_at")),
                name="activity_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class ActivityLink(TenantModel):
    """An activity is about these records: a person, their company, the deal."""

    told_as: ClassVar[tuple[Any, str]] = (_("Activities"), "calendar-event")

    activity_id: UUID

    activity = Link(Activity, related_name="links")
    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "entity", "record_id", "activity_id"], name="activity_on_record")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "activity_id", "entity", "record_id"], name="activity_link"
            ),
        ]


class DueLook(TenantModel):
    """Up to which moment those who have tasks were told that they fell due. One row."""

    until = models.DateTimeField()

    class Meta:
        verbose_name = _("Look for tasks that fall due")


class Feed(TenantModel):
    """A member's secret calendar address. Only the hash of the secret is kept."""

    member = Link(Member)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Calendar feed")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "member_id"], name="feed_of_member"),
            models.UniqueConstraint(fields=["tenant", "secret_hash"], name="feed_secret"),
        ]
