"""Opening one record to a member, a team or a unit, beyond what roles open."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sila.platform.access.actor import Actor
from sila.platform.access.models import ShareGrant
from sila.platform.access.reader import Reader
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.registry import Entity, as_choices

TARGETS = ("member", "team", "unit")
NAMES = ("name", "name_en")


def fields() -> dict[str, Field]:
    """What a form asks for, by name: the arguments of `share`."""
    told = (
        Field("member", KINDS["member"], pgettext("label", "Member"), to="members", title_columns=NAMES),
        Field("team", KINDS["link"], pgettext("label", "Team"), to="teams", title_columns=NAMES),
        Field("unit", KINDS["link"], pgettext("label", "Unit"), to="units", title_columns=NAMES),
        Field(
            "level", KINDS["choice"], _("May"), choices=as_choices(ShareGrant.Level.choices), required=True
        ),
        Field("until", KINDS["date"], _("Until (last day)")),
    )
    return {f.name: f for f in told}


def share(
    entity: Entity,
    record: Any,
    *,
    by: Actor,
    level: str = "view",
    until: date | None = None,
    member: UUID | None = None,
    team: UUID | None = None,
    unit: UUID | None = None,
) -> ShareGrant:
    """To exactly one of member, team, unit; the same target again changes its grant. Raises NotAllowed, Invalid."""
    _may_share(entity, record, by)
    target = {f"{name}_id": value for name, value in zip(TARGETS, (member, team, unit), strict=True)}
    if sum(value is not None for value in target.values()) != 1:
        raise Invalid({"": _("Choose one member, one team or one unit.")})
    if level not in ShareGrant.Level.values:
        raise Invalid({"level": _("This cannot be set.")})
    with transaction.atomic():
        ShareGrant.objects.filter(entity=entity.slug, record_id=record.id, **target).delete()
        grant = ShareGrant.objects.create(
            entity=entity.slug,
            record_id=record.id,
            level=level,
            expires_at=end_of(until, by),
            granted_by_id=by.member_id,
            **target,
        )
        _record("shared", entity, record, grant, by)
    return grant


def unshare(entity: Entity, record: Any, grant_id: UUID, *, by: Actor) -> None:
    _may_share(entity, record, by)
    with transaction.atomic():
        grant = ShareGrant.objects.filter(entity=entity.slug, record_id=record.id, id=grant_id).first()
        if grant is None:
            raise NotFound
        _record("unshared", entity, record, grant, by)
        grant.delete()


def take_back(
    entity: Entity, record: Any, grant_id: UUID, was: Mapping[str, Any] | None, *, by: Actor
) -> bool:
    """End a grant; `was` is what it took the place of. False if the grant is gone: somebody changed it since."""
    _may_share(entity, record, by)
    grant = ShareGrant.objects.filter(entity=entity.slug, record_id=record.id, id=grant_id).first()
    if grant is None:
        return False
    with transaction.atomic():
        _record("unshared", entity, record, grant, by)
        grant.delete()
        if was:
            target = {f"{name}_id": getattr(grant, f"{name}_id") for name in TARGETS}
            ends = datetime.fromisoformat(was["expires_at"]) if was["expires_at"] else None
            again = ShareGrant.objects.create(
                entity=entity.slug,
                record_id=record.id,
                level=was["level"],
                expires_at=ends,
                granted_by_id=by.member_id,
                **target,
            )
            _record("shared", entity, record, again, by)
    return True


def _may_share(entity: Entity, record: Any, by: Actor) -> None:
    """Whom a role lets edit the record. To whom it was only lent, it is not theirs to lend on."""
    lends = by.policy.allows(entity.slug, "edit", owner=record.owner_id, unit=record.org_unit_id)
    if not entity.owned or by.read_only or not lends:
        raise NotAllowed


def end_of(day: date | None, by: Actor) -> datetime | None:
    """The grant lives to the end of its last day, where the workspace is."""
    if day is None:
        return None
    reader = Reader.of(by.workspace)
    if day < reader.today:
        raise Invalid({"until": _("This day is past.")})
    return datetime.combine(day + timedelta(days=1), time(), reader.tz)


def _record(kind: str, entity: Entity, record: Any, grant: ShareGrant, by: Actor) -> None:
    target = grant.member or grant.team or grant.unit
    log.record(
        kind,
        by=by,
        entity=entity.slug,
        record_id=record.id,
        title=entity.title_of(record),
        target=str(target),
        to={name: str(value) for name in TARGETS if (value := getattr(grant, f"{name}_id"))},
        level=grant.level,
        until=grant.expires_at.isoformat() if grant.expires_at else "",
    )
