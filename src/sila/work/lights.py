"""What is planned next on a record: the light on every deal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from sila.platform.access.reader import Reader
from sila.platform.kit.dates import format_time, relative_day
from sila.work.models import Activity, ActivityLink

LATE, PLANNED, NONE = "late", "", "none"


@dataclass(frozen=True)
class Light:
    """Red when it is late, green when something is planned, amber when nothing is."""

    kind: str
    activity: dict[str, Any] | None = None

    def text(self, reader: Reader) -> str:
        if self.activity is None:
            return _("No activity planned")
        label = str(Activity.Kind(self.activity["kind"]).label)
        return f"{label} · {when_text(self.activity['at'], reader)}"


def next_activities(entity: str, ids: Collection[UUID], *, now: datetime) -> dict[UUID, Light]:
    """The light of each record, in one query. Undated work counts as planned, after all that has a date."""
    links = (
        ActivityLink.objects.filter(
            entity=entity, record_id__in=ids, activity__status=Activity.Status.OPEN, activity__deleted_at=None
        )
        .order_by(F("activity__at").asc(nulls_last=True))
        .values("record_id", "activity_id", "activity__kind", "activity__subject", "activity__at")
    )
    found: dict[UUID, Light] = {}
    for row in links:
        if row["record_id"] not in found:
            at = row["activity__at"]
            activity = {
                "id": row["activity_id"],
                "kind": row["activity__kind"],
                "subject": row["activity__subject"],
                "at": at,
            }
            found[row["record_id"]] = Light(LATE if at and at < now else PLANNED, activity)
    return {record_id: found.get(record_id, Light(NONE)) for record_id in ids}


def when_text(at: datetime | None, reader: Reader) -> str:
    """Today 14:30, Tomorrow, in 3 days, 2 days late."""
    if at is None:
        return _("no date")
    local = at.astimezone(reader.tz)
    day = relative_day(local.date(), reader.today, reader.language)
    return f"{day} {format_time(local, digits=reader.digits)}" if local.date() == reader.today else day
