"""Verbs: read what one was told, follow a record, and no longer."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import NotAllowed, NotFound
from sila.platform.entities.registry import Entity
from sila.platform.notifications.models import Follow, Notification

KEPT = timedelta(days=90)  # what was read
KEPT_UNREAD = timedelta(days=365)


def mine(by: Actor) -> Any:
    """What the member was told and wants to see, newest first."""
    return Notification.objects.filter(member_id=by.member_id, bell=True).order_by("-id")


def mark_read(by: Actor, ids: Iterable[UUID] | None = None) -> int:
    """These, or all. Reading is no change of a record: a token that may only read may do it for its member."""
    unread = mine(by).filter(read_at=None).order_by()
    rows = unread if ids is None else unread.filter(id__in=list(ids))
    return int(rows.update(read_at=timezone.now()))


def mark_unread(by: Actor, notification_id: UUID) -> None:
    """Raises NotFound."""
    if not mine(by).order_by().filter(id=notification_id).update(read_at=None):
        raise NotFound


def opened(by: Actor, notification_id: UUID) -> Notification:
    """The one that was opened; with it all about the same record counts as read. Raises NotFound."""
    row: Notification | None = mine(by).filter(id=notification_id).first()
    if row is None:
        raise NotFound
    alike = [row.id]
    if row.record_id:
        same = mine(by).filter(entity=row.entity, record_id=row.record_id, read_at=None)
        alike += list(same.values_list("id", flat=True))
    mark_read(by, alike)
    return row


@transaction.atomic
def follow(entity: Entity, record: Any, *, by: Actor, active: bool = True) -> None:
    """Hear of what happens to it; not `active`: no longer, whatever the reason was. The record is one that `by` sees."""
    if by.member_id is None or by.read_only:
        raise NotAllowed
    rows = Follow.objects.filter(record_id=record.id, member_id=by.member_id)
    if not rows.update(active=active, entity=entity.slug):
        Follow.objects.create(entity=entity.slug, record_id=record.id, member_id=by.member_id, active=active)


def forget_old() -> int:
    """Those read long ago, and those that nobody will read any more. How many went."""
    now = timezone.now()
    gone = Notification.objects.filter(read_at__lt=now - KEPT).delete()[0]
    return int(gone + Notification.objects.filter(at__lt=now - KEPT_UNREAD).delete()[0])
