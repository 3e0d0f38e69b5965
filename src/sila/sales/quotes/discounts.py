"""Up to which discount, and down to which margin, a seller decides alone: beyond it, a quote is sent with somebody's
approval (R31, R88). A price that was typed below the one on offer is a discount too."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sila.catalog.pricing import cost_of
from sila.platform.access.actor import Actor
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import registry
from sila.platform.kit.numbers import plain_number
from sila.sales.lines.summing import offer_of, reduced_for, unit_of
from sila.sales.quotes.models import Quote, QuoteLine
from sila.sales.quotes.rules import SLUG, lines_of
from sila.sales.rules import today
from sila.work.approvals import actions as approvals
from sila.work.approvals.authority import is_limited
from sila.work.approvals.kinds import ApprovalKind, Facts, Measure, declare

DISCOUNT, COST = "discount", "cost of a quote"
GIVEN_AWAY = Decimal(10_000)  # percent: what costs something and brings nothing is beyond every limit


# ---- discounts -----------------------------------------------------------------------------------------
def facts_of(quote: Quote, by: Actor) -> Facts:
    """The largest discount of a line, with its share of that on the whole, and all lines that it stands among: a yes is one
    to exactly these."""
    lines = lines_of(quote)
    most = max((_taken_off(line, quote, by) for line in lines), default=Decimal(0))
    return {"discount": plain_number(most), "currency": quote.currency, "lines": _told(lines)}


def _told(lines: Sequence[QuoteLine]) -> list[str]:
    return [
        "|".join(
            [
                line.name,
                *map(str, (line.quantity, line.price, line.discount, *([line.share] if line.share else []))),
            ]
        )
        for line in lines
    ]


def _taken_off(line: QuoteLine, quote: Quote, by: Actor) -> Decimal:
    """In percent of the price on offer, to two decimals upwards, so that nothing passes below a limit by rounding."""
    left = line.total if quote.tax_included else line.net
    kept = Fraction(left, left + line.share) if line.share else Fraction(1)
    kept *= _of_the_offer(line, quote, by)
    off = (100 - Fraction(line.discount)) * (1 - kept)
    return line.discount + Decimal(ceil(off * 100)) / 100 if off else line.discount


def _of_the_offer(line: QuoteLine, quote: Quote, by: Actor) -> Fraction:
    """The line's price as a part of what its product costs this customer today; 1 where it is no less."""
    product = line.product if line.product_id else None
    found = offer_of(line, product, quote, by).price if product else None
    asked = reduced_for(line, found, product, quote, by)[0] if product and found else 0
    return min(Fraction(line.price, asked), Fraction(1)) if asked else Fraction(1)


def want_approval(quote: Quote, by: Actor) -> None:
    """Raises Wanting, which asks for the approval, or Invalid while that is waiting."""
    if is_limited(DISCOUNT):
        facts = facts_of(quote, by)
        if Decimal(facts["discount"]):
            error = _("A discount of %(discount)s %% needs approval.") % {"discount": facts["discount"]}
            approvals.want(DISCOUNT, quote, facts, by, error)
    if is_limited(COST):
        approvals.want(COST, quote, costs_of(quote, by), by, _("The margin of this quote needs approval."))


def _given(quote: Quote, given: dict[str, Any], by: Actor) -> Facts:
    return facts_of(quote, by)


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


# ---- margins -------------------------------------------------------------------------------------------
def costs_of(quote: Quote, by: Actor) -> Facts:
    """What those lines whose cost is known cost us in percent of what they come to before tax, to two decimals upwards; and
    all lines."""
    lines = lines_of(quote)
    known = [(line, cost) for line in lines if (cost := _cost_of(line, quote, by)) is not None]
    cost = sum((Fraction(line.quantity) * cost for line, cost in known), Fraction(0))
    net = sum(line.net for line, _cost in known)
    percent = Decimal(ceil(10_000 * cost / net)) / 100 if net else GIVEN_AWAY if cost else Decimal(0)
    return {"cost": plain_number(percent), "currency": quote.currency, "lines": _told(lines)}


def _cost_of(line: QuoteLine, quote: Quote, by: Actor) -> int | None:
    """Of one: no less than that of its product, whatever was typed."""
    product = line.product if line.product_id else None
    known = cost_of(product, quote.currency, today(by), unit_of(line)) if product else None
    return max((each for each in (line.cost, known) if each is not None), default=None)


def _costs_given(quote: Quote, given: dict[str, Any], by: Actor) -> Facts:
    return costs_of(quote, by)


def _say_cost(facts: Facts, context: Context) -> str:
    """Without the figure for those who may not read what things cost."""
    if not {"cost", "margin"} & registry[SLUG].readable(context.actor).keys():
        return _("A margin below the limit")
    return _("A cost of %(cost)s %% of the quote") % {"cost": facts["cost"]}


def _measure_cost(facts: Facts) -> Measure:
    return Measure(Decimal(facts["cost"]))


declare(
    ApprovalKind(
        COST,
        pgettext_lazy("approval", "Cost in the net of a quote, %"),
        SLUG,
        say=_say_cost,
        measure=_measure_cost,
        facts_of=_costs_given,
    )
)
