"""How far a call list has come, and with what outcomes: one query each."""

from collections import Counter
from typing import Any

from django.db.models import Count, Sum

from sila.sales.calling.models import CallList, CallListEntry


def progress(call_list: CallList) -> dict[str, int]:
    """How many numbers are in each state, how many there are, and how many calls were made."""
    rows = CallListEntry.objects.filter(call_list_id=call_list.id, deleted_at=None).order_by()
    counts: Counter[str] = Counter()
    calls = 0
    for state, number, made in rows.values_list("state").annotate(n=Count("id"), calls=Sum("attempts")):
        counts[state] = number
        calls += made or 0
    return {
        **{state: counts[state] for state in CallListEntry.State.values},
        "all": counts.total(),
        "calls": calls,
    }


def outcomes(call_list: CallList) -> list[dict[str, Any]]:
    """The last outcome of each number, the commonest first."""
    rows = CallListEntry.objects.filter(
        call_list_id=call_list.id, deleted_at=None, outcome_id__isnull=False
    ).order_by()
    told = rows.values("outcome_id", "outcome__name", "outcome__name_en", "outcome__success")
    return list(told.annotate(number=Count("id")).order_by("-number", "outcome_id"))
