"""What phones have sent, so that it is taken once."""

from uuid import UUID

from django.db import models

from sila.platform.access.models import Member
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel


class SentEntry(TenantModel):
    """One entry of a phone by the key that the phone gave it, and the activity that it became. Kept for good: a phone may
    have been in a drawer for weeks before it asks again."""

    member_id: UUID

    member = Link(Member)
    key = models.CharField(max_length=36)
    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "Sent entry"
        constraints = [models.UniqueConstraint(fields=["tenant", "member_id", "key"], name="sent_once")]
