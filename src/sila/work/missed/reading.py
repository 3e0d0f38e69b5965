"""What was missed: bounded reads, through the indexes of open activities and of owners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from sila.parties.locating import SLUGS
from sila.parties.models import Party
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.kit.dates import midnight
from sila.work.models import Activity, ActivityLink
from sila.work.panels import slugs_of
from sila.work.reading import dated_kinds


@dataclass(frozen=True)
class Asked:
    """Whose, in which territories (None: in any), and of how many days before today (None: of all)."""

    owners: Collection[UUID]
    territories: Collection[UUID] | None
    days: int | None
    context: Context

    @property
    def today(self) -> datetime:
        """When the reader's day began: what is planned for today is not missed yet."""
        return midnight(self.context.reader.today, self.context.reader.tz)

    @property
    def since(self) -> datetime | None:
        if self.days is None:
            return None
        return midnight(self.context.reader.today - timedelta(days=self.days), self.context.reader.tz)


def activities(asked: Asked) -> QuerySet[Any]:
    """Tasks, calls, meetings and visits of days that are over, neither done nor moved; the oldest first."""
    rows = (
        registry["activities"]
        .visible_to(asked.context.actor)
        .filter(
            owner_id__in=asked.owners,
            kind__in=dated_kinds(asked.context.actor),
            status=Activity.Status.OPEN,
            at__lt=asked.today,
            **({"at__gte": asked.since} if asked.since else {}),
        )
    )
    if asked.territories is not None:
        there = Party.objects.filter(territory_id__in=asked.territories).values("id")
        links = ActivityLink.objects.filter(activity_id=OuterRef("id"), entity__in=SLUGS, record_id__in=there)
        rows = rows.filter(Exists(links))
    return rows.order_by("at", "id")


def tended_nouns(context: Context) -> list[Entity]:
    """Nouns whose records are worked on towards an end and stand in a territory: deals and leads."""
    return [
        entity
        for entity in registry
        if entity.tended and "territory" in entity.model_fields and context.actor.can(entity.slug, "view")
    ]


def without_next(entity: Entity, asked: Asked) -> QuerySet[Any]:
    """Records that are worked on and have nothing planned; those that nobody has touched for longest first."""
    planned = ActivityLink.objects.filter(
        entity__in=slugs_of(entity),
        record_id=OuterRef("id"),
        activity__status=Activity.Status.OPEN,
        activity__deleted_at=None,
    )
    rows = entity.visible_to(asked.context.actor).filter(owner_id__in=asked.owners, **entity.tended)
    if asked.territories is not None:
        rows = rows.filter(territory_id__in=asked.territories)
    return rows.exclude(Exists(planned)).order_by("updated_at", "id")
