"""What people can be told of. A kind finds in a batch of events who is to know, and says it in a few words.

Lower and higher apps declare theirs with `declare`; the pages of settings, the bell, mails and the API iterate them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sila.platform.activity.models import Event
from sila.platform.entities.kinds import Context
from sila.platform.entities.kinds.base import Text
from sila.platform.entities.registry import registry
from sila.platform.notifications.models import Follow, Mail, Notification


@dataclass(frozen=True)
class Told:
    """One member is to know of an event, as something about a record. `quoted`: the record whose words are shown."""

    event: Event
    member: UUID
    entity: str = ""
    record: UUID | None = None
    quoted: UUID | None = None
    reasons: frozenset[str] = frozenset()  # why they may care: "chosen", or one of preferences.FOLLOWS


@dataclass(frozen=True)
class Watch:
    """Who cares for a record of themselves."""

    owner: UUID | None
    creator: UUID | None


class Batch:
    """Events that are looked at together; what many kinds ask about their records is read once."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self._watches: dict[tuple[str, UUID], Watch] = {}
        self._followers: dict[UUID, dict[UUID, bool]] = {}
        self.commented: list[
            tuple[UUID, str, UUID]
        ] = []  # (member, noun, record): who will follow it, if they like

    def watch(self, slug: str, record_id: UUID) -> Watch:
        self.read([(slug, record_id)])
        return self._watches[slug, record_id]

    def read(self, records: Iterable[tuple[str, UUID]]) -> None:
        """Owners, creators and followers of those that are not known yet: two queries for each noun."""
        wanted: dict[str, set[UUID]] = {}
        for slug, record_id in records:
            if (slug, record_id) not in self._watches:
                wanted.setdefault(slug, set()).add(record_id)
                self._watches[slug, record_id] = Watch(None, None)
        for slug, ids in wanted.items():
            entity = registry.get(slug)
            if entity and entity.owned:
                rows = entity.rows(trashed=True).filter(id__in=ids)
                for record_id, owner, creator in rows.values_list("id", "owner_id", "created_by_id"):
                    self._watches[slug, record_id] = Watch(owner, creator)
            for record_id, member, active in Follow.objects.filter(record_id__in=ids).values_list(
                "record_id", "member_id", "active"
            ):
                self._followers.setdefault(record_id, {})[member] = active

    def watchers(self, slug: str, record_id: UUID) -> dict[UUID, set[str]]:
        """Each member who may care, with the reasons: "chosen", "owned", "created". Who said no is not among them."""
        watch = self.watch(slug, record_id)
        found: dict[UUID, set[str]] = {}
        chosen = self._followers.get(record_id, {})
        for member, reason in ((watch.owner, "owned"), (watch.creator, "created")):
            if member:
                found.setdefault(member, set()).add(reason)
        for member, active in chosen.items():
            found.setdefault(member, set()).add("chosen")
            if not active:
                del found[member]
        return found

    @cached_property
    def of_records(self) -> list[Event]:
        """Those about a record of a noun; what is asked of the records is read for all at once."""
        events = [event for event in self.events if event.record_id and event.entity in registry]
        self.read((event.entity, event.record_id) for event in events if event.record_id)
        return events


@dataclass(frozen=True)
class Line:
    """What a kind needs to say its piece: the notification, its events, what its reader may see."""

    notification: Notification
    events: list[Event]
    context: Context
    titles: dict[str, str]


@dataclass(frozen=True)
class Kind:
    """`find` gives who is to know; `say` what happened, after the name of who did it. `own`: also of what one did
    oneself, such as a long job that ended. `url`: where it leads, unless to the record."""

    key: str
    label: Text
    help: Text
    icon: str
    find: Callable[[Batch], Iterable[Told]]
    say: Callable[[Line], Any]
    bell: bool = True
    mail: str = Mail.NONE
    own: bool = False
    of_record: bool = True
    url: Callable[[Notification, str], str] | None = None  # (notification, slug of the workspace)
    delay: bool = True  # a mail may wait a minute, in case it is read before


_kinds: dict[str, Kind] = {}
_before: dict[str, str] = {}  # key -> that of the kind which it stands before


def declare(kind: Kind, *, before: str = "") -> Kind:
    """`before`: the key of a kind that may be declared later."""
    if kind.key in _kinds:
        raise ValueError(f"The kind {kind.key} is declared twice.")
    _kinds[kind.key] = kind
    if before:
        _before[kind.key] = before
    return kind


def kinds() -> tuple[Kind, ...]:
    """In the order of the settings, and of who wins: one event tells one member one thing only."""
    ordered = [key for key in _kinds if key not in _before]
    for key, before in _before.items():
        ordered.insert(ordered.index(before), key)
    return tuple(_kinds[key] for key in ordered)


def kind_of(key: str) -> Kind | None:
    return _kinds.get(key)


# (context, ids) -> the words of those that the reader may see, by id
quotes: list[Callable[[Context, set[UUID]], dict[UUID, str]]] = []
