"""Deals that become one: whose products it has. Those of both would count twice where somebody entered one deal twice, so
they are the deal's own, or those of another, or all of them, as whoever merges chooses; the amount follows."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.merging.moving import Moving
from sila.platform.entities.merging.parts import Part, parts
from sila.platform.entities.merging.references import Reference
from sila.platform.entities.models import Operation, OperationChange
from sila.platform.entities.operations import notes
from sila.platform.entities.stored import plain
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import markup
from sila.sales.deal_lines.models import OpportunityLine
from sila.sales.deal_lines.rules import SLUG, WORK
from sila.sales.lines.keeping import CHANGED
from sila.sales.lines.summing import MOST_LINES, SUMS, sum_up
from sila.sales.models import Opportunity
from sila.sales.rating import at_the_rate

PRICED = ("currency", "price_book_id", "tax_included")
FOLLOW = (*PRICED, "discount_sum")
COLUMNS = (*FOLLOW, *SUMS, "amount")
KEPT = "products"  # in the operation: what the deal was before


def held(ids: Collection[UUID]) -> set[UUID]:
    return set(_lines(ids).values_list("opportunity_id", flat=True))


def _lines(ids: Collection[UUID]) -> Any:
    return OpportunityLine.objects.filter(opportunity_id__in=ids, deleted_at=None).order_by()


def told(ids: Collection[UUID], context: Context) -> dict[UUID, Any]:
    """`3 products` and what they come to, for who may see that."""
    reader = context.reader
    deals = {deal.id: deal for deal in WORK.noun.visible_to(context.actor).filter(id__in=ids)}
    shows = "net" in WORK.noun.readable(context.actor)
    found = {}
    for deal_id, number in _lines(deals).values_list("opportunity_id").annotate(Count("id")):
        deal = deals[deal_id]
        text = ngettext("%(number)s line", "%(number)s lines", number)
        said = text % {"number": format_number(number, digits=reader.digits)}
        worth = money_html(deal.net or 0, CURRENCIES[deal.currency], digits=reader.digits) if shows else ""
        found[deal_id] = markup("{} {}", said, worth)
    return found


def take(
    into: Opportunity, sources: Sequence[Opportunity], operation: Operation, by: Actor
) -> Collection[str]:
    """Call it in the merge. Its own lines, if they do not stay, go into the trash, and the others' lead to it. Without
    sources somebody chose a deal that has none."""
    _refuse_what_does_not_add_up(sources)
    before = {name: getattr(into, name) for name in COLUMNS}
    own = WORK.lines_of(into)
    kept = {name: plain(value) for name, value in before.items()}
    operation.params[KEPT] = kept | {"lines": sorted(str(line.id) for line in own)}
    operation.save()
    if into.id not in {deal.id for deal in sources}:
        for line in own:
            records.mark_away(line, by)
        OpportunityLine.objects.bulk_update(own, ["deleted_at", "updated_at", "version"])
        notes.note(operation, WORK.line_noun, ((line, {}) for line in own), OperationChange.Action.TRASHED)
    moving = Moving(operation, WORK.noun, [deal.id for deal in sources], into.id, by)
    for line in _lines([deal.id for deal in sources if deal.id != into.id]).order_by(
        "opportunity_id", "order", "id"
    ):
        moving.move_row(Reference(OpportunityLine, "opportunity_id", link="opportunity"), line)
    if sources:
        for name in PRICED:
            setattr(into, name, getattr(sources[0], name))
        into.discount_sum = sum(deal.discount_sum or 0 for deal in sources) or None
    _count(into, before, by)
    return (*(name.removesuffix("_id") for name in FOLLOW), "amount") if sources else ()


def _refuse_what_does_not_add_up(sources: Sequence[Opportunity]) -> None:
    if len({(deal.currency, deal.tax_included) for deal in sources}) > 1:
        text = _(
            "Their prices are in different currencies, or with tax in some of them: keep those of one deal."
        )
        raise Invalid({PART.name: text})
    if _lines([deal.id for deal in sources]).count() > MOST_LINES:
        raise Invalid({PART.name: _("A document has at most %(most)d lines.") % {"most": MOST_LINES}})


def _count(deal: Opportunity, before: dict[str, Any], by: Actor) -> None:
    """The sums of the lines that it has now, and what follows from them."""
    lines = WORK.lines_of(deal)
    sum_up(deal, lines)
    OpportunityLine.objects.bulk_update(lines, CHANGED)
    # A new currency too, which the amount has gone along with, has its rate.
    WORK.keep_lines(deal, before, lines, by, at_the_rate)


def give_back(operation: Operation, *, by: Actor) -> None:
    """The merge was taken back, and so were its lines: the deal is worth what it was, unless it has others by now."""
    kept = operation.params.get(KEPT)
    if operation.entity != SLUG or kept is None:
        return
    deal = records.locked(Opportunity.objects.filter(id=UUID(operation.params["into"]))).first()
    if deal is None:  # somebody has purged it
        return
    lines = WORK.lines_of(deal)
    before = {name: getattr(deal, name) for name in COLUMNS}
    if sorted(str(line.id) for line in lines) == kept["lines"]:
        for name in (*FOLLOW, *(() if lines else ("amount",))):
            field: Any = Opportunity._meta.get_field(name)
            setattr(deal, name, field.to_python(kept[name]))
    _count(deal, before, by)


PART = Part("products", gettext_lazy("Products: the amount follows them"), held, told, take)
parts[SLUG] = PART
extensions.undone.setdefault(Operation.MERGE, []).append(give_back)
