"""Up to which discount a seller decides alone: beyond it, a quote is sent with somebody's approval (R31, R88)."""

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Context
from sila.platform.kit.numbers import plain_number
from sila.sales.quotes.models import Quote, QuoteLine
from sila.sales.quotes.rules import SLUG, lines_of
from sila.work.approvals import actions as approvals
from sila.work.approvals.kinds import ApprovalKind, Facts, Measure, declare

DISCOUNT = "discount"


def facts_of(quote: Quote) -> Facts:
    """The largest discount of a line, with its share of that on the whole, and all lines that it stands among: a yes is one
    to exactly these."""
    lines = lines_of(quote)
    most = max((_taken_off(line, quote) for line in lines), default=Decimal(0))
    told = [
        "|".join(
            [
                line.name,
                *map(str, (line.quantity, line.price, line.discount, *([line.share] if line.share else []))),
            ]
        )
        for line in lines
    ]
    return {"discount": plain_number(most), "currency": quote.currency, "lines": told}


def _taken_off(line: QuoteLine, quote: Quote) -> Decimal:
    """In percent of the list price, to two decimals upwards, so that nothing passes below a limit by rounding."""
    if not line.share:
        return line.discount
    left = line.total if quote.tax_included else line.net
    off = (100 - Fraction(line.discount)) * Fraction(line.share, left + line.share)
    return line.discount + Decimal(ceil(off * 100)) / 100


def want_approval(quote: Quote, by: Actor) -> None:
    """Raises Wanting, which asks for the approval, or Invalid while that is waiting."""
    facts = facts_of(quote)
    if not Decimal(facts["discount"]):
        return
    error = _("A discount of %(discount)s %% needs approval.") % {"discount": facts["discount"]}
    approvals.want(DISCOUNT, quote, facts, by, error)


def _given(quote: Quote, given: dict[str, Any], by: Actor) -> Facts:
    return facts_of(quote)


def _say(facts: Facts, context: Context) -> str:
    return _("A discount of %(discount)s %%") % {"discount": facts["discount"]}


def _measure(facts: Facts) -> Measure:
    return Measure(Decimal(facts["discount"]))


declare(
    ApprovalKind(
        DISCOUNT,
        pgettext_lazy("approval", "Discount of a quote, %"),
        SLUG,
        say=_say,
        measure=_measure,
        facts_of=_given,
    )
)
