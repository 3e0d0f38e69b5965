"""Call lists, their numbers, what comes of calls, and numbers that nobody calls."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Entity, View, register
from sila.sales.calling.models import CallList, CallListEntry, CallOutcome, DoNotCall
from sila.sales.calling.panels import sheet
from sila.sales.calling.rules import ENTRIES, SLUG, derive, say_when_asked

TONES = {"waiting": "1", "back": "3", "done": "ok", "unreached": "2", "blocked": "bad"}

call_lists = register(
    Entity(
        model=CallList,
        slug=SLUG,
        icon="headset",
        menu=_("Sales"),
        columns=("name", "owner", "active", "needs_consent"),
        sections={
            _("Call list"): ("name", "script", "active"),
            _("How it is called"): ("most_attempts", "retry_hours", "needs_consent"),
        },
        filters=("active", "needs_consent", "owner", "org_unit", "created_at"),
        search=("name",),
        quick=("name", "script"),
        keys=("name",),
        rules=(derive,),
        mergeable=False,
        sheet=sheet,
        views=(View("active", pgettext_lazy("call lists", "In use"), ("active:yes",)),),
    )
)

entries = register(
    Entity(
        model=CallListEntry,
        slug=ENTRIES,
        icon="phone",
        belongs_to="call_list",
        sort="due_at",
        timeline=False,
        creatable=False,
        dated=("due_at",),
        tones={"state": TONES},
        columns=("name", "call_list", "state", "outcome", "attempts", "due_at", "held_by"),
        sections={
            _("Number of a call list"): (
                *("name", "call_list", "party", "lead", "state", "outcome"),
                *("attempts", "due_at", "note", "held_by"),
            )
        },
        filters=("call_list", "state", "outcome", "attempts", "due_at", "held_by"),
        search=("name",),
        read_only=("call_list",),
    )
)

outcomes = register(
    Entity(
        model=CallOutcome,
        slug="call-outcomes",
        icon="list-check",
        title=("name", "name_en"),
        sort="order",
        timeline=False,
        tones={"effect": {"done": "ok", "again": "1", "back": "3", "never": "bad"}},
        columns=("name", "name_en", "order", "effect", "success"),
        sections={_("Call outcome"): ("name", "name_en", "order", "effect", "success")},
        filters=("effect", "success"),
        quick=("name", "name_en", "effect"),
        keys=("name", "name_en"),
    )
)

do_not_call = register(
    Entity(
        model=DoNotCall,
        slug="do-not-call",
        icon="phone-off",
        title=("phone",),
        subtitle="name",
        sort="-asked_on",
        columns=("phone", "name", "reason", "asked_on"),
        sections={_("Number not to be called"): ("phone", "name", "reason", "asked_on")},
        filters=("phone", "name", "asked_on"),
        search=("name", "phone"),
        quick=("phone", "name", "reason"),
        keys=("phone",),
        match=("phone",),
        rules=(say_when_asked,),
    )
)
