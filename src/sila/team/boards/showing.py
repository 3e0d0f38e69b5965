"""Figures of the board and of contests, as pages show them."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.entities.fields import base_currency
from sila.platform.entities.kinds import Context
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.team.boards.actions import standing
from sila.team.boards.models import Contest, ContestPrize
from sila.team.goals.metrics import METRICS


def figure(value: int, metric: str, reader: Reader) -> Any:
    if METRICS[metric].money:
        return money_html(value, CURRENCIES[base_currency()], digits=reader.digits, whole=True)
    return format_number(value, digits=reader.digits)


def named(ids: Any) -> dict[UUID, str]:
    return {member.id: str(member) for member in Member.objects.filter(id__in=list(ids))}


def sheet(contest: Contest, context: Context) -> dict[str, Any]:
    """While it runs the standing of this moment, then the ledger."""
    reader = context.reader
    if contest.settled_at is not None:
        rows = ContestPrize.objects.filter(contest_id=contest.id).order_by("place", "id")
        found = [(row.place, row.member_id, row.value, row.prize) for row in rows]
    else:
        prizes = [line.strip() for line in contest.prizes.splitlines() if line.strip()]
        found = [
            (place, who, value, prizes[place - 1] if place <= len(prizes) else "")
            for place, who, value in standing(contest)
        ]
    names = named(who for _place, who, _value, _prize in found)
    return {
        "template": "team/_contest_sheet.html",
        "settled": contest.settled_at is not None,
        "rows": [
            {
                "place": format_number(place, digits=reader.digits),
                "who": names[who],
                "value": figure(value, contest.metric, reader),
                "prize": prize,
                "me": who == context.actor.member_id,
            }
            for place, who, value, prize in found
        ],
        "says": [METRICS[contest.metric].says, _("Those on the board take part.")],
    }
