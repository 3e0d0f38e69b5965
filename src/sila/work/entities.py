"""Activities of every kind together, and each kind with its own fields."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.kinds import KINDS, Field
from sila.platform.entities.leading import Hanging, hanging
from sila.platform.entities.registry import Action, Entity, register
from sila.work.actions import complete, hang, reopen, snooze
from sila.work.models import Activity, ActivityLink
from sila.work.naming import name_colleagues
from sila.work.rules import derive, refuse_impossible_times, refuse_wrong_repetition
from sila.work.visits import checking
from sila.work.visits.panels import on_the_spot

SLUGS = {"task": "tasks", "call": "calls", "meeting": "meetings", "visit": "visits", "note": "notes"}


def is_open(activity: Any) -> bool:
    return bool(activity.status == Activity.Status.OPEN)


ACTIONS = (
    Action(
        "complete",
        _("Done"),
        complete,
        icon="check",
        style="ok",
        many=True,
        when=is_open,
        fields=(
            Field("outcome", KINDS["text"], _("Outcome"), max_length=500),
            Field("next_subject", KINDS["text"], _("Next step"), max_length=200),
            Field("next_at", KINDS["datetime"], _("Next step due")),
        ),
    ),
    Action(
        "snooze",
        _("Snooze"),
        snooze,
        icon="clock",
        when=is_open,
        fields=(Field("until", KINDS["datetime"], _("Until"), required=True),),
    ),
    Action("reopen", _("Reopen"), reopen, icon="rotate", when=lambda activity: not is_open(activity)),
)
RULES = (derive, refuse_impossible_times, refuse_wrong_repetition)
TONES = {"priority": {"high": "bad"}, "status": {"open": "1", "done": "ok"}}
COMMON: dict[str, Any] = {
    "title": ("subject",),
    "match": (),
    "rules": RULES,
    "search": ("subject", "outcome", "location"),
    "timeline": True,
    "together": True,
}

activities = register(
    Entity(
        model=Activity,
        slug="activities",
        tones=TONES,
        icon="checklist",
        creatable=False,
        sort="-at",
        columns=("subject", "kind", "at", "status", "owner"),
        sections={
            pgettext_lazy("label", "Activity"): (
                "subject",
                "kind",
                "at",
                "status",
                "priority",
                "location",
                "outcome",
            ),
            _("Details"): ("body",),
        },
        filters=("kind", "status", "priority", "at", "owner"),
        keys=("subject",),
        narrow=lambda row: SLUGS[row["kind"] if isinstance(row, dict) else row.kind],
        **COMMON,
    )
)

tasks = register(
    Entity(
        model=Activity,
        slug="tasks",
        tones=TONES,
        icon="checkbox",
        label=_("Task"),
        label_plural=_("Tasks"),
        menu=_("Work"),
        where={"kind": "task"},
        slice_of="activities",
        sort="due_at",
        subtitle="status",
        told_apart=("due_at", "status"),
        board_by="priority",
        board_where={"status": "open"},
        columns=("subject", "due_at", "priority", "status", "owner"),
        sections={
            pgettext_lazy("label", "Task"): ("subject", "due_at", "priority", "status", "outcome"),
            _("Details"): ("body",),
            _("Repetition"): ("rrule", "reminder_at"),
        },
        filters=("status", "due_at", "priority", "owner", "created_at"),
        quick=("subject", "due_at", "priority", "rrule"),
        keys=("subject",),
        read_only=("status", "outcome"),
        carried=("status", "outcome"),
        actions=ACTIONS,
        **COMMON,
    )
)

calls = register(
    Entity(
        model=Activity,
        slug="calls",
        tones=TONES,
        icon="phone",
        label=_("Call"),
        label_plural=_("Calls"),
        menu=_("Work"),
        where={"kind": "call"},
        slice_of="activities",
        sort="-at",
        told_apart=("at", "status"),
        subtitle="outcome",
        columns=("subject", "at", "direction", "status", "outcome", "owner"),
        sections={
            pgettext_lazy("label", "Call"): (
                "subject",
                "starts_at",
                "ends_at",
                "direction",
                "priority",
                "status",
                "outcome",
                "at",
            ),
            _("Details"): ("body",),
            _("Repetition"): ("rrule", "reminder_at"),
        },
        filters=("status", "at", "direction", "owner"),
        quick=("subject", "starts_at", "direction", "rrule"),
        keys=("subject",),
        read_only=("status", "outcome"),
        carried=("status", "outcome"),
        actions=ACTIONS,
        **COMMON,
    )
)

meetings = register(
    Entity(
        model=Activity,
        slug="meetings",
        tones=TONES,
        icon="calendar-event",
        label=_("Meeting"),
        label_plural=_("Meetings"),
        menu=_("Work"),
        where={"kind": "meeting"},
        slice_of="activities",
        sort="-at",
        told_apart=("at", "status"),
        subtitle="location",
        columns=("subject", "at", "location", "status", "owner"),
        sections={
            pgettext_lazy("label", "Meeting"): (
                "subject",
                "starts_at",
                "ends_at",
                "all_day",
                "location",
                "priority",
                "status",
                "outcome",
                "at",
            ),
            _("Details"): ("body",),
            _("Repetition"): ("rrule", "reminder_at"),
        },
        filters=("status", "at", "owner"),
        quick=("subject", "starts_at", "ends_at", "location", "rrule"),
        keys=("subject",),
        read_only=("status", "outcome"),
        carried=("status", "outcome"),
        actions=ACTIONS,
        **COMMON,
    )
)

visits = register(
    Entity(
        model=Activity,
        slug="visits",
        tones=TONES,
        icon="map-pin",
        label=_("Visit"),
        label_plural=_("Visits"),
        where={"kind": "visit"},
        slice_of="activities",
        sort="-at",
        told_apart=("at", "status"),
        subtitle="location",
        columns=("subject", "at", "location", "status", "outcome", "owner"),
        sections={
            pgettext_lazy("label", "Visit"): (
                "subject",
                "starts_at",
                "ends_at",
                "location",
                "priority",
                "status",
                "outcome",
                "at",
            ),
            _("Details"): ("body",),
            _("Repetition"): ("rrule", "reminder_at"),
        },
        filters=("status", "at", "owner"),
        quick=("subject", "starts_at", "location", "rrule"),
        keys=("subject",),
        read_only=("status", "outcome"),
        carried=("status", "outcome"),
        actions=(
            *ACTIONS,
            Action(
                "check-in",
                _("Check in"),
                checking.check_in,
                icon="map-pin-check",
                style="menu",
                when=is_open,
            ),
            Action(
                "check-out",
                _("Say what came of it"),
                checking.check_out,
                icon="door-exit",
                style="menu",
                when=is_open,
                fields=checking.FIELDS,
            ),
        ),
        panel_data=on_the_spot,
        **COMMON,
    )
)

notes = register(
    Entity(
        model=Activity,
        slug="notes",
        icon="note",
        label=_("Note"),
        label_plural=_("Notes"),
        where={"kind": "note"},
        slice_of="activities",
        sort="-at",
        told_apart=("at",),
        columns=("subject", "at", "owner"),
        sections={pgettext_lazy("label", "Note"): ("subject", "body", "at")},
        filters=("at", "owner"),
        quick=("subject", "body"),
        keys=("subject",),
        carried=("at",),
        mentions=("body",),
        effects=(name_colleagues,),
        **COMMON,
    )
)
hanging.append(Hanging("activities", ActivityLink, "activity", "links", _("on the timeline"), hang))
