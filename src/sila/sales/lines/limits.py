"""Up to which discount, and down to which margin, a seller decides alone: beyond it a document goes its way with somebody's
approval (R31, R88). A price that was typed below the one on offer is a discount too; what a promotion takes off is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import PricedLine, Summed
from sila.sales.lines.summing import offer_of, reduced_for, unit_of
from sila.sales.rules import today
from sila.work.approvals import actions as approvals
from sila.work.approvals.authority import is_limited
from sila.work.approvals.kinds import ApprovalKind, Facts, Measure, declare

# The authority limits of quotes hold for all documents.
DISCOUNT, COST = "discount", "cost of a quote"
Agreed = tuple[Summed | None, Sequence[PricedLine]]  # the document that one follows from, and its lines
GIVEN_AWAY = Decimal(10_000)  # percent: what costs something and brings nothing is beyond every limit


@dataclass(frozen=True)
class Guard:
    """The limits at the documents of one noun. `more` is behind the keys of their kinds of approval."""

    work: Paperwork
    more: str = ""

    def __post_init__(self) -> None:
        declare(
            ApprovalKind(
                DISCOUNT + self.more,
                pgettext_lazy("approval", "Discount, %"),
                self.work.papers,
                say=_say,
                measure=lambda facts: Measure(Decimal(facts["discount"])),
                facts_of=lambda paper, given, by: self.discount_of(paper, by),
                limit=DISCOUNT if self.more else "",
            )
        )
        declare(
            ApprovalKind(
                COST + self.more,
                pgettext_lazy("approval", "Cost in the net, %"),
                self.work.papers,
                say=self._say_cost,
                measure=lambda facts: Measure(Decimal(facts["cost"])),
                facts_of=lambda paper, given, by: self.cost_of(paper, by),
                limit=COST if self.more else "",
            )
        )

    def want_approval(self, paper: Any, by: Actor, *, agreed: Callable[[], Agreed] | None = None) -> None:
        """Raises Wanting, which asks for the approval, or Invalid while that is waiting. What stands as `agreed` is not
        asked about once more."""
        limited = {kind for kind in (DISCOUNT, COST) if is_limited(kind)}
        if not limited or (agreed and self._stands(paper, *agreed())):
            return
        if DISCOUNT in limited:
            facts = self.discount_of(paper, by)
            if Decimal(facts["discount"]):
                error = _("A discount of %(discount)s %% needs approval.") % {"discount": facts["discount"]}
                approvals.want(DISCOUNT + self.more, paper, facts, by, error)
        if COST in limited:
            facts = self.cost_of(paper, by)
            approvals.want(COST + self.more, paper, facts, by, _("So small a margin needs approval."))

    def _stands(self, paper: Summed, source: Summed | None, lines: Sequence[PricedLine]) -> bool:
        if source is None or (paper.discount_sum or 0) > (source.discount_sum or 0):
            return False
        known = {_priced(line) for line in lines}
        return all(_priced(line) in known for line in self.work.lines_of(paper))

    def discount_of(self, paper: Summed, by: Actor) -> Facts:
        """The largest discount of a line, with its share of that on the whole, and all lines that it stands among: a yes is
        one to exactly these."""
        lines = self.work.lines_of(paper)
        most = max((_taken_off(line, paper, by) for line in lines), default=Decimal(0))
        return {"discount": plain_number(most), "currency": paper.currency, "lines": _told(lines)}

    def cost_of(self, paper: Summed, by: Actor) -> Facts:
        """What those lines whose cost is known cost us in percent of what they bring before tax, to two decimals upwards;
        and all lines."""
        lines = self.work.lines_of(paper)
        known = [(line, cost) for line in lines if (cost := _cost_of(line, paper, by)) is not None]
        cost = sum((Fraction(line.quantity) * cost for line, cost in known), Fraction(0))
        net = sum(line.net for line, _cost in known)
        percent = Decimal(ceil(10_000 * cost / net)) / 100 if net else GIVEN_AWAY if cost else Decimal(0)
        return {"cost": plain_number(percent), "currency": paper.currency, "lines": _told(lines)}

    def _say_cost(self, facts: Facts, context: Context) -> str:
        """Without the figure for those who may not read what things cost."""
        if not {"cost", "margin"} & registry[self.work.papers].readable(context.actor).keys():
            return _("A margin below the limit")
        return _("A cost of %(cost)s %% of what it brings") % {"cost": facts["cost"]}


def _priced(line: PricedLine) -> tuple[Any, ...]:
    return line.product_id, line.price, line.discount, line.factor


def _say(facts: Facts, context: Context) -> str:
    return _("A discount of %(discount)s %%") % {"discount": facts["discount"]}


def _told(lines: Sequence[PricedLine]) -> list[str]:
    def told(line: PricedLine) -> str:
        share = [line.share] if line.share else []
        return "|".join([line.name, *map(str, (line.quantity, line.price, line.discount, *share))])

    return [told(line) for line in lines]


def _taken_off(line: PricedLine, paper: Summed, by: Actor) -> Decimal:
    """In percent of the price on offer, to two decimals upwards, so that nothing passes below a limit by rounding."""
    left = line.total if paper.tax_included else line.net
    kept = Fraction(left, left + line.share) if line.share else Fraction(1)
    kept *= (100 - Fraction(line.discount)) / 100 * _of_the_offer(line, paper, by)
    return Decimal(ceil((1 - min(kept, Fraction(1))) * 10_000)) / 100


def _of_the_offer(line: PricedLine, paper: Summed, by: Actor) -> Fraction:
    """The line's price as a part of what its product costs this customer today; 1 where that is not known."""
    product = line.product if line.product_id else None
    found = offer_of(line, product, paper, by).price if product else None
    if not product or not found:
        return Fraction(1)
    asked, percent = reduced_for(line, found, product, paper, by)
    offered = asked * (100 - Fraction(percent)) / 100
    return min(Fraction(line.price or 0), Fraction(asked)) / offered if offered else Fraction(1)


def _cost_of(line: PricedLine, paper: Summed, by: Actor) -> int | None:
    """Of one: no less than that of its product, whatever was typed."""
    product = line.product if line.product_id else None
    known = cost_of(product, paper.currency, today(by), unit_of(line)) if product else None
    return max((each for each in (line.cost, known) if each is not None), default=None)
