"""What follows from the fields of a quote and of its lines, and what no door lets through."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes, registry
from sila.platform.kit.folding import fold
from sila.sales.lines.summing import MOST_LINES, complete, sum_up
from sila.sales.quotes.models import Quote, QuoteLine
from sila.sales.rules import brought_along, next_number, today

SLUG = "quotes"
VALID = timedelta(days=30)
SAID = (
    "name",
    "party",
    "contact",
    "currency",
    "price_book",
    "tax_included",
    "issued_on",
    "valid_until",
    "terms",
)
CHANGED_LINES = ("net", "tax", "total", "saved")


# ---- the quote -----------------------------------------------------------------------------------------
def derive(quote: Quote, changes: Changes, by: Actor) -> None:
    quote.name_fold = fold(quote.name)[:200]
    if quote._state.adding:
        _take_from_deal(quote)
        quote.issued_on = quote.issued_on or today(by)
        quote.valid_until = quote.valid_until or quote.issued_on + VALID
    if quote.issued_on and quote.valid_until and quote.valid_until < quote.issued_on:
        raise Invalid({"valid_until": _("It ends before it begins.")})


def _take_from_deal(quote: Quote) -> None:
    deal = quote.opportunity if quote.opportunity_id else None
    if deal is not None:
        quote.party_id = quote.party_id or deal.party_id
        quote.contact_id = quote.contact_id or deal.contact_id


def keep_what_was_sent(quote: Quote, changes: Changes, by: Actor) -> None:
    """What a customer holds in hand is not changed behind their back."""
    was = changes.get("status", quote.status)
    if quote._state.adding or was == Quote.Status.DRAFT:
        return
    if touched := [name for name in SAID if name in changes]:
        raise Invalid({touched[0]: _("This quote was sent. Make a new version to change it.")})


def sum_anew(quote: Quote, changes: Changes, by: Actor) -> None:
    """Prices that now have tax in them, or no more: every line comes to something else."""
    if quote._state.adding or "tax_included" not in changes:
        return
    lines = lines_of(quote)
    changes.update(sum_up(quote, lines))
    QuoteLine.objects.bulk_update(lines, CHANGED_LINES)


def give_number(quote: Quote, changes: Changes, by: Actor) -> None:
    """The last of the rules: a quote that is refused takes no number."""
    if quote._state.adding and quote.number:
        quote.number = brought_along(quote, "QUO-", "/")
    if not quote.number:
        quote.number = next_number(f"QUO-{today(by).year}", "/", 4)


def lines_of(quote: Quote) -> list[QuoteLine]:
    return list(
        QuoteLine.objects.filter(quote_id=quote.id, deleted_at=None)
        .select_related("tax_kind", "product")
        .order_by("order", "id")
    )


# ---- its lines -----------------------------------------------------------------------------------------
def complete_line(line: QuoteLine, changes: Changes, by: Actor) -> None:
    """The quote is locked, so that two who add lines at once both find them in its sums."""
    quote = records.locked(Quote.objects.filter(id=line.quote_id)).get()
    may_change_lines(quote, line, by)
    line.quote = quote
    complete(line, quote, changes, by)
    others = [other for other in lines_of(quote) if other.id != line.id]
    if len(others) >= MOST_LINES:
        raise Invalid({"": _("A document has at most %(most)d lines.") % {"most": MOST_LINES}})
    if line._state.adding and not line.order:
        line.order = max((other.order for other in others), default=0) + 1
    line._others = others  # type: ignore[attr-defined]
    line._sums = sum_up(quote, [line, *others])  # type: ignore[attr-defined]


def may_change_lines(quote: Quote, line: QuoteLine | None, by: Actor) -> None:
    """Only those of a draft. A file may bring along the lines of a quote that was sent elsewhere, not from here."""
    if quote.is_draft:
        return
    brought = by.via in ("import", "demo") and line is not None and line._state.adding
    if not brought or quote.links.exists() or quote.signatures.exists():
        raise Invalid({"": _("This quote was sent. Make a new version to change it.")})


def count_anew(line: QuoteLine, by: Actor) -> None:
    """A line that has gone, or come back, counts no more, or again."""
    quote = records.locked(Quote.objects.filter(id=line.quote_id)).get()
    may_change_lines(quote, None, by)
    lines = lines_of(quote)
    sums = sum_up(quote, lines)
    QuoteLine.objects.bulk_update(lines, CHANGED_LINES)
    if sums:
        records.save_changed(registry[SLUG], quote, sums, by=by)


def keep_sums(line: QuoteLine, changes: Changes, by: Actor) -> None:
    """The quote has the sums of its lines; by document these share its tax, so that the others may move as well."""
    QuoteLine.objects.bulk_update(line._others, CHANGED_LINES)
    if line._sums:
        records.save_changed(registry[SLUG], line.quote, line._sums, by=by)


def columns_of(quote: Quote) -> dict[str, Any]:
    """What a new version takes over from the one before."""
    names = (*SAID, "language", "opportunity", "owner", "org_unit", "source")
    links = {"party", "contact", "price_book", "opportunity", "owner", "org_unit"}
    return {
        (f"{name}_id" if name in links else name): getattr(quote, f"{name}_id" if name in links else name)
        for name in names
    }
