"""What follows from the fields of a quote and of its lines, and what no door lets through."""

from datetime import timedelta

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.sales.lines.keeping import Paperwork
from sila.sales.lines.models import PricedLine
from sila.sales.lines.summing import SAID_OF_ALL, begin_with_deal
from sila.sales.quotes.models import Quote, QuoteLine
from sila.sales.rules import today

SLUG, SLUG_OF_LINES = "quotes", "quote-lines"
VALID = timedelta(days=30)
SAID = (*SAID_OF_ALL, "issued_on", "valid_until", "terms")


# ---- the quote -----------------------------------------------------------------------------------------
def derive(quote: Quote, changes: Changes, by: Actor) -> None:
    quote.name_fold = fold(quote.name)[:200]
    if quote._state.adding:
        begin_with_deal(quote)
        quote.issued_on = quote.issued_on or today(by)
        quote.valid_until = quote.valid_until or quote.issued_on + VALID
    if quote.issued_on and quote.valid_until and quote.valid_until < quote.issued_on:
        raise Invalid({"valid_until": _("It ends before it begins.")})


def keep_what_was_sent(quote: Quote, changes: Changes, by: Actor) -> None:
    """What a customer holds in hand is not changed behind their back."""
    was = changes.get("status", quote.status)
    if quote._state.adding or was == Quote.Status.DRAFT:
        return
    if touched := [name for name in SAID if name in changes]:
        raise Invalid({touched[0]: _("This quote was sent. Make a new version to change it.")})


# ---- its lines -----------------------------------------------------------------------------------------
def may_change_lines(quote: Quote, line: PricedLine | None, by: Actor) -> None:
    """Only those of a draft. A file may bring along the lines of a quote that was sent elsewhere, not from here."""
    if quote.is_draft:
        return
    brought = by.via in ("import", "demo") and line is not None and line._state.adding
    if not brought or quote.links.exists() or quote.signatures.exists():
        raise Invalid({"": _("This quote was sent. Make a new version to change it.")})


WORK = Paperwork(SLUG, SLUG_OF_LINES, QuoteLine, "quote", "quote", may_change_lines)
lines_of = WORK.lines_of
