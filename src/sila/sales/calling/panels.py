"""What the page of a call list shows: how far it has come, with what outcomes, and the way to call."""

from typing import Any

from django.utils.translation import gettext_lazy

from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import VERBS
from sila.platform.kit.numbers import format_number
from sila.sales.calling.figures import outcomes, progress
from sila.sales.calling.models import CallList, CallListEntry
from sila.sales.calling.rules import ENTRIES, SLUG

State = CallListEntry.State


def base_of(call_list: CallList, context: Context) -> str:
    return f"/w/{context.reader.slug}/calling/{call_list.id}/"


def sheet(call_list: CallList, context: Context) -> dict[str, Any]:
    base = base_of(call_list, context)
    calls = call_list.active and context.actor.member_id and context.actor.can("calls", "create")
    return {
        "template": "sales/_call_list.html",
        "progress": shown(call_list, context),
        "outcomes": _outcomes(call_list, context),
        "call_url": base if calls else "",
        "add_url": f"{base}add" if context.actor.may(SLUG, "edit", call_list) else "",
    }


def shown(call_list: CallList, context: Context) -> dict[str, Any]:
    """The numbers by their state, and how many are done with; each state leads to its numbers."""
    told, digits = progress(call_list), context.reader.digits
    over = told[State.DONE] + told[State.UNREACHED] + told[State.BLOCKED]
    url = registry[ENTRIES].url(context.reader.slug)
    states = [
        {
            "label": state.label,
            "number": format_number(told[state], digits=digits),
            "url": f"{url}?f=call_list:any:{call_list.id}&f=state:any:{state.value}",
        }
        for state in State
        if told[state] or state == State.WAITING
    ]
    return {
        "all": told["all"],
        "over": over,
        "share": f"{format_number(round(100 * over / told['all']) if told['all'] else 0, digits=digits)}%",
        "calls": format_number(told["calls"], digits=digits),
        "states": states,
    }


def _outcomes(call_list: CallList, context: Context) -> list[dict[str, Any]]:
    rows = outcomes(call_list)
    whole, digits = sum(row["number"] for row in rows), context.reader.digits
    english = context.reader.language == "en"
    return [
        {
            "label": (row["outcome__name_en"] if english else "") or row["outcome__name"],
            "number": format_number(row["number"], digits=digits),
            "share": f"{format_number(round(100 * row['number'] / whole), digits=digits)}%",
            "success": row["outcome__success"],
        }
        for row in rows
    ]


VERBS["numbers_added"] = (gettext_lazy("added numbers to the list"), "phone-plus")  # icon
