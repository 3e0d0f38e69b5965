"""Tasks that fall due: their owner is told of each, once. Done or moved before its time, a task is told of not at all."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.activity.looks import in_each_workspace
from sila.platform.entities.registry import registry
from sila.platform.kit.text import bdi
from sila.platform.notifications import gathering
from sila.platform.notifications.kinds import Kind, Line, declare
from sila.platform.notifications.models import Notification
from sila.platform.notifications.preferences import wishes_of
from sila.platform.tenancy.models import Workspace
from sila.work.models import Activity, DueLook

SLUG = "tasks"
STEP = timedelta(minutes=10)  # the mark is not moved each minute: an idle workspace writes nothing
FARTHEST = timedelta(
    days=1
)  # back, after the worker was down; what is older stands in the summary of the morning


def tell_everyone() -> None:
    """Looked at each minute: two small queries for a workspace in which nothing falls due."""
    in_each_workspace(lambda workspace: tell_fallen(workspace, timezone.now()))


def tell_fallen(workspace: Workspace, now: datetime) -> int:
    """Tell of the tasks that fell due since the last look; how many notifications that made."""
    mark = DueLook.objects.first()
    if mark is None:
        DueLook.objects.create(until=now)
        return 0
    if not _fallen(mark.until, now).exists():
        if now - mark.until > STEP:
            DueLook.objects.filter(id=mark.id, until=mark.until).update(until=now)
        return 0
    with transaction.atomic():
        rows = DueLook.objects.filter(id=mark.id, until=mark.until)
        held = (rows.select_for_update() if connection.vendor == "postgresql" else rows).first()
        if held is None:  # another worker was quicker
            return 0
        told = _tell(list(_fallen(held.until, now)), Actor.system(workspace, "job"))
        rows.update(until=now)
    return told


def _fallen(since: datetime, now: datetime) -> Any:
    """Open tasks with somebody to do them. One with a reminder at that very moment is told of by that."""
    due = Activity.objects.filter(
        kind=Activity.Kind.TASK,
        status=Activity.Status.OPEN,
        deleted_at=None,
        due_at__gt=max(since, now - FARTHEST),
        due_at__lte=now,
    )
    return due.exclude(owner_id=None).exclude(reminder_at=F("due_at")).order_by("due_at", "id")


def _tell(tasks: list[Activity], by: Actor) -> int:
    mine: dict[UUID, list[Activity]] = {}
    for task in tasks:
        mine.setdefault(task.owner_id, []).append(task)
    members = Member.objects.filter(id__in=mine, active=True, deleted_at=None)
    wishes, rows = wishes_of(by, mine), []
    for member in members:
        channel = wishes[member.id].channel(FALLEN)
        if channel.bell or channel.mail != "none":
            rows += [_row(task, member, wishes[member.id]) for task in _seen(mine[member.id], member, by)]
    Notification.objects.bulk_create(rows)
    return len(rows)


def _seen(tasks: list[Activity], member: Member, by: Actor) -> list[Activity]:
    """Those that the member may open: not everybody sees what they own."""
    actor = Actor.of(by.workspace, member, "job")
    ids = [task.id for task in tasks]
    seen = set(registry[SLUG].visible_to(actor).filter(id__in=ids).values_list("id", flat=True))
    return [task for task in tasks if task.id in seen]


def _row(task: Activity, member: Member, wishes: Any) -> Notification:
    due = {"due": task.due_at.isoformat()}
    return gathering.fresh(FALLEN, member.id, wishes, entity=SLUG, record_id=task.id, data=due)


def say(line: Line) -> Any:
    """With the moment, if the reader may know it."""
    context, due = line.context, line.notification.data.get("due", "")
    if not due or context.actor.policy.field_access(SLUG, "due_at") == "hidden":
        return _("has fallen due")
    when = context.reader.moment(datetime.fromisoformat(due), calendar=context.reader.calendar)
    return format_html("{} · {}", _("has fallen due"), bdi(when))


FALLEN = declare(
    Kind(
        "overdue",
        gettext_lazy("Fallen due"),
        gettext_lazy("The moment comes at which a task of mine should be done, and it is not."),
        icon="alarm",
        find=lambda batch: (),
        say=say,
        own=True,
    ),
    before="merged",
)
