"""An entry of a phone becomes a call, a note or a visit that was made: once, however often it is sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sila.documents.actions import attach
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.text import isolate
from sila.sales.phone.models import SentEntry
from sila.work import actions as work
from sila.work.models import Activity

KINDS = ("call", "note", "visit")
NOUNS = ("organizations", "people", "groups", "leads", "opportunities")
OLDEST = timedelta(days=60)  # so long a phone may have kept an entry
AHEAD = timedelta(minutes=10)  # so much the clock of a phone may be fast
Picture = tuple[str, Iterable[bytes]]  # its name and its bytes


@dataclass(frozen=True)
class Entry:
    """`key` is the phone's own; `about` is a noun and a record, or None; `at` is when it was."""

    key: str
    kind: str
    text: str
    about: tuple[str, UUID] | None
    at: datetime


def take(entry: Entry, *, by: Actor, picture: Picture | None = None) -> tuple[SentEntry, bool]:
    """The entry as it was taken, and whether that is new. Raises Invalid, NotAllowed, NotFound; then nothing is kept of it,
    and it can be corrected and sent again."""
    _check(entry, by)
    if known := _known(entry, by):
        return known, False
    try:
        with transaction.atomic():
            activity = _log(entry, by)
            sent: SentEntry = SentEntry.objects.create(
                member_id=by.member_id, key=entry.key, entity=f"{entry.kind}s", record_id=activity.id
            )
            if picture:
                attach(*(entry.about or (sent.entity, activity.id)), *picture, by=by)
    except IntegrityError:  # the same was sent twice at once
        known = _known(entry, by)
        if known is None:
            raise
        return known, False
    return sent, True


def _known(entry: Entry, by: Actor) -> SentEntry | None:
    found: SentEntry | None = SentEntry.objects.filter(member_id=by.member_id, key=entry.key).first()
    return found


def _check(entry: Entry, by: Actor) -> None:
    errors: dict[str, str] = {}
    if by.member_id is None or by.read_only:
        raise NotAllowed
    if not re.fullmatch(r"[0-9a-f-]{36}", entry.key):
        errors["key"] = _("The entry has no key of its own.")
    if entry.kind not in KINDS:
        errors["kind"] = _("There is no such kind of activity.")
    if not entry.text.strip():
        errors["text"] = _("This field is required.")
    if entry.about and entry.about[0] not in NOUNS:
        raise NotFound
    if not clock.now() - OLDEST < entry.at < clock.now() + AHEAD:
        errors["at"] = _("The time of the entry is too far away: look at the clock of the phone.")
    if errors:
        raise Invalid(errors)


def _log(entry: Entry, by: Actor) -> Activity:
    about = [entry.about] if entry.about else []
    text = entry.text.strip()
    values: dict[str, Any] = {"subject": _subject(entry, text, by), "body": text}
    if entry.kind == "call":
        values["direction"] = "out"
    return work.log(entry.kind, values, by=by, about=about, at=min(entry.at, clock.now()))


def _subject(entry: Entry, text: str, by: Actor) -> str:
    """Of a note its first line, of the others whom they were with."""
    name = _name_of(entry.about, by) if entry.about else ""
    if entry.kind == "note" or not name:
        return text.partition("\n")[0][:80].strip()
    said = _("Call: %(name)s") if entry.kind == "call" else _("Visit: %(name)s")
    return (said % {"name": isolate(name)})[:200]


def _name_of(about: tuple[str, UUID], by: Actor) -> str:
    noun = registry[about[0]]
    row = noun.visible_to(by).filter(id=about[1]).values(*noun.title).first()
    if row is None:
        raise NotFound
    return noun.title_of(row)
