"""Up to which discount a seller decides alone: beyond it, a quote is sent with somebody's approval (R31, R88)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Context
from sila.platform.kit.numbers import plain_number
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import SLUG, lines_of
from sila.work.approvals import actions as approvals
from sila.work.approvals.kinds import ApprovalKind, Facts, Measure, declare

DISCOUNT = "discount"


def facts_of(quote: Quote) -> Facts:
    """The largest discount, with all lines that it stands among: a yes is one to exactly these."""
    lines = lines_of(quote)
    most = max((line.discount for line in lines), default=Decimal(0))
    told = [f"{line.name}|{line.quantity}|{line.price}|{line.discount}" for line in lines]
    return {"discount": plain_number(most), "currency": quote.currency, "lines": told}


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
