"""What each member is told, which records they follow, and how they want to hear of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Member
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


class Mail(models.TextChoices):
    """How a kind of notification goes out by mail."""

    NONE = "none", _("No mail")
    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")


class Notification(TenantModel):
    """One thing that one member is to know. It holds ids only: what is said is read anew, with the reader's rights.

    `quoted` is the record whose words are shown, such as a note. Several changes close together are one row, with
    the ids of their events in `events`.
    """

    merged_once: ClassVar[tuple[str, ...]] = ("member_id", "kind", "at")

    member = Link(Member)
    kind = models.CharField(max_length=30)
    entity = models.CharField(max_length=40, blank=True)
    record_id = models.UUIDField(null=True)
    quoted = models.UUIDField(null=True)
    by = Link(Member, null=True)
    at = models.DateTimeField(default=timezone.now)
    events = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    bell = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=5, choices=Mail, default=Mail.NONE)
    mail_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Notification")
        indexes = [
            models.Index(fields=["tenant", "member_id", "id"], name="notification_of_member"),
            models.Index(
                fields=["tenant", "member_id"],
                condition=Q(read_at=None, bell=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["tenant", "mail_at"],
                condition=Q(mailed_at=None, mail_at__isnull=False),
                name="notification_to_mail",
            ),
            models.Index(fields=["tenant", "record_id"], name="notification_of_record"),
            models.Index(
                fields=["tenant", "quoted"],
                condition=Q(quoted__isnull=False),
                name="notification_of_quoted",
            ),
        ]


class Follow(TenantModel):
    """A member follows a record, or has said that they do not (`active` is False): then nothing follows it for them."""

    merged_once: ClassVar[tuple[str, ...]] = ("member_id",)

    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    member = Link(Member)
    active = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Follower")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "record_id", "member_id"], name="follow_once")
        ]


class Preference(TenantModel):
    """How a member wants to hear; without a member, how those do who have not said.

    `channels`: {kind: [bell, mail]}, only what differs from the workspace's. `follows`: {reason: whether}. Quiet hours
    are by the clock of `zone`; `days_off` are weekdays, Monday is 0.
    """

    follows_merges: ClassVar[bool] = False

    member = Link(Member, null=True)
    channels = models.JSONField(default=dict)
    follows = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    days_off = models.JSONField(default=list)
    zone = models.CharField(max_length=50, blank=True)
    digest_hour = models.PositiveSmallIntegerField(default=7)

    class Meta:
        verbose_name = _("Notification settings")
        constraints = [models.UniqueConstraint(fields=["tenant", "member_id"], name="preference_of_member")]


class Mention(TenantModel):
    """A colleague who is named in a text. `words` is how they were called when it was written."""

    merged_once: ClassVar[tuple[str, ...]] = ("member_id",)

    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    member = Link(Member)
    words = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("Mention")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "record_id", "member_id"], name="mention_once")
        ]


class Cursor(TenantModel):
    """How far the event log is read. `seen` are the events after `after` that were dealt with already: one that was
    written in a longer transaction may still come up between them."""

    after = models.UUIDField()
    seen = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Position in the event log")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="notification_cursor")]
