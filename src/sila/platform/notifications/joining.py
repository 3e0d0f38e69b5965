"""What notifications add to the pages and verbs of all records: the button to follow, and going with a record."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity
from sila.platform.kit.numbers import format_number
from sila.platform.notifications.models import Follow, Mention, Notification
from sila.platform.notifications.preferences import my_wishes

SHOWN = 50


def follow_slot(entity: Entity, record: Any, context: Context) -> dict[str, Any] | None:
    """The page asks for the button by itself: its own questions are many enough."""
    if not entity.timeline:
        return None
    return {
        "template": "notifications/_follow_slot.html",
        "url": entity.url(context.reader.slug, record.id, "follow"),
    }


def follow_button(entity: Entity, record: Any, context: Context) -> dict[str, Any]:
    rows = Follow.objects.filter(record_id=record.id)
    own = rows.filter(member_id=context.actor.member_id).first()
    following = own.active if own else _by_itself(record, context)
    others, count = rows.filter(active=True), rows.filter(active=True).count()
    names = [str(row.member) for row in others.select_related("member").order_by("since")[:SHOWN]]
    return {
        "url": entity.url(context.reader.slug, record.id, "follow"),
        "following": following,
        "names": names,
        "count": format_number(count, digits=context.reader.digits) if count else "",
    }


def _by_itself(record: Any, context: Context) -> bool:
    member = context.actor.member_id
    reasons = {"owned": getattr(record, "owner_id", None), "created": getattr(record, "created_by_id", None)}
    mine = [reason for reason, who in reasons.items() if member and who == member]
    return bool(mine) and any(my_wishes(context.actor).follows[reason] for reason in mine)


def forget(entity: Entity, ids: Collection[UUID]) -> None:
    Notification.objects.filter(record_id__in=ids).delete()
    Notification.objects.filter(quoted__in=ids).delete()
    Follow.objects.filter(record_id__in=ids).delete()
    Mention.objects.filter(record_id__in=ids).delete()


extensions.head_parts.append(follow_slot)
extensions.purged.append(forget)
