"""The board in sentences: how it compares, how one's own figure arose, and who is left out."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.entities.kinds import Context
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate
from sila.team.boards.comparing import Comparison, Usual
from sila.team.boards.models import Compared


def how(by: str, least: int, context: Context) -> str:
    """The method, as it is published on the board."""
    if by == Compared.GOAL:
        return _(
            "Compared is how much of their own goal of this quarter everybody has reached; who has none is not ranked."
        )
    if by == Compared.TERRITORY:
        return _(
            "Compared is the share of the own goal beside what is usual in the territory: divided by the median share of "
            "its people. It is the smallest territory around somebody in which %(least)s people or more have a goal."
        ) % {"least": format_number(least, digits=context.reader.digits)}
    return _(
        "Compared is what everybody did, new colleagues by what can be expected of them: in their first year so many "
        "twelfths as months."
    )


def how_mine_arose(measured: Comparison, me: UUID, context: Context) -> str:
    share, usual = measured.shares.get(me), measured.usual.get(me)
    if share is None:
        return _("You have no goal of this quarter here, so there is nothing to compare.")
    if usual is None:
        return _("No territory around you has enough people with a goal: you are not compared.")
    said = _said(share, usual, context)
    if usual.middle <= 0:
        return _("In %(territory)s the median of %(people)s people is 0%%: you are not compared.") % said
    said["value"] = _percent(Decimal(measured.values[me]), context)
    return (
        _(
            "You have reached %(share)s of your goal. In %(territory)s the median of %(people)s people is %(middle)s: "
            "%(share)s ÷ %(middle)s = %(value)s."
        )
        % said
    )


def _said(share: int, usual: Usual, context: Context) -> dict[str, Any]:
    middle = Decimal(usual.middle.numerator) / Decimal(usual.middle.denominator)
    return {
        "share": _percent(Decimal(share), context),
        "territory": isolate(usual.territory),
        "people": format_number(usual.people, digits=context.reader.digits),
        "middle": _percent(middle, context),
    }


def _percent(number: Decimal, context: Context) -> str:
    """A share of a goal is whole, a median of two may have a half."""
    places = 0 if number == number.to_integral_value() else 1
    return isolate(f"{format_number(number, digits=context.reader.digits, decimals=places)}%")


def left_out(measured: Comparison, seats: set[Any], least: int, context: Context) -> str:
    """How many of those on the board have a goal and no territory to stand beside."""
    count = sum(who in seats and who not in measured.values for who in measured.shares)
    if not count:
        return ""
    said = ngettext(
        "%(count)s person on the board is not ranked here: no territory around them has %(least)s people with a goal "
        "and a median above 0%%.",
        "%(count)s people on the board are not ranked here: no territory around them has %(least)s people with a goal "
        "and a median above 0%%.",
        count,
    )
    digits = context.reader.digits
    return said % {
        "count": format_number(count, digits=digits),
        "least": format_number(least, digits=digits),
    }
