"""How notifications read: for the bell, the page, mails and the API. Every word is read anew with the reader's rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.activity.models import Event
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import titles_of
from sila.platform.kit.numbers import format_number
from sila.platform.notifications.gathering import quoted
from sila.platform.notifications.kinds import Kind, Line, kind_of
from sila.platform.notifications.models import Notification

QUOTED = 240  # letters of a note


@dataclass(frozen=True)
class Shown:
    """One notification, ready to be read. `text` is markup; `url` is empty where there is nothing to open."""

    row: Notification
    kind: Kind
    icon: str
    who: str
    text: Any
    quote: str
    title: str
    noun: str
    noun_icon: str
    url: str
    ago: str

    @property
    def unread(self) -> bool:
        return self.row.read_at is None


class _Read:
    """What the rows need of other tables, a few queries for all of them."""

    def __init__(self, rows: Sequence[Notification], context: Context) -> None:
        self.context = context
        ids = {each for row in rows for each in row.events}
        self.events = {
            str(event.id): event for event in Event.objects.filter(id__in=ids).select_related("member")
        }
        people = {row.by_id for row in rows if row.by_id}
        self.people = (
            {member.id: str(member) for member in Member.objects.filter(id__in=people)} if people else {}
        )
        self.titles, self.live = _records(rows, context)
        self.words: dict[str, dict[str, str]] = {}
        self.quotes = quoted({row.quoted for row in rows if row.quoted}, context)
        by_noun: dict[str, list[Event]] = {}
        for row in rows:
            found = [self.events[each] for each in row.events if each in self.events]
            by_noun.setdefault(row.entity, []).extend(found)
        for slug, events in by_noun.items():
            if slug in registry:
                self.words[slug] = titles_of(registry[slug], events, context)


def _records(rows: Sequence[Notification], context: Context) -> tuple[dict[UUID, str], set[UUID]]:
    """Titles of the records that the reader may see, and which of them are not in the trash."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        kind = kind_of(row.kind)
        if row.record_id and kind and kind.of_record and row.entity in registry:
            wanted.setdefault(row.entity, set()).add(row.record_id)
    titles, live = {}, set()
    for slug, ids in wanted.items():
        entity = registry[slug]
        found = entity.visible_to(context.actor, trashed=True).filter(id__in=ids)
        for record in found.values("id", "deleted_at", *entity.title):
            titles[record["id"]] = entity.title_of(record, context.reader.language) or "–"
            if record["deleted_at"] is None:
                live.add(record["id"])
    return titles, live


def show(rows: Sequence[Notification], context: Context) -> list[Shown]:
    """Those that there is something to say of, in the same order; what the reader may not see any more says only that."""
    read = _Read(rows, context)
    return [shown for row in rows if (shown := _show(row, read))]


def _show(row: Notification, read: _Read) -> Shown | None:
    kind, entity, reader = kind_of(row.kind), registry.get(row.entity), read.context.reader
    if kind is None:
        return None
    if kind.of_record and row.record_id and row.record_id not in read.titles:
        return _closed(row, kind, reader)
    events = [read.events[each] for each in row.events if each in read.events]
    number = row.data.get("count")
    if number:
        count = format_number(number, digits=reader.digits)
        records = ngettext("%(count)s record", "%(count)s records", number) % {"count": count}
        text: Any = format_html("{}: {}", kind.label, records)
    else:
        text = kind.say(Line(row, events, read.context, read.words.get(row.entity, {})))
    return Shown(
        row,
        kind,
        icon=kind.icon,
        who=_who(row, kind, read),
        text=text,
        quote=_cut(read.quotes.get(row.quoted, "")) if row.quoted else "",
        title=_title(row, kind, read),
        noun=str(entity.name) if entity else "",
        noun_icon=entity.icon if entity and kind.of_record else kind.icon,
        url=_url(row, kind, read),
        ago=ago(row.at, reader),
    )


def _closed(row: Notification, kind: Kind, reader: Reader) -> Shown:
    return Shown(
        row, kind, "lock", "", _("This is not open to you any more."), "", "", "", "lock", "", ago(row.at, reader)
    )  # fmt: skip


def _who(row: Notification, kind: Kind, read: _Read) -> str:
    if kind.own:
        return ""
    if row.by_id:
        return read.people.get(row.by_id, "")
    last = read.events.get(row.events[-1]) if row.events else None
    return (last and last.payload.get("who")) or _("The system")


def _title(row: Notification, kind: Kind, read: _Read) -> str:
    if row.record_id and kind.of_record:
        return read.titles[row.record_id]
    entity = registry.get(row.entity)
    return str(entity.plural) if entity else str(kind.label)


def _url(row: Notification, kind: Kind, read: _Read) -> str:
    """Where it leads; empty for a record that lies in the trash."""
    slug = read.context.reader.slug
    if kind.url:
        return kind.url(row, slug)
    entity = registry.get(row.entity)
    if entity is None or (row.record_id and row.record_id not in read.live):
        return ""
    return entity.url(slug, row.record_id)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1].rstrip() + "…"


def ago(moment: datetime, reader: Reader) -> str:
    """Just now, 5 minutes ago, 3 hours ago, yesterday; then the day."""
    passed = max(reader.now - moment.astimezone(reader.tz), timedelta())
    minutes, hours = int(passed.total_seconds() // 60), int(passed.total_seconds() // 3600)
    days = (reader.today - moment.astimezone(reader.tz).date()).days
    if minutes < 1:
        return _("Just now")
    if minutes < 60:
        number = format_number(minutes, digits=reader.digits)
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": number}
    if days == 0 or hours < 3:
        number = format_number(hours, digits=reader.digits)
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": number}
    return _("Yesterday") if days == 1 else reader.day(moment.astimezone(reader.tz).date())


@dataclass
class Group:
    """What is told of one record, together."""

    title: str
    noun: str
    icon: str
    url: str
    items: list[Shown]

    @property
    def unread(self) -> bool:
        return any(item.unread for item in self.items)


def grouped(shown: Sequence[Shown]) -> list[Group]:
    """In the order of their first item, those with something unread first."""
    groups: dict[Any, Group] = {}
    for item in shown:
        row = item.row
        key = (row.entity, row.record_id) if item.kind.of_record and item.title else row.id
        group = groups.setdefault(key, Group(item.title, item.noun, item.noun_icon, item.url, []))
        group.items.append(item)
    return sorted(groups.values(), key=lambda group: not group.unread)
