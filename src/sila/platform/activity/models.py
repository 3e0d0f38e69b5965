"""The event log (what happened), and jobs (what is still to be done)."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Member
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


class Event(TenantModel):
    """One thing that happened, written in the transaction in which it did. Never changed, never deleted.

    `payload` holds {"title": …, "changes": [{"field", "old", "new"}], …}; money says its `currencies`, old and new.
    """

    append_only: ClassVar[bool] = True

    kind = models.CharField(max_length=40)
    entity = models.CharField(max_length=40, blank=True)
    record_id = models.UUIDField(null=True)
    member = Link(Member, null=True)
    via = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)
    payload = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Event")
        indexes = [
            models.Index(fields=["tenant", "entity", "record_id", "id"], name="event_of_record"),
            models.Index(fields=["tenant", "kind", "id"], name="event_of_kind"),
            models.Index(fields=["tenant", "member_id", "id"], name="event_of_member"),
        ]


class Job(TenantModel):
    """Work to do after the transaction: the outbox row in front of the queue. May run twice without harm."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    member = Link(Member, null=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    run_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Job")
        constraints = [models.UniqueConstraint(fields=["tenant", "name", "key"], name="job_key")]
        indexes = [models.Index(fields=["tenant", "state", "run_at"], name="job_due")]
