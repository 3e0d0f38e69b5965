"""Up to which discount a seller decides alone: beyond it, a quote is sent with somebody's approval (R31, R88)."""

from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid, Wanting
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.registry import registry
from sila.platform.kit.numbers import plain_number
from sila.sales.quotes.models import Quote
from sila.sales.quotes.rules import SLUG, lines_of
from sila.work.approvals import actions as approvals
from sila.work.approvals.kinds import ApprovalKind, Facts, Measure, declare

DISCOUNT, NOTE = "discount", "discount_note"


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
    if not approvals.needed(DISCOUNT, quote, facts, by) or approvals.granted(DISCOUNT, quote, facts):
        return
    waiting = approvals.waiting(DISCOUNT, quote)
    if waiting and waiting.fingerprint == approvals.fingerprint(facts):
        raise Invalid({"": _("Approval for this has been asked for already.")})
    error = _("A discount of %(discount)s %% needs approval.") % {"discount": facts["discount"]}
    note = Field(NOTE, KINDS["longtext"], gettext_lazy("Why? (for who approves)"), max_length=500)
    supply = partial(_ask, quote.id, facts)
    raise Wanting({"": error}, title=error, submit=_("Ask for approval"), fields=(note,), supply=supply)


def _ask(quote_id: UUID, facts: Facts, values: dict[str, Any], *, by: Actor) -> str:
    quote = registry[SLUG].visible_to(by).get(id=quote_id)
    approvals.ask(DISCOUNT, quote, facts, by=by, note=values.get(NOTE, ""))
    return _("Approval has been asked for.")


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
