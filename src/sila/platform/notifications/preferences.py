"""How a member hears of each kind: their own choice, else the workspace's, else the kind's. And when: quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.notifications.kinds import Kind, kinds
from sila.platform.notifications.models import Mail, Preference

FOLLOWS = ("owned", "created", "commented")  # records that are followed unasked
GRACE = timedelta(minutes=1)  # who reads it meanwhile gets no mail; what happens meanwhile is in the same one


@dataclass(frozen=True)
class Channel:
    bell: bool
    mail: str


@dataclass(frozen=True)
class Wishes:
    """What holds for one member."""

    channels: dict[str, Channel]
    follows: dict[str, bool]
    zone: str
    quiet_from: time | None = None
    quiet_to: time | None = None
    days_off: tuple[int, ...] = ()
    digest_hour: int = 7
    own: dict[str, Any] = field(default_factory=dict)

    def channel(self, kind: Kind) -> Channel:
        return self.channels.get(kind.key) or Channel(kind.bell, kind.mail)

    def is_quiet(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.zone))
        return local.weekday() in self.days_off or self._in_hours(local.time())

    def _in_hours(self, at: time) -> bool:
        begins, ends = self.quiet_from, self.quiet_to
        if begins is None or ends is None or begins == ends:
            return False
        return begins <= at < ends if begins < ends else at >= begins or at < ends

    def free(self, moment: datetime) -> datetime:
        """The first moment from this one on that is not quiet."""
        zone = ZoneInfo(self.zone)
        local = moment.astimezone(zone)
        for _step in range(20):  # a week of days off, with an end of quiet hours in each
            if local.weekday() in self.days_off:
                local = datetime.combine(local.date() + timedelta(days=1), time(), zone)
            elif self._in_hours(local.time()) and self.quiet_to is not None:
                day = local.date() + timedelta(days=local.time() >= self.quiet_to)
                local = datetime.combine(day, self.quiet_to, zone)
            else:
                break
        return local

    def mail_at(self, kind: Kind, now: datetime) -> datetime | None:
        """When a mail about something of this kind is due, None if never."""
        mail = self.channel(kind).mail
        if mail == Mail.NOW:
            return self.free(now + GRACE if kind.delay else now)
        return self.digest_at(now) if mail == Mail.DAILY else None

    def digest_at(self, now: datetime) -> datetime:
        """The next time of the daily mail: not on a day off, and not in quiet hours."""
        local = now.astimezone(ZoneInfo(self.zone))
        at = local.replace(hour=self.digest_hour, minute=0, second=0, microsecond=0)
        return self.free(at if at > local else at + timedelta(days=1))


def wishes_of(by: Actor, members: Iterable[UUID | None]) -> dict[UUID | None, Wishes]:
    """For each of the members (None: the workspace's own), in one query."""
    wanted = set(members)
    stored = Preference.objects.filter(Q(member_id=None) | Q(member_id__in=wanted - {None}))
    rows = {row.member_id: row for row in stored}
    common = rows.get(None)
    return {member: _wishes(by, rows.get(member), common) for member in wanted}


def my_wishes(by: Actor) -> Wishes:
    return wishes_of(by, [by.member_id])[by.member_id]


def _wishes(by: Actor, mine: Preference | None, common: Preference | None) -> Wishes:
    stored: dict[str, Any] = {**(common.channels if common else {}), **(mine.channels if mine else {})}
    channels = {key: Channel(bool(bell), mail) for key, (bell, mail) in stored.items()}
    follows = {
        **dict.fromkeys(FOLLOWS, True),
        **(common.follows if common else {}),
        **(mine.follows if mine else {}),
    }
    clock = mine or common
    zone = (clock.zone if clock else "") or by.workspace.timezone
    if clock is None:
        return Wishes(channels, follows, zone)
    times = (clock.quiet_from, clock.quiet_to, tuple(clock.days_off), clock.digest_hour)
    return Wishes(channels, follows, zone, *times, own=mine.channels if mine else {})


@transaction.atomic
def save(
    channels: dict[str, Channel],
    *,
    by: Actor,
    follows: dict[str, bool],
    quiet_from: time | None,
    quiet_to: time | None,
    days_off: list[int],
    zone: str,
    digest_hour: int,
    common: bool = False,
) -> None:
    """The member's own choice; `common`: the workspace's. Raises NotAllowed, Invalid."""
    if by.read_only or (common and not by.is_admin) or by.member is None:
        raise NotAllowed
    if len(set(days_off)) > 6:
        raise Invalid({"days_off": _("Leave at least one day that is not off.")})
    if (quiet_from is None) != (quiet_to is None):
        raise Invalid({"quiet_to": _("Quiet hours have a beginning and an end.")})
    member_id = None if common else by.member_id
    below = _below(by, common=common)
    differing = {
        kind.key: [chosen.bell, chosen.mail]
        for kind in kinds()
        if (chosen := channels.get(kind.key)) and chosen != below.channel(kind)
    }
    values = {
        "channels": differing,
        "follows": {key: bool(follows.get(key)) for key in FOLLOWS},
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "days_off": sorted(set(days_off)),
        "zone": zone,
        "digest_hour": digest_hour,
    }
    Preference.objects.filter(member_id=member_id).delete()
    Preference.objects.create(member_id=member_id, **values)
    if common:
        log.record("notification defaults", by=by, entity="workspace", title=by.workspace.name)


def _below(by: Actor, *, common: bool) -> Wishes:
    """What holds for those who have not chosen."""
    row = None if common else Preference.objects.filter(member_id=None).first()
    return _wishes(by, None, row)


@transaction.atomic
def stop_mail(member_id: UUID, keys: Iterable[str], *, by: Actor) -> None:
    """No mail about these kinds any more; the bell stays."""
    now = wishes_of(by, [member_id])[member_id]
    row = Preference.objects.filter(member_id=member_id).first()
    if row is None:
        common = Preference.objects.filter(member_id=None).first()
        row = Preference(member_id=member_id, zone=now.zone, digest_hour=now.digest_hour)
        if common:
            row.quiet_from, row.quiet_to, row.days_off = common.quiet_from, common.quiet_to, common.days_off
    known = order()
    for key in set(keys) & known.keys():
        row.channels = {**row.channels, key: [now.channel(known[key]).bell, Mail.NONE]}
    row.save()


def order() -> dict[str, Kind]:
    """The kinds in the order of the settings."""
    return {kind.key: kind for kind in kinds()}
