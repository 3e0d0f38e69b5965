"""The kinds of notification that every noun has: given to me, shared, mentioned, merged, changed, reminded, done."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.access.models import Member, OrgUnit, TeamMember
from sila.platform.activity.models import Event
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import MERGES, VERBS, names_seen, told_of
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import bdi, comma
from sila.platform.notifications.kinds import Batch, Kind, Line, Told, declare
from sila.platform.notifications.models import Mail, Notification

NOT_CHANGES = {  # of a record: they have kinds of their own, or nobody waits for them
    "created", "imported", "shared", "unshared", "mentioned", "reminder", "merged", "purged",
}  # fmt: skip
DONE_IN_BACKGROUND = {"many changed", "many trashed", "many shared", "many done"}
AT_ONCE = 100  # records that a change to many takes in one go, while its reader waits


def told_by(event: Event) -> str:
    return str(event.payload.get("title", ""))


# ---- mentioned -------------------------------------------------------------------------------------
def mentioned(batch: Batch) -> Iterator[Told]:
    for event in batch.events:
        if event.kind == "mentioned" and event.record_id:
            slug, record_id = event.payload["about"]
            for member in event.payload["members"]:
                yield Told(event, UUID(member), slug, UUID(record_id), quoted=event.record_id)


# ---- given to me -----------------------------------------------------------------------------------
def assigned(batch: Batch) -> Iterator[Told]:
    given = [(event, _new_owner(event)) for event in batch.of_records]
    again = {event.record_id for event, owner in given if owner and event.kind != "created"}
    for event, owner in given:
        if event.kind == "created" and owner is None and event.record_id not in again:
            owner = batch.watch(event.entity, event.record_id).owner  # type: ignore[arg-type]
        if owner:
            yield Told(event, owner, event.entity, event.record_id)


def _new_owner(event: Event) -> UUID | None:
    for change in event.payload.get("changes", []):
        if change["field"] == "owner" and change["new"]:
            return UUID(str(change["new"]))
    return None


# ---- shared with me --------------------------------------------------------------------------------
def shared(batch: Batch) -> Iterator[Told]:
    for event in batch.of_records:
        if event.kind == "shared":
            for member in _reached(event.payload.get("to", {})):
                yield Told(event, member, event.entity, event.record_id)


def _reached(to: dict[str, str]) -> Iterable[UUID]:
    """The members, those of the team, or those of the unit and below it."""
    if "member" in to:
        return [UUID(to["member"])]
    if "team" in to:
        return list(TeamMember.objects.filter(team_id=to["team"]).values_list("member_id", flat=True))
    units = OrgUnit.objects.filter(path__contains=to.get("unit", "nowhere")).values("id")
    return list(Member.objects.filter(unit_id__in=units, active=True).values_list("id", flat=True))


# ---- merged ----------------------------------------------------------------------------------------
def merged(batch: Batch) -> Iterator[Told]:
    for event in batch.of_records:
        if event.kind == "merged" and event.payload.get("into"):
            into = UUID(event.payload["into"])
            for record_id in (event.record_id, into):
                for member, reasons in batch.watchers(event.entity, record_id).items():  # type: ignore[arg-type]
                    yield Told(event, member, event.entity, into, reasons=frozenset(reasons))


# ---- changed ---------------------------------------------------------------------------------------
def changed(batch: Batch) -> Iterator[Told]:
    for event in batch.of_records:
        if event.kind not in NOT_CHANGES and _has_words(event):
            for member, reasons in batch.watchers(event.entity, event.record_id).items():  # type: ignore[arg-type]
                yield Told(event, member, event.entity, event.record_id, reasons=frozenset(reasons))


def _has_words(event: Event) -> bool:
    return event.kind in VERBS or f"{event.kind} {event.payload.get('point')}" in VERBS


# ---- reminded --------------------------------------------------------------------------------------
def reminded(batch: Batch) -> Iterator[Told]:
    for event in batch.of_records:
        if event.kind == "reminder" and event.payload.get("member"):
            yield Told(event, UUID(event.payload["member"]), event.entity, event.record_id)


# ---- work in the background ------------------------------------------------------------------------
def finished(batch: Batch) -> Iterator[Told]:
    """What its reader has not waited for: imports, changes to many records, what was taken back."""
    for event in batch.events:
        many = sum(event.payload.get(name, 0) for name in ("done", "refused"))
        in_background = event.kind in DONE_IN_BACKGROUND and many > AT_ONCE
        if event.member_id and event.kind in MERGES:
            yield Told(event, event.member_id, event.entity, UUID(event.payload["into"]))
        elif event.member_id and (in_background or event.kind in ("import ended", "operation undone")):
            yield Told(event, event.member_id, event.entity, event.record_id)


def say_finished(line: Line) -> Any:
    event, digits = line.events[-1], line.context.reader.digits
    if event.kind in MERGES:
        return _say_merge(event, line.titles)
    numbers = {
        name: format_number(event.payload.get(name, 0), digits=digits)
        for name in ("created", "updated", "refused", "asked", "done", "kept")
    }
    if event.kind == "import ended":
        words = _("import ended: %(created)s added, %(updated)s changed, %(refused)s refused")
        if event.payload.get("asked"):
            words = _(
                "import ended: %(created)s added, %(updated)s changed, %(refused)s refused, %(asked)s wait for an answer"
            )
        words %= numbers
        return format_html("{} · {}", words, bdi(str(event.payload.get("file", ""))))
    if event.kind == "operation undone":
        return _("the change to many records was taken back, %(kept)s stay as they are") % numbers
    return _("change to many records ended: %(done)s done, %(refused)s refused") % numbers


def _say_merge(event: Event, titles: dict[str, str]) -> Any:
    """With the names that the reader may see."""
    names = format_html_join(
        comma(), "{}", ((bdi(titles[each]),) for each in event.payload["gone"] if each in titles)
    )
    if event.kind == "merge ended":
        title = bdi(titles.get(event.payload["into"], "–"))
        return format_html(_("the merge has ended: all is with {title} now"), title=title)
    if not names:
        return _("the merge was undone")
    return format_html(_("the merge was undone, these records stand again: {names}"), names=names)


def where_finished(notification: Notification, slug: str) -> str:
    """The page of the import, of the record that others went into, or of the operation."""
    if notification.data.get("event") in MERGES:
        return f"/w/{slug}/{notification.entity}/{notification.record_id}/"
    if notification.data.get("event") == "import ended":
        return f"/w/{slug}/{notification.entity}/import/{notification.record_id}"
    return f"/w/{slug}/operations/{notification.record_id}/"


# ---- words -----------------------------------------------------------------------------------------
def say_events(line: Line) -> Any:
    """What the timeline says, of the newest changes first, each sentence once."""
    entity = registry[line.notification.entity]
    named = names_seen(line.events, line.context)
    told = [told_of(entity, event, line.context, line.titles, named)[0] for event in reversed(line.events)]
    shown = list(dict.fromkeys(told))[:3]
    sentence = format_html_join(" · ", "{}", ((each,) for each in shown))
    more = len(line.events) - len(shown)
    if more <= 0:
        return sentence
    number = format_number(more, digits=line.context.reader.digits)
    rest = ngettext("and %(count)s more change", "and %(count)s more changes", more) % {"count": number}
    return format_html("{} · {}", sentence, rest)


def say_reminder(line: Line) -> Any:
    """With the moment that it is about, if the reader may know it."""
    said, payload, context = say_events(line), line.events[-1].payload, line.context
    field, moment = payload.get("moment_field", ""), payload.get("moment", "")
    if not moment or context.actor.policy.field_access(line.notification.entity, field) == "hidden":
        return said
    when = context.reader.moment(datetime.fromisoformat(moment), calendar=context.reader.calendar)
    return format_html("{} · {}", said, bdi(when))


def say_merged(line: Line) -> Any:
    title = told_by(line.events[-1])
    return format_html("{}: {}", _("merged into this record"), bdi(title))


declare(
    Kind(
        "mentioned",
        gettext_lazy("Mentions"),
        gettext_lazy("A colleague names me in a note."),
        icon="at",
        find=mentioned,
        say=lambda line: _("mentioned you"),
        mail=Mail.NOW,
    )
)
declare(
    Kind(
        "assigned",
        gettext_lazy("Given to me"),
        gettext_lazy("A record or a task becomes mine."),
        icon="user-check",
        find=assigned,
        say=lambda line: _("gave this to you"),
        mail=Mail.NOW,
    )
)
declare(
    Kind(
        "shared",
        gettext_lazy("Shared with me"),
        gettext_lazy("A record is opened to me, to my team or to my unit."),
        icon="share",
        find=shared,
        say=lambda line: _("shared this with you"),
        mail=Mail.DAILY,
    )
)
declare(
    Kind(
        "reminder",
        gettext_lazy("Reminders"),
        gettext_lazy("A moment comes at which I wanted to be reminded."),
        icon="bell-ringing",
        find=reminded,
        say=say_reminder,
        mail=Mail.NOW,
        own=True,
        delay=False,
    )
)
declare(
    Kind(
        "merged",
        gettext_lazy("Merges"),
        gettext_lazy("A record that I own or follow is merged with another."),
        icon="arrow-merge",
        find=merged,
        say=say_merged,
        mail=Mail.DAILY,
    )
)
declare(
    Kind(
        "changed",
        gettext_lazy("Changes"),
        gettext_lazy("A colleague changes a record that I own or follow."),
        icon="pencil",
        find=changed,
        say=say_events,
        mail=Mail.DAILY,
    )
)
declare(
    Kind(
        "finished",
        gettext_lazy("Work in the background"),
        gettext_lazy("An import, a change to many records or a long merge that I began has ended."),
        icon="circle-check",
        find=finished,
        say=say_finished,
        own=True,
        of_record=False,
        url=where_finished,
    )
)
